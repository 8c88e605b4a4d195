/* SPDX-License-Identifier: BSD-3-Clause */
/* Measuring: the errors of the networks of a group over a split of the data, sample by sample. Internal to this room.
 * */
#ifndef NSURF_NET_MEASURE_H
#define NSURF_NET_MEASURE_H

#include "net/kernel.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct measure {
    enum split split;
    uint32_t fold;
    bool winners;  /* count the misclassified samples too */
    size_t sample; /* done of the split */
    struct error_sums sums[LANES_MAX];
    uint32_t misclassified[LANES_MAX];
};

/* Measure up to `count` further samples of the split, in the file's order. Returns how many. */
size_t measure_run(struct measure *measure, const struct kernel *kernel, struct group *group,
                   const struct dataset *data, size_t count);

/* Whether all samples of the split are measured. */
bool measure_is_done(const struct measure *measure, const struct dataset *data);

/* The mean squared error of the network in this slot; NaN where the split has no samples. */
double measure_error(const struct measure *measure, const struct dataset *data, size_t slot);

/* What was measured of the network in this slot, into its outcome; a split without samples leaves it as it is. Returns
 * whether the error is finite, or there is none. */
bool measure_set(const struct measure *measure, const struct dataset *data, size_t slot, struct outcome *outcome);

#endif
