/* SPDX-License-Identifier: BSD-3-Clause */
/* Activations and their slopes in registers, as net/spec.h has them. Included by the kernel files alone. */
#ifndef NSURF_NET_ACTIVATION_H
#define NSURF_NET_ACTIVATION_H

#include "net/hyperparameters.h"
#include "net/vector.h"

/* 2^t as two factors; see spec.c. */
static inline vector power_of_two(vector t, vector *scale)
{
    const vector round = vector_splat(0x1.8p23f + 127.0f), one = vector_splat(1.0f);
    const vector shifted = vector_add(t, round);
    const vector f = vector_sub(t, vector_sub(shifted, round)), f2 = vector_mul(f, f);
    const vector c01 = vector_fma(vector_splat(0x1.62e42ap-1f), f, one);
    const vector c23 = vector_fma(vector_splat(0x1.c6b752p-5f), f, vector_splat(0x1.ebf9bcp-3f));
    const vector c45 = vector_fma(vector_splat(0x1.5bba14p-10f), f, vector_splat(0x1.3cea88p-7f));
    *scale = vector_shift23(shifted);
    return vector_fma(vector_fma(c45, f2, c23), f2, c01);
}

/* spec_logistic, lane by lane. */
static inline vector logistic(vector z)
{
    const vector one = vector_splat(1.0f);
    vector scale, t = vector_mul(z, vector_splat(-0x1.715476p0f));
    t = vector_min(vector_splat(43.0f), t);
    t = vector_max(vector_splat(-43.0f), t);
    const vector power = power_of_two(t, &scale);
    return vector_div(one, vector_fma(power, scale, one));
}

/* y (1 - y) */
static inline vector slope(vector y)
{
    return vector_mul(y, vector_sub(vector_splat(1.0f), y));
}

/* spec_exp, lane by lane. */
static inline vector exponential(vector z)
{
    vector scale, t = vector_mul(z, vector_splat(0x1.715476p0f));
    t = vector_min(vector_splat(126.0f), t);
    t = vector_max(vector_splat(-126.0f), t);
    const vector power = power_of_two(t, &scale);
    return vector_mul(power, scale);
}

/* A CASE for every activation, to make it a constant. */
#define ACTIVATION_CASES                                                                                               \
    CASE(ACTIVATION_LOGISTIC) CASE(ACTIVATION_TANH) CASE(ACTIVATION_RELU) CASE(ACTIVATION_SOFTSIGN)                    \
    CASE(ACTIVATION_LINEAR) CASE(ACTIVATION_SOFTMAX)

/* spec_activation, lane by lane. */
static inline vector activate(enum activation activation, vector z)
{
    const vector zero = vector_splat(0.0f), one = vector_splat(1.0f), two = vector_splat(2.0f);
    switch (activation) {
    case ACTIVATION_LOGISTIC:
        return logistic(z);
    case ACTIVATION_TANH:
        return vector_fma(two, logistic(vector_add(z, z)), vector_splat(-1.0f));
    case ACTIVATION_RELU:
        return vector_max(zero, z);
    case ACTIVATION_SOFTSIGN:
        return vector_div(z, vector_add(one, vector_abs(z)));
    case ACTIVATION_LINEAR:
    case ACTIVATION_SOFTMAX: /* of all units, by the caller */
    case ACTIVATIONS:
        break;
    }
    return z;
}

/* spec_slope, lane by lane. */
static inline vector activation_slope(enum activation activation, vector y)
{
    const vector zero = vector_splat(0.0f), one = vector_splat(1.0f), rest = vector_sub(one, vector_abs(y));
    switch (activation) {
    case ACTIVATION_LOGISTIC:
        return slope(y);
    case ACTIVATION_TANH:
        return vector_mul(vector_sub(one, y), vector_add(one, y));
    case ACTIVATION_RELU:
        return vector_select(y, one, zero);
    case ACTIVATION_SOFTSIGN:
        return vector_mul(rest, rest);
    case ACTIVATION_LINEAR:
    case ACTIVATION_SOFTMAX: /* with its loss */
    case ACTIVATIONS:
        break;
    }
    return one;
}

#endif
