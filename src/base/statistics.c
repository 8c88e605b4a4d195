/* SPDX-License-Identifier: BSD-3-Clause */
/* A sample in a few numbers; see statistics.h. */
#include "base/statistics.h"

#include <math.h>
#include <stdlib.h>

static int ascending(const void *a, const void *b)
{
    const double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

struct statistics statistics_of(double *values, size_t count)
{
    struct statistics sample = {count, (double)NAN, (double)NAN, (double)NAN, (double)NAN};
    if (count == 0)
        return sample;
    double sum = 0, squares = 0;
    for (size_t i = 0; i < count; i++)
        sum += values[i];
    sample.mean = sum / (double)count;
    /* In two passes: the spread of errors is often far below the errors themselves. */
    for (size_t i = 0; i < count; i++)
        squares += (values[i] - sample.mean) * (values[i] - sample.mean);
    if (count > 1) {
        sample.sd = sqrt(squares / (double)(count - 1));
        qsort(values, count, sizeof *values, ascending);
    }
    sample.min = values[0];
    sample.median = count % 2 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
    return sample;
}

double statistics_standard_error(const struct statistics *sample)
{
    return sample->sd / sqrt((double)sample->count);
}

void statistics_pool_add(struct statistics_pool *pool, const struct statistics *sample)
{
    if (sample->count < 2)
        return;
    const double freedom = (double)(sample->count - 1);
    pool->squares += freedom * sample->sd * sample->sd;
    pool->freedom += freedom;
}

double statistics_pool_sd(const struct statistics_pool *pool)
{
    return pool->freedom > 0 ? sqrt(pool->squares / pool->freedom) : (double)NAN;
}
