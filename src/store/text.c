/* SPDX-License-Identifier: BSD-3-Clause */
/* The surface as text, for spreadsheets and statistics (tsv) and for gnuplot's splot (dat): the same header and
 * columns, so that either reads in both. The build is left out, so that every machine writes the same bytes. */
#include "base/number.h"
#include "store/render.h"
#include "store/settings.h"

#include <inttypes.h>
#include <stdbool.h>

static void header(const struct table *table, struct file *file, char separator)
{
    struct setting settings[SETTINGS];
    settings_list(table->experiment, settings);
    static const char *const of[PARTS] = {"", " of the validation samples", " of the test samples"};
    file_printf(file, "# nsurf: mean squared error%s after training, by neurons in the first and second hidden layer\n",
                of[table->shown]);
    for (size_t i = 0; i < SETTINGS; i++)
        file_printf(file, "# %s %s\n", settings[i].name, settings[i].text);
    file_printf(file, "# trainings_done %zu of %zu\n", table->done, table->count);
    file_printf(file, "# hidden1%chidden2%cerror", separator, separator);
    if (experiment_cell_trainings(table->experiment) > 1)
        file_printf(file, "%cerror_sd%cerror_min%cerror_median%ctrainings_ok", separator, separator, separator,
                    separator);
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
        file_printf(file, "%c%s", separator, text);
    }
    if (several)
        file_printf(file, "%c%" PRIu32, separator, table_cell_ok(table, number));
}

/* grid: an empty line between one hidden1 and the next, by which gnuplot knows the rows of a surface. */
static enum status render_text(const struct table *table, struct file *file, char separator, bool grid)
{
    const struct axis *hidden1 = &table->experiment->hidden1, *hidden2 = &table->experiment->hidden2;
    header(table, file, separator);
    for (size_t i = 0; i < hidden1->count; i++) {
        if (grid && i > 0)
            file_write(file, "\n", 1);
        for (size_t j = 0; j < hidden2->count; j++) {
            file_printf(file, "%" PRIu32 "%c%" PRIu32, hidden1->values[i], separator, hidden2->values[j]);
            cell(table, file, separator, i * hidden2->count + j);
            file_write(file, "\n", 1);
        }
    }
    return STATUS_OK;
}

enum status render_tsv(const struct table *table, struct file *file, struct error *err)
{
    (void)err;
    return render_text(table, file, '\t', false);
}

enum status render_dat(const struct table *table, struct file *file, struct error *err)
{
    (void)err;
    return render_text(table, file, ' ', true);
}
