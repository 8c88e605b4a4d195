/* SPDX-License-Identifier: BSD-3-Clause */
/* Reading a journal from its first line to its last and judging each; for journal.c alone. It writes nothing. */
#ifndef NSURF_STORE_JOURNAL_SCAN_H
#define NSURF_STORE_JOURNAL_SCAN_H

#include "base/append.h"
#include "base/error.h"
#include "base/file.h"
#include "store/journal_header.h"
#include "store/journal_line.h"
#include "sweep/table.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct journal_scan {
    const struct append *file;
    const char *path;                  /* for error lines */
    const struct journal_header *ours; /* that of a journal which the experiment at hand would begin */
    struct table *table;               /* receives the outcomes */
    bool repair;                       /* pass over damaged lines, and count them */

    /* What was found. */
    struct journal_header header; /* as it stands there; ours where it is damaged and its lines are ours */
    bool unmarked;                /* the file does not begin as a journal does */
    bool complete;                /* the header's last line stands there */
    bool consistent;              /* its identity is that of its lines */
    bool identified;              /* JOURNAL_IDENTITY stands there, once, and is that of the header's lines, or ours */
    bool other_identity;          /* … or is another's */
    bool seen[FACTS];
    struct journal_noted noted[NOTES_MAX]; /* how far settings_notes stand there as they are */
    uint32_t narrowed;            /* rows of hyper_parameters, as bits, whose last note is of an axis, and that have one
                                   * value here */
    size_t outcomes, outside, damaged;
    uint64_t whole;                /* bytes up to the end of the last line that has an end */
    uint32_t told;                 /* rows of hyper_parameters, as bits, of which header lines tell */
    const struct parameter *other; /* the first in which an outcome there is of another experiment; NULL: none */
    char there[PARAMETER_TEXT_MAX]; /* … and its value there */

    /* Of the scan itself. */
    struct setting notes[NOTES_MAX];
    size_t note_count;
    bool read;                       /* the header is behind us */
    char claimed[DIGEST_TEXT];       /* its JOURNAL_IDENTITY, empty without one */
    char refused[PARAMETER_TEXT_MAX]; /* the name of a header line that makes no sense, empty without one */
    struct journal_form form;
};

/* Fill in what was found, and the table. Errors: as journal_open. */
enum status journal_scan(struct journal_scan *scan, struct error *err) __attribute__((warn_unused_result));

/* Write the outcome lines that are not damaged to a new file, in the form of a header: that of the scan but for its
 * format and versions. Errors: STATUS_IO when reading fails. */
enum status journal_scan_copy(const struct journal_scan *scan, const struct journal_header *header, struct file *copy,
                              struct error *err) __attribute__((warn_unused_result));

#endif
