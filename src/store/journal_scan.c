/* SPDX-License-Identifier: BSD-3-Clause */
/* Reading a journal; see journal_scan.h. A line is believed when its checksum holds, wherever it stands: so doubled or
 * exchanged lines do no harm, and what a damaged header said is found in its digest or in its settings. Memory does
 * not depend on the length of the file or of its lines. */
#include "store/journal_scan.h"

#include "store/journal_line.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- lines ------------------------------------------------------------------------------------------------------ */

enum { CHUNK = 1 << 16 }; /* bytes read at a time; at least two lines */

struct lines {
    const struct append *file;
    uint64_t offset;   /* in the file, of the chunk's end */
    size_t begin, end; /* what of the chunk is still to be handed out */
    size_t number;     /* of the line handed out last, from 1 */
    char chunk[CHUNK];
};

enum found {
    FOUND_LINE,
    FOUND_LONG, /* a line of JOURNAL_LINE bytes or more, passed over */
    FOUND_TORN, /* bytes without a line feed at the end of the file */
    FOUND_END,
    FOUND_ERROR
};

/* Read on behind what is still to be handed out. Returns whether there was more; *failed when reading failed. */
static bool refill(struct lines *lines, bool *failed, struct error *err)
{
    memmove(lines->chunk, lines->chunk + lines->begin, lines->end - lines->begin);
    lines->end -= lines->begin;
    lines->begin = 0;
    ssize_t got = append_read(lines->file, lines->chunk + lines->end, CHUNK - lines->end, lines->offset, err);
    *failed = got < 0;
    if (got <= 0)
        return false;
    lines->end += (size_t)got;
    lines->offset += (uint64_t)got;
    return true;
}

/* The next line without its line feed: *length bytes at *line, valid until the next call. */
static enum found next_line(struct lines *lines, const char **line, size_t *length, struct error *err)
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

/* --- judgement -------------------------------------------------------------------------------------------------- */

/* The first setting of the identity that stands there with another value; SETTINGS when there is none. */
static size_t first_difference(const struct journal_scan *scan)
{
    for (size_t i = 0; i < SETTINGS; i++)
        if (scan->settings[i].identity && scan->seen[i] && strcmp(scan->there[i], scan->settings[i].text) != 0)
            return i;
    return SETTINGS;
}

/* Refuse the journal of another experiment. */
static enum status check_identity(const struct journal_scan *scan, struct error *err)
{
    static const char advice[] = "choose another -o, or start over with --force";
    size_t i = first_difference(scan);
    if (i < SETTINGS)
        return error_set(err, STATUS_DATA, "%s is of another experiment: %s is %.70s there and %.70s here; %s",
                         scan->path, scan->settings[i].name, scan->there[i], scan->settings[i].text, advice);
    if (scan->other_identity)
        return error_set(err, STATUS_DATA, "%s is of another experiment: its %s is not %s; %s", scan->path,
                         JOURNAL_IDENTITY, scan->identity, advice);
    return STATUS_OK;
}

/* Whether enough of the header stands to know that the journal is ours. */
static bool identity_known(const struct journal_scan *scan)
{
    bool all = true;
    for (size_t i = 0; i < SETTINGS; i++)
        all = all && (scan->seen[i] || !scan->settings[i].identity);
    return scan->identified || all;
}

static enum status take_damage(struct journal_scan *scan, size_t number, struct error *err)
{
    scan->damaged++;
    if (scan->repair)
        return STATUS_OK;
    enum status status = check_identity(scan, err); /* a foreign journal needs no repair */
    if (status != STATUS_OK)
        return status;
    return error_set(err, STATUS_DATA, "%s:%zu: damaged line; --repair drops it and trains its network again",
                     scan->path, number);
}

static enum status take_remark(struct journal_scan *scan, const struct journal_line *line, struct error *err)
{
    if (strcmp(line->name, JOURNAL_MARK) == 0) {
        if (strcmp(line->value, JOURNAL_FORMAT) != 0)
            return error_set(err, STATUS_DATA,
                             "%s has the format %.20s, and this program knows %s; use the "
                             "program that wrote it, or choose another -o",
                             scan->path, line->value, JOURNAL_FORMAT);
    } else if (strcmp(line->name, JOURNAL_IDENTITY) == 0) {
        bool ours = strcmp(line->value, scan->identity) == 0;
        scan->identified = scan->identified || ours;
        scan->other_identity = scan->other_identity || !ours;
    } else if (strcmp(line->name, JOURNAL_COLUMNS) == 0) {
        scan->complete = true;
    }
    for (size_t i = 0; i < SETTINGS; i++) {
        if (strcmp(line->name, scan->settings[i].name) != 0)
            continue;
        /* Once its identity differs it stays so: two headers in one file are two experiments. */
        bool differs =
            scan->seen[i] && scan->settings[i].identity && strcmp(scan->there[i], scan->settings[i].text) != 0;
        if (!differs)
            discard(snprintf(scan->there[i], SETTING_VALUE, "%.*s", SETTING_VALUE - 1, line->value));
        scan->seen[i] = true;
    }
    return STATUS_OK;
}

static int compare_values(const void *a, const void *b)
{
    const uint32_t *left = a, *right = b;
    return (*left > *right) - (*left < *right);
}

/* The number of the network's training; false when it lies outside of the grid or the repeats. */
static bool training_of(const struct experiment *experiment, const struct trial_key *key, size_t *training)
{
    const struct axis *one = &experiment->hidden1, *two = &experiment->hidden2;
    const uint32_t *i = bsearch(&key->hidden1, one->values, one->count, sizeof *i, compare_values);
    const uint32_t *j = bsearch(&key->hidden2, two->values, two->count, sizeof *j, compare_values);
    if (!i || !j || key->repeat >= experiment->repeats ||
        key->fold >= experiment_cell_trainings(experiment) / experiment->repeats)
        return false;
    size_t cell = (size_t)(i - one->values) * two->count + (size_t)(j - two->values);
    *training = cell * experiment_cell_trainings(experiment) + key->fold * experiment->repeats + key->repeat;
    return true;
}

static bool same_outcome(const struct outcome *a, const struct outcome *b)
{
    bool same = a->status == b->status && a->epochs == b->epochs;
    for (int part = 0; part < PARTS; part++)
        same = same && a->wrong[part] == b->wrong[part] &&
               (a->error[part] == b->error[part] || (isnan(a->error[part]) && isnan(b->error[part])));
    return same;
}

static enum status take_outcome(struct journal_scan *scan, const struct journal_line *line, size_t number,
                                struct error *err)
{
    size_t training;
    if (!training_of(scan->table->experiment, &line->key, &training)) {
        scan->outside++;
        return STATUS_OK;
    }
    const struct outcome *before = &scan->table->outcomes[training];
    if (table_is_open(scan->table, training)) {
        scan->outcomes += before->status == OUTCOME_PENDING;
        table_set(scan->table, training, &line->outcome);
    } else if (line->outcome.status != OUTCOME_FAILED && !same_outcome(before, &line->outcome)) {
        return error_set(err, STATUS_DATA,
                         "%s:%zu: network %u, %u, repeat %u has another outcome further up; start "
                         "over with --force",
                         scan->path, number, (unsigned)line->key.hidden1, (unsigned)line->key.hidden2,
                         (unsigned)line->key.repeat);
    }
    return STATUS_OK;
}

static enum status take_line(struct journal_scan *scan, const char *bytes, size_t length, size_t number,
                             struct error *err)
{
    struct journal_line line;
    if (!journal_line_read(&line, bytes, length))
        return take_damage(scan, number, err);
    if (line.remark)
        return take_remark(scan, &line, err);
    /* Where the header has said that the journal is foreign, its outcomes need not be read. */
    enum status status = scan->outcomes + scan->outside == 0 ? check_identity(scan, err) : STATUS_OK;
    return status == STATUS_OK ? take_outcome(scan, &line, number, err) : status;
}

/* A file that does not begin as a journal does is somebody's who never thought of us. */
static enum status check_mark(struct journal_scan *scan, struct error *err)
{
    static const char mark[] = "# " JOURNAL_MARK " ";
    char begin[sizeof mark - 1];
    ssize_t got = append_read(scan->file, begin, sizeof begin, 0, err);
    if (got < 0)
        return STATUS_IO;
    scan->unmarked = memcmp(begin, mark, (size_t)got) != 0;
    if (scan->unmarked && !scan->repair)
        return error_set(err, STATUS_DATA,
                         "%s:1: not the first line of a journal; choose another -o, or, if it is one, --repair",
                         scan->path);
    return STATUS_OK;
}

enum status journal_scan(struct journal_scan *scan, struct error *err)
{
    enum status status = check_mark(scan, err);
    if (status != STATUS_OK)
        return status;
    struct lines lines = {.file = scan->file};
    for (;;) {
        const char *line = NULL;
        size_t length = 0;
        enum found found = next_line(&lines, &line, &length, err);
        if (found == FOUND_ERROR)
            return STATUS_IO;
        if (found == FOUND_END || found == FOUND_TORN)
            break;
        scan->whole = lines.offset - (lines.end - lines.begin);
        status = found == FOUND_LINE ? take_line(scan, line, length, lines.number, err)
                                     : take_damage(scan, lines.number, err);
        if (status != STATUS_OK)
            return status;
    }
    status = check_identity(scan, err);
    bool holds_something = scan->outcomes + scan->outside + scan->damaged > 0 || scan->unmarked;
    if (status == STATUS_OK && holds_something && !identity_known(scan))
        return error_set(err, STATUS_DATA,
                         "%s: too little is left of its header to know the experiment; start over "
                         "with --force",
                         scan->path);
    return status;
}

enum status journal_scan_copy(const struct append *file, struct file *copy, struct error *err)
{
    struct lines lines = {.file = file};
    for (;;) {
        const char *bytes = NULL;
        size_t length = 0;
        struct journal_line line;
        enum found found = next_line(&lines, &bytes, &length, err);
        if (found == FOUND_ERROR)
            return STATUS_IO;
        if (found == FOUND_END || found == FOUND_TORN)
            return STATUS_OK;
        if (found == FOUND_LINE && journal_line_read(&line, bytes, length) && !line.remark)
            file_write(copy, bytes, length + 1);
    }
}
