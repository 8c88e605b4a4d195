/* SPDX-License-Identifier: BSD-3-Clause */
/* The desk; see desk.h. */
#include "cluster/desk.h"

#include "base/clock.h"

#include <string.h>

enum status desk_open(struct desk *desk, const struct experiment *experiment, enum evaluator_kind kind, double slice_s,
                      struct error *err)
{
    /* The first slice shows the true speed; this guess makes it short on any machine. */
    *desk = (struct desk){.slice_s = slice_s, .speed = 1e9, .experiment = experiment};
    return evaluator_create(&desk->evaluator, kind, experiment, err);
}

void desk_close(struct desk *desk)
{
    evaluator_destroy(desk->evaluator);
    *desk = (struct desk){0};
}

/* Begin with packs[0]. */
static enum status begin(struct desk *desk, struct error *err)
{
    desk->start_s = clock_now_s();
    const enum status status = evaluator_load(desk->evaluator, desk->packs[0].trials, desk->packs[0].count, err);
    desk->passes = 0;
    desk->busy_s = clock_now_s() - desk->start_s;
    desk->pack_s = 0;
    return status;
}

enum status desk_take(struct desk *desk, const struct work *work, struct error *err)
{
    memcpy(&desk->packs[desk->held++], work, message_work_size(work));
    return desk->held == 1 ? begin(desk, err) : STATUS_OK;
}

/* A slice of packs[0]. */
static enum status train(struct desk *desk, struct error *err)
{
    const double start_s = clock_now_s(), before = evaluator_flop(desk->evaluator);
    const enum status status = evaluator_run(desk->evaluator, desk->speed * desk->slice_s, err);
    const double spent_s = clock_now_s() - start_s, done = evaluator_flop(desk->evaluator) - before;
    desk->busy_s += spent_s;
    /* Halfway to what was just seen: follows another topology within a few slices, forgets an interruption. A slice
     * cut short by outcomes is too short to tell. */
    if (done >= 0.5 * desk->speed * desk->slice_s && spent_s > 0)
        desk->speed = 0.5 * (desk->speed + done / spent_s);
    return status;
}

/* The epochs that an outcome adds to those of the trial's outcome before. */
static double epochs_of(const struct desk *desk, uint32_t epochs)
{
    return (double)(epochs - experiment_limit_before(desk->experiment, epochs));
}

/* The share of their epochs that these outcomes took; 1 where nothing counts epochs. */
static double share(struct desk *desk, const struct trial_outcome *outcomes, size_t count)
{
    const uint64_t before = desk->passes;
    double epochs = 0;
    for (size_t i = 0; i < count; i++)
        epochs += epochs_of(desk, outcomes[i].epochs);
    desk->passes = evaluator_passes(desk->evaluator);
    return epochs > 0 && desk->passes > 0 ? (double)(desk->passes - before) / epochs : 1;
}

/* Outcomes of packs[0] that are there, at the most a message. */
static void tell(struct desk *desk, struct result *result)
{
    const struct work *const work = &desk->packs[0];
    struct trial_outcome outcomes[PACK_MAX] = {{0}};
    const double now_s = clock_now_s();
    const size_t count = evaluator_take(desk->evaluator, outcomes, PACK_MAX);
    result->count = (uint32_t)count;
    if (count == 0)
        return;
    result->pack = work->pack;
    result->last = evaluator_finished(desk->evaluator);
    result->busy_s = desk->busy_s;
    result->span_s = now_s - desk->start_s;
    result->share = share(desk, outcomes, count);
    for (size_t i = 0; i < count; i++) {
        result->trainings[i] = work->trainings[outcomes[i].member];
        result->epochs[i] = outcomes[i].epochs;
        result->outcomes[i] = outcomes[i].outcome;
    }
    desk->pack_s += desk->busy_s;
    desk->busy_s = 0;
    desk->start_s = now_s;
}

enum status desk_run(struct desk *desk, struct result *result, bool *any, struct error *err)
{
    *any = false;
    const enum status status = train(desk, err);
    if (status)
        return status;
    tell(desk, result);
    *any = result->count > 0;
    if (!evaluator_finished(desk->evaluator))
        return STATUS_OK;
    desk->quick = desk->pack_s < SCHEDULER_FETCH_S;
    if (--desk->held == 0)
        return STATUS_OK;
    memcpy(&desk->packs[0], &desk->packs[1], message_work_size(&desk->packs[1]));
    return begin(desk, err);
}

const char *desk_why(const struct desk *desk)
{
    return evaluator_why(desk->evaluator);
}

size_t desk_wanted(const struct desk *desk)
{
    if (desk->held == 0)
        return desk->quick ? SCHEDULER_HOLD : 1;
    const double left_s = (desk->packs[0].flop - evaluator_trained(desk->evaluator)) / desk->speed;
    return left_s < SCHEDULER_FETCH_S || desk->quick ? SCHEDULER_HOLD : 1;
}
