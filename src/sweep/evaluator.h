/* SPDX-License-Identifier: BSD-3-Clause */
/* What turns a pack of trials into outcomes, behind one seam: whoever hands out packs, measures or foretells asks the
 * same of whatever does it. It knows no ranks. */
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
    EVALUATOR_NULL,    /* makes up outcomes at once, to measure all the rest */
    EVALUATOR_PROGRAM  /* runs the user's program, a trial at a time */
};

struct evaluator;

/* experiment must outlive it; of it the data, the hyperparameters, the limits and the program are used, and of the
 * spawners the one at this place. Owns: the caller, who calls evaluator_destroy. Ranks: local.
 * Errors: STATUS_INTERNAL; STATUS_USAGE for an NSURF_ISA that this processor lacks. */
enum status evaluator_create(struct evaluator **evaluator, enum evaluator_kind kind,
                             const struct experiment *experiment, size_t place, struct error *err)
    __attribute__((warn_unused_result));
void evaluator_destroy(struct evaluator *evaluator); /* may be NULL */

/* Take up a pack in place of the one before. trials: [count], copied; 1 to PACK_MAX. Errors: STATUS_INTERNAL. */
enum status evaluator_load(struct evaluator *evaluator, const struct trial *trials, size_t count, struct error *err)
    __attribute__((warn_unused_result));

/* Work on it for about this much cost (flop), or until there are outcomes to take. A program that runs is waited for,
 * for as long as EVALUATOR_SPEED says. Errors: STATUS_INTERNAL. */
enum status evaluator_run(struct evaluator *evaluator, double flop, struct error *err)
    __attribute__((warn_unused_result));

/* Outcomes that are there, at most so many; returns how many. Each trial has one for every limit of the experiment up
 * to its epochs, in ascending order, or else one. One that is OUTCOME_FAILED may come out well elsewhere, or later. */
size_t evaluator_take(struct evaluator *evaluator, struct trial_outcome *outcomes, size_t most);

/* For people, why the latest outcome that was taken failed, and how to repeat it; lines, or NULL. Until the next
 * evaluator_run. */
const char *evaluator_why(const struct evaluator *evaluator);

/* Whether all outcomes of the pack were taken. */
bool evaluator_finished(const struct evaluator *evaluator);

/* The pack so far: the flop that were done; those of them that were predicted for the trials; epochs, summed over
 * trials. A second of a program counts as EVALUATOR_SPEED flop, and nothing is predicted for it. */
#define EVALUATOR_SPEED 1e9
double evaluator_flop(const struct evaluator *evaluator);
double evaluator_trained(const struct evaluator *evaluator);
uint64_t evaluator_passes(const struct evaluator *evaluator);

/* Whether it can be foretold how long such an evaluator takes. */
bool evaluator_foretells(enum evaluator_kind kind);

#endif
