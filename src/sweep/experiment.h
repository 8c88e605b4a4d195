/* SPDX-License-Identifier: BSD-3-Clause */
/* An experiment is all that determines the outcomes: the data, the grid, the hyperparameters, the seed. */
#ifndef NSURF_SWEEP_EXPERIMENT_H
#define NSURF_SWEEP_EXPERIMENT_H

#include "base/error.h"
#include "base/spawner.h"
#include "data/dataset.h"
#include "net/hyperparameters.h"
#include "program/program.h"
#include "sweep/axis.h"
#include "sweep/baseline.h"

#include <stddef.h>
#include <stdint.h>

/* Trials of one experiment, at the most: rank 0 keeps about 100 bytes for each. */
enum { TRAININGS_MAX = 1 << 28 };

/* Axes of networks: hidden1 and hidden2, which are always there, and others; so many of all may have more than one
 * value. Axes of a program are those that the user named. */
enum { AXES_VARIED_MAX = 8, AXES_MAX = AXES_VARIED_MAX + 2, AXIS_HIDDEN1 = 0, AXIS_HIDDEN2 = 1 };

struct source;

struct experiment {
    struct program *program; /* what evaluates the cells; NULL: networks are trained */
    struct spawner **spawners; /* [spawner_count], what runs it on this rank, one trial each at a time; not owned */
    size_t spawner_count;
    struct parameter *own;   /* [own_count], with a program: the seed, and the axes that the user named; else none */
    size_t own_count;
    struct dataset data; /* of a program, a split with one sample stands for each of its values */
    const struct source *source; /* what the command line said of the data, not owned; NULL: not known */
    struct hyperparameters hyper; /* of all trials, but for what is an axis; see hyper_resolve */
    size_t axis_count;
    struct axis axes[AXES_MAX]; /* [axis_count], in the order of the table: the layers, others of several values */
    uint32_t repeats;           /* trainings a cell, 1 or more */
    size_t limit_count;         /* values of an axis of epochs, all of which one training serves; 0 without one */
    uint32_t *limits;           /* [limit_count], ascending */
    struct baseline baseline;   /* of the data; rank 0 alone knows */
};

/* Take up an axis, at its place in the order of the table; one with a single value but hidden1 and hidden2 becomes a
 * plain value and is freed. Owns: experiment, from here on. Ranks: local. Errors: STATUS_USAGE for too many axes;
 * STATUS_INTERNAL. */
enum status experiment_add_axis(struct experiment *experiment, struct axis *axis, struct error *err)
    __attribute__((warn_unused_result));

/* What its outcomes may depend on. */
struct parameters experiment_parameters(const struct experiment *experiment);

/* The axis of this parameter, NULL where it is none. */
const struct axis *experiment_axis(const struct experiment *experiment, const struct parameter *parameter);

/* Cells are numbered with the last axis fastest; trials 0 … experiment_trainings - 1, a cell's trials side by side, by
 * fold, then by repeat: the order of every file. */
size_t experiment_cells(const struct experiment *experiment);
size_t experiment_cell_trainings(const struct experiment *experiment); /* of each cell: folds times repeats */
size_t experiment_trainings(const struct experiment *experiment);      /* trials of all cells */
struct trial experiment_trial(const struct experiment *experiment, size_t training);
const char *experiment_word(const struct experiment *experiment); /* for a trial: "training", or "run" */

/* The place on each axis of a cell. places: [axis_count]. */
void experiment_places(const struct experiment *experiment, size_t cell, size_t *places);

/* The values of a training's cell, "a=6 b=14". text: [size]. Returns its length, or size or more where it was
 * cut. */
size_t experiment_cell_text(char *text, size_t size, const struct experiment *experiment, size_t training);

enum experiment_found {
    EXPERIMENT_FOUND,
    EXPERIMENT_OUTSIDE, /* of the axes, the repeats or the folds */
    EXPERIMENT_OTHER    /* another value of a parameter that is no axis */
};

/* The number of a trial. *other: EXPERIMENT_OTHER, the parameter. */
enum experiment_found experiment_find(const struct experiment *experiment, const struct trial *trial, size_t *training,
                                      const struct parameter **other);

/* The trial that is another in its epochs alone; the same without an axis of epochs. */
size_t experiment_at_epochs(const struct experiment *experiment, size_t training, uint32_t epochs);

/* The limit before these epochs, 0 where there is none: one training reaches them from there. */
uint32_t experiment_limit_before(const struct experiment *experiment, uint32_t epochs);

/* Refuse an experiment that cannot be run, before memory is asked for its trials. Ranks: local.
 * Errors: STATUS_USAGE; STATUS_DATA for an empty data set. */
enum status experiment_check(const struct experiment *experiment, struct error *err)
    __attribute__((warn_unused_result));

void experiment_free(struct experiment *experiment);

#endif
