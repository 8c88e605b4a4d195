/* SPDX-License-Identifier: BSD-3-Clause */
/* What the trainer asks of a kernel: one table for each instruction set and width Q, made by compiling kernel_body.h
 * once for each. Internal to this room. */
#ifndef NSURF_NET_KERNEL_H
#define NSURF_NET_KERNEL_H

#include "net/group.h"

#include <stdint.h>

struct kernel {
    const char *isa; /* "avx512", "avx2", "neon", "plain" */
    size_t lanes, q; /* as in struct group */

    /* Train on-line, as hyper_is_online has it, on the samples order[0 … count - 1] (NULL: 0 … count - 1) of
     * x: [samples][n_in], t: [samples][n_out]. */
    void (*train)(struct group *group, const float *x, const float *t, const uint32_t *order, size_t count, float rate);

    /* The outputs for one sample, left in group->y. */
    void (*forward)(struct group *group, const float *x);

    /* Add the gradients of such samples, and make a step of them. NULL: the kernel is for on-line training of the
     * squared error and logistic units alone. */
    void (*gradient)(struct group *group, const float *x, const float *t, const uint32_t *order, size_t count);
    void (*step)(struct group *group, const struct step *step);
};

/* NULL-terminated, the widest Q first, the one for all settings last; a table is empty where the compiler's target has
 * no such instructions. */
extern const struct kernel *const kernels_avx512[], *const kernels_avx2[], *const kernels_neon[],
                                                                               *const kernels_plain[];

#endif
