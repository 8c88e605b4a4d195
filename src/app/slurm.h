/* SPDX-License-Identifier: BSD-3-Clause */
/* The Slurm job around a run: what the environment tells of it, and when the run has to stop for it. It asks no daemon
 * and knows no files. */
#ifndef NSURF_APP_SLURM_H
#define NSURF_APP_SLURM_H

#include "base/error.h"
#include "sweep/report.h"

#include <stdint.h>

/* How long before the end of the job a run stops when the user does not say. The stop itself takes a second; the rest
 * is for a file server that is slow and for clocks that disagree. Slurm's shortest limit, a minute, leaves half. */
enum { SLURM_STOP_BEFORE_S = 30 };

/* Read SLURM_*; members stay 0 or NULL where it says nothing. The strings are those of the environment.
 * Ranks: rank 0, whose environment is that of the job. */
void slurm_read(struct run_slurm *slurm);

/* When to stop, on the clock of clock_now_s; infinite for never.
 * stop_before_s: before the end of the job; 0 for never, negative for the default.
 * Errors: STATUS_USAGE when the user wants to stop before an end that is not known. */
enum status slurm_deadline(double *deadline_s, struct run_slurm *slurm, int64_t stop_before_s, struct error *err)
    __attribute__((warn_unused_result));

/* To the error of a file that cannot be opened, because another process may be using it: in a job array, add that each
 * of its tasks needs files of its own. Ranks: rank 0. */
void slurm_explain(struct error *err);

#endif
