/* SPDX-License-Identifier: BSD-3-Clause */
/* What the kernels of all kinds and any Q share. Included by the kernel files alone.
 * Letters: V lanes of a register. */
#ifndef NSURF_NET_KERNEL_COMMON_H
#define NSURF_NET_KERNEL_COMMON_H

#include "net/activation.h"
#include "net/group.h"
#include "net/vector.h"

#include <stdbool.h>
#include <stddef.h>

#define INLINE static inline __attribute__((always_inline))

enum { V = VECTOR_LANES };

INLINE size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* exp(y - max y) over its sum, of one unit a register. y: [outputs][V] */
INLINE void softmax_apart(size_t outputs, float *y)
{
    vector most = vector_load(y), sum = vector_splat(0.0f);
    for (size_t k = 1; k < outputs; k++)
        most = vector_max(most, vector_load(y + k * V));
    for (size_t k = 0; k < outputs; k++) {
        const vector power = exponential(vector_sub(vector_load(y + k * V), most));
        vector_store(y + k * V, power);
        sum = vector_add(sum, power);
    }
    for (size_t k = 0; k < outputs; k++)
        vector_store(y + k * V, vector_div(vector_load(y + k * V), sum));
}

/* w - w is 0 for what is finite, else NaN, which no further term takes away. */
static inline void kernel_finite(const struct group *g, bool *slots)
{
    vector sums[2] = {vector_splat(0.0f), vector_splat(0.0f)};
    float lanes[V] __attribute__((aligned(64)));
    for (size_t k = 0; k < g->weight_floats; k += 2 * V) { /* a multiple of LANES_MAX */
        const size_t second = least(k + V, g->weight_floats - V);
        const vector w = vector_load(g->weights[0] + k), more = vector_load(g->weights[0] + second);
        sums[0] = vector_add(sums[0], vector_sub(w, w));
        sums[1] = vector_add(sums[1], vector_sub(more, more));
    }
    vector_store(lanes, vector_add(sums[0], sums[1]));
    for (size_t slot = 0; slot < g->count; slot++)
        slots[slot] = true;
    for (size_t lane = 0; lane < g->count * g->q; lane++)
        slots[lane / g->q] = slots[lane / g->q] && lanes[lane] == 0.0f;
}

#endif

