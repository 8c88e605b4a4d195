/* SPDX-License-Identifier: BSD-3-Clause */
/* Outlines; see journal_outline.h. */
#include "store/journal_outline.h"

#include "base/number.h"
#include "store/journal_header.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void outline_init(struct journal_outline *outline)
{
    *outline = (struct journal_outline){.base = hyper_default(), .repeats = 1};
    settings_facts(&(struct experiment){0}, outline->facts); /* their names */
    for (size_t f = 0; f < FACTS; f++)
        outline->facts[f].text[0] = '\0';
}

void outline_free(struct journal_outline *outline)
{
    for (size_t row = 0; row < HYPER_PARAMETERS; row++) {
        free(outline->more[row].values);
        outline->more[row].values = NULL;
    }
}

/* --- remarks ------------------------------------------------------------------------------------------------------ */

/* 0 where there is no number, or one beyond the limit. */
static uint64_t count_of(const char *text, uint64_t most)
{
    uint64_t count = 0;
    return number_read_count(text, most, &count) == NUMBER_OK ? count : 0;
}

/* A new text for an old one; whether they differ. */
static void replace(struct journal_outline *outline, char *text, const char *value)
{
    if (strcmp(text, value) == 0)
        return;
    discard(snprintf(text, SETTING_VALUE, "%s", value));
    outline->changed = true;
}

/* NAME_range, an axis; or what else a later run has changed. */
static void take_note(struct journal_outline *outline, const char *name, const char *value)
{
    static const char ending[] = "_range";
    const size_t length = strlen(name), end = sizeof ending - 1;
    char axis[PARAMETER_NAME];
    if (strcmp(name, "repeats") == 0) {
        const uint32_t repeats = (uint32_t)count_of(value, REPEATS_MAX);
        outline->changed = outline->changed || repeats != outline->repeats;
        outline->repeats = repeats;
    }
    if (length <= end || length - end >= sizeof axis || strcmp(name + length - end, ending) != 0)
        return;
    discard(snprintf(axis, sizeof axis, "%.*s", (int)(length - end), name));
    const struct parameter *const parameter = parameter_find(axis);
    if (parameter)
        replace(outline, outline->ranges[parameter - hyper_parameters], value);
}

void outline_take(struct journal_outline *outline, const struct journal_line *line)
{
    const struct parameter *const parameter = parameter_find(line->name);
    if (strcmp(line->name, JOURNAL_MARK) == 0)
        outline->format = (unsigned)count_of(line->value, UINT32_MAX);
    else if (strcmp(line->name, JOURNAL_IDENTITY) == 0)
        outline->seed = outline->format > (unsigned)atol(JOURNAL_FORMER) ? journal_line_seed(line->value) : 0;
    else if (strcmp(line->name, "command") == 0)
        outline->program = true;
    else if (strcmp(line->name, JOURNAL_COLUMNS) == 0)
        outline->complete = true;
    else if (parameter && parameter->group != GROUP_GRID && !outline->complete)
        discard((long)parameter_read(parameter, &outline->base, line->value, line->name, NULL));
    else
        take_note(outline, line->name, line->value);
    for (size_t f = 0; f < FACTS; f++)
        if (strcmp(line->name, outline->facts[f].name) == 0)
            replace(outline, outline->facts[f].text, line->value);
}

enum status outline_check(const struct journal_outline *outline, const char *path, struct error *err)
{
    if (outline->program)
        return error_set(err, STATUS_DATA, "%s is of a program (--command), and `nsurf watch` knows networks alone; "
                         "kill -USR2 of its mpirun writes the surface so far", path);
    if (outline->format == (unsigned)atol(JOURNAL_FORMAT) || outline->format == (unsigned)atol(JOURNAL_FORMER))
        return STATUS_OK;
    if (outline->format == 0)
        return error_set(err, STATUS_DATA, "%s:1: damaged line, which had the format of the rest", path);
    return error_set(err, STATUS_DATA,
                     "%s has the format %u, and this program knows %s; use the program that wrote it", path,
                     outline->format, JOURNAL_FORMAT);
}

/* --- the experiment ----------------------------------------------------------------------------------------------- */

static enum status no_sense(const char *path, const char *what, const struct error *why, struct error *err)
{
    return error_set(err, STATUS_DATA, "%s: its header makes no sense: %s%s%s", path, what, why ? ": " : "",
                     why ? why->text : "");
}

static const char *fact(const struct journal_outline *outline, const char *name)
{
    for (size_t f = 0; f < FACTS; f++)
        if (strcmp(outline->facts[f].name, name) == 0)
            return outline->facts[f].text;
    return "";
}

/* What share of the samples is for training: of `holdout 0.2`, of `50/25/25`. */
static double train_share(const char *split)
{
    double train, validation, test;
    if (sscanf(split, "holdout %lf", &test) == 1 && test > 0 && test < 1)
        return 1 - test;
    if (sscanf(split, "%lf/%lf/%lf", &train, &validation, &test) == 3 && train > 0 && validation >= 0 && test >= 0)
        return train / (train + validation + test);
    return 1;
}

static enum status make_data(const struct journal_outline *outline, struct dataset *data, const char *path,
                             struct error *err)
{
    data->samples = count_of(fact(outline, "samples"), SIZE_MAX);
    data->inputs = count_of(fact(outline, "inputs"), SIZE_MAX);
    data->targets = count_of(fact(outline, "targets"), SIZE_MAX);
    data->folds = count_of(fact(outline, "folds"), SIZE_MAX);
    data->parts[PART_TRAIN] = (size_t)((double)data->samples * train_share(fact(outline, "split")) + 0.5);
    discard(snprintf(data->name, sizeof data->name, "%.255s", fact(outline, "data")));
    if (data->samples == 0 || data->inputs == 0 || data->targets == 0 || data->folds == 0 ||
        data->folds > data->samples || data->inputs > DATASET_COLUMNS_MAX || data->targets > DATASET_COLUMNS_MAX)
        return no_sense(path, "samples, inputs, targets or folds", NULL, err);
    return STATUS_OK;
}

/* Put a value among those of an axis. */
static bool insert(struct axis *axis, union parameter_value value)
{
    union parameter_value *const values = realloc(axis->values, (axis->count + 1) * sizeof *values);
    if (!values)
        return false;
    size_t place = axis->count++;
    axis->values = values;
    for (; place > 0 && parameter_compare(axis->parameter, values[place - 1], value) > 0; place--)
        values[place] = values[place - 1];
    values[place] = value;
    return true;
}

/* Whether the header tells of the axis no more than its ends. */
static bool is_open(const char *range, char *ends, size_t size)
{
    char first[48], last[48];
    if (sscanf(range, "%*u values from %47s to %47s", first, last) != 2)
        return false;
    discard(snprintf(ends, size, "%s,%s", first, last));
    return true;
}

static enum status make_axis(const struct journal_outline *outline, size_t row, struct experiment *experiment,
                             const char *path, struct error *err)
{
    const struct journal_more *const more = &outline->more[row];
    char ends[SETTING_VALUE];
    struct error why;
    struct axis axis;
    const bool open = is_open(outline->ranges[row], ends, sizeof ends);
    enum status status = axis_parse(&axis, &hyper_parameters[row], open ? ends : outline->ranges[row], "", &why);
    for (size_t v = 0; v < more->count && !status && open; v++)
        if (!insert(&axis, more->values[v]))
            status = error_memory(&why, "an axis");
    if (!status)
        status = experiment_add_axis(experiment, &axis, &why);
    axis_free(&axis);
    return status ? no_sense(path, hyper_parameters[row].name, &why, err) : STATUS_OK;
}

enum status outline_experiment(struct journal_outline *outline, struct experiment *experiment, const char *path,
                               struct error *err)
{
    outline->changed = false;
    experiment->hyper = outline->base;
    experiment->repeats = outline->repeats;
    enum status status = make_data(outline, &experiment->data, path, err);
    for (size_t row = 0; row < HYPER_PARAMETERS && !status; row++)
        if (*outline->ranges[row])
            status = make_axis(outline, row, experiment, path, err);
    if (status)
        return status;
    double trainings = (double)experiment_cell_trainings(experiment);
    for (size_t a = 0; a < experiment->axis_count; a++)
        trainings *= (double)experiment->axes[a].count;
    if (experiment->axis_count < 2 || trainings < 1 || trainings > TRAININGS_MAX)
        return no_sense(path, "its axes", NULL, err);
    return STATUS_OK;
}

void outline_more(struct journal_outline *outline, const struct axis *axis, union parameter_value value)
{
    const size_t row = (size_t)(axis->parameter - hyper_parameters);
    struct journal_more *const more = &outline->more[row];
    char ends[SETTING_VALUE];
    if (!is_open(outline->ranges[row], ends, sizeof ends) || more->count >= AXIS_VALUES_MAX)
        return;
    for (size_t v = 0; v < more->count; v++)
        if (parameter_compare(axis->parameter, more->values[v], value) == 0)
            return;
    union parameter_value *const values = realloc(more->values, (more->count + 1) * sizeof *values);
    if (!values)
        return; /* without this value: the picture has a gap */
    more->values = values;
    more->values[more->count++] = value;
    outline->changed = true;
}

