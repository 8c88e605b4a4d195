/* SPDX-License-Identifier: BSD-3-Clause */
/* The trainer as everyone else sees it: load a pack of networks, run it slice by slice, take the outcomes. It picks
 * the fastest kernel that this processor has; which one, and which networks share a pack, never changes a bit of any
 * outcome. It knows no scheduler and no files. */
#ifndef NSURF_NET_TRAINER_H
#define NSURF_NET_TRAINER_H

#include "base/error.h"
#include "data/dataset.h"
#include "net/hyperparameters.h"

#include <stdbool.h>
#include <stddef.h>

enum { PACK_MAX = 16 }; /* networks in a pack, at the most */

struct trainer;

/* data and training must outlive the trainer; data is not copied.
 * Owns: the caller, who calls trainer_destroy. Ranks: local.
 * Errors: STATUS_INTERNAL out of memory; STATUS_USAGE when NSURF_ISA asks for what this processor lacks. */
enum status trainer_create(struct trainer **trainer, const struct dataset *data, const struct hyperparameters *hyper,
                           struct error *err) __attribute__((warn_unused_result));
void trainer_destroy(struct trainer *trainer);

/* Take up a pack of 1 to PACK_MAX networks with their initial weights, in place of the one before.
 * Networks that stand next to each other in the pack should be alike in hidden1 and in hidden2 rounded up to a
 * multiple of 4: those share registers. Errors: STATUS_INTERNAL out of memory. */
enum status trainer_load(struct trainer *trainer, const struct network *networks, size_t count, struct error *err)
    __attribute__((warn_unused_result));

/* Train on for about `flop` operations (see training_flop), but for one sample at least, however large the networks.
 * Returns whether the pack is finished. */
bool trainer_run(struct trainer *trainer, double flop);

/* The operations of the pack so far, in all calls of trainer_run, where a sample that is measured counts as one that is
 * trained; and those of training alone, which come to training_flop of its networks, less where early stopping ends
 * some. */
double trainer_flop(const struct trainer *trainer);
double trainer_trained(const struct trainer *trainer);

/* The networks that are finished, the first of the pack so far: those that shared registers come together. */
size_t trainer_finished(const struct trainer *trainer);

/* The passes over the samples that the finished networks took, added up: epochs times networks, or less where early
 * stopping ended a group. */
uint64_t trainer_passes(const struct trainer *trainer);

/* outcomes: [count of the pack], in the order of trainer_load; those of networks that are not finished mean nothing. */
void trainer_outcomes(const struct trainer *trainer, struct outcome *outcomes);

/* The weights that the network of a pack of one has now: those it begins with after trainer_load, those that were
 * measured once it is finished. layer: 0, 1, 2. weights: [inputs + 1][units], row 0 the biases. */
void trainer_weights(const struct trainer *trainer, size_t layer, float *weights);

/* Other weights for it, after trainer_load: trained for 0 epochs, those are measured. And its outputs for a sample.
 * x: [inputs], outputs: [targets]. */
void trainer_put_weights(struct trainer *trainer, size_t layer, const float *weights);
void trainer_outputs(struct trainer *trainer, const float *x, float *outputs);

/* Floating-point operations of one training, counted as 6 a weight a sample (a multiply-add forward, backward and for
 * the update), biases included. */
double training_flop(const struct dataset *data, const struct hyperparameters *hyper, const struct network *network);

/* The name of the instruction set that trainer_create picks here ("avx512", "avx2", "neon", "plain"), or NULL with
 * err set when NSURF_ISA asks for another that this processor lacks or that does not exist. */
const char *trainer_isa(struct error *err);

#endif
