/* SPDX-License-Identifier: BSD-3-Clause */
/* The numbers of a step; see optimizer.h. It never sees a weight. */
#include "net/optimizer.h"

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
