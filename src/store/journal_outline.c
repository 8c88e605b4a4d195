/* SPDX-License-Identifier: BSD-3-Clause */
/* Outlines; see journal_outline.h. */
#include "store/journal_outline.h"

#include "base/number.h"
#include "store/journal_header.h"
#include "sweep/program_grid.h"

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

/* The facts of a program, which differ from those of networks. */
static void begin_program(struct journal_outline *outline)
{
    char nothing[] = "";
    struct program program = {.command = nothing};
    outline->program = true;
    settings_facts(&(struct experiment){.program = &program}, outline->facts);
    for (size_t f = 0; f < FACTS; f++)
        outline->facts[f].text[0] = '\0';
}

void outline_free(struct journal_outline *outline)
{
    for (size_t row = 0; row < HYPER_PARAMETERS; row++) {
        free(outline->more[row].values);
        outline->more[row].values = NULL;
        free(outline->lists[row].text);
        outline->lists[row] = (struct journal_list){0};
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

static const char *fact(const struct journal_outline *outline, const char *name)
{
    for (size_t f = 0; f < FACTS; f++)
        if (strcmp(outline->facts[f].name, name) == 0)
            return outline->facts[f].text;
    return "";
}

/* Where the range of an axis is kept, HYPER_PARAMETERS where there is none of the name. */
static size_t row_of(const struct journal_outline *outline, const char *axis)
{
    const struct parameter *const parameter = outline->program ? NULL : parameter_find(axis);
    char names[SETTING_VALUE], *rest;
    size_t row = 0;
    if (!outline->program)
        return parameter ? (size_t)(parameter - hyper_parameters) : HYPER_PARAMETERS;
    discard(snprintf(names, sizeof names, "%s", fact(outline, "axis_names")));
    for (char *name = strtok_r(names, " ", &rest); name && row < PROGRAM_AXES_MAX; name = strtok_r(NULL, " ", &rest)) {
        if (strcmp(name, axis) == 0)
            return row;
        row++;
    }
    return HYPER_PARAMETERS;
}

static size_t row_of_axis(const struct journal_outline *outline, const struct axis *axis)
{
    return axis->parameter->own ? row_of(outline, axis->parameter->name)
                                : (size_t)(axis->parameter - hyper_parameters);
}

/* Values that go on where the list ends; a list that lost some has not as many as the range says. */
static void add_list(struct journal_outline *outline, size_t row, const char *values)
{
    struct journal_list *const list = &outline->lists[row];
    const size_t length = strlen(values);
    char *const larger = realloc(list->text, list->size + length + 2);
    if (!larger)
        return;
    list->text = larger;
    list->size += (size_t)snprintf(larger + list->size, length + 2, "%s%s", list->count ? "," : "", values);
    list->count++;
    for (const char *c = values; *c; c++)
        list->count += *c == ',';
    outline->changed = true;
}

/* The range itself, behind which a list begins anew. */
static void take_range(struct journal_outline *outline, size_t row, const char *value)
{
    struct journal_list *const list = &outline->lists[row];
    outline->changed = outline->changed || list->count > 0;
    list->size = list->count = 0;
    replace(outline, outline->ranges[row], value);
}

/* NAME_range, an axis, with what goes on with it; or what else a later run has changed. */
static void take_note(struct journal_outline *outline, const char *name, const char *value)
{
    static const char ending[] = "_range";
    const size_t end = sizeof ending - 1, whole = strlen(name);
    const bool more = whole > 0 && strcmp(name + whole - 1, JOURNAL_MORE) == 0;
    const size_t length = whole - more;
    char axis[PARAMETER_NAME];
    if (strcmp(name, "repeats") == 0) {
        const uint32_t repeats = (uint32_t)count_of(value, REPEATS_MAX);
        outline->changed = outline->changed || repeats != outline->repeats;
        outline->repeats = repeats;
    }
    if (length <= end || length - end >= sizeof axis || strncmp(name + length - end, ending, end) != 0)
        return;
    discard(snprintf(axis, sizeof axis, "%.*s", (int)(length - end), name));
    const size_t row = row_of(outline, axis);
    if (row < HYPER_PARAMETERS && more)
        add_list(outline, row, value);
    else if (row < HYPER_PARAMETERS)
        take_range(outline, row, value);
}

void outline_take(struct journal_outline *outline, const struct journal_line *line)
{
    const struct parameter *const parameter = parameter_find(line->name);
    if (strcmp(line->name, JOURNAL_MARK) == 0)
        outline->format = (unsigned)count_of(line->value, UINT32_MAX);
    else if (strcmp(line->name, JOURNAL_IDENTITY) == 0)
        outline->seed = outline->format > (unsigned)atol(JOURNAL_FORMER) ? journal_line_seed(line->value) : 0;
    else if (strcmp(line->name, "command") == 0 && !outline->complete)
        begin_program(outline);
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
    data->splits[SPLIT_TRAIN] = (size_t)((double)data->samples * train_share(fact(outline, "split")) + 0.5);
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

/* What the header tells of the axis; *open: no more than its ends. ends: [SETTING_VALUE] */
static const char *range_of(const struct journal_outline *outline, size_t row, char *ends, bool *open)
{
    const struct journal_list *const list = &outline->lists[row];
    char first[48], last[48];
    size_t count = 0;
    *open = false;
    if (sscanf(outline->ranges[row], "%zu values from %47s to %47s", &count, first, last) != 3)
        return outline->ranges[row];
    if (list->count == count)
        return list->text;
    *open = true;
    discard(snprintf(ends, SETTING_VALUE, "%s,%s", first, last));
    return ends;
}

static enum status make_axis(const struct journal_outline *outline, size_t row, struct experiment *experiment,
                             const char *path, struct error *err)
{
    const struct journal_more *const more = &outline->more[row];
    char ends[SETTING_VALUE];
    struct error why;
    struct axis axis;
    bool open;
    const char *const range = range_of(outline, row, ends, &open);
    enum status status = axis_parse(&axis, &hyper_parameters[row], range, "", &why);
    for (size_t v = 0; v < more->count && !status && open; v++)
        if (!insert(&axis, more->values[v]))
            status = error_memory(&why, "an axis");
    if (!status)
        status = experiment_add_axis(experiment, &axis, &why);
    axis_free(&axis);
    return status ? no_sense(path, hyper_parameters[row].name, &why, err) : STATUS_OK;
}

/* The values, one by one or from the text of them all. text: [SETTING_VALUE], room for it */
static void take_values(const struct journal_outline *outline, struct program_options *options, char *text)
{
    for (size_t v = 0; v < PROGRAM_VALUES_MAX; v++) {
        char name[16];
        discard(snprintf(name, sizeof name, "value_%zu", v + 1));
        options->values[v] = fact(outline, name);
        options->value_count += *options->values[v] != '\0';
    }
    discard(snprintf(text, SETTING_VALUE, "%s", fact(outline, "values")));
    if (options->value_count == 0)
        program_split_values(options, text);
}

/* A program that is not to be run, and its grid: NAME=RANGE of each axis, with the values that have come up where the
 * range is open. */
static enum status make_program(const struct journal_outline *outline, struct experiment *experiment, struct error *why)
{
    char names[SETTING_VALUE], values[SETTING_VALUE], *rest, *texts[PROGRAM_AXES_MAX] = {NULL};
    bool open[HYPER_PARAMETERS] = {false};
    struct program_options options = {.command = fact(outline, "command"), .shell = true};
    struct program *program;
    enum status status = STATUS_OK;
    discard(snprintf(names, sizeof names, "%s", fact(outline, "axis_names")));
    take_values(outline, &options, values);
    for (char *name = strtok_r(names, " ", &rest); name && options.axis_count < PROGRAM_AXES_MAX && !status;
         name = strtok_r(NULL, " ", &rest)) {
        char ends[SETTING_VALUE];
        const size_t row = options.axis_count;
        const char *const range = range_of(outline, row, ends, &open[row]);
        const size_t size = strlen(name) + strlen(range) + 2;
        texts[row] = malloc(size);
        if (!texts[row])
            status = error_memory(why, "an axis");
        else
            discard(snprintf(texts[row], size, "%s=%s", name, range));
        options.axes[options.axis_count++] = texts[row];
    }
    if (!status)
        status = program_of_options(&program, &options, why);
    if (!status)
        status = program_grid_make(experiment, program, true, why);
    for (size_t a = 0; a < experiment->axis_count && !status; a++) {
        struct axis *const axis = &experiment->axes[a];
        const size_t row = row_of_axis(outline, axis);
        const struct journal_more *const more = &outline->more[row];
        for (size_t v = 0; v < more->count && !status && open[row]; v++)
            if (!insert(axis, more->values[v]))
                status = error_memory(why, "an axis");
    }
    for (size_t a = 0; a < PROGRAM_AXES_MAX; a++)
        free(texts[a]);
    return status;
}

enum status outline_experiment(struct journal_outline *outline, struct experiment *experiment, const char *path,
                               struct error *err)
{
    outline->changed = false;
    experiment->hyper = outline->base;
    experiment->repeats = outline->repeats;
    struct error why;
    enum status status = outline->program ? make_program(outline, experiment, &why)
                                          : make_data(outline, &experiment->data, path, err);
    if (outline->program && status)
        return no_sense(path, "its axes", &why, err);
    for (size_t row = 0; row < HYPER_PARAMETERS && !status && !outline->program; row++)
        if (*outline->ranges[row])
            status = make_axis(outline, row, experiment, path, err);
    if (status)
        return status;
    double trainings = (double)experiment_cell_trainings(experiment);
    for (size_t a = 0; a < experiment->axis_count; a++)
        trainings *= (double)experiment->axes[a].count;
    if (experiment->axis_count < (outline->program ? 1 : 2) || trainings < 1 || trainings > TRAININGS_MAX)
        return no_sense(path, "its axes", NULL, err);
    return STATUS_OK;
}

void outline_more(struct journal_outline *outline, const struct axis *axis, union parameter_value value)
{
    const size_t row = row_of_axis(outline, axis);
    struct journal_more *const more = &outline->more[row];
    char ends[SETTING_VALUE];
    bool open;
    if (axis->parameter->type == PARAMETER_CHOICE || !range_of(outline, row, ends, &open) || !open ||
        more->count >= AXIS_VALUES_MAX)
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

