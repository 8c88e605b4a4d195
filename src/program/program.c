/* SPDX-License-Identifier: BSD-3-Clause */
/* Programs of the user's; see program.h. */
#include "program/program.h"

#include "base/input.h"
#include "base/mem.h"
#include "base/number.h"
#include "program/files.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *const program_keep_names[PROGRAM_KEEPS] = {"none", "failed", "all"};

static const size_t input_max = (size_t)1 << 30; /* it is kept in memory by every rank */

/* --- the file of the program -------------------------------------------------------------------------------------- */

static enum status digest_file(const char *path, char digest[DIGEST_TEXT], struct error *err)
{
    FILE *stream;
    struct digest *sum;
    char bytes[1 << 14];
    size_t got;
    digest[0] = '\0';
    if (input_open(&stream, path, NULL))
        return STATUS_OK;
    const enum status status = digest_create(&sum, err);
    if (!status) {
        while ((got = fread(bytes, 1, sizeof bytes, stream)) > 0)
            digest_update(sum, bytes, got);
        if (digest_finish(sum, digest, NULL) || ferror(stream))
            digest[0] = '\0';
    }
    input_close(stream);
    return status;
}

/* Where a shell would find it; false where it is nowhere. path: [size] */
static bool find_program(char *path, size_t size, const char *name)
{
    const char *folders = getenv("PATH");
    if (strchr(name, '/')) {
        discard(snprintf(path, size, "%s", name));
        return access(path, X_OK) == 0;
    }
    for (const char *at = folders ? folders : "/bin:/usr/bin"; at; at = strchr(at, ':') ? strchr(at, ':') + 1 : NULL) {
        const int length = (int)strcspn(at, ":");
        discard(snprintf(path, size, "%.*s%s%s", length, at, length ? "/" : "", name));
        if (access(path, X_OK) == 0)
            return true;
    }
    return false;
}

/* The first word, where it is the same for all cells. */
static enum status find_file(struct program *program, struct error *err)
{
    const struct piece *const first = program->template.pieces;
    char path[4096];
    if (program->shell || first->name || !first->last)
        return STATUS_OK;
    if (!find_program(path, sizeof path, first->text))
        return error_set(err, STATUS_USAGE, "--command: \"%.80s\": no such program, or not to be run", first->text);
    return digest_file(path, program->file_digest, err);
}

/* --- the input ---------------------------------------------------------------------------------------------------- */

static enum status read_input(struct program *program, const char *path, struct error *err)
{
    FILE *stream;
    struct digest *sum;
    size_t capacity = 1 << 16, got;
    enum status status = input_open(&stream, path, err);
    if (status)
        return status;
    program->input = malloc(capacity);
    while (program->input &&
           (got = fread(program->input + program->input_size, 1, capacity - program->input_size, stream)) > 0) {
        program->input_size += got;
        if (program->input_size < capacity)
            continue;
        capacity *= 2;
        char *const larger = capacity <= 2 * input_max ? realloc(program->input, capacity) : NULL;
        if (!larger)
            break;
        program->input = larger;
    }
    const bool whole = program->input && feof(stream) && !ferror(stream);
    input_close(stream);
    if (!whole)
        return error_set(err, STATUS_DATA, "--stdin %.80s: cannot be read to its end, or is larger than %zu MB", path,
                         input_max >> 20);
    discard(snprintf(program->input_name, sizeof program->input_name, "%s", path));
    status = digest_create(&sum, err);
    if (status)
        return status;
    digest_update(sum, program->input, program->input_size);
    return digest_finish(sum, program->input_digest, err);
}

/* --- all of it ---------------------------------------------------------------------------------------------------- */

/* Names of values: each its own, the first `error`. */
static enum status name_values(struct program *program, struct error *err)
{
    for (size_t v = 0; v < program->value_count; v++) {
        struct value *const value = &program->values[v];
        if (v == 0 && *value->name == '\0')
            strcpy(value->name, "error");
        if (*value->name == '\0')
            return error_set(err, STATUS_USAGE, "--value: the values after the first need names: NAME=field:N");
        for (size_t w = 0; w < v; w++)
            if (strcmp(program->values[w].name, value->name) == 0)
                return error_set(err, STATUS_USAGE, "--value: there are two of the name %s", value->name);
    }
    return STATUS_OK;
}

static enum status fill(struct program *program, const struct program_options *options, struct error *err)
{
    static const char *const usual[] = {"line"};
    const char *const *const values = options->value_count ? options->values : usual;
    program->shell = options->shell;
    program->chdir = options->chdir;
    program->keep_folders = options->keep_folders;
    program->timeout = options->timeout;
    program->command = strdup(options->command);
    if (!program->command)
        return error_memory(err, "the command");
    enum status status = options->shell ? template_take(&program->template, options->command, err)
                                        : template_parse(&program->template, options->command, "--command", err);
    if (!status)
        status = files_list(program, err);
    for (size_t v = 0; v < (options->value_count ? options->value_count : 1) && !status; v++)
        status = value_parse(&program->values[program->value_count++], values[v], "--value", err);
    if (!status)
        status = name_values(program, err);
    for (size_t a = 0; a < options->axis_count && !status; a++) {
        program->axes[a] = strdup(options->axes[a]);
        program->axis_count += program->axes[a] != NULL;
        status = program->axes[a] ? STATUS_OK : error_memory(err, "an axis");
    }
    return status;
}

enum status program_of_options(struct program **program, const struct program_options *options, struct error *err)
{
    *program = mem_array(1, sizeof **program);
    if (!*program)
        return error_memory(err, "the program");
    const enum status status = fill(*program, options, err);
    if (status) {
        program_free(*program);
        *program = NULL;
    }
    return status;
}

enum status program_create(struct program **program, const struct program_options *options, struct error *err)
{
    enum status status = program_of_options(program, options, err);
    if (status)
        return status;
    status = folder_id((*program)->run_id) ? find_file(*program, err)
                                           : error_set(err, STATUS_INTERNAL, "the system gives no random numbers");
    if (!status)
        status = files_look(*program, err);
    if (!status && options->input)
        status = read_input(*program, options->input, err);
    if (status) {
        program_free(*program);
        *program = NULL;
    }
    return status;
}

void program_free(struct program *program)
{
    if (!program)
        return;
    template_free(&program->template);
    for (size_t a = 0; a < program->axis_count; a++)
        free(program->axes[a]);
    for (size_t f = 0; f < program->file_count; f++)
        free(program->files[f].name);
    folder_leave(&program->folder);
    free(program->command);
    free(program->input);
    free(program);
}

enum status program_timeout_read(struct program_timeout *timeout, const char *text, const char *option,
                                 struct error *err)
{
    char digits[16] = "";
    const size_t length = strlen(text);
    const bool times = length > 0 && text[length - 1] == 'x';
    uint64_t count = 0;
    if (length - times < sizeof digits)
        memcpy(digits, text, length - times);
    if (number_read_count(digits, PROGRAM_TIMEOUT_MAX_S, &count) != NUMBER_OK || count < (times ? 2 : 1))
        return error_set(err, STATUS_USAGE,
                         "%s: \"%.40s\" is neither seconds, 1 to %d, nor times the median of a run, as 20x",
                         option, text, PROGRAM_TIMEOUT_MAX_S);
    *timeout = (struct program_timeout){times ? 0 : (uint32_t)count, times ? (uint32_t)count : 0};
    return STATUS_OK;
}

enum status program_words(const struct program *program, struct words *words, struct error *err)
{
    char room[PROGRAM_VALUE_TEXT], timeout[32], folders[FOLDER_ID + 16];
    discard(snprintf(timeout, sizeof timeout, "%" PRIu32 "%s",
                     program->timeout.times ? program->timeout.times : program->timeout.seconds,
                     program->timeout.times ? "x" : ""));
    discard(snprintf(folders, sizeof folders, "%s %s %s", program->chdir ? "chdir" : "here",
                     program_keep_names[program->keep_folders], program->run_id));
    enum status status = words_add(words, program->command, err);
    if (!status)
        status = words_add(words, program->shell ? "shell" : "", err);
    if (!status)
        status = words_add(words, timeout, err);
    if (!status)
        status = words_add(words, folders, err);
    for (size_t v = 0; v < PROGRAM_VALUES_MAX && !status; v++)
        status = words_add(words, v < program->value_count ? program_value_text(room, program, v) : "", err);
    for (size_t a = 0; a < program->axis_count && !status; a++)
        status = words_add(words, program->axes[a], err);
    return status;
}

/* How it is with its folders, from the word that says it. */
static void take_folders(struct program_options *options, char id[FOLDER_ID], const char *word)
{
    char keep[16] = "", run_id[FOLDER_ID] = "";
    options->chdir = strncmp(word, "chdir ", 6) == 0;
    discard(sscanf(word, "%*s %15s %8s", keep, run_id));
    memcpy(id, run_id, sizeof run_id);
    for (int k = 0; k < PROGRAM_KEEPS; k++)
        if (strcmp(keep, program_keep_names[k]) == 0)
            options->keep_folders = (enum program_keep)k;
}

enum status program_of_words(struct program **program, const struct words *words, struct error *err)
{
    struct program_options options = {0};
    char run_id[FOLDER_ID] = "";
    enum status status = STATUS_OK;
    const char *word = words->bytes;
    for (size_t w = 0; w < words->count && !status; w++, word += strlen(word) + 1) {
        if (w == 0)
            options.command = word;
        else if (w == 1)
            options.shell = *word != '\0';
        else if (w == 2 && strcmp(word, "0") != 0)
            status = program_timeout_read(&options.timeout, word, "--command-timeout", err);
        else if (w == 2)
            continue;
        else if (w == 3)
            take_folders(&options, run_id, word);
        else if (w < PROGRAM_WORDS && *word)
            options.values[options.value_count++] = word;
        else if (w >= PROGRAM_WORDS)
            options.axes[options.axis_count++] = word;
    }
    if (!status)
        status = program_of_options(program, &options, err);
    if (!status)
        memcpy((*program)->run_id, run_id, sizeof run_id);
    return status;
}

void program_axis_names(char *text, size_t size, const struct program *program)
{
    size_t used = 0;
    *text = '\0';
    for (size_t a = 0; a < program->axis_count && used < size; a++)
        used += (size_t)snprintf(text + used, size - used, "%s%.*s", a ? " " : "",
                                 (int)strcspn(program->axes[a], "="), program->axes[a]);
}

const char *program_value_text(char text[PROGRAM_VALUE_TEXT], const struct program *program, size_t place)
{
    static const char *const kinds[] = {"line", "field:", "label:", "json:", "file:"};
    const struct value *const value = &program->values[place];
    discard(snprintf(text, PROGRAM_VALUE_TEXT, "%s=%s%s", value->name, kinds[value->kind], value->text));
    return text;
}

bool program_value_texts(char text[PROGRAM_VALUES_TEXT], const struct program *program)
{
    struct program_options options = {0};
    char room[PROGRAM_VALUE_TEXT], again[PROGRAM_VALUES_TEXT];
    size_t used = 0;
    *text = '\0';
    for (size_t v = 0; v < program->value_count; v++)
        used += (size_t)snprintf(text + used, PROGRAM_VALUES_TEXT - used, "%s%s", v ? " " : "",
                                 program_value_text(room, program, v));
    memcpy(again, text, used + 1);
    program_split_values(&options, again);
    bool same = options.value_count == program->value_count;
    for (size_t v = 0; v < program->value_count && same; v++)
        same = strcmp(options.values[v], program_value_text(room, program, v)) == 0;
    return same;
}

/* Whether the text, up to a blank, is a value with its name. */
static bool is_value(const char *text)
{
    struct value value;
    char word[PROGRAM_VALUE_TEXT];
    const size_t length = strcspn(text, " ");
    discard(snprintf(word, sizeof word, "%.*s", (int)(length < sizeof word ? length : 0), text));
    return value_parse(&value, word, "", NULL) == STATUS_OK && *value.name;
}

void program_split_values(struct program_options *options, char *text)
{
    while (text && options->value_count < PROGRAM_VALUES_MAX) {
        struct value value;
        char *blank = strchr(text, ' '), *const first = blank;
        while (blank && !is_value(blank + 1))
            blank = strchr(blank + 1, ' ');
        if (blank)
            *blank = '\0';
        if (value_parse(&value, text, "", NULL) && first) /* the text was cut */
            *first = '\0';
        if (value_parse(&value, text, "", NULL) == STATUS_OK && *value.name)
            options->values[options->value_count++] = text;
        text = blank ? blank + 1 : NULL;
    }
}
