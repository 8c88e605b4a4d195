/* SPDX-License-Identifier: BSD-3-Clause */
/* Memory and digest of a data set; see dataset.h. It knows no format. */
#include "data/dataset.h"

#include "base/mem.h"

#include <stdint.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *const dataset_split_names[SPLITS] = {"train", "validation", "test"};
const char *const dataset_missing_names[MISSINGS] = {"refuse", "drop", "mean"};
const char *const dataset_scaling_names[SCALINGS] = {"none", "minmax", "zscore"};

enum status dataset_alloc(struct dataset *data, struct error *err)
{
    data->x = NULL;
    data->t = NULL;
    data->target_names = NULL;
    data->target_columns = NULL;
    if ((data->inputs && data->samples > SIZE_MAX / data->inputs) ||
        (data->targets && data->samples > SIZE_MAX / data->targets))
        return error_memory(err, "the data set");
    data->x = mem_array(data->samples * data->inputs, sizeof *data->x);
    data->t = mem_array(data->samples * data->targets, sizeof *data->t);
    data->target_names = mem_array(data->targets, sizeof *data->target_names);
    data->target_columns = mem_array(data->targets, sizeof *data->target_columns);
    for (size_t k = 0; data->target_columns && k < data->targets; k++)
        data->target_columns[k] = (uint32_t)k;
    if (data->x && data->t && data->target_names && data->target_columns)
        return STATUS_OK;
    dataset_free(data);
    return error_memory(err, "the data set");
}

/* Folds differ by one sample at the most, the first ones being larger. */
static size_t fold_begin(const struct dataset *data, size_t fold)
{
    const size_t more = data->samples % data->folds;
    return fold * (data->samples / data->folds) + (fold < more ? fold : more);
}

size_t dataset_count(const struct dataset *data, enum split split, size_t fold)
{
    if (data->folds <= 1)
        return data->splits[split];
    const size_t held_out = fold_begin(data, fold + 1) - fold_begin(data, fold);
    return split == SPLIT_TRAIN ? data->samples - held_out : split == SPLIT_TEST ? held_out : 0;
}

size_t dataset_row(const struct dataset *data, enum split split, size_t fold, size_t i)
{
    if (data->folds <= 1) {
        for (size_t before = 0; before < (size_t)split; before++)
            i += data->splits[before];
        return i;
    }
    const size_t begin = fold_begin(data, fold), end = fold_begin(data, fold + 1);
    return split == SPLIT_TEST ? begin + i : i < begin ? i : i + (end - begin);
}

bool dataset_is_probable(const struct dataset *data, bool sum)
{
    if (sum && data->targets < 2)
        return false;
    for (size_t s = 0; s < data->samples; s++) {
        double total = 0;
        for (size_t k = 0; k < data->targets; k++) {
            const float target = data->t[s * data->targets + k];
            if (!(target >= 0 && target <= 1))
                return false;
            total += (double)target;
        }
        if (sum && !(fabs(total - 1) <= 1e-5))
            return false;
    }
    return true;
}

bool dataset_is_classes(const struct dataset *data)
{
    if (data->targets < 2 || !data->t)
        return false;
    for (size_t s = 0; s < data->samples; s++) {
        size_t ones = 0, zeros = 0;
        for (size_t k = 0; k < data->targets; k++) {
            ones += data->t[s * data->targets + k] == 1.0f;
            zeros += data->t[s * data->targets + k] == 0.0f;
        }
        if (ones != 1 || zeros != data->targets - 1)
            return false;
    }
    return true;
}

void dataset_free_values(struct dataset *data)
{
    free(data->x);
    free(data->t);
    data->x = NULL;
    data->t = NULL;
}

void dataset_free(struct dataset *data)
{
    dataset_free_values(data);
    for (size_t k = 0; data->target_names && k < data->targets; k++)
        free(data->target_names[k]);
    free(data->target_names);
    free(data->target_columns);
    free(data->mean);
    free(data->shift);
    free(data->divisor);
    free(data->target_shift);
    free(data->target_divisor);
    data->target_names = NULL;
    data->target_columns = NULL;
    data->mean = NULL;
    data->shift = NULL;
    data->divisor = NULL;
    data->target_shift = NULL;
    data->target_divisor = NULL;
}

/* Little-endian, so that the digest is the same on every machine. */
static void put_bytes(unsigned char *at, uint64_t value, int bytes)
{
    for (int i = 0; i < bytes; i++)
        at[i] = (unsigned char)(value >> (8 * i));
}

static void update_count(struct digest *digest, size_t count)
{
    unsigned char bytes[8];
    put_bytes(bytes, count, sizeof bytes);
    digest_update(digest, bytes, sizeof bytes);
}

static void update_floats(struct digest *digest, const float *values, size_t count)
{
    enum { BLOCK = 4096 };
    unsigned char bytes[4 * BLOCK];
    if (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__) { /* as they are in memory */
        digest_update(digest, values, count * sizeof *values);
        return;
    }
    for (size_t begin = 0; begin < count; begin += BLOCK) {
        size_t n = count - begin < BLOCK ? count - begin : BLOCK;
        for (size_t i = 0; i < n; i++) {
            uint32_t bits;
            memcpy(&bits, &values[begin + i], sizeof bits);
            put_bytes(bytes + 4 * i, bits, 4);
        }
        digest_update(digest, bytes, 4 * n);
    }
}

size_t dataset_target_columns(const struct dataset *data)
{
    return (size_t)data->target_columns[data->targets - 1] + 1;
}

enum status dataset_digest(struct dataset *data, struct error *err)
{
    struct digest *digest;
    enum status status = digest_create(&digest, err);
    if (status != STATUS_OK)
        return status;
    update_count(digest, data->samples);
    update_count(digest, data->inputs);
    update_count(digest, data->targets);
    update_floats(digest, data->x, data->samples * data->inputs);
    update_floats(digest, data->t, data->samples * data->targets);
    const bool divided = data->splits[SPLIT_TRAIN] != data->samples || data->folds > 1;
    for (size_t split = 0; divided && split < SPLITS; split++)
        update_count(digest, data->splits[split]);
    if (divided)
        update_count(digest, data->folds);
    if (data->target_shift) {
        update_floats(digest, data->target_shift, data->folds * data->targets);
        update_floats(digest, data->target_divisor, data->folds * data->targets);
    }
    return digest_finish(digest, data->digest, err);
}
