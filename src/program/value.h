/* SPDX-License-Identifier: BSD-3-Clause */
/* Which number of a program's output, or of a file that it wrote, is the value of its cell. It knows text alone, never
 * who wrote it. */
#ifndef NSURF_PROGRAM_VALUE_H
#define NSURF_PROGRAM_VALUE_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum value_kind {
    VALUE_LINE,  /* the last line that is not empty is the number */
    VALUE_FIELD, /* a field of that line, from 1, as blanks separate them */
    VALUE_LABEL, /* what stands behind a text, in the last line that has it */
    VALUE_JSON,  /* what a JSON pointer finds in the whole of it (RFC 6901) */
    VALUE_FILE   /* the last line that is not empty of a file, in place of the output */
};

enum { VALUE_NAME = 32, VALUE_TEXT = 128 };

struct value {
    enum value_kind kind;
    uint32_t field;
    char name[VALUE_NAME]; /* empty where it was not given one */
    char text[VALUE_TEXT]; /* the label, the pointer or the file's name */
};

/* Read `[NAME=]field:N`, `[NAME=]label:TEXT`, `[NAME=]json:/POINTER`, `[NAME=]file:NAME` or `[NAME=]line`. option: for
 * error lines. Ranks: local. Errors: STATUS_USAGE. */
enum status value_parse(struct value *value, const char *text, const char *option, struct error *err)
    __attribute__((warn_unused_result));

/* Find it in output of size bytes, of VALUE_FILE in the file's, of which the first may be missing where it is cut. A
 * number is read whole, as C has it whatever the locale; NaN and infinities are NaN. False, and why, where there is
 * none. why: [size_why]. */
bool value_find(const struct value *value, const char *output, size_t size, bool cut, double *number, char *why,
                size_t size_why);

#endif
