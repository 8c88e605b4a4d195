/* SPDX-License-Identifier: BSD-3-Clause */
/* Grids of programs; see program_grid.h. */
#include "sweep/program_grid.h"

#include "program/files.h"
#include "sweep/own_axes.h"

#include <stdio.h>
#include <string.h>

enum status program_grid_make(struct experiment *experiment, struct program *program, bool with_axes, struct error *err)
{
    struct axis axes[OWN_MAX] = {{0}};
    experiment->program = program;
    enum status status =
        own_axes_parse(&experiment->own, axes, (const char *const *)program->axes, program->axis_count, "--axis", err);
    experiment->own_count = experiment->own ? program->axis_count + 1 : 0;
    for (size_t a = 0; a < program->axis_count && with_axes && !status; a++)
        status = experiment_add_axis(experiment, &axes[a], err);
    for (size_t a = 0; a < OWN_MAX; a++)
        axis_free(&axes[a]);
    experiment->data.samples = program->value_count;
    experiment->data.folds = 1;
    for (size_t v = 0; v < program->value_count; v++)
        experiment->data.splits[v] = 1;
    return status;
}

static bool is_known(const char *name, const void *arg)
{
    const struct experiment *const experiment = arg;
    const struct parameter *const row = parameters_find(experiment_parameters(experiment), name);
    return files_find(experiment->program, name) || strcmp(name, "repeat") == 0 || strcmp(name, "seed") == 0 ||
           (row && row->own);
}

/* A name that an axis, another array of the result file or a column of the text files has, which call the first value
 * `error`. suffix: as the statistics of repeats have one, or "". */
static enum status check_value(const struct experiment *experiment, size_t value, const char *suffix, struct error *err)
{
    static const char *const arrays[] = {"status", "trainings", "trainings_ok", "in_best_set", "repeat", "fold"};
    const struct program *const program = experiment->program;
    const char *const own = program->values[value].name;
    char name[VALUE_NAME + 8];
    const char *is = NULL;
    if (value > 0 && strncmp(own, "error", 5) == 0 && strcmp(own + 5, suffix) == 0)
        return error_set(err, STATUS_USAGE, "--value %s: the first value has this column; choose another name", own);
    discard(snprintf(name, sizeof name, "%s%s", own, suffix));
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
        is = strcmp(name, arrays[i]) == 0 ? "is another array of the result files" : is;
    for (size_t r = 1; r < experiment->own_count; r++)
        is = strcmp(name, experiment->own[r].name) == 0 ? "is the name of an axis" : is;
    for (size_t v = 0; v < program->value_count; v++)
        is = v != value && strcmp(name, program->values[v].name) == 0 ? "is another value" : is;
    return is ? error_set(err, STATUS_USAGE, "--value %s: %s %s; choose another name", own, name, is)
              : STATUS_OK;
}

static enum status check_values(const struct experiment *experiment, struct error *err)
{
    static const char *const suffixes[] = {"", "_sd", "_se", "_min", "_median"};
    const size_t count = experiment->repeats > 1 ? sizeof suffixes / sizeof *suffixes : 1;
    enum status status = STATUS_OK;
    for (size_t v = 0; v < experiment->program->value_count; v++)
        for (size_t s = 0; s < count && !status; s++)
            status = check_value(experiment, v, suffixes[s], err);
    return status;
}

enum status program_grid_check(const struct experiment *experiment, struct error *err)
{
    const struct program *const program = experiment->program;
    char names[256];
    program_axis_names(names, sizeof names, program);
    const char *const unknown = template_unknown(&program->template, is_known, experiment);
    if (unknown)
        return error_set(err, STATUS_USAGE,
                         "--command: {%s}: no such name; there are %s, repeat and seed, and {{ is a brace", unknown,
                         names);
    for (size_t r = 1; r < experiment->own_count; r++) /* here alone, so that earlier results stay readable */
        if (strcmp(experiment->own[r].name, "FOLDER") == 0)
            return error_set(err, STATUS_USAGE,
                             "--axis FOLDER: NSURF_FOLDER is the path of a run's folder; choose another name");
    for (size_t r = 1; r < experiment->own_count && !program->shell; r++) /* a script finds all in its environment */
        if (!template_uses(&program->template, experiment->own[r].name))
            return error_set(err, STATUS_USAGE, "--axis %s: the command does not use it; write {%s} where it belongs",
                             experiment->own[r].name, experiment->own[r].name);
    return check_values(experiment, err);
}
