/* SPDX-License-Identifier: BSD-3-Clause */
/* Reading a table of numbers; see dataset.h. It reads character by character and keeps one field, never a line, so
 * that no input, however long its lines, asks for more memory than its values need. */
#include "data/dataset.h"

#include "base/number.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
    FIELD_MAX = 128, /* float32 has no decimal form that needs more; what is longer is no number meant for us */
    SHOWN_MAX = 24   /* characters of a bad field that the error line shows */
};

/* What ends a field. */
enum end { END_BLANK, END_COMMA, END_LINE, END_FILE };

struct reader {
    FILE *stream;
    const char *name; /* for error lines */
    size_t line;      /* from 1 */
    size_t column;    /* of the field at hand, from 1 */
    size_t columns;   /* of every row; 0 until the first row was read */
    size_t first_row; /* its line */
    size_t rows;
    bool names;              /* the line at hand held a field that is no number */
    bool numbers;            /* … and one that is */
    size_t bad_column;       /* the first field of the line that is no number, */
    char bad[FIELD_MAX + 1]; /* and its text */
    char field[FIELD_MAX + 1];
    float *values; /* [count], row-major, in memory for `capacity` */
    size_t count, capacity;
};

/* A line's place for people: name:line:column. */
#define PLACE "%.160s:%zu:%zu: "

/* Copy text for an error line: control characters and bytes above ASCII would spoil a terminal. */
static const char *printable(const char *text, char shown[SHOWN_MAX + 4])
{
    size_t n = 0;
    for (; text[n] && n < SHOWN_MAX; n++)
        shown[n] = (char)(text[n] >= ' ' && text[n] <= '~' ? text[n] : '?');
    strcpy(shown + n, text[n] ? "..." : "");
    return shown;
}

/* The next character; every kind of line end becomes '\n'. EOF also when reading failed: ferror tells. */
static int next(struct reader *in)
{
    int c = getc_unlocked(in->stream);
    if (c != '\r')
        return c;
    int after = getc_unlocked(in->stream);
    if (after != '\n' && after != EOF)
        ungetc(after, in->stream);
    return '\n';
}

static bool is_blank(int c)
{
    return c == ' ' || c == '\t' || c == '\v' || c == '\f';
}

static int skip_blanks(struct reader *in)
{
    int c = next(in);
    while (is_blank(c))
        c = next(in);
    return c;
}

static enum end end_of(int c)
{
    return c == EOF ? END_FILE : c == '\n' ? END_LINE : c == ',' ? END_COMMA : END_BLANK;
}

/* Read the field that begins with c into in->field, and what follows it up to the next field's first character, which
 * *c receives. A field that is too long is cut, which leaves it too long to be a number. */
static enum end read_field(struct reader *in, int *c)
{
    size_t length = 0;
    while (*c != EOF && *c != '\n' && *c != ',' && !is_blank(*c)) {
        if (length < FIELD_MAX)
            in->field[length++] = (char)(*c ? *c : '?'); /* a zero byte would end the field */
        *c = next(in);
    }
    in->field[length] = '\0';
    if (is_blank(*c))
        *c = skip_blanks(in);
    enum end end = end_of(*c);
    if (end == END_COMMA)
        *c = skip_blanks(in);
    return end;
}

static enum status append(struct reader *in, float value, struct error *err)
{
    if (in->count == in->capacity) {
        if (in->count == DATASET_VALUES_MAX)
            return error_set(err, STATUS_DATA, PLACE "more than %d values; use fewer samples or columns", in->name,
                             in->line, in->column, DATASET_VALUES_MAX);
        size_t capacity = in->capacity ? 2 * in->capacity : 1024;
        float *values = realloc(in->values, capacity * sizeof *values);
        if (!values)
            return error_set(err, STATUS_INTERNAL, "out of memory for %.160s after %zu values; use fewer samples",
                             in->name, in->count);
        in->values = values;
        in->capacity = capacity;
    }
    in->values[in->count++] = value;
    return STATUS_OK;
}

static enum status bad_field(const struct reader *in, size_t column, const char *field, struct error *err)
{
    char shown[SHOWN_MAX + 4];
    return error_set(err, STATUS_DATA,
                     PLACE "'%s' is no number; write decimal numbers such as 0.5, split by blanks, tabs or commas",
                     in->name, in->line, column, printable(field, shown));
}

/* Take up the field at hand. A word is no error yet: the line may be the header. */
static enum status take_field(struct reader *in, struct error *err)
{
    if (in->field[0] == '\0')
        return error_set(err, STATUS_DATA, PLACE "empty field; fill in a number or leave out the whole line", in->name,
                         in->line, in->column);
    if (in->columns ? in->column > in->columns : in->column > DATASET_COLUMNS_MAX) {
        if (!in->columns)
            return error_set(err, STATUS_DATA, PLACE "more than %d columns; is each sample on a line of its own?",
                             in->name, in->line, in->column, DATASET_COLUMNS_MAX);
        return error_set(err, STATUS_DATA, PLACE "more fields than the %zu columns of line %zu; make all lines alike",
                         in->name, in->line, in->column, in->columns, in->first_row);
    }
    float value = 0;
    switch (strlen(in->field) < FIELD_MAX ? number_read_float(in->field, &value) : NUMBER_GARBAGE) {
    case NUMBER_OK:
        in->numbers = true;
        return append(in, value, err);
    case NUMBER_NOT_FINITE: {
        char shown[SHOWN_MAX + 4];
        return error_set(err, STATUS_DATA,
                         PLACE "'%s' is missing, infinite or beyond float32; leave out the line or fill in a number",
                         in->name, in->line, in->column, printable(in->field, shown));
    }
    case NUMBER_GARBAGE:
        break;
    }
    if (!in->names) {
        in->names = true;
        in->bad_column = in->column;
        strcpy(in->bad, in->field);
    }
    return STATUS_OK;
}

/* Judge a line of `column` fields that is complete. */
static enum status take_line(struct reader *in, bool header_allowed, struct error *err)
{
    if (in->names && header_allowed && !in->numbers)
        return STATUS_OK;
    if (in->names)
        return bad_field(in, in->bad_column, in->bad, err);
    if (!in->columns) {
        in->columns = in->column;
        in->first_row = in->line;
    } else if (in->column != in->columns) {
        return error_set(err, STATUS_DATA, PLACE "line ends after %zu of the %zu columns of line %zu; make all alike",
                         in->name, in->line, in->column, in->column, in->columns, in->first_row);
    }
    in->rows++;
    return STATUS_OK;
}

/* Read the line whose first field begins with c; *end: whether the file ends with it. */
static enum status read_line(struct reader *in, int c, bool header_allowed, enum end *end, struct error *err)
{
    in->names = in->numbers = false;
    in->column = 0;
    do {
        *end = read_field(in, &c);
        in->column++;
        enum status status = take_field(in, err);
        if (status != STATUS_OK)
            return status;
    } while (*end == END_BLANK || *end == END_COMMA);
    return take_line(in, header_allowed, err);
}

/* Windows programs open a file with these three bytes; they mean nothing. */
static int skip_byte_order_mark(struct reader *in)
{
    static const unsigned char mark[] = {0xEF, 0xBB, 0xBF};
    int c = skip_blanks(in);
    for (size_t i = 0; i < sizeof mark && c == mark[i]; i++)
        c = i + 1 < sizeof mark ? next(in) : skip_blanks(in);
    return c;
}

static enum status read_lines(struct reader *in, struct error *err)
{
    bool header_allowed = true;
    enum end end = END_LINE;
    int c = skip_byte_order_mark(in);
    for (in->line = 1; end != END_FILE; in->line++) {
        if (in->line > 1)
            c = skip_blanks(in);
        if (c == '#')
            while (c != '\n' && c != EOF)
                c = next(in);
        if (c == '\n' || c == EOF) {
            end = end_of(c);
            continue;
        }
        enum status status = read_line(in, c, header_allowed, &end, err);
        if (ferror(in->stream)) /* a field that ends with the disk's failure proves nothing */
            break;
        if (status != STATUS_OK)
            return status;
        header_allowed = false;
    }
    if (ferror(in->stream))
        return error_set(err, STATUS_IO, "cannot read %.160s: %s; see to the file and try again", in->name,
                         strerror(errno));
    return STATUS_OK;
}

/* Split the rows into inputs and targets. */
static enum status finish(struct dataset *data, const struct reader *in, size_t targets, struct error *err)
{
    if (in->rows == 0)
        return error_set(err, STATUS_DATA, "%.160s:%zu:1: no sample; give at least one line of numbers", in->name,
                         in->line - 1);
    if (in->columns <= targets)
        return error_set(err, STATUS_DATA,
                         PLACE "%zu columns are too few for %zu targets and an input; lower --targets", in->name,
                         in->first_row, in->columns, in->columns, targets);
    *data = (struct dataset){.samples = in->rows, .inputs = in->columns - targets, .targets = targets};
    discard(snprintf(data->name, sizeof data->name, "%s", in->name));
    enum status status = dataset_alloc(data, err);
    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; i < data->samples; i++) {
        const float *row = in->values + i * in->columns;
        memcpy(data->x + i * data->inputs, row, data->inputs * sizeof *row);
        memcpy(data->t + i * targets, row + data->inputs, targets * sizeof *row);
    }
    status = dataset_digest(data, err);
    if (status != STATUS_OK)
        dataset_free(data);
    return status;
}

enum status dataset_read(struct dataset *data, FILE *stream, const char *name, size_t targets, struct error *err)
{
    *data = (struct dataset){0};
    if (targets == 0)
        return error_set(err, STATUS_USAGE, "--targets 0: a sample needs a target; give 1 or more");
    struct reader in = {.stream = stream, .name = name};
    enum status status = read_lines(&in, err);
    if (status == STATUS_OK)
        status = finish(data, &in, targets, err);
    free(in.values);
    return status;
}
