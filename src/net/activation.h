/* SPDX-License-Identifier: BSD-3-Clause */
/* The activation in registers, as net/spec.h has it. Included by the kernel files alone. */
#ifndef NSURF_NET_ACTIVATION_H
#define NSURF_NET_ACTIVATION_H

#include "net/vector.h"

/* spec_logistic, lane by lane. */
static inline vector logistic(vector z)
{
    const vector limit = vector_splat(43.0f), round = vector_splat(0x1.8p23f + 127.0f), one = vector_splat(1.0f);
    vector t = vector_mul(z, vector_splat(-0x1.715476p0f));
    t = vector_min(limit, t);
    t = vector_max(vector_splat(-43.0f), t);
    const vector shifted = vector_add(t, round);
    const vector f = vector_sub(t, vector_sub(shifted, round)), f2 = vector_mul(f, f);
    const vector c01 = vector_fma(vector_splat(0x1.62e42ap-1f), f, one);
    const vector c23 = vector_fma(vector_splat(0x1.c6b752p-5f), f, vector_splat(0x1.ebf9bcp-3f));
    const vector c45 = vector_fma(vector_splat(0x1.5bba14p-10f), f, vector_splat(0x1.3cea88p-7f));
    const vector power = vector_fma(vector_fma(c45, f2, c23), f2, c01);
    return vector_div(one, vector_fma(power, vector_shift23(shifted), one));
}

/* y (1 - y) */
static inline vector slope(vector y)
{
    return vector_mul(y, vector_sub(vector_splat(1.0f), y));
}

#endif
