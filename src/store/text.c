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
    file_printf(file, "# hidden1%chidden2%cerror\n", separator, separator);
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
            char text[NUMBER_TEXT];
            number_text(text, table_cell_error(table, table->shown, i * hidden2->count + j));
            file_printf(file, "%" PRIu32 "%c%" PRIu32 "%c%s\n", hidden1->values[i], separator, hidden2->values[j],
                        separator, text);
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
