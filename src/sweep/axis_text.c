/* SPDX-License-Identifier: BSD-3-Clause */
/* Axes as text that reads back; see axis.h. */
#include "sweep/axis.h"

#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

void axis_value_text(char *text, const struct axis *axis, size_t place)
{
    struct hyperparameters scratch = {0};
    parameter_set(axis->parameter, &scratch, axis->values[place]);
    parameter_write(text, axis->parameter, &scratch);
}

static double number_of(const struct axis *axis, size_t place)
{
    const union parameter_value value = axis->values[place];
    switch (axis->parameter->type) {
    case PARAMETER_REAL:
        return (double)value.real;
    case PARAMETER_WHOLE:
        return (double)value.whole;
    case PARAMETER_COUNT:
    case PARAMETER_CHOICE:
        return value.count;
    case PARAMETER_FLAG:
    case PARAMETER_TEXT:
    case PARAMETER_OTHER:
        break; /* no axes */
    }
    return (double)NAN;
}

/* Of an axis of whole numbers: above 2^53 a double has not all of them. */
static uint64_t whole_of(const struct axis *axis, size_t place)
{
    return axis->parameter->type == PARAMETER_WHOLE ? axis->values[place].whole : axis->values[place].count;
}

char axis_spacing(const struct axis *axis)
{
    const double tolerance = 1e-4; /* spaced numbers have few digits */
    const size_t n = axis->count;
    if (axis->parameter->type == PARAMETER_CHOICE)
        return 'c';
    if (n < 3)
        return n == 2 ? 'n' : 'o';
    const double first = number_of(axis, 0), last = number_of(axis, n - 1);
    bool even = true, ratio = first > 0;
    for (size_t i = 1; i + 1 < n; i++) {
        const double share = (double)i / (double)(n - 1), value = number_of(axis, i);
        even = even && fabs(value - (first + (last - first) * share)) <= tolerance * (last - first) / (double)(n - 1);
        ratio = ratio && fabs(value / (first * pow(last / first, share)) - 1) <= tolerance;
    }
    return even ? 'n' : ratio ? 'g' : 'o';
}

/* Whether the values of a user's own axis, whose text tells its type, are real ones and look like whole ones. */
static bool looks_whole(const struct axis *axis)
{
    char word[PARAMETER_TEXT_MAX];
    bool whole = axis->parameter->own && axis->parameter->type == PARAMETER_REAL;
    for (size_t i = 0; i < axis->count && whole; i++) {
        axis_value_text(word, axis, i);
        whole = strspn(word, "0123456789") == strlen(word);
    }
    return whole;
}

/* first:last:linN or logN, where that reads back to the same values. */
static bool spaced_text(char *text, size_t size, const struct axis *axis, const char *first, const char *last)
{
    const char spacing = axis_spacing(axis);
    struct axis again;
    const bool other_type = axis->parameter->own && axis->parameter->type == PARAMETER_WHOLE; /* it would be real */
    if (other_type || (spacing != 'n' && spacing != 'g'))
        return false;
    const int used = snprintf(text, size, "%s:%s:%s%zu", first, last, spacing == 'n' ? "lin" : "log", axis->count);
    if ((size_t)used >= size || axis_parse(&again, axis->parameter, text, "", NULL))
        return false;
    bool same = again.count == axis->count;
    for (size_t i = 0; i < axis->count && same; i++)
        same = parameter_compare(axis->parameter, again.values[i], axis->values[i]) == 0;
    axis_free(&again);
    return same;
}

size_t axis_list(char *text, size_t size, const struct axis *axis, size_t place)
{
    const char *const mark = place == 0 && looks_whole(axis) ? ".0" : "";
    size_t used = 0;
    *text = '\0';
    for (size_t i = place; i < axis->count; i++) {
        char word[PARAMETER_TEXT_MAX];
        axis_value_text(word, axis, i);
        const int more = snprintf(text + used, size - used, "%s%s%s", i > place ? "," : "", word, i == 0 ? mark : "");
        if ((size_t)more >= size - used) {
            text[used] = '\0';
            return i;
        }
        used += (size_t)more;
    }
    return axis->count;
}

/* Whole numbers by a step as first:last:step, others one by one; too many as they are spaced. */
bool axis_text(char *text, size_t size, const struct axis *axis)
{
    char word[PARAMETER_TEXT_MAX], last[PARAMETER_TEXT_MAX];
    const size_t n = axis->count;
    const bool whole = axis->parameter->type == PARAMETER_COUNT || axis->parameter->type == PARAMETER_WHOLE;
    bool even = whole && n > 1 && !(axis->parameter->zero && whole_of(axis, 0) == 0);
    const uint64_t step = even ? whole_of(axis, 1) - whole_of(axis, 0) : 0;
    for (size_t i = 2; i < n && even; i++)
        even = whole_of(axis, i) - whole_of(axis, i - 1) == step;
    axis_value_text(word, axis, 0);
    axis_value_text(last, axis, n - 1);
    if (even) {
        const int used = snprintf(text, size, "%s:%s", word, last);
        if (step > 1)
            discard(snprintf(text + used, size - (size_t)used, ":%" PRIu64, step));
        return true;
    }
    if (axis_list(text, size, axis, 0) == n || spaced_text(text, size, axis, word, last))
        return true;
    discard(snprintf(text, size, AXIS_MANY, n, word, last));
    return false;
}
