/* SPDX-License-Identifier: BSD-3-Clause */
/* The scheduler; see scheduler.h. Packs never handed out are a range, `fresh` to the last; packs that came back from
 * lost workers stand in a queue. Each call takes constant time, whatever the number of packs and workers. */
#include "sweep/scheduler.h"

#include "base/mem.h"

#include <stdlib.h>

#define EMPTY UINT32_MAX /* a hold without a pack */

struct hold {
    uint32_t packs[SCHEDULER_HOLD]; /* EMPTY or a pack */
    bool lost;
};

struct scheduler {
    size_t packs, workers;
    size_t fresh;       /* the first pack never handed out */
    size_t closed;      /* packs done or given up */
    struct hold *holds; /* [workers] */
    bool *lost_once;    /* [packs] */
    /* A worker is lost at most once, so the queue never holds more in all than the workers could. */
    uint32_t *returned; /* [workers * SCHEDULER_HOLD] */
    size_t returned_head, returned_tail;
};

enum status scheduler_create(struct scheduler **scheduler, size_t packs, size_t workers, struct error *err)
{
    *scheduler = NULL;
    if (packs >= UINT32_MAX)
        return error_set(err, STATUS_INTERNAL, "%zu packs are more than the scheduler can number", packs);
    struct scheduler *const s = mem_array(1, sizeof *s);
    if (!s)
        return error_memory(err, "the scheduler");
    s->packs = packs;
    s->workers = workers;
    s->holds = mem_array(workers, sizeof *s->holds);
    s->lost_once = mem_array(packs, sizeof *s->lost_once);
    s->returned =
        workers <= SIZE_MAX / SCHEDULER_HOLD ? mem_array(workers * SCHEDULER_HOLD, sizeof *s->returned) : NULL;
    if (!s->holds || !s->lost_once || !s->returned) {
        scheduler_destroy(s);
        return error_memory(err, "the scheduler");
    }
    for (size_t w = 0; w < workers; w++)
        for (size_t h = 0; h < SCHEDULER_HOLD; h++)
            s->holds[w].packs[h] = EMPTY;
    *scheduler = s;
    return STATUS_OK;
}

void scheduler_destroy(struct scheduler *scheduler)
{
    if (!scheduler)
        return;
    free(scheduler->holds);
    free(scheduler->lost_once);
    free(scheduler->returned);
    free(scheduler);
}

/* Where the worker holds this pack, or NULL. */
static uint32_t *find(struct scheduler *scheduler, size_t worker, size_t pack)
{
    for (size_t h = 0; h < SCHEDULER_HOLD; h++)
        if (scheduler->holds[worker].packs[h] == pack)
            return &scheduler->holds[worker].packs[h];
    return NULL;
}

size_t scheduler_next(struct scheduler *scheduler, size_t worker)
{
    uint32_t *const place = find(scheduler, worker, EMPTY);
    if (!place || scheduler->holds[worker].lost || scheduler_waiting(scheduler) == 0)
        return SCHEDULER_NONE;
    *place = scheduler->returned_head < scheduler->returned_tail ? scheduler->returned[scheduler->returned_head++]
                                                                 : (uint32_t)scheduler->fresh++;
    return *place;
}

bool scheduler_done(struct scheduler *scheduler, size_t worker, size_t pack)
{
    uint32_t *const place = pack < scheduler->packs ? find(scheduler, worker, pack) : NULL;
    if (!place)
        return false;
    *place = EMPTY;
    scheduler->closed++;
    return true;
}

size_t scheduler_lost(struct scheduler *scheduler, size_t worker, size_t abandoned[SCHEDULER_HOLD])
{
    size_t count = 0;
    scheduler->holds[worker].lost = true;
    for (size_t h = 0; h < SCHEDULER_HOLD; h++) {
        const uint32_t pack = scheduler->holds[worker].packs[h];
        scheduler->holds[worker].packs[h] = EMPTY;
        if (pack == EMPTY)
            continue;
        if (scheduler->lost_once[pack]) {
            scheduler->closed++;
            abandoned[count++] = pack;
        } else {
            scheduler->lost_once[pack] = true;
            scheduler->returned[scheduler->returned_tail++] = pack;
        }
    }
    return count;
}

bool scheduler_finished(const struct scheduler *scheduler)
{
    return scheduler->closed == scheduler->packs;
}

size_t scheduler_held(const struct scheduler *scheduler, size_t worker)
{
    size_t held = 0;
    for (size_t h = 0; h < SCHEDULER_HOLD; h++)
        held += scheduler->holds[worker].packs[h] != EMPTY;
    return held;
}

size_t scheduler_waiting(const struct scheduler *scheduler)
{
    return scheduler->packs - scheduler->fresh + scheduler->returned_tail - scheduler->returned_head;
}
