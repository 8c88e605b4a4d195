/* SPDX-License-Identifier: BSD-3-Clause */
/* The choice of a kernel: which networks of a pack are trained together, and by which kernel. It never changes a bit
 * of an outcome, only the time that it takes. Internal to this room. */
#ifndef NSURF_NET_CHOICE_H
#define NSURF_NET_CHOICE_H

#include "net/kernel.h"

#include <stdbool.h>
#include <stddef.h>

/* What weights may take of the caches. */
struct caches {
    double level1_bytes, level2_bytes;
};

/* Ask the system. Ranks: local. */
struct caches choice_caches(void);

struct choice {
    const struct kernel *kernel;
    size_t count; /* of the trials, trained in lock-step */
    bool own;      /* each has an order of the samples of its own */
    double cycles; /* that a sample costs each of them, as far as can be told */
};

/* For the first of these trials. kernels: as isa_kernels has them; count: of trials, 1 or more. */
struct choice choice_make(const struct kernel *const *kernels, const struct caches *caches, const struct dataset *data,
                          const struct trial *trials, size_t count);

#endif
