/* SPDX-License-Identifier: BSD-3-Clause */
/* What determines a training, and what comes out of it. */
#ifndef NSURF_NET_TRAINING_H
#define NSURF_NET_TRAINING_H

#include <stdbool.h>
#include <stdint.h>

/* The settings that all trainings of an experiment share. */
struct training {
    uint64_t seed;
    uint32_t epochs;     /* passes over the samples, 0 or more */
    float learning_rate; /* finite, >= 0 */
    bool shuffle;        /* a new order of the samples each epoch, the same for every network; else the file's order */
};

/* One network to train: a topology and which of its repeats. */
struct network {
    uint32_t hidden1, hidden2; /* 1 to HIDDEN_MAX */
    uint32_t repeat;           /* 0, 1, … below REPEATS_MAX */
};

enum { HIDDEN_MAX = 10000, REPEATS_MAX = 1 << 20 };

/* How a training ended. The numbers are written to files: never renumber them. */
enum outcome_status {
    OUTCOME_OK = 0,       /* error is the mean squared error */
    OUTCOME_DIVERGED = 1, /* a weight or the error is not finite; error is NaN */
    OUTCOME_FAILED = 2,   /* could not be trained (its workers were lost); error is NaN */
    OUTCOME_PENDING = 3   /* not trained yet; error is NaN */
};

struct outcome {
    double error; /* mean over samples and outputs of (output - target)^2 after the last epoch */
    uint32_t epochs;
    uint32_t status; /* enum outcome_status */
};

/* Revision of the arithmetic: grows when any outcome changes by a bit, so that old and new results never mix. */
enum { OUTCOME_VERSION = 1 };

#endif
