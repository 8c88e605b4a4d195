/* SPDX-License-Identifier: BSD-3-Clause */
/* The outcome table: every outcome of an experiment, by its number. All result files are made from it alone. */
#ifndef NSURF_SWEEP_TABLE_H
#define NSURF_SWEEP_TABLE_H

#include "base/error.h"
#include "base/statistics.h"
#include "net/hyperparameters.h"
#include "sweep/experiment.h"

#include <stdbool.h>
#include <stddef.h>

struct table {
    const struct experiment *experiment;
    struct outcome *outcomes; /* [axis]…[fold][repeat], row-major; OUTCOME_PENDING until set */
    size_t count, done;       /* trainings, and how many are not pending */
    enum split shown;          /* the split of the data whose error is the surface, and by which cells are compared */
    double *room;             /* [trainings a cell], for the statistics */
};

/* shown: as table_usual has it. experiment must outlive the table. Owns: the caller, who calls table_free.
 * Ranks: rank 0. Errors: STATUS_INTERNAL. */
enum status table_create(struct table *table, const struct experiment *experiment, struct error *err)
    __attribute__((warn_unused_result));
void table_free(struct table *table);

/* The samples whose error is the surface unless the user chooses: validation if the data have such, else test, else
 * training. Of a program the first of its values, which is kept as the latter. */
enum split table_usual(const struct experiment *experiment);

/* Set or replace an outcome. Any status but OUTCOME_OK comes without errors. */
void table_set(struct table *table, size_t training, const struct outcome *outcome);

/* Whether a training has no outcome that counts: it is pending, or failed, and is trained when there is a chance. */
bool table_is_open(const struct table *table, size_t training);

/* How many trainings are not open: what a resumed run keeps. */
size_t table_kept(const struct table *table);

/* Cells are numbered as experiment.h has it. */
size_t table_cells(const struct table *table);

/* A training's error for a split of the data, and the share of the split's samples for which another class won, 0 to 1.
 * NaN unless the training ended OK and the split has samples. */
double table_error(const struct table *table, enum split split, size_t training);
double table_misclassified(const struct table *table, enum split split, size_t training);

/* The same over the trainings of a cell that are not NaN. Uses the table's room: one caller at a time. */
struct statistics table_cell_error(const struct table *table, enum split split, size_t cell);
struct statistics table_cell_misclassified(const struct table *table, enum split split, size_t cell);

/* Whether every training of the table diverged. */
bool table_diverged(const struct table *table);

/* The standard error of a cell's mean error, over its trainings that are not NaN: sd / sqrt(n), and clustered by fold
 * where there are folds, since the trainings of a fold share its samples. NaN for fewer than two trainings, or folds.
 * Source: K.-Y. Liang, S. Zeger, Biometrika 73 (1986) 13, with G / (G - 1) for G clusters. */
double table_cell_standard_error(const struct table *table, enum split split, size_t cell);

/* The standard error of a training's error that comes from the samples of the split, taken as drawn at random and
 * independently: its spread / sqrt(samples). NaN where the spread is not known. */
double table_sample_error(const struct table *table, enum split split, size_t training);

/* The standard error of a cell's mean error that comes from the samples of the split, taken as drawn at random: of one
 * training its spread / sqrt(samples). The trainings of a fold are measured on the same samples, and outcomes do not
 * tell how alike they err: their mean is taken, which is the most that it can be. Folds share no test samples. NaN
 * where the spread of a training that ended OK is not known, or none did. */
double table_cell_sample_error(const struct table *table, enum split split, size_t cell);

/* How many of a cell's trainings ended OK. */
uint32_t table_cell_ok(const struct table *table, size_t cell);

/* The highest enum outcome_status of its trainings: pending before failed before diverged before OK. */
uint32_t table_cell_status(const struct table *table, size_t cell);

/* The most epochs that one of its trainings was trained. */
uint32_t table_cell_epochs(const struct table *table, size_t cell);

#endif
