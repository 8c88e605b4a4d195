/* SPDX-License-Identifier: BSD-3-Clause */
/* The surface as text, for spreadsheets and statistics (tsv: a column for each axis) and for gnuplot's splot (dat: the
 * first two axes of several values as a surface, one block for each combination of the others). The build is left out,
 * so that every machine writes the same bytes. */
#include "base/number.h"
#include "store/render.h"
#include "store/settings.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>

/* axes: [count] of the experiment, those with a column. */
static void header(const struct table *table, struct file *file, char separator, const size_t *axes, size_t count)
{
    const struct experiment *const experiment = table->experiment;
    struct setting settings[SETTINGS_MAX];
    const size_t setting_count = settings_list(experiment, settings);
    static const char *const of[PARTS] = {"", " of the validation samples", " of the test samples"};
    file_printf(file, "# nsurf: mean squared error%s after training, by neurons in the first and second hidden layer",
                of[table->shown]);
    file_printf(file, "%s\n", experiment->axis_count > 2 ? ", and more" : "");
    for (size_t i = 0; i < setting_count; i++)
        file_printf(file, "# %s %s\n", settings[i].name, settings[i].text);
    file_printf(file, "# trainings_done %zu of %zu\n", table->done, table->count);
    file_write(file, "# ", 2);
    for (size_t a = 0; a < count; a++) {
        char name[PARAMETER_NAME];
        parameter_file_name(name, experiment->axes[axes[a]].parameter);
        file_printf(file, "%s%c", name, separator);
    }
    file_write(file, "error", 5);
    if (experiment_cell_trainings(experiment) > 1)
        file_printf(file, "%cerror_sd%cerror_min%cerror_median%ctrainings_ok%cerror_se", separator, separator,
                    separator, separator, separator);
    file_write(file, "\n", 1);
}

/* The error of a cell, which is the mean of its trainings, and how these spread. */
static void cell(const struct table *table, struct file *file, char separator, size_t number)
{
    const struct statistics error = table_cell_error(table, table->shown, number);
    const double columns[] = {error.mean, error.sd, error.min, error.median};
    const bool several = experiment_cell_trainings(table->experiment) > 1;
    for (size_t i = 0; i < (several ? sizeof columns / sizeof *columns : 1); i++) {
        char text[NUMBER_TEXT];
        number_text(text, columns[i]);
        if (i > 0)
            file_write(file, &separator, 1);
        file_printf(file, "%s", text);
    }
    if (several) {
        char text[NUMBER_TEXT];
        number_text(text, table_cell_standard_error(table, table->shown, number));
        file_printf(file, "%c%" PRIu32 "%c%s", separator, table_cell_ok(table, number), separator, text);
    }
    file_write(file, "\n", 1);
}

enum status render_tsv(const struct table *table, struct file *file, struct error *err)
{
    (void)err;
    const struct experiment *const experiment = table->experiment;
    size_t axes[AXES_MAX], places[AXES_MAX];
    for (size_t a = 0; a < experiment->axis_count; a++)
        axes[a] = a;
    header(table, file, '\t', axes, experiment->axis_count);
    for (size_t number = 0; number < table_cells(table); number++) {
        experiment_places(experiment, number, places);
        for (size_t a = 0; a < experiment->axis_count; a++) {
            char text[PARAMETER_TEXT_MAX];
            axis_value_text(text, &experiment->axes[a], places[a]);
            file_printf(file, "%s\t", text);
        }
        cell(table, file, '\t', number);
    }
    return STATUS_OK;
}

/* The two axes of the surface: the first with more than one value, and in want of such the layers. */
static void choose_axes(const struct experiment *experiment, size_t axes[2])
{
    bool chosen[AXES_MAX] = {false};
    size_t count = 0;
    for (size_t a = 0; a < experiment->axis_count && count < 2; a++)
        if (experiment->axes[a].count > 1) {
            chosen[a] = true;
            count++;
        }
    for (size_t a = 2; a-- > 0 && count < 2;)
        if (!chosen[a]) {
            chosen[a] = true;
            count++;
        }
    count = 0;
    for (size_t a = 0; a < experiment->axis_count; a++)
        if (chosen[a])
            axes[count++] = a;
}

/* A place on an axis as the number that gnuplot needs: of a choice its place; the samples for a batch of them all. */
static void number_of(char *text, const struct experiment *experiment, const struct axis *axis, size_t place)
{
    const bool whole = axis->parameter->zero && axis->values[place].count == 0;
    if (axis->parameter->type == PARAMETER_CHOICE || whole)
        discard(snprintf(text, PARAMETER_TEXT_MAX, "%zu", whole ? experiment->data.parts[PART_TRAIN] : place));
    else
        axis_value_text(text, axis, place);
}

/* What the values of a choice are, where they stand as numbers; and what is the same in a whole block. */
static void remarks(struct file *file, const struct experiment *experiment, const size_t axes[2], const size_t *places)
{
    char name[PARAMETER_NAME], text[PARAMETER_TEXT_MAX];
    for (size_t a = 0; a < experiment->axis_count; a++) {
        const struct axis *const axis = &experiment->axes[a];
        parameter_file_name(name, axis->parameter);
        const bool column = a == axes[0] || a == axes[1];
        if (column && axis->parameter->type != PARAMETER_CHOICE)
            continue;
        file_printf(file, "# %s", name);
        for (size_t place = column ? 0 : places[a]; place < (column ? axis->count : places[a] + 1); place++) {
            axis_value_text(text, axis, place);
            if (column)
                file_printf(file, " %zu=%s", place, text);
            else
                file_printf(file, " %s", text);
        }
        file_write(file, "\n", 1);
    }
}

/* The cell at these places. */
static size_t cell_at(const struct experiment *experiment, const size_t *places)
{
    size_t number = 0;
    for (size_t a = 0; a < experiment->axis_count; a++)
        number = number * experiment->axes[a].count + places[a];
    return number;
}

/* One surface: an empty line between one value of its first axis and the next, by which gnuplot knows the rows. */
static void block(const struct table *table, struct file *file, const size_t axes[2], size_t *places)
{
    const struct experiment *const experiment = table->experiment;
    const struct axis *const rows = &experiment->axes[axes[0]], *const columns = &experiment->axes[axes[1]];
    char text[PARAMETER_TEXT_MAX];
    for (size_t i = 0; i < rows->count; i++) {
        if (i > 0)
            file_write(file, "\n", 1);
        for (size_t j = 0; j < columns->count; j++) {
            places[axes[0]] = i;
            places[axes[1]] = j;
            number_of(text, experiment, rows, i);
            file_printf(file, "%s ", text);
            number_of(text, experiment, columns, j);
            file_printf(file, "%s ", text);
            cell(table, file, ' ', cell_at(experiment, places));
        }
    }
}

enum status render_dat(const struct table *table, struct file *file, struct error *err)
{
    (void)err;
    const struct experiment *const experiment = table->experiment;
    size_t axes[2] = {AXIS_HIDDEN1, AXIS_HIDDEN2}, places[AXES_MAX] = {0};
    choose_axes(experiment, axes);
    header(table, file, ' ', axes, 2);
    for (bool more = true, first = true; more; first = false) {
        if (!first)
            file_write(file, "\n\n", 2);
        remarks(file, experiment, axes, places);
        block(table, file, axes, places);
        more = false;
        for (size_t a = experiment->axis_count; a-- > 0 && !more;) {
            if (a == axes[0] || a == axes[1])
                continue;
            more = ++places[a] < experiment->axes[a].count;
            places[a] = more ? places[a] : 0;
        }
    }
    return STATUS_OK;
}
