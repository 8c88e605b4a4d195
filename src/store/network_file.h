/* SPDX-License-Identifier: BSD-3-Clause */
/* A trained network in a file of its own, with all that it takes to use it: weights, initial weights, what data must
 * look like and how they are scaled, what was trained and how well. An HDF5 file, for h5py, MATLAB and `nsurf predict`:
 *
 *   /shift, /divisor [inputs]          x = (input - shift) / divisor; 0 and 1 where there is no scaling
 *   /weights1 [inputs][hidden1], /bias1 [hidden1]     y1 = f(x weights1 + bias1)
 *   /weights2 [hidden1][hidden2], /bias2 [hidden2]    y2 = f(y1 weights2 + bias2)
 *   /weights3 [hidden2][targets], /bias3 [targets]    outputs = g(y2 weights3 + bias3)
 *   /target_shift, /target_divisor [targets]          answers = outputs * target_divisor + target_shift, where the
 *                                      targets were scaled
 *   /initial_weights1, /initial_bias1, …              what the training began with
 *   /mean [inputs]                     what stands for a missing value, where the training had it so
 *   /target_names, /target_columns [targets]          the class of each output, empty where it is none; and the target
 *                                      column of a table that it comes from, counted from 0
 *
 * f, g, all settings, the outcome and the build are attributes of the file. The same training and build give the same
 * bytes. */
#ifndef NSURF_STORE_NETWORK_FILE_H
#define NSURF_STORE_NETWORK_FILE_H

#include "base/error.h"
#include "net/spec.h"
#include "net/hyperparameters.h"
#include "sweep/experiment.h"

#include <stdbool.h>
#include <stddef.h>

/* More weights are not saved: the file would have to stand in memory several times. */
enum { NETWORK_WEIGHTS_MAX = 1 << 28 };

/* A network that was trained. */
struct trained {
    struct trial_key network;
    struct outcome outcome;
    bool classes;                  /* the targets are classes, so that the largest output is a winner */
    size_t units[SPEC_LAYERS + 1]; /* n_in, a, b, n_out */
    float *initial[SPEC_LAYERS];   /* [units[l] + 1][units[l + 1]], row 0 the biases */
    float *weights[SPEC_LAYERS];   /* likewise, after the training */
};

/* Room for the weights of trained->units. Owns: the caller, who calls trained_free, on failure too.
 * Errors: STATUS_USAGE for more than NETWORK_WEIGHTS_MAX; STATUS_INTERNAL. */
enum status trained_alloc(struct trained *trained, struct error *err) __attribute__((warn_unused_result));
void trained_free(struct trained *trained);

/* Write the file, whole or not at all. experiment: what the network is one of. Ranks: local.
 * Errors: STATUS_IO with the path and the step; STATUS_INTERNAL. */
enum status network_file_write(const struct trained *trained, const struct experiment *experiment, const char *path,
                               struct error *err) __attribute__((warn_unused_result));

/* Read it; `-` is standard input. Of the experiment it sets what data must look like (experiment->data, without
 * samples) and what the outputs are computed with (experiment->hyper); errors of `trained` are not read.
 * Owns: the caller, who calls trained_free and experiment_free, on failure too. Ranks: local.
 * Errors: STATUS_DATA for any other file, and for one that is not, to the byte, as it was written; STATUS_IO when
 * reading fails; STATUS_INTERNAL. */
enum status network_file_read(struct trained *trained, struct experiment *experiment, const char *path,
                              struct error *err) __attribute__((warn_unused_result));

#endif
