/* SPDX-License-Identifier: BSD-3-Clause */
/* The surface as HDF5, which h5py, xarray, netCDF and MATLAB read: arrays over named axes, each with units and meaning,
 * and all that is known of the experiment and the program as attributes. How bytes are made of it is image.h's. */
#include "base/mem.h"
#include "store/image.h"
#include "store/render.h"

#include <hdf5.h>
#include <hdf5_hl.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

/* What a variable is made of. */
enum type { TYPE_REAL, TYPE_COUNT, TYPE_FLAG };

static hid_t file_type(enum type type)
{
    return type == TYPE_REAL ? H5T_IEEE_F64LE : type == TYPE_COUNT ? H5T_STD_U32LE : H5T_STD_U8LE;
}

static hid_t memory_type(enum type type)
{
    return type == TYPE_REAL ? H5T_NATIVE_DOUBLE : type == TYPE_COUNT ? H5T_NATIVE_UINT32 : H5T_NATIVE_UINT8;
}

/* A variable of the file, with what is written beside its values. */
struct variable {
    const char *name, *units, *long_name, *comment;
    enum type type;
};

static const struct variable axes[2] = {
    {"hidden1", "1", "neurons in the first hidden layer", "Counted without the bias.", TYPE_COUNT},
    {"hidden2", "1", "neurons in the second hidden layer", "Counted without the bias.", TYPE_COUNT},
};

#define OF_ERRORS                                                                                                      \
    "Mean over samples and targets of (output - target)^2 after the last epoch, and over the trainings of the cell "   \
    "that ended ok; NaN where none did."
#define OF_CLASSES                                                                                                     \
    "Share of the samples whose largest output is not that of their class, mean over the trainings of the cell that "  \
    "ended ok; NaN where none did."

enum quantity { QUANTITY_ERROR, QUANTITY_STATUS, QUANTITY_EPOCHS, QUANTITY_MISCLASSIFIED };

enum { PART_SHOWN = PARTS }; /* whichever the table shows */

/* The variables over the grid. Those of a part are written where there are such samples, and classes. */
static const struct field {
    struct variable variable;
    enum quantity quantity;
    int part;
} fields[] = {
    {{"error", "1", "mean squared error", OF_ERRORS, TYPE_REAL}, QUANTITY_ERROR, PART_SHOWN},
    {{"status", "1", "how the training ended",
      "ok: trained; diverged: a weight or the error became infinite or NaN; failed: could not be trained; pending: not "
      "trained yet. The highest of the trainings of the cell.",
      TYPE_FLAG},
     QUANTITY_STATUS,
     PART_SHOWN},
    {{"epochs", "1", "passes over the samples that were trained", "The most of the trainings of the cell.", TYPE_COUNT},
     QUANTITY_EPOCHS,
     PART_SHOWN},
    {{"train_error", "1", "mean squared error, training", OF_ERRORS, TYPE_REAL}, QUANTITY_ERROR, PART_TRAIN},
    {{"validation_error", "1", "mean squared error, validation", OF_ERRORS, TYPE_REAL},
     QUANTITY_ERROR,
     PART_VALIDATION},
    {{"test_error", "1", "mean squared error, test", OF_ERRORS, TYPE_REAL}, QUANTITY_ERROR, PART_TEST},
    {{"train_misclassified", "1", "share of wrong winners, training", OF_CLASSES, TYPE_REAL},
     QUANTITY_MISCLASSIFIED,
     PART_TRAIN},
    {{"validation_misclassified", "1", "share of wrong winners, validation", OF_CLASSES, TYPE_REAL},
     QUANTITY_MISCLASSIFIED,
     PART_VALIDATION},
    {{"test_misclassified", "1", "share of wrong winners, test", OF_CLASSES, TYPE_REAL},
     QUANTITY_MISCLASSIFIED,
     PART_TEST},
};

enum { FIELDS = sizeof fields / sizeof *fields };

static bool is_there(const struct table *table, const struct field *field)
{
    const struct dataset *const data = &table->experiment->data;
    return field->part == PART_SHOWN || (dataset_count(data, (enum part)field->part, 0) > 0 &&
                                         (field->quantity == QUANTITY_ERROR || dataset_is_classes(data)));
}

/* Create a variable and write its attributes. */
static hid_t create_variable(struct image *image, const struct variable *variable, hid_t space)
{
    hid_t dataset = image_dataset(image, variable->name, file_type(variable->type), space);
    image_text(image, dataset, "units", variable->units);
    image_text(image, dataset, "long_name", variable->long_name);
    image_text(image, dataset, "comment", variable->comment);
    return dataset;
}

static hid_t write_axis(struct image *image, const struct variable *variable, const struct axis *axis)
{
    hsize_t dims[] = {axis->count};
    hid_t space = image_check(image, H5Screate_simple(1, dims, NULL), "describe", variable->name);
    hid_t dataset = create_variable(image, variable, space);
    image_check(image, H5Dwrite(dataset, H5T_NATIVE_UINT32, H5S_ALL, H5S_ALL, H5P_DEFAULT, axis->values), "write",
                variable->name);
    image_check(image, H5DSset_scale(dataset, variable->name), "make a scale of", variable->name);
    image_check(image, H5Sclose(space), "close the shape of", variable->name);
    return dataset;
}

/* The values of a field in one row of the grid. row: [hidden2] of the field's type. */
static void fill_row(const struct table *table, const struct field *field, size_t first_cell, size_t count, void *row)
{
    const enum part part = field->part == PART_SHOWN ? table->shown : (enum part)field->part;
    for (size_t j = 0; j < count; j++) {
        size_t cell = first_cell + j;
        switch (field->quantity) {
        case QUANTITY_ERROR:
            ((double *)row)[j] = table_cell_error(table, part, cell);
            break;
        case QUANTITY_MISCLASSIFIED:
            ((double *)row)[j] = table_cell_misclassified(table, part, cell);
            break;
        case QUANTITY_STATUS:
            ((uint8_t *)row)[j] = (uint8_t)table_cell_status(table, cell);
            break;
        case QUANTITY_EPOCHS:
            ((uint32_t *)row)[j] = table_cell_epochs(table, cell);
        }
    }
}

/* Row by row, so that no second grid stands in memory. row: room for [hidden2] of the widest type. */
static void write_rows(struct image *image, const struct table *table, const struct field *field, hid_t dataset,
                       hid_t space, void *row)
{
    const char *name = field->variable.name;
    hsize_t rows = table->experiment->hidden1.count, columns = table->experiment->hidden2.count;
    hsize_t count[] = {1, columns};
    hid_t memory = image_check(image, H5Screate_simple(2, count, NULL), "describe a row of", name);
    for (hsize_t i = 0; i < rows && !image->step; i++) {
        hsize_t start[] = {i, 0};
        fill_row(table, field, i * columns, columns, row);
        image_check(image, H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, count, NULL), "select a row of",
                    name);
        image_check(image, H5Dwrite(dataset, memory_type(field->variable.type), memory, space, H5P_DEFAULT, row),
                    "write", name);
    }
    image_check(image, H5Sclose(memory), "close a row of", name);
}

static void write_fields(struct image *image, const struct table *table, const hid_t scales[2], void *row)
{
    hsize_t dims[] = {table->experiment->hidden1.count, table->experiment->hidden2.count};
    hid_t space = image_check(image, H5Screate_simple(2, dims, NULL), "describe", "the grid");
    for (const struct field *field = fields; field < fields + FIELDS; field++) {
        if (!is_there(table, field))
            continue;
        const char *name = field->variable.name;
        hid_t dataset = create_variable(image, &field->variable, space);
        if (field->variable.type == TYPE_REAL) {
            double missing = (double)NAN;
            image_attribute(image, dataset, "_FillValue", H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, 1, &missing);
            image_text(image, dataset, "samples",
                       dataset_part_names[field->part == PART_SHOWN ? (int)table->shown : field->part]);
        } else if (field->quantity == QUANTITY_STATUS) {
            const uint8_t values[] = {OUTCOME_OK, OUTCOME_DIVERGED, OUTCOME_FAILED, OUTCOME_PENDING};
            image_attribute(image, dataset, "flag_values", H5T_STD_U8LE, H5T_NATIVE_UINT8, sizeof values, values);
            image_text(image, dataset, "flag_meanings", "ok diverged failed pending");
        }
        for (unsigned axis = 0; axis < 2; axis++)
            image_check(image, H5DSattach_scale(dataset, scales[axis], axis), "attach an axis to", name);
        write_rows(image, table, field, dataset, space, row);
        image_check(image, H5Dclose(dataset), "close", name);
    }
    image_check(image, H5Sclose(space), "close the shape of", "the grid");
}

enum status render_hdf5(const struct table *table, struct file *file, struct error *err)
{
    void *row = mem_array(table->experiment->hidden2.count, sizeof(double));
    if (!row)
        return error_memory(err, "a row of the surface");
    struct image image;
    image_begin(&image);
    write_root(&image, table);
    const hid_t scales[2] = {write_axis(&image, &axes[0], &table->experiment->hidden1),
                             write_axis(&image, &axes[1], &table->experiment->hidden2)};
    write_fields(&image, table, scales, row);
    image_check(&image, H5Dclose(scales[0]), "close", axes[0].name);
    image_check(&image, H5Dclose(scales[1]), "close", axes[1].name);
    free(row);
    return image_finish(&image, file, "is there enough memory for a smaller grid?", err);
}
