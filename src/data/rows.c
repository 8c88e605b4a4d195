/* SPDX-License-Identifier: BSD-3-Clause */
/* Rows as they are read; see rows.h. */
#define _POSIX_C_SOURCE 200809L /* strdup */
#include "data/rows.h"

#include "base/mem.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* More names in a column are no classes but, say, the numbers of the samples. */
enum { CLASSES_MAX = 1 << 16 };

/* Where a name stands in the sorted list, or would. */
static size_t find(const struct classes *classes, const char *name)
{
    size_t low = 0, high = classes->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (strcmp(classes->sorted[middle].name, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Insert a name there. False when there is no memory. */
static bool add_class(struct classes *classes, size_t at, const char *name)
{
    if (classes->count == classes->capacity) {
        const size_t capacity = classes->capacity ? 2 * classes->capacity : 16;
        struct class *const sorted = realloc(classes->sorted, capacity * sizeof *sorted);
        if (!sorted)
            return false;
        classes->sorted = sorted;
        classes->capacity = capacity;
    }
    char *const copy = strdup(name);
    if (!copy)
        return false;
    memmove(classes->sorted + at + 1, classes->sorted + at, (classes->count - at) * sizeof *classes->sorted);
    classes->sorted[at] = (struct class){.name = copy, .id = (uint32_t)classes->count++};
    return true;
}

size_t rows_table_targets(const struct rows *rows, size_t columns)
{
    const struct dataset *const like = rows->source->like;
    if (like)
        return columns > like->inputs ? columns - like->inputs : 0;
    return rows->source->targets ? rows->source->targets : 1;
}

/* The target columns of a data set, which its targets come from. */
static size_t target_columns(const struct dataset *like)
{
    return (size_t)like->target_columns[like->targets - 1] + 1;
}

/* The shape is that of the data set to be like. */
static enum status check_like(const struct rows *rows, size_t columns, size_t targets, const struct place *where,
                              struct error *err)
{
    const struct dataset *const like = rows->source->like;
    if (columns - targets != like->inputs)
        return error_set(err, STATUS_DATA, PLACE "%zu inputs, not the %zu of %.100s; make them alike", where->name,
                         where->line, columns, columns - targets, like->inputs, like->name);
    if (targets == 0 || rows->source->no_targets || targets == target_columns(like) || targets == like->targets)
        return STATUS_OK;
    return error_set(err, STATUS_DATA,
                     PLACE "%zu columns after the %zu inputs of %.100s, which has %zu targets; make them alike, or say "
                           "--no-targets",
                     where->name, where->line, columns, targets, like->inputs, like->name, like->targets);
}

/* The classes of the data set to be like, where there is a column of names for them. */
static enum status take_classes(struct rows *rows, struct error *err)
{
    const struct dataset *const like = rows->source->like;
    const bool by_column = rows->targets == target_columns(like);
    for (size_t t = 0; t < rows->targets; t++)
        rows->classes[t].kind = COLUMN_NUMBERS;
    for (size_t k = 0; by_column && k < like->targets; k++) {
        struct classes *const classes = &rows->classes[like->target_columns[k]];
        if (!like->target_names[k])
            continue;
        classes->kind = COLUMN_NAMES;
        if (!add_class(classes, classes->count, like->target_names[k]))
            return error_memory(err, "the class names");
        classes->closed = true;
    }
    return STATUS_OK;
}

enum status rows_shape(struct rows *rows, size_t columns, size_t targets, const struct place *where, struct error *err)
{
    if (rows->source->targets && rows->source->targets != targets)
        return error_set(err, STATUS_USAGE, PLACE "the file says %zu targets, not the %zu of --targets; leave it out",
                         AT(where), targets, rows->source->targets);
    const struct dataset *const like = rows->source->like;
    const enum status status = like ? check_like(rows, columns, targets, where, err) : STATUS_OK;
    if (status)
        return status;
    if (rows->columns == 0) {
        if (columns <= targets)
            return error_set(err, STATUS_DATA,
                             PLACE "%zu columns are too few for %zu targets and an input; lower --targets", where->name,
                             where->line, columns, columns, targets);
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
                     PLACE "%zu columns, %zu of them targets, after %zu and %zu in %.100s; all files must be alike",
                     where->name, where->line, columns, columns, targets, rows->columns, rows->targets,
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

static bool is_missing(const char *field)
{
    return *field == '\0' || strcmp(field, "NA") == 0 || strcmp(field, "?") == 0 || strcasecmp(field, "nan") == 0;
}

/* A missing value is an error, unless its row is dropped, or the value filled in. */
static enum status take_gap(struct rows *rows, const char *field, bool target, const struct place *where, float *value,
                            struct error *err)
{
    char shown[TEXT_SHOWN];
    if (rows->source->like &&
        (target ? rows->source->missing != MISSING_DROP : rows->source->missing == MISSING_REFUSE))
        return error_set(err, STATUS_DATA, PLACE "'%s': the value is missing; %s", AT(where), text_shown(field, shown),
                         target ? "fill it in, or say --no-targets" : "fill it in, as for the training");
    if (rows->source->missing == MISSING_REFUSE)
        return error_set(err, STATUS_DATA,
                         PLACE "'%s': the value is missing; fill it in, or say --missing drop or --missing mean",
                         AT(where), text_shown(field, shown));
    if (target && rows->source->missing == MISSING_MEAN)
        return error_set(err, STATUS_DATA,
                         PLACE "'%s': a target is missing, and no mean can stand for it; say --missing drop", AT(where),
                         text_shown(field, shown));
    *value = NAN;
    rows->gap = true;
    return STATUS_OK;
}

/* A number with a decimal comma, and so without any point. */
static enum number read_comma(const char *field, float *value)
{
    char with_point[TEXT_FIELD];
    const char *const comma = strchr(field, ',');
    if (strchr(field, '.') || !comma || strlen(field) >= sizeof with_point)
        return NUMBER_GARBAGE;
    strcpy(with_point, field);
    with_point[comma - field] = '.';
    return number_read_float(with_point, value);
}

enum number rows_number(const struct rows *rows, const char *field, float *value)
{
    if (strlen(field) >= TEXT_FIELD)
        return NUMBER_GARBAGE;
    if (!rows->source->decimal_comma)
        return number_read_float(field, value);
    return strpbrk(field, ",.") ? read_comma(field, value) : number_read_float(field, value);
}

/* Whether a word would be a number with the other decimal mark, the one that --decimal does not say. */
static bool wants_other_mark(const struct rows *rows, const char *field)
{
    float value;
    return (rows->source->decimal_comma ? number_read_float : read_comma)(field, &value) != NUMBER_GARBAGE;
}

static const char *other_mark(const struct rows *rows)
{
    return rows->source->decimal_comma ? "point" : "comma";
}

/* What is no number: missing, too large, or something else. */
static enum status take_word(struct rows *rows, const char *field, enum number form, bool target,
                             const struct place *where, float *value, struct error *err)
{
    char shown[TEXT_SHOWN];
    if (is_missing(field))
        return take_gap(rows, field, target, where, value, err);
    if (form == NUMBER_NOT_FINITE)
        return error_set(err, STATUS_DATA,
                         PLACE "'%s' is infinite or beyond float32; leave out the line or write a number", AT(where),
                         text_shown(field, shown));
    if (wants_other_mark(rows, field))
        return error_set(err, STATUS_DATA,
                         PLACE "'%s' is no number; say --decimal %s if that is how numbers are written", AT(where),
                         text_shown(field, shown), other_mark(rows));
    return error_set(err, STATUS_DATA,
                     PLACE "'%s' is no number; write decimal numbers such as %s, or say --format if they are "
                           "separated otherwise",
                     AT(where), text_shown(field, shown), rows->source->decimal_comma ? "0,5" : "0.5");
}

enum status rows_input(struct rows *rows, const char *field, const struct place *where, float *value, struct error *err)
{
    const enum number form = rows_number(rows, field, value);
    return form == NUMBER_OK ? STATUS_OK : take_word(rows, field, form, false, where, value, err);
}

/* Names that are none: one that may have been cut; a number with the other decimal mark, unless --classes says so. */
static enum status check_name(const struct rows *rows, const struct classes *classes, const char *name,
                              const struct place *where, struct error *err)
{
    char shown[TEXT_SHOWN];
    if (strlen(name) >= TEXT_FIELD)
        return error_set(err, STATUS_DATA, PLACE "'%s': a class name of %d characters or more; shorten it", AT(where),
                         text_shown(name, shown), TEXT_FIELD);
    if (!rows->source->classes && !classes->closed && wants_other_mark(rows, name))
        return error_set(err, STATUS_DATA,
                         PLACE "'%s': a number with a decimal %s, or a class name; say --decimal %s or --classes",
                         AT(where), text_shown(name, shown), other_mark(rows), other_mark(rows));
    return STATUS_OK;
}

/* The number of a class, in the order of their appearance. */
static enum status take_class(const struct rows *rows, struct classes *classes, const char *name,
                              const struct place *where, float *value, struct error *err)
{
    const size_t at = find(classes, name);
    const enum status status = check_name(rows, classes, name, where, err);
    if (status)
        return status;
    if (at == classes->count || strcmp(classes->sorted[at].name, name) != 0) {
        char shown[TEXT_SHOWN];
        if (classes->closed)
            return error_set(err, STATUS_DATA,
                             PLACE "'%s' is none of the %zu classes that were trained; say "
                                   "--no-targets to pass over them",
                             AT(where), text_shown(name, shown), classes->count);
        if (classes->count == CLASSES_MAX)
            return error_set(err, STATUS_DATA, PLACE "more than %d class names; is this column the target?", AT(where),
                             CLASSES_MAX);
        if (!add_class(classes, at, name))
            return error_memory(err, "the class names");
    }
    *value = (float)classes->sorted[at].id;
    return STATUS_OK;
}

enum status rows_target(struct rows *rows, size_t target, const char *field, const struct place *where, float *value,
                        struct error *err)
{
    struct classes *const classes = &rows->classes[target];
    if (rows->source->no_targets) {
        *value = 0;
        return STATUS_OK;
    }
    const bool names = rows->source->classes || classes->closed;
    const enum number form = names ? NUMBER_GARBAGE : rows_number(rows, field, value);
    if (is_missing(field) || form == NUMBER_NOT_FINITE)
        return take_word(rows, field, form, true, where, value, err);
    if (classes->kind == COLUMN_OPEN) {
        classes->kind = form == NUMBER_OK ? COLUMN_NUMBERS : COLUMN_NAMES;
        classes->line = where->line;
    }
    char shown[TEXT_SHOWN];
    if (form == NUMBER_OK && classes->kind == COLUMN_NAMES)
        return error_set(err, STATUS_DATA,
                         PLACE "'%s' is a number, after a class name in line %zu; make all alike, or say --classes",
                         AT(where), text_shown(field, shown), classes->line);
    if (form != NUMBER_OK && classes->kind == COLUMN_NUMBERS && rows->source->like)
        return error_set(err, STATUS_DATA, PLACE "'%s' is no number, as the targets that were trained are", AT(where),
                         text_shown(field, shown));
    if (form != NUMBER_OK && classes->kind == COLUMN_NUMBERS)
        return error_set(err, STATUS_DATA,
                         PLACE "'%s' is no number, after one in line %zu; make all alike, or say --classes", AT(where),
                         text_shown(field, shown), classes->line);
    return form == NUMBER_OK ? STATUS_OK : take_class(rows, classes, field, where, value, err);
}

enum status rows_field(struct rows *rows, size_t column, const char *field, const struct place *where,
                       struct error *err)
{
    const size_t inputs = rows->columns - rows->targets;
    float value = 0;
    const enum status status = column < inputs ? rows_input(rows, field, where, &value, err)
                                               : rows_target(rows, column - inputs, field, where, &value, err);
    return status ? status : rows_put(rows, value, where, err);
}

void rows_end(struct rows *rows)
{
    if (rows->gap && rows->source->missing == MISSING_DROP) {
        rows->used -= rows->columns;
        rows->dropped++;
    } else {
        rows->count++;
        rows->parts[rows->part]++;
    }
    rows->gap = false;
}

/* Which targets a column becomes: one, or one for each class that has a row left. */
struct spread {
    size_t first, count;
    uint32_t *place; /* of a class, by its id: 0 for none, else 1 + its place among the column's classes */
};

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
static void part_values(struct rows *rows, const struct spread *spreads, struct dataset *data)
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
    memcpy(data->parts, rows->parts, sizeof data->parts);
    data->dropped = rows->dropped;
    part_values(rows, spreads, data);
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
    for (size_t t = 0; rows->classes && t < rows->targets; t++) {
        for (size_t k = 0; k < rows->classes[t].count; k++)
            free(rows->classes[t].sorted[k].name);
        free(rows->classes[t].sorted);
    }
    free(rows->classes);
    free(rows->values);
}
