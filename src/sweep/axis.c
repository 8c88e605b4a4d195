/* SPDX-License-Identifier: BSD-3-Clause */
/* Axes; see axis.h. */
#include "sweep/axis.h"

#include "base/mem.h"
#include "base/number.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What spaced numbers are rounded to: a float32 keeps as many. */
enum { SPACED_DIGITS = 6 };

/* A place in the text of a range, and what an error line needs. */
struct cursor {
    const char *text, *at, *option;
    struct axis *axis;
    size_t capacity;
    struct error *err;
};

static enum status complain(const struct cursor *c, const char *at, const char *needed)
{
    return error_set(c->err, STATUS_USAGE, "%s: \"%.80s\", column %td: %s", c->option, c->text, at - c->text + 1,
                     needed);
}

static enum status add(struct cursor *c, union parameter_value value)
{
    struct axis *const axis = c->axis;
    if (axis->count == AXIS_VALUES_MAX)
        return error_set(c->err, STATUS_USAGE, "%s: \"%.80s\": more than %d values; give fewer", c->option, c->text,
                         AXIS_VALUES_MAX);
    if (axis->count == c->capacity) {
        const size_t capacity = c->capacity ? 2 * c->capacity : 64;
        union parameter_value *const larger = realloc(axis->values, capacity * sizeof *larger);
        if (!larger)
            return error_memory(c->err, "an axis of the grid");
        axis->values = larger;
        c->capacity = capacity;
    }
    axis->values[axis->count++] = value;
    return STATUS_OK;
}

/* --- numbers ------------------------------------------------------------------------------------------------------ */

static bool is_whole(const struct parameter *parameter)
{
    return parameter->type == PARAMETER_COUNT || parameter->type == PARAMETER_WHOLE;
}

static enum status add_whole(struct cursor *c, uint64_t number)
{
    union parameter_value value = {.whole = number};
    if (c->axis->parameter->type == PARAMETER_COUNT)
        value = (union parameter_value){.count = (uint32_t)number}; /* it is in bounds */
    return add(c, value);
}

/* Digits of a whole number; *high where it is too large for the parameter. */
static uint64_t read_digits(struct cursor *c, bool *high)
{
    uint64_t number = 0;
    *high = number_read_whole(c->at, UINT64_MAX, &number, &c->at) == NUMBER_NOT_FINITE ||
            (double)number > c->axis->parameter->high;
    return number;
}

static enum status too_much(const struct cursor *c, const char *at, bool high, double least)
{
    const struct parameter *const p = c->axis->parameter;
    const char *const unit = p->unit ? p->unit : "";
    char needed[PARAMETER_TEXT_MAX];
    if (high)
        discard(snprintf(needed, sizeof needed, "at most %" PRIu64 "%s%s",
                         p->high < 0x1p64 ? (uint64_t)p->high : UINT64_MAX, *unit ? " " : "", unit));
    else if (least > p->low)
        discard(snprintf(needed, sizeof needed, "the range ends before it begins"));
    else if (*unit && p->low == 1)
        discard(snprintf(needed, sizeof needed, "at least 1 %.*s", (int)strcspn(unit, "s "), unit));
    else
        discard(snprintf(needed, sizeof needed, "at least %g", p->low));
    return complain(c, at, needed);
}

/* A whole number of the parameter's bounds, and not below `least`. */
static enum status read_whole(struct cursor *c, uint64_t least, uint64_t *number)
{
    const char *const start = c->at;
    const struct parameter *const p = c->axis->parameter;
    const uint64_t low = least > (uint64_t)p->low ? least : (uint64_t)p->low;
    bool high;
    *number = read_digits(c, &high);
    if (c->at == start)
        return complain(c, start, "expected a whole number; a range is 8, 1:64, 1:64:4 or 1,2,4,8");
    return high || *number < low ? too_much(c, start, high, (double)least) : STATUS_OK;
}

/* The text up to the next `:`, `,` or its end as a number of the parameter's bounds. */
static enum status read_real(struct cursor *c, double *number)
{
    char word[NUMBER_TEXT + 32], needed[PARAMETER_TEXT_MAX];
    const size_t length = strcspn(c->at, ":,");
    struct hyperparameters scratch = {0};
    *number = 0;
    discard(snprintf(word, sizeof word, "%.*s", (int)(length < sizeof word ? length : sizeof word - 1), c->at));
    if (length >= sizeof word || number_read(word, number) != NUMBER_OK ||
        parameter_read(c->axis->parameter, &scratch, word, c->option, NULL)) {
        parameter_needed(needed, c->axis->parameter);
        return complain(c, c->at, length < sizeof word && *number > 0 && (float)*number == 0
                                      ? "is too small for 32 bits, and would be 0"
                                      : needed);
    }
    c->at += length;
    return STATUS_OK;
}

/* An end of a spaced range; of a whole number, of which a double may not have all digits, both. */
struct end {
    double number;
    uint64_t whole;
};

static enum status read_end(struct cursor *c, struct end *end)
{
    *end = (struct end){0};
    if (!is_whole(c->axis->parameter))
        return read_real(c, &end->number);
    const enum status status = read_whole(c, 0, &end->whole);
    end->number = (double)end->whole;
    return status;
}

static enum status refuse_close(const struct cursor *c)
{
    return error_set(c->err, STATUS_USAGE, "%s: \"%.80s\": the values are too close; give fewer", c->option, c->text);
}

/* `count` numbers from first to last, and these themselves. */
static enum status add_spaced(struct cursor *c, const struct end *first, const struct end *last, bool log,
                              uint64_t count)
{
    const struct parameter *const p = c->axis->parameter;
    const size_t begin = c->axis->count;
    enum status status = STATUS_OK;
    for (uint64_t i = 0; i < count && !status; i++) {
        const double share = count > 1 ? (double)i / (double)(count - 1) : 0;
        const struct end *const end = i == 0 ? first : i + 1 == count ? last : NULL;
        double number = log ? first->number * pow(last->number / first->number, share)
                            : first->number + (last->number - first->number) * share;
        char digits[NUMBER_TEXT];
        discard(snprintf(digits, sizeof digits, "%.*e", SPACED_DIGITS - 1, number));
        discard((long)number_read(digits, &number));
        number = end ? end->number : is_whole(p) ? round(number) : number;
        union parameter_value value;
        if (end && is_whole(p))
            status = add_whole(c, end->whole);
        else
            status = parameter_of_number(p, number, &value) ? add(c, value) : refuse_close(c); /* rounded too far */
    }
    for (size_t i = begin + 1; i < c->axis->count && !status && !is_whole(p); i++)
        if (parameter_compare(p, c->axis->values[i - 1], c->axis->values[i]) == 0)
            status = refuse_close(c);
    return status;
}

/* What follows `first:last:` when it is no step: lin or log and how many. */
static enum status read_spaced(struct cursor *c, const char *start, const struct end *first)
{
    struct end last;
    c->at++;
    const char *const end = c->at;
    enum status status = read_end(c, &last);
    if (status)
        return status;
    const bool log = strncmp(c->at, ":log", 4) == 0;
    if (!log && strncmp(c->at, ":lin", 4) != 0)
        return complain(c, c->at, "expected how many values to take of it, as in 0:0.9:lin10 or 0.001:10:log64");
    if (last.number < first->number || last.whole < first->whole)
        return complain(c, end, "the range ends before it begins");
    if (log && first->number <= 0)
        return complain(c, start, "log needs values above 0");
    c->at += 4;
    const char *const digits = c->at;
    uint64_t count = 0;
    if (number_read_whole(digits, AXIS_VALUES_MAX, &count, &c->at) != NUMBER_OK || count < 2)
        return complain(c, digits, "expected how many values, 2 or more");
    return add_spaced(c, first, &last, log, count);
}

/* first, first:last or first:last:step of whole numbers, or a spaced range. */
static enum status read_wholes(struct cursor *c)
{
    const char *const start = c->at;
    uint64_t first = 0, step = 1;
    enum status status = read_whole(c, 0, &first);
    uint64_t last = first;
    if (!status && *c->at == ':') {
        const struct cursor before = *c;
        c->at++;
        status = read_whole(c, first, &last);
        if (!status && (strncmp(c->at, ":lin", 4) == 0 || strncmp(c->at, ":log", 4) == 0)) {
            c->at = before.at;
            return read_spaced(c, start, &(struct end){(double)first, first});
        }
        if (!status && *c->at == ':') {
            const char *const place = ++c->at;
            bool high;
            step = read_digits(c, &high);
            if (c->at == place)
                return complain(c, place, "expected a whole number; a range is 8, 1:64, 1:64:4 or 1,2,4,8");
            if (step == 0)
                return complain(c, place, "the step is at least 1");
        }
    }
    for (uint64_t value = first; !status; value += step) {
        status = add_whole(c, value);
        if (last - value < step)
            break;
    }
    return status;
}

static enum status read_reals(struct cursor *c)
{
    const char *const start = c->at;
    double first = 0;
    const enum status status = read_real(c, &first);
    if (status)
        return status;
    if (*c->at == ':')
        return read_spaced(c, start, &(struct end){.number = first});
    union parameter_value value;
    struct hyperparameters scratch = {0};
    char word[NUMBER_TEXT + 32]; /* straight to a float: a double between would be rounded twice */
    discard(snprintf(word, sizeof word, "%.*s", (int)(c->at - start), start));
    discard((long)parameter_read(c->axis->parameter, &scratch, word, c->option, NULL)); /* it was read before */
    value = parameter_get(c->axis->parameter, &scratch);
    return add(c, value);
}

/* --- words -------------------------------------------------------------------------------------------------------- */

/* A word that stands for a value: of a choice, or for 0. */
static bool read_word(struct cursor *c, union parameter_value *value)
{
    const struct parameter *const p = c->axis->parameter;
    const size_t length = strcspn(c->at, ",");
    *value = (union parameter_value){.whole = 0};
    bool found = p->zero && strlen(p->zero) == length && strncmp(p->zero, c->at, length) == 0;
    for (unsigned i = 0; i < p->choice_count && !found; i++) {
        found = strlen(p->choices[i]) == length && strncmp(p->choices[i], c->at, length) == 0;
        value->choice = i;
    }
    c->at += found ? length : 0;
    return found;
}

static enum status read_choice(struct cursor *c)
{
    union parameter_value value;
    char needed[PARAMETER_TEXT_MAX];
    if (read_word(c, &value))
        return add(c, value);
    parameter_needed(needed, c->axis->parameter);
    return complain(c, c->at, needed);
}

static enum status read_item(struct cursor *c)
{
    const struct parameter *const p = c->axis->parameter;
    union parameter_value value;
    if (p->type == PARAMETER_CHOICE)
        return read_choice(c);
    if (p->zero && read_word(c, &value))
        return add(c, value);
    return is_whole(p) ? read_wholes(c) : read_reals(c);
}

/* --- the axis ----------------------------------------------------------------------------------------------------- */

static int by_real(const void *a, const void *b)
{
    const union parameter_value *const one = a, *const other = b;
    return (one->real > other->real) - (one->real < other->real);
}

static int by_whole(const void *a, const void *b)
{
    const union parameter_value *const one = a, *const other = b;
    return (one->whole > other->whole) - (one->whole < other->whole);
}

static int by_count(const void *a, const void *b)
{
    const union parameter_value *const one = a, *const other = b;
    return (one->count > other->count) - (one->count < other->count);
}

static void sort(struct axis *axis)
{
    const enum parameter_type type = axis->parameter->type;
    union parameter_value *const v = axis->values;
    qsort(v, axis->count, sizeof *v, type == PARAMETER_REAL ? by_real : type == PARAMETER_WHOLE ? by_whole : by_count);
    size_t kept = 0;
    for (size_t i = 0; i < axis->count; i++)
        if (kept == 0 || parameter_compare(axis->parameter, v[kept - 1], v[i]) != 0)
            v[kept++] = v[i];
    axis->count = kept;
}

enum status axis_parse(struct axis *axis, const struct parameter *parameter, const char *text, const char *option,
                       struct error *err)
{
    *axis = (struct axis){.parameter = parameter};
    struct cursor c = {.text = text, .at = text, .option = option, .axis = axis, .err = err};
    enum status status;
    for (;;) {
        status = read_item(&c);
        if (status || *c.at == '\0')
            break;
        if (*c.at != ',') {
            status = complain(&c, c.at, "expected `:`, `,` or the end; a range is 8, 1:64, 1:64:4 or 1,2,4,8");
            break;
        }
        c.at++;
    }
    if (status)
        axis_free(axis);
    else
        sort(axis);
    return status;
}

void axis_free(struct axis *axis)
{
    free(axis->values);
    *axis = (struct axis){.parameter = axis->parameter};
}

bool axis_find(const struct axis *axis, union parameter_value value, size_t *place)
{
    size_t low = 0, high = axis->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const int order = parameter_compare(axis->parameter, axis->values[middle], value);
        *place = middle;
        if (order == 0)
            return true;
        low = order < 0 ? middle + 1 : low;
        high = order < 0 ? high : middle;
    }
    return false;
}

bool axis_allows(const struct axis *axis, size_t place)
{
    struct hyperparameters scratch = {0};
    char text[PARAMETER_TEXT_MAX];
    axis_value_text(text, axis, place);
    return parameter_read(axis->parameter, &scratch, text, "", NULL) == STATUS_OK &&
           (place == 0 || parameter_compare(axis->parameter, axis->values[place - 1], axis->values[place]) < 0);
}
