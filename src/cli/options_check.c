/* SPDX-License-Identifier: BSD-3-Clause */
/* What options say of each other; see options_check.h. */
#include "cli/options_check.h"

#include "base/log.h"
#include "net/optimizer.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Two options that each say the same thing differently. */
static enum status refuse_both(const char *one, const char *other, const char *what, struct error *err)
{
    return error_set(err, STATUS_USAGE, "%s and %s: both say %s; give one of them", one, other, what);
}

static enum status check_source(const struct options *options, struct error *err)
{
    static const char dealing[] = "which samples are for what";
    const struct source *const source = &options->source;
    const bool split = source->split[SPLIT_TRAIN] > 0, holdout = source->holdout > 0, folds = source->folds > 0;
    const char *const of_file = source->targets           ? "--targets"
                                : source->format          ? "--format"
                                : source->decimal_comma   ? "--decimal"
                                : source->classes         ? "--classes"
                                : source->inputs_dataset  ? "--inputs-dataset"
                                : source->targets_dataset ? "--targets-dataset"
                                : source->validation      ? "--validation"
                                : source->test            ? "--test"
                                                          : NULL;
    if (!source->data && of_file)
        return error_set(err, STATUS_USAGE, "%s: says more about a file; give --data too", of_file);
    if (split + holdout + folds > 1)
        return refuse_both(split ? "--split" : "--holdout", folds ? "--folds" : "--holdout", dealing, err);
    if ((split || folds) && (source->validation || source->test))
        return refuse_both(split ? "--split" : "--folds", source->test ? "--test" : "--validation", dealing, err);
    if (holdout && source->test)
        return refuse_both("--holdout", "--test", "which samples are for the test", err);
    if (folds && (source->scaling != SCALING_NONE || source->missing == MISSING_MEAN))
        return error_set(err, STATUS_USAGE,
                         "--folds and %s: the samples that a fold holds out would shape the inputs of its training; "
                         "scale and complete the file itself, or use --holdout",
                         source->scaling != SCALING_NONE ? "--scale" : "--missing mean");
    const bool seeds = options->axes[parameter_find("seed") - hyper_parameters].count > 1;
    if (seeds && (split || holdout || folds))
        return error_set(err, STATUS_USAGE,
                         "--seed and --%s: the seed draws the samples of each part too, so that seeds would not "
                         "compare; give the parts as files, or use --repeats",
                         split ? "split" : holdout ? "holdout" : "folds");
    return STATUS_OK;
}

/* --- optimizers --------------------------------------------------------------------------------------------------- */

/* Those of the grid, as bits. */
static unsigned optimizers_of(const struct options *options)
{
    const struct axis *const axis = &options->axes[parameter_find("optimizer") - hyper_parameters];
    unsigned optimizers = axis->count > 0 ? 0 : ONLY(options->hyper.optimizer);
    for (size_t v = 0; v < axis->count; v++)
        optimizers |= ONLY(axis->values[v].choice);
    return optimizers;
}

/* Their names, as the option has them. */
enum { NAMES_TEXT = 64 };
static void name_optimizers(char names[NAMES_TEXT], unsigned optimizers)
{
    size_t used = 0;
    for (unsigned o = 0; o < OPTIMIZERS && used < NAMES_TEXT; o++)
        if (optimizers & ONLY(o))
            used += (size_t)snprintf(names + used, NAMES_TEXT - used, "%s%s", used ? "," : "", optimizer_names[o]);
}

/* Whether some network of the grid is trained with it. */
static bool is_used(const struct parameter *row, unsigned optimizers)
{
    return !row->optimizers || (row->optimizers & optimizers);
}

/* The cells of an axis without effect would be alike, and be compared. */
static enum status check_optimizers(const struct options *options, struct error *err)
{
    const unsigned optimizers = optimizers_of(options);
    char names[NAMES_TEXT];
    name_optimizers(names, optimizers);
    for (size_t r = 0; r < HYPER_PARAMETERS; r++)
        if (options->axes[r].count > 1 && !is_used(&hyper_parameters[r], optimizers))
            return error_set(err, STATUS_USAGE,
                             "--%s: has no effect with --optimizer %s, and its cells would be alike; leave it out",
                             hyper_parameters[r].name, names);
    return STATUS_OK;
}

void options_warn(const struct options *options)
{
    const unsigned optimizers = optimizers_of(options);
    char names[NAMES_TEXT];
    name_optimizers(names, optimizers);
    for (size_t r = 0; r < HYPER_PARAMETERS; r++)
        if (options->given[r] && !is_used(&hyper_parameters[r], optimizers))
            log_line("warning: --%s has no effect with --optimizer %s", hyper_parameters[r].name, names);
}

/* --- commands ----------------------------------------------------------------------------------------------------- */

/* One training: a value for each axis, and a fold that there is. */
static enum status check_train(const struct options *options, struct error *err)
{
    const uint32_t folds = options->source.folds;
    for (size_t r = 0; r < HYPER_PARAMETERS; r++) {
        const struct parameter *const row = &hyper_parameters[r];
        if (row->group == GROUP_GRID && options->axes[r].count != 1)
            return error_set(err, STATUS_USAGE, "--%s: train needs one number for each layer, as -a 11 -b 24",
                             row->name);
        if (row->group != GROUP_GRID && options->axes[r].count > 1)
            return error_set(err, STATUS_USAGE, "--%s: train needs one value; give that of the cell", row->name);
    }
    if (options->fold > 0 && folds == 0)
        return error_set(err, STATUS_USAGE, "--fold: there are no folds; --folds K makes K of them");
    if (folds > 0 && options->fold >= folds)
        return error_set(err, STATUS_USAGE, "--fold: %" PRIu32 ": counts from 0, and there are %" PRIu32 " of --folds",
                         options->fold, folds);
    return STATUS_OK;
}

/* What belongs to a program, and what does not. */
static enum status check_program(const struct options *options, struct error *err)
{
    const struct program_options *const program = &options->program;
    const char *const more = program->axis_count    ? "--axis"
                             : program->input       ? "--stdin"
                             : program->value_count ? "--value"
                             : program->timeout.seconds || program->timeout.times ? "--command-timeout"
                             : program->shell       ? "--shell"
                             : program->chdir       ? "--chdir"
                             : program->keep_folders ? "--keep-folders"
                             : options->jobs        ? "--jobs"
                             : options->check       ? "--check"
                             : program->keep_count  ? "--keep-env"
                                                    : NULL;
    if (!program->command)
        return !more ? STATUS_OK
                     : error_set(err, STATUS_USAGE, "%s: says more about a program; give --command too", more);
    if (options->of_networks)
        return error_set(err, STATUS_USAGE,
                         "--%s: is for networks, and --command runs a program; leave one of them out",
                         options->of_networks->name);
    if (program->axis_count == 0)
        return error_set(err, STATUS_USAGE, "--command: there is no grid; --axis NAME=RANGE makes one");
    if (options->axes[parameter_find("seed") - hyper_parameters].count > 1)
        return error_set(err, STATUS_USAGE,
                         "--seed: one number with --command; --repeats makes more runs, which {seed} tells apart");
    return STATUS_OK;
}
/* A prefix to which `.tsv` and the like can be added: no folder, and no name of a result. */
static enum status check_prefix(const struct options *options, struct error *err)
{
    static const char *const endings[] = {".h5", ".tsv", ".dat", ".journal"};
    const char *const prefix = options->prefix;
    const size_t length = strlen(prefix);
    if (prefix[length - 1] == '/')
        return error_set(err, STATUS_USAGE, "--output: \"%.80s\": is a folder; add a name, such as %.80snsurf", prefix,
                         prefix);
    for (size_t e = 0; e < sizeof endings / sizeof *endings; e++) {
        const size_t less = length - strlen(endings[e]);
        if (less < length && less > 0 && strcmp(prefix + less, endings[e]) == 0)
            return error_set(err, STATUS_USAGE,
                             "--output: \"%.80s\": endings are added to it; leave \"%s\" out", prefix, endings[e]);
    }
    return STATUS_OK;
}
enum status options_check(const struct options *options, struct error *err)
{
    enum status status;
    if (options->force && (options->resume || options->repair))
        return error_set(err, STATUS_USAGE, "--force: starts over, while --%s resumes; give one of them",
                         options->resume ? "resume" : "repair");
    status = parameter_check(&options->hyper, err);
    if (!status)
        status = check_source(options, err);
    if (!status)
        status = check_optimizers(options, err);
    if (!status && options->command == COMMAND_TRAIN)
        status = check_train(options, err);
    if (!status && options->command == COMMAND_RUN)
        status = check_prefix(options, err);
    return status ? status : check_program(options, err);
}
