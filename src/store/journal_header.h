/* SPDX-License-Identifier: BSD-3-Clause */
/* The header of a journal: what its lines have in common. It names the data and the base, the hyperparameters that the
 * lines need not name, as far as these differ from the defaults; and then, for whoever reads the file, the repeats and
 * the axes. The data and the base are what identifies the journal: it serves any experiment whose trials differ from
 * the base in what its lines say. */
#ifndef NSURF_STORE_JOURNAL_HEADER_H
#define NSURF_STORE_JOURNAL_HEADER_H

#include "base/digest.h"
#include "base/error.h"
#include "store/journal_line.h"
#include "store/journal_notes.h"
#include "store/settings.h"
#include "sweep/experiment.h"

#include <stddef.h>

/* The names of header lines that are no settings, and their values. */
#define JOURNAL_MARK "nsurf_journal" /* the first line */
#define JOURNAL_FORMAT "3"           /* grows when an older program would misread the lines */
#define JOURNAL_FORMER "2"           /* read, and written anew when the journal grows */
#define JOURNAL_IDENTITY "experiment_sha256"
#define JOURNAL_ARITHMETIC "arithmetic_" /* and the name of a part: its version */
#define JOURNAL_COLUMNS "columns"        /* the header's last line */
#define JOURNAL_COLUMNS_PROGRAM "repeat status exit_code attempts seconds host value1 value2 value3 axes crc32"
#define JOURNAL_COLUMNS_TEXT                                                                                           \
    "hidden1 hidden2 fold repeat status epochs train_error validation_error test_error train_wrong validation_wrong "  \
    "test_wrong train_spread validation_spread test_spread differences crc32"

struct journal_header {
    unsigned format;
    struct setting facts[FACTS];
    struct hyperparameters base;
    unsigned versions[ARITHMETICS];
    char identity[DIGEST_TEXT]; /* settings_digest of facts and base */
};

/* That of a journal which this experiment begins: what is an axis has its default in the base.
 * Errors: STATUS_INTERNAL. */
enum status journal_header_make(struct journal_header *header, const struct experiment *experiment, struct error *err)
    __attribute__((warn_unused_result));

/* experiment: for the lines that are for readers. */
void journal_header_write(const struct journal_sink *sink, const struct journal_header *header,
                          const struct experiment *experiment);

/* How outcomes of this experiment stand below such a header, which must outlive the form. */
struct journal_form journal_header_form(const struct journal_header *header, const struct experiment *experiment);

#endif
