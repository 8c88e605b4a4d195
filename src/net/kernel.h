/* SPDX-License-Identifier: BSD-3-Clause */
/* What the trainer asks of a kernel: one table for each instruction set and width Q, made by compiling kernel_body.h
 * once for each. Internal to this room. */
#ifndef NSURF_NET_KERNEL_H
#define NSURF_NET_KERNEL_H

#include "net/group.h"

#include <stdbool.h>
#include <stdint.h>

struct kernel {
    const char *isa; /* "avx512", "avx2", "neon", "plain" */
    size_t lanes, q; /* as in struct group */

    /* Train on-line, as hyper_is_online has it, on samples of x: [samples][n_in], t: [samples][n_out]: for each network
     * the rows orders[slot][0 … count - 1] (NULL: 0 … count - 1), each at the rate in group->rate; where the group has
     * no samples of its own (group->own), the first order counts for all. */
    void (*train)(struct group *group, const float *x, const float *t, const uint32_t *const *orders, size_t count);

    /* The outputs for one sample, left in group->y. */
    void (*forward)(struct group *group, const float *x);

    /* Add the gradients of such samples, and make the steps of group->steps of them. NULL: the kernel is for on-line
     * training of the squared error and logistic units alone. */
    void (*gradient)(struct group *group, const float *x, const float *t, const uint32_t *const *orders, size_t count);
    void (*step)(struct group *group);

    /* Whether all weights of each network are finite. slots: [group->count] */
    void (*finite)(const struct group *group, bool *slots);
};

/* NULL-terminated, the widest Q first, the one for all hyperparameters last; a table is empty where the compiler's
 * target has no such instructions. */
extern const struct kernel *const kernels_avx512[], *const kernels_avx2[], *const kernels_neon[],
                                                                               *const kernels_plain[];

#endif
