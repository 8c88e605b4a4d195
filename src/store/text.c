/* SPDX-License-Identifier: BSD-3-Clause */
/* The surface as text, for spreadsheets and statistics (tsv: a column for each axis) and for gnuplot's splot (dat: the
 * first two axes of several values as a surface, one block for each combination of the others). The build is left out,
 * so that every machine writes the same bytes. */
#include "base/number.h"
#include "store/blocks.h"
#include "store/columns.h"
#include "store/render.h"
#include "store/settings.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The values of a program behind the first have a column each. */
static size_t further_values(const struct experiment *experiment)
{
    return experiment->program ? experiment->program->value_count : 0;
}

/* axes: [count] of the experiment, those with a column. */
static void header(const struct table *table, const struct ranking *ranking, struct file *file, char separator,
                   const size_t *axes, size_t count)
{
    const struct experiment *const experiment = table->experiment;
    struct setting settings[SETTINGS_MAX];
    const size_t setting_count = settings_list(experiment, settings);
    static const char *const of[SPLITS] = {"", " of the validation samples", " of the test samples"};
    if (experiment->program)
        file_printf(file, "# nsurf: value of a program, by its arguments\n");
    else
        file_printf(file,
                    "# nsurf: mean squared error%s after training, by neurons in the first and second hidden layer%s\n",
                    of[table->shown], experiment->axis_count > 2 ? ", and more" : "");
    for (size_t i = 0; i < setting_count; i++)
        file_printf(file, "# %s %s\n", settings[i].name, settings[i].text);
    if (ranking)
        file_printf(file, "# best_set_by %s\n", columns_split_name(experiment, ranking->split));
    file_printf(file, "# trainings_done %zu of %zu\n", table->done, table->count);
    file_write(file, "# ", 2);
    for (size_t a = 0; a < count; a++) {
        char name[PARAMETER_NAME];
        parameter_file_name(name, experiment->axes[axes[a]].parameter);
        file_printf(file, "%s%c", name, separator);
    }
    file_write(file, "error", 5);
    static const char *const more[] = {"error_sd",      "error_min", "error_median",
                                       "trainings_ok", "error_se",  "in_best_set"};
    for (size_t i = 0; ranking && i < sizeof more / sizeof *more; i++)
        file_printf(file, "%c%s", separator, more[i]);
    if (table->shown != SPLIT_TRAIN)
        file_printf(file, "%cerror_sample_se", separator);
    for (size_t v = 1; v < further_values(experiment); v++)
        file_printf(file, "%c%s", separator, experiment->program->values[v].name);
    file_write(file, "\n", 1);
}

/* The error of a cell, which is the mean of its trainings, and how these spread. in_set: [cells], NULL with one
 * training a cell. */
static void cell(const struct table *table, const uint8_t *in_set, struct file *file, char separator, size_t number)
{
    const struct statistics error = table_cell_error(table, table->shown, number);
    const double columns[] = {error.mean, error.sd, error.min, error.median};
    for (size_t i = 0; i < (in_set ? sizeof columns / sizeof *columns : 1); i++) {
        char text[NUMBER_TEXT];
        number_text(text, columns[i]);
        if (i > 0)
            file_write(file, &separator, 1);
        file_printf(file, "%s", text);
    }
    if (in_set) {
        char text[NUMBER_TEXT];
        number_text(text, table_cell_standard_error(table, table->shown, number));
        file_printf(file, "%c%" PRIu32 "%c%s%c%d", separator, table_cell_ok(table, number), separator, text, separator,
                    in_set[number]);
    }
    if (table->shown != SPLIT_TRAIN) {
        char text[NUMBER_TEXT];
        number_text(text, table_cell_sample_error(table, table->shown, number));
        file_printf(file, "%c%s", separator, text);
    }
    for (size_t v = 1; v < further_values(table->experiment); v++) {
        char text[NUMBER_TEXT];
        number_text(text, table_cell_error(table, (enum split)v, number).mean);
        file_printf(file, "%c%s", separator, text);
    }
    file_write(file, "\n", 1);
}

enum status render_tsv(const struct table *table, const struct ranking *ranking, struct file *file, struct error *err)
{
    const struct experiment *const experiment = table->experiment;
    size_t axes[AXES_MAX], places[AXES_MAX];
    uint8_t *in_set = NULL;
    const enum status status = ranking ? ranking_flags(ranking, table, &in_set, err) : STATUS_OK;
    for (size_t a = 0; a < experiment->axis_count; a++)
        axes[a] = a;
    header(table, ranking, file, '\t', axes, experiment->axis_count);
    for (size_t number = 0; number < table_cells(table) && !status; number++) {
        experiment_places(experiment, number, places);
        for (size_t a = 0; a < experiment->axis_count; a++) {
            char text[PARAMETER_TEXT_MAX];
            axis_value_text(text, &experiment->axes[a], places[a]);
            file_printf(file, "%s\t", text);
        }
        cell(table, in_set, file, '\t', number);
    }
    free(in_set);
    return status;
}

static void put_in_file(void *file, const char *text)
{
    file_write(file, text, strlen(text));
}

enum status render_dat(const struct table *table, const struct ranking *ranking, struct file *file, struct error *err)
{
    uint8_t *in_set = NULL;
    const enum status status = ranking ? ranking_flags(ranking, table, &in_set, err) : STATUS_OK;
    struct blocks blocks = blocks_begin(table->experiment, put_in_file, file);
    header(table, ranking, file, ' ', blocks.axes, blocks.axis_count);
    for (size_t number; !status && blocks_next(&blocks, &number);)
        cell(table, in_set, file, ' ', number);
    free(in_set);
    return status;
}
