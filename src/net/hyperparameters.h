/* SPDX-License-Identifier: BSD-3-Clause */
/* What determines a training, and what comes out of it. */
#ifndef NSURF_NET_HYPERPARAMETERS_H
#define NSURF_NET_HYPERPARAMETERS_H

#include "base/error.h"
#include "data/dataset.h"
#include "net/optimizer.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a unit makes of its weighted sum; softmax is for the output layer alone. The zeros of these lists are the
 * defaults, and together what the trainer is fastest at. */
enum activation {
    ACTIVATION_LOGISTIC, /* 1 / (1 + exp(-z)) */
    ACTIVATION_TANH,
    ACTIVATION_RELU,     /* max(z, 0) */
    ACTIVATION_SOFTSIGN, /* z / (1 + |z|) */
    ACTIVATION_LINEAR,
    ACTIVATION_SOFTMAX, /* exp(z_k) / sum exp(z_j) */
    ACTIVATIONS
};

/* The loss that is minimized, summed over the outputs of a sample. */
enum loss {
    LOSS_SQUARED,       /* 1/2 (o - t)^2 */
    LOSS_CROSS_ENTROPY, /* -t ln o with softmax outputs, -t ln o - (1 - t) ln(1 - o) with logistic ones */
    LOSSES
};

extern const char *const activation_names[ACTIVATIONS], *const loss_names[LOSSES];

/* What a unit can come close to: the lowest and the highest. */
extern const float activation_reach[ACTIVATIONS][2];

/* What stands for a value that was not given: the usual one depends on the optimizer, see hyper_resolve. */
#define BATCH_USUAL UINT32_MAX
#define RATE_USUAL (-1.0f)

/* Early stopping: the validation error is measured every `every` epochs and after the last one, the training ends when
 * one of the rules says so, and what comes out is the state of the lowest validation error measured; see stopping.h. */
struct stopping_rules {
    uint32_t every;  /* 0: no early stopping, the last state comes out */
    double gl, pq;   /* finite, > 0; here and below 0 stands for no such rule */
    double progress; /* finite, > 0, in thousandths */
    uint32_t up, patience;
};

/* Axes of a name that the user gave, at the most. */
enum { OWN_MAX = 8 };

/* The settings that all trainings of an experiment share. */
struct hyperparameters {
    uint32_t hidden1, hidden2; /* neurons of the hidden layers, 1 to HIDDEN_MAX */
    uint64_t seed;
    uint32_t epochs;     /* passes over the samples, 0 or more; the most of them with early stopping */
    float learning_rate; /* finite, >= 0; of no effect on RPROP */
    float rate_decay;    /* >= 0: in epoch e, from 0, the rate is learning_rate / (1 + rate_decay e) */
    bool shuffle;        /* a new order of the samples each epoch, the same for every network; else the file's order */
    uint32_t batch;      /* samples whose mean gradient makes a step: 1, on-line; BATCH_ALL; the last may be smaller */
    enum activation hidden_activation, output_activation;
    enum loss loss;
    float weight_range; /* > 0: initial weights are uniform in +-this; 0: in +-1/sqrt(fan_in) */
    float weight_decay; /* >= 0: this times the weight, biases too, is added to the mean gradient */
    enum optimizer optimizer;
    float momentum; /* SGD: 0 to below 1 */
    struct optimizer_constants constants;
    struct stopping_rules stop;
    uint64_t own[OWN_MAX]; /* values of axes that the user named, for a program of his; the trainer knows none */
};

/* How many of its members are parameters: the rows of sweep/parameter_rows.c. */
enum { HYPER_PARAMETERS = 16 + OPTIMIZER_CONSTANTS };

/* The usual constants of all optimizers, and the defaults of the rest. */
struct hyperparameters hyper_default(void);

/* Put what is usual with the optimizer in place of RATE_USUAL and BATCH_USUAL. */
void hyper_resolve(struct hyperparameters *hyper);

/* Refuse values that do not fit each other, by the names of their options; bounds of single ones are those of the table
 * of parameters. Ranks: local. Errors: STATUS_USAGE. */
enum status hyper_check(const struct hyperparameters *hyper, struct error *err) __attribute__((warn_unused_result));

/* Plain on-line gradient descent: each sample changes the weights at once, nothing is carried from step to step. */
static inline bool hyper_is_online(const struct hyperparameters *hyper)
{
    return hyper->optimizer == OPTIMIZER_SGD && hyper->batch == 1 && hyper->momentum == 0 &&
           hyper->weight_decay == 0;
}

/* The learning rate in an epoch. */
static inline float hyper_rate(const struct hyperparameters *hyper, uint32_t epoch)
{
    return hyper->learning_rate / fmaf(hyper->rate_decay, (float)epoch, 1.0f);
}

/* One training: all that its outcome depends on, but for the data. */
struct trial {
    struct hyperparameters hyper;
    uint32_t repeat; /* 0, 1, … below REPEATS_MAX */
    uint32_t fold;   /* of the data, whose samples test it; 0 when there are none, else below FOLDS_MAX */
};

/* A trial among those that share all else. */
struct trial_key {
    uint32_t hidden1, hidden2, repeat, fold;
};

static inline struct trial_key trial_key(const struct trial *trial)
{
    return (struct trial_key){trial->hyper.hidden1, trial->hyper.hidden2, trial->repeat, trial->fold};
}

/* Weights and biases of a topology for such data: a whole number. Ranks: local. */
double network_weights(const struct dataset *data, uint32_t hidden1, uint32_t hidden2);

enum { HIDDEN_MAX = 10000, REPEATS_MAX = 1 << 20 };

/* How a training ended. The numbers are written to files: never renumber them. */
enum outcome_status {
    OUTCOME_OK = 0,
    OUTCOME_DIVERGED = 1, /* a weight or an error is not finite */
    OUTCOME_FAILED = 2,   /* could not be trained (its workers were lost) */
    OUTCOME_PENDING = 3   /* not trained yet */
};

/* How a program was run. */
struct outcome_run {
    int32_t code;      /* its exit code; the signal that ended it, negative; RUN_TIMEOUT, RUN_NOTHING, RUN_ABSENT */
    uint32_t attempts; /* this one is the last of them */
    float seconds;
};
enum {
    RUN_TIMEOUT = -1000,
    RUN_NOTHING = -1001, /* it could not be started */
    RUN_ABSENT = -1002,  /* because there is no such program on that host */
    RUN_LATER = 75       /* as sysexits.h has it: try again */
};

struct outcome {
    double error[SPLITS]; /* of each split of the data: mean over its samples and outputs of (output - target)^2; NaN
                           * without samples, and unless OUTCOME_OK. Of a program: its values */
    union {
        uint32_t misclassified[SPLITS]; /* samples whose largest output is not that of the class (the first of equals);
                                         * 0 unless the targets are classes, and unless OUTCOME_OK */
        struct outcome_run run;         /* of a program, however it ended */
    };
    uint32_t epochs;       /* passes over the samples before the state that was measured */
    uint32_t status;       /* enum outcome_status */
    double spread[SPLITS]; /* standard deviation of the error over the samples, by their number less one; NaN where the
                           * error is, and for a single sample */
};

/* An outcome of one of several trials, by its place among them: of a training of so many epochs at the most. */
struct trial_outcome {
    uint32_t member, epochs;
    struct outcome outcome;
};

/* An outcome without errors. */
static inline struct outcome outcome_without(enum outcome_status status, uint32_t epochs)
{
    const double none = (double)NAN;
    return (struct outcome){
        .error = {none, none, none}, .spread = {none, none, none}, .epochs = epochs, .status = (uint32_t)status};
}

/* The squared errors of some samples, and the squares of what each sample adds, each summed in their order. */
struct error_sums {
    double sum, squares;
};

/* Set error and spread of a split from the sums over its samples, 1 or more. Ranks: local. */
void outcome_set_error(struct outcome *outcome, enum split split, const struct error_sums *sums, size_t samples,
                       size_t targets);

/* The arithmetic has a version for each of its parts, which grows when the outcome of a trial that uses the part
 * changes by a bit: so old and new outcomes never mix, and those that are the same stay good. */
enum arithmetic {
    ARITHMETIC_ONLINE,  /* the order of sums where each sample makes a step */
    ARITHMETIC_BATCH,   /* … and of batches */
    ARITHMETIC_REPEATS, /* the order of samples, and the weights, of repeats and folds but the first */
    ARITHMETICS
};
extern const char *const arithmetic_names[ARITHMETICS];
extern const unsigned arithmetic_versions[ARITHMETICS];

/* Whether the trial uses the part. */
static inline bool trial_uses(const struct trial *trial, enum arithmetic part)
{
    return part == ARITHMETIC_REPEATS ? trial->repeat > 0 || trial->fold > 0
                                      : (trial->hyper.batch == 1) == (part == ARITHMETIC_ONLINE);
}

#endif
