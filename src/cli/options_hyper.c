/* SPDX-License-Identifier: BSD-3-Clause */
/* Hyperparameters on the command line; see options_hyper.h. */
#include "cli/options_hyper.h"

#include "net/optimizer.h"

#include <float.h>
#include <stdio.h>
#include <string.h>

/* Of a constant's name, what the shorthand calls it: `first` of rprop-first. */
static const char *short_name(const struct parameter *row)
{
    const char *const dash = strchr(row->name, '-');
    return dash ? dash + 1 : row->name;
}

/* Whether it belongs to one optimizer alone. */
static bool is_constant(const struct parameter *row)
{
    return row->optimizers && !(row->optimizers & (row->optimizers - 1));
}

/* One constant of an optimizer, CONSTANT=VALUE. */
static enum status read_constant(struct options *options, const char *word, unsigned optimizer, struct error *err)
{
    const size_t length = strcspn(word, "=");
    for (const struct parameter *row = hyper_parameters; row < hyper_parameters + HYPER_PARAMETERS; row++) {
        const char *const name = short_name(row);
        float *const place = (float *)(void *)((char *)&options->hyper + row->offset);
        struct parameter any = *row; /* its bounds are checked when all are known */
        if (row->optimizers != ONLY(optimizer) || word[length] != '=' || strlen(name) != length ||
            strncmp(word, name, length) != 0)
            continue;
        any.low = 0;
        any.high = (double)FLT_MAX;
        any.open = false;
        any.offset = 0;
        axis_free(&options->axes[row - hyper_parameters]);
        return parameter_read(&any, place, word + length + 1, "--optimizer", err);
    }
    return error_set(err, STATUS_USAGE, "--optimizer: \"%.80s\": no constant of %s; `nsurf --help` lists them", word,
                     optimizer_names[optimizer]);
}

/* NAME[,CONSTANT=VALUE]…, or several such. */
static enum status read_optimizers(struct options *options, const struct parameter *row, const char *text,
                                   struct error *err)
{
    const struct hyperparameters usual = hyper_default();
    char words[256], names[64] = "", *rest;
    if (strlen(text) >= sizeof words)
        return error_set(err, STATUS_USAGE, "--optimizer: \"%.80s…\": too long", text);
    strcpy(words, text);
    for (size_t r = 0; r < HYPER_PARAMETERS; r++) /* the last of several counts, as a whole */
        if (is_constant(&hyper_parameters[r]) && !options->given[r])
            parameter_set(&hyper_parameters[r], &options->hyper, parameter_get(&hyper_parameters[r], &usual));
    unsigned optimizer = OPTIMIZERS;
    enum status status = STATUS_OK;
    const char *word = strtok_r(words, ",", &rest);
    for (word = word ? word : ""; word && !status; word = strtok_r(NULL, ",", &rest)) {
        unsigned named = 0;
        while (named < OPTIMIZERS && strcmp(word, optimizer_names[named]) != 0)
            named++;
        if (named < OPTIMIZERS || optimizer == OPTIMIZERS) {
            const size_t used = strlen(names);
            discard(snprintf(names + used, sizeof names - used, "%s%.40s", used ? "," : "", word));
            optimizer = named;
        } else {
            status = read_constant(options, word, optimizer, err);
        }
        if (optimizer == OPTIMIZERS) /* let the axis say what is needed */
            return parameter_read(row, &options->hyper, word, "--optimizer", err);
    }
    return status ? status : axis_parse(&options->axes[row - hyper_parameters], row, names, "--optimizer", err);
}

/* The 0 by which a value is unset is none that can be given. */
static enum status check_unset(const struct options *options, const struct parameter *row, const char *text,
                               const char *option, struct error *err)
{
    const struct axis *const axis = &options->axes[row - hyper_parameters];
    bool unset = row->unset && axis->count == 0 && parameter_get(row, &options->hyper).real == 0;
    for (size_t v = 0; v < axis->count && row->unset; v++)
        unset = unset || axis->values[v].real == 0;
    return !unset ? STATUS_OK
                  : error_set(err, STATUS_USAGE, "%s: \"%.80s\": a number above 0 is needed; without it, it is %s",
                              option, text, row->usual);
}

enum status options_take_hyper(struct options *options, const struct parameter *row, const char *text,
                               const char *option, struct error *err)
{
    struct axis *const axis = &options->axes[row - hyper_parameters];
    const bool layer = row->group == GROUP_GRID, was_axis = axis->count > 1;
    enum status status;
    axis_free(axis); /* of several numbers the last counts */
    if (row->offset == offsetof(struct hyperparameters, optimizer))
        status = read_optimizers(options, row, text, err);
    else if (!row->axis || (!layer && !strpbrk(text, ":,")))
        status = parameter_read(row, &options->hyper, text, option, err);
    else
        status = axis_parse(axis, row, text, option, err);
    if (!status && was_axis)
        return error_set(err, STATUS_USAGE, "%s: an axis is given twice; one range may hold several values", option);
    if (!status && axis->count == 1 && !layer) {
        parameter_set(row, &options->hyper, axis->values[0]);
        axis_free(axis);
    }
    options->given[row - hyper_parameters] = true;
    return status ? status : check_unset(options, row, text, option, err);
}
