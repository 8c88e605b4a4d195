/* SPDX-License-Identifier: BSD-3-Clause */
/* Old results, opened; see opened.h. */
#include "app/opened.h"

#include "base/file.h"
#include "base/input.h"
#include "store/results.h"
#include "store/settings.h"
#include "sweep/ranking.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The command that repeats a sweep, as it is put together. */
struct repeating {
    FILE *out;
    const char *unknown; /* why it cannot be told with certainty; NULL: it can */
};

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

/* A name of the user's. A fact that was cut, or in which ? stands for what no header line has, is another name. */
static void put_name(struct repeating *line, const char *name, size_t longest)
{
    if (strchr(name, '?') || strlen(name) >= longest)
        line->unknown = "the results may not hold all of a name: it is long, or ? stands in it";
    if (strncmp(name, "/dev/fd/", 8) == 0)
        line->unknown = "the data came through a pipe";
    put_word(line->out, name);
}

/* What options said of the data that no other fact tells. */
static void put_source(struct repeating *line, const struct facts *facts)
{
    for (size_t i = 1; i < SETTINGS_OF_SOURCE; i++) {
        char name[FACT_NAME];
        discard(snprintf(name, sizeof name, SETTINGS_SOURCE "%s", settings_of_source[i]));
        for (char *c = name; *c; c++)
            *c = *c == '-' ? '_' : *c;
        const char *const value = facts_find(facts, name);
        if (!value)
            continue;
        fprintf(line->out, " --%s", settings_of_source[i]);
        if (strcmp(settings_of_source[i], "classes") != 0)
            put_name(line, value, SETTING_VALUE - 1);
    }
}

/* How the samples were divided: by shares, by a holdout, into folds, by files, or as the one file says. */
static void put_split(struct repeating *line, const struct facts *facts, const char *split)
{
    const bool named = facts_find(facts, SETTINGS_SOURCE "validation") || facts_find(facts, SETTINGS_SOURCE "test");
    const bool holdout = strncmp(split, "holdout ", 8) == 0;
    if (!named && (strcmp(split, "files") == 0 || (holdout && facts_find(facts, "validation_samples"))))
        line->unknown = "the results of this older version do not name all files of the samples";
    if (holdout)
        fprintf(line->out, " --holdout %s", split + 8);
    else if (strcmp(split, "folds") == 0)
        fprintf(line->out, " --folds %s", facts_find(facts, "folds") ? facts_find(facts, "folds") : "?");
    else if (strchr(split, '/'))
        fprintf(line->out, " --split %s", split);
}

/* The file of the data, if they are not those that the program carries, which have 4 inputs and 3 targets. */
static void put_file(struct repeating *line, const struct facts *facts, const char *data)
{
    const char *const targets = facts_find(facts, "targets"), *const inputs = facts_find(facts, "inputs");
    const char *const columns = facts_find(facts, SETTINGS_SOURCE "targets");
    const bool several = !targets || strcmp(targets, "1") != 0;
    if (strcmp(data, "iris") == 0 && !columns && several && inputs && strcmp(inputs, "4") == 0)
        return;
    fputs(" --data", line->out);
    if (strcmp(data, "standard input") == 0)
        fputs(" -", line->out);
    else
        put_name(line, data, sizeof((struct dataset *)NULL)->name - 1);
    if (several && !columns)
        line->unknown = "the results of this older version do not say how many columns were targets";
    fprintf(line->out, " --targets %s", columns ? columns : "1");
    put_source(line, facts);
}

static void put_data(struct repeating *line, const struct facts *facts)
{
    FILE *const out = line->out;
    const char *const data = facts_find(facts, "data"), *const split = facts_find(facts, "split");
    if (data)
        put_file(line, facts, data);
    if (split)
        put_split(line, facts, split);
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

/* The defaults, of which some depend on the optimizer; of several optimizers each has its own. */
static struct hyperparameters usual_with(const struct facts *facts)
{
    const struct hyperparameters plain = hyper_default();
    struct hyperparameters usual = plain;
    const char *const optimizer = facts_find(facts, "optimizer");
    usual.learning_rate = RATE_USUAL;
    usual.batch = BATCH_USUAL;
    if (facts_find(facts, "optimizer_range") ||
        (optimizer && parameter_read(parameter_find("optimizer"), &usual, optimizer, "", NULL)))
        return usual;
    hyper_resolve(&usual);
    usual.optimizer = plain.optimizer;
    return usual;
}

/* A hyperparameter: the values of an axis, or a value that is not the default. */
static void put_parameter(FILE *out, const struct opened *opened, const struct parameter *parameter)
{
    const struct hyperparameters usual = usual_with(&opened->facts);
    const struct axis *const axis = experiment_axis(&opened->experiment, parameter);
    char name[PARAMETER_NAME], text[PARAMETER_TEXT_MAX];
    if (axis) {
        fprintf(out, " --%s", parameter->name);
        put_axis(out, "", axis);
        return;
    }
    parameter_file_name(name, parameter);
    parameter_write(text, parameter, &usual);
    const char *const value = facts_find(&opened->facts, name);
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

/* The command that repeats the sweep, or why it is not known. */
static enum status make_command(struct opened *opened, struct error *err)
{
    size_t size = 0;
    struct repeating line = {.out = open_memstream(&opened->command, &size)};
    if (!line.out)
        return error_memory(err, "a command");
    fputs("nsurf", line.out);
    if (opened->experiment.program) {
        put_program(line.out, &opened->facts, &opened->experiment);
    } else {
        for (size_t r = 0; r < HYPER_PARAMETERS; r++)
            put_parameter(line.out, opened, &hyper_parameters[r]);
        put_data(&line, &opened->facts);
    }
    opened->unknown = line.unknown;
    return fclose(line.out) == 0 ? STATUS_OK : error_memory(err, "a command");
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
    status = make_command(opened, err);
    opened->source = (struct surface_source){.table = &opened->table,
                                             .facts = &opened->facts,
                                             .command = opened->unknown ? NULL : opened->command,
                                             .command_unknown = opened->unknown,
                                             .digest = opened->digest,
                                             .chosen = opened->table.shown};
    return status;
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
