/* SPDX-License-Identifier: BSD-3-Clause */
/* What is kept of a run while it goes on: outcomes in PREFIX.journal, partial result files when they are asked for, and
 * the look at PREFIX.stop. It knows files and signals, never ranks. */
#ifndef NSURF_APP_KEEPER_H
#define NSURF_APP_KEEPER_H

#include "base/error.h"
#include "cli/options.h"
#include "store/journal.h"
#include "sweep/table.h"

#include <stdbool.h>
#include <stddef.h>

struct keeper {
    struct journal *journal; /* NULL with --null-training: such outcomes must never be taken for real ones */
    const struct table *table;
    const char *prefix;
    char *stop_file, *path; /* path: of the journal */
    bool fresh;             /* the journal was made by this run, and the sweep has not begun */
    bool locked;            /* no other run has this prefix */
    double looked_s;        /* for the stop file */
    double deadline_s;      /* when to stop, by clock_now_s */
    bool stop_found;        /* and removed: a stop file stops one run */
    size_t resumed;         /* outcomes found in the journal */
    size_t to_do;           /* trainings that this run has to do */
};

/* Open the journal as the options have it and set in the table what it holds; nothing is written to it before the first
 * keeper_attend. options must outlive the keeper. deadline_s: when to ask for a stop, on the clock of keeper_attend;
 * infinite for never. Owns: the caller, who calls keeper_close, on failure too.
 * Ranks: rank 0. Errors: as journal_open; STATUS_USAGE when the journal is of a wider sweep. */
enum status keeper_open(struct keeper *keeper, const struct options *options, struct table *table, double deadline_s,
                        struct error *err) __attribute__((warn_unused_result));

/* Whether this training (of the table `arg`) is still to do: it is pending, or failed before. For packs_create. */
bool keeper_todo(size_t training, const void *arg);

/* Note an outcome that came from this host. Errors: STATUS_IO. */
enum status keeper_note(struct keeper *keeper, size_t training, const struct outcome *outcome, const char *host,
                        struct error *err) __attribute__((warn_unused_result));

/* Note what the run says of itself, for nsurf watch; not of a run that has nothing to do. Errors: STATUS_IO. */
enum status keeper_note_run(struct keeper *keeper, enum journal_run what, const char *words, struct error *err)
    __attribute__((warn_unused_result));

/* To be called many times a second: put on disk what is due, write partial files when SIGUSR2 asked for them, and set
 * *stop to what asks for a stop, if anything does. Errors: STATUS_IO, STATUS_INTERNAL. */
enum status keeper_attend(struct keeper *keeper, double now_s, const char **stop, struct error *err)
    __attribute__((warn_unused_result));

/* Put everything on disk. Errors: STATUS_IO. */
enum status keeper_sync(struct keeper *keeper, struct error *err) __attribute__((warn_unused_result));

/* How many times the journal was lost to others and completed again, see journal_mended. */
size_t keeper_mended(const struct keeper *keeper);

/* Outcomes noted and not yet on disk. */
size_t keeper_waiting(const struct keeper *keeper);

/* A journal that was made for a sweep that never began is taken away again. */
void keeper_close(struct keeper *keeper);

#endif
