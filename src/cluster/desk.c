/* SPDX-License-Identifier: BSD-3-Clause */
/* The desk; see desk.h. */
#include "cluster/desk.h"

#include "base/clock.h"

#include <string.h>

enum status desk_open(struct desk *desk, const struct experiment *experiment, bool null_training, double slice_s,
                      struct error *err)
{
    /* The first slice shows the true speed; this guess makes it short on any machine. */
    *desk = (struct desk){.slice_s = slice_s, .speed = 1e9, .epochs = experiment->training.epochs};
    return null_training ? STATUS_OK : trainer_create(&desk->trainer, &experiment->data, NULL, 0, err);
}

void desk_close(struct desk *desk)
{
    trainer_destroy(desk->trainer);
    *desk = (struct desk){0};
}

/* Begin with packs[0]. */
static enum status begin(struct desk *desk, struct error *err)
{
    desk->start_s = clock_now_s();
    enum status status = STATUS_OK;
    if (desk->trainer)
        status = trainer_load(desk->trainer, desk->packs[0].trials, desk->packs[0].count, err);
    desk->told = 0;
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

/* A slice of packs[0]; returns whether it is finished. */
static bool train(struct desk *desk)
{
    if (!desk->trainer)
        return true;
    const double start_s = clock_now_s(), before = trainer_flop(desk->trainer);
    const bool finished = trainer_run(desk->trainer, desk->speed * desk->slice_s);
    const double spent_s = clock_now_s() - start_s;
    desk->busy_s += spent_s;
    /* Halfway to what was just seen: follows another topology within a few slices, forgets an interruption. A slice
     * cut short by the end of the pack is too short to tell. */
    if (!finished && spent_s > 0)
        desk->speed = 0.5 * (desk->speed + (trainer_flop(desk->trainer) - before) / spent_s);
    return finished;
}

/* The share of their epochs that these trainings, so many, took. */
static double share(struct desk *desk, size_t count)
{
    const uint64_t before = desk->passes;
    if (!desk->trainer || desk->epochs == 0)
        return 1;
    desk->passes = trainer_passes(desk->trainer);
    return (double)(desk->passes - before) / ((double)desk->epochs * (double)count);
}

/* Outcomes of packs[0] that are there, at the most a message. */
static void tell(struct desk *desk, bool done, struct result *result)
{
    const struct work *const work = &desk->packs[0];
    struct trial_outcome outcomes[PACK_MAX] = {{0}};
    const double now_s = clock_now_s();
    size_t count = 0;
    if (desk->trainer)
        count = trainer_take(desk->trainer, outcomes, PACK_MAX);
    else
        for (; count < work->count; count++)
            outcomes[count].member = (uint32_t)count;
    result->count = (uint32_t)count;
    if (count == 0)
        return;
    desk->told += count;
    result->pack = work->pack;
    result->last = done && desk->told == work->count;
    result->busy_s = desk->busy_s;
    result->span_s = now_s - desk->start_s;
    result->share = share(desk, count);
    for (size_t i = 0; i < count; i++) {
        result->trainings[i] = work->trainings[outcomes[i].member];
        result->outcomes[i] = outcomes[i].outcome;
    }
    desk->pack_s += desk->busy_s;
    desk->busy_s = 0;
    desk->start_s = now_s;
}

enum status desk_run(struct desk *desk, struct result *result, bool *any, struct error *err)
{
    const bool done = train(desk);
    tell(desk, done, result);
    *any = result->count > 0;
    if (!done || desk->told < desk->packs[0].count)
        return STATUS_OK;
    desk->quick = desk->pack_s < SCHEDULER_FETCH_S;
    if (--desk->held == 0)
        return STATUS_OK;
    memcpy(&desk->packs[0], &desk->packs[1], message_work_size(&desk->packs[1]));
    return begin(desk, err);
}

size_t desk_wanted(const struct desk *desk)
{
    if (desk->held == 0)
        return desk->quick ? SCHEDULER_HOLD : 1;
    const double trained = desk->trainer ? trainer_trained(desk->trainer) : 0;
    const double left_s = (desk->packs[0].flop - trained) / desk->speed;
    return left_s < SCHEDULER_FETCH_S || desk->quick ? SCHEDULER_HOLD : 1;
}
