/* SPDX-License-Identifier: BSD-3-Clause */
/* The Slurm job around a run; see slurm.h. */
#include "app/slurm.h"

#include "base/clock.h"
#include "base/number.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* A whole number of the environment, 0 when there is none. */
static uint64_t number(const char *name)
{
    const char *const text = getenv(name);
    uint64_t value = 0;
    return text && number_read_count(text, UINT64_MAX, &value) == NUMBER_OK ? value : 0;
}

void slurm_read(struct run_slurm *slurm)
{
    *slurm = (struct run_slurm){.job_id = getenv("SLURM_JOB_ID")};
    if (!slurm->job_id)
        return;
    slurm->partition = getenv("SLURM_JOB_PARTITION");
    slurm->nodelist = getenv("SLURM_JOB_NODELIST");
    slurm->restart_count = getenv("SLURM_RESTART_COUNT");
    slurm->nodes = number("SLURM_JOB_NUM_NODES");
    slurm->tasks = number("SLURM_NTASKS");
    slurm->memory_per_cpu_mb = number("SLURM_MEM_PER_CPU");
    slurm->memory_per_node_mb = number("SLURM_MEM_PER_NODE");
    slurm->end_s = number("SLURM_JOB_END_TIME"); /* where Slurm is too old to set it, the job script does */
}

enum status slurm_deadline(double *deadline_s, struct run_slurm *slurm, int64_t stop_before_s, struct error *err)
{
    *deadline_s = INFINITY;
    if (slurm->end_s == 0 && stop_before_s > 0)
        return error_set(err, STATUS_USAGE,
                         "--stop-before: the end of the job is unknown; inside a Slurm job set SLURM_JOB_END_TIME to "
                         "it, in seconds since 1970, as jobs/nsurf.sbatch does");
    if (slurm->end_s == 0 || stop_before_s == 0)
        return STATUS_OK;
    slurm->stop_before_s = stop_before_s > 0 ? (uint64_t)stop_before_s : SLURM_STOP_BEFORE_S;
    *deadline_s = clock_now_s() + difftime((time_t)slurm->end_s, time(NULL)) - (double)slurm->stop_before_s;
    return STATUS_OK;
}

void slurm_explain(struct error *err)
{
    const char *const task = getenv("SLURM_ARRAY_TASK_ID");
    const size_t length = strlen(err->text);
    if (task)
        discard(snprintf(err->text + length, sizeof err->text - length,
                         "; each task of a job array needs an --output of its own, and this is task %.20s", task));
}
