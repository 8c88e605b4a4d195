/* SPDX-License-Identifier: BSD-3-Clause */
/* A run on paper: the very scheduler and packs of a run, driven by a list of events in place of messages and clocks.
 * It forecasts how long the run takes on any number of ranks. It knows neither MPI nor the machine that it runs on:
 * whoever calls says how fast the parts are. */
#ifndef NSURF_SWEEP_SIMULATE_H
#define NSURF_SWEEP_SIMULATE_H

#include "base/error.h"
#include "sweep/packs.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The processes, all equally fast, and how fast that is. */
struct farm {
    size_t ranks;
    bool dedicated_manager; /* rank 0 only hands out work; needs another rank */
    double speed;           /* cost (see cost.h) a second of a rank that trains a full pack */
    double service_s;       /* rank 0's time for a message: receive, keep what it brings, answer */
    double latency_s;       /* from the sending of a message until one who waits for it has it */
};

/* The speed of a core of today, where it is not measured. */
#define FARM_SPEED 9e10

/* The farm that the manager and workers of this version make, but for its speed: ranks, and whether rank 0 trains (see
 * farm_dedicated). Times measured with Open MPI 4.1. */
struct farm farm_of(size_t ranks, double speed);

/* Whether rank 0 of so many ranks had better not train. */
bool farm_dedicated(size_t ranks);

struct forecast {
    double training_s;  /* from the first pack handed out to the last outcome collected */
    double busy_s;      /* spent training, summed over ranks */
    double bound_s;     /* no schedule of these packs is shorter: max(longest pack, busy_s / ranks) */
    double efficiency;  /* busy_s / (ranks * training_s) */
    double idle_tail_s; /* from the first rank without work to the last outcome */
    double service_s;   /* of rank 0 as manager */
    uint64_t messages;  /* received by rank 0 */
};

/* Owns: nothing. Ranks: local. Errors: STATUS_INTERNAL out of memory. */
enum status simulate(const struct packs *packs, const struct farm *farm, struct forecast *forecast, struct error *err)
    __attribute__((warn_unused_result));

#endif
