/* SPDX-License-Identifier: BSD-3-Clause */
/* What each type of parameter makes of text, and of values; see parameter.h. */
#include "sweep/parameter.h"

#include "base/number.h"
#include "data/source.h"
#include "net/optimizer.h"
#include "net/stopping.h"

#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void parameter_file_name(char *name, const struct parameter *parameter)
{
    discard(snprintf(name, PARAMETER_NAME, "%s", parameter->file ? parameter->file : parameter->name));
    for (char *c = name; *c; c++)
        if (*c == '-')
            *c = '_';
}

const struct parameter *parameters_find(struct parameters parameters, const char *file_name)
{
    for (const struct parameter *p = parameters.rows; p < parameters.rows + parameters.count; p++) {
        char name[PARAMETER_NAME];
        parameter_file_name(name, p);
        if (strcmp(name, file_name) == 0)
            return p;
    }
    return NULL;
}

const struct parameter *parameter_find(const char *file_name)
{
    return parameters_find((struct parameters){hyper_parameters, HYPER_PARAMETERS}, file_name);
}

/* --- one value ---------------------------------------------------------------------------------------------------- */

void parameter_needed(char *text, const struct parameter *parameter)
{
    const char *const or_word = parameter->zero ? parameter->zero : "";
    size_t used = 0;
    switch (parameter->type) {
    case PARAMETER_COUNT:
    case PARAMETER_WHOLE:
        discard(snprintf(text, PARAMETER_TEXT_MAX, "a whole number from %.0f to %s%s%s is needed", parameter->low,
                         parameter->type == PARAMETER_WHOLE ? "18446744073709551615" : "", *or_word ? ", or " : "",
                         or_word));
        if (parameter->type == PARAMETER_COUNT)
            discard(snprintf(text, PARAMETER_TEXT_MAX, "a whole number from %.0f to %.0f%s%s is needed", parameter->low,
                             parameter->high, *or_word ? ", or " : "", or_word));
        break;
    case PARAMETER_REAL:
        if (parameter->high < (double)FLT_MAX)
            discard(snprintf(text, PARAMETER_TEXT_MAX, "a number from %g to %s%g is needed", parameter->low,
                             parameter->open ? "below " : "", parameter->high));
        else if (parameter->low > 0)
            discard(snprintf(text, PARAMETER_TEXT_MAX, "a finite number, %g or more, is needed", parameter->low));
        else
            discard(snprintf(text, PARAMETER_TEXT_MAX, "a finite number%s is needed",
                             parameter->low < 0 ? "" : ", 0 or more,"));
        break;
    case PARAMETER_CHOICE:
        for (unsigned i = 0; i < parameter->choice_count && used < PARAMETER_TEXT_MAX; i++)
            used += (size_t)snprintf(text + used, PARAMETER_TEXT_MAX - used, "%s%s",
                                     i == 0                             ? ""
                                     : i + 1 < parameter->choice_count ? ", "
                                                                       : " or ",
                                     parameter->choices[i]);
        if (used < PARAMETER_TEXT_MAX)
            discard(snprintf(text + used, PARAMETER_TEXT_MAX - used, " is needed"));
        break;
    case PARAMETER_FLAG:
        discard(snprintf(text, PARAMETER_TEXT_MAX, "yes or no is needed"));
        break;
    case PARAMETER_TEXT:
    case PARAMETER_OTHER:
        *text = '\0';
        break;
    }
}

static enum status refuse(const struct parameter *parameter, const char *text, const char *option, struct error *err)
{
    char needed[PARAMETER_TEXT_MAX];
    parameter_needed(needed, parameter);
    return error_set(err, STATUS_USAGE, "%s: \"%.80s\": %s", option, text, needed);
}

static bool read_whole(const char *text, const struct parameter *parameter, uint64_t *value)
{
    return number_read_count(text, UINT64_MAX, value) == NUMBER_OK && (double)*value >= parameter->low &&
           (double)*value <= parameter->high;
}

static bool read_choice(const char *text, const struct parameter *parameter, unsigned *choice)
{
    for (unsigned i = 0; i < parameter->choice_count; i++)
        if (strcmp(text, parameter->choices[i]) == 0) {
            *choice = i;
            return true;
        }
    return false;
}

static bool in_bounds(const struct parameter *parameter, double number)
{
    return number >= parameter->low && (parameter->open ? number < parameter->high : number <= parameter->high);
}

/* Whether a number that is not 0 becomes 0 in float32. */
static bool is_too_small(const char *text, float real)
{
    return real == 0 && strcspn(text, "123456789") < strcspn(text, "eE");
}

enum status parameter_read(const struct parameter *parameter, void *home, const char *text, const char *option,
                           struct error *err)
{
    void *const place = (char *)home + parameter->offset;
    uint64_t whole = 0;
    unsigned choice = 0;
    float real = 0;
    bool right = true;
    switch (parameter->type) {
    case PARAMETER_FLAG:
        right = strcmp(text, "yes") == 0 || strcmp(text, "no") == 0;
        *(bool *)place = *text == 'y';
        break;
    case PARAMETER_COUNT:
        right = (parameter->zero && strcmp(text, parameter->zero) == 0) || read_whole(text, parameter, &whole);
        *(uint32_t *)place = (uint32_t)whole;
        break;
    case PARAMETER_WHOLE:
        right = read_whole(text, parameter, &whole);
        *(uint64_t *)place = whole;
        break;
    case PARAMETER_REAL:
        right = number_read_float(text, &real) == NUMBER_OK && in_bounds(parameter, (double)real);
        if (right && is_too_small(text, real))
            return error_set(err, STATUS_USAGE, "%s: \"%.80s\": is too small for 32 bits, and would be 0", option,
                             text);
        *(float *)place = real;
        break;
    case PARAMETER_CHOICE:
        right = read_choice(text, parameter, &choice);
        memcpy(place, &choice, sizeof choice);
        break;
    case PARAMETER_TEXT:
        *(const char **)place = text;
        return *text ? STATUS_OK : error_set(err, STATUS_USAGE, "%s: the name is empty", option);
    case PARAMETER_OTHER:
        return parameter->read(place, text, option, err);
    }
    return right ? STATUS_OK : refuse(parameter, text, option, err);
}

void parameter_write(char *text, const struct parameter *parameter, const void *home)
{
    const void *const place = (const char *)home + parameter->offset;
    unsigned choice = 0;
    char number[NUMBER_TEXT];
    const char *words;
    *text = '\0';
    switch (parameter->type) {
    case PARAMETER_FLAG:
        discard(snprintf(text, PARAMETER_TEXT_MAX, "%s", *(const bool *)place ? "yes" : "no"));
        break;
    case PARAMETER_COUNT:
        if (parameter->zero && *(const uint32_t *)place == 0)
            discard(snprintf(text, PARAMETER_TEXT_MAX, "%s", parameter->zero));
        else
            discard(snprintf(text, PARAMETER_TEXT_MAX, "%" PRIu32, *(const uint32_t *)place));
        break;
    case PARAMETER_WHOLE:
        discard(snprintf(text, PARAMETER_TEXT_MAX, "%" PRIu64, *(const uint64_t *)place));
        break;
    case PARAMETER_REAL:
        number_text_float(number, *(const float *)place);
        discard(snprintf(text, PARAMETER_TEXT_MAX, "%s", number));
        break;
    case PARAMETER_CHOICE:
        memcpy(&choice, place, sizeof choice);
        discard(snprintf(text, PARAMETER_TEXT_MAX, "%s",
                         choice < parameter->choice_count ? parameter->choices[choice] : "?"));
        break;
    case PARAMETER_TEXT:
        words = *(const char *const *)place;
        discard(snprintf(text, PARAMETER_TEXT_MAX, "%s", words ? words : ""));
        break;
    case PARAMETER_OTHER:
        if (parameter->write)
            parameter->write(text, PARAMETER_TEXT_MAX, place);
        break;
    }
}

enum status parameter_check(const struct hyperparameters *hyper, struct error *err)
{
    for (const struct parameter *p = hyper_parameters; p < hyper_parameters + HYPER_PARAMETERS; p++) {
        const float value = p->type == PARAMETER_REAL ? parameter_get(p, hyper).real : 0;
        const char *const dash = strchr(p->name, '-');
        const bool usual = p->offset == offsetof(struct hyperparameters, learning_rate) && value == RATE_USUAL;
        if (p->type != PARAMETER_REAL || !parameter_counts(p, hyper) || usual || in_bounds(p, (double)value))
            continue;
        if (p->optimizers == ONLY(hyper->optimizer)) /* it may have come by the shorthand */
            return error_set(err, STATUS_USAGE, "--optimizer %s: %s=%g: a number from %g to %s%g is needed",
                             optimizer_names[hyper->optimizer], dash ? dash + 1 : p->name, (double)value, p->low,
                             p->open ? "below " : "", p->high);
        char needed[PARAMETER_TEXT_MAX];
        parameter_needed(needed, p);
        return error_set(err, STATUS_USAGE, "--%s: %g: %s", p->name, (double)value, needed);
    }
    return hyper_check(hyper, err);
}

/* --- values of axes ----------------------------------------------------------------------------------------------- */

static size_t size_of(enum parameter_type type)
{
    return type == PARAMETER_WHOLE ? sizeof(uint64_t) : sizeof(uint32_t);
}
_Static_assert(sizeof(float) == sizeof(uint32_t) && sizeof(unsigned) == sizeof(uint32_t), "a value has 32 or 64 bits");

union parameter_value parameter_get(const struct parameter *parameter, const struct hyperparameters *hyper)
{
    union parameter_value value = {.whole = 0};
    memcpy(&value, (const char *)hyper + parameter->offset, size_of(parameter->type));
    return value;
}

void parameter_set(const struct parameter *parameter, struct hyperparameters *hyper, union parameter_value value)
{
    memcpy((char *)hyper + parameter->offset, &value, size_of(parameter->type));
}

int parameter_compare(const struct parameter *parameter, union parameter_value one, union parameter_value other)
{
    if (parameter->type == PARAMETER_REAL)
        return (one.real > other.real) - (one.real < other.real);
    if (parameter->type == PARAMETER_WHOLE)
        return (one.whole > other.whole) - (one.whole < other.whole);
    return (one.count > other.count) - (one.count < other.count); /* choices too */
}

bool parameter_of_number(const struct parameter *parameter, double number, union parameter_value *value)
{
    *value = (union parameter_value){.whole = 0};
    if (!in_bounds(parameter, number) || (parameter->type == PARAMETER_WHOLE && number >= 0x1p64))
        return false;
    if (parameter->type == PARAMETER_REAL) {
        value->real = (float)number;
        return true;
    }
    if (parameter->type == PARAMETER_COUNT)
        value->count = (uint32_t)number;
    else
        value->whole = (uint64_t)number;
    return floor(number) == number && (parameter->type == PARAMETER_COUNT || parameter->type == PARAMETER_WHOLE);
}

bool parameter_counts(const struct parameter *parameter, const struct hyperparameters *hyper)
{
    return parameter->outcome && (!parameter->optimizers || (parameter->optimizers & ONLY(hyper->optimizer)));
}

bool parameter_same(const struct parameter *parameter, const struct hyperparameters *one,
                    const struct hyperparameters *other)
{
    char text[PARAMETER_TEXT_MAX], again[PARAMETER_TEXT_MAX];
    if (parameter->type != PARAMETER_OTHER && parameter->type != PARAMETER_FLAG)
        return parameter_compare(parameter, parameter_get(parameter, one), parameter_get(parameter, other)) == 0;
    parameter_write(text, parameter, one);
    parameter_write(again, parameter, other);
    return strcmp(text, again) == 0;
}
