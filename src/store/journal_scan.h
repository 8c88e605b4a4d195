/* SPDX-License-Identifier: BSD-3-Clause */
/* Reading a journal from its first line to its last and judging each; for journal.c alone. It writes nothing. */
#ifndef NSURF_STORE_JOURNAL_SCAN_H
#define NSURF_STORE_JOURNAL_SCAN_H

#include "base/append.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/file.h"
#include "store/settings.h"
#include "sweep/table.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The names of the header lines that are no settings, and their values. */
#define JOURNAL_MARK "nsurf_journal" /* the first line */
#define JOURNAL_FORMAT "2"           /* grows when an older program would misread the lines */
#define JOURNAL_IDENTITY "experiment_sha256"
#define JOURNAL_COLUMNS "columns" /* the header's last line */
#define JOURNAL_COLUMNS_TEXT                                                                                           \
    "hidden1 hidden2 fold repeat status epochs train_error validation_error test_error train_wrong validation_wrong "  \
    "test_wrong crc32"

struct journal_scan {
    const struct append *file;
    const char *path;               /* for error lines */
    const struct setting *settings; /* [SETTINGS] of the experiment at hand */
    const char *identity;           /* settings_digest of them */
    struct table *table;            /* receives the outcomes */
    bool repair;                    /* pass over damaged lines, and count them */

    /* What was found. */
    bool unmarked;       /* the file does not begin as a journal does */
    bool complete;       /* the header's last line stands there */
    bool identified;     /* JOURNAL_IDENTITY stands there and is ours */
    bool other_identity; /* … or is another's */
    bool seen[SETTINGS];
    char there[SETTINGS][SETTING_VALUE]; /* the values that stand there; the last one counts */
    size_t outcomes, outside, damaged;
    uint64_t whole; /* bytes up to the end of the last line that has an end */
};

/* Fill in what was found, and the table. Errors: as journal_open. */
enum status journal_scan(struct journal_scan *scan, struct error *err) __attribute__((warn_unused_result));

/* Write the outcome lines that are not damaged to a new file. Errors: STATUS_IO when reading fails. */
enum status journal_scan_copy(const struct append *file, struct file *copy, struct error *err)
    __attribute__((warn_unused_result));

#endif
