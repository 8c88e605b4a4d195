/* SPDX-License-Identifier: BSD-3-Clause */
/* The executor; see executor.h. */
#include "cluster/executor.h"

#include "base/clock.h"

#include <string.h>

enum status executor_open(struct executor *executor, const struct experiment *experiment, enum evaluator_kind kind,
                          size_t place, double slice_s, struct error *err)
{
    /* The first slice shows the true speed; this guess makes it short on any machine. */
    *executor = (struct executor){.slice_s = slice_s, .speed = 1e9, .experiment = experiment};
    return evaluator_create(&executor->evaluator, kind, experiment, place, err);
}

void executor_close(struct executor *executor)
{
    evaluator_destroy(executor->evaluator);
    *executor = (struct executor){0};
}

/* Begin with packs[0]. */
static enum status begin(struct executor *executor, struct error *err)
{
    executor->start_s = clock_now_s();
    const enum status status =
        evaluator_load(executor->evaluator, executor->packs[0].trials, executor->packs[0].count, err);
    executor->passes = 0;
    executor->busy_s = clock_now_s() - executor->start_s;
    executor->pack_s = 0;
    return status;
}

enum status executor_take(struct executor *executor, const struct work *work, struct error *err)
{
    memcpy(&executor->packs[executor->held++], work, message_work_size(work));
    return executor->held == 1 ? begin(executor, err) : STATUS_OK;
}

/* A slice of packs[0]. */
static enum status train(struct executor *executor, struct error *err)
{
    const double start_s = clock_now_s(), before = evaluator_flop(executor->evaluator);
    const enum status status = evaluator_run(executor->evaluator, executor->speed * executor->slice_s, err);
    const double spent_s = clock_now_s() - start_s, done = evaluator_flop(executor->evaluator) - before;
    executor->busy_s += spent_s;
    /* Halfway to what was just seen: follows another topology within a few slices, forgets an interruption. A slice
     * cut short by outcomes is too short to tell. */
    if (done >= 0.5 * executor->speed * executor->slice_s && spent_s > 0)
        executor->speed = 0.5 * (executor->speed + done / spent_s);
    return status;
}

/* The epochs that an outcome adds to those of the trial's outcome before. */
static double epochs_of(const struct executor *executor, uint32_t epochs)
{
    return (double)(epochs - experiment_limit_before(executor->experiment, epochs));
}

/* The share of their epochs that these outcomes took; 1 where nothing counts epochs. */
static double share(struct executor *executor, const struct trial_outcome *outcomes, size_t count)
{
    const uint64_t before = executor->passes;
    double epochs = 0;
    for (size_t i = 0; i < count; i++)
        epochs += epochs_of(executor, outcomes[i].epochs);
    executor->passes = evaluator_passes(executor->evaluator);
    return epochs > 0 && executor->passes > 0 ? (double)(executor->passes - before) / epochs : 1;
}

/* Outcomes of packs[0] that are there, at the most a message. */
static void tell(struct executor *executor, struct result *result)
{
    const struct work *const work = &executor->packs[0];
    struct trial_outcome outcomes[PACK_MAX] = {{0}};
    const double now_s = clock_now_s();
    const size_t count = evaluator_take(executor->evaluator, outcomes, PACK_MAX);
    result->count = (uint32_t)count;
    if (count == 0)
        return;
    result->pack = work->pack;
    result->last = evaluator_finished(executor->evaluator);
    result->busy_s = executor->slice_s > 0 ? executor->busy_s : now_s - executor->start_s;
    result->span_s = now_s - executor->start_s;
    result->share = share(executor, outcomes, count);
    for (size_t i = 0; i < count; i++) {
        result->trainings[i] = work->trainings[outcomes[i].member];
        result->epochs[i] = outcomes[i].epochs;
        result->outcomes[i] = outcomes[i].outcome;
    }
    executor->pack_s += result->busy_s;
    executor->busy_s = 0;
    executor->start_s = now_s;
}

enum status executor_run(struct executor *executor, struct result *result, bool *any, struct error *err)
{
    *any = false;
    const enum status status = train(executor, err);
    if (status)
        return status;
    tell(executor, result);
    *any = result->count > 0;
    if (!evaluator_finished(executor->evaluator))
        return STATUS_OK;
    executor->quick = executor->pack_s < SCHEDULER_FETCH_S;
    if (--executor->held == 0)
        return STATUS_OK;
    memcpy(&executor->packs[0], &executor->packs[1], message_work_size(&executor->packs[1]));
    return begin(executor, err);
}

const char *executor_why(const struct executor *executor)
{
    return evaluator_why(executor->evaluator);
}

size_t executor_wanted(const struct executor *executor)
{
    if (executor->held == 0)
        return executor->quick ? SCHEDULER_HOLD : 1;
    const double left_s = (executor->packs[0].flop - evaluator_trained(executor->evaluator)) / executor->speed;
    return left_s < SCHEDULER_FETCH_S || executor->quick ? SCHEDULER_HOLD : 1;
}
