/* SPDX-License-Identifier: BSD-3-Clause */
/* Fields as values; see field.h. */
#include "data/field.h"

#include <math.h>
#include <string.h>
#include <strings.h>

/* More names in a column are no classes but, say, the numbers of the samples. */
enum { CLASSES_MAX = 1 << 16 };

static bool is_missing(const char *field)
{
    switch (*field) { /* most fields are told apart by this */
    case '\0':
        return true;
    case '?':
        return field[1] == '\0';
    case 'N':
    case 'n':
        return strcmp(field, "NA") == 0 || strcasecmp(field, "nan") == 0;
    default:
        return false;
    }
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
                         PLACE "'%s': the value is missing; fill it in, or say --missing drop%s", AT(where),
                         text_shown(field, shown), target ? "" : " or --missing mean");
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

enum number field_number(const struct rows *rows, const char *field, float *value)
{
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

enum status field_input(struct rows *rows, const char *field, const struct place *where, float *value,
                        struct error *err)
{
    const enum number form = field_number(rows, field, value);
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
    bool known;
    const size_t at = classes_find(classes, name, &known);
    if (!known) {
        char shown[TEXT_SHOWN];
        const enum status status = check_name(rows, classes, name, where, err);
        if (status)
            return status;
        if (classes->closed)
            return error_set(err, STATUS_DATA,
                             PLACE "'%s' is none of the %zu classes that were trained; say "
                                   "--no-targets to ignore them",
                             AT(where), text_shown(name, shown), classes->count);
        if (classes->count == CLASSES_MAX)
            return error_set(err, STATUS_DATA, PLACE "more than %d class names; is this column the target?", AT(where),
                             CLASSES_MAX);
        if (!classes_add(classes, at, name))
            return error_memory(err, "the class names");
    }
    *value = (float)classes->sorted[at].id;
    return STATUS_OK;
}

enum status field_target(struct rows *rows, size_t target, const char *field, const struct place *where, float *value,
                        struct error *err)
{
    struct classes *const classes = &rows->classes[target];
    if (rows->source->no_targets) {
        *value = 0;
        return STATUS_OK;
    }
    const bool names = rows->source->classes || classes->closed;
    const enum number form = names ? NUMBER_GARBAGE : field_number(rows, field, value);
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

enum status field_put(struct rows *rows, size_t column, const char *field, const struct place *where,
                       struct error *err)
{
    const size_t inputs = rows->columns - rows->targets;
    float value = 0;
    const enum status status = column < inputs ? field_input(rows, field, where, &value, err)
                                               : field_target(rows, column - inputs, field, where, &value, err);
    return status ? status : rows_put(rows, value, where, err);
}
