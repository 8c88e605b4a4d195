/* SPDX-License-Identifier: BSD-3-Clause */
/* Completing and scaling inputs; see prepare.h. Sums are taken in double, in the order of the rows, so that they are
 * the same on every machine. What it computes depends on the training samples alone. */
#include "data/prepare.h"

#include "base/mem.h"

#include <math.h>
#include <stdbool.h>

/* The mean of a column over the training samples that have it. */
static enum status find_mean(const struct dataset *data, size_t column, float *mean, struct error *err)
{
    double sum = 0;
    size_t count = 0;
    for (size_t i = 0; i < data->parts[PART_TRAIN]; i++) {
        const float x = data->x[i * data->inputs + column];
        if (isnan(x))
            continue;
        sum += (double)x;
        count++;
    }
    if (count == 0)
        return error_set(err, STATUS_DATA,
                         "%s: --missing mean: column %zu has no value in any training sample; leave the column out",
                         data->name, column + 1);
    *mean = (float)(sum / (double)count);
    return STATUS_OK;
}

enum status prepare_fill(struct dataset *data, struct error *err)
{
    const bool fitted = data->mean;
    if (!fitted)
        data->mean = mem_array(data->inputs, sizeof *data->mean);
    if (!data->mean)
        return error_memory(err, "the means");
    for (size_t k = 0; k < data->inputs; k++) {
        const enum status status = fitted ? STATUS_OK : find_mean(data, k, &data->mean[k], err);
        if (status)
            return status;
        for (size_t i = 0; i < data->samples; i++) {
            float *const x = &data->x[i * data->inputs + k];
            if (isnan(*x))
                *x = data->mean[k];
        }
    }
    return STATUS_OK;
}

/* The shift and divisor of a column. values: the training samples', `stride` apart. */
static void fit(const float *values, size_t stride, size_t count, enum scaling scaling, float *shift, float *divisor)
{
    float low = values[0], high = values[0];
    double sum = 0, squares = 0;
    for (size_t i = 0; i < count; i++) {
        low = fminf(low, values[i * stride]);
        high = fmaxf(high, values[i * stride]);
        sum += (double)values[i * stride];
    }
    const double mean = sum / (double)count;
    for (size_t i = 0; i < count; i++) {
        const double difference = (double)values[i * stride] - mean;
        squares += difference * difference;
    }
    *shift = scaling == SCALING_MINMAX ? low : (float)mean;
    *divisor = scaling == SCALING_MINMAX ? high - low : (float)sqrt(squares / (double)count);
    if (low == high) { /* exactly: a mean may miss the value by its rounding */
        *shift = low;
        *divisor = 1;
    }
}

enum status prepare_scale(struct dataset *data, enum scaling scaling, struct error *err)
{
    data->scaling = scaling;
    if (scaling == SCALING_NONE)
        return STATUS_OK;
    const bool fitted = data->shift && data->divisor;
    if (!fitted) {
        data->shift = mem_array(data->inputs, sizeof *data->shift);
        data->divisor = mem_array(data->inputs, sizeof *data->divisor);
    }
    if (!data->shift || !data->divisor)
        return error_memory(err, "the scaling");
    for (size_t k = 0; k < data->inputs; k++) {
        if (!fitted)
            fit(data->x + k, data->inputs, data->parts[PART_TRAIN], scaling, &data->shift[k], &data->divisor[k]);
        for (size_t i = 0; i < data->samples; i++) {
            float *const x = &data->x[i * data->inputs + k];
            *x = (*x - data->shift[k]) / data->divisor[k];
            if (!isfinite(*x))
                return error_set(err, STATUS_DATA,
                                 "%s: --scale: column %zu cannot be scaled within float32 (shift %g, divisor %g); "
                                 "scale the file",
                                 data->name, k + 1, (double)data->shift[k], (double)data->divisor[k]);
        }
    }
    return STATUS_OK;
}
