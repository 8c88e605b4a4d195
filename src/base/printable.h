/* SPDX-License-Identifier: BSD-3-Clause */
/* Text for a terminal: what names, values and files bring into a line may be long, and hold any bytes. */
#ifndef NSURF_BASE_PRINTABLE_H
#define NSURF_BASE_PRINTABLE_H

#include <stdarg.h>
#include <stddef.h>

/* Bytes of the UTF-8 character at text, 0 where there is none. text: ends with a zero byte. */
size_t printable_utf8(const unsigned char *text);

/* Format as vsnprintf does, with each control character and each byte that is no UTF-8 as \xHH. Of a line that is too
 * long the middle becomes "…", so that its start, which names the place, and its end, which says what to do, stay.
 * Twice is as good as once. line: [size], size at least 16. Returns its length. Ranks: local. */
size_t printable_line(char *line, size_t size, const char *format, va_list args) __attribute__((format(printf, 3, 0)));

#endif
