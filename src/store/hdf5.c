/* SPDX-License-Identifier: BSD-3-Clause */
/* The sweep as HDF5, which h5py, xarray, netCDF and MATLAB read: arrays over named axes, each with units and meaning,
 * and all that is known of the experiment and the program as attributes. With several trainings a cell, the surfaces
 * stand in the file's root and each single training in a group of its own, whose axes are the group's. What the arrays
 * say is field.h's, how bytes are made of it image.h's. */
#include "base/mem.h"
#include "store/field.h"
#include "store/image.h"
#include "store/render.h"
#include "store/results.h"

#include <hdf5.h>
#include <hdf5_hl.h>
#include <math.h>
#include <stdlib.h>

static const char group[] = "trainings";

enum { AXES = 4 };

static const struct {
    const char *name, *long_name, *comment;
} axes[AXES] = {
    {"trainings/hidden1", "neurons in the first hidden layer", "Counted without the bias."},
    {"trainings/hidden2", "neurons in the second hidden layer", "Counted without the bias."},
    {"trainings/fold", "fold of the data", "Whose samples are the test; from 0."},
    {"trainings/repeat", "repeat", "Each has its own initial weights; from 0."},
};

/* The variables over these axes stand in the root or in the group. An axis of the root is one of the group too: so a
 * group can be opened by itself. */
struct grid {
    enum field_over over;
    int rank;
    hsize_t dims[AXES];
    hid_t scales[AXES];
};

static void write_root(struct image *image, const struct table *table)
{
    image_text(image, image->file, "title",
               "Error of a network with two hidden layers, by the numbers of neurons in them");
    image_settings(image, table->experiment);
    uint64_t done = table->done, count = table->count;
    image_attribute(image, image->file, "trainings_done", H5T_STD_U64LE, H5T_NATIVE_UINT64, 1, &done);
    image_attribute(image, image->file, "trainings", H5T_STD_U64LE, H5T_NATIVE_UINT64, 1, &count);
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

/* Axis `a` comes after those that the grid has. */
static void add_axis(struct image *image, struct grid *grid, int a, size_t count, const uint32_t *values)
{
    const char *const own = axes[a].name + sizeof group;
    const char *const name = grid->over == FIELD_TRAININGS ? axes[a].name : own;
    hsize_t dims[] = {count};
    hid_t space = image_check(image, H5Screate_simple(1, dims, NULL), "describe", name);
    hid_t dataset = create_variable(image, name, FIELD_COUNT, axes[a].long_name, axes[a].comment, space);
    image_check(image, H5Dwrite(dataset, H5T_NATIVE_UINT32, H5S_ALL, H5S_ALL, H5P_DEFAULT, values), "write", name);
    image_check(image, H5DSset_scale(dataset, own), "make a scale of", name);
    image_check(image, H5Sclose(space), "close the shape of", name);
    grid->dims[grid->rank] = count;
    grid->scales[grid->rank++] = dataset;
}

/* row: room for one hidden1 of the widest field; here for the numbers of folds and repeats. */
static struct grid add_axes(struct image *image, const struct experiment *experiment, enum field_over over, void *row)
{
    struct grid grid = {.over = over};
    add_axis(image, &grid, 0, experiment->hidden1.count, experiment->hidden1.values);
    add_axis(image, &grid, 1, experiment->hidden2.count, experiment->hidden2.values);
    if (over == FIELD_CELLS)
        return grid;
    const size_t folds = experiment->data.folds, repeats = experiment->repeats;
    for (size_t i = 0; i < folds || i < repeats; i++)
        ((uint32_t *)row)[i] = (uint32_t)i;
    if (folds > 1)
        add_axis(image, &grid, 2, folds, row);
    add_axis(image, &grid, 3, repeats, row);
    return grid;
}

/* Row by row, so that no second table stands in memory. */
static void write_rows(struct image *image, const struct table *table, const struct field *field,
                       const struct grid *grid, hid_t dataset, hid_t space, void *row)
{
    hsize_t start[AXES] = {0}, count[AXES];
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

static void write_field(struct image *image, const struct table *table, const struct field *field,
                        const struct grid *grid, hid_t space, void *row)
{
    hid_t dataset = create_variable(image, field->name, field->type, field->long_name, field->comment, space);
    if (field->type == FIELD_REAL) {
        double missing = (double)NAN;
        image_attribute(image, dataset, "_FillValue", H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, 1, &missing);
        image_text(image, dataset, "samples", field_samples(field, table));
    } else if (field->type == FIELD_FLAG) {
        const uint8_t values[] = {OUTCOME_OK, OUTCOME_DIVERGED, OUTCOME_FAILED, OUTCOME_PENDING};
        image_attribute(image, dataset, "flag_values", H5T_STD_U8LE, H5T_NATIVE_UINT8, sizeof values, values);
        image_text(image, dataset, "flag_meanings", "ok diverged failed pending");
    }
    for (int a = 0; a < grid->rank; a++)
        image_check(image, H5DSattach_scale(dataset, grid->scales[a], (unsigned)a), "attach an axis to", field->name);
    write_rows(image, table, field, grid, dataset, space, row);
    image_check(image, H5Dclose(dataset), "close", field->name);
}

/* All fields of the root, or of the group. */
static void write_fields(struct image *image, const struct table *table, enum field_over over, void *row)
{
    struct grid grid = add_axes(image, table->experiment, over, row);
    hid_t space = image_check(image, H5Screate_simple(grid.rank, grid.dims, NULL), "describe", "the grid");
    for (const struct field *field = fields; field < fields + FIELDS; field++)
        if (field->over == over && field_is_there(field, table->experiment))
            write_field(image, table, field, &grid, space, row);
    image_check(image, H5Sclose(space), "close the shape of", "the grid");
    for (int a = 0; a < grid.rank; a++)
        image_check(image, H5Dclose(grid.scales[a]), "close", "an axis");
}

enum status render_hdf5(const struct table *table, struct file *file, struct error *err)
{
    const size_t each = experiment_cell_trainings(table->experiment);
    void *row = mem_array(table->experiment->hidden2.count * each, sizeof(double));
    if (!row)
        return error_memory(err, "a row of the surface");
    struct image image;
    image_begin(&image, RESULTS_KIND);
    write_root(&image, table);
    write_fields(&image, table, FIELD_CELLS, row);
    if (each > 1) {
        hid_t trainings = image_group(&image, group);
        write_fields(&image, table, FIELD_TRAININGS, row);
        image_check(&image, H5Gclose(trainings), "close", group);
    }
    free(row);
    return image_finish(&image, file, "is there enough memory for a smaller grid?", err);
}
