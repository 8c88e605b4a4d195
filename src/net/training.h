/* SPDX-License-Identifier: BSD-3-Clause */
/* What determines a training, and what comes out of it. */
#ifndef NSURF_NET_TRAINING_H
#define NSURF_NET_TRAINING_H

#include "data/dataset.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

/* Early stopping: the validation error is measured every `every` epochs and after the last one, the training ends when
 * one of the rules says so, and what comes out is the state of the lowest validation error measured; see stopping.h. */
struct stopping_rules {
    uint32_t every;  /* 0: no early stopping, the last state comes out */
    double gl, pq;   /* finite, > 0; here and below 0 stands for no such rule */
    double progress; /* finite, > 0, in thousandths */
    uint32_t up, patience;
};

/* The settings that all trainings of an experiment share. */
struct training {
    uint64_t seed;
    uint32_t epochs;     /* passes over the samples, 0 or more; the most of them with early stopping */
    float learning_rate; /* finite, >= 0 */
    bool shuffle;        /* a new order of the samples each epoch, the same for every network; else the file's order */
    struct stopping_rules stop;
};

/* One network to train: a topology and which of its repeats. */
struct network {
    uint32_t hidden1, hidden2; /* 1 to HIDDEN_MAX */
    uint32_t repeat;           /* 0, 1, … below REPEATS_MAX */
    uint32_t fold;             /* of the data, whose samples test it; 0 when there are none, else below FOLDS_MAX */
};

enum { HIDDEN_MAX = 10000, REPEATS_MAX = 1 << 20 };

/* How a training ended. The numbers are written to files: never renumber them. */
enum outcome_status {
    OUTCOME_OK = 0,
    OUTCOME_DIVERGED = 1, /* a weight or an error is not finite */
    OUTCOME_FAILED = 2,   /* could not be trained (its workers were lost) */
    OUTCOME_PENDING = 3   /* not trained yet */
};

struct outcome {
    double error[PARTS];   /* of each part of the data: mean over its samples and outputs of (output - target)^2; NaN
                            * without samples, and unless OUTCOME_OK */
    uint32_t wrong[PARTS]; /* samples whose largest output is not that of the class (the first of equals); 0 unless
                            * the targets are classes, and unless OUTCOME_OK */
    uint32_t epochs;       /* passes over the samples before the state that was measured */
    uint32_t status;       /* enum outcome_status */
};

/* An outcome without errors. */
static inline struct outcome outcome_without(enum outcome_status status, uint32_t epochs)
{
    return (struct outcome){
        .error = {(double)NAN, (double)NAN, (double)NAN}, .epochs = epochs, .status = (uint32_t)status};
}

/* Revision of the arithmetic: grows when any outcome changes by a bit, so that old and new results never mix. */
enum { OUTCOME_VERSION = 1 };

#endif
