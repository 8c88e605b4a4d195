/* SPDX-License-Identifier: BSD-3-Clause */
/* The command line. It knows what options mean and how they are spelled, never files or ranks. */
#ifndef NSURF_CLI_OPTIONS_H
#define NSURF_CLI_OPTIONS_H

#include "base/error.h"
#include "data/source.h"
#include "net/hyperparameters.h"
#include "sweep/experiment.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* What to do: the first word of the command line when it is no option, or --help, --version. */
enum action { ACTION_RUN, ACTION_PLAN, ACTION_TRAIN, ACTION_PREDICT, ACTION_BEST, ACTION_HELP, ACTION_VERSION };

enum { PLAN_RANKS_MAX = 1000000 };

struct options {
    enum action action;
    struct axis hidden1, hidden2;
    uint32_t repeats;
    struct hyperparameters training;
    struct source source;
    const char *prefix; /* of the result files; predict: the file to write, NULL for standard output */
    enum part error_of; /* the samples whose error is the surface; PARTS unless told */
    bool force, resume, repair;
    bool quiet, dedicated_manager;
    uint32_t nice;         /* steps to lower the processes that train */
    int64_t stop_before_s; /* the end of the job; 0: not at all, negative: as slurm.h has it */
    uint32_t worker_timeout_s;
    uint32_t ports_first, ports_last; /* where rank 0 may listen to its workers' supervisors; 0: anywhere */
    const char *of_train;  /* an option that belongs to train alone, if there was one */
    uint32_t repeat, fold; /* train: which of the cell's trainings */
    const char *save;      /* train: the file that keeps the network; NULL: none */
    const char *network;   /* predict: the file that keeps one */
    const char *ranks;     /* plan: numbers of processes, as options_next_ranks reads them */
    bool null_training;    /* hidden: return outcomes without training, to measure all the rest */
};

/* Read the command line. The strings in options are those of argv.
 * Owns: the caller, who calls options_free, on failure too. Ranks: local.
 * Errors: STATUS_USAGE, naming the option and what it needs; STATUS_INTERNAL. */
enum status options_parse(struct options *options, int argc, char *const *argv, struct error *err)
    __attribute__((warn_unused_result));
void options_free(struct options *options);

/* The next number of processes of a list such as `1,8,32` at *list, which moves on behind it; 0 at the end. The list
 * was checked by options_parse. */
size_t options_next_ranks(const char **list);

/* The n-th option's long name, without dashes, hidden ones too; NULL behind the last. For tests. */
const char *options_name(size_t n);

/* What --help and --version say. */
void options_help(FILE *stream);
void options_version(FILE *stream);

#endif
