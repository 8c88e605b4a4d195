/* SPDX-License-Identifier: BSD-3-Clause */
/* The environment of programs that are started for the user: that of the user's shell, as far as it can be told. */
#ifndef NSURF_BASE_ENVIRONMENT_H
#define NSURF_BASE_ENVIRONMENT_H

#include <stdbool.h>
#include <stddef.h>

/* That of this process without what launchers of MPI programs and of Slurm's tasks set for each process, because a
 * child that is an MPI program would take itself for a rank of ours; and with OMP_NUM_THREADS=1 unless it is set. keep:
 * [keep_count], patterns of names that stay, as a shell has them. spare: places left empty at the end, before the NULL
 * that ends the list. Owns: the caller, who calls free() for the list alone. NULL out of memory. Ranks: local. */
char **environment_clean(const char *const *keep, size_t keep_count, size_t spare, size_t *count);

/* Whether one of the patterns names this variable. */
bool environment_keeps(const char *name, const char *const *keep, size_t keep_count);

/* Put variables behind the first *count, as NAME=VALUE, in place of those that stood there; a variable of their names
 * among the first goes for good. environment: has room for them and a NULL. */
void environment_put(char **environment, size_t *count, char *const *variables, size_t variable_count);

#endif
