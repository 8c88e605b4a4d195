/* SPDX-License-Identifier: BSD-3-Clause */
/* What each kind of evaluator is to the seam; for evaluator.c and the files of its kinds alone. */
#ifndef NSURF_SWEEP_EVALUATOR_WAYS_H
#define NSURF_SWEEP_EVALUATOR_WAYS_H

#include "sweep/evaluator.h"

/* As the functions of the seam have it. What a kind has nothing to say of is NULL. */
struct evaluator_ways {
    enum status (*load)(struct evaluator *evaluator, const struct trial *trials, size_t count, struct error *err);
    enum status (*run)(struct evaluator *evaluator, double flop, struct error *err);
    size_t (*take)(struct evaluator *evaluator, struct trial_outcome *outcomes, size_t most);
    bool (*finished)(const struct evaluator *evaluator);
    const char *(*why)(const struct evaluator *evaluator);
    double (*flop)(const struct evaluator *evaluator), (*trained)(const struct evaluator *evaluator);
    uint64_t (*passes)(const struct evaluator *evaluator);
    void (*destroy)(struct evaluator *evaluator);
};

/* The first member of each kind. */
struct evaluator {
    const struct evaluator_ways *ways;
};

/* Errors: STATUS_INTERNAL. */
enum status evaluator_create_program(struct evaluator **evaluator, const struct experiment *experiment,
                                     size_t place, struct error *err) __attribute__((warn_unused_result));

#endif
