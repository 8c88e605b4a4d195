/* SPDX-License-Identifier: BSD-3-Clause */
/* A step of an optimizer in registers, as net/optimizer.h has it. Included by the kernel files alone. */
#ifndef NSURF_NET_KERNEL_STEP_H
#define NSURF_NET_KERNEL_STEP_H

#include "net/group.h"
#include "net/vector.h"

/* The ways to step: one for each optimizer, and descent without momentum, which keeps nothing. */
enum step_method { STEP_PLAIN, STEP_MOMENTUM, STEP_RPROP, STEP_ADAM };

static inline enum step_method step_method(const struct group *group)
{
    switch (group->hyper->optimizer) {
    case OPTIMIZER_RPROP:
        return STEP_RPROP;
    case OPTIMIZER_ADAM:
        return STEP_ADAM;
    default:
        return group->kept[0] ? STEP_MOMENTUM : STEP_PLAIN;
    }
}

/* The new weight from w and its mean gradient g; a and b are kept. */
static inline vector stepped(const enum step_method method, const struct steps *step, vector w, vector g, vector *a,
                             vector *b)
{
    const vector zero = vector_splat(0.0f), one = vector_splat(1.0f);
    if (method == STEP_RPROP) {
        const vector sign = vector_sub(vector_select(g, one, zero), vector_select(vector_sub(zero, g), one, zero));
        const vector same = vector_mul(sign, *a), other = vector_sub(zero, same);
        const vector grown = vector_min(vector_load(step->max), vector_mul(*b, vector_load(step->increase)));
        const vector shrunk = vector_max(vector_load(step->min), vector_mul(*b, vector_load(step->decrease)));
        *b = vector_select(same, grown, vector_select(other, shrunk, *b));
        *a = vector_select(other, zero, sign);
        return vector_fma(vector_sub(zero, *a), *b, w);
    }
    if (method == STEP_ADAM) {
        *a = vector_fma(vector_load(step->beta1), *a, vector_mul(vector_load(step->one_minus_beta1), g));
        *b = vector_fma(vector_load(step->beta2), *b, vector_mul(vector_mul(vector_load(step->one_minus_beta2), g), g));
        const vector root = vector_sqrt(vector_mul(*b, vector_load(step->correction2)));
        const vector ratio = vector_div(*a, vector_add(root, vector_load(step->epsilon)));
        return vector_fma(vector_sub(zero, vector_load(step->rate1)), ratio, w);
    }
    *a = method == STEP_MOMENTUM ? vector_fma(vector_load(step->momentum), *a, g) : g;
    return vector_fma(vector_sub(zero, vector_load(step->rate)), *a, w);
}

/* Step the weights at w, among those of the group, by their gradient summed over the samples. */
static inline void step_weights(const enum step_method method, const struct group *group, float *w, vector gradient)
{
    const struct steps *const step = &group->steps;
    const ptrdiff_t place = w - group->weights[0];
    float *const a = group->kept[0] + place, *const b = group->kept[1] + place;
    const bool one = method != STEP_PLAIN, two = method == STEP_RPROP || method == STEP_ADAM;
    const vector weight = vector_load(w), sum = vector_mul(gradient, vector_load(step->scale));
    const vector mean = vector_fma(vector_load(step->weight_decay), weight, sum);
    vector keep[2] = {one ? vector_load(a) : mean, two ? vector_load(b) : mean};
    vector_store(w, stepped(method, step, weight, mean, &keep[0], &keep[1]));
    if (one)
        vector_store(a, keep[0]);
    if (two)
        vector_store(b, keep[1]);
}

#endif
