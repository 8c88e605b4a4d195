/* SPDX-License-Identifier: BSD-3-Clause */
/* A sample in a few numbers. It never knows what was measured. */
#ifndef NSURF_BASE_STATISTICS_H
#define NSURF_BASE_STATISTICS_H

#include <stddef.h>

struct statistics {
    size_t count;
    double mean, min, median; /* NaN for a count of 0; the median of an even count is the mean of the middle two */
    double sd;                /* standard deviation, by count - 1; NaN for fewer than two */
};

/* values: [count], finite, summed in this order; left sorted. Ranks: local. */
struct statistics statistics_of(double *values, size_t count);

/* The standard error of the mean, sd / sqrt(count); NaN for fewer than two. */
double statistics_standard_error(const struct statistics *sample);

/* The standard deviation within samples that may differ in their means: sqrt(sum (n - 1) sd^2 / sum (n - 1)), over all
 * samples of two and more. Zero it to begin. */
struct statistics_pool {
    double squares, freedom;
};
void statistics_pool_add(struct statistics_pool *pool, const struct statistics *sample);
double statistics_pool_sd(const struct statistics_pool *pool); /* NaN when no sample has two */

#endif
