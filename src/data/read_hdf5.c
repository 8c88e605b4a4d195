/* SPDX-License-Identifier: BSD-3-Clause */
/* Reading two arrays of an HDF5 file; see format.h: [samples] or [samples][...] of numbers, where all that belongs to a
 * sample is one row; targets may be text, which is class names. The library reads the file, read-only. */
#define _POSIX_C_SOURCE 200809L
#include "data/format.h"

#include "base/mem.h"
#include "base/number.h"

#include <hdf5.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* An array of the file. A handle below 0 is not open. */
struct array {
    hid_t dataset, space, type;
    size_t rows, columns;
    char name[200]; /* file:/array, for error lines */
};

static enum status refuse(const struct array *array, const char *what, struct error *err)
{
    return error_set(err, STATUS_DATA, "%s: %s", array->name, what);
}

static void close_array(struct array *array)
{
    if (array->type >= 0)
        discard(H5Tclose(array->type));
    if (array->space >= 0)
        discard(H5Sclose(array->space));
    if (array->dataset >= 0)
        discard(H5Dclose(array->dataset));
}

static enum status measure(struct array *array, struct error *err)
{
    hsize_t dims[H5S_MAX_RANK];
    const int rank = H5Sget_simple_extent_ndims(array->space);
    if (rank < 1 || H5Sget_simple_extent_dims(array->space, dims, NULL) < 0)
        return refuse(array, "is a single value or empty; its first axis must count the samples", err);
    hsize_t columns = 1;
    for (int axis = 1; axis < rank && columns <= DATASET_COLUMNS_MAX; axis++)
        columns = dims[axis] > DATASET_COLUMNS_MAX ? DATASET_COLUMNS_MAX + 1 : columns * dims[axis];
    if (dims[0] == 0 || columns == 0)
        return refuse(array, "holds no value; its first axis must count the samples", err);
    if (columns > DATASET_COLUMNS_MAX || dims[0] > DATASET_VALUES_MAX / columns)
        return refuse(array, "has too many values; use fewer samples or columns", err);
    array->rows = (size_t)dims[0];
    array->columns = (size_t)columns;
    return STATUS_OK;
}

/* option: that names another. */
static enum status open_array(struct array *array, hid_t file, const char *path, const char *name, const char *option,
                              struct error *err)
{
    *array = (struct array){.dataset = -1, .space = -1, .type = -1};
    discard(snprintf(array->name, sizeof array->name, "%.120s:%s%.60s", path, *name == '/' ? "" : "/", name));
    array->dataset = H5Dopen2(file, name, H5P_DEFAULT);
    if (array->dataset < 0)
        return error_set(err, STATUS_DATA, "%s: there is no such array; %s names the right one", array->name, option);
    array->space = H5Dget_space(array->dataset);
    array->type = H5Dget_type(array->dataset);
    if (array->space < 0 || array->type < 0)
        return refuse(array, "cannot be read; is the file damaged?", err);
    return measure(array, err);
}

static bool is_number(const struct array *array)
{
    const H5T_class_t class = H5Tget_class(array->type);
    return class == H5T_INTEGER || class == H5T_FLOAT || class == H5T_ENUM;
}

/* Read numbers into columns `first` and following of all rows. to: [array->rows][columns] of type. */
static enum status read_numbers(const struct array *array, hid_t type, size_t columns, size_t first, void *to,
                                struct error *err)
{
    const hsize_t dims[] = {array->rows, columns}, start[] = {0, first}, count[] = {array->rows, array->columns};
    const hid_t memory = H5Screate_simple(2, dims, NULL);
    const bool read = memory >= 0 && H5Sselect_hyperslab(memory, H5S_SELECT_SET, start, NULL, count, NULL) >= 0 &&
                      H5Dread(array->dataset, type, memory, H5S_ALL, H5P_DEFAULT, to) >= 0;
    if (memory >= 0)
        discard(H5Sclose(memory));
    return read ? STATUS_OK : refuse(array, "cannot be read; is the file damaged?", err);
}

/* Text of either kind, as rows * columns strings to free. The library converts between kinds of text of the same
 * character set only, and never between fixed and variable length. */
static enum status read_texts(const struct array *array, char **texts, struct error *err)
{
    const size_t count = array->rows * array->columns;
    const bool variable = H5Tis_variable_str(array->type) > 0;
    const size_t width = variable ? sizeof(char *) : H5Tget_size(array->type) + 1;
    char *const raw = mem_array(count, width);
    const hid_t type = H5Tcopy(H5T_C_S1);
    bool read = raw && type >= 0 && H5Tset_cset(type, H5Tget_cset(array->type)) >= 0 &&
                H5Tset_size(type, variable ? H5T_VARIABLE : width) >= 0 &&
                H5Dread(array->dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, raw) >= 0;
    const bool filled = read && variable;
    for (size_t i = 0; read && i < count; i++) {
        const char *const text = variable ? ((char **)(void *)raw)[i] : raw + i * width;
        texts[i] = strndup(text ? text : "", TEXT_FIELD);
        read = texts[i];
    }
    if (filled)
        discard(H5Dvlen_reclaim(type, array->space, H5P_DEFAULT, raw));
    if (type >= 0)
        discard(H5Tclose(type));
    free(raw);
    return read ? STATUS_OK : refuse(array, "the text cannot be read; is the file damaged, or memory short?", err);
}

/* The targets of all rows from names, which numbers become when --classes is given. values: [array->rows][columns]. */
static enum status read_names(struct rows *rows, const struct array *array, size_t columns, size_t first, float *values,
                              struct error *err)
{
    const size_t count = array->rows * array->columns;
    char **const texts = is_number(array) ? NULL : mem_array(count, sizeof *texts);
    double *const numbers = is_number(array) ? mem_array(count, sizeof *numbers) : NULL;
    enum status status = STATUS_OK;
    if (!texts && !numbers)
        status = error_memory(err, "the class names");
    else if (texts)
        status = read_texts(array, texts, err);
    else
        status = read_numbers(array, H5T_NATIVE_DOUBLE, array->columns, 0, numbers, err);
    for (size_t i = 0; !status && i < count; i++) {
        const struct place where = {array->name, i / array->columns + 1, i % array->columns + 1};
        char number[NUMBER_TEXT];
        if (numbers)
            number_text(number, numbers[i]);
        status = rows_target(rows, i % array->columns, texts ? texts[i] : number, &where,
                             &values[i / array->columns * columns + first + i % array->columns], err);
    }
    for (size_t i = 0; texts && i < count; i++)
        free(texts[i]);
    free(texts);
    free(numbers);
    return status;
}

/* Numbers are judged as those of a text are; a name in the file has been judged. */
static enum status judge(struct rows *rows, const struct array *x, const struct array *t, size_t row, float *values,
                         struct error *err)
{
    enum status status = STATUS_OK;
    for (size_t k = 0; !status && k < x->columns + t->columns; k++) {
        if (isfinite(values[k]))
            continue;
        const char *const word = isnan(values[k]) ? "NaN" : "inf";
        if (k < x->columns)
            status = rows_input(rows, word, &(struct place){x->name, row + 1, k + 1}, &values[k], err);
        else
            status = rows_target(rows, k - x->columns, word, &(struct place){t->name, row + 1, k - x->columns + 1},
                                 &values[k], err);
    }
    return status;
}

static enum status read_arrays(struct rows *rows, const struct array *x, const struct array *t, struct error *err)
{
    const size_t columns = x->columns + t->columns;
    if (t->columns > 0 && x->rows != t->rows)
        return error_set(err, STATUS_DATA, "%s: %zu samples, but %s has %zu; make them alike", x->name, x->rows,
                         t->name, t->rows);
    if (!is_number(x))
        return refuse(x, "holds no numbers; inputs must be integer or floating-point", err);
    if (t->columns > 0 && !is_number(t) && H5Tget_class(t->type) != H5T_STRING)
        return refuse(t, "holds neither numbers nor text; targets must be one of these", err);
    const struct place where = {x->name, 1, columns};
    enum status status = rows_shape(rows, columns, t->columns, &where, err);
    if (status)
        return status;
    const size_t used = rows->used;
    float *values;
    status = rows_room(rows, x->rows * columns, &where, &values, err);
    if (status)
        return status;
    status = read_numbers(x, H5T_NATIVE_FLOAT, columns, 0, values, err);
    const bool names = t->columns > 0 && (rows->source->classes || rows->classes->closed || !is_number(t));
    for (size_t k = 0; !status && !names && k < t->columns; k++) /* one number makes a column one of numbers */
        status = rows_target(rows, k, "0", &(struct place){t->name, 1, k + 1}, &values[x->columns + k], err);
    if (!status && t->columns > 0)
        status = names ? read_names(rows, t, columns, x->columns, values, err)
                       : read_numbers(t, H5T_NATIVE_FLOAT, columns, x->columns, values, err);
    rows->used = used;
    rows->gap = false; /* reading all names at once noted the gaps of all rows: judge finds each again */
    for (size_t i = 0; !status && i < x->rows; i++) { /* row by row, since some may be dropped */
        float *const row = values + i * columns;
        status = judge(rows, x, t, i, row, err);
        memmove(rows->values + rows->used, row, columns * sizeof *row);
        rows->used += columns;
        rows_end(rows);
    }
    return status;
}

/* Whether the targets are not read: they may be missing where their data set is known, unless they were named. */
static bool leaves_out(const struct source *source, hid_t file, const char *targets)
{
    return source->no_targets ||
           (source->like && !source->targets_dataset && H5Lexists(file, targets, H5P_DEFAULT) <= 0);
}

enum status read_hdf5(struct rows *rows, const char *path, struct error *err)
{
    const char *const inputs = rows->source->inputs_dataset ? rows->source->inputs_dataset : "inputs";
    const char *const targets = rows->source->targets_dataset ? rows->source->targets_dataset : "targets";
    discard(H5dont_atexit());                       /* fails when it was called before, which is as good */
    discard(H5Eset_auto2(H5E_DEFAULT, NULL, NULL)); /* our line is the only one */
    struct array x = {.dataset = -1, .space = -1, .type = -1}, t = x;
    const hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    enum status status = STATUS_OK;
    if (file < 0)
        status = error_set(err, STATUS_DATA, "%s: HDF5 cannot open it; is the file damaged, or locked by a writer?",
                           path);
    if (!status)
        status = open_array(&x, file, path, inputs, "--inputs-dataset", err);
    if (!status && !leaves_out(rows->source, file, targets))
        status = open_array(&t, file, path, targets, "--targets-dataset", err);
    if (!status)
        status = read_arrays(rows, &x, &t, err);
    close_array(&x);
    close_array(&t);
    if (file >= 0)
        discard(H5Fclose(file));
    discard(H5close());
    return status;
}
