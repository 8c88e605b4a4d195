/* SPDX-License-Identifier: BSD-3-Clause */
/* What is kept of a run while it goes on; see keeper.h. */
#include "app/keeper.h"

#include "base/file.h"
#include "base/log.h"
#include "base/number.h"
#include "base/stop.h"
#include "store/surface.h"

#include <stdlib.h>

/* Seconds between two looks for the stop file: a look may cost a round trip to a file server. */
static const double look_s = 1;

static enum journal_mode journal_mode(const struct options *options)
{
    return options->force ? JOURNAL_RESTART : options->repair ? JOURNAL_REPAIR : JOURNAL_CONTINUE;
}

static size_t count_todo(const struct table *table)
{
    size_t count = 0;
    for (size_t training = 0; training < table->count; training++)
        count += keeper_todo(training, table);
    return count;
}

/* What the user should know of the journal before the sweep begins. */
static void tell_found(const struct keeper *keeper)
{
    const char *const path = keeper->path;
    const struct journal_found found = journal_found(keeper->journal);
    if (found.dropped)
        log_line("%s: %s dropped; what stood there is trained again", path,
                 number_counted(found.dropped, "damaged line").text);
    if (found.torn)
        log_line("%s: the last line is unfinished and does not count", path);
    if (found.outcomes && keeper->to_do)
        log_line("%s: resumed; %zu of %s done already", path, keeper->table->count - keeper->to_do,
                 number_counted(keeper->table->count, experiment_word(keeper->table->experiment)).text);
}

/* Results of a wider sweep must not give way to those of a narrower one unasked. */
static enum status check_width(const struct keeper *keeper, const struct options *options, struct error *err)
{
    const size_t outside = journal_found(keeper->journal).outside;
    if (outside == 0 || options->force)
        return STATUS_OK;
    return error_set(err, STATUS_USAGE,
                     "%s holds %s outside of this grid and its repeats, whose results would be lost; "
                     "widen the axes or --repeats, choose another --output, or start over with --force",
                     keeper->path, number_counted(outside, experiment_word(keeper->table->experiment)).text);
}

enum status keeper_open(struct keeper *keeper, const struct options *options, struct table *table, double deadline_s,
                        struct error *err)
{
    *keeper =
        (struct keeper){.table = table, .prefix = options->prefix, .to_do = table->count, .deadline_s = deadline_s};
    enum status status = file_name(&keeper->stop_file, options->prefix, ".stop", err);
    if (status || options->null_training)
        return status;
    status = file_name(&keeper->path, options->prefix, ".journal", err);
    if (status)
        return status;
    const bool fresh = !file_exists(keeper->path);
    status = journal_open(&keeper->journal, keeper->path, journal_mode(options), table, err);
    if (status)
        return status;
    keeper->fresh = fresh;
    keeper->to_do = count_todo(table);
    keeper->resumed = table->count - keeper->to_do;
    status = check_width(keeper, options, err);
    if (!status && keeper->to_do > 0 && file_exists(keeper->stop_file)) /* before the first training */
        status = error_set(err, STATUS_USAGE, "%s: is there already, and would stop the run at once; remove it first",
                           keeper->stop_file);
    keeper->locked = journal_locked(keeper->journal);
    if (!status && !keeper->locked)
        log_line("%s: this file system has no locks; see to it that no other run uses the same prefix", keeper->path);
    if (!status && !options->quiet)
        tell_found(keeper);
    return status;
}

bool keeper_todo(size_t training, const void *arg)
{
    return table_is_open(arg, training);
}

enum status keeper_note(struct keeper *keeper, size_t training, const struct outcome *outcome, const char *host,
                        struct error *err)
{
    return keeper->journal ? journal_append(keeper->journal, training, outcome, host, err) : STATUS_OK;
}

enum status keeper_note_run(struct keeper *keeper, enum journal_run what, const char *words, struct error *err)
{
    return keeper->journal && keeper->to_do > 0 ? journal_note_run(keeper->journal, what, words, err) : STATUS_OK;
}

static enum status write_partial(struct keeper *keeper, struct error *err)
{
    char digest[DIGEST_TEXT];
    const enum status status = keeper_sync(keeper, err);
    return status ? status : surface_write(keeper->table, keeper->prefix, digest, err);
}

enum status keeper_attend(struct keeper *keeper, double now_s, const char **stop, struct error *err)
{
    keeper->fresh = false;
    enum status status = keeper->journal ? journal_begin(keeper->journal, err) : STATUS_OK;
    if (!status && keeper->journal)
        status = journal_flush(keeper->journal, now_s, err);
    if (!status && stop_wants_partial())
        status = write_partial(keeper, err);
    if (status)
        return status;
    if (!keeper->stop_found && now_s - keeper->looked_s >= look_s) {
        keeper->looked_s = now_s;
        keeper->stop_found = file_exists(keeper->stop_file);
        if (keeper->stop_found)
            status = file_remove(keeper->stop_file, err);
    }
    if (stop_signal())
        *stop = stop_signal_name(stop_signal());
    else if (keeper->stop_found)
        *stop = keeper->stop_file;
    else if (now_s >= keeper->deadline_s)
        *stop = "the time limit of the job";
    return status;
}

enum status keeper_sync(struct keeper *keeper, struct error *err)
{
    return keeper->journal ? journal_sync(keeper->journal, err) : STATUS_OK;
}

size_t keeper_mended(const struct keeper *keeper)
{
    return keeper->journal ? journal_mended(keeper->journal) : 0;
}

size_t keeper_waiting(const struct keeper *keeper)
{
    return keeper->journal ? journal_waiting(keeper->journal) : 0;
}

void keeper_close(struct keeper *keeper)
{
    if (keeper->journal && keeper->fresh) /* while it is still locked */
        discard((long)file_remove(keeper->path, NULL));
    /* Failures were reported by keeper_sync; what fails now leaves a journal that is whole. */
    discard((long)journal_close(keeper->journal, NULL));
    free(keeper->stop_file);
    free(keeper->path);
    *keeper = (struct keeper){0};
}
