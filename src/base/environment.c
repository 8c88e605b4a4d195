/* SPDX-License-Identifier: BSD-3-Clause */
/* Environments; see environment.h. */
#include "base/environment.h"

#include "base/mem.h"

#include <fnmatch.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

extern char **environ;

/* What Open MPI, PMIx, PRRTE, Hydra and srun set for each process. Slurm's variables of the job stay. */
static const char *const launchers[] = {
    "OMPI_*",          "OPAL_*",           "ORTE_*",           "PMIX_*",         "PMI_*",
    "PRTE_*",          "HYDRA_*",          "HYDI_*",           "MPIR_*",         "MPI_LOCAL*",
    "SLURM_PROCID",    "SLURM_LOCALID",    "SLURM_NODEID",     "SLURM_TASK_PID", "SLURM_GTIDS",
    "SLURM_STEP*",     "SLURM_SRUN_*",     "SLURM_CPU_BIND*",  "SLURM_MPI_TYPE", "SLURM_PMIX*",
    "SLURM_PMI*",      "SLURM_LAUNCH_*",   "SLURM_UMASK",      "SLURM_DISTRIBUTION",
};

static bool matches(const char *variable, const char *pattern)
{
    char name[256];
    const size_t length = strcspn(variable, "=");
    if (length >= sizeof name)
        return false;
    memcpy(name, variable, length);
    name[length] = '\0';
    return fnmatch(pattern, name, 0) == 0;
}

bool environment_keeps(const char *name, const char *const *keep, size_t keep_count)
{
    for (size_t k = 0; k < keep_count; k++)
        if (matches(name, keep[k]))
            return true;
    return false;
}

static bool stays(const char *variable, const char *const *keep, size_t keep_count)
{
    if (environment_keeps(variable, keep, keep_count))
        return true;
    for (size_t l = 0; l < sizeof launchers / sizeof *launchers; l++)
        if (matches(variable, launchers[l]))
            return false;
    return true;
}

char **environment_clean(const char *const *keep, size_t keep_count, size_t spare, size_t *count)
{
    static char one_thread[] = "OMP_NUM_THREADS=1";
    size_t all = 0;
    bool threads = false;
    while (environ[all])
        all++;
    char **const clean = mem_array(all + spare + 2, sizeof *clean);
    *count = 0;
    for (size_t i = 0; clean && i < all; i++)
        if (stays(environ[i], keep, keep_count)) {
            threads = threads || matches(environ[i], "OMP_NUM_THREADS");
            clean[(*count)++] = environ[i];
        }
    if (clean && !threads)
        clean[(*count)++] = one_thread;
    return clean;
}

void environment_put(char **environment, size_t *count, char *const *variables, size_t variable_count)
{
    for (size_t v = 0; v < variable_count; v++) {
        const size_t length = strcspn(variables[v], "=") + 1;
        for (size_t i = 0; i < *count;)
            if (strncmp(environment[i], variables[v], length) == 0)
                environment[i] = environment[--*count];
            else
                i++;
    }
    for (size_t v = 0; v < variable_count; v++)
        environment[*count + v] = variables[v];
    environment[*count + variable_count] = NULL;
}
