/* SPDX-License-Identifier: BSD-3-Clause */
/* A part of the grid; see slice.h. */
#include "sweep/slice.h"

#include "base/mem.h"
#include "base/nearest.h"
#include "base/number.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum status slice_parameter(const struct parameter **parameter, struct parameters all, const char *name,
                            const char *option, struct error *err)
{
    const struct parameter *nearest = NULL;
    size_t least = SIZE_MAX;
    for (const struct parameter *p = all.rows; p < all.rows + all.count; p++) {
        char file_name[PARAMETER_NAME];
        parameter_file_name(file_name, p);
        *parameter = p;
        if (p->axis && (strcmp(name, p->name) == 0 || strcmp(name, file_name) == 0))
            return STATUS_OK;
        const size_t distance = nearest_distance(name, p->name);
        nearest = p->axis && distance < least ? p : nearest;
        least = p->axis && distance < least ? distance : least;
    }
    if (nearest && nearest_enough(name, least))
        return error_set(err, STATUS_USAGE, "%s: \"%.80s\": no such axis; did you mean %s?", option, name,
                         nearest->name);
    return error_set(err, STATUS_USAGE, "%s: \"%.80s\": no such axis; `nsurf best PREFIX` names those of PREFIX",
                     option, name);
}

enum status slice_add(struct slice *slice, struct parameters all, const char *text, const char *option,
                      struct error *err)
{
    char name[PARAMETER_NAME];
    const size_t length = strcspn(text, "=");
    const struct parameter *parameter;
    if (text[length] != '=' || length == 0)
        return error_set(err, STATUS_USAGE, "%s: \"%.80s\": NAME=VALUE is needed, as learning-rate=0.1", option, text);
    discard(snprintf(name, sizeof name, "%.*s", (int)(length < sizeof name ? length : sizeof name), text));
    enum status status = slice_parameter(&parameter, all, name, option, err);
    for (size_t a = 0; a < slice->count && !status; a++)
        if (slice->axes[a].parameter == parameter)
            status = error_set(err, STATUS_USAGE, "%s: %s is given twice; one range may hold several values", option,
                               parameter->name);
    if (!status && slice->count == AXES_MAX)
        status = error_set(err, STATUS_USAGE, "%s: more axes than a grid can have", option);
    if (!status)
        status = axis_parse(&slice->axes[slice->count], parameter, text + length + 1, option, err);
    if (!status)
        slice->given[slice->count] = text + length + 1;
    slice->count += !status;
    return status;
}

void slice_free(struct slice *slice)
{
    while (slice->count > 0)
        axis_free(&slice->axes[--slice->count]);
}

/* ", the nearest is 0.206478": of numbers; else nothing. */
static void nearest_value(char *text, size_t size, const struct axis *axis, const char *wanted)
{
    double number, value, least = INFINITY;
    *text = '\0';
    for (size_t v = 0; v < axis->count; v++) {
        char word[PARAMETER_TEXT_MAX];
        axis_value_text(word, axis, v);
        if (number_read(wanted, &number) != NUMBER_OK || number_read(word, &value) != NUMBER_OK)
            continue;
        if (fabs(value - number) < least)
            discard(snprintf(text, size, ", the nearest is %.40s", word));
        least = fmin(least, fabs(value - number));
    }
}

/* The places on an axis of the values that are looked at; of all where the slice does not say.
 * Owns: the caller, who frees *places. */
static enum status choose(size_t **places, struct axis *narrow, const struct axis *axis, const struct slice *slice,
                          struct error *err)
{
    const struct axis *values = axis;
    for (size_t s = 0; s < slice->count; s++)
        values = slice->axes[s].parameter == axis->parameter ? &slice->axes[s] : values;
    *narrow = (struct axis){axis->parameter, values->count, mem_array(values->count, sizeof *narrow->values)};
    *places = mem_array(values->count, sizeof **places);
    if (!narrow->values || !*places)
        return error_memory(err, "a slice of the grid");
    for (size_t v = 0; v < values->count; v++) {
        narrow->values[v] = values->values[v];
        if (!axis_find(axis, values->values[v], &(*places)[v])) {
            char value[PARAMETER_TEXT_MAX], all[160], near[80];
            axis_value_text(value, values, v);
            axis_text(all, sizeof all, axis);
            nearest_value(near, sizeof near, axis, value);
            return error_set(err, STATUS_USAGE, "--at %s=%.40s: the results have no such value%s; they have %s",
                             axis->parameter->name, value, near, all);
        }
    }
    return STATUS_OK;
}

static enum status check_axes(const struct slice *slice, const struct experiment *whole, struct error *err)
{
    for (size_t s = 0; s < slice->count; s++)
        if (!experiment_axis(whole, slice->axes[s].parameter))
            return error_set(err, STATUS_USAGE, "--at %s: is no axis of these results", slice->axes[s].parameter->name);
    return STATUS_OK;
}

/* places: [axis][narrow count] */
static void copy_cells(struct table *table, const struct table *whole, size_t *const *places)
{
    const struct experiment *const narrow = table->experiment;
    const size_t each = experiment_cell_trainings(narrow);
    for (size_t cell = 0; cell < table_cells(table); cell++) {
        size_t at[AXES_MAX], number = 0;
        experiment_places(narrow, cell, at);
        for (size_t a = 0; a < narrow->axis_count; a++)
            number = number * whole->experiment->axes[a].count + places[a][at[a]];
        for (size_t t = 0; t < each; t++)
            table_set(table, cell * each + t, &whole->outcomes[number * each + t]);
    }
}

enum status slice_table(const struct slice *slice, struct experiment *experiment, struct table *table,
                        const struct table *whole, struct error *err)
{
    const struct experiment *const all = whole->experiment;
    size_t *places[AXES_MAX] = {NULL};
    *table = (struct table){0};
    *experiment = *all;
    experiment->limit_count = experiment->axis_count = 0;
    experiment->limits = NULL;
    enum status status = check_axes(slice, all, err);
    for (size_t a = 0; a < all->axis_count && !status; a++, experiment->axis_count++)
        status = choose(&places[a], &experiment->axes[a], &all->axes[a], slice, err);
    if (!status)
        status = table_create(table, experiment, err);
    if (!status) {
        table->shown = whole->shown;
        copy_cells(table, whole, places);
    }
    for (size_t a = 0; a < AXES_MAX; a++)
        free(places[a]);
    return status;
}

void slice_table_free(struct experiment *experiment, struct table *table)
{
    table_free(table);
    while (experiment->axis_count > 0)
        axis_free(&experiment->axes[--experiment->axis_count]);
}
