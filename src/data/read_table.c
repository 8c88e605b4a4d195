/* SPDX-License-Identifier: BSD-3-Clause */
/* Reading a table: white space, CSV, TSV, with or without a header line; see format.h. */
#include "base/number.h"
#include "data/format.h"

#include "data/field.h"

#include <stdlib.h>
#include <string.h>

/* The first line, all of it: whether it is a header, and which of its fields are targets, is known at its end. */
struct head {
    char *fields; /* one after the other, each with its end */
    size_t used, capacity, columns;
    size_t line;
    bool words, numbers; /* what the fields are */
    size_t unnamed;      /* the first empty field's column, 0 for none */
};

static enum status add_field(const struct rows *rows, struct head *head, const struct text *text, struct error *err)
{
    const size_t size = strlen(text->field) + 1;
    if (head->columns == DATASET_COLUMNS_MAX)
        return error_set(err, STATUS_DATA, PLACE "more than %d columns; write one sample a line", AT(&text->place),
                         DATASET_COLUMNS_MAX);
    if (size > head->capacity - head->used) {
        const size_t capacity = 2 * head->capacity + 4096;
        char *const fields = realloc(head->fields, capacity);
        if (!fields)
            return error_memory(err, "the first line");
        head->fields = fields;
        head->capacity = capacity;
    }
    memcpy(head->fields + head->used, text->field, size);
    head->used += size;
    head->columns++;
    float value;
    const enum number form = field_number(rows, text->field, &value);
    if (*text->field == '\0' && head->unnamed == 0)
        head->unnamed = head->columns;
    if (form == NUMBER_GARBAGE && *text->field && strcmp(text->field, "NA") != 0 && strcmp(text->field, "?") != 0)
        head->words = true;
    else if (*text->field)
        head->numbers = true;
    return STATUS_OK;
}

static enum status read_head(const struct rows *rows, struct head *head, struct text *text, struct error *err)
{
    enum status status = STATUS_OK;
    head->line = text->place.line;
    while (!status && text->more) {
        status = text_field(text, err);
        if (!status)
            status = add_field(rows, head, text, err);
    }
    return status;
}

/* A header only sets the shape; any other first line is the first row too. */
static enum status take_head(struct rows *rows, const struct head *head, const char *name, struct error *err)
{
    struct place where = {.name = name, .line = head->line, .column = head->columns};
    enum status status = rows_shape(rows, head->columns, rows_table_targets(rows, head->columns), &where, err);
    if (status)
        return status;
    if (head->words && !head->numbers) {
        where.column = head->unnamed;
        return head->unnamed ? error_set(err, STATUS_DATA,
                                         PLACE "a column without a name in the header; name it, or leave the column "
                                               "out if it numbers the rows",
                                         AT(&where))
                             : rows_header(rows, head->fields, head->used, &where, err);
    }
    const char *field = head->fields;
    for (size_t column = 0; !status && column < head->columns; column++, field += strlen(field) + 1) {
        where.column = column + 1;
        status = field_put(rows, column, field, &where, err);
    }
    if (!status)
        rows_end(rows);
    return status;
}

static enum status read_row(struct rows *rows, struct text *text, size_t first_line, struct error *err)
{
    for (size_t column = 0; text->more; column++) {
        enum status status = text_field(text, err);
        if (!status && column == rows->columns)
            status = error_set(err, STATUS_DATA, PLACE "more fields than the %s of line %zu; make all alike",
                               AT(&text->place), number_counted(rows->columns, "column").text, first_line);
        if (!status)
            status = field_put(rows, column, text->field, &text->place, err);
        if (status)
            return status;
    }
    if (text->place.column != rows->columns)
        return error_set(err, STATUS_DATA, PLACE "line ends after %zu of the %zu columns of line %zu; make all alike",
                         AT(&text->place), text->place.column, rows->columns, first_line);
    rows_end(rows);
    return STATUS_OK;
}

enum status read_table(struct rows *rows, struct text *text, struct error *err)
{
    struct head head = {0};
    if (!text_line(text))
        return STATUS_OK;
    enum status status = read_head(rows, &head, text, err);
    if (!status)
        status = take_head(rows, &head, text->place.name, err);
    while (!status && text_line(text))
        status = read_row(rows, text, head.line, err);
    free(head.fields);
    return status;
}
