/* SPDX-License-Identifier: BSD-3-Clause */
/* The command line. It knows what options mean and how they are spelled, never files or ranks. Most rows of options are
 * those of sweep/parameter.h; those that say nothing of the experiment stand in options_rows.c. */
#ifndef NSURF_CLI_OPTIONS_H
#define NSURF_CLI_OPTIONS_H

#include "base/error.h"
#include "data/source.h"
#include "net/hyperparameters.h"
#include "program/program.h"
#include "store/export.h"
#include "sweep/experiment.h"
#include "sweep/parameter.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PLAN_RANKS_MAX = 1000000 };

/* What is asked for besides a command. */
enum asked { ASKED_NOTHING, ASKED_HELP, ASKED_BRIEF, ASKED_VERSION, ASKED_MANUAL, ASKED_BASH, ASKED_ZSH };

struct options {
    enum command command; /* the first word of the command line; COMMAND_RUN without one */
    enum asked asked;
    enum command help_of;               /* ASKED_HELP: of this command; COMMANDS: of all */
    struct hyperparameters hyper;       /* of what is no axis */
    bool given[HYPER_PARAMETERS];       /* by row; whether the command line has the option */
    struct axis axes[HYPER_PARAMETERS]; /* by row; of several values, and hidden1 and hidden2; else empty */
    uint32_t repeats;
    struct source source;
    struct program_options program;     /* what is run in place of training; its command is NULL without */
    const struct parameter *of_networks; /* an option that was given and belongs to training alone; NULL: none */
    const char *prefix; /* of the result files; predict, export: the file to write, NULL for standard output */
    enum split error_of; /* the samples whose error is the surface; SPLITS unless told */
    bool force, resume, repair;
    bool quiet, verbose, dedicated_manager;
    uint32_t jobs;         /* programs that run at once, without MPI; 0: as many as there are processors */
    uint32_t check;        /* runs of a program that are done again, to see whether they come out alike */
    uint32_t nice;         /* steps to lower the processes that train */
    int64_t stop_before_s; /* the end of the job; 0: not at all, negative: as slurm.h has it */
    uint32_t worker_timeout_s;
    uint32_t ports[2]; /* the first and last where rank 0 may listen to its workers' supervisors; 0: anywhere */
    uint32_t repeat, fold; /* train: which of the cell's trainings */
    const char *save;      /* train: the file that keeps the network; NULL: none */
    const char *network;   /* predict: the file that keeps one */
    const char *against;   /* predict: another, to compare it with; NULL: none */
    const char *ranks;     /* plan: numbers of processes, as options_next_ranks reads them */
    const char *results;   /* export: the prefix of the results */
    enum export_form form; /* export: EXPORTS until told */
    const char *at[AXES_MAX]; /* best: what is looked at, [at_count], NAME=RANGE; the results know the axes */
    size_t at_count;
    const char *by;        /* best: the axis whose values are ranked; NULL: none */
    bool once;             /* watch: one frame */
    const char *d3;        /* report: the file d3.min.js; NULL: Debian's */
    bool null_training;    /* hidden: return outcomes without training, to measure all the rest */
    bool help, brief, version;
};

/* Read the command line. The strings in options are those of argv.
 * Owns: the caller, who calls options_free, on failure too. Ranks: local.
 * Errors: STATUS_USAGE, naming the option and what it needs; STATUS_INTERNAL. */
enum status options_parse(struct options *options, int argc, char *const *argv, struct error *err)
    __attribute__((warn_unused_result));
void options_free(struct options *options);

/* Tell of each option that was given a value although no optimizer of the grid uses it. Before the axes are taken.
 * Ranks: rank 0. */
void options_warn(const struct options *options);

/* The next number of processes of a list such as `1,8,32` at *list, which moves on behind it; 0 at the end. The list
 * was checked by options_parse. */
size_t options_next_ranks(const char **list);

/* All rows, at most OPTION_ROWS, one after the other; NULL behind the last. */
enum { OPTION_ROWS = 96 };
const struct parameter *options_row(size_t place);

/* A command as a word and in a line; and what its other words are. */
struct command_words {
    const char *word, *synopsis, *summary;
};
extern const struct command_words command_words[COMMANDS];

#endif
