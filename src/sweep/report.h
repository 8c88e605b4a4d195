/* SPDX-License-Identifier: BSD-3-Clause */
/* The report of a run: what belongs to this run and not to the experiment (times, hosts, ranks, efficiency). Whoever
 * runs the sweep fills it in; it knows no file. */
#ifndef NSURF_SWEEP_REPORT_H
#define NSURF_SWEEP_REPORT_H

#include "base/error.h"
#include "sweep/spans.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

enum { RUN_HOST_TEXT = 65 }; /* HOST_NAME_MAX of Linux (64) and the end of the string; longer names are cut */

/* One process that trained. */
struct run_worker {
    uint32_t rank;
    bool lost;        /* it or its host died, or it was given up */
    char reason[128]; /* why it is lost, else empty */
    char host[RUN_HOST_TEXT];
    char isa[16];  /* trainer_isa of its processor */
    double busy_s; /* time spent in training */
    double flop;   /* predicted flop of the packs it returned, without the epochs that early stopping left out */
    double last_s; /* when its last outcome arrived, since the start of the training phase */
    uint64_t packs, trainings;
    uint64_t failed; /* trainings given up because it was the second worker lost with them */
};

/* The Slurm job around the run, if there is one. NULL and 0 stand for what is unknown. */
struct run_slurm {
    const char *job_id, *partition, *nodelist, *restart_count;
    uint64_t nodes, tasks, memory_per_cpu_mb, memory_per_node_mb;
    uint64_t end_s;         /* of the job, in seconds since 1970 */
    uint64_t stop_before_s; /* how long before it the run stops by itself; 0: it does not */
};

struct run_report {
    int argc; /* the command line, 0 if unknown */
    char *const *argv;
    struct timespec start, end; /* CLOCK_REALTIME */
    int exit_status;            /* enum status */

    /* What was there to do. */
    uint64_t cells, trainings; /* of the experiment */
    uint64_t trained;          /* in this run */
    uint64_t resumed;          /* found finished in the journal */
    uint64_t diverged, failed; /* of all trainings, with that outcome */

    /* Where the time went. */
    double wall_s;      /* from the start of the program to its report */
    double training_s;  /* from the first pack handed out to the last outcome collected */
    double busy_s;      /* summed over workers */
    double efficiency;  /* busy_s / (ranks * training_s) */
    double bound_s;     /* no schedule is shorter: max(longest pack, busy_s / ranks) */
    double idle_tail_s; /* from the first worker without work to the last outcome, at the end */
    double flop;        /* the same, of all packs trained */

    /* The manager. */
    uint32_t ranks;                        /* processes, manager included */
    bool dedicated_manager;                /* rank 0 did not train */
    uint64_t messages;                     /* sent and received by rank 0 */
    double service_s;                      /* rank 0's time spent as manager, training excluded */
    uint64_t packs;                        /* handed out and returned */
    uint64_t lost_workers, repeated_packs; /* packs that were handed out again after a loss */
    uint64_t again; /* packs that were handed out again since their trial had failed, or asked for it */

    struct run_slurm slurm;
    char kept_folders[32]; /* what the folder is called, on each host, of the runs' folders that stay; empty: none do */

    struct spans spans; /* owned by whoever fills the report */
    size_t worker_count;
    struct run_worker *workers; /* [worker_count], by rank; owned by whoever fills the report */
};

/* One host, summed over its workers. */
struct run_host {
    char name[RUN_HOST_TEXT];
    uint32_t workers, lost;
    double busy_s, flop;
    uint64_t packs, trainings;
};

/* The workers summed by host, sorted by name. hosts: [*count], for the caller to free(). Ranks: rank 0.
 * Errors: STATUS_INTERNAL out of memory. */
enum status run_hosts(const struct run_report *report, struct run_host **hosts, size_t *count, struct error *err)
    __attribute__((warn_unused_result));

/* The host with the lowest flop a busy second, NULL when none trained. hosts: [count]. */
const struct run_host *run_slowest_host(const struct run_host *hosts, size_t count);

#endif
