/* SPDX-License-Identifier: BSD-3-Clause */
/* What the files of this room share of a cluster; nobody else includes this. */
#ifndef NSURF_CLUSTER_INNER_H
#define NSURF_CLUSTER_INNER_H

#include "cluster/cluster.h"
#include "cluster/workers.h"
#include "cluster/message.h"

struct cluster {
    MPI_Comm comm; /* MPI_COMM_WORLD, with the error handler of cluster.c */
    int rank, size;
    int here;      /* ranks whose executors are in this process: 1, or all where there is no MPI */
    bool alone;    /* there is no MPI */
    struct outbox outbox;
    struct workers workers; /* rank 0: its connections from cluster_share on, the rest from cluster_manage on */
    struct liveness_address address; /* where to report a death */
    double timeout_s;            /* who is silent for so long is lost */
    enum evaluator_kind evaluator;
    bool other_program; /* this rank runs another file than rank 0 */

    /* A large data set: one copy a node (share.c). */
    MPI_Comm node;
    MPI_Win window;         /* MPI_WIN_NULL when every rank has its own */
    struct dataset *shared; /* whose values are in the window; NULL when none are */
};

/* The name of this host, cut if need be. host: [RUN_HOST_TEXT]. */
void cluster_host(char *host);

/* From rank 0 of comm to all of it, in pieces. Ranks: collective. */
void share_broadcast(void *data, size_t bytes, MPI_Comm comm);

/* A copy on each node of the files that the command of a program names, where it names any. Ranks: collective.
 * Errors, the same on all ranks: STATUS_DATA, STATUS_IO, STATUS_INTERNAL. */
enum status share_files(struct cluster *cluster, struct experiment *experiment, struct error *err)
    __attribute__((warn_unused_result));

/* Forget the data set that is shared in a node, if there is one; its memory goes with the process, because to free it
 * all ranks of the node would have to be there. Ranks: local. */
void share_forget(struct cluster *cluster);

#endif
