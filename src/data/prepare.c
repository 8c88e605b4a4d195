/* SPDX-License-Identifier: BSD-3-Clause */
/* Completing inputs, scaling inputs and targets; see prepare.h. Sums are taken in double, in the order of the rows, so
 * that they are the same on every machine. What it computes depends on the training samples alone. */
#include "data/prepare.h"

#include "base/mem.h"

#include <math.h>
#include <stdbool.h>

/* The mean of a column over the training samples that have it. */
static enum status find_mean(const struct dataset *data, size_t column, float *mean, struct error *err)
{
    double sum = 0;
    size_t count = 0;
    for (size_t i = 0; i < data->splits[SPLIT_TRAIN]; i++) {
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

/* A column of x or t, whose values stand `stride` apart. */
struct column {
    const float *values;
    size_t stride;
};

static float training_value(const struct dataset *data, const struct column *column, size_t fold, size_t i)
{
    return column->values[dataset_row(data, SPLIT_TRAIN, fold, i) * column->stride];
}

/* The shift and divisor of a column, by the training samples of this fold. */
static void fit(const struct dataset *data, const struct column *column, size_t fold, enum scaling scaling,
                float *shift, float *divisor)
{
    const size_t count = dataset_count(data, SPLIT_TRAIN, fold);
    float low = training_value(data, column, fold, 0), high = low;
    double sum = 0, squares = 0;
    for (size_t i = 0; i < count; i++) {
        const float value = training_value(data, column, fold, i);
        low = fminf(low, value);
        high = fmaxf(high, value);
        sum += (double)value;
    }
    const double mean = sum / (double)count;
    for (size_t i = 0; i < count; i++) {
        const double difference = (double)training_value(data, column, fold, i) - mean;
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
        const struct column column = {data->x + k, data->inputs};
        if (!fitted)
            fit(data, &column, 0, scaling, &data->shift[k], &data->divisor[k]);
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

/* Whether all values of a target, of any split, can be learned: scaling keeps their order, so the ends tell. */
static bool all_scaled(const struct dataset *data, size_t fold, size_t k)
{
    float low = data->t[k], high = low;
    for (size_t i = 0; i < data->samples; i++) {
        low = fminf(low, data->t[i * data->targets + k]);
        high = fmaxf(high, data->t[i * data->targets + k]);
    }
    return isfinite(dataset_learned(data, fold, k, low)) && isfinite(dataset_learned(data, fold, k, high));
}

enum status prepare_targets(struct dataset *data, enum scaling scaling, struct error *err)
{
    data->target_scaling = scaling;
    if (scaling == SCALING_NONE || (data->target_shift && data->target_divisor))
        return STATUS_OK;
    if (dataset_is_classes(data))
        return error_set(err, STATUS_USAGE,
                         "--scale-targets: the targets of %s are classes, which are 0 and 1 already; leave it out",
                         data->name);
    data->target_shift = mem_array(data->folds * data->targets, sizeof *data->target_shift);
    data->target_divisor = mem_array(data->folds * data->targets, sizeof *data->target_divisor);
    if (!data->target_shift || !data->target_divisor)
        return error_memory(err, "the scaling");
    for (size_t fold = 0; fold < data->folds; fold++)
        for (size_t k = 0; k < data->targets; k++) {
            const struct column column = {data->t + k, data->targets};
            const size_t at = fold * data->targets + k;
            fit(data, &column, fold, scaling, &data->target_shift[at], &data->target_divisor[at]);
            if (!all_scaled(data, fold, k))
                return error_set(err, STATUS_DATA,
                                 "%s: --scale-targets: target %zu cannot be scaled within float32 (shift %g, divisor "
                                 "%g); scale the file",
                                 data->name, k + 1, (double)data->target_shift[at],
                                 (double)data->target_divisor[at]);
        }
    return STATUS_OK;
}
