/* SPDX-License-Identifier: BSD-3-Clause */
/* From the options to the experiment; see load.h. */
#include "app/load.h"

#include "data/source.h"
#include "sweep/baseline.h"
#include "sweep/program_grid.h"

/* A program, and the axes of its grid. */
static enum status load_program(struct experiment *experiment, const struct options *options, struct error *err)
{
    struct program *program;
    enum status status = program_create(&program, &options->program, err);
    if (!status)
        status = program_grid_make(experiment, program, true, err);
    if (!status)
        status = program_grid_check(experiment, err);
    return status ? status : experiment_check(experiment, err);
}

enum status load_experiment(struct experiment *experiment, struct options *options, struct error *err)
{
    enum status status = STATUS_OK;
    experiment->repeats = options->repeats;
    experiment->hyper = options->hyper;
    if (options->program.command)
        return load_program(experiment, options, err);
    if (!options->quiet && options->command != COMMAND_TRAIN) /* which repeats a cell; others may use what it names */
        options_warn(options);
    for (size_t r = 0; r < HYPER_PARAMETERS && !status; r++)
        if (options->axes[r].count > 0)
            status = experiment_add_axis(experiment, &options->axes[r], err);
    experiment->source = &options->source;
    if (!status)
        status = source_load(&options->source, &experiment->data, err);
    if (!status)
        status = baseline_make(&experiment->baseline, &experiment->data, err);
    return status ? status : experiment_check(experiment, err);
}
