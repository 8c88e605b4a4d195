/* SPDX-License-Identifier: BSD-3-Clause */
/* Data sets: samples of inputs and targets, and what each is for. This room knows formats, splits and scaling (see
 * source.h); it never knows networks or ranks. */
#ifndef NSURF_DATA_DATASET_H
#define NSURF_DATA_DATASET_H

#include "base/digest.h"
#include "base/error.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Refused before memory is asked for: a file beyond these is a mistake, or needs another program. */
enum { DATASET_COLUMNS_MAX = 1 << 20, DATASET_VALUES_MAX = 1 << 30 /* 4 GiB of float32 */ };

/* More folds than one would wait for; a fold each sample is the most that makes sense. */
enum { FOLDS_MAX = 1 << 16 };

/* What samples are for. */
enum split { SPLIT_TRAIN, SPLIT_VALIDATION, SPLIT_TEST, SPLITS };
extern const char *const dataset_split_names[SPLITS]; /* train, validation, test */

/* What to do where a value is missing: refuse the file, drop the sample, put in the mean of the training samples. */
enum missing { MISSING_REFUSE, MISSING_DROP, MISSING_MEAN, MISSINGS };
extern const char *const dataset_missing_names[MISSINGS];

/* How inputs or targets are scaled, fitted on the training samples. */
enum scaling { SCALING_NONE, SCALING_MINMAX, SCALING_ZSCORE, SCALINGS };
extern const char *const dataset_scaling_names[SCALINGS];

struct dataset {
    size_t samples, inputs, targets;
    size_t splits[SPLITS]; /* samples of each split, which stand in this order in x and t; together `samples` */
    size_t folds;          /* 1: none. Else all samples stand in splits[SPLIT_TRAIN], sorted by fold, and those of one
                            * fold are the test samples of its trainings */
    float *x;              /* [samples][inputs], row-major */
    float *t;            /* [samples][targets], row-major, in their own units */
    float *target_shift, *target_divisor; /* [folds][targets] each, by the training samples of the fold: a training
                                           * learns (t - shift) / divisor, in float32; NULL: it learns t */
    char name[256];      /* for people: "iris", or the file's name as given */
    char digest[DIGEST_TEXT]; /* of counts and values, equal on every machine */
    /* How it came to be; rank 0 alone knows. */
    char **target_names;      /* [targets], the class that a target stands for, NULL where it is none; NULL: no names */
    uint32_t *target_columns; /* [targets], the column that a target comes from, from 0, ascending; NULL: its own */
    float *mean;              /* [inputs], what stands for a missing value; NULL unless it is the mean */
    float *shift, *divisor;   /* [inputs] each: an input is (value - shift) / divisor, in float32; NULL: not scaled */
    enum scaling scaling, target_scaling;
    enum missing missing;
    size_t dropped;  /* samples left out because a value was missing */
    char split[128]; /* for people: "50/25/25", "holdout 0.2", "folds", "files", "own" (the file's), "none" */
};

/* Fisher's iris data: 150 samples, 4 inputs scaled to 0..1 by column, 3 one-hot targets, in the published order.
 * Source: R. A. Fisher, The use of multiple measurements in taxonomic problems, Annals of Eugenics 7 (1936), 179-188.
 * Owns: the caller, who calls dataset_free. Ranks: rank 0. Errors: STATUS_INTERNAL. */
enum status dataset_iris(struct dataset *data, struct error *err) __attribute__((warn_unused_result));

/* Allocate x, t, target_names and target_columns for the counts already set in data. Errors: STATUS_INTERNAL. */
enum status dataset_alloc(struct dataset *data, struct error *err) __attribute__((warn_unused_result));

/* Set the digest: SHA-256 of samples, inputs, targets (64 bits each), x and t (32 bits a value) and, when there are
 * parts or folds, of the samples of each split and the folds (64 bits each), and where targets
 * are scaled, target_shift and target_divisor (32 bits a value); all little-endian.
 * Errors: STATUS_INTERNAL. */
enum status dataset_digest(struct dataset *data, struct error *err) __attribute__((warn_unused_result));

void dataset_free(struct dataset *data);

/* Give up x and t alone, for memory of others to take their place. */
void dataset_free_values(struct dataset *data);

/* The samples of a split in the trainings of a fold, and the row of the i-th of them in x and t: in the order of the
 * rows. fold: 0 … folds - 1. Ranks: local. */
size_t dataset_count(const struct dataset *data, enum split split, size_t fold);
size_t dataset_row(const struct dataset *data, enum split split, size_t fold, size_t i);

/* What a training of this fold learns for target k of this value; and the answer, in the target's own units, that its
 * output k stands for. All in float32. Ranks: local. */
static inline float dataset_learned(const struct dataset *data, size_t fold, size_t k, float target)
{
    const size_t at = fold * data->targets + k;
    return data->target_shift ? (target - data->target_shift[at]) / data->target_divisor[at] : target;
}

static inline float dataset_answer(const struct dataset *data, size_t fold, size_t k, float output)
{
    const size_t at = fold * data->targets + k;
    return data->target_shift ? fmaf(output, data->target_divisor[at], data->target_shift[at]) : output;
}

/* Whether every target is a probability, from 0 to 1; with `sum`, whether those of each sample, two or more, sum to 1
 * within 1e-5. Ranks: local. */
bool dataset_is_probable(const struct dataset *data, bool sum);

/* Whether the targets are classes: two or more, of which each sample has one that is 1 while the others are 0.
 * Ranks: local. */
bool dataset_is_classes(const struct dataset *data);

/* How many columns its targets come from: as many as there are, but for classes. Ranks: rank 0. */
size_t dataset_target_columns(const struct dataset *data);

#endif
