/* SPDX-License-Identifier: BSD-3-Clause */
/* The crew: what rank 0 knows of each process that may train, itself included. The one place that says who is here,
 * who is lost and who has left. It knows no packs. */
#ifndef NSURF_CLUSTER_CREW_H
#define NSURF_CLUSTER_CREW_H

#include "cluster/line.h"
#include "cluster/message.h"
#include "sweep/cost.h"
#include "sweep/report.h"

struct member {
    struct run_worker about; /* rank, host, what it did, whether it is lost and why */
    struct cost speed;       /* of what it trained */
    double pack_s;           /* of training that its pack took so far */
    uint32_t wants;          /* packs it asked for and did not get yet */
    double heard_s, fed_s;   /* crew.clock_s when it last spoke, and when it last finished something or got work */
    bool line;               /* its supervisor has called: should it have to go, it can be ended */
    bool stuck;              /* given up, and may still be there: nobody can end it */
    bool left;               /* said BYE */
};

struct crew {
    size_t count;
    struct member *members; /* [count], by rank */
    size_t here;            /* workers that are neither lost nor have left */
    struct lines lines;
    bool released;    /* all were told to leave */
    double timeout_s; /* who is silent for longer is lost */
    double clock_s;   /* the time that rank 0 has listened */
    double tick_s;    /* when clock_s was set */
};

/* timeout_s: see above. Owns: the caller, who calls crew_free. Ranks: rank 0. Errors: STATUS_INTERNAL. */
enum status crew_create(struct crew *crew, size_t count, double timeout_s, struct error *err)
    __attribute__((warn_unused_result));
void crew_free(struct crew *crew);

/* Rank 0 has looked at its messages at now_s, a steady clock. */
void crew_tick(struct crew *crew, double now_s);

/* A process introduced itself; a process said anything. */
void crew_hello(struct crew *crew, int rank, const char *host, const char *isa);
void crew_heard(struct crew *crew, int rank);

/* The next worker of which the lines tell that it is lost; from now on it counts as lost, with the reason in about.
 * False when there is none. */
bool crew_lost(struct crew *crew, int *rank);

/* Give a worker up, for this reason; its supervisor ends it. */
void crew_give_up(struct crew *crew, int rank, const char *reason);

/* Tell every worker that is not lost to exit with this status, and wait for their BYE; what they still sent is
 * dropped. A worker that does not answer is ended. False when one may still be there, for which MPI_Finalize would
 * wait. */
bool crew_release(struct crew *crew, struct outbox *outbox, enum status status);

#endif
