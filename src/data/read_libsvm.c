/* SPDX-License-Identifier: BSD-3-Clause */
/* Reading LIBSVM's sparse lines; see format.h. How many inputs there are is known at the end of the file, so the
 * entries are kept until then. */
#include "base/number.h"
#include "data/format.h"

#include "data/field.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct entry {
    uint32_t index; /* from 1; 0 begins a sample, whose target is the value */
    float value;
};

struct sparse {
    struct entry *entries;
    size_t count, capacity;
    uint32_t highest; /* index */
};

static enum status add(struct sparse *sparse, uint32_t index, float value, const struct place *where, struct error *err)
{
    if (sparse->count == sparse->capacity) {
        if (sparse->count >= DATASET_VALUES_MAX)
            return error_set(err, STATUS_DATA, PLACE "more than %d values; use fewer samples", AT(where),
                             DATASET_VALUES_MAX);
        const size_t capacity = sparse->capacity ? 2 * sparse->capacity : 1024;
        struct entry *const entries = realloc(sparse->entries, capacity * sizeof *entries);
        if (!entries)
            return error_memory(err, "the data set");
        sparse->entries = entries;
        sparse->capacity = capacity;
    }
    sparse->entries[sparse->count++] = (struct entry){index, value};
    if (index > sparse->highest)
        sparse->highest = index;
    return STATUS_OK;
}

/* index:value, the index being higher than the last. */
static enum status take_entry(struct rows *rows, struct sparse *sparse, const struct text *text, uint32_t *last,
                              struct error *err)
{
    const char *const field = text->field;
    const char *end;
    char shown[TEXT_SHOWN];
    uint64_t number = 0;
    const enum number form = number_read_whole(field, DATASET_COLUMNS_MAX - 1, &number, &end);
    const uint32_t index = (uint32_t)number;
    if (form == NUMBER_GARBAGE || *end != ':')
        return error_set(err, STATUS_DATA, PLACE "'%s' has no index; a LIBSVM line is label index:value index:value",
                         AT(&text->place), text_shown(field, shown));
    if (index == 0)
        return error_set(err, STATUS_DATA, PLACE "'%s': the index is out of range; it goes from 1 to %d",
                         AT(&text->place), text_shown(field, shown), DATASET_COLUMNS_MAX - 1);
    const struct dataset *const like = rows->source->like;
    if (like && index > like->inputs)
        return error_set(err, STATUS_DATA, PLACE "'%s': the index is beyond the %s of %.100s; make them alike",
                         AT(&text->place), text_shown(field, shown), number_counted(like->inputs, "input").text,
                         like->name);
    if (index <= *last)
        return error_set(err, STATUS_DATA, PLACE "'%s': comes after index %u; indices must ascend", AT(&text->place),
                         text_shown(field, shown), (unsigned)*last);
    *last = index;
    float value = 0;
    const enum status status = field_input(rows, end + 1, &text->place, &value, err);
    return status ? status : add(sparse, index, value, &text->place, err);
}

/* A label as the class of the same number is called already: +1 and 1 are one. */
static const char *label_of(const struct classes *classes, const char *field)
{
    bool known;
    double number, other;
    discard((long)classes_find(classes, field, &known));
    for (size_t c = 0; c < classes->count && !known && number_read(field, &number) == NUMBER_OK; c++)
        if (number_read(classes->sorted[c].name, &other) == NUMBER_OK && other == number)
            return classes->sorted[c].name;
    return field;
}

static enum status read_line(struct rows *rows, struct sparse *sparse, struct text *text, struct error *err)
{
    float label = 0;
    uint32_t last = 0;
    char shown[TEXT_SHOWN];
    enum status status = text_field(text, err);
    if (!status && strchr(text->field, ':'))
        status = error_set(err, STATUS_DATA, PLACE "'%s' is no label; a LIBSVM line is label index:value index:value",
                           AT(&text->place), text_shown(text->field, shown));
    if (!status)
        status = field_target(rows, 0, label_of(rows->classes, text->field), &text->place, &label, err);
    if (!status)
        status = add(sparse, 0, label, &text->place, err);
    while (!status && text->more) {
        status = text_field(text, err);
        if (!status && text->field[0] == '#') /* a remark fills the rest of the line */
            break;
        if (!status)
            status = take_entry(rows, sparse, text, &last, err);
    }
    return status;
}

/* The entries of one sample as a row; returns where the next sample begins. */
static size_t fill_row(struct rows *rows, const struct sparse *sparse, size_t begin, float *row)
{
    const size_t inputs = rows->columns - 1;
    for (size_t k = 0; k < inputs; k++)
        row[k] = 0;
    row[inputs] = sparse->entries[begin].value;
    rows->gap = isnan(row[inputs]);
    size_t at = begin + 1;
    for (; at < sparse->count && sparse->entries[at].index > 0; at++) {
        row[sparse->entries[at].index - 1] = sparse->entries[at].value;
        rows->gap = rows->gap || isnan(sparse->entries[at].value);
    }
    return at;
}

static enum status expand(struct rows *rows, const struct sparse *sparse, const struct place *where, struct error *err)
{
    enum status status = STATUS_OK;
    if (sparse->highest >= rows->columns)
        status = rows->sparse ? rows_widen(rows, sparse->highest + 1, where, err)
                              : rows_shape(rows, sparse->highest + 1, 1, where, err);
    for (size_t at = 0; !status && at < sparse->count;) {
        float *row;
        status = rows_room(rows, rows->columns, where, &row, err);
        if (status)
            break;
        at = fill_row(rows, sparse, at, row);
        rows_end(rows);
    }
    return status;
}

enum status read_libsvm(struct rows *rows, struct text *text, struct error *err)
{
    struct sparse sparse = {0};
    enum status status = STATUS_OK;
    bool more = text_line(text);
    const struct dataset *const like = rows->source->like;
    if (rows->columns == 0 && !like)
        rows->sparse = true;
    status = rows_shape(rows, like ? like->inputs + 1 : rows->columns ? rows->columns : 2, 1, &text->place, err);
    for (; !status && more; more = text_line(text))
        status = read_line(rows, &sparse, text, err);
    if (!status)
        status = expand(rows, &sparse, &text->place, err);
    free(sparse.entries);
    return status;
}
