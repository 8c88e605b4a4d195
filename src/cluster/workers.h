/* SPDX-License-Identifier: BSD-3-Clause */
/* The workers: what rank 0 knows of each process that may train, itself included. The one place that says who is here,
 * who is lost and who has left. It knows no packs. */
#ifndef NSURF_CLUSTER_WORKERS_H
#define NSURF_CLUSTER_WORKERS_H

#include "cluster/liveness.h"
#include "cluster/message.h"
#include "sweep/cost.h"
#include "sweep/report.h"

struct member {
    struct run_worker about; /* rank, host, what it did, whether it is lost and why */
    struct cost speed;       /* of what it trained */
    double pack_s;           /* of training that its pack took so far */
    uint32_t wants;          /* packs it asked for and did not get yet */
    char *why;               /* why its next result failed, as far as it has said so; or NULL */
    size_t why_size;
    double heard_s, fed_s;   /* workers.clock_s when it last spoke, and when it last finished something or got work */
    double down_s;           /* workers.clock_s when its connection broke, or it said HELLO without one; 0 with one */
    double asked_s;          /* workers.clock_s when it was asked whether it is there, as the connection broke; 0 not */
    bool connected;               /* its supervisor has called: should it have to go, it can be ended */
    bool broke;              /* the connection was there, and is not any more */
    bool ending;             /* its supervisor was told to end it, and has not said that it has */
    bool stuck;              /* given up, and may still be there: nobody can end it */
    bool left;               /* said BYE */
    bool unable;             /* it lacks the user's program, which rank 0 has */
    bool told;               /* the user knows that it has none */
    bool other_program;      /* it runs another file than rank 0, to the same bits */
};

struct workers {
    size_t count;
    struct member *members; /* [count], by rank */
    size_t here;            /* workers that are neither lost nor have left */
    size_t hellos;          /* that came from workers */
    struct liveness_server liveness;
    bool compared;    /* what runs on all hosts was told */
    bool released;    /* all were told to leave */
    double timeout_s; /* who is silent for longer is lost */
    double clock_s;   /* the time that rank 0 has listened */
    double tick_s;    /* when clock_s was set */
};

/* timeout_s: see above. Owns: the caller, who calls workers_free. Ranks: rank 0. Errors: STATUS_INTERNAL. */
enum status workers_create(struct workers *workers, size_t count, double timeout_s, struct error *err)
    __attribute__((warn_unused_result));
void workers_free(struct workers *workers);

/* Rank 0 has looked at its messages at now_s, a steady clock. */
void workers_tick(struct workers *workers, double now_s);

/* A process introduced itself; a process said anything. */
void workers_hello(struct workers *workers, int rank, const struct hello *hello);
void workers_heard(struct workers *workers, int rank);

/* The next worker of which the connections tell that it is lost; from now on it counts as lost, with the reason in
 * about. False when there is none. */
bool workers_lost(struct workers *workers, int *rank);

/* Whether to ask this worker if it is there: its connection broke, and its supervisor does not call again. Says so
 * once. */
bool workers_must_ask(struct workers *workers, int rank);

/* Why this worker has to be given up by what it was asked or was heard of it; NULL when it has not. */
const char *workers_silence(const struct workers *workers, int rank);

/* Give a worker up, for this reason; its supervisor ends it. */
void workers_give_up(struct workers *workers, int rank, const char *reason);

/* A worker whose connection broke a moment ago, -1 when there is none: if mpirun ends the run now, it is because
 * somebody killed the supervisor. */
int workers_unwatched(const struct workers *workers);

/* A line for the user, if there is one: workers whose supervisors cannot reach rank 0, once each; hosts that run
 * another program to the same bits, once all have said HELLO, or those that have at the end. text: [size]. */
bool workers_remark(struct workers *workers, bool end, char *text, size_t size);

/* Tell every worker that is not lost to exit with this status, and wait for their BYE; what they still sent is
 * dropped. A worker that does not answer is ended. False when one may still be there, for which MPI_Finalize would
 * wait. */
bool workers_release(struct workers *workers, struct outbox *outbox, enum status status);

#endif
