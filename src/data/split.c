/* SPDX-License-Identifier: BSD-3-Clause */
/* Stratified random splits and folds; see prepare.h. The samples stand in a row by class, those of a class in a
 * shuffled order, and are dealt one after the other, so that each class is spread as all samples are. */
#include "data/prepare.h"

#include "base/mem.h"
#include "base/number.h"
#include "base/shuffle.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { STREAM_SPLIT = 3 << 24 }; /* of the generator; net/random.c has those below */

/* The class of a sample; 0 for all when there are none. */
static size_t class_of(const struct dataset *data, bool classes, size_t sample)
{
    const float *const t = data->t + sample * data->targets;
    size_t class = 0;
    while (classes && t[class] != 1.0f)
        class ++;
    return class;
}

/* Samples in a shuffled order, then by class: a counting sort, which keeps the order within a class.
 * dealt: [count], of samples first, first + 1, … Errors: STATUS_INTERNAL. */
static enum status arrange(const struct dataset *data, size_t count, uint64_t seed, uint32_t *dealt, struct error *err)
{
    const bool classes = dataset_is_classes(data);
    uint32_t *const order = mem_array(count, sizeof *order);
    size_t *const begin = mem_array(data->targets + 1, sizeof *begin);
    if (!order || !begin) {
        free(order);
        free(begin);
        return error_memory(err, "the split");
    }
    shuffle_order(seed, 0, 0, STREAM_SPLIT, count, order);
    for (size_t i = 0; i < count; i++)
        begin[class_of(data, classes, i) + 1]++;
    for (size_t k = 0; k < data->targets; k++)
        begin[k + 1] += begin[k];
    for (size_t i = 0; i < count; i++)
        dealt[begin[class_of(data, classes, order[i])]++] = order[i];
    free(order);
    free(begin);
    return STATUS_OK;
}

/* Give each sample to the split that lacks most of what it should have by now. Where splits get sizes[k] of `count`,
 * each lacks less than two samples at any moment, and nothing at the end. */
static void deal_splits(const uint32_t *dealt, size_t count, const size_t sizes[SPLITS], uint32_t *bin)
{
    int64_t lack[SPLITS] = {0}; /* in count-ths of a sample: below 2^61, as a count is below 2^30 */
    for (size_t i = 0; i < count; i++) {
        size_t most = 0;
        for (size_t k = 0; k < SPLITS; k++) {
            lack[k] += (int64_t)sizes[k];
            most = lack[k] > lack[most] ? k : most;
        }
        lack[most] -= (int64_t)count;
        bin[dealt[i]] = (uint32_t)most;
    }
}

static enum status move_column(float **values, size_t width, size_t samples, const size_t *to, struct error *err)
{
    float *const moved = mem_array(samples * width, sizeof *moved);
    if (!moved)
        return error_memory(err, "the split");
    for (size_t i = 0; i < samples; i++)
        memcpy(moved + to[i] * width, *values + i * width, width * sizeof *moved);
    free(*values);
    *values = moved;
    return STATUS_OK;
}

/* Sort the samples by bin, those of a bin in the order of the file. bin: [samples], below bins. */
static enum status sort(struct dataset *data, const uint32_t *bin, size_t bins, struct error *err)
{
    size_t *const begin = mem_array(bins + 1, sizeof *begin);
    size_t *const to = mem_array(data->samples, sizeof *to);
    enum status status = begin && to ? STATUS_OK : error_memory(err, "the split");
    if (!status) {
        for (size_t i = 0; i < data->samples; i++)
            begin[bin[i] + 1]++;
        for (size_t k = 0; k < bins; k++)
            begin[k + 1] += begin[k];
        for (size_t i = 0; i < data->samples; i++)
            to[i] = begin[bin[i]]++;
        status = move_column(&data->x, data->inputs, data->samples, to, err);
    }
    if (!status)
        status = move_column(&data->t, data->targets, data->samples, to, err);
    free(begin);
    free(to);
    return status;
}

/* How many of `count` samples each split gets. */
static enum status measure(const struct source *source, const struct dataset *data, size_t count, size_t sizes[SPLITS],
                           struct error *err)
{
    double share[SPLITS], sum = 0;
    memcpy(share, source->split, sizeof share);
    const char *option = "--split";
    if (source->holdout > 0) {
        option = "--holdout";
        share[SPLIT_VALIDATION] = 0;
        share[SPLIT_TEST] = source->holdout < 1 ? source->holdout : source->holdout / (double)count;
        share[SPLIT_TRAIN] = 1 - share[SPLIT_TEST];
    }
    for (size_t k = 0; k < SPLITS; k++)
        sum += share[k];
    sizes[SPLIT_TRAIN] = count;
    bool enough = share[SPLIT_TRAIN] > 0;
    for (size_t k = SPLIT_TRAIN + 1; k < SPLITS && enough; k++) {
        sizes[k] = (size_t)floor((double)count * (share[k] / sum) + 0.5);
        enough = (sizes[k] > 0 || !(share[k] > 0)) && sizes[k] < sizes[SPLIT_TRAIN];
        sizes[SPLIT_TRAIN] -= enough ? sizes[k] : 0;
    }
    return enough ? STATUS_OK
                  : error_set(err, STATUS_USAGE,
                              "%s: %s of %s cannot give each part at least one; ask for less", option,
                              number_counted(count, "sample").text, data->name);
}

enum status prepare_split(const struct source *source, struct dataset *data, struct error *err)
{
    const bool parts = source->split[SPLIT_TRAIN] > 0 || source->holdout > 0;
    const size_t count = data->splits[SPLIT_TRAIN]; /* what stands behind them came from other files */
    size_t sizes[SPLITS] = {0}, bins = SPLITS;
    if (!parts && source->folds == 0)
        return STATUS_OK;
    if (source->folds > count)
        return error_set(err, STATUS_USAGE, "--folds %u: %s has %s; give as many folds at most",
                         (unsigned)source->folds, data->name, number_counted(count, "sample").text);
    enum status status = parts ? measure(source, data, count, sizes, err) : STATUS_OK;
    if (status)
        return status;
    uint32_t *const dealt = mem_array(count, sizeof *dealt), *const bin = mem_array(data->samples, sizeof *bin);
    status = dealt && bin ? arrange(data, count, source->seed, dealt, err) : error_memory(err, "the split");
    if (!status && parts) {
        deal_splits(dealt, count, sizes, bin);
        for (size_t i = count; i < data->samples; i++)
            bin[i] = i < count + data->splits[SPLIT_VALIDATION] ? SPLIT_VALIDATION : SPLIT_TEST;
        data->splits[SPLIT_TRAIN] = sizes[SPLIT_TRAIN];
        data->splits[SPLIT_VALIDATION] += sizes[SPLIT_VALIDATION];
        data->splits[SPLIT_TEST] += sizes[SPLIT_TEST];
    } else if (!status) {
        for (size_t i = 0; i < count; i++)
            bin[dealt[i]] = (uint32_t)(i % source->folds);
        bins = data->folds = source->folds;
    }
    if (!status)
        status = sort(data, bin, bins, err);
    free(dealt);
    free(bin);
    return status;
}
