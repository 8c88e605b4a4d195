/* SPDX-License-Identifier: BSD-3-Clause */
/* A run from the options to the files: what rank 0 does around the sweep. */
#ifndef NSURF_APP_RUN_H
#define NSURF_APP_RUN_H

#include "app/keeper.h"
#include "base/error.h"
#include "cli/options.h"
#include "cluster/cluster.h"
#include "sweep/packs.h"
#include "sweep/table.h"

#include <stdbool.h>
#include <time.h>

/* What a run holds. On ranks other than 0 only the data and the training settings of experiment are in use. */
struct run {
    struct experiment experiment;
    bool loaded; /* run_load has filled the experiment */
    struct table table;
    struct keeper keeper;
    struct packs packs; /* of what the journal lacks */
    uint32_t *ranks;    /* [trainings], who ran them, where that is asked for; else NULL */
    struct timespec start;
    struct run_slurm slurm;
};


/* What can be refused without MPI: earlier results, a prefix that cannot be written, the data. To be called before MPI
 * starts, because data are read in a child process. Takes the axes over from options. Owns: as run_prepare.
 * Ranks: rank 0. Errors: STATUS_USAGE, STATUS_DATA, STATUS_IO, STATUS_INTERNAL. */
enum status run_load(struct run *run, struct options *options, struct error *err)
    __attribute__((warn_unused_result));

/* All else that can be refused before training, and the data where they are not loaded yet. Takes the axes over from
 * options. Owns: the caller, who calls run_free, on failure too.
 * Ranks: rank 0, of `ranks`. Errors: STATUS_USAGE, STATUS_DATA, STATUS_IO, STATUS_INTERNAL. */
enum status run_prepare(struct run *run, struct options *options, int ranks, struct error *err)
    __attribute__((warn_unused_result));
void run_free(struct run *run);

/* Sweep, write the files, report. argc, argv: for the report. Ranks: rank 0, while the others are in cluster_work.
 * Errors: STATUS_INCOMPLETE when some trainings failed, or all diverged; STATUS_STOPPED after a signal, a stop file or
 * near the end of the job; STATUS_IO,
 * STATUS_INTERNAL. */
enum status run_sweep(struct run *run, const struct options *options, struct cluster *cluster, int argc,
                      char *const *argv, struct error *err) __attribute__((warn_unused_result));

#endif
