/* SPDX-License-Identifier: BSD-3-Clause */
/* Reading two arrays of an HDF5 file; see format.h: [samples] or [samples][...] of numbers, where all that belongs to a
 * sample is one row; targets may be text, which is class names. The library reads the file, read-only, in a process of
 * its own; what that hands over is judged here as the fields of a text are. */
#define _POSIX_C_SOURCE 200809L
#include "data/format.h"

#include "base/isolated.h"
#include "base/mem.h"
#include "base/number.h"
#include "data/field.h"
#include "data/hdf5_open.h"

#include <float.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* An array of the file. */
struct array {
    struct hdf5_array at;
    size_t rows, columns;
    char name[200]; /* file:/array, for error lines */
};

static enum status refuse(const struct array *array, const char *what, struct error *err)
{
    return error_set(err, STATUS_DATA, "%s: %s", array->name, what);
}

static enum status measure(struct array *array, struct error *err)
{
    const hsize_t *const dims = array->at.dims;
    const int rank = array->at.rank;
    if (rank < 1)
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

static void begin_array(struct array *array, const char *path, const char *name)
{
    *array = (struct array){.at = {.dataset = -1, .space = -1, .type = -1}};
    discard(snprintf(array->name, sizeof array->name, "%.120s:%s%.60s", path, *name == '/' ? "" : "/", name));
}

/* Whether each of its chunks is in the file; the library reads others as zeros, or as what the user chose for them.
 * H5Dget_space_status of HDF5 1.10 compares bytes, of which compressed chunks have fewer. */
static bool is_written(const struct array *array)
{
    hsize_t chunk[H5S_MAX_RANK], wanted = 1, written = 0;
    H5D_fill_value_t fill = H5D_FILL_VALUE_ERROR;
    const hid_t plan = H5Dget_create_plist(array->at.dataset);
    const H5D_layout_t layout = H5Pget_layout(plan);
    bool known = layout >= 0 && H5Pfill_value_defined(plan, &fill) >= 0;
    const bool chunks = layout == H5D_CHUNKED && fill != H5D_FILL_VALUE_USER_DEFINED;
    if (known && chunks) {
        known = H5Pget_chunk(plan, H5S_MAX_RANK, chunk) == array->at.rank &&
                H5Dget_num_chunks(array->at.dataset, array->at.space, &written) >= 0;
        for (int axis = 0; axis < array->at.rank && known; axis++)
            wanted *= (array->at.dims[axis] + chunk[axis] - 1) / chunk[axis];
    }
    if (plan >= 0)
        discard(H5Pclose(plan));
    return known && (!chunks || written == wanted);
}

/* option: that names another. */
static enum status open_array(struct array *array, hid_t file, const char *name, const char *option, struct error *err)
{
    const char *why;
    const bool opened = hdf5_open(&array->at, file, name, &why);
    if (why)
        return refuse(array, why, err);
    if (array->at.dataset < 0)
        return error_set(err, STATUS_DATA, "%s: there is no such array; %s names the right one", array->name, option);
    if (!opened)
        return refuse(array, "cannot be read; is the file damaged?", err);
    if (H5Dget_storage_size(array->at.dataset) == 0)
        return refuse(array, "holds no value, because none was ever written; fill it in", err);
    if (!is_written(array))
        return refuse(array, "holds values that were never written; fill them in, or make it smaller", err);
    return measure(array, err);
}

static bool is_number(const struct array *array)
{
    const H5T_class_t class = H5Tget_class(array->at.type);
    return class == H5T_INTEGER || class == H5T_FLOAT || class == H5T_ENUM;
}

/* Read numbers of `count` rows from row `from` on into columns `first` and following. to: [count][columns] of type. */
static enum status read_numbers(const struct array *array, hid_t type, size_t from, size_t count, size_t columns,
                                size_t first, void *to, struct error *err)
{
    const hsize_t dims[] = {count, columns}, start[] = {0, first}, width[] = {count, array->columns};
    const hsize_t begin[H5S_MAX_RANK] = {from};
    hsize_t part[H5S_MAX_RANK];
    memcpy(part, array->at.dims, sizeof part);
    part[0] = count;
    const hid_t memory = H5Screate_simple(2, dims, NULL);
    const bool read = memory >= 0 && H5Sselect_hyperslab(memory, H5S_SELECT_SET, start, NULL, width, NULL) >= 0 &&
                      H5Sselect_hyperslab(array->at.space, H5S_SELECT_SET, begin, NULL, part, NULL) >= 0 &&
                      H5Dread(array->at.dataset, type, memory, array->at.space, H5P_DEFAULT, to) >= 0;
    if (memory >= 0)
        discard(H5Sclose(memory));
    return read ? STATUS_OK : refuse(array, "cannot be read; is the file damaged?", err);
}

/* Text of either kind, as rows * columns strings to free. The library converts between kinds of text of the same
 * character set only, and never between fixed and variable length. */
static enum status read_texts(const struct array *array, char **texts, struct error *err)
{
    const size_t count = array->rows * array->columns;
    const bool variable = H5Tis_variable_str(array->at.type) > 0;
    const size_t width = variable ? sizeof(char *) : H5Tget_size(array->at.type) + 1;
    char *const raw = mem_array(count, width);
    const hid_t type = H5Tcopy(H5T_C_S1);
    bool read = raw && type >= 0 && H5Tset_cset(type, H5Tget_cset(array->at.type)) >= 0 &&
                H5Tset_size(type, variable ? H5T_VARIABLE : width) >= 0 &&
                H5Dread(array->at.dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, raw) >= 0;
    const bool filled = read && variable;
    for (size_t i = 0; read && i < count; i++) {
        const char *const text = variable ? ((char **)(void *)raw)[i] : raw + i * width;
        texts[i] = strndup(text ? text : "", TEXT_FIELD);
        read = texts[i];
    }
    if (filled)
        discard(H5Dvlen_reclaim(type, array->at.space, H5P_DEFAULT, raw));
    if (type >= 0)
        discard(H5Tclose(type));
    free(raw);
    return read ? STATUS_OK : refuse(array, "the text cannot be read; is the file damaged, or memory short?", err);
}

/* --- the child: what the file holds ------------------------------------------------------------------------------ */

struct request {
    const struct source *source;
    const char *path, *inputs, *targets;
    /* What the child makes of it. */
    struct array x, t;
    size_t block;    /* rows that are read and handed over together */
    float *values;   /* [block][columns of x, columns of t]; text leaves its columns as they are */
    float *answers;  /* [rows][columns of t], where these are numbers; else NULL */
    double *numbers; /* [rows][columns of t], where numbers may be class names; else NULL */
    char **texts;    /* likewise, where names are text */
};

/* The shapes of both arrays. */
struct outline {
    size_t rows, inputs, targets;
    size_t block; /* rows in each block but the last */
    bool numbers, texts;
};

/* Whether the targets are not read: they may be missing where their data set is known, unless they were named. */
static bool leaves_out(const struct source *source, hid_t file, const char *targets)
{
    return source->no_targets ||
           (source->like && !source->targets_dataset && H5Lexists(file, targets, H5P_DEFAULT) <= 0);
}

static enum status check(const struct array *x, const struct array *t, struct error *err)
{
    if (t->columns > 0 && x->rows != t->rows)
        return error_set(err, STATUS_DATA, "%s: %s, but %s has %zu; make them alike", x->name,
                         number_counted(x->rows, "sample").text, t->name, t->rows);
    if (!is_number(x))
        return refuse(x, "holds no numbers; inputs must be integer or floating-point", err);
    if (t->columns > 0 && !is_number(t) && H5Tget_class(t->at.type) != H5T_STRING)
        return refuse(t, "holds neither numbers nor text; targets must be one of these", err);
    if (t->columns > 0 && H5Tget_size(t->at.type) > TEXT_LONGEST)
        return refuse(t, "has texts too long for class names; shorten them", err);
    const size_t columns = x->columns + t->columns;
    return columns <= DATASET_COLUMNS_MAX && x->rows <= DATASET_VALUES_MAX / columns
               ? STATUS_OK
               : refuse(x, "has too many values with its targets; use fewer samples or columns", err);
}

static enum status read_targets(struct request *r, struct error *err)
{
    const struct array *const t = &r->t;
    const size_t count = t->rows * t->columns;
    if (t->columns == 0)
        return STATUS_OK;
    if (!is_number(t)) {
        r->texts = mem_array(count, sizeof *r->texts);
        return r->texts ? read_texts(t, r->texts, err) : error_memory(err, "the class names");
    }
    if (r->source->classes || r->source->like) {
        r->numbers = mem_array(count, sizeof *r->numbers);
        if (!r->numbers)
            return error_memory(err, "the class names");
        const enum status status =
            read_numbers(t, H5T_NATIVE_DOUBLE, 0, t->rows, t->columns, 0, r->numbers, err);
        if (status)
            return status;
    }
    r->answers = mem_array(count, sizeof *r->answers);
    return r->answers ? read_numbers(t, H5T_NATIVE_FLOAT, 0, t->rows, t->columns, 0, r->answers, err)
                      : error_memory(err, "the targets");
}

/* Whole chunks, so that none is unpacked twice; and of these as many as the caches hold. */
static size_t block_rows(const struct array *x, size_t columns)
{
    const size_t bytes = (size_t)1 << 19, fitting = bytes / (columns * sizeof(float));
    const hsize_t chunk = hdf5_chunk_rows(&x->at), whole = fitting > chunk ? fitting / chunk * chunk : chunk;
    return whole < x->rows ? (size_t)whole : x->rows;
}

static enum status read_arrays(struct request *r, struct error *err)
{
    const size_t columns = r->x.columns + r->t.columns, width = r->t.columns > 0 ? H5Tget_size(r->t.at.type) : 0;
    r->block = block_rows(&r->x, columns);
    /* The values, as they stand there and as they are handed over; a block that is compressed may stand by itself. */
    isolated_allow(r->x.rows * (columns * (sizeof(float) + H5Tget_size(r->x.at.type)) +
                                r->t.columns * (2 * width + sizeof(double) + TEXT_FIELD)));
    r->values = mem_array(r->block * columns, sizeof *r->values);
    return r->values ? read_targets(r, err) : error_memory(err, "the data set");
}

static enum status read_file(void *arg, struct error *err)
{
    struct request *const r = arg;
    hdf5_begin();
    const hid_t file = H5Fopen(r->path, H5F_ACC_RDONLY, H5P_DEFAULT);
    if (file < 0)
        return error_set(err, STATUS_DATA, "%.160s: HDF5 cannot open it; is the file damaged, or locked by a writer?",
                         r->path);
    enum status status = open_array(&r->x, file, r->inputs, "--inputs-dataset", err);
    if (!status && !leaves_out(r->source, file, r->targets))
        status = open_array(&r->t, file, r->targets, "--targets-dataset", err);
    if (!status)
        status = check(&r->x, &r->t, err);
    return status ? status : read_arrays(r, err); /* the process ends soon, and with it what is open */
}

/* All targets of these rows that may be names. */
static void hand_over_names(const struct isolated *parent, const struct request *r, size_t from, size_t rows)
{
    for (size_t i = from * r->t.columns; i < (from + rows) * r->t.columns && r->numbers; i++)
        isolated_put(parent, &r->numbers[i], sizeof r->numbers[i]);
    for (size_t i = from * r->t.columns; i < (from + rows) * r->t.columns && r->texts; i++) {
        const unsigned char length = (unsigned char)strlen(r->texts[i]);
        isolated_put(parent, &length, sizeof length);
        isolated_put(parent, r->texts[i], length);
    }
}

/* The outline; then block by block, so that each goes through the caches: whether it could be read, values, names. */
static void hand_over(const struct isolated *parent, const void *arg)
{
    const struct request *const r = arg;
    const size_t inputs = r->x.columns, targets = r->t.columns, columns = inputs + targets;
    const struct outline outline = {r->x.rows, inputs, targets, r->block, r->numbers, r->texts};
    struct error verdict = {0};
    isolated_put(parent, &outline, sizeof outline);
    for (size_t from = 0, rows; from < r->x.rows && !verdict.status; from += rows) {
        rows = r->block < r->x.rows - from ? r->block : r->x.rows - from;
        verdict.status = read_numbers(&r->x, H5T_NATIVE_FLOAT, from, rows, columns, 0, r->values, &verdict);
        for (size_t i = 0; i < rows && r->answers; i++)
            memcpy(r->values + i * columns + inputs, r->answers + (from + i) * targets, targets * sizeof *r->answers);
        isolated_say(parent, &verdict);
        isolated_put(parent, r->values, rows * columns * sizeof *r->values);
        hand_over_names(parent, r, from, rows);
    }
}

/* --- the parent: what that means --------------------------------------------------------------------------------- */

/* The next name. numbers: it is a number. */
static enum status get_name(struct isolated *child, bool numbers, char name[TEXT_FIELD + 1], struct error *err)
{
    unsigned char length = 0;
    double number = 0;
    _Static_assert(TEXT_FIELD <= UCHAR_MAX && (int)NUMBER_TEXT <= (int)TEXT_FIELD, "a byte counts a name's bytes");
    enum status status = numbers ? isolated_get(child, &number, sizeof number, err)
                                 : isolated_get(child, &length, sizeof length, err);
    if (!status && length > TEXT_FIELD)
        return isolated_refuse(child, err);
    if (!status && numbers)
        number_text(name, number);
    if (!status && !numbers)
        status = isolated_get(child, name, length, err);
    if (!status && !numbers)
        name[length] = '\0';
    return status;
}

/* The targets of these rows from names, which numbers become when --classes is given; wanted: else they are ignored.
 * values: [count][columns]. */
static enum status take_names(struct rows *rows, struct isolated *child, const struct outline *o, const char *t,
                              bool wanted, size_t from, size_t count, float *values, struct error *err)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; !status && i < count * o->targets; i++) {
        const size_t row = i / o->targets, k = i % o->targets;
        char name[TEXT_FIELD + 1];
        status = get_name(child, o->numbers, name, err);
        if (!status && wanted)
            status = field_target(rows, k, name, &(struct place){t, from + row + 1, k + 1},
                                 &values[row * (o->inputs + o->targets) + o->inputs + k], err);
    }
    rows->gap = false; /* that noted the gaps of all rows: judge finds each again */
    return status;
}

/* Whether all of a row are, without a branch for each value. */
static bool are_finite(const float *values, size_t count)
{
    bool finite = true;
    for (size_t k = 0; k < count; k++)
        finite &= fabsf(values[k]) <= FLT_MAX;
    return finite;
}

/* Numbers are judged as those of a text are; a name in the file has been judged. */
static enum status judge(struct rows *rows, const struct request *r, size_t inputs, size_t row, float *values,
                         struct error *err)
{
    enum status status = STATUS_OK;
    if (are_finite(values, rows->columns))
        return status;
    for (size_t k = 0; !status && k < rows->columns; k++) {
        if (isfinite(values[k]))
            continue;
        const char *const word = isnan(values[k]) ? "NaN" : "inf";
        if (k < inputs)
            status = field_input(rows, word, &(struct place){r->x.name, row + 1, k + 1}, &values[k], err);
        else
            status = field_target(rows, k - inputs, word, &(struct place){r->t.name, row + 1, k - inputs + 1},
                                 &values[k], err);
    }
    return status;
}

/* The next rows. values: [count][columns], behind the rows so far. */
static enum status take_block(struct rows *rows, struct isolated *child, const struct request *r,
                              const struct outline *o, bool names, size_t from, size_t count, float *values,
                              struct error *err)
{
    const size_t columns = o->inputs + o->targets;
    enum status status = isolated_ask(child, err);
    if (!status)
        status = isolated_get(child, values, count * columns * sizeof *values, err);
    if (!status && o->targets > 0 && (o->numbers || o->texts))
        status = take_names(rows, child, o, r->t.name, names, from, count, values, err);
    for (size_t i = 0; !status && i < count; i++) { /* row by row, since some may be dropped */
        float *const row = values + i * columns, *const place = rows->values + rows->used;
        status = judge(rows, r, o->inputs, from + i, row, err);
        if (row != place)
            memmove(place, row, columns * sizeof *row);
        rows->used += columns;
        rows_end(rows);
    }
    return status;
}

static enum status take_rows(struct rows *rows, struct isolated *child, const struct request *r, struct error *err)
{
    struct outline o;
    enum status status = isolated_get(child, &o, sizeof o, err);
    if (status)
        return status;
    if (o.rows == 0 || o.inputs == 0 || o.block == 0 || o.inputs > DATASET_COLUMNS_MAX ||
        o.targets > DATASET_COLUMNS_MAX || o.rows > DATASET_VALUES_MAX / (o.inputs + o.targets))
        return isolated_refuse(child, err);
    const size_t columns = o.inputs + o.targets, used = rows->used;
    const struct place where = {r->x.name, 1, columns};
    status = rows_shape(rows, columns, o.targets, &where, err);
    if (status)
        return status;
    float *values;
    status = rows_room(rows, o.rows * columns, &where, &values, err);
    if (status)
        return status;
    rows->used = used;
    const bool names = o.targets > 0 && (rows->source->classes || rows->classes->closed || o.texts);
    if (names && !o.numbers && !o.texts)
        return isolated_refuse(child, err);
    for (size_t k = 0; !status && !names && k < o.targets; k++) { /* one number makes a column one of numbers */
        float zero;
        status = field_target(rows, k, "0", &(struct place){r->t.name, 1, k + 1}, &zero, err);
    }
    for (size_t from = 0, count; !status && from < o.rows; from += count) {
        count = o.block < o.rows - from ? o.block : o.rows - from;
        status = take_block(rows, child, r, &o, names, from, count, values + from * columns, err);
    }
    return status;
}

enum status read_hdf5(struct rows *rows, const char *path, struct error *err)
{
    const struct source *const source = rows->source;
    struct request request = {.source = source,
                              .path = path,
                              .inputs = source->inputs_dataset ? source->inputs_dataset : "inputs",
                              .targets = source->targets_dataset ? source->targets_dataset : "targets"};
    begin_array(&request.x, path, request.inputs);
    begin_array(&request.t, path, request.targets);
    struct isolated child;
    enum status status = isolated_start(&child, path, read_file, hand_over, &request, err);
    if (status)
        return status;
    status = take_rows(rows, &child, &request, err);
    isolated_end(&child);
    return status;
}
