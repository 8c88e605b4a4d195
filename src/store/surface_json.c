/* SPDX-License-Identifier: BSD-3-Clause */
/* A surface as JSON; see surface_json.h. */
#include "store/surface_json.h"

#include "base/mem.h"
#include "store/columns.h"
#include "store/json.h"
#include "store/results.h"
#include "sweep/effects.h"
#include "sweep/ranking.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { FORMAT = 1, CELL_DIGITS = 6, TRIAL_DIGITS = 4 };

/* The grid, and what of it is written. */
struct view {
    const struct surface_source *source;
    const struct table *table;
    size_t axis_count;
    const struct axis *axes[AXES_MAX]; /* [axis_count] of the experiment, see choose_axes */
    size_t *rows[AXES_MAX];            /* [kept]: the indices that are written */
    size_t kept[AXES_MAX], cells;      /* cells: the product of kept */
    size_t *numbers;                   /* [cells]: which cell of the table */
    double *values;                    /* [cells] or [cells][fold][repeat]: room for one member */
    struct ranking ranking[SPLITS];
    struct effects effects[SPLITS];
    bool ranked[SPLITS];
    bool brief, trials;
    size_t each;
};

/* Those of several values, and in want of two such the layers: an axis of one value numbers no cell. */
static void choose_axes(struct view *view)
{
    const struct experiment *const experiment = view->table->experiment;
    size_t several = 0;
    for (size_t a = 0; a < experiment->axis_count; a++)
        several += experiment->axes[a].count > 1;
    for (size_t a = 0; a < experiment->axis_count; a++)
        if (experiment->axes[a].count > 1 || (a <= AXIS_HIDDEN2 && several < 2))
            view->axes[view->axis_count++] = &experiment->axes[a];
}

/* The index of a cell along an axis. */
static size_t index_of(const struct view *view, size_t cell, size_t axis)
{
    for (size_t a = view->axis_count - 1; a > axis; a--)
        cell /= view->axes[a]->count;
    return cell % view->axes[axis]->count;
}

/* --- which cells ------------------------------------------------------------------------------------------------ */

/* The smallest step along all axes that leaves few enough cells. */
static size_t step_of(const struct view *view)
{
    for (size_t step = 1;; step++) {
        double cells = 1;
        for (size_t a = 0; a < view->axis_count; a++)
            cells *= (double)((view->axes[a]->count + step - 1) / step);
        if (!view->brief || cells <= SURFACE_JSON_CELLS)
            return step;
    }
}

/* Whether one of the networks that are named stands in this row. */
static bool is_named(const struct view *view, size_t axis, size_t row)
{
    for (int split = 0; split < SPLITS; split++) {
        const struct ranking *const ranking = &view->ranking[split];
        if (view->ranked[split] && ranking->compared > 0 &&
            (row == index_of(view, ranking->set[0].cell, axis) ||
             row == index_of(view, ranking->smallest.cell, axis) || row == index_of(view, ranking->largest.cell, axis)))
            return true;
    }
    return false;
}

static enum status choose_rows(struct view *view, struct error *err)
{
    const size_t step = step_of(view);
    view->cells = 1;
    for (size_t a = 0; a < view->axis_count; a++) {
        view->rows[a] = mem_array(view->axes[a]->count, sizeof *view->rows[a]);
        if (!view->rows[a])
            return error_memory(err, "the rows of the surface");
        for (size_t row = 0; row < view->axes[a]->count; row++)
            if (row % step == 0 || row + 1 == view->axes[a]->count || is_named(view, a, row))
                view->rows[a][view->kept[a]++] = row;
        view->cells *= view->kept[a];
    }
    return STATUS_OK;
}

static void number_cells(struct view *view)
{
    for (size_t c = 0; c < view->cells; c++) {
        size_t rest = c, number = 0, stride = 1;
        for (size_t a = view->axis_count; a-- > 0;) {
            number += stride * view->rows[a][rest % view->kept[a]];
            rest /= view->kept[a];
            stride *= view->axes[a]->count;
        }
        view->numbers[c] = number;
    }
}

static enum status view_make(struct view *view, const struct surface_source *source, bool brief, struct error *err)
{
    const struct table *const table = source->table;
    *view = (struct view){.source = source,
                          .table = table,
                          .brief = brief,
                          .each = experiment_cell_trainings(table->experiment)};
    choose_axes(view);
    enum status status = STATUS_OK;
    size_t parts = 0;
    for (int split = 0; split < SPLITS && !status; split++) {
        view->ranked[split] = ranking_has(table, (enum split)split);
        parts += (size_t)view->ranked[split] + (source->facts->misclassified[split] ? 1 : 0);
        if (view->ranked[split])
            status = ranking_make(&view->ranking[split], table, (enum split)split, err);
        if (!status && view->ranking[split].compared > 0)
            status = effects_make(&view->effects[split], &view->ranking[split], table, err);
    }
    if (!status)
        status = choose_rows(view, err);
    if (status)
        return status;
    view->trials = view->each > 1 && (!brief || view->cells * view->each * (parts + 1) <= SURFACE_JSON_VALUES);
    view->numbers = mem_array(view->cells, sizeof *view->numbers);
    view->values = mem_array(view->cells * (view->trials ? view->each : 1), sizeof *view->values);
    if (!view->numbers || !view->values)
        return error_memory(err, "the cells of the surface");
    number_cells(view);
    return STATUS_OK;
}

static void view_free(struct view *view)
{
    for (int split = 0; split < SPLITS; split++) {
        effects_free(&view->effects[split]);
        ranking_free(&view->ranking[split]);
    }
    for (size_t a = 0; a < view->axis_count; a++)
        free(view->rows[a]);
    free(view->numbers);
    free(view->values);
}

/* --- the members ------------------------------------------------------------------------------------------------ */

static const char *spacing_of(const struct axis *axis)
{
    switch (axis_spacing(axis)) {
    case 'n':
        return "linear";
    case 'g':
        return "log";
    case 'c':
        return "choice";
    default:
        return "uneven";
    }
}

/* A value of an axis: a number, or a word. */
static void put_value(struct json *json, const struct axis *axis, size_t place)
{
    char text[PARAMETER_TEXT_MAX];
    axis_value_text(text, axis, place);
    if (axis->parameter->type == PARAMETER_CHOICE || (axis->parameter->zero && axis->values[place].count == 0))
        json_string(json, NULL, text);
    else
        json_number(json, NULL, text);
}

static void put_axes(struct json *json, const struct view *view)
{
    json_open(json, "axes", '[');
    for (size_t a = 0; a < view->axis_count; a++) {
        const struct axis *const axis = view->axes[a];
        char name[PARAMETER_NAME];
        parameter_file_name(name, axis->parameter);
        json_open(json, NULL, '{');
        json_string(json, "name", name);
        json_string(json, "title",
                    axis->parameter->group == GROUP_GRID ? axis->parameter->help : axis->parameter->name);
        json_string(json, "unit", "");
        json_string(json, "spacing", spacing_of(axis));
        json_count(json, "count", axis->count);
        json_open(json, "values", '[');
        for (size_t i = 0; i < view->kept[a]; i++)
            put_value(json, axis, view->rows[a][i]);
        json_close(json, ']');
        json_close(json, '}');
    }
    json_close(json, ']');
}

/* Facts whose name begins so, or not. */
static void put_facts(struct json *json, const struct view *view, const char *name, const char *prefix, bool with)
{
    const size_t length = strlen(prefix);
    const struct facts *const facts = view->source->facts;
    json_open(json, name, '{');
    for (const struct fact *fact = facts->list; fact < facts->list + facts->count; fact++)
        if ((strncmp(fact->name, prefix, length) == 0) == with && !facts_of_file(fact))
            json_string(json, with ? fact->name + length : fact->name, fact->text);
    json_close(json, '}');
}

static void put_experiment(struct json *json, const struct view *view)
{
    json_count(json, "format", FORMAT);
    json_string(json, "title", facts_find(view->source->facts, "title"));
    json_string(json, "command", view->source->command);
    json_string(json, "command_unknown", view->source->command_unknown);
    put_facts(json, view, "settings", "build_", false);
    put_facts(json, view, "build", "build_", true);
    json_open(json, "digests", '{');
    json_string(json, "file", view->source->digest);
    json_string(json, "data", facts_find(view->source->facts, "data_sha256"));
    json_close(json, '}');
    put_axes(json, view);
    json_truth(json, "thinned", view->cells < table_cells(view->table));
    json_count(json, "folds", view->table->experiment->data.folds);
    json_count(json, "repeats", view->table->experiment->repeats);
    json_count(json, "done", view->table->done);
    json_count(json, "trainings", view->table->count);
    json_string(json, "chosen", columns_split_name(view->table->experiment, view->source->chosen));
}

static double weights_at(const struct view *view, size_t cell)
{
    const struct trial trial = experiment_trial(view->table->experiment, cell * view->each);
    return network_weights(&view->table->experiment->data, trial.hyper.hidden1, trial.hyper.hidden2);
}

static double epochs_at(const struct view *view, size_t cell)
{
    return table_cell_epochs(view->table, cell);
}

static double status_at(const struct view *view, size_t cell)
{
    return table_cell_status(view->table, cell);
}

static double ok_at(const struct view *view, size_t cell)
{
    return table_cell_ok(view->table, cell);
}

static void put_cells(struct json *json, const struct view *view)
{
    static const struct {
        const char *name;
        double (*at)(const struct view *, size_t cell);
    } members[] = {{"weights", weights_at}, {"epochs", epochs_at}, {"status", status_at}, {"ok", ok_at}};
    enum { OF_ALL = 2 }; /* from here on; those before are of networks */
    json_open(json, "cells", '{');
    for (size_t m = view->table->experiment->program ? OF_ALL : 0; m < sizeof members / sizeof *members; m++) {
        for (size_t c = 0; c < view->cells; c++)
            view->values[c] = members[m].at(view, view->numbers[c]);
        json_reals(json, members[m].name, view->values, view->cells, 0);
    }
    json_close(json, '}');
}

static void put_field(struct json *json, const struct view *view, struct quantity quantity)
{
    static const char *const samples[SPLITS] = {"training samples", "validation samples", "test samples"};
    const struct facts *const facts = view->source->facts;
    const int digits = view->brief ? CELL_DIGITS : 0;
    char text[64];
    json_open(json, NULL, '{');
    columns_quantity_name(text, sizeof text, view->table->experiment, quantity, "");
    json_string(json, "name", text);
    if (!view->table->experiment->program)
        discard(snprintf(text, sizeof text, "%s, %s", quantity.misclassified ? "misclassified" : "error",
                         samples[quantity.split]));
    json_string(json, "title", text);
    json_string(json, "part", columns_split_name(view->table->experiment, quantity.split));
    for (size_t c = 0; c < view->cells; c++)
        view->values[c] = facts_cell(facts, view->table, quantity, view->numbers[c]).mean;
    json_reals(json, "mean", view->values, view->cells, digits);
    for (size_t c = 0; c < view->cells; c++)
        view->values[c] = facts_cell(facts, view->table, quantity, view->numbers[c]).sd;
    json_reals(json, "sd", view->values, view->each > 1 ? view->cells : 0, digits);
    if (view->trials) {
        for (size_t i = 0; i < view->cells * view->each; i++)
            view->values[i] = facts_value(facts, view->table, quantity,
                                            view->numbers[i / view->each] * view->each + i % view->each);
        json_reals(json, "trials", view->values, view->cells * view->each, view->brief ? TRIAL_DIGITS : 0);
    } else {
        json_string(json, "trials", NULL);
    }
    json_close(json, '}');
}

static void put_fields(struct json *json, const struct view *view)
{
    struct quantity quantities[QUANTITIES];
    const size_t count = facts_quantities(view->source->facts, view->table, quantities);
    json_open(json, "fields", '[');
    for (size_t q = 0; q < count; q++)
        put_field(json, view, quantities[q]);
    json_close(json, ']');
}

/* --- the ranking ------------------------------------------------------------------------------------------------ */

static void put_ranked(struct json *json, const struct view *view, const char *name, const struct ranked *ranked)
{
    size_t cell = 0, end = view->cells; /* the first number that is not below, found by halving */
    while (cell < end) {
        const size_t middle = cell + (end - cell) / 2;
        if (view->numbers[middle] < ranked->cell)
            cell = middle + 1;
        else
            end = middle;
    }
    const bool there = cell < view->cells && view->numbers[cell] == ranked->cell;
    json_open(json, name, '{');
    json_real(json, "cell", there ? (double)cell : (double)NAN);
    json_open(json, "values", '[');
    for (size_t a = 0; a < view->axis_count; a++)
        put_value(json, view->axes[a], index_of(view, ranked->cell, a));
    json_close(json, ']');
    if (!view->table->experiment->program)
        json_real(json, "weights", ranked->weights);
    json_real(json, "mean", ranked->error.mean);
    json_real(json, "sd", ranked->error.sd);
    json_real(json, "standard_error", ranked->standard_error);
    json_close(json, '}');
}

/* Candidates that the page lists at the most. */
enum { CANDIDATES_MAX = 1000 };

/* Which axis matters. */
static void put_effects(struct json *json, const struct view *view, const struct effects *effects)
{
    json_open(json, "effects", '[');
    for (size_t a = 0; a < view->axis_count; a++) {
        const size_t axis = (size_t)(view->axes[a] - view->table->experiment->axes);
        char name[PARAMETER_NAME];
        parameter_file_name(name, view->axes[a]->parameter);
        json_open(json, NULL, '{');
        json_string(json, "axis", name);
        json_real(json, "share", effects->share[axis]);
        json_open(json, "means", '[');
        for (size_t i = 0; i < view->kept[a]; i++)
            json_real(json, NULL, effects->means[axis][view->rows[a][i]]);
        json_close(json, ']');
        json_close(json, '}');
    }
    json_close(json, ']');
    json_real(json, "rest", effects->rest);
}

static void put_rankings(struct json *json, const struct view *view)
{
    json_open(json, "rankings", '{');
    for (int split = 0; split < SPLITS; split++) {
        const struct ranking *const ranking = &view->ranking[split];
        if (!view->ranked[split])
            continue;
        json_open(json, columns_split_name(view->table->experiment, (enum split)split), '{');
        json_count(json, "compared", ranking->compared);
        json_count(json, "left_out", ranking->left_out);
        json_count(json, "trainings", ranking->trainings);
        json_count(json, "blocks", ranking->blocks);
        if (view->table->experiment->baseline.known)
            json_real(json, RESULTS_MEAN, view->table->experiment->baseline.error[split]);
        if (ranking->compared > 0) {
            put_ranked(json, view, "best", &ranking->set[0]);
            put_effects(json, view, &view->effects[split]);
        }
        if (ranking->compared > 0 && ranking->blocks > 1) {
            if (!view->table->experiment->program) {
                put_ranked(json, view, "smallest", &ranking->smallest);
                put_ranked(json, view, "largest", &ranking->largest);
            }
            json_count(json, "set_count", ranking->set_count);
            json_open(json, "candidates", '[');
            for (size_t i = 0; i < ranking->set_count && i < CANDIDATES_MAX; i++)
                put_ranked(json, view, NULL, &ranking->set[i]);
            json_close(json, ']');
        }
        json_close(json, '}');
    }
    json_close(json, '}');
}

enum status surface_json(const struct surface_source *source, bool brief, FILE *out, struct error *err)
{
    struct view view;
    enum status status = view_make(&view, source, brief, err);
    if (!status) {
        struct json json = {.out = out, .first = true};
        json_open(&json, NULL, '{');
        put_experiment(&json, &view);
        put_cells(&json, &view);
        put_fields(&json, &view);
        put_rankings(&json, &view);
        json_close(&json, '}');
        if (!json_end(&json))
            status = error_set(err, STATUS_IO, "%s: cannot be written; is its disk full, or its reader gone?",
                               out == stdout ? "standard output" : "the surface as JSON");
    }
    view_free(&view);
    return status;
}
