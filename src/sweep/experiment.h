/* SPDX-License-Identifier: BSD-3-Clause */
/* An experiment is all that determines the outcomes: the data, the grid, the training settings, the seed. */
#ifndef NSURF_SWEEP_EXPERIMENT_H
#define NSURF_SWEEP_EXPERIMENT_H

#include "base/error.h"
#include "data/dataset.h"
#include "net/hyperparameters.h"

#include <stddef.h>
#include <stdint.h>

/* The values of one axis of the grid: ascending, each once. */
struct axis {
    size_t count;
    uint32_t *values;
};

/* Read a range: `8`, `1:64` (both ends included), `1:64:4`, `1,2,4,8`, or a list of such, with commas.
 * Values 1 to HIDDEN_MAX; sorted, doubles dropped. option: the option's name, for the error line.
 * Owns: the caller, who calls axis_free. Ranks: local. Errors: STATUS_USAGE, STATUS_INTERNAL. */
enum status axis_parse(struct axis *axis, const char *text, const char *option, struct error *err)
    __attribute__((warn_unused_result));
void axis_free(struct axis *axis);

/* Trainings of one experiment, at the most: rank 0 keeps about 60 bytes for each. */
enum { TRAININGS_MAX = 1 << 28 };

struct experiment {
    struct dataset data;
    struct axis hidden1, hidden2;
    uint32_t repeats; /* trainings a cell, 1 or more */
    struct hyperparameters training;
};

/* Trainings are numbered 0 … experiment_trainings - 1, hidden1 slowest, then hidden2, then fold, then repeat: the order
 * of every file. */
size_t experiment_cell_trainings(const struct experiment *experiment); /* of each cell: folds times repeats */
size_t experiment_trainings(const struct experiment *experiment);
struct trial experiment_trial(const struct experiment *experiment, size_t training);

/* Refuse an experiment that cannot be run, before memory is asked for its trainings. Ranks: local.
 * Errors: STATUS_USAGE; STATUS_DATA for an empty data set. */
enum status experiment_check(const struct experiment *experiment, struct error *err)
    __attribute__((warn_unused_result));

void experiment_free(struct experiment *experiment);

#endif
