/* SPDX-License-Identifier: BSD-3-Clause */
/* The supervisor: the parent of each rank, which lets a run survive a worker's death.
 *
 * Open MPI 4.1 ends a whole job when a process goes without MPI_Finalize, and to the others a dead process only looks
 * silent. So each process that mpirun starts splits before MPI_Init: the child becomes the rank, the parent watches. A
 * worker that dies once the sweep has begun is reported to rank 0 over a connection (liveness.h), and the parent
 * deregisters from the launcher on its behalf (PMIx_Init, PMIx_Finalize), so that to mpirun all went well. A worker
 * that rank 0 does not want any more is ended. The death of rank 0, or of any rank before the sweep has begun, is
 * handed on to mpirun, which ends the job. So does the death of a parent by SIGKILL, for which mpirun takes its rank to
 * be dead; any other signal is handed on to the child, and a parent that is stopped goes on when its child leaves.
 *
 * Only under Open MPI's mpirun, with several processes, on Linux. Elsewhere there is no supervisor, and what a death
 * means is up to the launcher. */
#ifndef NSURF_CLUSTER_SUPERVISOR_H
#define NSURF_CLUSTER_SUPERVISOR_H

#include "cluster/liveness.h"

#include <stdbool.h>

/* Split, where that is of use. True in the parent, when its rank has ended: the process is to exit with *code. False
 * in the process that does the work. Before MPI_Init. Ranks: local. */
bool supervisor_split(int *code);

/* Whether this process is watched. */
bool supervisor_watches(void);

/* The process that launched this rank: the parent, or the parent's where a supervisor stands in between. */
long supervisor_launcher(void);

/* A worker: nobody waits for this rank alone from here on; its death is to be reported to this address. */
void supervisor_work(const struct liveness_address *address, int rank);

/* This rank has no more to do than to leave, with this code; how it ends does not matter any more. */
void supervisor_leave(int code);

/* Let a supervisor that is stopped go on: it is to see this process end. Ranks: local. */
void supervisor_wake(void);

/* How a rank ended, from the status of waitpid, in words: "killed by signal 9, Killed". Under Slurm, where a process
 * that needs more memory than was asked for is killed, they also say what tells how much to ask for. Ranks: local. */
void supervisor_ending(char *text, size_t size, int status);

#endif
