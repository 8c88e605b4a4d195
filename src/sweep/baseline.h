/* SPDX-License-Identifier: BSD-3-Clause */
/* What needs no network: the errors of always answering the same. A surface that is no better has learned nothing. It
 * knows the data, never outcomes. */
#ifndef NSURF_SWEEP_BASELINE_H
#define NSURF_SWEEP_BASELINE_H

#include "base/error.h"
#include "data/dataset.h"

#include <stdbool.h>

/* For each split: the mean squared error of the mean of the training targets, and, where the targets are classes, the
 * share of samples that are not of the class most frequent in training. With folds the mean over the folds. NaN where
 * the split has no samples, or there are no classes. */
struct baseline {
    bool known;
    double error[SPLITS], misclassified[SPLITS];
};

/* Ranks: rank 0. Errors: STATUS_INTERNAL out of memory. */
enum status baseline_make(struct baseline *baseline, const struct dataset *data, struct error *err)
    __attribute__((warn_unused_result));

#endif
