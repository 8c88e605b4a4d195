/* SPDX-License-Identifier: BSD-3-Clause */
/* Errors as values; see error.h. */
#include "base/error.h"

#include "base/printable.h"

#include <stdarg.h>

enum status error_set(struct error *err, enum status status, const char *format, ...)
{
    if (err) {
        va_list args;
        va_start(args, format);
        discard((long)printable_line(err->text, sizeof err->text, format, args));
        va_end(args);
        err->status = status;
    }
    return status;
}

enum status error_memory(struct error *err, const char *what)
{
    return error_set(err, STATUS_INTERNAL, "out of memory for %s; use a smaller grid or more memory", what);
}
