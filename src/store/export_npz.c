/* SPDX-License-Identifier: BSD-3-Clause */
/* A surface for NumPy; see export_npz.h. Source: NEP 1, a simple file format for NumPy arrays (version 1.0). */
#include "store/export_npz.h"

#include "base/printable.h"
#include "base/zip.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { DIMS = AXES_MAX + 2, HEADER = 512, ALIGNED = 64 };

static const char names_array[] = "axes";

struct array {
    const char *name;
    char kind;   /* f, u: numbers; U: text of UCS-4 */
    size_t size; /* bytes of a value */
    int rank;
    size_t dims[DIMS];
};

static size_t values_of(const struct array *array)
{
    size_t count = 1;
    for (int d = 0; d < array->rank; d++)
        count *= array->dims[d];
    return count;
}

__attribute__((format(printf, 2, 3))) static void append(char *text, const char *format, ...)
{
    const size_t used = strlen(text);
    va_list arguments;
    va_start(arguments, format);
    discard(vsnprintf(text + used, HEADER - used, format, arguments));
    va_end(arguments);
}

/* The file of the array up to its values, of which `size * count` bytes are to follow. */
static void begin_array(struct zip *zip, const struct array *array)
{
    static const uint16_t one = 1;
    const char order = array->size == 1 ? '|' : *(const unsigned char *)&one ? '<' : '>';
    char name[2 * PARAMETER_NAME + 64], text[HEADER] = "", head[] = "\x93NUMPY\x01\x00??";
    enum { MAGIC = sizeof head - 1 };
    append(text, "{'descr': '%c%c%zu', 'fortran_order': False, 'shape': (", order, array->kind,
           array->kind == 'U' ? array->size / 4 : array->size);
    for (int d = 0; d < array->rank; d++)
        append(text, "%zu, ", array->dims[d]);
    append(text, "), }");
    const size_t length = (MAGIC + strlen(text) + 1 + ALIGNED - 1) / ALIGNED * ALIGNED - MAGIC;
    memset(text + strlen(text), ' ', length - strlen(text));
    text[length - 1] = '\n';
    head[MAGIC - 2] = (char)(length & 0xff);
    head[MAGIC - 1] = (char)(length >> 8);
    discard(snprintf(name, sizeof name, "%s.npy", array->name));
    zip_file(zip, name, MAGIC + length + array->size * values_of(array));
    zip_write(zip, head, MAGIC);
    zip_write(zip, text, length);
}

/* The code of the character at *word, which moves to the next; 0 at the end. A byte that is no UTF-8 stands for
 * itself. */
static uint32_t next_letter(const char **word)
{
    const unsigned char *const at = (const unsigned char *)*word;
    const size_t length = printable_utf8(at);
    uint32_t letter = *at;
    if (length > 1) /* as many bits of the first byte as its length leaves, and six of each other */
        letter &= 0xFFU >> (length + 1);
    for (size_t i = 1; i < length; i++)
        letter = letter << 6 | (at[i] & 0x3FU);
    *word += *at == '\0' ? 0 : length ? length : 1;
    return letter;
}

/* words: [count], each ended by a NUL, `stride` bytes apart. */
static void put_words(struct zip *zip, const char *name, const char *words, size_t count, size_t stride)
{
    size_t longest = 1;
    for (size_t i = 0; i < count; i++) {
        const char *word = words + i * stride;
        size_t letters = 0;
        while (next_letter(&word))
            letters++;
        longest = letters > longest ? letters : longest;
    }
    const struct array array = {.name = name, .kind = 'U', .size = 4 * longest, .rank = 1, .dims = {count}};
    begin_array(zip, &array);
    for (size_t i = 0; i < count; i++) {
        const char *word = words + i * stride;
        for (size_t c = 0; c < longest; c++) {
            const uint32_t letter = next_letter(&word);
            zip_write(zip, &letter, sizeof letter);
        }
    }
}

static enum status put_axis(struct zip *zip, const struct axis *axis, struct error *err)
{
    char name[PARAMETER_NAME];
    parameter_file_name(name, axis->parameter);
    const enum parameter_type type = axis->parameter->type;
    if (type == PARAMETER_CHOICE) {
        char *const words = calloc(axis->count, PARAMETER_TEXT_MAX);
        for (size_t i = 0; words && i < axis->count; i++)
            axis_value_text(words + i * PARAMETER_TEXT_MAX, axis, i);
        if (words)
            put_words(zip, name, words, axis->count, PARAMETER_TEXT_MAX);
        free(words);
        return words ? STATUS_OK : error_memory(err, "an axis");
    }
    const struct array array = {.name = name,
                                .kind = type == PARAMETER_REAL ? 'f' : 'u',
                                .size = type == PARAMETER_WHOLE ? sizeof(uint64_t) : sizeof(uint32_t),
                                .rank = 1,
                                .dims = {axis->count}};
    begin_array(zip, &array);
    for (size_t i = 0; i < axis->count; i++)
        if (type == PARAMETER_WHOLE)
            zip_write(zip, &axis->values[i].whole, sizeof axis->values[i].whole);
        else
            zip_write(zip, &axis->values[i].count, sizeof axis->values[i].count); /* the bits of a float32, too */
    return STATUS_OK;
}

static void put_column(struct zip *zip, const struct columns *columns, size_t number, const struct array *cells)
{
    const struct column *const column = &columns->list[number];
    struct array array = *cells;
    array.name = column->name;
    const bool flag = column->kind == COLUMN_STATUS || column->kind == COLUMN_IN_SET;
    const bool count = column->kind == COLUMN_EPOCHS || column->kind == COLUMN_OK;
    const bool real = column->kind == COLUMN_MEAN || column->kind == COLUMN_SD || column->kind == COLUMN_SE;
    array.kind = real ? 'f' : 'u';
    array.size = flag ? sizeof(uint8_t) : count ? sizeof(uint32_t) : sizeof(uint64_t);
    begin_array(zip, &array);
    for (size_t cell = 0; cell < table_cells(columns->table); cell++) {
        const double value = columns_value(columns, number, cell);
        if (flag)
            zip_write(zip, &(uint8_t){(uint8_t)value}, sizeof(uint8_t));
        else if (count)
            zip_write(zip, &(uint32_t){(uint32_t)value}, sizeof(uint32_t));
        else if (real)
            zip_write(zip, &value, sizeof value);
        else
            zip_write(zip, &(uint64_t){(uint64_t)value}, sizeof(uint64_t));
    }
}

/* A quantity of all single trainings. */
static void put_trials(struct zip *zip, const struct columns *columns, const struct column *column,
                       const struct array *cells)
{
    const struct experiment *const experiment = columns->table->experiment;
    char name[sizeof column->name + 16];
    struct array array = *cells;
    discard(snprintf(name, sizeof name, "trainings/%s", column->name));
    array.name = name;
    array.kind = 'f';
    array.size = sizeof(double);
    if (experiment->data.folds > 1)
        array.dims[array.rank++] = experiment->data.folds;
    array.dims[array.rank++] = experiment->repeats;
    begin_array(zip, &array);
    for (size_t t = 0; t < columns->table->count; t++) {
        const double value = facts_value(columns->facts, columns->table, column->quantity, t);
        zip_write(zip, &value, sizeof value);
    }
}

/* An axis or a column of this name would be a second array of it. */
static enum status check_names(const struct columns *columns, struct error *err)
{
    const struct experiment *const experiment = columns->table->experiment;
    bool taken = false;
    for (size_t a = 0; a < experiment->axis_count; a++)
        taken = taken || strcmp(experiment->axes[a].parameter->name, names_array) == 0;
    for (size_t c = 0; c < columns->count; c++)
        taken = taken || strcmp(columns->list[c].name, names_array) == 0;
    return taken ? error_set(err, STATUS_USAGE,
                             "--to npz: the array `%s` has the names of all axes; csv and json can hold another of "
                             "this name", names_array)
                 : STATUS_OK;
}

static enum status put_axes(struct zip *zip, const struct experiment *experiment, struct array *cells,
                            struct error *err)
{
    char names[AXES_MAX][PARAMETER_NAME];
    enum status status = STATUS_OK;
    for (size_t a = 0; a < experiment->axis_count; a++) {
        parameter_file_name(names[a], experiment->axes[a].parameter);
        cells->dims[cells->rank++] = experiment->axes[a].count;
    }
    put_words(zip, names_array, names[0], experiment->axis_count, PARAMETER_NAME);
    for (size_t a = 0; a < experiment->axis_count && !status; a++)
        status = put_axis(zip, &experiment->axes[a], err);
    return status;
}

enum status export_npz(const struct columns *columns, FILE *out, struct error *err)
{
    struct zip *zip;
    struct array cells = {0};
    enum status status = check_names(columns, err);
    if (!status)
        status = zip_create(&zip, err);
    if (status)
        return status;
    status = put_axes(zip, columns->table->experiment, &cells, err);
    for (size_t c = 0; c < columns->count && !status; c++)
        put_column(zip, columns, c, &cells);
    for (size_t c = 0; c < columns->count && !status && columns->in_set; c++)
        if (columns->list[c].kind == COLUMN_MEAN)
            put_trials(zip, columns, &columns->list[c], &cells);
    const enum status finished = zip_finish(zip, status ? NULL : out, status ? NULL : err);
    return status ? status : finished;
}
