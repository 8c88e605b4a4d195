/* SPDX-License-Identifier: BSD-3-Clause */
/* The lines of a journal, one after the other. It knows none of their meanings. Memory does not depend on the length of
 * the file or of its lines. */
#ifndef NSURF_STORE_JOURNAL_LINES_H
#define NSURF_STORE_JOURNAL_LINES_H

#include "base/append.h"
#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

enum { JOURNAL_CHUNK = 1 << 16 }; /* bytes read at a time; at least two lines */

/* Set `file` alone to begin. */
struct journal_lines {
    const struct append *file;
    uint64_t offset;   /* in the file, of the chunk's end */
    size_t begin, end; /* what of the chunk is still to be handed out */
    size_t number;     /* of the line handed out last, from 1 */
    char chunk[JOURNAL_CHUNK];
};

enum journal_found {
    FOUND_LINE,
    FOUND_LONG, /* a line of JOURNAL_LINE bytes or more, ignored */
    FOUND_TORN, /* bytes without a line feed at the end of the file */
    FOUND_END,
    FOUND_ERROR
};

/* The next line without its line feed: *length bytes at *line, valid until the next call. Ranks: rank 0.
 * Errors: FOUND_ERROR, with STATUS_IO in err. */
enum journal_found journal_lines_next(struct journal_lines *lines, const char **line, size_t *length,
                                      struct error *err) __attribute__((warn_unused_result));

#endif
