/* SPDX-License-Identifier: BSD-3-Clause */
/* The command line; see options.h. */
#define _GNU_SOURCE /* getopt_long */
#include "cli/options.h"

#include "base/nearest.h"
#include "base/number.h"
#include "base/priority.h"
#include "net/optimizer.h"

#include <ctype.h>
#include <float.h>
#include <getopt.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A worker speaks many times within this; only one that is stopped, swapped out or cut off is silent for so long. */
enum { JOBS_MAX = 4096, WORKER_TIMEOUT_S = 120, WORKER_TIMEOUT_MAX_S = 1000000 };

const struct command_words command_words[COMMANDS] = {
    [COMMAND_RUN] = {"run", "[mpirun -np PROCESSES] nsurf [OPTION]...",
                     "train every network of the grid, and write the surface of their errors"},
    [COMMAND_PLAN] = {"plan", "nsurf plan [OPTION]...", "how long such a run takes, and what to ask of Slurm"},
    [COMMAND_TRAIN] = {"train", "nsurf train -a N -b N [OPTION]...",
                       "one network of the surface again, with the same bits"},
    [COMMAND_PREDICT] = {"predict", "nsurf predict FILE DATA [OPTION]...",
                         "the outputs of a kept network for new data"},
    [COMMAND_BEST] = {"best", "nsurf best [PREFIX] [OPTION]...", "which cell is best, and how sure that is"},
    [COMMAND_WATCH] = {"watch", "nsurf watch [PREFIX] [--error OF] [--once]",
                       "the surface in the terminal while it grows, from PREFIX.journal alone"},
    [COMMAND_REPORT] = {"report", "nsurf report [PREFIX] [OPTION]...",
                        "PREFIX.html, one page to look at and to send, which needs no network"},
    [COMMAND_EXPORT] = {"export", "nsurf export [PREFIX] --to FORM [-o FILE]",
                        "the results in the form of another program"},
};

/* --- rows --------------------------------------------------------------------------------------------------------- */

size_t options_next_ranks(const char **list)
{
    const char *end;
    uint64_t ranks = 0;
    if (number_read_whole(*list, SIZE_MAX, &ranks, &end) == NUMBER_OK && ranks > 0)
        *list = *end == ',' && isdigit((unsigned char)end[1]) ? end + 1 : end;
    return ranks;
}

static enum status read_ranks(void *place, const char *text, const char *option, struct error *err)
{
    const char *at = text;
    *(const char **)place = text;
    size_t ranks, largest = 0;
    while ((ranks = options_next_ranks(&at)) > 0)
        largest = ranks > largest ? ranks : largest;
    if (largest > 0 && largest <= PLAN_RANKS_MAX && *at == '\0')
        return STATUS_OK;
    return error_set(err, STATUS_USAGE, "%s: \"%.80s\": numbers of processes from 1 to %d are needed, as 1,8,32",
                     option, text, PLAN_RANKS_MAX);
}

/* `7000` or `7000:7015`. */
static enum status read_ports(void *place, const char *text, const char *option, struct error *err)
{
    enum { PORT_MAX = 65535 };
    const char *end;
    uint64_t first = 0, last = 0;
    bool right = number_read_whole(text, PORT_MAX, &first, &end) == NUMBER_OK && first > 0;
    last = first;
    if (right && *end == ':')
        right = number_read_whole(end + 1, PORT_MAX, &last, &end) == NUMBER_OK;
    if (!right || *end || last < first)
        return error_set(err, STATUS_USAGE,
                         "%s: \"%.80s\": a port from 1 to %d or a range of them is needed, as 7000:7015", option, text,
                         PORT_MAX);
    ((uint32_t *)place)[0] = (uint32_t)first;
    ((uint32_t *)place)[1] = (uint32_t)last;
    return STATUS_OK;
}

static enum status read_stop_before(void *place, const char *text, const char *option, struct error *err)
{
    static const struct parameter seconds = {.type = PARAMETER_COUNT, .high = UINT32_MAX};
    uint32_t count = 0;
    const enum status status = parameter_read(&seconds, &count, text, option, err);
    *(int64_t *)place = count;
    return status;
}

static enum status read_at(void *place, const char *text, const char *option, struct error *err)
{
    return slice_add(place, text, option, err);
}

static enum status read_by(void *place, const char *text, const char *option, struct error *err)
{
    return slice_parameter(place, text, option, err);
}

/* One more of an option that may be given several times. */
static enum status add_text(const char **list, size_t *count, size_t most, const char *text, const char *option,
                            struct error *err)
{
    if (*count == most)
        return error_set(err, STATUS_USAGE, "%s: given more than %zu times", option, most);
    list[(*count)++] = text;
    return STATUS_OK;
}

#define PROGRAM_OF(place, field) (void *)((char *)(place) - offsetof(struct program_options, field))

static enum status read_axis(void *place, const char *text, const char *option, struct error *err)
{
    struct program_options *const program = PROGRAM_OF(place, axes);
    return add_text(program->axes, &program->axis_count, PROGRAM_AXES_MAX, text, option, err);
}

static enum status read_value(void *place, const char *text, const char *option, struct error *err)
{
    struct program_options *const program = PROGRAM_OF(place, values);
    return add_text(program->values, &program->value_count, PROGRAM_VALUES_MAX, text, option, err);
}

static enum status read_timeout(void *place, const char *text, const char *option, struct error *err)
{
    return program_timeout_read(place, text, option, err);
}

static enum status read_keep(void *place, const char *text, const char *option, struct error *err)
{
    struct program_options *const program = PROGRAM_OF(place, keep);
    return add_text(program->keep, &program->keep_count, PROGRAM_AXES_MAX, text, option, err);
}

#define OPTION(field) .home = HOME_OPTIONS, .offset = offsetof(struct options, field)
#define NUMBERS(least, most) .low = (least), .high = (most)
#define OF(title, which) .group = (title), .commands = (which)
#define ALL_COMMANDS ((1u << COMMANDS) - 1)
#define PROGRAM_COMMANDS (ONLY(COMMAND_RUN) | ONLY(COMMAND_PLAN))
#define LOOKING_COMMANDS (ONLY(COMMAND_BEST) | ONLY(COMMAND_WATCH))
#define READING_COMMANDS (LOOKING_COMMANDS | ONLY(COMMAND_REPORT) | ONLY(COMMAND_EXPORT))

static const struct parameter rows[] = {
    {"repeats", 'r', PARAMETER_COUNT, OPTION(repeats), OF(GROUP_GRID, TRAINING_COMMANDS), NUMBERS(1, REPEATS_MAX),
     .argument = "N", .usual = "1",
     .help = "trainings a cell; each has its own initial weights and order of samples, and the surface shows their "
             "mean"},
    {"command", 0, PARAMETER_TEXT, OPTION(program.command), OF(GROUP_PROGRAM, PROGRAM_COMMANDS), .argument = "LINE",
     .help = "the program and its arguments, with {NAME} for the value of an axis, {repeat}, {seed}, and {{ for a "
             "brace; split into words as by a shell, and run without one"},
    {"axis", 0, PARAMETER_OTHER, OPTION(program.axes), OF(GROUP_PROGRAM, PROGRAM_COMMANDS), .argument = "NAME=RANGE",
     .read = read_axis,
     .help = "an axis of the grid, given for each; the RANGE is 1:64, 1:64:4, 0:1:lin11, 0.001:10:log64, or a list of "
             "numbers or words"},
    {"stdin", 0, PARAMETER_TEXT, OPTION(program.input), OF(GROUP_PROGRAM, PROGRAM_COMMANDS), .argument = "FILE",
     .usual = "nothing", .help = "what each run finds on its standard input; read once, by rank 0"},
    {"value", 0, PARAMETER_OTHER, OPTION(program.values), OF(GROUP_PROGRAM, PROGRAM_COMMANDS),
     .argument = "[NAME=]WHICH", .usual = "error=line", .read = read_value,
     .help = "the number of its standard output: line (the last that is not empty), field:N of that line, label:TEXT "
             "(what follows the text where it stands last) or json:/POINTER; up to three, the first is the surface"},
    {"command-timeout", 0, PARAMETER_OTHER, OPTION(program.timeout), OF(GROUP_PROGRAM, PROGRAM_COMMANDS),
     .argument = "S|Nx", .usual = "none", .read = read_timeout,
     .help = "a run that takes S seconds, or N times the median of its process's runs so far, is ended, and has "
             "failed"},
    {"jobs", 0, PARAMETER_COUNT, OPTION(jobs), OF(GROUP_PROGRAM, ONLY(COMMAND_RUN)), NUMBERS(1, JOBS_MAX),
     .argument = "N", .usual = "all processors",
     .help = "without mpirun, run N at once on this machine; with it, each process runs one"},
    {"shell", 0, PARAMETER_FLAG, OPTION(program.shell), OF(GROUP_PROGRAM, PROGRAM_COMMANDS),
     .help = "LINE is a script for /bin/sh, with the values in its environment as $NSURF_NAME, and {NAME} means "
             "nothing"},
    {"keep-env", 0, PARAMETER_OTHER, OPTION(program.keep), OF(GROUP_PROGRAM, PROGRAM_COMMANDS), .argument = "PATTERN",
     .read = read_keep,
     .help = "let variables of such names through, as OMPI_MCA_*, which else are taken for the launcher's"},
    {"output", 'o', PARAMETER_TEXT, OPTION(prefix), OF(GROUP_OUTPUT, ALL_COMMANDS), .argument = "PREFIX",
     .usual = "nsurf",
     .help = "the names of the files begin with it; of predict and export: the file to write instead of standard "
             "output"},
    {"error", 0, PARAMETER_CHOICE, OPTION(error_of), OF(GROUP_OUTPUT, TRAINING_COMMANDS | READING_COMMANDS),
     .choices = dataset_split_names, .choice_count = SPLITS, .argument = "OF",
     .usual = "validation, else test, else train",
     .help = "the samples whose error is the surface, and by which cells are compared: train, validation or test (the "
             ".h5 file holds all); best, watch, report and export take those of the run"},
    {"force", 0, PARAMETER_FLAG, OPTION(force), OF(GROUP_OUTPUT, (ALL_COMMANDS & ~LOOKING_COMMANDS)),
     .help = "start over, and replace earlier results of this PREFIX"},
    {"resume", 0, PARAMETER_FLAG, OPTION(resume), OF(GROUP_OUTPUT, TRAINING_COMMANDS),
     .help = "resume PREFIX.journal, which must be there; without the option a journal is resumed when there is one"},
    {"repair", 0, PARAMETER_FLAG, OPTION(repair), OF(GROUP_OUTPUT, TRAINING_COMMANDS),
     .help = "drop damaged lines of the journal, and train again what they held"},
    {"quiet", 'q', PARAMETER_FLAG, OPTION(quiet), OF(GROUP_OUTPUT, TRAINING_COMMANDS | ONLY(COMMAND_REPORT)),
     .help = "no progress and no report on standard error"},
    {"verbose", 'v', PARAMETER_FLAG, OPTION(verbose), OF(GROUP_OUTPUT, TRAINING_COMMANDS),
     .help = "the scheduling figures of PREFIX.run.json in the report, too"},
    {"dedicated-manager", 0, PARAMETER_FLAG, OPTION(dedicated_manager), OF(GROUP_PROCESSES, TRAINING_COMMANDS),
     .usual = "from 1,024 processes on", .help = "rank 0 only hands out work"},
    {"nice", 0, PARAMETER_COUNT, OPTION(nice), OF(GROUP_PROCESSES, TRAINING_COMMANDS), NUMBERS(0, PRIORITY_STEPS),
     .argument = "N", .optional = true, .usual = "all 19",
     .help = "let others go first on these machines, by N steps of 19"},
    {"stop-before", 0, PARAMETER_OTHER, OPTION(stop_before_s), OF(GROUP_PROCESSES, TRAINING_COMMANDS),
     .argument = "SECONDS", .usual = "30", .read = read_stop_before,
     .help = "under Slurm, stop that long before the end of the job; 0 for never"},
    {"worker-timeout", 0, PARAMETER_COUNT, OPTION(worker_timeout_s), OF(GROUP_PROCESSES, TRAINING_COMMANDS),
     NUMBERS(1, WORKER_TIMEOUT_MAX_S), .argument = "S", .usual = "120",
     .help = "a worker that is silent for S seconds, or takes so much longer than 50 times what is predicted, counts "
             "as lost"},
    {"worker-ports", 0, PARAMETER_OTHER, OPTION(ports), OF(GROUP_PROCESSES, TRAINING_COMMANDS), .argument = "P[:Q]",
     .usual = "any", .read = read_ports,
     .help = "TCP ports at which rank 0 hears of the deaths of workers; a firewall between hosts has to let one of "
             "them through"},
    {"np", 0, PARAMETER_OTHER, OPTION(ranks), OF(GROUP_COMMAND, ONLY(COMMAND_PLAN)), .argument = "N,...",
     .usual = "1,8,32,128,1024", .read = read_ranks, .help = "numbers of processes"},
    {"repeat", 0, PARAMETER_COUNT, OPTION(repeat), OF(GROUP_COMMAND, ONLY(COMMAND_TRAIN)), NUMBERS(0, REPEATS_MAX - 1),
     .argument = "K", .usual = "0", .help = "which of its trainings, from 0"},
    {"fold", 0, PARAMETER_COUNT, OPTION(fold), OF(GROUP_COMMAND, ONLY(COMMAND_TRAIN)), NUMBERS(0, FOLDS_MAX - 1),
     .argument = "K", .usual = "0", .help = "which of the folds of --folds, from 0"},
    {"save", 0, PARAMETER_TEXT, OPTION(save), OF(GROUP_COMMAND, ONLY(COMMAND_TRAIN)), .argument = "FILE",
     .help = "keep the network in an HDF5 file (--force replaces one)"},
    {"against", 0, PARAMETER_TEXT, OPTION(against), OF(GROUP_COMMAND, ONLY(COMMAND_PREDICT)), .argument = "FILE",
     .help = "compare two kept networks sample by sample, instead of writing outputs"},
    {"once", 0, PARAMETER_FLAG, OPTION(once), OF(GROUP_COMMAND, ONLY(COMMAND_WATCH)),
     .help = "print one frame and end, for logs and `watch -n`"},
    {"to", 0, PARAMETER_CHOICE, OPTION(form), OF(GROUP_COMMAND, ONLY(COMMAND_EXPORT)), .choices = export_names,
     .choice_count = EXPORTS, .argument = "FORM",
     .help = "the form: csv (a line a cell), trials (a line a training), json, vtr (for ParaView), npz (for "
             "NumPy), dat (for gnuplot, with all columns) or matrix (the error of --error OF alone)"},
    {"at", 0, PARAMETER_OTHER, OPTION(at), OF(GROUP_COMMAND, ONLY(COMMAND_BEST)), .argument = "NAME=RANGE",
     .read = read_at, .help = "look at the cells with these values of an axis alone; may be given for several axes"},
    {"by", 0, PARAMETER_OTHER, OPTION(by), OF(GROUP_COMMAND, ONLY(COMMAND_BEST)), .argument = "NAME",
     .read = read_by, .help = "the best cell for each value of this axis, and the mean of all cells with that value"},
    {"d3", 0, PARAMETER_TEXT, OPTION(d3), OF(GROUP_COMMAND, ONLY(COMMAND_REPORT)), .argument = "FILE",
     .usual = "that of Debian's node-d3", .help = "the library that the page holds: d3.min.js, version 5 or later"},
    {"null-training", 0, PARAMETER_FLAG, OPTION(null_training), OF(GROUP_COMMAND, TRAINING_COMMANDS)},
    {"help", 'h', PARAMETER_FLAG, OPTION(help), OF(GROUP_OUTPUT, ALL_COMMANDS),
     .help = "this text; -h: the most useful options"},
    {"version", 'V', PARAMETER_FLAG, OPTION(version), OF(GROUP_OUTPUT, ALL_COMMANDS), .help = "version and build"},
};

enum { OWN = sizeof rows / sizeof *rows, ROWS = HYPER_PARAMETERS + SOURCE_PARAMETERS + OWN };

const struct parameter *options_row(size_t place)
{
    if (place < HYPER_PARAMETERS)
        return &hyper_parameters[place];
    place -= HYPER_PARAMETERS;
    if (place < SOURCE_PARAMETERS)
        return &source_parameters[place];
    place -= SOURCE_PARAMETERS;
    return place < OWN ? &rows[place] : NULL;
}

/* --- what is wrong ------------------------------------------------------------------------------------------------ */

static bool takes(enum command command, const struct parameter *row)
{
    return row->commands & ONLY(command);
}

/* The options that a word begins, or else the one that it may have been meant for. */
static void list_nearest(char *list, size_t size, const char *word, enum command command)
{
    const size_t length = strcspn(word, "=");
    char name[PARAMETER_NAME];
    size_t used = 0, least = SIZE_MAX;
    const struct parameter *nearest = NULL;
    discard(snprintf(name, sizeof name, "%.*s", (int)(length < 64 ? length : 64), word));
    *list = '\0';
    for (size_t r = 0; r < ROWS; r++) {
        const struct parameter *const row = options_row(r);
        const size_t distance = nearest_distance(name, row->name);
        if (!takes(command, row) || !row->help)
            continue;
        if (*name && strncmp(row->name, name, strlen(name)) == 0 && used < size)
            used += (size_t)snprintf(list + used, size - used, "%s--%s",
                                     used ? ", " : ", or the beginning of several: ", row->name);
        nearest = distance < least ? row : nearest;
        least = distance < least ? distance : least;
    }
    if (!used && nearest && nearest_enough(name, least))
        discard(snprintf(list, size, "; did you mean --%s?", nearest->name));
}

/* What getopt_long did not understand. */
static enum status refuse(int letter, char *const *argv, const struct parameter *row, enum command command,
                          struct error *err)
{
    static const char hint[] = "`nsurf --help` lists the options";
    const char *const word = argv[optind - 1];
    char list[256];
    if (letter == ':')
        return error_set(err, STATUS_USAGE, "--%s: an argument is missing; %s", row ? row->name : word, hint);
    if (strncmp(word, "--", 2) == 0 && row) /* a known option with an argument that it does not take */
        return error_set(err, STATUS_USAGE, "%.80s: this option takes no argument; %s", word, hint);
    if (strncmp(word, "--", 2) == 0) {
        list_nearest(list, sizeof list, word + 2, command);
        return error_set(err, STATUS_USAGE, "%.80s: no such option%s; %s", word, list, hint);
    }
    if (isgraph(optopt))
        return error_set(err, STATUS_USAGE, "-%c: no such option; %s", optopt, hint);
    return error_set(err, STATUS_USAGE, "no such option; %s", hint);
}

/* An option of other commands: any that was taken would seem to change what the command does. */
static enum status refuse_foreign(enum command command, const struct parameter *row, struct error *err)
{
    static const char *const why[COMMANDS] = {
        [COMMAND_PREDICT] = "`nsurf predict FILE.h5 DATA` trains nothing, and does to DATA what FILE.h5 says",
        [COMMAND_BEST] = "`nsurf best` reads results, and takes --output, --error, --at and --by alone",
        [COMMAND_WATCH] = "`nsurf watch` reads a journal, and takes --output, --error and --once alone",
        [COMMAND_REPORT] = "`nsurf report` reads results, and takes --output, --error, --d3, --force and --quiet alone",
        [COMMAND_EXPORT] = "`nsurf export` reads results, and takes --to, --output, --error and --force alone",
    };
    for (unsigned c = 0; c < COMMANDS && !why[command]; c++)
        if (row->commands & ONLY(c))
            return error_set(err, STATUS_USAGE, "--%s: belongs to `nsurf %s`%s; leave it out", row->name,
                             command_words[c].word,
                             c == COMMAND_PLAN      ? "; `mpirun -np N nsurf` runs N processes"
                             : c == COMMAND_TRAIN   ? ", which trains one network"
                             : c == COMMAND_PREDICT ? "; a training needs targets"
                             : c == COMMAND_WATCH   ? ", which looks on"
                             : c == COMMAND_REPORT  ? ", which puts it into a page"
                             : c == COMMAND_EXPORT  ? ", which writes results in another form"
                                                    : "");
    return error_set(err, STATUS_USAGE, "--%s: %s; leave it out", row->name, why[command] ? why[command] : "foreign");
}

/* --- reading ------------------------------------------------------------------------------------------------------ */

static void *home_of(struct options *options, const struct parameter *row)
{
    return row->home == HOME_HYPER    ? (void *)&options->hyper
           : row->home == HOME_SOURCE ? (void *)&options->source
                                      : (void *)options;
}

/* Of a constant's name, what the shorthand calls it: `first` of rprop-first. */
static const char *short_name(const struct parameter *row)
{
    const char *const dash = strchr(row->name, '-');
    return dash ? dash + 1 : row->name;
}

/* Whether it belongs to one optimizer alone. */
static bool is_constant(const struct parameter *row)
{
    return row->optimizers && !(row->optimizers & (row->optimizers - 1));
}

/* One constant of an optimizer, CONSTANT=VALUE. */
static enum status read_constant(struct options *options, const char *word, unsigned optimizer, struct error *err)
{
    const size_t length = strcspn(word, "=");
    for (const struct parameter *row = hyper_parameters; row < hyper_parameters + HYPER_PARAMETERS; row++) {
        const char *const name = short_name(row);
        float *const place = (float *)(void *)((char *)&options->hyper + row->offset);
        struct parameter any = *row; /* its bounds are checked when all are known */
        if (row->optimizers != ONLY(optimizer) || word[length] != '=' || strlen(name) != length ||
            strncmp(word, name, length) != 0)
            continue;
        any.low = 0;
        any.high = (double)FLT_MAX;
        any.open = false;
        any.offset = 0;
        axis_free(&options->axes[row - hyper_parameters]);
        return parameter_read(&any, place, word + length + 1, "--optimizer", err);
    }
    return error_set(err, STATUS_USAGE, "--optimizer: \"%.80s\": no constant of %s; `nsurf --help` lists them", word,
                     optimizer_names[optimizer]);
}

/* NAME[,CONSTANT=VALUE]…, or several such. given: [HYPER_PARAMETERS], the options that were there. */
static enum status read_optimizers(struct options *options, const struct parameter *row, const char *text,
                                   const bool *given, struct error *err)
{
    const struct hyperparameters usual = hyper_default();
    char words[256], names[64] = "", *rest;
    if (strlen(text) >= sizeof words)
        return error_set(err, STATUS_USAGE, "--optimizer: \"%.80s…\": too long", text);
    strcpy(words, text);
    for (size_t r = 0; r < HYPER_PARAMETERS; r++) /* the last of several counts, as a whole */
        if (is_constant(&hyper_parameters[r]) && !given[r])
            parameter_set(&hyper_parameters[r], &options->hyper, parameter_get(&hyper_parameters[r], &usual));
    unsigned optimizer = OPTIMIZERS;
    enum status status = STATUS_OK;
    const char *word = strtok_r(words, ",", &rest);
    for (word = word ? word : ""; word && !status; word = strtok_r(NULL, ",", &rest)) {
        unsigned named = 0;
        while (named < OPTIMIZERS && strcmp(word, optimizer_names[named]) != 0)
            named++;
        if (named < OPTIMIZERS || optimizer == OPTIMIZERS) {
            const size_t used = strlen(names);
            discard(snprintf(names + used, sizeof names - used, "%s%.40s", used ? "," : "", word));
            optimizer = named;
        } else {
            status = read_constant(options, word, optimizer, err);
        }
        if (optimizer == OPTIMIZERS) /* let the axis say what is needed */
            return parameter_read(row, &options->hyper, word, "--optimizer", err);
    }
    struct axis *const axis = &options->axes[row - hyper_parameters];
    return status ? status : axis_parse(axis, row, names, "--optimizer", err);
}

/* A value of a hyperparameter, or several: then it is an axis. */
static enum status take_hyper(struct options *options, const struct parameter *row, const char *text,
                              const char *option, const bool *given, struct error *err)
{
    struct axis *const axis = &options->axes[row - hyper_parameters];
    const bool layer = row->group == GROUP_GRID;
    enum status status;
    axis_free(axis); /* the last of several counts */
    if (row->offset == offsetof(struct hyperparameters, optimizer))
        status = read_optimizers(options, row, text, given, err);
    else if (!row->axis || (!layer && !strpbrk(text, ":,")))
        return parameter_read(row, &options->hyper, text, option, err);
    else
        status = axis_parse(axis, row, text, option, err);
    if (!status && axis->count == 1 && !layer) {
        parameter_set(row, &options->hyper, axis->values[0]);
        axis_free(axis);
    }
    return status;
}

static enum status take(struct options *options, const struct parameter *row, const char *text, const bool *given,
                        struct error *err)
{
    char option[PARAMETER_TEXT_MAX];
    discard(snprintf(option, sizeof option, "--%s", row->name));
    if (row->type == PARAMETER_FLAG)
        *(bool *)((char *)home_of(options, row) + row->offset) = !row->inverted;
    else if (!text) /* --nice alone */
        *(uint32_t *)(void *)((char *)home_of(options, row) + row->offset) = (uint32_t)row->high;
    else if (row->home == HOME_HYPER)
        return take_hyper(options, row, text, option, given, err);
    else
        return parameter_read(row, home_of(options, row), text, option, err);
    return STATUS_OK;
}

/* --- what options say of each other ------------------------------------------------------------------------------- */

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
                             : options->jobs        ? "--jobs"
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

/* The layers that were not given. */
static enum status fill_layers(struct options *options, struct error *err)
{
    enum status status = STATUS_OK;
    for (size_t r = 0; r < HYPER_PARAMETERS && !status; r++)
        if (hyper_parameters[r].group == GROUP_GRID && options->axes[r].count == 0)
            status = axis_parse(&options->axes[r], &hyper_parameters[r], hyper_parameters[r].usual, "--hidden", err);
    return status;
}

/* Where several optimizers are compared each has what is usual with it. */
static void resolve(struct options *options)
{
    if (options->axes[parameter_find("optimizer") - hyper_parameters].count == 0)
        hyper_resolve(&options->hyper);
}

/* The words behind the options: files of predict, the prefix of results that are read. */
static enum status take_words(struct options *options, int argc, char *const *argv, struct error *err)
{
    if (options->command == COMMAND_PREDICT) {
        if (argc - optind != 2)
            return error_set(err, STATUS_USAGE, "predict: needs a network and data: nsurf predict FILE.h5 DATA");
        options->network = argv[optind++];
        options->source.data = argv[optind++];
    } else if (options->command == COMMAND_EXPORT) {
        options->results = optind < argc ? argv[optind++] : "nsurf";
        if (options->form == EXPORTS)
            return error_set(err, STATUS_USAGE, "export: --to FORM is needed: csv, trials, json, vtr or matrix");
    } else if (!options->prefix) {
        options->prefix = "nsurf";
    }
    const bool reads = options->command == COMMAND_BEST || options->command == COMMAND_WATCH ||
                       options->command == COMMAND_REPORT;
    if (reads && optind < argc) /* the prefix needs no option */
        options->prefix = argv[optind++];
    if (optind < argc)
        return error_set(err, STATUS_USAGE, "\"%.80s\": an argument that no option takes; `nsurf --help` lists them",
                         argv[optind]);
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

static enum status finish(struct options *options, int argc, char *const *argv, struct error *err)
{
    enum status status = take_words(options, argc, argv, err);
    if (!status && options->force && (options->resume || options->repair))
        return error_set(err, STATUS_USAGE, "--force: starts over, while --%s resumes; give one of them",
                         options->resume ? "resume" : "repair");
    options->source.seed = options->hyper.seed;
    resolve(options);
    if (!status)
        status = parameter_check(&options->hyper, err);
    if (!status)
        status = check_source(options, err);
    if (!status && options->command == COMMAND_TRAIN)
        status = check_train(options, err);
    if (!status && options->command == COMMAND_RUN)
        status = check_prefix(options, err);
    if (!status)
        status = check_program(options, err);
    return status || options->program.command ? status : fill_layers(options, err);
}

/* --- the whole line ----------------------------------------------------------------------------------------------- */

/* The command that a word names; COMMANDS where it names none. */
static enum command command_of(const char *word)
{
    enum command command = COMMAND_RUN;
    while (command < COMMANDS && strcmp(word, command_words[command].word) != 0)
        command++;
    return command;
}

static enum status refuse_word(const char *word, struct error *err)
{
    size_t nearest = COMMANDS, least = SIZE_MAX;
    for (size_t c = 0; c < COMMANDS; c++) {
        const size_t distance = nearest_distance(word, command_words[c].word);
        nearest = distance < least ? c : nearest;
        least = distance < least ? distance : least;
    }
    if (nearest_enough(word, least))
        return error_set(err, STATUS_USAGE, "\"%.80s\": no such action; did you mean `nsurf %s`?", word,
                         command_words[nearest].word);
    const bool file = strchr(word, '.') || strchr(word, '/');
    return error_set(err, STATUS_USAGE, "\"%.80s\": no such action; %s%s%s`nsurf --help` lists actions and options",
                     word, file ? "did you mean --data " : "", file ? word : "", file ? "? " : "");
}

/* The first word, when it is no option. words: how many it takes. */
static enum status read_command(struct options *options, int argc, char *const *argv, struct error *err)
{
    const char *const word = argv[1];
    options->command = command_of(word);
    if (options->command < COMMANDS)
        return STATUS_OK;
    options->command = COMMAND_RUN;
    if (strcmp(word, "version") == 0) {
        options->asked = ASKED_VERSION;
        return STATUS_OK;
    }
    if (strcmp(word, "help") != 0)
        return refuse_word(word, err);
    const char *topic = argc > 2 ? argv[2] : "";
    const char *const more = argc > 3 ? argv[3] : "";
    options->asked = strcmp(topic, "manual") == 0        ? ASKED_MANUAL
                     : strcmp(topic, "completion") != 0 ? ASKED_HELP
                     : strcmp(more, "zsh") == 0         ? ASKED_ZSH
                                                        : ASKED_BASH;
    if (options->asked == ASKED_MANUAL) /* of a command, which follows */
        topic = more;
    options->help_of = command_of(topic);
    const bool wrong = *topic && options->help_of == COMMANDS;
    return wrong && (options->asked == ASKED_HELP || options->asked == ASKED_MANUAL) ? refuse_word(topic, err)
                                                                                    : STATUS_OK;
}

/* A row by the letter that getopt_long returns; NULL where there is none. */
enum { FIRST_ROW = UCHAR_MAX + 1 };
static const struct parameter *row_of(int letter)
{
    for (size_t r = 0; r < ROWS; r++)
        if (letter == (int)(FIRST_ROW + r) || (letter > 0 && letter == options_row(r)->letter))
            return options_row(r);
    return NULL;
}

/* longs: [ROWS + 1], shorts: [3 * ROWS + 2]. The colon in front makes getopt_long tell a missing argument from an
 * unknown option. */
static void list_for_getopt(struct option *longs, char *shorts)
{
    *shorts++ = ':';
    for (size_t r = 0; r < ROWS; r++) {
        const struct parameter *const row = options_row(r);
        const int argument = row->type == PARAMETER_FLAG ? no_argument
                             : row->optional             ? optional_argument
                                                         : required_argument;
        longs[r] = (struct option){row->name, argument, NULL, (int)(FIRST_ROW + r)};
        if (!row->letter)
            continue;
        *shorts++ = row->letter;
        if (argument == required_argument)
            *shorts++ = ':';
    }
    longs[ROWS] = (struct option){0};
    *shorts = '\0';
}

/* Whether it says something of networks alone. */
static bool is_of_networks(const struct parameter *row)
{
    return (row->home == HOME_HYPER && row->offset != offsetof(struct hyperparameters, seed)) ||
           row->home == HOME_SOURCE || row->offset == offsetof(struct options, error_of);
}

/* One option after the other. */
static enum status read_options(struct options *options, int argc, char *const *argv, struct error *err)
{
    struct option longs[ROWS + 1];
    char shorts[3 * ROWS + 2];
    bool given[HYPER_PARAMETERS] = {false};
    list_for_getopt(longs, shorts);
    optind = 0; /* glibc: begin anew, with the words in any order */
    opterr = 0; /* rank 0 speaks, and in our words */
    for (;;) {
        optopt = 0;
        const int letter = getopt_long(argc, argv, shorts, longs, NULL);
        if (letter == -1)
            return STATUS_OK;
        const bool wrong = letter == '?' || letter == ':';
        const struct parameter *const row = row_of(wrong ? optopt : letter);
        enum status status = STATUS_OK;
        if (wrong)
            status = refuse(letter, argv, row, options->command, err);
        else if (!takes(options->command, row))
            status = refuse_foreign(options->command, row, err);
        if (!status && row->home == HOME_HYPER)
            given[row - hyper_parameters] = true;
        if (!status && !options->of_networks && is_of_networks(row))
            options->of_networks = row;
        if (!status)
            status = take(options, row, optarg, given, err);
        options->brief = letter == 'h' && options->command == COMMAND_RUN;
        if (status || options->help || options->version) /* whatever else there is */
            return status;
    }
}

enum status options_parse(struct options *options, int argc, char *const *argv, struct error *err)
{
    *options = (struct options){.repeats = 1,
                                .hyper = hyper_default(),
                                .help_of = COMMANDS,
                                .error_of = SPLITS,
                                .form = EXPORTS,
                                .stop_before_s = -1,
                                .worker_timeout_s = WORKER_TIMEOUT_S};
    options->hyper.learning_rate = RATE_USUAL;
    options->hyper.batch = BATCH_USUAL;
    if (argc > 1 && argv[1][0] != '-') {
        const enum status status = read_command(options, argc, argv, err);
        if (status || options->asked)
            return status;
        options->help_of = options->command;
        argc--; /* what follows has the command in the place of the program */
        argv++;
    }
    const enum status status = read_options(options, argc, argv, err);
    options->asked = options->brief     ? ASKED_BRIEF
                     : options->help    ? ASKED_HELP
                     : options->version ? ASKED_VERSION
                                        : ASKED_NOTHING;
    return status || options->asked ? status : finish(options, argc, argv, err);
}

void options_free(struct options *options)
{
    for (size_t r = 0; r < HYPER_PARAMETERS; r++)
        axis_free(&options->axes[r]);
    slice_free(&options->at);
}
