/* SPDX-License-Identifier: BSD-3-Clause */
/* The numbers of a step; see optimizer.h. It never sees a weight. */
#include "net/optimizer.h"

#include "net/hyperparameters.h"

const char *const optimizer_names[OPTIMIZERS] = {"sgd", "rprop", "adam"};
const struct optimizer_constants optimizer_usual_constants = {
    .rprop_first = 0.1f, /* these five: M. Riedmiller, H. Braun, ICNN 1993 */
    .rprop_min = 1e-6f,
    .rprop_max = 50.0f,
    .rprop_increase = 1.2f,
    .rprop_decrease = 0.5f,
    .adam_beta1 = 0.9f,
    .adam_beta2 = 0.999f,
    .adam_epsilon = 1e-8f,
};
/* RPROP was made for whole batches; Adam steps by about its rate, whatever the gradient. */
const float optimizer_usual_rate[OPTIMIZERS] = {0.2f, 0.2f, 0.001f};
const uint32_t optimizer_usual_batch[OPTIMIZERS] = {1, BATCH_ALL, 1};

enum status optimizer_check(enum optimizer optimizer, const struct optimizer_constants *constants, struct error *err)
{
    const float first = constants->rprop_first, min = constants->rprop_min, max = constants->rprop_max;
    if (optimizer == OPTIMIZER_RPROP && !(first > 0 && min <= first && first <= max))
        return error_set(err, STATUS_USAGE,
                         "--optimizer rprop: first=%g: more than 0, and from min=%g to max=%g is needed", (double)first,
                         (double)min, (double)max);
    return STATUS_OK;
}

size_t optimizer_keeps(const struct hyperparameters *hyper)
{
    return hyper->optimizer == OPTIMIZER_SGD ? hyper->momentum > 0 : OPTIMIZER_KEEPS;
}

void step_begin(struct step *step, const struct hyperparameters *hyper)
{
    const struct optimizer_constants *const constants = &hyper->constants;
    *step = (struct step){
        .optimizer = hyper->optimizer,
        .weight_decay = hyper->weight_decay,
        .momentum = hyper->momentum,
        .min = constants->rprop_min,
        .max = constants->rprop_max,
        .increase = constants->rprop_increase,
        .decrease = constants->rprop_decrease,
        .beta1 = constants->adam_beta1,
        .beta2 = constants->adam_beta2,
        .one_minus_beta1 = 1.0f - constants->adam_beta1,
        .one_minus_beta2 = 1.0f - constants->adam_beta2,
        .epsilon = constants->adam_epsilon,
        .power1 = 1.0f,
        .power2 = 1.0f,
    };
}

void step_next(struct step *step, float rate, size_t count)
{
    step->rate = rate;
    step->scale = 1.0f / (float)count;
    step->power1 *= step->beta1;
    step->power2 *= step->beta2;
    step->rate1 = rate / (1.0f - step->power1);
    step->correction2 = 1.0f / (1.0f - step->power2);
}

void steps_begin(struct steps *steps, size_t lane, const struct hyperparameters *hyper)
{
    struct step step;
    step_begin(&step, hyper);
    steps->rate[lane] = 0;
    steps->scale[lane] = 0;
    steps->weight_decay[lane] = step.weight_decay;
    steps->momentum[lane] = step.momentum;
    steps->min[lane] = step.min;
    steps->max[lane] = step.max;
    steps->increase[lane] = step.increase;
    steps->decrease[lane] = step.decrease;
    steps->beta1[lane] = step.beta1;
    steps->beta2[lane] = step.beta2;
    steps->one_minus_beta1[lane] = step.one_minus_beta1;
    steps->one_minus_beta2[lane] = step.one_minus_beta2;
    steps->epsilon[lane] = step.epsilon;
    steps->rate1[lane] = steps->correction2[lane] = 0;
    steps->power1[lane] = step.power1;
    steps->power2[lane] = step.power2;
}

void steps_next(struct steps *steps, enum optimizer optimizer, size_t count)
{
    const float scale = 1.0f / (float)count;
    for (size_t k = 0; k < STEP_LANES; k++)
        steps->scale[k] = scale;
    for (size_t k = 0; k < STEP_LANES && optimizer == OPTIMIZER_ADAM; k++) {
        steps->power1[k] *= steps->beta1[k];
        steps->power2[k] *= steps->beta2[k];
        steps->rate1[k] = steps->rate[k] / (1.0f - steps->power1[k]);
        steps->correction2[k] = 1.0f / (1.0f - steps->power2[k]);
    }
}
