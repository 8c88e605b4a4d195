/* SPDX-License-Identifier: BSD-3-Clause */
/* Cohorts; see cohort.h. */
#include "net/cohort.h"

#include "base/mem.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Weights of a cohort: 16 MiB, and as much for the best states; beyond, groups come one after the other. */
static const double weights_max = 1 << 22;

enum status cohort_create(struct cohort *cohort, const struct task *task, struct error *err)
{
    *cohort = (struct cohort){.task = task};
    cohort->groups = mem_array(PACK_MAX, sizeof *cohort->groups);
    cohort->spare = mem_array(PACK_MAX, sizeof *cohort->spare);
    if (cohort->groups && cohort->spare)
        return STATUS_OK;
    cohort_free(cohort);
    return error_memory(err, "the groups of a pack");
}

void cohort_free(struct cohort *cohort)
{
    for (size_t g = 0; g < PACK_MAX && cohort->groups && cohort->spare; g++) {
        phases_free(&cohort->groups[g]);
        phases_free(&cohort->spare[g]);
    }
    free(cohort->groups);
    free(cohort->spare);
    *cohort = (struct cohort){0};
}

static struct choice choose(const struct task *task, const struct trial *trials, size_t count)
{
    return choice_make(task->kernels, &task->caches, task->data, trials, count);
}

/* The groups of the cohort that begins with trials[0]. Returns how many. */
static size_t part(const struct task *task, const struct trial *trials, size_t count, struct choice choices[PACK_MAX])
{
    size_t groups = 0, taken = 0;
    double weights = 0;
    bool more;
    do {
        const struct choice choice = choices[groups++] = choose(task, &trials[taken], count - taken);
        for (size_t n = 0; n < choice.count; n++, taken++)
            weights += network_weights(task->data, trials[taken].hyper.hidden1, trials[taken].hyper.hidden2);
        more = taken < count && trials->hyper.stop.every > 0 && trials[taken].hyper.stop.every > 0;
    } while (more && weights <= weights_max);
    return groups;
}

enum status cohort_reserve(struct cohort *cohort, const struct trial *trials, size_t count, size_t *taken,
                           struct error *err)
{
    struct choice choices[PACK_MAX];
    const size_t groups = part(cohort->task, trials, count, choices);
    enum status status = STATUS_OK;
    *taken = 0;
    for (size_t g = 0; g < groups && !status; g++) {
        status = phases_reserve(&cohort->groups[g], cohort->task, &choices[g], &trials[*taken], err);
        *taken += choices[g].count;
    }
    return status;
}

/* --- networks move ------------------------------------------------------------------------------------------------ */

/* A network that goes on, and where it is. */
struct mover {
    const struct phases *from;
    size_t slot;
};

static size_t list_movers(const struct cohort *c, struct mover movers[PACK_MAX], struct trial trials[PACK_MAX])
{
    size_t count = 0;
    for (size_t g = 0; g < c->group_count; g++)
        for (size_t slot = 0; !c->over[g] && slot < c->groups[g].choice.count; slot++)
            if (!phases_has_ended(&c->groups[g], slot)) {
                movers[count] = (struct mover){&c->groups[g], slot};
                trials[count++] = c->groups[g].trials[slot];
            }
    return count;
}

static double cycles_of(const struct choice *choice)
{
    return choice->cycles * (double)choice->count;
}

/* Whether it pays to put those together that go on: then there is room for their groups. */
static bool plan_move(struct cohort *c)
{
    struct mover movers[PACK_MAX];
    struct trial trials[PACK_MAX];
    struct error unused;
    const size_t count = list_movers(c, movers, trials);
    double before = 0, after = 0;
    size_t ended = 0;
    for (size_t g = 0; g < c->group_count; g++) {
        before += c->over[g] ? 0 : cycles_of(&c->groups[g].choice);
        ended += c->over[g] ? 0 : c->groups[g].choice.count;
    }
    ended -= count;
    if (ended == c->ended)
        return false;
    c->ended = ended;
    c->planned_count = 0;
    for (size_t taken = 0; taken < count; taken += c->planned[c->planned_count++].count) {
        c->planned[c->planned_count] = choose(c->task, &trials[taken], count - taken);
        after += cycles_of(&c->planned[c->planned_count]);
    }
    bool pays = after < before;
    for (size_t g = 0, taken = 0; pays && g < c->planned_count; taken += c->planned[g++].count)
        pays = phases_reserve(&c->spare[g], c->task, &c->planned[g], &trials[taken], &unused) == STATUS_OK;
    return pays;
}

/* The networks that go on leave the groups for those that were planned. */
static void move(struct cohort *c)
{
    struct mover movers[PACK_MAX];
    struct trial trials[PACK_MAX];
    discard((long)list_movers(c, movers, trials));
    for (size_t g = 0, taken = 0; g < c->planned_count; taken += c->planned[g++].count) {
        struct phases *const to = &c->spare[g];
        phases_gather(to, c->task, &c->planned[g], &trials[taken]);
        for (size_t slot = 0; slot < to->choice.count; slot++)
            phases_move(to, slot, movers[taken + slot].from, movers[taken + slot].slot);
    }
    struct phases *const left = c->groups;
    c->groups = c->spare;
    c->spare = left;
    c->group_count = c->planned_count;
    c->ended = 0;
    memset(c->over, 0, sizeof c->over);
}

/* --- rounds ------------------------------------------------------------------------------------------------------- */

/* The group at hand has something to do; false where it has not. */
static bool wake(struct cohort *c)
{
    struct phases *const p = &c->groups[c->at];
    if (c->over[c->at])
        return false;
    if (p->phase == PHASE_PAUSE && c->retiring)
        return phases_retire(p);
    if (p->phase == PHASE_PAUSE)
        phases_go_on(p);
    return true;
}

static void step(struct cohort *c)
{
    if (++c->slot < c->groups[c->at].choice.count)
        return;
    c->slot = 0;
    c->limit++;
}

/* To the next network that has an outcome, from the one at hand on. */
static void skip(struct cohort *c)
{
    const struct phases *const p = &c->groups[c->at];
    while (cohort_is_ready(c) && !p->progress[c->slot].ready)
        step(c);
}

/* Outcomes that have come to be there can be taken. */
static void look(struct cohort *c)
{
    const struct phases *const p = &c->groups[c->at];
    if (p->phase != PHASE_READY)
        return;
    c->slot = 0;
    c->limit = p->limit;
    c->limit_end = phases_limit_end(p);
    skip(c);
}

static bool all_over(const struct cohort *c)
{
    bool all = true;
    for (size_t g = 0; g < c->group_count; g++)
        all = all && c->over[g];
    return all;
}

/* The next group that has something to do, in this round or the next; between them networks may move. */
static void next(struct cohort *c)
{
    if (all_over(c)) {
        c->at = c->group_count;
        return;
    }
    do {
        if (++c->at < c->group_count)
            continue;
        if (c->retiring)
            move(c);
        c->retiring = !c->retiring && plan_move(c);
        c->at = 0;
    } while (!wake(c));
    look(c);
}

size_t cohort_begin(struct cohort *cohort, const struct trial *trials, size_t first, size_t count)
{
    struct cohort *const c = cohort;
    struct choice choices[PACK_MAX];
    size_t taken = 0;
    c->group_count = part(c->task, trials, count, choices);
    for (size_t g = 0; g < c->group_count; taken += choices[g++].count)
        phases_begin(&c->groups[g], c->task, &choices[g], &trials[taken], first + taken);
    c->at = 0;
    c->retiring = false;
    c->ended = 0;
    c->slot = c->limit = c->limit_end = 0;
    memset(c->over, 0, sizeof c->over);
    discard(wake(c));
    look(c);
    return taken;
}

const struct phases *cohort_group(const struct cohort *cohort)
{
    return &cohort->groups[cohort->at];
}

size_t cohort_advance(struct cohort *cohort, size_t count)
{
    struct cohort *const c = cohort;
    struct phases *const p = &c->groups[c->at];
    const size_t live = phases_live(p), slots = p->group.lanes / p->group.q, done = phases_advance(p, count);
    c->room += (double)(done * slots);
    c->used += (double)(done * live);
    if (p->phase == PHASE_PAUSE)
        next(c);
    else
        look(c);
    return done;
}

bool cohort_is_ready(const struct cohort *cohort)
{
    return cohort->limit < cohort->limit_end;
}

bool cohort_is_over(const struct cohort *cohort)
{
    return cohort->at == cohort->group_count;
}

bool cohort_is_done(const struct cohort *cohort)
{
    size_t open = 0;
    for (size_t g = 0; g < cohort->group_count; g++)
        open += !cohort->over[g];
    return open == 0 || (open == 1 && cohort_is_ready(cohort) && phases_are_over(&cohort->groups[cohort->at]));
}

/* The outcomes are taken: what comes next. */
static void resume(struct cohort *c)
{
    struct phases *const p = &c->groups[c->at];
    c->over[c->at] = phases_are_over(p);
    if (!c->over[c->at])
        phases_resume(p);
    if (c->over[c->at] || p->phase == PHASE_PAUSE)
        next(c);
}

size_t cohort_take(struct cohort *cohort, struct trial_outcome *outcomes, size_t most)
{
    struct cohort *const c = cohort;
    const struct task *const task = c->task;
    size_t taken = 0;
    if (!cohort_is_ready(c))
        return 0;
    const struct phases *const p = &c->groups[c->at];
    for (; cohort_is_ready(c) && taken < most; skip(c)) {
        outcomes[taken++] = (struct trial_outcome){
            .member = (uint32_t)p->progress[c->slot].member,
            .epochs = task->limit_count ? task->limits[c->limit] : p->trials[c->slot].hyper.epochs,
            .outcome = p->progress[c->slot].outcome};
        step(c);
    }
    if (!cohort_is_ready(c))
        resume(c);
    return taken;
}
