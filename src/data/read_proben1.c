/* SPDX-License-Identifier: BSD-3-Clause */
/* Reading the data of Proben1; see format.h: seven lines name=count, then a sample a line, inputs before targets, the
 * samples for training before those for validation and those for testing. */
#include "base/number.h"
#include "data/format.h"

#include "data/field.h"

#include <string.h>

enum { BOOL_IN, REAL_IN, BOOL_OUT, REAL_OUT, TRAINING, VALIDATION, TEST, COUNTS };

static const char *const count_names[COUNTS] = {
    "bool_in", "real_in", "bool_out", "real_out", "training_examples", "validation_examples", "test_examples"};

/* name=count, the name being count_names[which]. */
static enum status read_count(struct text *text, size_t which, size_t *count, struct error *err)
{
    const char *const name = count_names[which];
    const size_t length = strlen(name);
    if (!text_line(text))
        return error_set(err, STATUS_DATA, PLACE "the file ends before the line %s=; add it", AT(&text->place), name);
    const enum status status = text_field(text, err);
    if (status)
        return status;
    const bool named = strncmp(text->field, name, length) == 0 && text->field[length] == '=' && !text->more;
    uint64_t value = 0;
    char shown[TEXT_SHOWN];
    if (!named || number_read_count(text->field + length + 1, DATASET_VALUES_MAX, &value) != NUMBER_OK)
        return error_set(err, STATUS_DATA,
                         PLACE
                         "'%s' is in the wrong place; Proben1 has %s= and a whole number up to %d here, nothing else",
                         AT(&text->place), text_shown(text->field, shown), name, DATASET_VALUES_MAX);
    *count = value;
    return STATUS_OK;
}

static enum status read_row(struct rows *rows, struct text *text, struct error *err)
{
    while (text->more) {
        enum status status = text_field(text, err);
        const size_t column = text->place.column - 1;
        if (!status && column == rows->columns)
            status = error_set(err, STATUS_DATA, PLACE "more fields than the header's %zu columns; correct one of them",
                               AT(&text->place), rows->columns);
        if (!status)
            status = field_put(rows, column, text->field, &text->place, err);
        if (status)
            return status;
    }
    if (text->place.column != rows->columns)
        return error_set(err, STATUS_DATA, PLACE "line ends after %zu of the header's %zu columns; correct one of them",
                         AT(&text->place), text->place.column, rows->columns);
    rows_end(rows);
    return STATUS_OK;
}

enum status read_proben1(struct rows *rows, struct text *text, bool own_split, struct error *err)
{
    size_t counts[COUNTS];
    for (size_t i = 0; i < COUNTS; i++) {
        const enum status status = read_count(text, i, &counts[i], err);
        if (status)
            return status;
    }
    const size_t inputs = counts[BOOL_IN] + counts[REAL_IN], targets = counts[BOOL_OUT] + counts[REAL_OUT];
    if (inputs == 0 || targets == 0 || inputs + targets > DATASET_COLUMNS_MAX)
        return error_set(err, STATUS_DATA,
                         PLACE "%s and %s in the header; a sample needs both, and has at most %d columns",
                         AT(&text->place), number_counted(inputs, "input").text,
                         number_counted(targets, "target").text, DATASET_COLUMNS_MAX);
    enum status status = rows_shape(rows, inputs + targets, targets, &text->place, err);
    const size_t ends[SPLITS] = {counts[TRAINING], counts[TRAINING] + counts[VALIDATION],
                                counts[TRAINING] + counts[VALIDATION] + counts[TEST]};
    size_t row = 0;
    for (; !status && text_line(text); row++) {
        if (row == ends[SPLIT_TEST])
            return error_set(err, STATUS_DATA,
                             PLACE "more samples than the header's %zu; correct it or take out the rest",
                             text->place.name, text->place.line, (size_t)1, row);
        if (own_split)
            rows->split = row < ends[SPLIT_TRAIN]        ? SPLIT_TRAIN
                         : row < ends[SPLIT_VALIDATION] ? SPLIT_VALIDATION
                                                       : SPLIT_TEST;
        status = read_row(rows, text, err);
    }
    if (!status && row < ends[SPLIT_TEST])
        return error_set(err, STATUS_DATA,
                         PLACE "the file ends after %zu of the header's %s; correct it or add the rest",
                         AT(&text->place), row, number_counted(ends[SPLIT_TEST], "sample").text);
    return status;
}
