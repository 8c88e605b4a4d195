/* SPDX-License-Identifier: BSD-3-Clause */
/* A surface in the forms of other programs; see export.h. */
#include "store/export.h"

#include "base/mem.h"
#include "base/number.h"
#include "base/pack.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

const char *const export_names[EXPORTS] = {"csv", "trials", "json", "vtr", "matrix"};

/* What is written, and where to. */
struct export {
    const struct table *table;
    const struct facts *facts;
    const struct experiment *experiment;
    struct quantity quantities[QUANTITIES];
    size_t quantity_count, each;
    FILE *out;
};

static const char *const outcome_words[] = {"ok", "diverged", "failed", "pending"};

static const char *quantity_word(struct quantity quantity)
{
    return quantity.misclassified ? "misclassified" : "error";
}

static void put_number(FILE *out, double value, char before, const char *none)
{
    char text[NUMBER_TEXT];
    number_text(text, value);
    fprintf(out, "%c%s", before, isnan(value) ? none : text);
}

static double weights_of(const struct export *export, size_t cell)
{
    const struct trial trial = experiment_trial(export->experiment, cell * export->each);
    return network_weights(&export->experiment->data, trial.hyper.hidden1, trial.hyper.hidden2);
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
        fprintf(export->out, "%s%s", a ? "," : "", text);
    }
}

/* --- CSV -------------------------------------------------------------------------------------------------------- */

/* The column of the epochs that were trained: an axis may have the shorter name. */
static const char *epochs_name(const struct export *export)
{
    return export->experiment->limit_count > 0 ? "epochs_trained" : "epochs";
}

static void put_csv(const struct export *export)
{
    put_names(export);
    fprintf(export->out, ",weights,status,%s,trainings_ok", epochs_name(export));
    for (size_t q = 0; q < export->quantity_count; q++) {
        const struct quantity quantity = export->quantities[q];
        const char *const part = dataset_part_names[quantity.part], *const word = quantity_word(quantity);
        fprintf(export->out, ",%s_%s", part, word);
        if (export->each > 1)
            fprintf(export->out, ",%s_%s_sd", part, word);
    }
    fputs("\r\n", export->out);
    for (size_t cell = 0; cell < table_cells(export->table); cell++) {
        put_place(export, cell);
        fprintf(export->out, ",%.0f,%s,%" PRIu32 ",%" PRIu32, weights_of(export, cell),
                outcome_words[table_cell_status(export->table, cell)], table_cell_epochs(export->table, cell),
                table_cell_ok(export->table, cell));
        for (size_t q = 0; q < export->quantity_count; q++) {
            const struct statistics s = facts_cell(export->facts, export->table, export->quantities[q], cell);
            put_number(export->out, s.mean, ',', "");
            if (export->each > 1)
                put_number(export->out, s.sd, ',', "");
        }
        fputs("\r\n", export->out);
    }
}

static void put_trials(const struct export *export)
{
    const uint32_t repeats = export->experiment->repeats;
    put_names(export);
    fprintf(export->out, ",fold,repeat,status,%s", epochs_name(export));
    for (size_t q = 0; q < export->quantity_count; q++)
        fprintf(export->out, ",%s_%s", dataset_part_names[export->quantities[q].part],
                quantity_word(export->quantities[q]));
    fputs("\r\n", export->out);
    for (size_t t = 0; t < export->table->count; t++) {
        const struct outcome *const outcome = &export->table->outcomes[t];
        put_place(export, t / export->each);
        fprintf(export->out, ",%zu,%zu,%s,%" PRIu32, t % export->each / repeats, t % repeats,
                outcome_words[outcome->status], outcome->epochs);
        for (size_t q = 0; q < export->quantity_count; q++)
            put_number(export->out, facts_value(export->facts, export->table, export->quantities[q], t), ',', "");
        fputs("\r\n", export->out);
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
static enum status put_quantity(const struct export *export, const struct box *box, struct quantity quantity, bool sd,
                                double *values, struct error *err)
{
    const size_t cells = table_cells(export->table);
    for (size_t cell = 0; cell < cells; cell++) {
        const struct statistics s = facts_cell(export->facts, export->table, quantity, cell);
        size_t places[AXES_MAX], number = 0;
        experiment_places(export->experiment, cell, places);
        for (int a = VTK_AXES - 1; a >= 0; a--)
            number = number * box->counts[a] + (box->axes[a] ? places[box->at[a]] : 0);
        values[number] = sd ? s.sd : s.mean;
    }
    char name[64];
    discard(snprintf(name, sizeof name, "%s_%s%s", dataset_part_names[quantity.part], quantity_word(quantity),
                     sd ? "_sd" : ""));
    return put_array(export->out, name, values, cells, err);
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
    for (size_t q = 0; q < export->quantity_count && !status; q++) {
        status = put_quantity(export, &box, export->quantities[q], false, values, err);
        if (!status && export->each > 1)
            status = put_quantity(export, &box, export->quantities[q], true, values, err);
    }
    fputs("</PointData>\n<Coordinates>\n", export->out);
    for (int a = 0; a < VTK_AXES && !status; a++)
        status = put_axis(export->out, box.axes[a], values, err);
    fputs("</Coordinates>\n</Piece>\n</RectilinearGrid>\n</VTKFile>\n", export->out);
    free(values);
    return status;
}

static void put_matrix(const struct export *export, enum part chosen)
{
    const size_t columns = export->experiment->axes[export->experiment->axis_count - 1].count;
    for (size_t cell = 0; cell < table_cells(export->table); cell++) {
        char text[NUMBER_TEXT];
        number_text(text, table_cell_error(export->table, chosen, cell).mean);
        fprintf(export->out, "%s%c", text, (cell + 1) % columns ? ' ' : '\n');
    }
}

enum status export_write(const struct surface_source *source, enum export_form form, FILE *out, struct error *err)
{
    struct export export = {.table = source->table,
                            .facts = source->facts,
                            .experiment = source->table->experiment,
                            .each = experiment_cell_trainings(source->table->experiment),
                            .out = out};
    export.quantity_count = facts_quantities(source->facts, source->table, export.quantities);
    switch (form) {
    case EXPORT_CSV:
        put_csv(&export);
        break;
    case EXPORT_TRIALS:
        put_trials(&export);
        break;
    case EXPORT_JSON:
        return surface_json(source, false, out, err);
    case EXPORT_VTR:
        return put_vtr(&export, err);
    case EXPORT_MATRIX:
        put_matrix(&export, source->chosen);
        break;
    case EXPORTS:
        break;
    }
    return STATUS_OK;
}
