/* SPDX-License-Identifier: BSD-3-Clause */
/* The scheduler: who trains which pack next. A pure state machine that knows neither messages nor clocks, so that it
 * can be tested with any interleaving, and simulated. Packs are handed out in the order of their numbers. */
#ifndef NSURF_SWEEP_SCHEDULER_H
#define NSURF_SWEEP_SCHEDULER_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct scheduler;

#define SCHEDULER_NONE SIZE_MAX /* no pack to hand out now */

enum { SCHEDULER_HOLD = 2 }; /* packs a worker may hold: one in training, one in hand */

/* The pace of managers and workers, kept by src/cluster and forecast by simulate.c.
 *
 * How long before the end of a pack a worker asks for the next: ample for a manager that trains in slices itself, or
 * shares its core with other processes and waits for its turn. */
#define SCHEDULER_FETCH_S 20e-3

/* How long rank 0 trains between looks at its messages: short against the time for which workers have work in hand,
 * long against a look, a microsecond. */
#define SCHEDULER_SLICE_S 1e-3

/* Messages that rank 0 handles before it looks again at the clock, the signals and its own executor. */
enum { SCHEDULER_ROUND = 256 };

/* packs are numbered 0 … packs - 1, workers 0 … workers - 1.
 * Owns: the caller, who calls scheduler_destroy. Ranks: rank 0. Errors: STATUS_INTERNAL. */
enum status scheduler_create(struct scheduler **scheduler, size_t packs, size_t workers, struct error *err)
    __attribute__((warn_unused_result));
void scheduler_destroy(struct scheduler *scheduler);

/* The next pack for this worker, which holds it from now on; SCHEDULER_NONE when there is none to hand out, or the
 * worker holds SCHEDULER_HOLD already, or is lost. fresh: none that came back from a lost worker, because it may be the
 * pack that kills each rank that trains it. */
size_t scheduler_next(struct scheduler *scheduler, size_t worker, bool fresh);

/* The worker returned the pack. False, and nothing changes, when it did not hold it (a result that comes after the
 * worker was given up). */
bool scheduler_done(struct scheduler *scheduler, size_t worker, size_t pack);

/* The worker could not do the pack, which may go better elsewhere: it is handed out again after all others, by
 * scheduler_retry. counts: as an attempt. False, and nothing changes, when the worker does not hold it. */
bool scheduler_again(struct scheduler *scheduler, size_t worker, size_t pack, bool counts);

/* The next pack of those for this worker, as scheduler_next; one that it could not do itself only when it is alone. */
size_t scheduler_retry(struct scheduler *scheduler, size_t worker, bool alone);

/* The next pack for which scheduler_next is not to be asked, but scheduler_retry, which never hands it to this worker
 * unless it is alone. Errors: STATUS_INTERNAL out of memory. */
enum status scheduler_avoid(struct scheduler *scheduler, size_t worker, struct error *err)
    __attribute__((warn_unused_result));

/* The first pack that was never handed out, and nor was any after it; the number of packs when all were. */
size_t scheduler_fresh(const struct scheduler *scheduler);

/* How many attempts came back by scheduler_again, up to 255. */
unsigned scheduler_attempts(const struct scheduler *scheduler, size_t pack);

/* What a lost worker held. */
struct scheduler_loss {
    size_t again[SCHEDULER_HOLD], again_count;       /* packs that will be handed out again */
    size_t given_up[SCHEDULER_HOLD], given_up_count; /* packs that are not trained any more */
};

/* The worker is gone: what it held is handed out again, before all else; but a pack that was in training with two lost
 * workers is given up. A worker trains in the order in which it was handed its packs. Further calls for this worker
 * find nothing. */
void scheduler_lost(struct scheduler *scheduler, size_t worker, struct scheduler_loss *loss);

/* Whether every pack is done or given up. */
bool scheduler_finished(const struct scheduler *scheduler);

/* The pack that the worker has in training (place 0), or in hand after it; SCHEDULER_NONE when it has none there. */
size_t scheduler_pack(const struct scheduler *scheduler, size_t worker, size_t place);

/* Packs that the worker holds. */
size_t scheduler_held(const struct scheduler *scheduler, size_t worker);

/* Packs that no rank holds and none has done. */
size_t scheduler_waiting(const struct scheduler *scheduler);

#endif
