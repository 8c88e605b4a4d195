/* SPDX-License-Identifier: BSD-3-Clause */
/* Reading FANN's training data; see format.h: a line with the numbers of samples, inputs and targets, then the numbers
 * of all samples, inputs before targets. FANN itself does not care how they are broken into lines, nor does this. */
#include "base/number.h"
#include "data/format.h"

#include "data/field.h"

#include <string.h>

/* The next field, wherever it stands. False at the end. */
static bool next_field(struct text *text, enum status *status, struct error *err)
{
    if (!text->more && !text_line(text))
        return false;
    *status = text_field(text, err);
    return *status == STATUS_OK;
}

/* A whole number of the header. */
static enum status read_count(struct text *text, size_t limit, size_t *count, struct error *err)
{
    enum status status = STATUS_OK;
    if (!next_field(text, &status, err) && !status)
        return error_set(err, STATUS_DATA,
                         PLACE "the file ends before its three counts; write samples, inputs, targets",
                         AT(&text->place));
    if (status)
        return status;
    uint64_t value = 0;
    char shown[TEXT_SHOWN];
    if (number_read_count(text->field, limit, &value) != NUMBER_OK || value == 0)
        return error_set(err, STATUS_DATA,
                         PLACE "'%s' is no count; FANN's form begins with samples, inputs, "
                               "targets, each from 1 to %zu",
                         AT(&text->place), text_shown(text->field, shown), limit);
    *count = value;
    return STATUS_OK;
}

static enum status read_rows(struct rows *rows, struct text *text, size_t samples, struct error *err)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < samples; i++) {
        for (size_t column = 0; column < rows->columns; column++) {
            if (!next_field(text, &status, err))
                return status ? status
                              : error_set(err, STATUS_DATA,
                                          PLACE "the file ends in sample %zu of %zu; correct the first line or add "
                                                "the rest",
                                          AT(&text->place), i + 1, samples);
            status = field_put(rows, column, text->field, &text->place, err);
            if (status)
                return status;
        }
        rows_end(rows);
    }
    if (next_field(text, &status, err))
        return error_set(err, STATUS_DATA,
                         PLACE "more numbers than the first line says, which is %s of %s; correct it or take out "
                               "the rest",
                         AT(&text->place), number_counted(samples, "sample").text,
                         number_counted(rows->columns, "number").text);
    return status;
}

enum status read_fann(struct rows *rows, struct text *text, struct error *err)
{
    size_t samples = 0, inputs = 0, targets = 0;
    enum status status = read_count(text, DATASET_VALUES_MAX, &samples, err);
    if (!status)
        status = read_count(text, DATASET_COLUMNS_MAX, &inputs, err);
    if (!status)
        status = read_count(text, DATASET_COLUMNS_MAX, &targets, err);
    if (!status)
        status = rows_shape(rows, inputs + targets, targets, &text->place, err);
    return status ? status : read_rows(rows, text, samples, err);
}
