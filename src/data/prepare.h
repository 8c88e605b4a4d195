/* SPDX-License-Identifier: BSD-3-Clause */
/* What is made of samples once they are read: dealt to parts and folds, completed, scaled. */
#ifndef NSURF_DATA_PREPARE_H
#define NSURF_DATA_PREPARE_H

#include "data/source.h"

/* Split the samples of the splits in `pool` at random, as source says. All parts: all samples. Sets parts and folds,
 * and moves the rows. Errors: STATUS_USAGE for a split that leaves a split without samples; STATUS_INTERNAL. */
enum status prepare_split(const struct source *source, struct dataset *data, struct error *err)
    __attribute__((warn_unused_result));

/* Put the mean of the training samples where an input is NaN. The means are kept in data; those that are there already
 * are used. Errors: STATUS_DATA for a column without any value; STATUS_INTERNAL. */
enum status prepare_fill(struct dataset *data, struct error *err) __attribute__((warn_unused_result));

/* Scale the inputs: x becomes (x - shift) / divisor, in float32. Both are kept in data; those that are there already
 * are used. minmax: by lowest value and range of the training samples, which so come to lie in 0 … 1; zscore: by their
 * mean and standard deviation (of n). A column that is constant there has the divisor 1.
 * Errors: STATUS_DATA beyond float32; STATUS_INTERNAL. */
enum status prepare_scale(struct dataset *data, enum scaling scaling, struct error *err)
    __attribute__((warn_unused_result));

/* Find the scaling of the targets likewise, for the training samples of each fold, unless it is there already; the
 * targets stay as they are. Errors: STATUS_USAGE for classes; STATUS_DATA beyond float32; STATUS_INTERNAL. */
enum status prepare_targets(struct dataset *data, enum scaling scaling, struct error *err)
    __attribute__((warn_unused_result));

#endif
