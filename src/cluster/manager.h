/* SPDX-License-Identifier: BSD-3-Clause */
/* What the files of the manager share; nobody else includes this. manager.c hands out packs, manager_results.c takes
 * what comes back, manager_losses.c says who is lost and what becomes of their packs. All of it runs on rank 0. */
#ifndef NSURF_CLUSTER_MANAGER_H
#define NSURF_CLUSTER_MANAGER_H

#include "cluster/executor.h"
#include "cluster/inner.h"
#include "sweep/cost.h"
#include "sweep/run_time.h"
#include "sweep/scheduler.h"

struct manager {
    struct cluster *cluster;
    const struct sweep *sweep;
    struct run_report *report;
    struct scheduler *scheduler;
    struct run_time *run_time;  /* of a program; else NULL */
    struct executor *executors; /* [cluster->here], of the ranks in this process */
    struct cost cost, speed;       /* by what was predicted; by what was trained, less where early stopping ended it */
    double start_s, now_s, last_s; /* of the sweep; of this round; the latest outcome */
    double longest_s;              /* the longest pack */
    double looked_s;               /* the latest look at who is lost */
    double out_cost, done_cost;    /* of packs that are handed out, and of those returned */
    size_t unable;                 /* workers that are here, and lack the user's program */
    size_t out, done, to_do;       /* packs handed out; trials that came back, and all of this run */
    double stop_s;                 /* when a stop ends its grace, 0 when none was asked for */
    double told_s;                 /* the latest progress */
};

static inline struct member *manager_member(const struct manager *m, int rank)
{
    return &m->cluster->workers.members[rank];
}

/* Ranks that train; those of them that do not lack the user's program. The others get no more work while there are
 * such. */
size_t manager_training_ranks(const struct manager *m);
size_t manager_able_ranks(const struct manager *m);

/* Hand packs to this worker, as many as it asked for and there are. Errors: STATUS_INTERNAL out of memory. */
enum status manager_feed(struct manager *m, int rank, struct error *err) __attribute__((warn_unused_result));

/* What a worker says of its next result. Without memory for it, it stays unsaid. text: [size]. */
void manager_note_why(struct manager *m, int rank, const char *text, size_t size);

/* Whether a result is of this sweep. */
bool manager_is_ours(const struct manager *m, const struct result *result);

/* A result that counts, or a pack that goes back. Errors: STATUS_INTERNAL out of memory; those of sweep->keep. */
enum status manager_take(struct manager *m, int rank, const struct result *result, struct error *err)
    __attribute__((warn_unused_result));

/* The longest runs of a program go first, as far as their times are learnt: sort what was not handed out yet. */
void manager_learn(struct manager *m);

/* Give up who is lost, by the connections and by the clock, and hand out again what they held. Errors: STATUS_STOPPED
 * when nobody is left; those of sweep->keep. */
enum status manager_look(struct manager *m, struct error *err) __attribute__((warn_unused_result));

/* Tell the user what else there is to know of the workers; end: of the sweep. */
void manager_remark(struct manager *m, bool end);

#endif
