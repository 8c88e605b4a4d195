/* SPDX-License-Identifier: BSD-3-Clause */
/* The program of old results; see results_program.h. It goes the same way as on a command line: as words. */
#include "store/results_program.h"

#include "base/mem.h"
#include "base/number.h"
#include "data/hdf5_open.h"
#include "store/image.h"
#include "sweep/program_grid.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const size_t words_max = (size_t)64 << 20; /* of millions of values */

static enum status refuse(const char *path, const char *object, struct error *err)
{
    return error_set(err, STATUS_DATA, "%s: %s: cannot be read; is the file damaged?", path, object);
}

/* An attribute of text, for the caller to free(); NULL without one. */
static char *text_of(hid_t file, const char *name)
{
    char *found = NULL, *text = NULL;
    const hid_t type = H5Tcopy(H5T_C_S1);
    discard(H5Tset_size(type, H5T_VARIABLE));
    discard(H5Tset_cset(type, H5T_CSET_UTF8));
    if (image_read_attribute(file, name, H5T_STRING, type, &found) && found) {
        text = strdup(found);
        discard(H5free_memory(found));
    }
    discard(H5Tclose(type));
    return text;
}

/* --- axes --------------------------------------------------------------------------------------------------------- */

/* A value of the array as a range has it: of real ones the digits tell it. */
static void value_text(char text[NUMBER_TEXT + 2], H5T_class_t class, const void *values, size_t place)
{
    if (class == H5T_INTEGER) {
        discard(snprintf(text, NUMBER_TEXT, "%" PRIu64, ((const uint64_t *)values)[place]));
        return;
    }
    char digits[NUMBER_TEXT];
    number_text_float(digits, ((const float *)values)[place]);
    const bool looks_whole = strspn(digits, "0123456789") == strlen(digits);
    discard(snprintf(text, NUMBER_TEXT + 2, "%s%s", digits, looks_whole ? ".0" : ""));
}

/* NAME=V,V,… of an array of one dimension, for the caller to free(). values: [count], 8 bytes each. */
static enum status axis_words(char **text, const struct hdf5_array *array, const char *name, void *values, size_t count,
                              struct error *err)
{
    const hsize_t start[] = {0}, block[] = {count};
    const H5T_class_t class = H5Tget_class(array->type);
    const hid_t words = H5Tcopy(H5T_C_S1);
    discard(H5Tset_size(words, H5T_VARIABLE));
    discard(H5Tset_cset(words, H5T_CSET_UTF8));
    const bool read = hdf5_read(array,
                                class == H5T_STRING  ? words
                                : class == H5T_FLOAT ? H5T_NATIVE_FLOAT
                                                     : H5T_NATIVE_UINT64,
                                start, block, values);
    discard(H5Tclose(words));
    if (!read || strlen(name) >= PARAMETER_NAME)
        return error_set(err, STATUS_DATA, "%s: is no axis", name);
    char *at = *text = malloc(PARAMETER_NAME + count * (PARAMETER_TEXT_MAX + 1));
    if (!at)
        return error_memory(err, "an axis of the grid");
    at += snprintf(at, PARAMETER_NAME, "%s", name);
    for (size_t v = 0; v < count; v++) {
        char number[NUMBER_TEXT + 2] = "";
        if (class != H5T_STRING)
            value_text(number, class, values, v);
        const char *const word = class == H5T_STRING ? ((char *const *)values)[v] : number;
        if (!word || strlen(word) >= PARAMETER_TEXT_MAX)
            return error_set(err, STATUS_DATA, "%s: is no axis", name);
        at += snprintf(at, PARAMETER_TEXT_MAX + 1, "%c%s", v ? ',' : '=', word);
    }
    return STATUS_OK;
}

static enum status read_axis(char **text, hid_t file, const char *name, const char *path, struct error *err)
{
    struct hdf5_array array;
    enum status status = refuse(path, name, err);
    const bool right = hdf5_open(&array, file, name, NULL) && array.rank == 1 && array.dims[0] <= AXIS_VALUES_MAX;
    const size_t count = right ? (size_t)array.dims[0] : 0;
    if (count > 0) {
        isolated_allow(count * (sizeof(uint64_t) + PARAMETER_TEXT_MAX + 1));
        void *const values = mem_array(count, sizeof(uint64_t));
        status = values ? axis_words(text, &array, name, values, count, err) : error_memory(err, "an axis of the grid");
        free(values);
    }
    hdf5_close(&array);
    return status;
}

static enum status read_axes(struct program_options *options, char **texts, hid_t file, char *names, const char *path,
                             struct error *err)
{
    char *rest;
    enum status status = STATUS_OK;
    for (char *name = strtok_r(names, " ", &rest); name && !status; name = strtok_r(NULL, " ", &rest)) {
        const size_t place = options->axis_count;
        if (place == PROGRAM_AXES_MAX)
            return refuse(path, "axes", err);
        status = read_axis(&texts[place], file, name, path, err);
        options->axes[place] = texts[place];
        options->axis_count += !status;
    }
    return status;
}

/* --- the program -------------------------------------------------------------------------------------------------- */

static enum status set_program(struct experiment *experiment, const struct words *words, struct error *err)
{
    struct program *program;
    const size_t folds = experiment->data.folds;
    enum status status = program_of_words(&program, words, err);
    if (!status)
        status = program_grid_make(experiment, program, false, err);
    experiment->data.folds = folds;
    return status;
}

/* The values, one by one or from the text of them all. texts: [PROGRAM_VALUES_MAX], for the caller to free() */
static void read_values(struct program_options *options, hid_t file, char *all, char **texts)
{
    for (size_t v = 0; v < PROGRAM_VALUES_MAX; v++) {
        char name[16];
        discard(snprintf(name, sizeof name, "value_%zu", v + 1));
        texts[v] = H5Aexists(file, name) > 0 ? text_of(file, name) : NULL;
        if (texts[v])
            options->values[options->value_count++] = texts[v];
    }
    if (options->value_count == 0)
        program_split_values(options, all);
}

enum status results_read_program(struct experiment *experiment, hid_t file, const char *path, struct error *err)
{
    char *const command = text_of(file, "command"), *const values = text_of(file, "values");
    char *const names = text_of(file, "axes"), *texts[PROGRAM_AXES_MAX] = {NULL};
    char *value_texts[PROGRAM_VALUES_MAX] = {NULL};
    struct program_options options = {.command = command, .shell = true}; /* it may be cut, and is not run */
    struct program *program = NULL;
    struct words words = {0};
    enum status status = command && values && names ? STATUS_OK : refuse(path, "command", err);
    if (!status) {
        read_values(&options, file, values, value_texts);
        status = read_axes(&options, texts, file, names, path, err);
    }
    if (!status)
        status = program_of_options(&program, &options, err);
    if (!status)
        status = program_words(program, &words, err);
    if (!status)
        status = set_program(experiment, &words, err);
    if (status && status != STATUS_INTERNAL)
        status = refuse(path, "axes", err);
    program_free(program);
    words_free(&words);
    for (size_t a = 0; a < PROGRAM_AXES_MAX; a++)
        free(texts[a]);
    for (size_t v = 0; v < PROGRAM_VALUES_MAX; v++)
        free(value_texts[v]);
    free(command);
    free(values);
    free(names);
    return status;
}

void results_put_program(const struct isolated *parent, const struct experiment *experiment)
{
    struct words words = {0};
    if (experiment->program && program_words(experiment->program, &words, NULL))
        words_free(&words);
    isolated_put(parent, &words.size, sizeof words.size);
    isolated_put(parent, &words.count, sizeof words.count);
    isolated_put(parent, words.bytes ? words.bytes : "", words.size);
    words_free(&words);
}

enum status results_take_program(struct isolated *child, struct experiment *experiment, struct error *err)
{
    struct words words = {0};
    enum status status = isolated_get(child, &words.size, sizeof words.size, err);
    if (!status)
        status = isolated_get(child, &words.count, sizeof words.count, err);
    if (status || words.size == 0)
        return status;
    size_t ends = 0;
    words.bytes = words.size <= words_max ? malloc(words.size) : NULL;
    if (!words.bytes)
        return error_memory(err, "the axes of the results");
    status = isolated_get(child, words.bytes, words.size, err);
    for (size_t i = 0; i < words.size && !status; i++)
        ends += words.bytes[i] == '\0';
    if (!status && (ends != words.count || words.bytes[words.size - 1] != '\0' ||
                    words.count > PROGRAM_WORDS + PROGRAM_AXES_MAX))
        status = isolated_refuse(child, err);
    if (!status && set_program(experiment, &words, NULL))
        status = isolated_refuse(child, err);
    words_free(&words);
    return status;
}
