/* SPDX-License-Identifier: BSD-3-Clause */
/* Rows as they are read; see rows.h. */
#define _POSIX_C_SOURCE 200809L /* strdup */
#include "data/rows.h"

#include "base/mem.h"
#include "base/number.h"

#include <stdlib.h>
#include <string.h>

size_t rows_table_targets(const struct rows *rows, size_t columns)
{
    const struct dataset *const like = rows->source->like;
    if (like)
        return columns > like->inputs ? columns - like->inputs : 0;
    return rows->source->targets ? rows->source->targets : 1;
}

/* The shape is that of the data set to be like. */
static enum status check_like(const struct rows *rows, size_t columns, size_t targets, const struct place *where,
                              struct error *err)
{
    const struct dataset *const like = rows->source->like;
    if (columns - targets != like->inputs)
        return error_set(err, STATUS_DATA, PLACE "%s, not the %zu of %.100s; make them alike", where->name, where->line,
                         columns, number_counted(columns - targets, "input").text, like->inputs, like->name);
    if (targets == 0 || rows->source->no_targets || targets == dataset_target_columns(like) ||
        targets == like->targets)
        return STATUS_OK;
    return error_set(err, STATUS_DATA,
                     PLACE "%s after the %s of %.100s, which has %s; make them alike, or say --no-targets",
                     where->name, where->line, columns, number_counted(targets, "column").text,
                     number_counted(like->inputs, "input").text, like->name,
                     number_counted(like->targets, "target").text);
}

/* The classes of the data set to be like, where there is a column of names for them. */
static enum status take_classes(struct rows *rows, struct error *err)
{
    const struct dataset *const like = rows->source->like;
    const bool by_column = rows->targets == dataset_target_columns(like);
    for (size_t t = 0; t < rows->targets; t++)
        rows->classes[t].kind = COLUMN_NUMBERS;
    for (size_t k = 0; by_column && k < like->targets; k++) {
        struct classes *const classes = &rows->classes[like->target_columns[k]];
        if (!like->target_names[k])
            continue;
        classes->kind = COLUMN_NAMES;
        if (!classes_add(classes, classes->count, like->target_names[k]))
            return error_memory(err, "the class names");
        classes->closed = true;
    }
    return STATUS_OK;
}

enum status rows_shape(struct rows *rows, size_t columns, size_t targets, const struct place *where, struct error *err)
{
    if (rows->source->targets && rows->source->targets != targets)
        return error_set(err, STATUS_USAGE, PLACE "the file says %s, not the %zu of --targets; leave it out",
                         AT(where), number_counted(targets, "target").text, rows->source->targets);
    const struct dataset *const like = rows->source->like;
    const enum status status = like ? check_like(rows, columns, targets, where, err) : STATUS_OK;
    if (status)
        return status;
    if (rows->columns == 0) {
        if (columns <= targets)
            return error_set(err, STATUS_DATA,
                             PLACE "%s cannot hold %s and an input; lower --targets", where->name, where->line, columns,
                             number_counted(columns, "column").text, number_counted(targets, "target").text);
        rows->classes = mem_array(targets, sizeof *rows->classes);
        if (!rows->classes)
            return error_memory(err, "the targets");
        rows->columns = columns;
        rows->targets = targets;
        rows->shape_by = *where;
        return like && !rows->source->no_targets ? take_classes(rows, err) : STATUS_OK;
    }
    if (rows->columns == columns && rows->targets == targets)
        return STATUS_OK;
    return error_set(err, STATUS_DATA,
                     PLACE "%s with %s, after %zu and %zu in %.100s; all files must be alike", where->name,
                     where->line, columns, number_counted(columns, "column").text,
                     number_counted(targets, "target").text, rows->columns, rows->targets,
                     rows->shape_by.name);
}

static enum status reserve(struct rows *rows, size_t count, const struct place *where, struct error *err)
{
    if (count <= rows->capacity - rows->used)
        return STATUS_OK;
    if (count > DATASET_VALUES_MAX - rows->used)
        return error_set(err, STATUS_DATA, PLACE "more than %d values; use fewer samples or columns", AT(where),
                         DATASET_VALUES_MAX);
    size_t capacity = rows->capacity ? rows->capacity : 1024;
    while (capacity - rows->used < count)
        capacity *= 2;
    float *const values = realloc(rows->values, capacity * sizeof *values);
    if (!values)
        return error_set(err, STATUS_INTERNAL, "out of memory for %s after %zu values; use fewer samples",
                         where->name, rows->used);
    rows->values = values;
    rows->capacity = capacity;
    return STATUS_OK;
}

static bool is_column(const struct rows *rows, const char *name)
{
    const char *at = rows->header;
    size_t column = 0;
    while (column < rows->columns && strcmp(at, name) != 0) {
        at += strlen(at) + 1;
        column++;
    }
    return column < rows->columns;
}

enum status rows_header(struct rows *rows, const char *names, size_t size, const struct place *where,
                        struct error *err)
{
    if (!rows->header) {
        rows->header = mem_array(size, 1);
        rows->header_by = where->name;
        if (!rows->header)
            return error_memory(err, "the header");
        memcpy(rows->header, names, size);
        return STATUS_OK;
    }
    const char *name = rows->header;
    for (size_t column = 1; column <= rows->columns; column++) {
        char shown[TEXT_SHOWN], other[TEXT_SHOWN];
        if (strcmp(names, name) != 0 && is_column(rows, names))
            return error_set(err, STATUS_DATA,
                             PLACE "the column '%s', which is '%s' in %.100s; make the headers alike, or leave this "
                                   "one out",
                             where->name, where->line, column, text_shown(names, shown), text_shown(name, other),
                             rows->header_by);
        names += strlen(names) + 1;
        name += strlen(name) + 1;
    }
    return STATUS_OK;
}

enum status rows_room(struct rows *rows, size_t count, const struct place *where, float **room, struct error *err)
{
    const enum status status = reserve(rows, count, where, err);
    *room = status ? NULL : rows->values + rows->used;
    rows->used += status ? 0 : count;
    return status;
}

enum status rows_put(struct rows *rows, float value, const struct place *where, struct error *err)
{
    if (rows->used == rows->capacity) {
        const enum status status = reserve(rows, 1, where, err);
        if (status)
            return status;
    }
    rows->values[rows->used++] = value;
    return STATUS_OK;
}

enum status rows_widen(struct rows *rows, size_t columns, const struct place *where, struct error *err)
{
    const size_t old = rows->columns, inputs = old - rows->targets, more = columns - old;
    if (rows->count > 0 && more > DATASET_VALUES_MAX / rows->count)
        return error_set(err, STATUS_DATA, PLACE "more than %d values; use fewer samples or columns", AT(where),
                         DATASET_VALUES_MAX);
    const enum status status = reserve(rows, rows->count * more, where, err);
    if (status)
        return status;
    for (size_t i = rows->count; i-- > 0;) { /* from the back, so that no row is overwritten before it has moved */
        float *const from = rows->values + i * old, *const to = rows->values + i * columns;
        memmove(to + inputs + more, from + inputs, rows->targets * sizeof *to);
        memmove(to, from, inputs * sizeof *to);
        for (size_t k = 0; k < more; k++)
            to[inputs + k] = 0;
    }
    rows->columns = columns;
    rows->used = rows->count * columns;
    return STATUS_OK;
}

void rows_end(struct rows *rows)
{
    if (rows->gap && rows->source->missing == MISSING_DROP) {
        rows->used -= rows->columns;
        rows->dropped++;
    } else {
        rows->count++;
        rows->splits[rows->split]++;
    }
    rows->gap = false;
}

/* Which targets a column becomes: one, or one for each class that has a row left. */
struct spread {
    size_t first, count;
    uint32_t *place; /* of a class, by its id: 0 for none, else 1 + its place among the column's classes */
};

/* Whether the first row is a header of numbers, as of data frames without names: its inputs count the columns, and no
 * other row has its class. */
static bool is_header(const struct rows *rows, size_t column)
{
    const size_t inputs = rows->columns - rows->targets;
    bool counts = inputs > 1;
    for (size_t i = 0; i < inputs && counts; i++)
        counts = rows->values[i] == (float)i;
    for (size_t i = 1; i < rows->count && counts; i++)
        counts = rows->values[i * rows->columns + column] != rows->values[column];
    return counts;
}

/* Errors: STATUS_INTERNAL; STATUS_DATA for a single class. */
static enum status spread_classes(const struct rows *rows, size_t target, struct spread *spread, struct error *err)
{
    const struct classes *const classes = &rows->classes[target];
    const size_t column = rows->columns - rows->targets + target;
    spread->place = mem_array(classes->count, sizeof *spread->place);
    if (!spread->place)
        return error_memory(err, "the class names");
    for (size_t k = 0; classes->closed && k < classes->count; k++)
        spread->place[k] = 1;
    for (size_t i = 0; i < rows->count; i++)
        spread->place[(size_t)rows->values[i * rows->columns + column]] = 1;
    for (size_t k = 0; k < classes->count; k++)
        if (spread->place[classes->sorted[k].id])
            spread->place[classes->sorted[k].id] = (uint32_t)++spread->count;
    char shown[TEXT_SHOWN];
    if (spread->count < 2)
        return error_set(err, STATUS_DATA,
                         "%s: column %zu holds the one class '%s'; there is nothing to tell apart",
                         rows->shape_by.name, column + 1, text_shown(classes->sorted[0].name, shown));
    if (spread->count > 2 && !rows->source->classes && !classes->closed && is_header(rows, column))
        return error_set(err, STATUS_DATA,
                         "%.160s:%zu: is this a header? its inputs count the columns, and its class stands nowhere "
                         "else; take it out, or say --classes if it is a sample",
                         rows->shape_by.name, classes->line);
    if (spread->count > 2 && spread->count == rows->count && !rows->source->classes && !classes->closed)
        return error_set(err, STATUS_DATA,
                         "%.160s:%zu: column %zu holds another word in each of its %zu samples from this line on; say "
                         "--classes if these are class names",
                         rows->shape_by.name, classes->line, column + 1, rows->count);
    return STATUS_OK;
}

/* Errors: STATUS_INTERNAL. */
static enum status name_targets(const struct rows *rows, const struct spread *spreads, struct dataset *data,
                                struct error *err)
{
    for (size_t t = 0; t < rows->targets && !rows->source->no_targets; t++) {
        const struct classes *const classes = &rows->classes[t];
        for (size_t k = 0; k < spreads[t].count || k < 1; k++)
            data->target_columns[spreads[t].first + k] = (uint32_t)t;
        for (size_t k = 0; spreads[t].place && k < classes->count; k++) {
            const uint32_t place = spreads[t].place[classes->sorted[k].id];
            if (place == 0)
                continue;
            char *const name = strdup(classes->sorted[k].name);
            if (!name)
                return error_memory(err, "the class names");
            data->target_names[spreads[t].first + place - 1] = name;
        }
    }
    return STATUS_OK;
}

/* Move the targets to t, and the inputs to the front of the memory that holds both: a second copy of a large file would
 * cost more than reading it. */
static void values_of_splits(struct rows *rows, const struct spread *spreads, struct dataset *data)
{
    for (size_t i = 0; i < rows->count; i++) {
        const float *const row = rows->values + i * rows->columns;
        float *const t = data->t + i * data->targets;
        for (size_t k = 0; k < rows->targets && !rows->source->no_targets; k++) {
            const float value = row[data->inputs + k];
            if (spreads[k].place)
                t[spreads[k].first + spreads[k].place[(size_t)value] - 1] = 1;
            else
                t[spreads[k].first] = value;
        }
        memmove(rows->values + i * data->inputs, row, data->inputs * sizeof *row);
    }
    float *const less = realloc(rows->values, rows->count * data->inputs * sizeof *less);
    data->x = less ? less : rows->values;
    rows->values = NULL;
}

static enum status make(struct rows *rows, struct spread *spreads, struct dataset *data, struct error *err)
{
    data->samples = rows->count;
    data->inputs = rows->columns - rows->targets;
    for (size_t t = 0; t < rows->targets && !rows->source->no_targets; t++) {
        spreads[t].first = data->targets;
        spreads[t].count = 0;
        if (rows->classes[t].kind == COLUMN_NAMES) {
            const enum status status = spread_classes(rows, t, &spreads[t], err);
            if (status)
                return status;
        }
        data->targets += spreads[t].count ? spreads[t].count : 1;
    }
    if (data->targets > DATASET_COLUMNS_MAX || data->targets > DATASET_VALUES_MAX / data->samples)
        return error_set(err, STATUS_DATA,
                         "%s: %zu samples of %zu classes are too many values; is the target a class?",
                         rows->shape_by.name, data->samples, data->targets);
    data->t = mem_array(data->samples * data->targets, sizeof *data->t);
    data->target_names = mem_array(data->targets, sizeof *data->target_names);
    data->target_columns = mem_array(data->targets, sizeof *data->target_columns);
    if (!data->t || !data->target_names || !data->target_columns)
        return error_memory(err, "the data set");
    const enum status status = name_targets(rows, spreads, data, err);
    if (status)
        return status;
    memcpy(data->splits, rows->splits, sizeof data->splits);
    data->dropped = rows->dropped;
    values_of_splits(rows, spreads, data);
    return STATUS_OK;
}

enum status rows_finish(struct rows *rows, struct dataset *data, struct error *err)
{
    struct spread *const spreads = mem_array(rows->targets, sizeof *spreads);
    if (!spreads)
        return error_memory(err, "the targets");
    const enum status status = make(rows, spreads, data, err);
    for (size_t t = 0; t < rows->targets; t++)
        free(spreads[t].place);
    free(spreads);
    if (status)
        dataset_free(data);
    return status;
}

void rows_free(struct rows *rows)
{
    for (size_t t = 0; rows->classes && t < rows->targets; t++)
        classes_free(&rows->classes[t]);
    free(rows->classes);
    free(rows->header);
    free(rows->values);
}
