/* SPDX-License-Identifier: BSD-3-Clause */
/* The journal; see journal.h. Here is its life: opening, growing in groups, closing. What stands at its path is not
 * touched before it grows: a run that is refused after journal_open has destroyed nothing. */
#include "store/journal.h"

#include "base/append.h"
#include "base/file.h"
#include "store/journal_line.h"
#include "store/journal_scan.h"
#include "store/settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    BUFFER = 1 << 18,                       /* about 6,000 outcomes */
    GROUP = BUFFER / 2,                     /* written at once when so much has come together */
};

/* A promise: on disk one second after it arrived, at the latest. Half of it leaves time for a slow disk. */
static const double delay_s = 0.5;

struct journal {
    struct append *file;
    const char *path;
    const struct table *table;
    size_t mended;
    struct journal_header header, ours; /* of the file; of one that this experiment would begin */
    struct journal_form form; /* of header */
    struct journal_scan *anew; /* what stands there, to be written anew before anything is added, or NULL */
    struct journal_found found;
    bool begun;          /* the file may be written to; until then the buffer holds the header or notes to it */
    uint64_t kept;       /* the file is cut to so many bytes before anything is added */
    struct error broken; /* the first failure of writing; status STATUS_OK until then */
    size_t waiting;      /* outcomes in the buffer */
    size_t written;      /* outcomes that are in the file and not known to be on disk, nor in `syncing` */
    size_t syncing;      /* outcomes that the sync on its way puts on disk */
    bool unsynced;       /* something was written since the latest sync began */
    bool on_its_way;     /* a sync */
    bool timing;         /* since_s is set */
    double since_s;      /* when journal_flush first saw something in the buffer */
    size_t used, capacity;
    char *buffer; /* [capacity], BUFFER or more */
};

/* See that the buffer has room for so many bytes more. */
static enum status reserve(struct journal *journal, size_t more, struct error *err)
{
    const size_t least = journal->used + more, capacity = least > BUFFER ? least + BUFFER : BUFFER;
    if (journal->buffer && least <= journal->capacity)
        return STATUS_OK;
    char *const larger = realloc(journal->buffer, capacity);
    if (!larger)
        return error_memory(err, "the journal");
    journal->buffer = larger;
    journal->capacity = capacity;
    return STATUS_OK;
}

/* Add a line to the buffer; the first failure is kept. */
static void take_line(void *arg, const char *line, size_t length)
{
    struct journal *const journal = arg;
    if (journal->broken.status || reserve(journal, length, &journal->broken))
        return;
    memcpy(journal->buffer + journal->used, line, length);
    journal->used += length;
}

/* Nothing of what stands there counts. */
static void start(struct journal *journal)
{
    journal->kept = journal->used = 0;
    journal_header_write(&(struct journal_sink){take_line, journal}, &journal->header, journal->table->experiment);
}

static void write_line(void *copy, const char *line, size_t length)
{
    file_write(copy, line, length);
}

/* Put a journal without the damaged lines, and in today's format, in place of the one that is open, and open that. */
static enum status rewrite(struct journal *journal, const struct journal_scan *scan, struct error *err)
{
    struct file *copy;
    enum status status = file_create(&copy, scan->path, err);
    if (status == STATUS_OK) {
        journal_header_write(&(struct journal_sink){write_line, copy}, &journal->header, journal->table->experiment);
        status = journal_scan_copy(scan, &journal->header, copy, err);
        if (status == STATUS_OK)
            status = file_commit(copy, err);
        else
            file_abort(copy);
    }
    if (status != STATUS_OK)
        return status;
    discard(append_close(journal->file, NULL)); /* the old file has no name any more */
    journal->file = NULL;
    return append_open(&journal->file, scan->path, APPEND_CREATE, err);
}

/* Take over the header that stands there, in today's format. Whether it has to be written anew. */
static bool take_header(struct journal *journal, const struct journal_scan *scan)
{
    bool same = scan->consistent && scan->header.format == journal->header.format;
    for (int part = 0; part < ARITHMETICS; part++)
        same = same && scan->header.versions[part] == arithmetic_versions[part];
    if (scan->consistent) {
        struct journal_header header = scan->header;
        header.format = journal->header.format;
        memcpy(header.versions, journal->header.versions, sizeof header.versions);
        journal->header = header;
    }
    return !same;
}

/* Read what is there and make it fit to be continued. */
static enum status take_up(struct journal *journal, enum journal_mode mode, struct journal_scan *scan, bool *anew,
                           struct error *err)
{
    scan->file = journal->file;
    scan->repair = mode == JOURNAL_REPAIR;
    enum status status = journal_scan(scan, err);
    if (status != STATUS_OK)
        return status;
    uint64_t size = append_size(journal->file);
    journal->found = (struct journal_found){.outcomes = scan->outcomes,
                                            .outside = scan->outside,
                                            .dropped = scan->damaged,
                                            .torn = size > scan->whole ? (size_t)(size - scan->whole) : 0};
    if (mode == JOURNAL_READ)
        return STATUS_OK;
    const bool other = take_header(journal, scan);
    journal->form = journal_header_form(&journal->header, journal->table->experiment);
    if (scan->damaged || scan->unmarked)
        return rewrite(journal, scan, err);
    if (!scan->complete && scan->outcomes + scan->outside == 0) { /* died while writing the header */
        journal->header = journal->ours;
        journal->form = journal_header_form(&journal->header, journal->table->experiment);
        start(journal);
    } else if (other) {
        *anew = true;
    } else {
        journal->kept = scan->whole;
        journal_notes_change(&(struct journal_sink){take_line, journal}, scan);
    }
    return STATUS_OK;
}

/* Begin with the header of a journal of the table's experiment, whatever stands at path. */
static enum status open_there(struct journal *journal, const char *path, enum journal_mode mode,
                              struct journal_scan *scan, bool *anew, struct error *err)
{
    enum status status = journal_header_make(&journal->header, journal->table->experiment, err);
    journal->form = journal_header_form(&journal->header, journal->table->experiment);
    if (status == STATUS_OK)
        status = append_open(&journal->file, path, mode == JOURNAL_READ ? APPEND_READ : APPEND_CREATE, err);
    if (status != STATUS_OK)
        return status;
    if (mode == JOURNAL_READ || (mode != JOURNAL_RESTART && append_size(journal->file) > 0)) {
        journal->ours = journal->header;
        scan->ours = &journal->ours;
        return take_up(journal, mode, scan, anew, err);
    }
    start(journal);
    return STATUS_OK;
}

/* Keep a failure: after a failed fsync it is not known what is on disk, so nothing more is added. */
static enum status keep_broken(struct journal *journal, enum status status, struct error *err)
{
    if (status != STATUS_OK && err)
        *err = journal->broken;
    return status;
}

enum status journal_open(struct journal **result, const char *path, enum journal_mode mode, struct table *table,
                         struct error *err)
{
    *result = NULL;
    struct journal *journal = calloc(1, sizeof *journal);
    struct journal_scan *scan = calloc(1, sizeof *scan);
    if (!journal || !scan) {
        free(journal);
        free(scan);
        return error_memory(err, "the journal");
    }
    journal->path = path;
    journal->table = table;
    journal->kept = UINT64_MAX;
    scan->path = path;
    scan->table = table;
    bool anew = false;
    enum status status = open_there(journal, path, mode, scan, &anew, err);
    if (!status)
        status = keep_broken(journal, journal->broken.status, err);
    journal->anew = anew ? scan : NULL;
    if (!anew)
        free(scan);
    if (status != STATUS_OK) {
        free(journal->anew);
        discard(append_close(journal->file, NULL));
        free(journal->buffer);
        free(journal);
        return status;
    }
    *result = journal;
    return STATUS_OK;
}

struct journal_found journal_found(const struct journal *journal)
{
    return journal->found;
}

bool journal_locked(const struct journal *journal)
{
    return append_locked(journal->file);
}

size_t journal_mended(const struct journal *journal)
{
    return journal->mended;
}

/* Write to the file at the path all that the table holds and it does not. there: of the same experiment, none set. */
static enum status complete(struct journal *journal, struct table *there, struct journal **next, struct error *err)
{
    const struct table *const table = journal->table;
    enum status status = journal_open(next, journal->path, JOURNAL_CONTINUE, there, err);
    for (size_t t = 0; !status && t < table->count; t++)
        if (table->outcomes[t].status != OUTCOME_PENDING && table_is_open(there, t))
            status = journal_append(*next, t, &table->outcomes[t], NULL, err);
    if (!status)
        status = journal_begin(*next, err);
    return status ? status : journal_sync(*next, err);
}

/* The file was removed, replaced or changed by others: take up what stands at its path now, as the next run would. */
static enum status mend(struct journal *journal)
{
    struct table there = {0};
    struct journal *next = NULL;
    struct error trouble;
    discard(append_close(journal->file, NULL)); /* first, for it would take the new lock along */
    journal->file = NULL;
    free(journal->anew); /* it was to copy what stood there */
    journal->anew = NULL;
    enum status status = table_create(&there, journal->table->experiment, &trouble);
    if (!status)
        status = complete(journal, &there, &next, &trouble);
    table_free(&there);
    if (status) {
        discard((long)journal_close(next, NULL));
        return error_set(&journal->broken, status, "the journal was removed, replaced or changed in mid-run: %s",
                         trouble.text);
    }
    journal->file = next->file;
    journal->header = next->header;
    journal->form = journal_header_form(&journal->header, journal->table->experiment);
    free(next->anew);
    free(next->buffer);
    free(next);
    journal->mended++;
    journal->kept = UINT64_MAX;
    journal->used = journal->waiting = journal->written = journal->syncing = 0;
    journal->timing = journal->unsynced = journal->on_its_way = false;
    return STATUS_OK;
}

/* Bring the file to the state in which it can grow, and add the buffer. */
static enum status put(struct journal *journal)
{
    enum status status = journal->broken.status;
    if (status == STATUS_OK && !append_intact(journal->file))
        return mend(journal);
    if (status == STATUS_OK && journal->anew) {
        status = rewrite(journal, journal->anew, &journal->broken);
        free(journal->anew);
        journal->anew = NULL;
    }
    if (status == STATUS_OK && append_size(journal->file) > journal->kept)
        status = append_cut(journal->file, journal->kept, &journal->broken);
    journal->kept = UINT64_MAX;
    if (status == STATUS_OK && journal->used > 0) {
        status = append_write(journal->file, journal->buffer, journal->used, &journal->broken);
        journal->unsynced = true;
    }
    if (status == STATUS_OK) {
        journal->written += journal->waiting;
        journal->used = journal->waiting = 0;
        journal->timing = false;
    }
    return status;
}

/* See how the sync on its way is doing; when there is none any more, and something to sync, begin the next. */
static enum status tend(struct journal *journal)
{
    bool over = true;
    enum status status = journal->broken.status;
    if (status == STATUS_OK && journal->on_its_way)
        status = append_sync_look(journal->file, &over, &journal->broken);
    if (status != STATUS_OK || !over)
        return status;
    journal->syncing = 0;
    journal->on_its_way = journal->unsynced;
    if (!journal->unsynced)
        return STATUS_OK;
    journal->syncing = journal->written;
    journal->written = 0;
    journal->unsynced = false;
    return append_sync_begin(journal->file, &journal->broken);
}

enum status journal_begin(struct journal *journal, struct error *err)
{
    if (journal->begun)
        return STATUS_OK;
    journal->begun = true;
    return journal_sync(journal, err);
}

enum status journal_sync(struct journal *journal, struct error *err)
{
    enum status status = journal->broken.status;
    if (status == STATUS_OK && journal->begun)
        status = put(journal);
    if (status == STATUS_OK && (journal->unsynced || journal->on_its_way))
        status = append_sync(journal->file, &journal->broken);
    if (status == STATUS_OK) {
        journal->written = journal->syncing = 0;
        journal->unsynced = journal->on_its_way = false;
    }
    return keep_broken(journal, status, err);
}

/* Room for one more line; what comes before the journal has begun is kept until then. */
static enum status make_room(struct journal *journal)
{
    const bool full = journal->begun && journal->used > BUFFER - JOURNAL_LINE;
    const enum status status = full ? put(journal) : journal->broken.status;
    return status ? status : reserve(journal, JOURNAL_LINE, &journal->broken);
}

enum status journal_note_run(struct journal *journal, enum journal_run what, const char *words, struct error *err)
{
    char value[JOURNAL_RUN_TEXT];
    struct timespec now = {0};
    const enum status status = make_room(journal);
    if (status)
        return keep_broken(journal, status, err);
    discard(clock_gettime(CLOCK_REALTIME, &now));
    journal_run_write(value, (double)now.tv_sec, words);
    journal->used += journal_line_remark(journal->buffer + journal->used, journal_run_names[what], value);
    return STATUS_OK;
}

enum status journal_append(struct journal *journal, size_t training, const struct outcome *outcome, const char *host,
                           struct error *err)
{
    journal->begun = true;
    const enum status status = make_room(journal);
    if (status)
        return keep_broken(journal, status, err);
    const struct trial trial = experiment_trial(journal->table->experiment, training);
    journal->used += journal_line_outcome(journal->buffer + journal->used, &journal->form, &trial, outcome, host);
    journal->waiting++;
    return STATUS_OK;
}

enum status journal_flush(struct journal *journal, double now_s, struct error *err)
{
    enum status status = STATUS_OK;
    if (journal->begun && journal->used > 0) {
        if (!journal->timing)
            journal->since_s = now_s;
        journal->timing = true;
        if (journal->used >= GROUP || now_s - journal->since_s >= delay_s)
            status = put(journal);
    }
    if (status == STATUS_OK)
        status = tend(journal);
    return keep_broken(journal, status, err);
}

size_t journal_waiting(const struct journal *journal)
{
    return journal->waiting + journal->written + journal->syncing;
}

enum status journal_close(struct journal *journal, struct error *err)
{
    if (!journal)
        return STATUS_OK;
    enum status status = journal_sync(journal, err);
    enum status closed = append_close(journal->file, status == STATUS_OK ? err : NULL);
    free(journal->anew);
    free(journal->buffer);
    free(journal);
    return status == STATUS_OK ? closed : status;
}
