/* SPDX-License-Identifier: BSD-3-Clause */
/* The processes that share the work: rank 0 manages, all train. This room is the only one that knows MPI; it knows no
 * options and writes no files.
 *
 * The life of a run, on every rank:
 *
 *     cluster_split                                    a supervisor for this rank
 *     cluster_start                                    MPI_Init; or cluster_start_alone, and none
 *     cluster_agree                                    rank 0 has prepared all, or its error ends all ranks
 *     cluster_share                                    the data and settings reach every rank
 *     cluster_manage (rank 0), cluster_work (others)   the sweep
 *     cluster_finish                                   rank 0 releases the workers; MPI_Finalize
 *
 * An error of the message passing itself ends the whole job with STATUS_MPI. A worker that is lost during the sweep is
 * done without, where the launcher allows it. */
#ifndef NSURF_CLUSTER_CLUSTER_H
#define NSURF_CLUSTER_CLUSTER_H

#include "base/error.h"
#include "sweep/evaluator.h"
#include "sweep/experiment.h"
#include "sweep/packs.h"
#include "sweep/report.h"
#include "sweep/table.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cluster;

/* Whether a launcher started this process, alone or with others. Ranks: local. */
bool cluster_launched(void);

/* The rank that the launcher gave this process, read from the environment: 0 without a launcher. For what must be
 * known before, or without, cluster_start. Ranks: local. */
int cluster_launch_rank(void);

/* The process that launched this rank: mpirun, its helper on another host, or a shell. Ranks: local. */
long cluster_launcher(void);

/* To be called first. Where a run can outlive a worker's death, the process splits in two (see supervisor.h), and in
 * the one that does not do the work this returns true, when all is over: it is to exit with *code. Ranks: local. */
bool cluster_split(int *code);

/* Join the other processes. Owns: the caller, who calls cluster_finish. Ranks: collective.
 * Errors: STATUS_INTERNAL; STATUS_MPI, also when the launcher is of another MPI. */
enum status cluster_start(struct cluster **cluster, struct error *err) __attribute__((warn_unused_result));

/* In place of joining others: this process runs so many programs at once, without MPI. To the rest they are ranks.
 * Owns: the caller, who calls cluster_finish. Errors: STATUS_INTERNAL. */
enum status cluster_start_alone(struct cluster **cluster, int jobs, struct error *err)
    __attribute__((warn_unused_result));

int cluster_rank(const struct cluster *cluster);
int cluster_size(const struct cluster *cluster);

/* Every rank says how it fares; all learn the status of the lowest rank that failed, STATUS_OK if none did, and that
 * rank's error text. Who waits sleeps. Ranks: collective. */
enum status cluster_agree(struct cluster *cluster, enum status status, struct error *err)
    __attribute__((warn_unused_result));

/* How the ranks work together. */
struct cluster_settings {
    enum evaluator_kind evaluator; /* what all ranks turn trials into outcomes with */
    double timeout_s;         /* a worker from which nothing is heard for so long counts as lost */
    uint32_t ports_first, ports_last; /* where rank 0 may listen to supervisors; 0: anywhere */
};

/* Give rank 0's data, hyperparameters and limits to the experiments of all ranks (not the grid: workers need none), and
 * make sure that all train to the same bits. A large data set is kept once a node; so the experiment must outlive the
 * cluster, and be freed after cluster_finish. settings: of rank 0.
 * Ranks: collective. Errors, the same on all ranks: STATUS_MPI for a rank that trains to other bits, too few files that
 * may be open, or ports that are all in use; STATUS_INTERNAL. */
enum status cluster_share(struct cluster *cluster, struct experiment *experiment,
                          const struct cluster_settings *settings, struct error *err)
    __attribute__((warn_unused_result));

/* How far the sweep is. */
struct sweep_state {
    size_t done, trainings; /* of all, those that were found in the journal among them */
    size_t resumed;         /* found there */
    double cost_done, cost; /* of this run; predicted, see sweep/cost.h */
    double elapsed_s;       /* since the sweep began */
    double left_s;          /* NaN while unknown */
    double rate;            /* flop a second of what is done; NaN where that is not counted */
};

/* What rank 0 brings to the sweep. */
struct sweep {
    struct packs *packs;    /* of a program, those that wait are sorted as their times are learnt */
    struct table *table;    /* receives the outcomes */
    bool dedicated_manager; /* rank 0 does not train; needs another rank */
    uint32_t *ranks;        /* [trainings], receives from which rank an outcome came; may be NULL */
    const uint32_t *others; /* [trainings], the rank that is to do it only where there is no other; may be NULL */
    /* Called ten times a second; may be NULL. */
    void (*progress)(const struct sweep_state *state, void *arg);
    /* Called for each outcome that was set in the table, with where it came from; its error ends the sweep. May be
     * NULL. */
    enum status (*keep)(size_t training, const struct outcome *outcome, const char *host, void *arg,
                        struct error *err);
    /* Called for each run that failed, where the evaluator has something to say of it, in lines for people: as soon as
     * it is known when it is tried again, else before keep. May be NULL. */
    void (*why)(size_t training, const struct outcome *outcome, uint32_t rank, bool again, const char *why, void *arg);
    /* A worker is lost: a line for the user. May be NULL. */
    void (*lost)(const char *line, void *arg);
    /* What else the user should know of the workers. May be NULL. */
    void (*remark)(const char *line, void *arg);
    /* Called in every round, many times a second; its error ends the sweep. Sets *stop to the name of what asks for a
     * stop, if anything does. May be NULL: then nothing stops the sweep. */
    enum status (*attend)(double now_s, const char **stop, void *arg, struct error *err);
    void *arg;
};

/* In the ranks of a sweep: none, or not known. */
#define SWEEP_NO_RANK UINT32_MAX

/* Hand out the packs, train some, collect the outcomes. To be called again, it goes on with the workers that are left.
 * Fills those members of report that tell of the sweep; report->workers is the caller's to free(). Ranks: rank 0,
 * while the others are in cluster_work.
 * Errors: STATUS_STOPPED, with the outcomes so far in the table; an error of keep, attend or a worker;
 * STATUS_INTERNAL. */
enum status cluster_manage(struct cluster *cluster, const struct sweep *sweep, struct run_report *report,
                           struct error *err) __attribute__((warn_unused_result));

/* Train what rank 0 hands out, until it releases this rank with the status to exit with.
 * Ranks: all but 0. Errors: whatever rank 0 says. */
enum status cluster_work(struct cluster *cluster, const struct experiment *experiment, struct error *err)
    __attribute__((warn_unused_result));

/* Rank 0: tell the workers how the run ended. All: leave. cluster may be NULL. Ranks: collective. */
void cluster_finish(struct cluster *cluster, enum status status);

#endif
