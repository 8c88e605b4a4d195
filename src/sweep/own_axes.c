/* SPDX-License-Identifier: BSD-3-Clause */
/* Axes that the user named; see own_axes.h. */
#include "sweep/own_axes.h"

#include "base/mem.h"
#include "base/number.h"

#include <ctype.h>
#include <float.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";

/* Names that mean something else in a template or in the files. */
static const char *const taken[] = {"repeat", "seed",   "fold",    "file",        "folder",       "error",
                                    "status", "epochs", "seconds", "in_best_set", "trainings_ok", "trainings"};

/* The name before the `=`. */
static enum status check_name(const struct parameter *rows, size_t count, const char *text, const char *option,
                              struct error *err)
{
    const size_t length = strspn(text, letters);
    if (text[length] != '=' || length == 0 || isdigit((unsigned char)*text) || length >= PARAMETER_NAME)
        return error_set(err, STATUS_USAGE, "%s: \"%.80s\": NAME=RANGE is needed, the name of letters, digits and _",
                         option, text);
    for (size_t t = 0; t < sizeof taken / sizeof *taken; t++)
        if (strlen(taken[t]) == length && strncmp(taken[t], text, length) == 0)
            return error_set(err, STATUS_USAGE, "%s: \"%.80s\": %s has a meaning of its own; choose another name",
                             option, text, taken[t]);
    for (size_t r = 0; r < count; r++)
        if (strlen(rows[r].name) == length && strncmp(rows[r].name, text, length) == 0)
            return error_set(err, STATUS_USAGE, "%s: \"%.80s\": there is an axis of this name; give all values at once",
                             option, text);
    return STATUS_OK;
}

/* --- of which type ------------------------------------------------------------------------------------------------ */

/* Whether the first `length` bytes are a number. */
static bool is_number(const char *text, size_t length, double *number)
{
    char word[64];
    if (length >= sizeof word)
        return false;
    memcpy(word, text, length);
    word[length] = '\0';
    return number_read(word, number) == NUMBER_OK;
}

static bool is_whole(const char *item, size_t length)
{
    return length > 0 && isdigit((unsigned char)*item) && strspn(item, "0123456789:") >= length;
}

static enum parameter_type type_of(const char *range)
{
    enum parameter_type type = PARAMETER_WHOLE;
    for (const char *item = range; *item && type != PARAMETER_CHOICE;) {
        double number;
        const size_t length = strcspn(item, ",");
        if (!is_whole(item, length))
            type = is_number(item, strcspn(item, ":,"), &number) ? PARAMETER_REAL : PARAMETER_CHOICE;
        item += length + (item[length] == ',');
    }
    return type;
}

/* A value that cannot be kept as it was given is refused. */
static enum status check_digits(const char *range, const char *text, const char *option, struct error *err)
{
    for (const char *at = range; *at; at += strcspn(at, ":,") + (at[strcspn(at, ":,")] != '\0')) {
        double number, kept;
        char shortest[NUMBER_TEXT];
        if (!is_number(at, strcspn(at, ":,"), &number))
            continue;
        number_text_float(shortest, (float)number);
        if (number_read(shortest, &kept) != NUMBER_OK || kept != number)
            return error_set(err, STATUS_USAGE, "%s: \"%.80s\": %.20s: a real number keeps 7 digits; give fewer",
                             option, text, at);
    }
    return STATUS_OK;
}

/* --- words -------------------------------------------------------------------------------------------------------- */

static enum status add_word(struct parameter *row, char **words, const char *word, size_t length, const char *text,
                            const char *option, struct error *err)
{
    bool right = length > 0;
    for (size_t i = 0; i < length; i++)
        right = right && (unsigned char)word[i] > ' ' && (unsigned char)word[i] != 127;
    if (!right)
        return error_set(err, STATUS_USAGE, "%s: \"%.80s\": a word is empty, or has a blank in it", option, text);
    if (length >= PARAMETER_TEXT_MAX)
        return error_set(err, STATUS_USAGE, "%s: \"%.80s\": a word has %zu bytes, and may have %d; give a shorter one",
                         option, text, length, PARAMETER_TEXT_MAX - 1);
    for (unsigned w = 0; w < row->choice_count; w++)
        if (strlen(words[w]) == length && strncmp(words[w], word, length) == 0)
            return error_set(err, STATUS_USAGE, "%s: \"%.80s\": a word stands there twice", option, text);
    words[row->choice_count] = strndup(word, length);
    return words[row->choice_count++] ? STATUS_OK : error_memory(err, "an axis of words");
}

static enum status read_words(struct parameter *row, const char *range, const char *text, const char *option,
                              struct error *err)
{
    size_t count = 1;
    enum status status = STATUS_OK;
    for (const char *c = range; *c; c++)
        count += *c == ',';
    char **const words = mem_array(count, sizeof *words);
    if (!words)
        return error_memory(err, "an axis of words");
    row->choices = (const char *const *)words;
    for (const char *word = range; !status; word += strcspn(word, ",") + 1) {
        status = add_word(row, words, word, strcspn(word, ","), text, option, err);
        if (word[strcspn(word, ",")] == '\0')
            break;
    }
    return status;
}

/* --- the axes ----------------------------------------------------------------------------------------------------- */

/* place: among the axes. */
static enum status parse(struct parameter *row, struct axis *axis, size_t place, const char *text, const char *option,
                         struct error *err)
{
    const char *const range = strchr(text, '=') + 1;
    *row = (struct parameter){.name = strndup(text, (size_t)(range - text) - 1),
                              .type = type_of(range),
                              .home = HOME_HYPER,
                              .offset = offsetof(struct hyperparameters, own) + place * sizeof(uint64_t),
                              .group = GROUP_TRAINING,
                              .help = "an axis of the command",
                              .low = 0,
                              .high = (double)UINT64_MAX,
                              .outcome = true,
                              .axis = true,
                              .own = true};
    enum status status = row->name ? STATUS_OK : error_memory(err, "an axis");
    if (!status && row->type == PARAMETER_REAL) {
        row->low = -(double)FLT_MAX;
        row->high = (double)FLT_MAX;
        status = check_digits(range, text, option, err);
    } else if (!status && row->type == PARAMETER_CHOICE) {
        status = read_words(row, range, text, option, err);
    }
    return status ? status : axis_parse(axis, row, range, option, err);
}

enum status own_axes_parse(struct parameter **rows, struct axis *axes, const char *const *texts, size_t count,
                           const char *option, struct error *err)
{
    enum status status = STATUS_OK;
    *rows = NULL;
    if (count > OWN_MAX)
        return error_set(err, STATUS_USAGE, "%s: %zu axes; %d are the most", option, count, OWN_MAX);
    *rows = mem_array(count + 1, sizeof **rows);
    if (!*rows)
        return error_memory(err, "the axes");
    (*rows)[0] = *parameter_find("seed");
    for (size_t i = 0; i < count && !status; i++) {
        status = check_name(*rows, i + 1, texts[i], option, err);
        if (!status)
            status = parse(&(*rows)[i + 1], &axes[i], i, texts[i], option, err);
    }
    return status;
}

void own_axes_free(struct parameter *rows, size_t count)
{
    for (size_t r = 1; rows && r < count; r++) {
        for (unsigned w = 0; w < rows[r].choice_count; w++)
            free((void *)(uintptr_t)rows[r].choices[w]);
        free((void *)(uintptr_t)rows[r].choices);
        free((void *)(uintptr_t)rows[r].name);
    }
    free(rows);
}
