/* SPDX-License-Identifier: BSD-3-Clause */
/* A step of an optimizer in registers, as net/optimizer.h has it. Included by
 * the kernel files alone. */
#ifndef NSURF_NET_KERNEL_STEP_H
#define NSURF_NET_KERNEL_STEP_H

#include "net/group.h"
#include "net/vector.h"

#include <stddef.h>

/* The ways to step: plain on-line descent, w <- fma(-rate x, d, w), as
 * hyper_is_online has it; and from a gradient: descent without momentum, which
 * keeps nothing, and one for each optimizer. */
enum step_method { STEP_DESCENT, STEP_PLAIN, STEP_MOMENTUM, STEP_RPROP, STEP_ADAM };

/* A CASE for every step from a gradient, to make it a constant. */
#define STEP_CASES CASE(STEP_PLAIN) CASE(STEP_MOMENTUM) CASE(STEP_RPROP) CASE(STEP_ADAM)

static inline enum step_method step_method(const struct group *group)
{
    switch (group->hyper->optimizer) {
    case OPTIMIZER_RPROP:
        return STEP_RPROP;
    case OPTIMIZER_ADAM:
        return STEP_ADAM;
    case OPTIMIZER_SGD:
    case OPTIMIZERS:
        break;
    }
    return group->kept[0] ? STEP_MOMENTUM : STEP_PLAIN;
}

/* The numbers that a method needs, in registers; of the others nothing is left when the method is a constant. */
struct stepper {
    ptrdiff_t a, b; /* from a weight to what is kept of it */
    vector minus_rate, decay, momentum;
    vector increase, decrease, min, max;
    vector beta1, beta2, one_minus_beta1, one_minus_beta2, correction2, epsilon;
};

static inline struct stepper stepper_load(const enum step_method method, const struct group *group)
{
    const struct steps *const step = &group->steps;
    struct stepper s = {.minus_rate = vector_load(group->rate)};
    if (method == STEP_DESCENT)
        return s;
    s.decay = vector_load(step->weight_decay);
    if (method == STEP_PLAIN)
        return s;
    s.a = group->kept[0] - group->weights[0];
    if (method == STEP_MOMENTUM) {
        s.momentum = vector_load(step->momentum);
        return s;
    }
    s.b = group->kept[1] - group->weights[0];
    if (method == STEP_RPROP) {
        s.increase = vector_load(step->increase);
        s.decrease = vector_load(step->decrease);
        s.min = vector_load(step->min);
        s.max = vector_load(step->max);
        return s;
    }
    s.beta1 = vector_load(step->beta1);
    s.beta2 = vector_load(step->beta2);
    s.one_minus_beta1 = vector_load(step->one_minus_beta1);
    s.one_minus_beta2 = vector_load(step->one_minus_beta2);
    s.correction2 = vector_load(step->correction2);
    s.epsilon = vector_load(step->epsilon);
    s.minus_rate = vector_sub(vector_splat(0.0f), vector_load(step->rate1));
    return s;
}

/* The new weight from w and its gradient g, decay included; a and b are kept.
 * Of RPROP the product of the gradient with the sign before has the sign of the
 * two signs' product. */
static inline vector stepped(const enum step_method method, const struct stepper *s, vector w, vector g, vector *a,
                             vector *b)
{
    if (method == STEP_RPROP) {
        const vector same = vector_mul(g, *a);
        const vector grown = vector_min(s->max, vector_mul(*b, s->increase));
        const vector shrunk = vector_max(s->min, vector_mul(*b, s->decrease));
        *b = vector_select(same, grown, vector_select_below(same, shrunk, *b));
        *a = vector_select_below(same, vector_splat(0.0f), vector_sign(g));
        return vector_fnma(*a, *b, w);
    }
    if (method == STEP_ADAM) {
        *a = vector_fma(s->beta1, *a, vector_mul(s->one_minus_beta1, g));
        *b = vector_fma(s->beta2, *b, vector_mul(vector_mul(s->one_minus_beta2, g), g));
        const vector root = vector_sqrt(vector_mul(*b, s->correction2));
        return vector_fma(s->minus_rate, vector_div(*a, vector_add(root, s->epsilon)), w);
    }
    *a = method == STEP_MOMENTUM ? vector_fma(s->momentum, *a, g) : g;
    return vector_fma(s->minus_rate, *a, w);
}

/* Step the weight at w by its mean gradient. */
VECTOR_INLINE void step_weight(const enum step_method method, const struct stepper *s, float *w, vector weight,
                               vector gradient)
{
    const bool one = method != STEP_PLAIN, two = method == STEP_RPROP || method == STEP_ADAM;
    const vector mean = vector_fma(s->decay, weight, gradient);
    vector a = one ? vector_load(w + s->a) : mean, b = two ? vector_load(w + s->b) : mean;
    vector_store(w, stepped(method, s, weight, mean, &a, &b));
    if (one)
        vector_store(w + s->a, a);
    if (two)
        vector_store(w + s->b, b);
}

/* On-line: what makes the gradients of the weights of an input x, or of 1, for
 * `learn`. */
static inline vector pace(const enum step_method method, const struct stepper *s, vector x)
{
    return method == STEP_DESCENT ? vector_mul(s->minus_rate, x) : x;
}

/* The weight at w learns the product of an input, as `pace` gave it, and a
 * delta. */
static inline void learn(const enum step_method method, const struct stepper *s, float *w, vector weight, vector in,
                         vector delta)
{
    if (method == STEP_DESCENT)
        vector_store(w, vector_fma(in, delta, weight));
    else
        step_weight(method, s, w, weight, vector_fma(in, delta, vector_splat(0.0f)));
}

#endif
