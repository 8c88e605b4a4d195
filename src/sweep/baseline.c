/* SPDX-License-Identifier: BSD-3-Clause */
/* Answers without a network; see baseline.h. Target by target, sums over the samples of each split, or of each fold,
 * give those of any training. */
#include "sweep/baseline.h"

#include "base/mem.h"

#include <math.h>
#include <stdlib.h>

/* Sums of one target over some samples, whose values are taken relative to a common shift. */
struct sums {
    double samples, sum, squares;
};

static void add(struct sums *sums, const struct sums *other, double sign)
{
    sums->samples += sign * other->samples;
    sums->sum += sign * other->sum;
    sums->squares += sign * other->squares;
}

/* Groups of samples: the splits, or the folds, which the trainings of one of them hold out. */
static size_t group_count(const struct dataset *data)
{
    return data->folds > 1 ? data->folds : SPLITS;
}

/* The sums of target k by group. sums: [group_count] */
static void sum_groups(const struct dataset *data, size_t k, struct sums *sums)
{
    double mean = 0;
    for (size_t i = 0; i < data->samples; i++)
        mean += (double)data->t[i * data->targets + k] / (double)data->samples;
    for (size_t g = 0; g < group_count(data); g++) {
        const enum split split = data->folds > 1 ? SPLIT_TEST : (enum split)g;
        const size_t fold = data->folds > 1 ? g : 0, count = dataset_count(data, split, fold);
        sums[g] = (struct sums){.samples = (double)count};
        for (size_t i = 0; i < count; i++) {
            const double value = (double)data->t[dataset_row(data, split, fold, i) * data->targets + k] - mean;
            sums[g].sum += value;
            sums[g].squares += value * value;
        }
    }
}

/* The sums of a split in the trainings of a fold. total: of all groups. */
static struct sums split_sums(const struct dataset *data, const struct sums *groups, const struct sums *total,
                              size_t fold, enum split split)
{
    struct sums sums = {0};
    if (data->folds <= 1)
        return groups[split];
    if (split == SPLIT_TRAIN) {
        sums = *total;
        add(&sums, &groups[fold], -1);
    }
    return split == SPLIT_TEST ? groups[fold] : sums;
}

/* Add what target k adds to the errors of all folds. */
static void add_errors(struct baseline *baseline, const struct dataset *data, const struct sums *groups)
{
    struct sums total = {0};
    for (size_t g = 0; g < group_count(data); g++)
        add(&total, &groups[g], 1);
    for (size_t fold = 0; fold < data->folds; fold++) {
        const struct sums train = split_sums(data, groups, &total, fold, SPLIT_TRAIN);
        const double mean = train.sum / train.samples;
        for (int split = 0; split < SPLITS; split++) {
            const struct sums s = split_sums(data, groups, &total, fold, (enum split)split);
            const double squares = s.squares - 2 * mean * s.sum + s.samples * mean * mean;
            baseline->error[split] += fmax(squares, 0) / s.samples; /* NaN without samples */
        }
    }
}

/* The class of a sample. */
static size_t class_of(const struct dataset *data, size_t row)
{
    size_t class = 0;
    while (data->t[row * data->targets + class] != 1.0f)
        class ++;
    return class;
}

/* How many samples of each class there are in a split. With folds those of training are all that are not held out, so
 * that no sample is looked at for each fold. all: [targets], of all samples. counts: [targets] */
static void count_classes(const struct dataset *data, enum split split, size_t fold, const size_t *all, size_t *counts)
{
    const bool others = split == SPLIT_TRAIN && data->folds > 1;
    const enum split counted = others ? SPLIT_TEST : split;
    for (size_t k = 0; k < data->targets; k++)
        counts[k] = 0;
    for (size_t i = 0; i < dataset_count(data, counted, fold); i++)
        counts[class_of(data, dataset_row(data, counted, fold, i))]++;
    for (size_t k = 0; k < data->targets && others; k++)
        counts[k] = all[k] - counts[k];
}

/* The shares of the samples that are not of the class that is most frequent in training, the first of equals.
 * all, counts: [targets], zeros */
static void add_classes(struct baseline *baseline, const struct dataset *data, size_t *all, size_t *counts)
{
    for (size_t row = 0; row < data->samples; row++)
        all[class_of(data, row)]++;
    for (size_t fold = 0; fold < data->folds; fold++) {
        size_t most = 0;
        for (int split = 0; split < SPLITS; split++) {
            const double samples = (double)dataset_count(data, (enum split)split, fold);
            count_classes(data, (enum split)split, fold, all, counts);
            for (size_t k = 0; k < data->targets && split == SPLIT_TRAIN; k++)
                most = counts[k] > counts[most] ? k : most;
            baseline->misclassified[split] += (samples - (double)counts[most]) / samples;
        }
    }
}

enum status baseline_make(struct baseline *baseline, const struct dataset *data, struct error *err)
{
    const bool classes = dataset_is_classes(data);
    struct sums *const groups = mem_array(group_count(data), sizeof *groups);
    size_t *const all = mem_array(data->targets, sizeof *all), *const counts = mem_array(data->targets, sizeof *counts);
    const bool enough = groups && all && counts;
    *baseline = (struct baseline){.known = enough};
    for (size_t k = 0; k < data->targets && enough; k++) {
        sum_groups(data, k, groups);
        add_errors(baseline, data, groups);
    }
    if (classes && enough)
        add_classes(baseline, data, all, counts);
    for (int split = 0; split < SPLITS; split++) {
        baseline->error[split] /= (double)(data->folds * data->targets);
        baseline->misclassified[split] = classes ? baseline->misclassified[split] / (double)data->folds : (double)NAN;
    }
    free(groups);
    free(all);
    free(counts);
    return enough ? STATUS_OK : error_memory(err, "the errors of the mean");
}
