/* SPDX-License-Identifier: BSD-3-Clause */
/* What the trainer asks of a kernel: one table for each instruction set and width Q, made by compiling kernel_body.h
 * and kernel_batch_body.h. Internal to this room. */
#ifndef NSURF_NET_KERNEL_H
#define NSURF_NET_KERNEL_H

#include "net/group.h"

#include <stdbool.h>
#include <stdint.h>

/* What a kernel can train: plain on-line descent, as hyper_is_online has it; all other steps after each sample; batches
 * of several samples. */
enum serves { SERVES_DESCENT, SERVES_STEPS, SERVES_BATCHES };

/* The part of a batch that a call takes: how many of its samples, and whether these are its first and its last. */
struct portion {
    size_t count;
    bool first, last;
};

struct kernel {
    const char *isa; /* "avx512", "avx2", "neon", "plain" */
    enum serves serves;
    size_t lanes, q; /* as in struct group */

    /* Train on-line, as hyper_is_online has it, on samples of x: [samples][n_in], t: [samples][n_out]: for each network
     * the rows orders[slot][0 … count - 1] (NULL: 0 … count - 1), each at the rate in group->rate; where the group has
     * no samples of its own (group->own), the first order counts for all. */
    void (*train)(struct group *group, const float *x, const float *t, const uint32_t *const *orders, size_t count);

    /* The outputs for some samples, 1 … group->samples, left in group->y. x: [count], the inputs of each. */
    void (*forward)(struct group *group, const float *const *x, size_t count);

    /* Add up the gradients of such samples; with the last of the batch, make the step of group->steps. */
    void (*batch)(struct group *group, const float *x, const float *t, const uint32_t *const *orders,
                  struct portion portion);

    /* Whether all weights of each network are finite. slots: [group->count] */
    void (*finite)(const struct group *group, bool *slots);
};

/* NULL-terminated, by what they serve, the widest Q first; a table is empty where the compiler's target has no such
 * instructions. */
extern const struct kernel *const kernels_avx512[], *const kernels_avx2[], *const kernels_neon[],
                                                                               *const kernels_plain[];

#endif
