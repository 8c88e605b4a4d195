/* SPDX-License-Identifier: BSD-3-Clause */
/* The kernels that learn on-line from each sample of a group of networks, for any instruction set and any Q: plain
 * descent, and all other steps of net/optimizer.h. Included by each kernel_*.c once for every Q, with KERNEL_Q (1, 4, 8
 * or 16) and KERNEL(name) defined; they reproduce net/spec.h bit for bit. The networks see the same samples, or each
 * its own (`own`): then inputs and targets stand in the networks' lanes.
 *
 * Letters: V lanes, Q units a network and register, R registers a layer; a weight row is R registers, one row for each
 * input. PARTS = SUM_LANES / Q partial sums of the backward step stand in registers of their own, the rest in lanes. */

#include "net/kernel_lanes_body.h"

#include "net/kernel_forward_body.h"

#include "net/kernel_backward_body.h"

static void KERNEL(forward)(struct group *g, const float *const *x, size_t count)
{
    (void)count; /* one, as group->samples says */
    KERNEL(first_forward)(g, NULL, x[0]);
    KERNEL(second_forward)(g);
    KERNEL(output_forward)(g, NULL);
}

/* Where sample s of the order of this network stands. */
INLINE size_t KERNEL(place)(const uint32_t *order, size_t s)
{
    return order ? order[s] : s;
}

/* The inputs and targets of sample s, which all networks share: the inputs where they are, the targets in all lanes,
 * 0 behind the last. */
INLINE const float *KERNEL(take_shared)(struct group *g, const float *x, const float *t, const uint32_t *order,
                                        size_t s)
{
    const size_t sample = KERNEL(place)(order, s), outputs = g->units[SPEC_LAYERS];
    const float *const targets = t + sample * outputs;
    for (size_t k = 0; k < outputs; k++)
        g->shared_target[k] = targets[k];
    for (size_t r = 0; r < g->registers[SPEC_LAYERS - 1]; r++)
        vector_store(g->target + r * V, KERNEL(same)(g->shared_target + r * KERNEL_Q));
    return x + sample * g->units[0];
}

/* Sample s of each network's own order: inputs and targets in its lanes. Lanes without a network repeat the first. */
static __attribute__((noinline)) void KERNEL(take_own)(struct group *g, const float *x, const float *t,
                                                       const uint32_t *const *orders, size_t s)
{
    enum { NETWORKS = V / KERNEL_Q };
    const size_t inputs = g->units[0], outputs = g->units[SPEC_LAYERS];
    float *const own = g->own[s % GROUP_OWN], *const target = g->own_target[s % GROUP_OWN];
    const float *row[NETWORKS], *to[NETWORKS];
    for (size_t n = 0; n < NETWORKS; n++) {
        const size_t sample = KERNEL(place)(orders[n < g->count ? n : 0], s);
        row[n] = x + sample * inputs;
        to[n] = t + sample * outputs;
    }
    for (size_t i = 0; i < inputs; i++)
        UNROLL
        for (size_t n = 0; n < NETWORKS; n++)
            UNROLL
            for (size_t k = 0; k < KERNEL_Q; k++)
                own[i * V + n * KERNEL_Q + k] = row[n][i];
    for (size_t k = 0; k < outputs; k++)
        UNROLL
        for (size_t n = 0; n < NETWORKS; n++)
            target[k / KERNEL_Q * V + n * KERNEL_Q + k % KERNEL_Q] = to[n][k];
}

static void KERNEL(last_update)(struct group *g, bool own, const float *x)
{
    const struct stepper stepper = stepper_load(STEP_DESCENT, g);
    KERNEL(first_update)(STEP_DESCENT, &stepper, g, own, x);
}

static void KERNEL(train_shared)(struct group *g, const float *x, const float *t, const uint32_t *order, size_t count)
{
    const float *before = NULL;
    for (size_t s = 0; s < count; s++) {
        const float *const inputs = KERNEL(take_shared)(g, x, t, order, s);
        KERNEL(first_forward)(g, before, inputs);
        KERNEL(second_forward)(g);
        KERNEL(output_forward)(g, g->target);
        KERNEL(backward)(g);
        before = inputs;
    }
    if (before)
        KERNEL(last_update)(g, false, before);
}

/* Each sample is taken while the one before it is trained: what was stored by parts is slow to load at once. */
static void KERNEL(train_own)(struct group *g, const float *x, const float *t, const uint32_t *const *orders,
                              size_t count)
{
    const float *before = NULL;
    KERNEL(take_own)(g, x, t, orders, 0);
    for (size_t s = 0; s < count; s++) {
        const float *const inputs = g->own[s % GROUP_OWN];
        if (s + 1 < count)
            KERNEL(take_own)(g, x, t, orders, s + 1);
        KERNEL(first_forward_own)(g, before, inputs);
        KERNEL(second_forward)(g);
        KERNEL(output_forward)(g, g->own_target[s % GROUP_OWN]);
        KERNEL(backward)(g);
        before = inputs;
    }
    KERNEL(last_update)(g, true, before);
}

/* A sample by another method than plain descent. */
static void KERNEL(step)(struct group *g, const float *x, const float *t, const uint32_t *const *orders,
                         struct portion portion)
{
    const bool own = g->own[0];
    const float *inputs = g->own[0], *target = own ? g->own_target[0] : g->target;
    (void)portion; /* one sample, as group->samples says */
    if (own) {
        KERNEL(take_own)(g, x, t, orders, 0);
        KERNEL(first_forward_own)(g, NULL, inputs);
    } else {
        inputs = KERNEL(take_shared)(g, x, t, orders[0], 0);
        KERNEL(first_forward)(g, NULL, inputs);
    }
    KERNEL(second_forward)(g);
    KERNEL(output_forward)(g, target);
    switch (step_method(g)) {
#define CASE(method)                                                                                                   \
    case method:                                                                                                       \
        KERNEL(learn_sample)(method, g, own, inputs);                                                                  \
        break;
        STEP_CASES
#undef CASE
    case STEP_DESCENT:
        break;
    }
}

static void KERNEL(train)(struct group *g, const float *x, const float *t, const uint32_t *const *orders, size_t count)
{
    if (!g->own[0])
        KERNEL(train_shared)(g, x, t, orders[0], count);
    else if (count > 0)
        KERNEL(train_own)(g, x, t, orders, count);
}

static const struct kernel KERNEL(kernel) = {KERNEL_ISA,    SERVES_DESCENT,  V,    KERNEL_Q,
                                             KERNEL(train), KERNEL(forward), NULL, kernel_finite};

static const struct kernel KERNEL(kernel_steps) = {KERNEL_ISA, SERVES_STEPS,    V,            KERNEL_Q,
                                                   NULL,       KERNEL(forward), KERNEL(step), kernel_finite};

#undef UNROLLED_CASES
#undef KERNEL
#undef KERNEL_Q
