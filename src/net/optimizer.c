/* SPDX-License-Identifier: BSD-3-Clause */
/* The numbers of a step; see optimizer.h. It never sees a weight. */
#include "net/optimizer.h"

const char *const optimizer_names[OPTIMIZERS] = {"sgd", "rprop", "adam"};

void step_begin(struct step *step, const struct hyperparameters *hyper)
{
    *step = (struct step){
        .optimizer = hyper->optimizer,
        .weight_decay = hyper->weight_decay,
        .momentum = hyper->momentum,
        .min = hyper->rprop_min,
        .max = hyper->rprop_max,
        .increase = hyper->rprop_increase,
        .decrease = hyper->rprop_decrease,
        .beta1 = hyper->beta1,
        .beta2 = hyper->beta2,
        .one_minus_beta1 = 1.0f - hyper->beta1,
        .one_minus_beta2 = 1.0f - hyper->beta2,
        .epsilon = hyper->epsilon,
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
