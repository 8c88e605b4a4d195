/* SPDX-License-Identifier: BSD-3-Clause */
/* The journal, PREFIX.journal: every finished outcome as a line of text, in the order of arrival, the one source of
 * truth of a run. It only grows; what has been put on disk survives the end of anything at any moment. The
 * lines are those of journal_line.h: at first `# NAME VALUE` for its format, the digest of the experiment and all
 * settings, then outcomes, which gnuplot and awk can read while it grows.
 *
 * It knows the outcome table and files, never who trains. The grid and the repeats are no part of what identifies an
 * experiment: a journal serves a wider or narrower grid as well, and keeps what lies outside of it. */
#ifndef NSURF_STORE_JOURNAL_H
#define NSURF_STORE_JOURNAL_H

#include "base/error.h"
#include "store/journal_run.h"
#include "sweep/table.h"

#include <stdbool.h>
#include <stddef.h>

struct journal;

enum journal_mode {
    JOURNAL_CONTINUE, /* resume the journal at path, or start one */
    JOURNAL_REPAIR,   /* the same, and drop damaged lines: those outcomes will be trained again */
    JOURNAL_RESTART,  /* start over: whatever stands at path is emptied when the journal begins */
    JOURNAL_READ      /* look alone, while another process may be writing; nothing can be appended */
};

/* Open the journal of table->experiment and set its outcomes in the table, in which none is set yet; path and table
 * must outlive the journal. A last line
 * without its end was being written when the run died: it does not count, and is cut off when the journal begins. When
 * a training was FAILED and later came out well, the latter counts. A missing file is created empty (but not by
 * JOURNAL_READ); one that is there is changed by JOURNAL_REPAIR alone, when there is damage.
 * Owns: the caller, who calls journal_close. Ranks: rank 0.
 * Errors, after which the table's content is void: STATUS_DATA, with the line's number, for a damaged line, a file that
 * is no journal, and for the journal of another experiment, naming the first setting that differs and both values;
 * STATUS_IO with the step that failed, also when another process uses the journal; STATUS_INTERNAL out of memory. */
enum status journal_open(struct journal **journal, const char *path, enum journal_mode mode, struct table *table,
                         struct error *err) __attribute__((warn_unused_result));

/* What journal_open found. */
struct journal_found {
    size_t outcomes; /* set in the table */
    size_t outside;  /* of networks outside of the grid or the repeats: kept, not used */
    size_t dropped;  /* damaged lines that were dropped (JOURNAL_REPAIR) */
    size_t torn;     /* bytes of an unfinished last line, which do not count */
};
struct journal_found journal_found(const struct journal *journal);

/* Whether other processes are kept away: some file systems have no locks. */
bool journal_locked(const struct journal *journal);

/* How many times the file was found removed, replaced or of another size, and taken up anew: what it lacked was
 * written to it again from the table. */
size_t journal_mended(const struct journal *journal);

/* From here on the file is written to: cut or emptied as it was opened for, and its header put on disk. What is refused
 * before has destroyed nothing; the first journal_append implies it. Once begun, does nothing. Errors: STATUS_IO. */
enum status journal_begin(struct journal *journal, struct error *err) __attribute__((warn_unused_result));

/* Note the outcome of a training of table->experiment, which stands in the table already. host: where it was run, for
 * a program; NULL: not known. It counts as done once
 * it is on disk: see journal_waiting. Errors: as journal_flush, when the buffer is full and has to be written. */
enum status journal_append(struct journal *journal, size_t training, const struct outcome *outcome, const char *host,
                           struct error *err) __attribute__((warn_unused_result));

/* Note what a run says of itself, with the moment. It is written with the outcomes; before the journal has begun, with
 * its header. Errors: as journal_append. */
enum status journal_note_run(struct journal *journal, enum journal_run what, const char *words, struct error *err)
    __attribute__((warn_unused_result));

/* Write what was appended, if it is time: half a second after the first of it, or when much has come together; and have
 * it synced by a thread, so that a slow disk delays nothing else. To be called a few times a second at least; costs
 * nothing when there is nothing to do. now_s: any steady clock.
 * Errors: STATUS_IO; from then on each call returns the same. */
enum status journal_flush(struct journal *journal, double now_s, struct error *err) __attribute__((warn_unused_result));

/* The same, now; waits until all is on disk. Before the journal has begun it writes nothing. */
enum status journal_sync(struct journal *journal, struct error *err) __attribute__((warn_unused_result));

/* Outcomes appended and not yet on disk. */
size_t journal_waiting(const struct journal *journal);

/* journal_sync, unlock, free. journal may be NULL. Errors: STATUS_IO. */
enum status journal_close(struct journal *journal, struct error *err) __attribute__((warn_unused_result));

#endif
