/* SPDX-License-Identifier: BSD-3-Clause */
/* Results from an HDF5 file; see results_hdf5.h. */
#include "store/results_hdf5.h"

#include "base/input.h"
#include "base/isolated.h"
#include "base/mem.h"
#include "data/hdf5_open.h"
#include "store/facts_hdf5.h"
#include "store/image.h"
#include "store/results.h"
#include "store/results_baseline.h"
#include "store/results_program.h"
#include "sweep/ranking.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A file that is being read; the first error is kept in err, and after it nothing more is done. */
struct reader {
    hid_t file;
    const char *path;
    enum status status;
    struct error *err;
};

static void refuse(struct reader *reader, const char *object, const char *what)
{
    if (!reader->status)
        reader->status = error_set(reader->err, STATUS_DATA, "%s: %s: %s", reader->path, object, what);
}

static const char damaged[] = "cannot be read; is the file damaged?";
static const char missing[] = "is missing: no result of nsurf, or damaged, or of an earlier version; the same command "
                              "makes it anew from the journal";

/* An attribute of the file, from 1 to high. */
static uint64_t read_count(struct reader *reader, const char *name, uint64_t high)
{
    uint64_t count = 0;
    if (reader->status)
        return 1;
    if (H5Aexists(reader->file, name) <= 0)
        refuse(reader, name, missing);
    else if (!image_read_attribute(reader->file, name, H5T_INTEGER, H5T_NATIVE_UINT64, &count))
        refuse(reader, name, damaged);
    else if (count < 1 || count > high)
        refuse(reader, name, "makes no sense; is the file damaged?");
    return reader->status ? 1 : count;
}

/* Far above what memory holds, and whole as a double. */
static const uint64_t SAMPLES_MAX = (uint64_t)1 << 52;

enum { DIMS = AXES_MAX + 2 }; /* the axes, folds and repeats */

/* An array of the file with this many values along each axis. It is not open where it need not be there, and is not. */
static void open_array(struct reader *reader, struct hdf5_array *array, const char *name, H5T_class_t class, int rank,
                       const hsize_t *dims, bool needed)
{
    *array = (struct hdf5_array){.dataset = -1, .space = -1, .type = -1};
    if (reader->status)
        return;
    if (H5Lexists(reader->file, name, H5P_DEFAULT) <= 0) {
        if (needed)
            refuse(reader, name, missing);
        return;
    }
    if (!hdf5_open(array, reader->file, name, NULL) || !hdf5_is(array, class, rank, dims))
        refuse(reader, name, "is not what the other arrays make one expect; is the file damaged, or compressed?");
}

/* Read a block of an array. start, count: [its rank]. */
static void read_block(struct reader *reader, const struct hdf5_array *array, const char *name, hid_t type,
                       const hsize_t *start, const hsize_t *count, void *values)
{
    if (!reader->status && !hdf5_read(array, type, start, count, values))
        refuse(reader, name, damaged);
}

static const char no_axis[] = "is no axis of a grid; is the file damaged?";

/* How many values an array of one dimension has; 0 where there is none. */
static size_t count_values(const struct reader *reader, const char *name)
{
    struct hdf5_array array;
    const bool right = hdf5_open(&array, reader->file, name, NULL) && array.rank == 1;
    const hsize_t count = right ? array.dims[0] : 0;
    hdf5_close(&array);
    return count <= AXIS_VALUES_MAX ? (size_t)count : 0;
}

/* The values as text, as the axis would be given. texts: [axis->count], the library's */
static void take_words(struct reader *reader, const char *name, struct axis *axis, char **texts)
{
    for (size_t v = 0; v < axis->count; v++) {
        struct hyperparameters scratch = {0};
        if (!texts[v] || parameter_read(axis->parameter, &scratch, texts[v], name, NULL))
            refuse(reader, name, no_axis);
        axis->values[v] = parameter_get(axis->parameter, &scratch);
        discard(H5free_memory(texts[v]));
    }
}

/* The values as they stand there. room: [axis->count], 8 bytes each. */
static void take_values(struct reader *reader, const char *name, struct axis *axis, void *room)
{
    const hsize_t dims[] = {axis->count}, start[] = {0};
    const enum parameter_type type = axis->parameter->type;
    const H5T_class_t class = type == PARAMETER_CHOICE ? H5T_STRING : type == PARAMETER_REAL ? H5T_FLOAT : H5T_INTEGER;
    struct hdf5_array array;
    open_array(reader, &array, name, class, 1, dims, true);
    const hid_t text = H5Tcopy(H5T_C_S1);
    discard(H5Tset_size(text, H5T_VARIABLE));
    discard(H5Tset_cset(text, H5T_CSET_UTF8));
    read_block(reader, &array, name,
               type == PARAMETER_CHOICE  ? text
               : type == PARAMETER_REAL  ? H5T_NATIVE_FLOAT
               : type == PARAMETER_WHOLE ? H5T_NATIVE_UINT64
                                         : H5T_NATIVE_UINT32,
               start, dims, room);
    hdf5_close(&array);
    discard(H5Tclose(text));
    if (reader->status)
        return;
    if (type == PARAMETER_CHOICE)
        take_words(reader, name, axis, room);
    for (size_t v = 0; v < axis->count && type != PARAMETER_CHOICE; v++)
        if (type == PARAMETER_WHOLE)
            axis->values[v].whole = ((const uint64_t *)room)[v];
        else
            axis->values[v].count = ((const uint32_t *)room)[v]; /* the bits of a float32, too */
}

static void read_axis(struct reader *reader, const char *name, struct experiment *experiment)
{
    const struct parameter *const parameter = parameters_find(experiment_parameters(experiment), name);
    if (reader->status)
        return;
    struct axis axis = {.parameter = parameter, .count = parameter && parameter->axis ? count_values(reader, name) : 0};
    if (axis.count < 1) {
        refuse(reader, name, no_axis);
        return;
    }
    axis.values = mem_array(axis.count, sizeof *axis.values);
    void *const room = mem_array(axis.count, sizeof(uint64_t));
    if (axis.values && room)
        take_values(reader, name, &axis, room);
    else
        reader->status = error_memory(reader->err, "an axis of the grid");
    free(room);
    for (size_t v = 0; v < axis.count && !reader->status; v++)
        if (!axis_allows(&axis, v))
            refuse(reader, name, no_axis);
    if (!reader->status)
        reader->status = experiment_add_axis(experiment, &axis, reader->err);
    axis_free(&axis);
}

/* The axes by the names in an attribute; without one, of an earlier version, the layers. */
static void read_axes(struct reader *reader, struct experiment *experiment)
{
    char *names = NULL, list[AXES_MAX * 32] = "hidden1 hidden2", *rest;
    const hid_t text = H5Tcopy(H5T_C_S1);
    discard(H5Tset_size(text, H5T_VARIABLE));
    discard(H5Tset_cset(text, H5T_CSET_UTF8));
    if (!reader->status && H5Aexists(reader->file, "axes") > 0) {
        if (image_read_attribute(reader->file, "axes", H5T_STRING, text, &names) && names &&
            strlen(names) < sizeof list)
            strcpy(list, names);
        else
            refuse(reader, "axes", damaged);
        if (names)
            discard(H5free_memory(names));
    }
    discard(H5Tclose(text));
    for (char *name = strtok_r(list, " ", &rest); name && !reader->status; name = strtok_r(NULL, " ", &rest))
        if (experiment->axis_count < AXES_MAX)
            read_axis(reader, name, experiment);
        else
            refuse(reader, "axes", damaged);
    bool right = experiment->axis_count > (experiment->program ? 0 : AXIS_HIDDEN2);
    for (size_t a = 0; a < experiment->axis_count; a++) /* each once, in the order of the table, with the layers */
        right = right && (a == 0 || experiment->axes[a - 1].parameter < experiment->axes[a].parameter) &&
                (a > AXIS_HIDDEN2 || experiment->program || experiment->axes[a].parameter == &hyper_parameters[a]);
    if (!right)
        refuse(reader, "axes", damaged);
}

/* How much there was to train on. */
static void read_data(struct reader *reader, struct dataset *data)
{
    data->inputs = (size_t)read_count(reader, "inputs", DATASET_COLUMNS_MAX);
    data->targets = (size_t)read_count(reader, "targets", DATASET_COLUMNS_MAX);
    data->samples = (size_t)read_count(reader, "samples", SAMPLES_MAX);
    for (int split = 0; split < SPLITS; split++) {
        char name[32];
        discard(snprintf(name, sizeof name, "%s_samples", dataset_split_names[split]));
        if (!reader->status && H5Aexists(reader->file, name) > 0) /* not in earlier versions */
            data->splits[split] = (size_t)read_count(reader, name, SAMPLES_MAX);
    }
}

static void read_experiment(struct reader *reader, struct experiment *experiment)
{
    experiment->repeats = (uint32_t)read_count(reader, "repeats", REPEATS_MAX);
    experiment->data.folds = (size_t)read_count(reader, "folds", FOLDS_MAX);
    if (!reader->status && H5Aexists(reader->file, "command") > 0)
        reader->status = results_read_program(experiment, reader->file, reader->path, reader->err);
    if (!experiment->program)
        read_data(reader, &experiment->data);
    const uint64_t trainings = read_count(reader, "trainings", TRAININGS_MAX);
    read_axes(reader, experiment);
    results_read_baseline(experiment, reader->file);
    double product = (double)experiment->repeats * (double)experiment->data.folds; /* it may be any number */
    for (size_t a = 0; a < experiment->axis_count; a++)
        product *= (double)experiment->axes[a].count;
    if (!reader->status && (double)trainings != product)
        refuse(reader, "trainings", "are not as many as the axes tell; is the file damaged?");
}

enum { STATUS, EPOCHS, ERRORS, SAMPLE_ERRORS = ERRORS + SPLITS, ARRAYS = SAMPLE_ERRORS + SPLITS };

/* The arrays of trainings: with one training a cell, the surfaces. */
static const struct {
    const char *name;
    H5T_class_t class;
} arrays[ARRAYS] = {
    {"trainings/status", H5T_INTEGER},    {"trainings/epochs", H5T_INTEGER},
    {"trainings/train_error", H5T_FLOAT}, {"trainings/validation_error", H5T_FLOAT},
    {"trainings/test_error", H5T_FLOAT},
    {"trainings/train_error_sample_se", H5T_FLOAT}, /* none is written */
    {"trainings/validation_error_sample_se", H5T_FLOAT},
    {"trainings/test_error_sample_se", H5T_FLOAT},
};
enum { GROUP = sizeof "trainings/" - 1 };

/* The trainings at one place of the first axis, as read: [other axes]…[fold][repeat] each. Those of a split
 * without samples stay NaN. */
struct row {
    uint32_t *status, *epochs;
    double *errors[SPLITS], *sample_errors[SPLITS];
};

/* The spread over samples that makes a standard error of the mean over them; NaN where their number is not known. */
static double spread_of(const struct experiment *experiment, enum split split, size_t training, double sample_error)
{
    const size_t fold = training % experiment_cell_trainings(experiment) / experiment->repeats;
    const size_t samples = dataset_count(&experiment->data, split, fold);
    return samples > 0 ? sample_error * sqrt((double)samples) : (double)NAN;
}

static void note_row(struct reader *reader, struct table *table, size_t first, size_t count, const struct row *row)
{
    for (size_t i = 0; i < count && !reader->status; i++) {
        struct outcome outcome = outcome_without(OUTCOME_PENDING, row->epochs[i]);
        outcome.status = row->status[i];
        bool sound = outcome.status <= OUTCOME_PENDING;
        for (int split = 0; split < SPLITS; split++) {
            const double error = outcome.error[split] = row->errors[split] ? row->errors[split][i] : (double)NAN;
            sound = sound && (outcome.status != OUTCOME_OK || !row->errors[split] ||
                              ((error >= 0 || table->experiment->program) && isfinite(error)));
            const double chance = row->sample_errors[split] ? row->sample_errors[split][i] : (double)NAN;
            sound = sound && (isnan(chance) || (chance >= 0 && isfinite(chance)));
            outcome.spread[split] = spread_of(table->experiment, (enum split)split, first + i, chance);
        }
        if (sound)
            table_set(table, first + i, &outcome);
        else
            refuse(reader, "status", "does not fit the errors; is the file damaged?");
    }
}

/* Row by row. ids: [ARRAYS], not open what is not there. room: [ARRAYS][other axes]…[fold][repeat] of double. */
static void read_rows(struct reader *reader, struct table *table, const struct hdf5_array *ids, int rank,
                      const hsize_t *dims, double *room)
{
    hsize_t start[DIMS] = {0}, block[DIMS];
    size_t count = 1;
    for (int a = 0; a < rank; a++) {
        block[a] = a == 0 ? 1 : dims[a];
        count *= (size_t)block[a];
    }
    struct row row = {.status = (uint32_t *)room, .epochs = (uint32_t *)(room + count)};
    for (int split = 0; split < SPLITS; split++) {
        row.errors[split] = ids[ERRORS + split].dataset < 0 ? NULL : room + (ERRORS + (size_t)split) * count;
        row.sample_errors[split] =
            ids[SAMPLE_ERRORS + split].dataset < 0 ? NULL : room + (SAMPLE_ERRORS + (size_t)split) * count;
    }
    for (; start[0] < dims[0] && !reader->status; start[0]++) {
        read_block(reader, &ids[STATUS], "status", H5T_NATIVE_UINT32, start, block, row.status);
        if (ids[EPOCHS].dataset >= 0)
            read_block(reader, &ids[EPOCHS], "epochs", H5T_NATIVE_UINT32, start, block, row.epochs);
        for (int split = 0; split < SPLITS; split++) {
            if (row.errors[split])
                read_block(reader, &ids[ERRORS + split], "errors", H5T_NATIVE_DOUBLE, start, block,
                           row.errors[split]);
            if (row.sample_errors[split])
                read_block(reader, &ids[SAMPLE_ERRORS + split], "errors", H5T_NATIVE_DOUBLE, start, block,
                           row.sample_errors[split]);
        }
        note_row(reader, table, (size_t)start[0] * count, count, &row);
    }
}

/* room: [FACT_NAME] */
static const char *name_of(char *room, int array, const struct experiment *experiment)
{
    const struct program *const program = experiment->program;
    const char *name =
        array == EPOCHS && experiment->limit_count > 0 ? "trainings/epochs_trained" : arrays[array].name;
    if (program && array >= ERRORS && (size_t)(array - ERRORS) < program->value_count) {
        discard(snprintf(room, FACT_NAME, "trainings/%s", program->values[array - ERRORS].name));
        name = room;
    }
    return experiment_cell_trainings(experiment) > 1 ? name : name + GROUP;
}

/* Whether a file without the array is refused. */
static bool is_needed(int array, const struct experiment *experiment)
{
    const struct program *const program = experiment->program;
    return program ? array == STATUS || (array >= ERRORS && (size_t)(array - ERRORS) < program->value_count)
                   : array <= ERRORS;
}

/* The shape of the arrays of trainings. Returns its rank. */
static int dims_of(const struct experiment *experiment, hsize_t dims[DIMS])
{
    const size_t folds = experiment->data.folds, each = experiment_cell_trainings(experiment);
    int rank = 0;
    for (size_t a = 0; a < experiment->axis_count; a++)
        dims[rank++] = experiment->axes[a].count;
    if (folds > 1)
        dims[rank++] = folds;
    if (each > 1)
        dims[rank++] = experiment->repeats;
    return rank;
}

static void read_table(struct reader *reader, struct table *table, const struct experiment *experiment)
{
    hsize_t dims[DIMS];
    const int rank = dims_of(experiment, dims);
    struct hdf5_array ids[ARRAYS];
    char name[FACT_NAME];
    for (int a = 0; a < ARRAYS; a++) {
        const bool needed = is_needed(a, experiment);
        ids[a] = (struct hdf5_array){.dataset = -1, .space = -1, .type = -1};
        if (needed || !experiment->program) /* whose values may have the names of others */
            open_array(reader, &ids[a], name_of(name, a, experiment), arrays[a].class, rank, dims, needed);
    }
    /* Memory only for what the file holds. */
    const size_t row = reader->status ? 0 : experiment_trainings(experiment) / experiment->axes[0].count;
    double *const room = reader->status ? NULL : mem_array(row * ARRAYS, sizeof *room);
    if (!reader->status && !room)
        reader->status = error_memory(reader->err, "a row of the surface");
    isolated_allow(experiment_trainings(experiment) * sizeof *table->outcomes);
    if (!reader->status)
        reader->status = table_create(table, experiment, reader->err);
    if (!reader->status)
        read_rows(reader, table, ids, rank, dims, room);
    free(room);
    for (int a = 0; a < ARRAYS; a++)
        hdf5_close(&ids[a]);
}

/* Whose error is the surface. Files of earlier versions do not tell: as their runs chose, by the errors that are
 * there. */
static void read_chosen(struct reader *reader, struct table *table)
{
    const hid_t text = H5Tcopy(H5T_C_S1);
    char *told = NULL;
    int split = SPLITS;
    if (H5Aexists(reader->file, RESULTS_CHOSEN) <= 0) {
        split = (int)ranking_guess(table);
    } else {
        discard(H5Tset_size(text, H5T_VARIABLE));
        discard(H5Tset_cset(text, H5T_CSET_UTF8));
        if (image_read_attribute(reader->file, RESULTS_CHOSEN, H5T_STRING, text, &told) && told)
            for (split = 0; split < SPLITS && strcmp(told, dataset_split_names[split]) != 0; split++)
                ;
        if (told)
            discard(H5free_memory(told));
    }
    discard(H5Tclose(text));
    if (split == SPLITS)
        refuse(reader, RESULTS_CHOSEN, damaged);
    else
        table->shown = (enum split)split;
}

enum status results_hdf5_read(struct experiment *experiment, struct table *table, struct facts *facts, const char *path,
                              struct error *err)
{
    struct reader reader = {.path = path, .err = err};
    FILE *stream;
    reader.status = input_open(&stream, path, err);
    if (reader.status)
        return reader.status;
    reader.status = image_open(&reader.file, stream, path, RESULTS_KIND,
                               "if a run of nsurf left it, the same command makes it anew from the journal", err);
    input_close(stream);
    if (reader.status)
        return reader.status;
    read_experiment(&reader, experiment);
    if (!reader.status)
        read_table(&reader, table, experiment);
    if (!reader.status)
        read_chosen(&reader, table);
    if (!reader.status && facts) {
        hsize_t dims[DIMS];
        const int rank = dims_of(experiment, dims);
        reader.status = facts_read(facts, reader.file, path, experiment, rank, dims, err);
    }
    return reader.status;
}
