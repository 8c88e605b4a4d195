/* SPDX-License-Identifier: BSD-3-Clause */
/* A step of an optimizer: the numbers that it applies to every weight alike. From a weight w, its gradient g summed
 * over `count` samples, and what it keeps of a weight, a and b, 0 at first but for RPROP's b:
 *
 *   all      g <- fma(weight_decay, w, g scale)                scale = 1 / count
 *   SGD      a <- fma(momentum, a, g)                          the velocity
 *            w <- fma(-rate, a, w)
 *   RPROP    s <- sign(g), p <- s a                            a: the sign before; b: the step size, rprop_first
 *            b <- min(max, b increase) where p > 0, max(min, b decrease) where p < 0
 *            s <- 0 where p < 0
 *            w <- fma(-s, b, w), a <- s
 *   Adam     a <- fma(beta1, a, one_minus_beta1 g)             the first moment
 *            b <- fma(beta2, b, (one_minus_beta2 g) g)         the second
 *            w <- fma(-rate1, a / (sqrt(b correction2) + epsilon), w)
 *            rate1 = rate / (1 - beta1^n), correction2 = 1 / (1 - beta2^n) in the n-th step */
#ifndef NSURF_NET_OPTIMIZER_H
#define NSURF_NET_OPTIMIZER_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

struct hyperparameters;

enum optimizer {
    OPTIMIZER_SGD,   /* gradient descent, with momentum if there is any */
    OPTIMIZER_RPROP, /* iRPROP-: C. Igel, M. Huesken, Improving the Rprop learning algorithm, NC 2000 */
    OPTIMIZER_ADAM,  /* D. Kingma, J. Ba, Adam: a method for stochastic optimization, ICLR 2015 */
    OPTIMIZERS
};

/* What belongs to one optimizer alone: OPTIMIZER_CONSTANTS parameters. */
struct optimizer_constants {
    float rprop_first, rprop_min, rprop_max, rprop_increase, rprop_decrease; /* step sizes and their factors */
    float adam_beta1, adam_beta2, adam_epsilon;
};
enum { OPTIMIZER_CONSTANTS = sizeof(struct optimizer_constants) / sizeof(float) };

extern const char *const optimizer_names[OPTIMIZERS];

/* What is usual with each; a batch of BATCH_ALL is of all samples. */
extern const struct optimizer_constants optimizer_usual_constants;
extern const float optimizer_usual_rate[OPTIMIZERS];
extern const uint32_t optimizer_usual_batch[OPTIMIZERS];
enum { BATCH_ALL = 0 };

/* Refuse constants that do not fit each other. Ranks: local. Errors: STATUS_USAGE. */
enum status optimizer_check(enum optimizer optimizer, const struct optimizer_constants *constants, struct error *err)
    __attribute__((warn_unused_result));

struct step {
    enum optimizer optimizer;
    float rate, scale, weight_decay, momentum;
    float min, max, increase, decrease; /* RPROP */
    float beta1, beta2, one_minus_beta1, one_minus_beta2, epsilon, rate1, correction2;
    float power1, power2; /* beta^n */
};

enum { OPTIMIZER_KEEPS = 2 }; /* a and b, at the most */

/* How many of them the optimizer has: without momentum the velocity is the gradient. */
size_t optimizer_keeps(const struct hyperparameters *hyper);

/* Before the first step of a training. Ranks: local. */
void step_begin(struct step *step, const struct hyperparameters *hyper);

/* Before each step, which the gradients of count samples make, at this rate. */
void step_next(struct step *step, float rate, size_t count);

/* The same numbers for several networks, each in lanes of its own. */
enum { STEP_LANES = 16 };
struct steps {
    _Alignas(64) float rate[STEP_LANES]; /* as registers ask for */
    float scale[STEP_LANES], weight_decay[STEP_LANES], momentum[STEP_LANES];
    float min[STEP_LANES], max[STEP_LANES], increase[STEP_LANES], decrease[STEP_LANES];
    float beta1[STEP_LANES], beta2[STEP_LANES], one_minus_beta1[STEP_LANES], one_minus_beta2[STEP_LANES];
    float epsilon[STEP_LANES], rate1[STEP_LANES], correction2[STEP_LANES], power1[STEP_LANES], power2[STEP_LANES];
};

/* step_begin for one lane; then the rate of its steps to come, and step_next for all lanes, whose optimizer this is. */
void steps_begin(struct steps *steps, size_t lane, const struct hyperparameters *hyper);
void steps_next(struct steps *steps, enum optimizer optimizer, size_t count);

#endif
