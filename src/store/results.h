/* SPDX-License-Identifier: BSD-3-Clause */
/* The outcome table of old results, read back from PREFIX.h5 alone: without the data, the journal or the settings that
 * made it. */
#ifndef NSURF_STORE_RESULTS_H
#define NSURF_STORE_RESULTS_H

#include "base/error.h"
#include "store/facts.h"
#include "sweep/table.h"

/* The first line of the file's block of text, see image.h. The number grows when an older program would misread it. */
#define RESULTS_KIND "nsurf surface 1"

/* The samples whose error is the surface, and by which cells are compared; where there are others than training. */
#define RESULTS_CHOSEN "chosen_by"

/* Attributes of the errors of experiment->baseline: PART_error_of_mean, PART_misclassified_of_most_frequent. */
#define RESULTS_MEAN "error_of_mean"
#define RESULTS_FREQUENT "misclassified_of_most_frequent"
enum { RESULTS_NAME = 64 };

/* Of experiment only the axes, the repeats, the baseline and the data's inputs, targets, folds, numbers of samples and
 * scaling of targets are set; of the outcomes all but the misclassified samples. facts: what else the file says; NULL:
 * nothing. Any bytes are read or refused.
 * Owns: the caller, who calls facts_free, table_free and experiment_free, on failure too. Ranks: local.
 * Errors: STATUS_DATA, the file is not there, not as it was written, or makes no sense; STATUS_IO, reading fails;
 * STATUS_INTERNAL. */
enum status results_read(struct experiment *experiment, struct table *table, struct facts *facts, const char *path,
                         struct error *err) __attribute__((warn_unused_result));

#endif
