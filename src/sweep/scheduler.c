/* SPDX-License-Identifier: BSD-3-Clause */
/* The scheduler; see scheduler.h. Packs never handed out are a range, `fresh` to the last; packs that came back from
 * lost workers stand in a queue. Each call takes constant time, whatever the number of packs and workers. */
#include "sweep/scheduler.h"

#include "base/mem.h"

#include <stdlib.h>

#define EMPTY UINT32_MAX /* a hold without a pack */

struct hold {
    uint32_t packs[SCHEDULER_HOLD]; /* in the order in which they were handed out, then EMPTY */
    bool lost;
};

struct scheduler {
    size_t packs, workers;
    size_t fresh;       /* the first pack never handed out */
    size_t closed;      /* packs done or given up */
    struct hold *holds; /* [workers] */
    bool *lost_once;    /* [packs]: a worker was lost that had it in training */
    /* A worker is lost at most once, so the queue never holds more in all than the workers could. */
    uint32_t *returned; /* [workers * SCHEDULER_HOLD] */
    size_t returned_head, returned_tail;
    /* Packs that a worker could not do: a ring, in which each stands once at the most. Made with the first. */
    struct retry {
        uint32_t pack, worker;
    } *retries; /* [packs] */
    size_t retry_first, retry_count;
    uint8_t *attempts; /* [packs] */
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
    free(scheduler->retries);
    free(scheduler->attempts);
    free(scheduler);
}

/* Where the worker holds this pack; SCHEDULER_HOLD when it does not. */
static size_t find(const struct scheduler *scheduler, size_t worker, size_t pack)
{
    size_t h = 0;
    while (h < SCHEDULER_HOLD && scheduler->holds[worker].packs[h] != pack)
        h++;
    return h;
}

static bool any_returned(const struct scheduler *scheduler)
{
    return scheduler->returned_head < scheduler->returned_tail;
}

size_t scheduler_next(struct scheduler *scheduler, size_t worker, bool fresh)
{
    const size_t h = find(scheduler, worker, EMPTY);
    if (h == SCHEDULER_HOLD || scheduler->holds[worker].lost)
        return SCHEDULER_NONE;
    uint32_t pack;
    if (any_returned(scheduler) && !fresh)
        pack = scheduler->returned[scheduler->returned_head++];
    else if (scheduler->fresh < scheduler->packs)
        pack = (uint32_t)scheduler->fresh++;
    else
        return SCHEDULER_NONE;
    scheduler->holds[worker].packs[h] = pack;
    return pack;
}

/* The worker does not hold the pack any more; false where it did not. */
static bool drop(struct scheduler *scheduler, size_t worker, size_t pack)
{
    size_t h = pack < scheduler->packs ? find(scheduler, worker, pack) : SCHEDULER_HOLD;
    if (h == SCHEDULER_HOLD)
        return false;
    uint32_t *const packs = scheduler->holds[worker].packs;
    for (; h + 1 < SCHEDULER_HOLD; h++)
        packs[h] = packs[h + 1];
    packs[h] = EMPTY;
    return true;
}

bool scheduler_done(struct scheduler *scheduler, size_t worker, size_t pack)
{
    const bool held = drop(scheduler, worker, pack);
    scheduler->closed += held;
    return held;
}

static struct retry *retry_at(struct scheduler *scheduler, size_t place)
{
    return &scheduler->retries[(scheduler->retry_first + place) % scheduler->packs];
}

bool scheduler_again(struct scheduler *scheduler, size_t worker, size_t pack, bool counts)
{
    if (!scheduler->retries)
        scheduler->retries = mem_array(scheduler->packs, sizeof *scheduler->retries);
    if (!scheduler->attempts)
        scheduler->attempts = mem_array(scheduler->packs, sizeof *scheduler->attempts);
    if (!scheduler->retries || !scheduler->attempts || !drop(scheduler, worker, pack))
        return false;
    *retry_at(scheduler, scheduler->retry_count++) = (struct retry){(uint32_t)pack, (uint32_t)worker};
    if (counts && scheduler->attempts[pack] < UINT8_MAX)
        scheduler->attempts[pack]++;
    return true;
}

enum status scheduler_avoid(struct scheduler *scheduler, size_t worker, struct error *err)
{
    if (!scheduler->retries)
        scheduler->retries = mem_array(scheduler->packs, sizeof *scheduler->retries);
    if (!scheduler->retries)
        return error_memory(err, "the scheduler");
    *retry_at(scheduler, scheduler->retry_count++) =
        (struct retry){(uint32_t)scheduler->fresh++, worker < EMPTY ? (uint32_t)worker : EMPTY};
    return STATUS_OK;
}

size_t scheduler_fresh(const struct scheduler *scheduler)
{
    return scheduler->fresh;
}

unsigned scheduler_attempts(const struct scheduler *scheduler, size_t pack)
{
    return scheduler->attempts ? scheduler->attempts[pack] : 0;
}

size_t scheduler_retry(struct scheduler *scheduler, size_t worker, bool alone)
{
    const size_t h = find(scheduler, worker, EMPTY);
    size_t place = 0;
    if (h == SCHEDULER_HOLD || scheduler->holds[worker].lost)
        return SCHEDULER_NONE;
    while (place < scheduler->retry_count && retry_at(scheduler, place)->worker == worker && !alone)
        place++;
    if (place == scheduler->retry_count)
        return SCHEDULER_NONE;
    const uint32_t pack = retry_at(scheduler, place)->pack;
    for (; place > 0; place--) /* those before it move up */
        *retry_at(scheduler, place) = *retry_at(scheduler, place - 1);
    scheduler->retry_first = (scheduler->retry_first + 1) % scheduler->packs;
    scheduler->retry_count--;
    scheduler->holds[worker].packs[h] = pack;
    return pack;
}

void scheduler_lost(struct scheduler *scheduler, size_t worker, struct scheduler_loss *loss)
{
    *loss = (struct scheduler_loss){0};
    scheduler->holds[worker].lost = true;
    for (size_t h = 0; h < SCHEDULER_HOLD; h++) {
        const uint32_t pack = scheduler->holds[worker].packs[h];
        scheduler->holds[worker].packs[h] = EMPTY;
        if (pack == EMPTY)
            continue;
        if (h == 0 && scheduler->lost_once[pack]) {
            scheduler->closed++;
            loss->given_up[loss->given_up_count++] = pack;
            continue;
        }
        scheduler->lost_once[pack] |= h == 0;
        scheduler->returned[scheduler->returned_tail++] = pack;
        loss->again[loss->again_count++] = pack;
    }
}

size_t scheduler_pack(const struct scheduler *scheduler, size_t worker, size_t place)
{
    const uint32_t pack = scheduler->holds[worker].packs[place];
    return pack == EMPTY ? SCHEDULER_NONE : pack;
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
    return scheduler->packs - scheduler->fresh + scheduler->returned_tail - scheduler->returned_head +
           scheduler->retry_count;
}
