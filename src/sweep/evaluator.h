/* SPDX-License-Identifier: BSD-3-Clause */
/* What turns a pack of trials into outcomes, behind one seam: whoever hands out packs, measures or foretells asks the
 * same of whatever does it. It knows no ranks and no clock. */
#ifndef NSURF_SWEEP_EVALUATOR_H
#define NSURF_SWEEP_EVALUATOR_H

#include "base/error.h"
#include "net/hyperparameters.h"
#include "sweep/experiment.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum evaluator_kind {
    EVALUATOR_TRAINER, /* trains the networks */
    EVALUATOR_NULL     /* makes up outcomes at once, to measure all the rest */
};

struct evaluator;

/* experiment must outlive it; of it the data, the hyperparameters and the limits are used. Owns: the caller, who calls
 * evaluator_destroy. Ranks: local. Errors: STATUS_INTERNAL; STATUS_USAGE for an NSURF_ISA that this processor lacks. */
enum status evaluator_create(struct evaluator **evaluator, enum evaluator_kind kind,
                             const struct experiment *experiment, struct error *err)
    __attribute__((warn_unused_result));
void evaluator_destroy(struct evaluator *evaluator); /* may be NULL */

/* Take up a pack in place of the one before. trials: [count], copied; 1 to PACK_MAX. Errors: STATUS_INTERNAL. */
enum status evaluator_load(struct evaluator *evaluator, const struct trial *trials, size_t count, struct error *err)
    __attribute__((warn_unused_result));

/* Work on it for about this much cost (flop), or until there are outcomes to take. */
void evaluator_run(struct evaluator *evaluator, double flop);

/* Outcomes that are there, at most so many; returns how many. Each trial has one for every limit of the experiment up
 * to its epochs, in ascending order, or else one. */
size_t evaluator_take(struct evaluator *evaluator, struct trial_outcome *outcomes, size_t most);

/* Whether all outcomes of the pack were taken. */
bool evaluator_finished(const struct evaluator *evaluator);

/* Of the pack so far: flop that were done; of these, what was predicted of the trials; epochs, summed over trials. */
double evaluator_flop(const struct evaluator *evaluator);
double evaluator_trained(const struct evaluator *evaluator);
uint64_t evaluator_passes(const struct evaluator *evaluator);

#endif
