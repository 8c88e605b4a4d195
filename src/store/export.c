/* SPDX-License-Identifier: BSD-3-Clause */
/* A surface in the forms of other programs; see export.h. */
#include "store/export.h"

#include "base/mem.h"
#include "base/number.h"
#include "base/pack.h"
#include "store/blocks.h"
#include "store/columns.h"
#include "store/export_npz.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *const export_names[EXPORTS] = {"csv", "trials", "json", "vtr", "npz", "dat", "matrix"};

/* What is written, and where to. */
struct export {
    const struct table *table;
    const struct facts *facts;
    const struct experiment *experiment;
    struct columns columns;
    size_t each; /* trainings a cell */
    FILE *out;
};

static void put_number(FILE *out, double value, char before, const char *none)
{
    char text[NUMBER_TEXT];
    number_text(text, value);
    fprintf(out, "%c%s", before, isnan(value) ? none : text);
}

/* A field of CSV. Source: RFC 4180. */
static void put_field(FILE *out, const char *text)
{
    if (!strpbrk(text, ",\"\r\n")) {
        fputs(text, out);
        return;
    }
    putc('"', out);
    for (; *text; text++)
        fprintf(out, "%s%c", *text == '"' ? "\"" : "", *text);
    putc('"', out);
}

/* The names of all axes, and a cell's values on them, with commas between. */
static void put_names(const struct export *export)
{
    for (size_t a = 0; a < export->experiment->axis_count; a++) {
        char name[PARAMETER_NAME];
        parameter_file_name(name, export->experiment->axes[a].parameter);
        fprintf(export->out, "%s%s", a ? "," : "", name);
    }
}

static void put_place(const struct export *export, size_t cell)
{
    size_t places[AXES_MAX];
    experiment_places(export->experiment, cell, places);
    for (size_t a = 0; a < export->experiment->axis_count; a++) {
        char text[PARAMETER_TEXT_MAX];
        axis_value_text(text, &export->experiment->axes[a], places[a]);
        fputs(a ? "," : "", export->out);
        put_field(export->out, text);
    }
}

/* --- CSV -------------------------------------------------------------------------------------------------------- */

static void put_csv(const struct export *export)
{
    put_names(export);
    for (size_t c = 0; c < export->columns.count; c++)
        fprintf(export->out, ",%s", export->columns.list[c].name);
    fputs("\r\n", export->out);
    for (size_t cell = 0; cell < table_cells(export->table); cell++) {
        put_place(export, cell);
        for (size_t c = 0; c < export->columns.count; c++)
            if (export->columns.list[c].kind == COLUMN_STATUS)
                fprintf(export->out, ",%s", outcome_words[table_cell_status(export->table, cell)]);
            else
                put_number(export->out, columns_value(&export->columns, c, cell), ',', "");
        fputs("\r\n", export->out);
    }
}

static void put_trials(const struct export *export)
{
    const uint32_t repeats = export->experiment->repeats;
    const struct columns *const columns = &export->columns;
    put_names(export);
    fputs(",fold,repeat", export->out);
    for (size_t c = 0; c < columns->count; c++)
        if (columns->list[c].kind == COLUMN_STATUS || columns->list[c].kind == COLUMN_EPOCHS ||
            columns->list[c].kind == COLUMN_MEAN)
            fprintf(export->out, ",%s", columns->list[c].name);
    fputs("\r\n", export->out);
    for (size_t t = 0; t < export->table->count; t++) {
        const struct outcome *const outcome = &export->table->outcomes[t];
        put_place(export, t / export->each);
        fprintf(export->out, ",%zu,%zu,%s", t % export->each / repeats, t % repeats, outcome_words[outcome->status]);
        if (!export->experiment->program)
            fprintf(export->out, ",%" PRIu32, outcome->epochs);
        for (size_t c = 0; c < columns->count; c++)
            if (columns->list[c].kind == COLUMN_MEAN)
                put_number(export->out, facts_value(export->facts, export->table, columns->list[c].quantity, t), ',',
                           "");
        fputs("\r\n", export->out);
    }
}

/* --- gnuplot: PREFIX.dat with all columns ------------------------------------------------------------------------ */

static void put_in_stream(void *out, const char *text)
{
    fputs(text, out);
}

/* The header is that of PREFIX.dat as far as it is settings: what stands as attribute in the file of results. */
static void put_dat(const struct export *export)
{
    const struct columns *const columns = &export->columns;
    struct blocks blocks = blocks_begin(export->experiment, put_in_stream, export->out);
    for (size_t i = 0; i < export->facts->count; i++)
        if (strcmp(export->facts->list[i].name, "trainings_done") != 0) /* below, with what there is to do */
                fprintf(export->out, "# %s %s\n", export->facts->list[i].name, export->facts->list[i].text);
    fprintf(export->out, "# status %d=ok %d=diverged %d=failed %d=pending\n", OUTCOME_OK, OUTCOME_DIVERGED,
            OUTCOME_FAILED, OUTCOME_PENDING);
    fprintf(export->out, "# trainings_done %zu of %zu\n# ", export->table->done, export->table->count);
    blocks_put_names(&blocks);
    for (size_t c = 0; c < columns->count; c++)
        fprintf(export->out, "%s%c", columns->list[c].name, c + 1 < columns->count ? ' ' : '\n');
    for (size_t cell; blocks_next(&blocks, &cell);) {
        for (size_t c = 0; c < columns->count; c++) {
            char text[NUMBER_TEXT];
            number_text(text, columns_value(columns, c, cell));
            fprintf(export->out, "%s%c", text, c + 1 < columns->count ? ' ' : '\n');
        }
    }
}

/* --- VTK: arrays as base64 of their number of bytes and of these; the first axis runs fastest ------------------- */

static enum status put_array(FILE *out, const char *name, const double *values, size_t count, struct error *err)
{
    uint64_t size = count * sizeof *values;
    char *head = NULL, *text = NULL;
    enum status status = pack_base64(&head, &size, sizeof size, err);
    if (!status)
        status = pack_base64(&text, values, size, err);
    if (!status)
        fprintf(out, "<DataArray type=\"Float64\" Name=\"%s\" format=\"binary\">%s%s</DataArray>\n", name, head, text);
    free(head);
    free(text);
    return status;
}

/* The axes of the grid: those of several values, three at the most. */
enum { VTK_AXES = 3 };
struct box {
    const struct axis *axes[VTK_AXES]; /* NULL behind the last */
    size_t at[VTK_AXES];               /* of the experiment's */
    size_t counts[VTK_AXES];
};

static enum status box_of(struct box *box, const struct export *export, struct error *err)
{
    const struct experiment *const experiment = export->experiment;
    size_t several = 0, count = 0;
    for (size_t a = 0; a < experiment->axis_count; a++)
        several += experiment->axes[a].count > 1;
    if (several > VTK_AXES)
        return error_set(err, STATUS_USAGE,
                         "--to vtr: a grid of VTK has %d axes at the most, and these results %zu; csv or json has all",
                         VTK_AXES, several);
    *box = (struct box){.counts = {1, 1, 1}};
    for (size_t a = 0; a < experiment->axis_count; a++)
        if (experiment->axes[a].count > 1 || (a <= AXIS_HIDDEN2 && several < 2)) {
            box->axes[count] = &experiment->axes[a];
            box->counts[count] = experiment->axes[a].count;
            box->at[count++] = a;
        }
    return STATUS_OK;
}

/* values: room for all cells. */
static enum status put_column(const struct export *export, const struct box *box, size_t column, double *values,
                              struct error *err)
{
    const size_t cells = table_cells(export->table);
    for (size_t cell = 0; cell < cells; cell++) {
        size_t places[AXES_MAX], number = 0;
        experiment_places(export->experiment, cell, places);
        for (int a = VTK_AXES - 1; a >= 0; a--)
            number = number * box->counts[a] + (box->axes[a] ? places[box->at[a]] : 0);
        values[number] = columns_value(&export->columns, column, cell);
    }
    return put_array(export->out, export->columns.list[column].name, values, cells, err);
}

/* The coordinates; of words their places. values: room for the axis. */
static enum status put_axis(FILE *out, const struct axis *axis, double *values, struct error *err)
{
    char name[PARAMETER_NAME], text[PARAMETER_TEXT_MAX];
    if (!axis)
        return put_array(out, "z", &(double){0}, 1, err);
    parameter_file_name(name, axis->parameter);
    for (size_t i = 0; i < axis->count; i++) {
        axis_value_text(text, axis, i);
        if (axis->parameter->type == PARAMETER_CHOICE || number_read(text, &values[i]) != NUMBER_OK)
            values[i] = (double)i;
    }
    return put_array(out, name, values, axis->count, err);
}

static enum status put_vtr(const struct export *export, struct error *err)
{
    struct box box;
    enum status status = box_of(&box, export, err);
    if (status)
        return status;
    static const uint16_t one = 1;
    const char *const order = *(const unsigned char *)&one ? "LittleEndian" : "BigEndian";
    char extent[128];
    discard(snprintf(extent, sizeof extent, "0 %zu 0 %zu 0 %zu", box.counts[0] - 1, box.counts[1] - 1,
                     box.counts[2] - 1));
    double *const values = mem_array(table_cells(export->table), sizeof *values);
    if (!values)
        return error_memory(err, "the surface");
    fprintf(export->out,
            "<?xml version=\"1.0\"?>\n"
            "<VTKFile type=\"RectilinearGrid\" version=\"1.0\" byte_order=\"%s\" header_type=\"UInt64\">\n"
            "<RectilinearGrid WholeExtent=\"%s\">\n<Piece Extent=\"%s\">\n<PointData>\n",
            order, extent, extent);
    for (size_t c = 0; c < export->columns.count && !status; c++)
        status = put_column(export, &box, c, values, err);
    fputs("</PointData>\n<Coordinates>\n", export->out);
    for (int a = 0; a < VTK_AXES && !status; a++)
        status = put_axis(export->out, box.axes[a], values, err);
    fputs("</Coordinates>\n</Piece>\n</RectilinearGrid>\n</VTKFile>\n", export->out);
    free(values);
    return status;
}

static void put_matrix(const struct export *export, enum split chosen)
{
    const size_t columns = export->experiment->axes[export->experiment->axis_count - 1].count;
    for (size_t cell = 0; cell < table_cells(export->table); cell++) {
        char text[NUMBER_TEXT];
        number_text(text, table_cell_error(export->table, chosen, cell).mean);
        fprintf(export->out, "%s%c", text, (cell + 1) % columns ? ' ' : '\n');
    }
}

static enum status put_form(const struct export *export, const struct surface_source *source, enum export_form form,
                            struct error *err)
{
    switch (form) {
    case EXPORT_CSV:
        put_csv(export);
        break;
    case EXPORT_TRIALS:
        put_trials(export);
        break;
    case EXPORT_JSON:
        return surface_json(source, false, export->out, err);
    case EXPORT_VTR:
        return put_vtr(export, err);
    case EXPORT_NPZ:
        return export_npz(&export->columns, export->out, err);
    case EXPORT_DAT:
        put_dat(export);
        break;
    case EXPORT_MATRIX:
        put_matrix(export, source->chosen);
        break;
    case EXPORTS:
        break;
    }
    return STATUS_OK;
}

enum status export_write(const struct surface_source *source, enum export_form form, FILE *out, struct error *err)
{
    struct export export = {.table = source->table,
                            .facts = source->facts,
                            .experiment = source->table->experiment,
                            .each = experiment_cell_trainings(source->table->experiment),
                            .out = out};
    enum status status = columns_create(&export.columns, source, err);
    if (!status)
        status = put_form(&export, source, form, err);
    columns_free(&export.columns);
    return status;
}
