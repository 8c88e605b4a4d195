/* SPDX-License-Identifier: BSD-3-Clause */
/* The options of the data; see data_options.h. */
#include "cli/data_options.h"

#include "base/number.h"
#include "cli/value.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

static enum status read_holdout(const char *text, double *holdout, struct error *err)
{
    const bool right =
        number_read(text, holdout) == NUMBER_OK && *holdout > 0 && (*holdout < 1 || floor(*holdout) == *holdout);
    return right ? STATUS_OK
                 : error_set(err, STATUS_USAGE,
                             "--holdout: \"%.80s\": a share of the samples such as 0.25, or their number, is needed",
                             text);
}

/* TRAIN/VALIDATION/TEST, shares of any sum. */
static enum status read_split(const char *text, double split[PARTS], struct error *err)
{
    char share[NUMBER_TEXT];
    const char *at = text;
    bool right = true;
    for (size_t k = 0; k < PARTS && right; k++) {
        const size_t length = strcspn(at, "/");
        right = length < sizeof share && at[length] == (k + 1 < PARTS ? '/' : '\0');
        if (!right)
            break;
        memcpy(share, at, length);
        share[length] = '\0';
        at += length + 1;
        right = number_read(share, &split[k]) == NUMBER_OK && split[k] >= 0;
    }
    if (right && split[PART_TRAIN] > 0 && isfinite(split[PART_TRAIN] + split[PART_VALIDATION] + split[PART_TEST]))
        return STATUS_OK;
    return error_set(err, STATUS_USAGE,
                     "--split: \"%.80s\": three shares for training, validation and test are needed, such as 50/25/25; "
                     "the first is more than 0",
                     text);
}

enum status data_options_take(struct source *source, int letter, const char *text, struct error *err)
{
    unsigned choice = 0;
    uint64_t count = 0;
    enum status status;
    switch (letter) {
    case 'd':
        return value_name(text, "--data", &source->data, err);
    case 't':
        status = value_whole(text, "--targets", 1, DATASET_COLUMNS_MAX - 1, &count, err);
        source->targets = count;
        return status;
    case OPTION_FORMAT:
        status = value_choice(text, "--format", source_format_names, FORMATS, &choice, err);
        source->format = (enum format)choice;
        return status;
    case OPTION_DECIMAL:
        status = value_choice(text, "--decimal", (const char *const[]){"point", "comma"}, 2, &choice, err);
        source->decimal_comma = choice;
        return status;
    case OPTION_CLASSES:
        source->classes = true;
        return STATUS_OK;
    case OPTION_INPUTS_DATASET:
        return value_name(text, "--inputs-dataset", &source->inputs_dataset, err);
    case OPTION_TARGETS_DATASET:
        return value_name(text, "--targets-dataset", &source->targets_dataset, err);
    case OPTION_MISSING:
        status = value_choice(text, "--missing", dataset_missing_names, MISSINGS, &choice, err);
        source->missing = (enum missing)choice;
        return status;
    case OPTION_SCALE:
        status = value_choice(text, "--scale", dataset_scaling_names, SCALINGS, &choice, err);
        source->scaling = (enum scaling)choice;
        return status;
    case OPTION_VALIDATION:
        return value_name(text, "--validation", &source->validation, err);
    case OPTION_TEST:
        return value_name(text, "--test", &source->test, err);
    case OPTION_HOLDOUT:
        return read_holdout(text, &source->holdout, err);
    case OPTION_SPLIT:
        return read_split(text, source->split, err);
    case OPTION_FOLDS:
        status = value_whole(text, "--folds", 2, FOLDS_MAX, &count, err);
        source->folds = (uint32_t)count;
        return status;
    default:
        return error_set(err, STATUS_INTERNAL, "option %d is no option of the data", letter);
    }
}

/* Two options that each say the same thing differently. */
static enum status refuse_both(const char *one, const char *other, const char *what, struct error *err)
{
    return error_set(err, STATUS_USAGE, "%s and %s: both say %s; give one of them", one, other, what);
}

enum status data_options_check(const struct source *source, struct error *err)
{
    static const char dealing[] = "which samples are for what";
    const bool split = source->split[PART_TRAIN] > 0, holdout = source->holdout > 0, folds = source->folds > 0;
    const char *const of_file = source->targets           ? "--targets"
                                : source->format          ? "--format"
                                : source->decimal_comma   ? "--decimal"
                                : source->classes         ? "--classes"
                                : source->inputs_dataset  ? "--inputs-dataset"
                                : source->targets_dataset ? "--targets-dataset"
                                : source->validation      ? "--validation"
                                : source->test            ? "--test"
                                                          : NULL;
    if (!source->data && of_file)
        return error_set(err, STATUS_USAGE, "%s: says more about a file; give --data too", of_file);
    if (split + holdout + folds > 1)
        return refuse_both(split ? "--split" : "--holdout", folds ? "--folds" : "--holdout", dealing, err);
    if ((split || folds) && (source->validation || source->test))
        return refuse_both(split ? "--split" : "--folds", source->test ? "--test" : "--validation", dealing, err);
    if (holdout && source->test)
        return refuse_both("--holdout", "--test", "which samples are for the test", err);
    if (folds && (source->scaling != SCALING_NONE || source->missing == MISSING_MEAN))
        return error_set(err, STATUS_USAGE,
                         "--folds and %s: the samples that a fold holds out would shape the inputs of its training; "
                         "scale and complete the file itself, or use --holdout",
                         source->scaling != SCALING_NONE ? "--scale" : "--missing mean");
    return STATUS_OK;
}
