/* SPDX-License-Identifier: BSD-3-Clause */
/* Old results, opened; see opened.h. */
#include "app/opened.h"

#include "base/file.h"
#include "base/input.h"
#include "store/results.h"
#include "sweep/ranking.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The facts of the data that options set, and the values that they have without. */
static const struct {
    const char *fact, *option, *usual;
} told[] = {
    {"repeats", "--repeats", "1"},
    {"missing", "--missing", "refuse"},
    {"scale", "--scale", "none"},
    {"scale_targets", "--scale-targets", "none"},
    {RESULTS_CHOSEN, "--error", "validation"}, /* test is the usual without validation samples, and does no harm */
};

/* A word as a POSIX shell reads it. */
static void put_word(FILE *out, const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=./,:@%";
    if (*word && strspn(word, plain) == strlen(word)) {
        fprintf(out, " %s", word);
        return;
    }
    fputs(" '", out);
    for (; *word; word++)
        if (*word == '\'')
            fputs("'\\''", out);
        else
            putc(*word, out);
    putc('\'', out);
}

/* How the samples were divided: by shares, by a holdout, into folds, or by files whose names were not kept. */
static void put_split(FILE *out, const char *split, const char *folds)
{
    if (strncmp(split, "holdout ", 8) == 0)
        fprintf(out, " --holdout %s", split + 8);
    else if (strcmp(split, "folds") == 0)
        fprintf(out, " --folds %s", folds ? folds : "?");
    else if (strcmp(split, "files") == 0)
        fputs(" --validation FILE --test FILE", out);
    else
        fprintf(out, " --split %s", split);
}

static void put_data(FILE *out, const struct facts *facts)
{
    const char *const data = facts_find(facts, "data"), *const targets = facts_find(facts, "targets");
    const char *const split = facts_find(facts, "split");
    if (data && strcmp(data, "iris") != 0) {
        fputs(" --data", out);
        put_word(out, data);
        if (targets)
            fprintf(out, " --targets %s", targets);
    }
    if (split && strcmp(split, "none") != 0)
        put_split(out, split, facts_find(facts, "folds"));
    for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
        const char *const value = facts_find(facts, told[i].fact);
        if (value && strcmp(value, told[i].usual) != 0) {
            fprintf(out, " %s", told[i].option);
            put_word(out, value);
        }
    }
}

/* All values of an axis as a word, behind `before`. */
static void put_axis(FILE *out, const char *before, const struct axis *axis)
{
    char part[4 * PARAMETER_TEXT_MAX], *text = NULL;
    const bool all = axis_text(part, PARAMETER_TEXT_MAX, axis);
    size_t size = 0, place = all ? axis->count : axis_list(part, sizeof part, axis, 0);
    FILE *const word = open_memstream(&text, &size);
    if (!word)
        return;
    fprintf(word, "%s%s", before, part);
    while (place < axis->count) {
        place = axis_list(part, sizeof part, axis, place);
        fprintf(word, ",%s", part);
    }
    if (fclose(word) == 0)
        put_word(out, text);
    free(text);
}

/* A hyperparameter: the values of an axis, or a value that is not the default. */
static void put_parameter(FILE *out, const struct facts *facts, const struct experiment *experiment,
                          const struct parameter *parameter)
{
    const struct hyperparameters usual = hyper_default();
    const struct axis *const axis = experiment_axis(experiment, parameter);
    char name[PARAMETER_NAME], text[PARAMETER_TEXT_MAX];
    if (axis) {
        fprintf(out, " --%s", parameter->name);
        put_axis(out, "", axis);
        return;
    }
    parameter_file_name(name, parameter);
    parameter_write(text, parameter, &usual);
    const char *const value = facts_find(facts, name);
    if (!value || strcmp(value, text) == 0 || (parameter->usual && strcmp(value, parameter->usual) == 0))
        return;
    fprintf(out, " --%s", parameter->name);
    if (parameter->type != PARAMETER_FLAG)
        put_word(out, value);
}

static void put_program(FILE *out, const struct facts *facts, const struct experiment *experiment)
{
    const struct program *const program = experiment->program;
    static const struct {
        const char *fact, *option, *usual;
    } more[] = {{"stdin", "--stdin", "none"}, {"repeats", "--repeats", "1"}, {"seed", "--seed", "1"}};
    const char *const shell = facts_find(facts, "shell");
    fputs(" --command", out);
    put_word(out, program->command);
    fputs(shell && strcmp(shell, "yes") == 0 ? " --shell" : "", out);
    fputs(facts_find(facts, "chdir") ? " --chdir" : "", out);
    for (size_t a = 0; a < experiment->axis_count; a++) {
        char name[PARAMETER_NAME + 1];
        discard(snprintf(name, sizeof name, "%s=", experiment->axes[a].parameter->name));
        fputs(" --axis", out);
        put_axis(out, name, &experiment->axes[a]);
    }
    for (size_t v = 0; v < program->value_count; v++) {
        char word[PROGRAM_VALUE_TEXT];
        fputs(" --value", out);
        put_word(out, program_value_text(word, program, v));
    }
    for (size_t i = 0; i < sizeof more / sizeof *more; i++) {
        const char *const value = facts_find(facts, more[i].fact);
        if (value && strcmp(value, more[i].usual) != 0) {
            fprintf(out, " %s", more[i].option);
            put_word(out, value);
        }
    }
}

/* The command that repeats the sweep. Owns: the caller, who calls free(). NULL out of memory. */
static char *command_of(const struct facts *facts, const struct experiment *experiment)
{
    char *text = NULL;
    size_t size = 0;
    FILE *const out = open_memstream(&text, &size);
    if (!out)
        return NULL;
    fputs("nsurf", out);
    if (experiment->program) {
        put_program(out, facts, experiment);
    } else {
        for (size_t r = 0; r < HYPER_PARAMETERS; r++)
            put_parameter(out, facts, experiment, &hyper_parameters[r]);
        put_data(out, facts);
    }
    return fclose(out) == 0 ? text : NULL;
}

static enum status digest_of(const char *path, char text[DIGEST_TEXT], struct error *err)
{
    FILE *stream;
    struct digest *digest;
    char bytes[1 << 16];
    size_t got;
    enum status status = input_open(&stream, path, err);
    if (!status)
        status = digest_create(&digest, err);
    if (!status) {
        while ((got = fread(bytes, 1, sizeof bytes, stream)) > 0)
            digest_update(digest, bytes, got);
        status = digest_finish(digest, text, err);
    }
    input_close(stream);
    return status;
}

enum status opened_name(char **name, const char *prefix, const char *ending, struct error *err)
{
    const size_t length = strlen(prefix);
    const bool whole = length > 3 && strcmp(prefix + length - 3, ".h5") == 0; /* the file's own name */
    char *const start = strdup(prefix);
    if (!start)
        return error_memory(err, "a name");
    if (whole)
        start[length - 3] = '\0';
    const enum status status = file_name(name, start, ending, err);
    free(start);
    return status;
}

/* path: of the HDF5 file. Errors: as opened_read. */
static enum status read_all(struct opened *opened, const char *path, enum split error_of, struct error *err)
{
    enum status status = results_read(&opened->experiment, &opened->table, &opened->facts, path, err);
    if (!status)
        status = digest_of(path, opened->digest, err);
    if (status)
        return status;
    status = ranking_choose(&opened->table, error_of, path, err);
    if (status)
        return status;
    opened->command = command_of(&opened->facts, &opened->experiment);
    opened->source = (struct surface_source){.table = &opened->table,
                                             .facts = &opened->facts,
                                             .command = opened->command,
                                             .digest = opened->digest,
                                             .chosen = opened->table.shown};
    return opened->command ? STATUS_OK : error_memory(err, "a command");
}

enum status opened_read(struct opened *opened, const char *prefix, enum split error_of, struct error *err)
{
    char *path;
    *opened = (struct opened){0};
    enum status status = opened_name(&path, prefix, ".h5", err);
    if (status)
        return status;
    status = read_all(opened, path, error_of, err);
    free(path);
    return status;
}

void opened_free(struct opened *opened)
{
    facts_free(&opened->facts);
    table_free(&opened->table);
    experiment_free(&opened->experiment);
    free(opened->command);
}
