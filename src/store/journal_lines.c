/* SPDX-License-Identifier: BSD-3-Clause */
/* The lines of a journal; see journal_lines.h. */
#include "store/journal_lines.h"

#include "store/journal_line.h"

#include <stdbool.h>
#include <string.h>
#include <sys/types.h>

/* Read on behind what is still to be handed out. Returns whether there was more; *failed when reading failed. */
static bool refill(struct journal_lines *lines, bool *failed, struct error *err)
{
    memmove(lines->chunk, lines->chunk + lines->begin, lines->end - lines->begin);
    lines->end -= lines->begin;
    lines->begin = 0;
    ssize_t got = append_read(lines->file, lines->chunk + lines->end, JOURNAL_CHUNK - lines->end, lines->offset, err);
    *failed = got < 0;
    if (got <= 0)
        return false;
    lines->end += (size_t)got;
    lines->offset += (uint64_t)got;
    return true;
}

enum journal_found journal_lines_next(struct journal_lines *lines, const char **line, size_t *length, struct error *err)
{
    bool too_long = false, failed = false;
    for (;;) {
        const char *begin = lines->chunk + lines->begin;
        const char *feed = memchr(begin, '\n', lines->end - lines->begin);
        if (feed) {
            *line = begin;
            *length = (size_t)(feed - begin);
            lines->begin += *length + 1;
            lines->number++;
            return too_long || *length >= JOURNAL_LINE ? FOUND_LONG : FOUND_LINE;
        }
        if (lines->end - lines->begin >= JOURNAL_LINE) {
            too_long = true;
            lines->begin = lines->end;
        }
        if (!refill(lines, &failed, err)) {
            if (failed)
                return FOUND_ERROR;
            return too_long || lines->end > lines->begin ? FOUND_TORN : FOUND_END;
        }
    }
}
