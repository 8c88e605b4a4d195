/* SPDX-License-Identifier: BSD-3-Clause */
/* The rows of the commands and of those options that say nothing of the experiment; see options.h. */
#include "cli/options.h"

#include "base/number.h"
#include "base/priority.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

enum { JOBS_MAX = 4096, WORKER_TIMEOUT_MAX_S = 1000000 };

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
                        "PREFIX.html, one page that holds all it shows, for any browser"},
    [COMMAND_EXPORT] = {"export", "nsurf export [PREFIX] --to FORM [-o FILE]",
                        "the results in the form of another program"},
};

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

/* One more of an option that may be given several times. */
static enum status add_text(const char **list, size_t *count, size_t most, const char *text, const char *option,
                            struct error *err)
{
    if (*count == most)
        return error_set(err, STATUS_USAGE, "%s: given more than %zu times", option, most);
    list[(*count)++] = text;
    return STATUS_OK;
}

static enum status read_at(void *place, const char *text, const char *option, struct error *err)
{
    struct options *const options = (void *)((char *)place - offsetof(struct options, at));
    return add_text(options->at, &options->at_count, AXES_MAX, text, option, err);
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
     .help = "the program and its arguments, with {NAME} for the value of an axis, {repeat}, {seed}, "
             "{file:NAME} for a copy of a file on each node, and {{ for a brace; split into words as by a shell, and "
             "run without one"},
    {"axis", 0, PARAMETER_OTHER, OPTION(program.axes), OF(GROUP_PROGRAM, PROGRAM_COMMANDS), .argument = "NAME=RANGE",
     .read = read_axis,
     .help = "an axis of the grid; may be given several times; the RANGE is 1:64, 1:64:4, 0:1:lin11, 0.001:10:log64, "
             "or a list of numbers or words"},
    {"stdin", 0, PARAMETER_TEXT, OPTION(program.input), OF(GROUP_PROGRAM, PROGRAM_COMMANDS), .argument = "FILE",
     .usual = "nothing", .help = "what each run finds on its standard input; read once, by rank 0"},
    {"value", 0, PARAMETER_OTHER, OPTION(program.values), OF(GROUP_PROGRAM, PROGRAM_COMMANDS),
     .argument = "[NAME=]WHICH", .usual = "error=line", .read = read_value,
     .help = "the number of its standard output: line (the last that is not empty), field:N of that line, label:TEXT "
             "(what follows the text where it stands last) or json:/POINTER; or file:NAME, the last line of a file in "
             "its folder; up to three, the first is the surface"},
    {"command-timeout", 0, PARAMETER_OTHER, OPTION(program.timeout), OF(GROUP_PROGRAM, PROGRAM_COMMANDS),
     .argument = "S|Nx", .usual = "none", .read = read_timeout,
     .help = "a run that takes S seconds, or N times the median of its process's runs so far, is ended, and has "
             "failed"},
    {"jobs", 0, PARAMETER_COUNT, OPTION(jobs), OF(GROUP_PROGRAM, ONLY(COMMAND_RUN)), NUMBERS(1, JOBS_MAX),
     .argument = "N", .usual = "all processors",
     .help = "without mpirun, run N at once on this machine; with it, each process runs one"},
    {"check", 0, PARAMETER_COUNT, OPTION(check), OF(GROUP_PROGRAM, PROGRAM_COMMANDS), NUMBERS(1, UINT32_MAX),
     .argument = "N",
     .help = "at the end do N runs again, by other ranks, and say how many come out otherwise; exit 1 if any does"},
    {"shell", 0, PARAMETER_FLAG, OPTION(program.shell), OF(GROUP_PROGRAM, PROGRAM_COMMANDS),
     .help = "LINE is a script for /bin/sh, with the values in its environment as $NSURF_NAME, and {NAME} means "
             "nothing"},
    {"chdir", 0, PARAMETER_FLAG, OPTION(program.chdir), OF(GROUP_PROGRAM, PROGRAM_COMMANDS),
     .help = "the current directory of each run is its own folder, $NSURF_FOLDER, in place of the user's"},
    {"keep-folders", 0, PARAMETER_CHOICE, OPTION(program.keep_folders), OF(GROUP_PROGRAM, PROGRAM_COMMANDS),
     .choices = program_keep_names, .choice_count = PROGRAM_KEEPS, .argument = "WHICH", .usual = "none",
     .help = "the folders of runs that stay, under $TMPDIR of their host: none, failed or all"},
    {"keep-env", 0, PARAMETER_OTHER, OPTION(program.keep), OF(GROUP_PROGRAM, PROGRAM_COMMANDS), .argument = "PATTERN",
     .read = read_keep,
     .help = "pass on environment variables of such names, as OMPI_MCA_*; else those of launchers are removed"},
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
     .read = read_at, .help = "only the cells with these values of an axis; may be given for several axes"},
    {"by", 0, PARAMETER_TEXT, OPTION(by), OF(GROUP_COMMAND, ONLY(COMMAND_BEST)), .argument = "NAME",
     .help = "the best cell for each value of this axis, and the mean of all cells with that value"},
    {"d3", 0, PARAMETER_TEXT, OPTION(d3), OF(GROUP_COMMAND, ONLY(COMMAND_REPORT)), .argument = "FILE",
     .usual = "that of Debian's node-d3", .help = "the library that the page holds: d3.min.js, version 5 or later"},
    {"null-training", 0, PARAMETER_FLAG, OPTION(null_training), OF(GROUP_COMMAND, TRAINING_COMMANDS)},
    {"help", 'h', PARAMETER_FLAG, OPTION(help), OF(GROUP_OUTPUT, ALL_COMMANDS),
     .help = "this text; -h: the most useful options"},
    {"version", 'V', PARAMETER_FLAG, OPTION(version), OF(GROUP_OUTPUT, ALL_COMMANDS), .help = "version and build"},
};

enum { OWN = sizeof rows / sizeof *rows };
_Static_assert(HYPER_PARAMETERS + SOURCE_PARAMETERS + OWN <= OPTION_ROWS, "too small an OPTION_ROWS in options.h");

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
