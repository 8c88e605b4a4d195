/* SPDX-License-Identifier: BSD-3-Clause */
/* What a journal notes for whoever reads it, in its header and when a later run changes it: repeats and axes. The line
 * of an axis with more values than it takes sums them up, and lines behind it list them. */
#ifndef NSURF_STORE_JOURNAL_NOTES_H
#define NSURF_STORE_JOURNAL_NOTES_H

#include "store/journal_line.h"
#include "store/settings.h"

#include <stdbool.h>
#include <stddef.h>

#define JOURNAL_MORE "+" /* behind the name of a range, of a line that lists its values */

/* Where the lines of a header go, each with its line feed. */
struct journal_sink {
    void (*take)(void *arg, const char *line, size_t length);
    void *arg;
};

/* A remark, and a note of settings_notes: its line, and those of the values that are too many for it. */
void journal_remark_write(const struct journal_sink *sink, const char *name, const char *value);
void journal_note_write(const struct journal_sink *sink, const struct setting *note);

/* How far the remarks of a journal tell what a note does. All 0 to begin. */
struct journal_noted {
    bool same;     /* its line */
    size_t values; /* of its axis, in the lines behind it */
};
void journal_note_take(struct journal_noted *noted, const struct setting *note, const struct journal_line *remark);
bool journal_note_stands(const struct journal_noted *noted, const struct setting *note);

/* What differs from the header that was read and may: the grid, the repeats, the name of the data. */
struct journal_scan;
void journal_notes_change(const struct journal_sink *sink, const struct journal_scan *scan);

#endif
