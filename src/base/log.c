/* SPDX-License-Identifier: BSD-3-Clause */
/* Lines on standard error; see log.h. */
#include "base/log.h"

#include "base/error.h"
#include "base/printable.h"

#include <stdarg.h>
#include <string.h>
#include <unistd.h>

void log_line(const char *format, ...)
{
    char line[640] = "nsurf: ";
    const size_t start = strlen(line), room = sizeof line - start - 1; /* a byte for the end of the line */
    va_list args;
    va_start(args, format);
    const size_t text = printable_line(line + start, room, format, args);
    va_end(args);
    line[start + text] = '\n';
    discard((long)write(STDERR_FILENO, line, start + text + 1)); /* nowhere is left to tell of a failure */
}
