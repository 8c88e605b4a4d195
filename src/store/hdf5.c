/* SPDX-License-Identifier: BSD-3-Clause */
/* The surface as HDF5, which h5py, xarray, netCDF and MATLAB read: arrays over named axes, each with units and meaning,
 * and all that is known of the experiment and the program as attributes. This is the only place for hdf5.h.
 *
 * The library builds the file in memory and never touches the disk: on a failing disk it loses errors and crashes in
 * its exit handler. With object times off, equal outcomes give equal bytes. */
#include "base/build.h"
#include "base/mem.h"
#include "store/library.h"
#include "store/render.h"
#include "store/settings.h"

#include <hdf5.h>
#include <hdf5_hl.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CORE_INCREMENT = 1 << 20 }; /* bytes by which the file in memory grows */

/* The file that is being built. The first failure is kept and told at the end; after it every call gets an invalid
 * identifier somewhere and fails as well, harmlessly. */
struct build {
    hid_t file, text_type;
    const char *step;   /* the first that failed, or NULL */
    const char *object; /* … and its object */
    char reason[96];    /* … and what the library says */
};

static herr_t take_reason(unsigned depth, const H5E_error2_t *entry, void *arg)
{
    struct build *build = arg;
    if (depth == 0 && entry->desc)
        discard(snprintf(build->reason, sizeof build->reason, "%s", entry->desc));
    return 0;
}

/* Hand on what a call of the library returned, and keep its failure. */
static hid_t check(struct build *build, hid_t result, const char *step, const char *object)
{
    if (result < 0 && !build->step) {
        build->step = step;
        build->object = object;
        discard(H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, take_reason, build));
    }
    return result;
}

static void write_attribute(struct build *build, hid_t object, const char *name, hid_t file_type, hid_t memory_type,
                            size_t count, const void *value)
{
    hsize_t dims[] = {count};
    hid_t space = check(build, count == 1 ? H5Screate(H5S_SCALAR) : H5Screate_simple(1, dims, NULL), "describe", name);
    hid_t attribute =
        check(build, H5Acreate2(object, name, file_type, space, H5P_DEFAULT, H5P_DEFAULT), "create attribute", name);
    check(build, H5Awrite(attribute, memory_type, value), "write attribute", name);
    check(build, H5Aclose(attribute), "close attribute", name);
    check(build, H5Sclose(space), "close the shape of", name);
}

/* Variable length and UTF-8: what h5py hands out as str. */
static void write_text(struct build *build, hid_t object, const char *name, const char *text)
{
    write_attribute(build, object, name, build->text_type, build->text_type, 1, &text);
}

static void write_setting(struct build *build, const struct setting *setting)
{
    switch (setting->type) {
    case SETTING_TEXT:
        write_text(build, build->file, setting->name, setting->text);
        break;
    case SETTING_COUNT:
        write_attribute(build, build->file, setting->name, H5T_STD_U64LE, H5T_NATIVE_UINT64, 1, &setting->count);
        break;
    case SETTING_REAL:
        write_attribute(build, build->file, setting->name, H5T_IEEE_F32LE, H5T_NATIVE_FLOAT, 1, &setting->real);
        break;
    }
}

static void write_root(struct build *build, const struct table *table)
{
    write_text(build, build->file, "title",
               "Error of a network with two hidden layers, by the numbers of neurons in them");
    struct setting settings[SETTINGS];
    settings_list(table->experiment, settings);
    for (size_t i = 0; i < SETTINGS; i++)
        write_setting(build, &settings[i]);
    uint64_t done = table->done, count = table->count;
    write_attribute(build, build->file, "trainings_done", H5T_STD_U64LE, H5T_NATIVE_UINT64, 1, &done);
    write_attribute(build, build->file, "trainings", H5T_STD_U64LE, H5T_NATIVE_UINT64, 1, &count);

    char hdf5[LIBRARY_TEXT];
    library_hdf5(hdf5);
    const struct {
        const char *name, *text;
    } facts[] = {
        {"build_version", build_version()},
        {"build_revision", build_revision()},
        {"build_compiler", build_compiler()},
        {"build_flags", build_flags()},
        {"build_hdf5", hdf5},
        {"build_mpi", build_mpi()},
    };
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
        write_text(build, build->file, facts[i].name, facts[i].text);
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
static hid_t create_variable(struct build *build, const struct variable *variable, hid_t space)
{
    hid_t creation = check(build, H5Pcreate(H5P_DATASET_CREATE), "prepare", variable->name);
    check(build, H5Pset_obj_track_times(creation, false), "prepare", variable->name);
    check(build, H5Pset_attr_creation_order(creation, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED), "prepare",
          variable->name);
    hid_t dataset = check(
        build,
        H5Dcreate2(build->file, variable->name, file_type(variable->type), space, H5P_DEFAULT, creation, H5P_DEFAULT),
        "create", variable->name);
    check(build, H5Pclose(creation), "prepare", variable->name);
    write_text(build, dataset, "units", variable->units);
    write_text(build, dataset, "long_name", variable->long_name);
    write_text(build, dataset, "comment", variable->comment);
    return dataset;
}

static hid_t write_axis(struct build *build, const struct variable *variable, const struct axis *axis)
{
    hsize_t dims[] = {axis->count};
    hid_t space = check(build, H5Screate_simple(1, dims, NULL), "describe", variable->name);
    hid_t dataset = create_variable(build, variable, space);
    check(build, H5Dwrite(dataset, H5T_NATIVE_UINT32, H5S_ALL, H5S_ALL, H5P_DEFAULT, axis->values), "write",
          variable->name);
    check(build, H5DSset_scale(dataset, variable->name), "make a scale of", variable->name);
    check(build, H5Sclose(space), "close the shape of", variable->name);
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
static void write_rows(struct build *build, const struct table *table, const struct field *field, hid_t dataset,
                       hid_t space, void *row)
{
    const char *name = field->variable.name;
    hsize_t rows = table->experiment->hidden1.count, columns = table->experiment->hidden2.count;
    hsize_t count[] = {1, columns};
    hid_t memory = check(build, H5Screate_simple(2, count, NULL), "describe a row of", name);
    for (hsize_t i = 0; i < rows && !build->step; i++) {
        hsize_t start[] = {i, 0};
        fill_row(table, field, i * columns, columns, row);
        check(build, H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, count, NULL), "select a row of", name);
        check(build, H5Dwrite(dataset, memory_type(field->variable.type), memory, space, H5P_DEFAULT, row), "write",
              name);
    }
    check(build, H5Sclose(memory), "close a row of", name);
}

static void write_fields(struct build *build, const struct table *table, const hid_t scales[2], void *row)
{
    hsize_t dims[] = {table->experiment->hidden1.count, table->experiment->hidden2.count};
    hid_t space = check(build, H5Screate_simple(2, dims, NULL), "describe", "the grid");
    for (const struct field *field = fields; field < fields + FIELDS; field++) {
        if (!is_there(table, field))
            continue;
        const char *name = field->variable.name;
        hid_t dataset = create_variable(build, &field->variable, space);
        if (field->variable.type == TYPE_REAL) {
            double missing = (double)NAN;
            write_attribute(build, dataset, "_FillValue", H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, 1, &missing);
            write_text(build, dataset, "samples",
                       dataset_part_names[field->part == PART_SHOWN ? (int)table->shown : field->part]);
        } else if (field->quantity == QUANTITY_STATUS) {
            const uint8_t values[] = {OUTCOME_OK, OUTCOME_DIVERGED, OUTCOME_FAILED, OUTCOME_PENDING};
            write_attribute(build, dataset, "flag_values", H5T_STD_U8LE, H5T_NATIVE_UINT8, sizeof values, values);
            write_text(build, dataset, "flag_meanings", "ok diverged failed pending");
        }
        for (unsigned axis = 0; axis < 2; axis++)
            check(build, H5DSattach_scale(dataset, scales[axis], axis), "attach an axis to", name);
        write_rows(build, table, field, dataset, space, row);
        check(build, H5Dclose(dataset), "close", name);
    }
    check(build, H5Sclose(space), "close the shape of", "the grid");
}

/* An empty file in memory that the library never writes to disk (no backing store). */
static void open_file(struct build *build)
{
    const char *name = "the file in memory";
    const unsigned order = H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED;
    hid_t access = check(build, H5Pcreate(H5P_FILE_ACCESS), "prepare", name);
    check(build, H5Pset_fapl_core(access, CORE_INCREMENT, false), "prepare", name);
    hid_t creation = check(build, H5Pcreate(H5P_FILE_CREATE), "prepare", name);
    check(build, H5Pset_obj_track_times(creation, false), "prepare", name);
    check(build, H5Pset_link_creation_order(creation, order), "prepare", name); /* as netCDF has it */
    check(build, H5Pset_attr_creation_order(creation, order), "prepare", name);
    build->file = check(build, H5Fcreate("nsurf.h5", H5F_ACC_TRUNC, creation, access), "create", name);
    check(build, H5Pclose(creation), "prepare", name);
    check(build, H5Pclose(access), "prepare", name);
    build->text_type = check(build, H5Tcopy(H5T_C_S1), "prepare", "text");
    check(build, H5Tset_size(build->text_type, H5T_VARIABLE), "prepare", "text");
    check(build, H5Tset_cset(build->text_type, H5T_CSET_UTF8), "prepare", "text");
}

static void write_image(struct build *build, struct file *file)
{
    const char *name = "the file in memory";
    check(build, H5Fflush(build->file, H5F_SCOPE_GLOBAL), "flush", name);
    ssize_t size = H5Fget_file_image(build->file, NULL, 0);
    check(build, size, "measure", name);
    if (build->step)
        return;
    void *image = malloc((size_t)size);
    if (!image)
        check(build, -1, "copy", name);
    else if (check(build, H5Fget_file_image(build->file, image, (size_t)size), "copy", name) == size)
        file_write(file, image, (size_t)size);
    free(image);
}

enum status render_hdf5(const struct table *table, struct file *file, struct error *err)
{
    void *row = mem_array(table->experiment->hidden2.count, sizeof(double));
    if (!row)
        return error_memory(err, "a row of the surface");
    discard(H5dont_atexit()); /* fails when it was called before, which is as good */
    struct build build = {.file = -1, .text_type = -1};
    check(&build, H5Eset_auto2(H5E_DEFAULT, NULL, NULL), "silence", "the library"); /* our line is the only one */
    open_file(&build);
    write_root(&build, table);
    const hid_t scales[2] = {write_axis(&build, &axes[0], &table->experiment->hidden1),
                             write_axis(&build, &axes[1], &table->experiment->hidden2)};
    write_fields(&build, table, scales, row);
    check(&build, H5Dclose(scales[0]), "close", axes[0].name);
    check(&build, H5Dclose(scales[1]), "close", axes[1].name);
    check(&build, H5Tclose(build.text_type), "close", "text");
    write_image(&build, file);
    check(&build, H5Fclose(build.file), "close", "the file in memory");
    check(&build, H5close(), "end", "the library");
    free(row);
    if (!build.step)
        return STATUS_OK;
    return error_set(err, STATUS_INTERNAL, "HDF5 cannot %s %s: %s; is there enough memory for a smaller grid?",
                     build.step, build.object, build.reason[0] ? build.reason : "no reason given");
}
