/* SPDX-License-Identifier: BSD-3-Clause */
/* The simulation; see simulate.h. Events are what arrives at the manager: a worker asks for a pack, or returns one. All
 * that a worker does follows at once from the moment when a pack reaches it, so it needs no events of its own: two
 * events a pack, in a heap. (One thing is simpler than in a run: a worker has one ask on its way, never two, which
 * matters when a pack takes less than a round trip.) */
#include "sweep/simulate.h"

#include "base/mem.h"
#include "sweep/scheduler.h"

#include <math.h>
#include <stdlib.h>

/* An arrival at the manager. */
struct event {
    double when_s;
    uint32_t worker;
    uint32_t pack; /* that it returns, or ASK */
};

#define ASK UINT32_MAX

enum { EVENTS = SCHEDULER_HOLD + 1 }; /* of a worker in the heap at the most: a result for each pack, and an ask */

struct worker {
    double free_s;   /* when all that it holds is trained */
    uint32_t wants;  /* packs asked for and not handed out yet */
    bool asks_along; /* its next result brings the next ask */
};

struct simulation {
    const struct packs *packs;
    const struct farm *farm;
    struct forecast *forecast;
    struct scheduler *scheduler;
    struct worker *workers; /* [ranks] */
    struct event *heap;     /* [ranks * EVENTS], earliest first */
    size_t events;
    double now_s;      /* of the manager */
    size_t own;        /* the pack that rank 0 trains, or SCHEDULER_NONE */
    double own_left_s; /* of it */
    double last_s;     /* the latest outcome */
    double dry_s;      /* when first a rank had nothing more to do */
};

/* Rank 0 does about 2 us of work a message: 1 us in MPI, the rest in the scheduler and, an outcome, in the journal. An
 * answer over a network of a cluster takes about 50 us; who waits wakes up after that. */
static const double service_s = 2e-6, latency_s = 100e-6;

struct farm farm_of(size_t ranks, double speed)
{
    return (struct farm){.ranks = ranks,
                         .dedicated_manager = farm_dedicated(ranks),
                         .speed = speed,
                         .service_s = service_s,
                         .latency_s = latency_s};
}

/* Simulated with 64 to 16,384 ranks and grids of 64 x 64 to 256 x 256, 1 to 16 repeats: below about 700 ranks one rank
 * less costs more than the waiting for a manager that trains; from 1,024 on a manager apart loses 0.1 % at the most,
 * and wins up to 13 % with 2,048 ranks and up to a half with 16,384. */
bool farm_dedicated(size_t ranks)
{
    return ranks >= 1024;
}

/* Ties are broken by rank, so that a forecast is the same everywhere. */
static bool before(const struct event *a, const struct event *b)
{
    return a->when_s != b->when_s ? a->when_s < b->when_s : a->worker < b->worker;
}

static void push(struct simulation *s, double when_s, size_t worker, uint32_t pack)
{
    const struct event event = {when_s, (uint32_t)worker, pack};
    size_t at = s->events++;
    for (; at > 0 && before(&event, &s->heap[(at - 1) / 2]); at = (at - 1) / 2)
        s->heap[at] = s->heap[(at - 1) / 2];
    s->heap[at] = event;
}

static struct event pop(struct simulation *s)
{
    const struct event first = s->heap[0], last = s->heap[--s->events];
    size_t at = 0;
    for (size_t child; (child = 2 * at + 1) < s->events; at = child) {
        child += child + 1 < s->events && before(&s->heap[child + 1], &s->heap[child]);
        if (!before(&s->heap[child], &last))
            break;
        s->heap[at] = s->heap[child];
    }
    s->heap[at] = last;
    return first;
}

static double duration_s(const struct simulation *s, size_t pack)
{
    return s->packs->list[pack].cost / (s->farm->speed * s->packs->speed);
}

/* The outcomes of a pack are in. */
static void collect(struct simulation *s, size_t worker, size_t pack)
{
    const double spent_s = duration_s(s, pack);
    discard(scheduler_done(s->scheduler, worker, pack));
    s->forecast->busy_s += spent_s;
    s->forecast->bound_s = fmax(s->forecast->bound_s, spent_s);
    s->last_s = s->now_s;
}

/* A rank that has trained all it held since since_s and gets no more. */
static void run_dry(struct simulation *s, double since_s)
{
    s->dry_s = fmin(s->dry_s, since_s);
}

/* A pack reaches a worker, which trains it as soon as it may, returns it, and asks for the next when this one is nearly
 * done: as cluster/executor.c does. */
static void deliver(struct simulation *s, size_t rank, size_t pack)
{
    struct worker *const worker = &s->workers[rank];
    const double arrival_s = s->now_s + s->farm->latency_s;
    const bool waited = worker->free_s <= arrival_s;
    const double start_s = waited ? arrival_s : worker->free_s, end_s = start_s + duration_s(s, pack);
    const double ask_s = fmax(start_s, end_s - SCHEDULER_FETCH_S);
    if (ask_s > start_s || waited)
        push(s, ask_s + s->farm->latency_s, rank, ASK);
    else
        worker->asks_along = true; /* with the result of the pack that is in training */
    push(s, end_s + s->farm->latency_s, rank, (uint32_t)pack);
    worker->free_s = end_s;
}

/* Handle what has arrived first. */
static void handle(struct simulation *s)
{
    const struct event event = pop(s);
    struct worker *const worker = &s->workers[event.worker];
    s->now_s = fmax(s->now_s, event.when_s) + s->farm->service_s;
    s->forecast->messages++;
    s->forecast->service_s += s->farm->service_s;
    if (event.pack == ASK || worker->asks_along)
        worker->wants++;
    if (event.pack != ASK) {
        collect(s, event.worker, event.pack);
        worker->asks_along = false;
    }
    while (worker->wants > 0) {
        const size_t pack = scheduler_next(s->scheduler, event.worker, false);
        if (pack == SCHEDULER_NONE)
            break;
        worker->wants--;
        deliver(s, event.worker, pack);
    }
    if (worker->wants > 0 && scheduler_held(s->scheduler, event.worker) == 0)
        run_dry(s, worker->free_s);
}

/* What rank 0 trains until the next arrival: whole slices, one at least, because it looks at its messages in between
 * alone. */
static void train(struct simulation *s)
{
    const double next_s = s->events > 0 ? s->heap[0].when_s : (double)INFINITY;
    do {
        if (s->own == SCHEDULER_NONE) {
            s->own = s->farm->dedicated_manager ? SCHEDULER_NONE : scheduler_next(s->scheduler, 0, false);
            if (s->own == SCHEDULER_NONE) {
                if (!s->farm->dedicated_manager)
                    run_dry(s, s->now_s);
                s->now_s = s->events > 0 ? fmax(s->now_s, next_s) : s->now_s;
                return;
            }
            s->own_left_s = duration_s(s, s->own);
        }
        const double slices = fmax(1, ceil((next_s - s->now_s) / SCHEDULER_SLICE_S));
        const double spent_s = fmin(s->own_left_s, slices * SCHEDULER_SLICE_S);
        s->now_s += spent_s;
        s->own_left_s -= spent_s;
        if (s->own_left_s <= 0) {
            collect(s, 0, s->own);
            s->own = SCHEDULER_NONE;
        }
    } while (s->now_s < next_s && !scheduler_finished(s->scheduler));
}

/* As cluster/manager.c: all that is there, up to a round, then a slice of its own. */
static void run(struct simulation *s)
{
    for (size_t rank = 1; rank < s->farm->ranks; rank++)
        push(s, s->farm->latency_s, rank, ASK);
    while (!scheduler_finished(s->scheduler)) {
        for (size_t count = 0; s->events > 0 && s->heap[0].when_s <= s->now_s && count < SCHEDULER_ROUND; count++)
            handle(s);
        if (!scheduler_finished(s->scheduler))
            train(s);
    }
}

enum status simulate(const struct packs *packs, const struct farm *farm, struct forecast *forecast, struct error *err)
{
    *forecast = (struct forecast){0};
    struct simulation s = {
        .packs = packs, .farm = farm, .forecast = forecast, .own = SCHEDULER_NONE, .dry_s = (double)INFINITY};
    enum status status = scheduler_create(&s.scheduler, packs->count, farm->ranks, err);
    if (status)
        return status;
    s.workers = mem_array(farm->ranks, sizeof *s.workers);
    s.heap = farm->ranks <= SIZE_MAX / EVENTS ? mem_array(farm->ranks * EVENTS, sizeof *s.heap) : NULL;
    if (!s.workers || !s.heap) {
        status = error_memory(err, "the simulation");
    } else {
        run(&s);
        const double even_s = forecast->busy_s / (double)farm->ranks;
        forecast->training_s = s.last_s;
        forecast->bound_s = fmax(forecast->bound_s, even_s);
        forecast->efficiency = s.last_s > 0 ? even_s / s.last_s : 0;
        forecast->idle_tail_s = s.dry_s < s.last_s ? s.last_s - s.dry_s : 0;
    }
    scheduler_destroy(s.scheduler);
    free(s.workers);
    free(s.heap);
    return status;
}
