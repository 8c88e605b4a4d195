/* SPDX-License-Identifier: BSD-3-Clause */
/* Lines on standard error; see log.h. */
#include "base/log.h"

#include "base/error.h"
#include "base/printable.h"

#include <stdarg.h>
#include <stdio.h>
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

void log_words(const char *format, ...)
{
    enum { WIDTH = 80 - sizeof "nsurf: " + 1, INDENT = 2 };
    char text[640];
    va_list args;
    va_start(args, format);
    discard(vsnprintf(text, sizeof text, format, args));
    va_end(args);
    const char *at = text;
    for (size_t indent = 0; *at; indent = INDENT) {
        size_t length = strlen(at);
        if (length > WIDTH - indent) {
            length = WIDTH - indent;
            while (length > 0 && at[length] != ' ')
                length--;
            if (length == 0) /* a word that is longer than a line */
                length = strcspn(at, " ");
        }
        log_line("%*s%.*s", (int)indent, "", (int)length, at);
        at += length + strspn(at + length, " ");
    }
}
