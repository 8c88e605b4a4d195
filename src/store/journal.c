/* SPDX-License-Identifier: BSD-3-Clause */
/* The journal; see journal.h. Here is its life: opening, growing in groups, closing. What stands at its path is not
 * touched before it grows: a run that is refused after journal_open has destroyed nothing. */
#include "store/journal.h"

#include "base/append.h"
#include "base/file.h"
#include "store/journal_line.h"
#include "store/journal_scan.h"
#include "store/settings.h"

#include <stdlib.h>
#include <string.h>

enum {
    BUFFER = 1 << 18,                       /* about 6,000 outcomes */
    GROUP = BUFFER / 2,                     /* written at once when so much has come together */
    HEADER = (SETTINGS + 3) * JOURNAL_LINE, /* bytes of a header, at the most */
};

/* A promise: on disk one second after it arrived, at the latest. Half of it leaves time for a slow disk. */
static const double delay_s = 0.5;

struct journal {
    struct append *file;
    const char *path;
    const struct table *table;
    size_t mended;
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
    size_t used;
    char buffer[BUFFER];
};

/* header: [HEADER]. Returns its length. */
static size_t write_header(char *header, const struct setting settings[SETTINGS], const char *identity)
{
    size_t used = journal_line_remark(header, JOURNAL_MARK, JOURNAL_FORMAT);
    used += journal_line_remark(header + used, JOURNAL_IDENTITY, identity);
    for (size_t i = 0; i < SETTINGS; i++)
        used += journal_line_remark(header + used, settings[i].name, settings[i].text);
    return used + journal_line_remark(header + used, JOURNAL_COLUMNS, JOURNAL_COLUMNS_TEXT);
}

/* Nothing of what stands there counts. */
static void start(struct journal *journal, const struct setting settings[SETTINGS], const char *identity)
{
    journal->kept = 0;
    journal->used = write_header(journal->buffer, settings, identity);
}

/* Put a journal without the damaged lines in place of the one that is open, and open that. */
static enum status rewrite(struct journal *journal, const struct journal_scan *scan, struct error *err)
{
    struct file *copy;
    enum status status = file_create(&copy, scan->path, err);
    if (status != STATUS_OK)
        return status;
    char header[HEADER];
    file_write(copy, header, write_header(header, scan->settings, scan->identity));
    status = journal_scan_copy(journal->file, copy, err);
    if (status != STATUS_OK) {
        file_abort(copy);
        return status;
    }
    status = file_commit(copy, err);
    if (status != STATUS_OK)
        return status;
    discard(append_close(journal->file, NULL)); /* the old file has no name any more */
    journal->file = NULL;
    return append_open(&journal->file, scan->path, APPEND_CREATE, err);
}

/* Note what differs from the header and may: the grid, the repeats, the name of the data. */
static void note_changes(struct journal *journal, const struct journal_scan *scan)
{
    for (size_t i = 0; i < SETTINGS; i++) {
        const struct setting *here = &scan->settings[i];
        if (!scan->seen[i] || strcmp(scan->there[i], here->text) != 0)
            journal->used += journal_line_remark(journal->buffer + journal->used, here->name, here->text);
    }
}

/* Read what is there and make it fit to be continued. */
static enum status take_up(struct journal *journal, enum journal_mode mode, struct journal_scan *scan,
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
    if (scan->damaged || scan->unmarked)
        return rewrite(journal, scan, err);
    if (!scan->complete && scan->outcomes + scan->outside == 0) { /* died while writing the header */
        start(journal, scan->settings, scan->identity);
    } else {
        journal->kept = scan->whole;
        note_changes(journal, scan);
    }
    return STATUS_OK;
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
    struct setting settings[SETTINGS];
    char identity[DIGEST_TEXT];
    settings_list(table->experiment, settings);
    enum status status = settings_digest(settings, identity, err);
    scan->path = path;
    scan->settings = settings;
    scan->identity = identity;
    scan->table = table;
    if (status == STATUS_OK)
        status = append_open(&journal->file, path, mode == JOURNAL_READ ? APPEND_READ : APPEND_CREATE, err);
    if (status == STATUS_OK) {
        bool fresh = mode != JOURNAL_READ && (mode == JOURNAL_RESTART || append_size(journal->file) == 0);
        if (fresh)
            start(journal, settings, identity);
        else
            status = take_up(journal, mode, scan, err);
    }
    free(scan);
    if (status != STATUS_OK) {
        discard(append_close(journal->file, NULL));
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

/* Keep a failure: after a failed fsync nobody knows what is on disk, so nothing more is added. */
static enum status keep_broken(struct journal *journal, enum status status, struct error *err)
{
    if (status != STATUS_OK && err)
        *err = journal->broken;
    return status;
}

/* Write to the file at the path all that the table holds and it does not. there: of the same experiment, none set. */
static enum status complete(struct journal *journal, struct table *there, struct journal **next, struct error *err)
{
    const struct table *const table = journal->table;
    enum status status = journal_open(next, journal->path, JOURNAL_CONTINUE, there, err);
    for (size_t t = 0; !status && t < table->count; t++)
        if (table->outcomes[t].status != OUTCOME_PENDING && table_is_open(there, t))
            status = journal_append(*next, t, &table->outcomes[t], err);
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

enum status journal_append(struct journal *journal, size_t training, const struct outcome *outcome, struct error *err)
{
    journal->begun = true;
    if (journal->used > BUFFER - JOURNAL_LINE) {
        const enum status status = put(journal);
        if (status != STATUS_OK)
            return keep_broken(journal, status, err);
    }
    const struct trial trial = experiment_trial(journal->table->experiment, training);
    const struct trial_key key = trial_key(&trial);
    journal->used += journal_line_outcome(journal->buffer + journal->used, &key, outcome);
    journal->waiting++;
    return keep_broken(journal, journal->broken.status, err);
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
    free(journal);
    return status == STATUS_OK ? closed : status;
}
