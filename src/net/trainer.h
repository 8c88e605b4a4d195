/* SPDX-License-Identifier: BSD-3-Clause */
/* The trainer as everyone else sees it: load a pack of trials, run it slice by slice, take the outcomes. It picks the
 * fastest kernel that this processor has; which one, and which networks share a pack, never changes a bit of any
 * outcome. It knows no scheduler and no files. */
#ifndef NSURF_NET_TRAINER_H
#define NSURF_NET_TRAINER_H

#include "base/error.h"
#include "data/dataset.h"
#include "net/hyperparameters.h"

#include <stdbool.h>
#include <stddef.h>

enum { PACK_MAX = 16 }; /* trials in a pack, at the most */

struct trainer;

/* limits: [limit_count] numbers of epochs, ascending: a trial of the last of them brings an outcome for each, with the
 * bits of the trial of so many epochs; limit_count 0: for its own alone. data and limits must outlive the trainer; they
 * are not copied.
 * Owns: the caller, who calls trainer_destroy. Ranks: local.
 * Errors: STATUS_INTERNAL out of memory; STATUS_USAGE when NSURF_ISA asks for what this processor lacks. */
enum status trainer_create(struct trainer **trainer, const struct dataset *data, const uint32_t *limits,
                           size_t limit_count, struct error *err) __attribute__((warn_unused_result));
void trainer_destroy(struct trainer *trainer);

/* Take up a pack of 1 to PACK_MAX trials with their initial weights, in place of the one before. Trials that stand next
 * to each other in the pack should be alike in hidden1 and in hidden2 rounded up to a multiple of 4, and in all that is
 * no number of struct step: those share registers. Errors: STATUS_INTERNAL out of memory. */
enum status trainer_load(struct trainer *trainer, const struct trial *trials, size_t count, struct error *err)
    __attribute__((warn_unused_result));

/* Train on for about `flop` operations (see training_flop), but for one sample at least, or those of a batch that are
 * computed together, however large the networks, and not beyond the next outcomes, which are to be taken before it is
 * called again. Returns whether the pack is finished. */
bool trainer_run(struct trainer *trainer, double flop);

/* Take up to `most` outcomes that are there; returns how many. Those of a network come in the order of their epochs. */
size_t trainer_take(struct trainer *trainer, struct trial_outcome *outcomes, size_t most);

/* Whether all outcomes of the pack were taken. */
bool trainer_finished(const struct trainer *trainer);

/* The operations of the pack so far, in all calls of trainer_run, where a sample that is measured counts as one that is
 * trained; and those of training alone, which come to training_flop of its trials, less where some end early. */
double trainer_flop(const struct trainer *trainer);
double trainer_trained(const struct trainer *trainer);

/* The passes over the samples that the pack took so far, added up over its networks. */
uint64_t trainer_passes(const struct trainer *trainer);

/* The share of the lanes' time, in all packs so far, that went to networks still in training, or in measuring. */
double trainer_busy(const struct trainer *trainer);

/* The weights that the network of a pack of one has now: those it begins with after trainer_load, those that were
 * measured once it is finished. layer: 0, 1, 2. weights: [inputs + 1][units], row 0 the biases. */
void trainer_weights(const struct trainer *trainer, size_t layer, float *weights);

/* Other weights for it, after trainer_load: trained for 0 epochs, those are measured. And its answers to a sample, in
 * the targets' own units.
 * x: [inputs], outputs: [targets]. */
void trainer_put_weights(struct trainer *trainer, size_t layer, const float *weights);
void trainer_outputs(struct trainer *trainer, const float *x, float *outputs);

/* Floating-point operations of one training, counted as 6 a weight a sample (a multiply-add forward, backward and for
 * the update), biases included. */
double training_flop(const struct dataset *data, const struct trial *trial);

/* The name of the instruction set that trainer_create picks here ("avx512", "avx2", "neon", "plain"), or NULL with
 * err set when NSURF_ISA asks for another that this processor lacks or that does not exist. */
const char *trainer_isa(struct error *err);

#endif
