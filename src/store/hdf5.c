/* SPDX-License-Identifier: BSD-3-Clause */
/* The sweep as HDF5, which h5py, xarray, netCDF and MATLAB read: arrays over named axes, each with units and meaning,
 * and all that is known of the experiment and the program as attributes. With several trainings a cell, the surfaces
 * stand in the file's root and each single training in a group of its own, whose axes are the group's. What the arrays
 * say is field.h's, how bytes are made of it image.h's. */
#include "base/build.h"
#include "base/mem.h"
#include "store/field.h"
#include "store/image.h"
#include "store/render.h"
#include "store/results.h"

#include <hdf5.h>
#include <hdf5_hl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char group[] = "trainings";

enum { DIMS = AXES_MAX + 2 }; /* the axes, folds and repeats */

/* The variables over these axes stand in the root or in the group. An axis of the root is one of the group too: so a
 * group can be opened by itself. */
struct grid {
    enum field_over over;
    int rank;
    hsize_t dims[DIMS];
    hid_t scales[DIMS];
};

/* Which of the arrays are the axes, in their order. */
static void write_axis_names(struct image *image, const struct experiment *experiment)
{
    char names[AXES_MAX * 32] = "";
    for (size_t a = 0; a < experiment->axis_count; a++) {
        char name[PARAMETER_NAME];
        const size_t used = strlen(names);
        parameter_file_name(name, experiment->axes[a].parameter);
        discard(snprintf(names + used, sizeof names - used, "%s%s", a ? " " : "", name));
    }
    image_text(image, image->file, "axes", names);
}

/* What the CF metadata conventions (1.10, section 2.6) ask of a file, but for its history, which belongs to the run. */
static void write_conventions(struct image *image, const struct experiment *experiment)
{
    char source[128];
    discard(snprintf(source, sizeof source, "nsurf %s, revision %s", build_version(), build_revision()));
    const struct {
        const char *name, *text;
    } facts[] = {
        {"Conventions", "CF-1.10"},
        {"title", experiment->program ? "Value of a program, by its arguments"
                                      : "Error of a network with two hidden layers, by the numbers of neurons in them"},
        {"source", source},
        {"references", "nsurf(1), the manual of the program. The set of cells that may be the best: J. C. Hsu, "
                       "Multiple Comparisons: Theory and Methods, Chapman & Hall, 1996."},
        {"license", "The program makes no claim on its results; the license of the data set holds."},
    };
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
        image_text(image, image->file, facts[i].name, facts[i].text);
}

/* What is to be beaten, for `nsurf best` and people. */
static void write_baseline(struct image *image, const struct baseline *baseline)
{
    for (int split = 0; split < SPLITS; split++) {
        const struct {
            const char *of;
            double value;
        } facts[] = {{RESULTS_MEAN, baseline->error[split]}, {RESULTS_FREQUENT, baseline->misclassified[split]}};
        for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) {
            char name[RESULTS_NAME];
            discard(snprintf(name, sizeof name, "%s_%s", dataset_split_names[split], facts[i].of));
            if (baseline->known && !isnan(facts[i].value))
                image_attribute(image, image->file, name, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, 1, &facts[i].value);
        }
    }
}

static void write_root(struct image *image, const struct table *table)
{
    write_conventions(image, table->experiment);
    image_settings(image, table->experiment);
    write_axis_names(image, table->experiment);
    write_baseline(image, &table->experiment->baseline);
    uint64_t done = table->done, count = table->count;
    image_attribute(image, image->file, "trainings_done", H5T_STD_U64LE, H5T_NATIVE_UINT64, 1, &done);
    image_attribute(image, image->file, "trainings", H5T_STD_U64LE, H5T_NATIVE_UINT64, 1, &count);
    for (int split = 0; split < SPLITS && !table->experiment->program; split++) {
        char name[32];
        uint64_t samples = table->experiment->data.splits[split];
        discard(snprintf(name, sizeof name, "%s_samples", dataset_split_names[split]));
        if (samples > 0) /* with folds, `samples` and `folds` tell */
            image_attribute(image, image->file, name, H5T_STD_U64LE, H5T_NATIVE_UINT64, 1, &samples);
    }
    if (table_usual(table->experiment) != SPLIT_TRAIN)
        image_text(image, image->file, RESULTS_CHOSEN, dataset_split_names[table->shown]);
    image_build(image);
}

static hid_t file_type(enum field_type type)
{
    return type == FIELD_REAL ? H5T_IEEE_F64LE : type == FIELD_COUNT ? H5T_STD_U32LE : H5T_STD_U8LE;
}

static hid_t memory_type(enum field_type type)
{
    return type == FIELD_REAL ? H5T_NATIVE_DOUBLE : type == FIELD_COUNT ? H5T_NATIVE_UINT32 : H5T_NATIVE_UINT8;
}

/* What an axis is in the file. */
struct scale {
    char name[PARAMETER_NAME];
    const char *long_name, *comment;
    hid_t file_type, memory_type;
    size_t count;
    const void *values;
};

/* The scale comes after those that the grid has. */
static void add_scale(struct image *image, struct grid *grid, const struct scale *scale)
{
    char path[PARAMETER_TEXT_MAX + sizeof group];
    hsize_t dims[] = {scale->count};
    discard(snprintf(path, sizeof path, "%s%s%s", grid->over == FIELD_TRAININGS ? group : "",
                     grid->over == FIELD_TRAININGS ? "/" : "", scale->name));
    hid_t space = image_check(image, H5Screate_simple(1, dims, NULL), "describe", "an axis");
    hid_t dataset = image_dataset(image, path, scale->file_type, space);
    if (scale->file_type != image->text_type)
        image_text(image, dataset, "units", "1");
    image_text(image, dataset, "long_name", scale->long_name);
    image_text(image, dataset, "comment", scale->comment);
    image_check(image, H5Dwrite(dataset, scale->memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, scale->values), "write",
                "an axis");
    image_check(image, H5DSset_scale(dataset, scale->name), "make a scale of", "an axis");
    image_check(image, H5Sclose(space), "close the shape of", "an axis");
    grid->dims[grid->rank] = scale->count;
    grid->scales[grid->rank++] = dataset;
}

/* The type of counts: signed where they fit, since older programs know no other whole numbers on an axis (ncview). */
static hid_t count_type(uint32_t largest)
{
    return largest <= INT32_MAX ? H5T_STD_I32LE : H5T_STD_U32LE;
}

/* The types of a parameter's values in the file and in memory. */
static void set_types(const struct image *image, const struct axis *axis, struct scale *scale)
{
    uint32_t largest = 0;
    switch (axis->parameter->type) {
    case PARAMETER_REAL:
        scale->file_type = H5T_IEEE_F32LE;
        scale->memory_type = H5T_NATIVE_FLOAT;
        break;
    case PARAMETER_WHOLE:
        scale->file_type = H5T_STD_U64LE;
        scale->memory_type = H5T_NATIVE_UINT64;
        break;
    case PARAMETER_CHOICE:
        scale->file_type = scale->memory_type = image->text_type;
        break;
    case PARAMETER_COUNT:
    case PARAMETER_FLAG:
    case PARAMETER_TEXT:
    case PARAMETER_OTHER:
        for (size_t v = 0; v < axis->count; v++)
            largest = axis->values[v].count > largest ? axis->values[v].count : largest;
        scale->file_type = count_type(largest);
        scale->memory_type = H5T_NATIVE_UINT32;
        break;
    }
}

/* One axis of the experiment. room: for its values, 8 bytes each. */
static void add_axis(struct image *image, struct grid *grid, const struct axis *axis, void *room)
{
    const struct parameter *const p = axis->parameter;
    struct scale scale = {.long_name = p->help,
                          .comment = p->group == GROUP_GRID ? "Counted without the bias."
                                     : p->zero              ? "0: all."
                                                            : "An axis of the grid.",
                          .count = axis->count,
                          .values = room};
    parameter_file_name(scale.name, p);
    set_types(image, axis, &scale);
    for (size_t v = 0; v < axis->count; v++)
        if (p->type == PARAMETER_CHOICE)
            ((const char **)room)[v] = p->choices[axis->values[v].choice];
        else if (p->type == PARAMETER_WHOLE)
            ((uint64_t *)room)[v] = axis->values[v].whole;
        else
            ((uint32_t *)room)[v] = axis->values[v].count; /* the bits of a float32, too */
    add_scale(image, grid, &scale);
}

/* room: 8 bytes for each value of the longest axis. */
static struct grid add_axes(struct image *image, const struct experiment *experiment, enum field_over over, void *room)
{
    const size_t folds = experiment->data.folds, repeats = experiment->repeats;
    struct grid grid = {.over = over};
    struct scale scale = {.file_type = H5T_STD_I32LE, .memory_type = H5T_NATIVE_UINT32, .values = room};
    for (size_t a = 0; a < experiment->axis_count; a++)
        add_axis(image, &grid, &experiment->axes[a], room);
    if (over == FIELD_CELLS)
        return grid;
    for (size_t i = 0; i < folds || i < repeats; i++)
        ((uint32_t *)room)[i] = (uint32_t)i;
    if (folds > 1) {
        scale.long_name = "fold of the data";
        scale.comment = "Whose samples are the test; from 0.";
        scale.count = folds;
        strcpy(scale.name, "fold");
        add_scale(image, &grid, &scale);
    }
    scale.long_name = "repeat";
    scale.comment = "Each has its own initial weights and order of samples; from 0.";
    scale.count = repeats;
    strcpy(scale.name, "repeat");
    add_scale(image, &grid, &scale);
    return grid;
}

/* A variable, with what is written beside its values. */
static hid_t create_variable(struct image *image, const char *name, enum field_type type, const char *long_name,
                             const char *comment, hid_t space)
{
    hid_t dataset = image_dataset(image, name, file_type(type), space);
    image_text(image, dataset, "units", "1");
    image_text(image, dataset, "long_name", long_name);
    image_text(image, dataset, "comment", comment);
    return dataset;
}

/* Row by row, so that no second table stands in memory. */
static void write_rows(struct image *image, const struct table *table, const struct field *field,
                       const struct grid *grid, hid_t dataset, hid_t space, void *row)
{
    hsize_t start[DIMS] = {0}, count[DIMS];
    for (int a = 0; a < grid->rank; a++)
        count[a] = a == 0 ? 1 : grid->dims[a];
    hid_t memory = image_check(image, H5Screate_simple(grid->rank, count, NULL), "describe a row of", field->name);
    for (; start[0] < grid->dims[0] && !image->step; start[0]++) {
        field_row(field, table, (size_t)start[0], row);
        image_check(image, H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, count, NULL), "select a row of",
                    field->name);
        image_check(image, H5Dwrite(dataset, memory_type(field->type), memory, space, H5P_DEFAULT, row), "write",
                    field->name);
    }
    image_check(image, H5Sclose(memory), "close a row of", field->name);
}

static void attach_axes(struct image *image, const struct grid *grid, hid_t dataset, const char *name)
{
    for (int a = 0; a < grid->rank; a++)
        image_check(image, H5DSattach_scale(dataset, grid->scales[a], (unsigned)a), "attach an axis to", name);
}

static void write_field(struct image *image, const struct table *table, const struct field *field,
                        const struct grid *grid, hid_t space, void *row)
{
    struct field_words words;
    field_words(&words, field, table->experiment);
    hid_t dataset = create_variable(image, words.name, field->type, words.long_name, words.comment, space);
    if (field->type == FIELD_REAL) {
        double missing = (double)NAN;
        image_attribute(image, dataset, "_FillValue", H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, 1, &missing);
        if (!table->experiment->program)
            image_text(image, dataset, "samples", field_samples(field, table));
    } else if (field->type == FIELD_FLAG) {
        const uint8_t values[] = {OUTCOME_OK, OUTCOME_DIVERGED, OUTCOME_FAILED, OUTCOME_PENDING};
        image_attribute(image, dataset, "flag_values", H5T_STD_U8LE, H5T_NATIVE_UINT8, sizeof values, values);
        image_text(image, dataset, "flag_meanings", "ok diverged failed pending");
    }
    attach_axes(image, grid, dataset, field->name);
    write_rows(image, table, field, grid, dataset, space, row);
    image_check(image, H5Dclose(dataset), "close", field->name);
}

/* The cells that may be the best, and what that rests on. in_set: [cells] */
static void write_set(struct image *image, const struct ranking *ranking, const struct grid *grid, hid_t space,
                      const uint8_t *in_set)
{
    static const char name[] = "in_best_set";
    hid_t dataset = create_variable(image, name, FIELD_FLAG, "in the confidence set of the best cell",
                                    "The set holds the cell of the lowest true mean error with this confidence: "
                                    "multiple comparisons with the best, of cells whose trainings all ended ok.",
                                    space);
    const uint8_t values[] = {0, 1};
    image_attribute(image, dataset, "flag_values", H5T_STD_U8LE, H5T_NATIVE_UINT8, sizeof values, values);
    image_text(image, dataset, "flag_meanings", "no yes");
    image_text(image, dataset, "samples", dataset_split_names[ranking->split]);
    const struct {
        const char *name;
        double value;
    } facts[] = {
        {"confidence", COMPARISON_CONFIDENCE},
        {"noise_sd", ranking->compared > 0 ? ranking->comparison.within_sd : (double)NAN},
        {"between_sd", ranking->compared > 0 ? ranking->comparison.between_sd : (double)NAN},
        {"share_of_chance", ranking->compared > 0 ? ranking->comparison.chance : (double)NAN},
    };
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
        image_attribute(image, dataset, facts[i].name, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, 1, &facts[i].value);
    attach_axes(image, grid, dataset, name);
    image_check(image, H5Dwrite(dataset, H5T_NATIVE_UINT8, H5S_ALL, H5S_ALL, H5P_DEFAULT, in_set), "write", name);
    image_check(image, H5Dclose(dataset), "close", name);
}

/* All fields of the root, or of the group; with a ranking, the set too. */
static void write_fields(struct image *image, const struct table *table, enum field_over over, void *row,
                         const struct ranking *ranking, const uint8_t *in_set)
{
    struct grid grid = add_axes(image, table->experiment, over, row);
    hid_t space = image_check(image, H5Screate_simple(grid.rank, grid.dims, NULL), "describe", "the grid");
    for (const struct field *field = fields; field < fields + FIELDS; field++)
        if (field->over == over && field_is_there(field, table->experiment))
            write_field(image, table, field, &grid, space, row);
    if (ranking)
        write_set(image, ranking, &grid, space, in_set);
    image_check(image, H5Sclose(space), "close the shape of", "the grid");
    for (int a = 0; a < grid.rank; a++)
        image_check(image, H5Dclose(grid.scales[a]), "close", "an axis");
}

/* Bytes for a row of the widest field, and for the values of the longest axis. */
static size_t room_needed(const struct table *table)
{
    const struct experiment *const experiment = table->experiment;
    const size_t each = experiment_cell_trainings(experiment);
    size_t most = table_cells(table) / experiment->axes[0].count * each;
    for (size_t a = 0; a < experiment->axis_count; a++)
        most = experiment->axes[a].count > most ? experiment->axes[a].count : most;
    return most;
}

/* in_set: [cells], NULL without ranking. */
static enum status write_all(const struct table *table, const struct ranking *ranking, void *row,
                             const uint8_t *in_set, struct file *file, struct error *err)
{
    struct image image;
    image_begin(&image, RESULTS_KIND);
    write_root(&image, table);
    write_fields(&image, table, FIELD_CELLS, row, ranking, in_set);
    if (ranking) {
        hid_t trainings = image_group(&image, group);
        write_fields(&image, table, FIELD_TRAININGS, row, NULL, NULL);
        image_check(&image, H5Gclose(trainings), "close", group);
    }
    return image_finish(&image, file, "is there enough memory for a smaller grid?", err);
}

enum status render_hdf5(const struct table *table, const struct ranking *ranking, struct file *file,
                        struct error *err)
{
    uint8_t *in_set = NULL;
    void *row = mem_array(room_needed(table), sizeof(double));
    enum status status = row ? STATUS_OK : error_memory(err, "a row of the surface");
    if (!status && ranking)
        status = ranking_flags(ranking, table, &in_set, err);
    if (!status)
        status = write_all(table, ranking, row, in_set, file, err);
    free(in_set);
    free(row);
    return status;
}
