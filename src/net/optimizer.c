/* SPDX-License-Identifier: BSD-3-Clause */
/* The numbers of a step; see optimizer.h. It never sees a weight. */
#include "net/optimizer.h"

void step_begin(struct step *step, const struct training *training)
{
    *step = (struct step){
        .optimizer = training->optimizer,
        .weight_decay = training->weight_decay,
        .momentum = training->momentum,
        .min = training->rprop_min,
        .max = training->rprop_max,
        .increase = training->rprop_increase,
        .decrease = training->rprop_decrease,
        .beta1 = training->beta1,
        .beta2 = training->beta2,
        .one_minus_beta1 = 1.0f - training->beta1,
        .one_minus_beta2 = 1.0f - training->beta2,
        .epsilon = training->epsilon,
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
