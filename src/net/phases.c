/* SPDX-License-Identifier: BSD-3-Clause */
/* The phases of a group; see phases.h. */
#include "net/phases.h"

#include <string.h>

/* The first trial: what all of them share is read from it. */
static const struct hyperparameters *shared(const struct phases *p)
{
    return &p->trials[0].hyper;
}

static size_t train_count(const struct phases *p)
{
    return dataset_count(p->task->data, SPLIT_TRAIN, p->trials->fold);
}

/* The epochs of a limit, by its place; without limits there is one, the trials' own. */
static uint32_t limit_epochs(const struct phases *p, size_t limit)
{
    return p->task->limit_count ? p->task->limits[limit] : shared(p)->epochs;
}

/* How many orders of the samples the networks have. */
static size_t orders_of(const struct choice *choice)
{
    return choice->own ? choice->count : 1;
}

static bool has_ended(const struct progress *progress)
{
    return progress->stopping.stopped || !progress->finite;
}

bool phases_has_ended(const struct phases *phases, size_t slot)
{
    return has_ended(&phases->progress[slot]);
}

static bool all_ended(const struct phases *p)
{
    bool all = true;
    for (size_t slot = 0; slot < p->group.count; slot++)
        all = all && has_ended(&p->progress[slot]);
    return all;
}

/* --- what comes next ---------------------------------------------------------------------------------------------- */

static void start_epoch(struct phases *p)
{
    p->phase = PHASE_TRAIN;
    p->sample = 0;
    for (size_t slot = 0; slot < p->group.count; slot++)
        group_set_rate(&p->group, slot, hyper_rate(&p->trials[slot].hyper, p->epoch));
    for (size_t slot = 0; slot < orders_of(&p->choice); slot++)
        p->rows[slot] = orders_get(p->task->orders, slot, p->epoch);
}

/* After an epoch, or before the first. */
static void pause_or_start(struct phases *p)
{
    const uint32_t every = shared(p)->stop.every;
    if (every > 0 && p->epoch % every == 0)
        p->phase = PHASE_PAUSE;
    else
        start_epoch(p);
}

static void start_split(struct phases *p, enum phase phase, enum split split)
{
    p->phase = phase;
    p->measure = (struct measure){
        .split = split, .fold = p->trials->fold, .winners = p->task->classes && phase == PHASE_MEASURE};
}

/* What the limit at hand makes of a network, as far as it is known before its errors are. */
static void settle(const struct phases *p, struct progress *progress)
{
    const struct stopping *const stopping = &progress->stopping;
    const bool stops = shared(p)->stop.every > 0 && p->epoch > 0;
    progress->ready = true;
    if (progress->known)
        return;
    progress->known = has_ended(progress);
    progress->is_best = stops && stopping->found && (has_ended(progress) || stopping->epoch != p->epoch);
    if (!progress->finite && !progress->is_best)
        progress->outcome = outcome_without(OUTCOME_DIVERGED, progress->epoch);
    else if (stops && !stopping->found)
        progress->outcome = outcome_without(OUTCOME_DIVERGED, stopping->epoch);
    else
        progress->outcome = outcome_without(OUTCOME_OK, progress->is_best ? stopping->epoch : p->epoch);
    progress->measured = progress->outcome.status == OUTCOME_OK;
}

/* Exchange the weights of those networks whose best state is measured. */
static void exchange_best(struct phases *p)
{
    bool best[LANES_MAX] = {false}, any = false;
    for (size_t slot = 0; slot < p->group.count; slot++) {
        best[slot] = p->progress[slot].measured && p->progress[slot].is_best;
        any = any || best[slot];
    }
    if (any)
        group_exchange(&p->group, best);
}

/* Measure the group for the limit at hand, or those that retire, if there is anything to measure. */
static void start_measuring(struct phases *p)
{
    bool any = false;
    for (size_t slot = 0; slot < p->group.count; slot++) {
        struct progress *const progress = &p->progress[slot];
        progress->measured = progress->ready = false;
        if (!p->retiring || has_ended(progress))
            settle(p, progress);
        any = any || progress->measured;
    }
    exchange_best(p);
    if (any)
        start_split(p, PHASE_MEASURE, SPLIT_TRAIN);
    else
        p->phase = PHASE_READY;
}

/* After an epoch: measure what early stopping asks for from this split on, then the outcomes of a limit, or train on.
 * */
static void go_on(struct phases *p, enum split split)
{
    const struct hyperparameters *const hyper = shared(p);
    const bool ended = all_ended(p), at_limit = p->epoch == limit_epochs(p, p->limit);
    while (split < SPLITS && (ended || !stopping_watches(hyper, split, p->epoch)))
        split++;
    if (split < SPLITS)
        start_split(p, PHASE_WATCH, split);
    else if (at_limit && !ended && hyper->stop.every > 0 && !stopping_watches(hyper, SPLIT_VALIDATION, p->epoch))
        start_split(p, PHASE_WATCH_LIMIT, SPLIT_VALIDATION);
    else if (at_limit || ended)
        start_measuring(p);
    else
        pause_or_start(p);
}

/* --- what is done ------------------------------------------------------------------------------------------------- */

/* What the trainings of the group's fold learn: [samples][targets]. */
static const float *targets_of(const struct phases *p)
{
    const struct dataset *const data = p->task->data;
    struct learned *const learned = p->task->learned;
    const uint32_t fold = p->trials->fold;
    if (!learned)
        return data->t;
    for (size_t i = 0; i < data->samples * data->targets && learned->fold != fold; i++)
        learned->targets[i] = dataset_learned(data, fold, i % data->targets, data->t[i]);
    learned->fold = fold;
    return learned->targets;
}

/* Train on up to `count` samples of this epoch; where there are batches, of the one in work, in whole blocks. */
static size_t train(struct phases *p, size_t count)
{
    const struct dataset *const data = p->task->data;
    const struct hyperparameters *const hyper = shared(p);
    const size_t samples = train_count(p), left = samples - p->sample;
    const size_t offset = p->rows[0] ? 0 : p->sample;
    const float *const x = data->x + offset * data->inputs;
    const float *const targets = targets_of(p) + offset * data->targets;
    const uint32_t *rows[LANES_MAX] = {NULL};
    for (size_t slot = 0; slot < orders_of(&p->choice) && p->rows[0]; slot++)
        rows[slot] = p->rows[slot] + p->sample;
    size_t done = count < left ? count : left;
    if (hyper_is_online(hyper)) {
        p->choice.kernel->train(&p->group, x, targets, rows, done);
    } else {
        const size_t batch = hyper->batch == BATCH_ALL ? samples : hyper->batch, room = batch - p->batched;
        const size_t rest = room < left ? room : left, block = p->group.samples;
        done = done < rest ? (done + block - 1) / block * block : rest;
        done = done < rest ? done : rest;
        const struct portion portion = {.count = done, .first = p->batched == 0, .last = done == rest};
        p->batched += done;
        if (portion.last)
            steps_next(&p->group.steps, hyper->optimizer, p->batched);
        p->choice.kernel->batch(&p->group, x, targets, rows, portion);
        p->batched = portion.last ? 0 : p->batched;
    }
    p->sample += done;
    return done;
}

/* The weights of some networks may not be finite from here on. */
static void finish_epoch(struct phases *p)
{
    bool finite[LANES_MAX];
    p->epoch++;
    p->choice.kernel->finite(&p->group, finite);
    for (size_t slot = 0; slot < p->group.count; slot++) {
        struct progress *const progress = &p->progress[slot];
        if (progress->stopping.stopped) /* what the group trains on makes no difference to it */
            continue;
        if (progress->finite && !finite[slot])
            progress->epoch = p->epoch;
        progress->finite = progress->finite && finite[slot];
    }
    go_on(p, SPLIT_TRAIN);
}

/* Tell early stopping the errors of the split, and keep the states that it takes for the best. */
static void finish_watch(struct phases *p)
{
    bool best[LANES_MAX] = {false}, any = false;
    for (size_t slot = 0; slot < p->group.count; slot++) {
        struct stopping *const stopping = &p->progress[slot].stopping;
        const double error = measure_error(&p->measure, p->task->data, slot);
        if (has_ended(&p->progress[slot]))
            continue;
        if (p->measure.split == SPLIT_TRAIN)
            stopping_train(stopping, error);
        else
            best[slot] = stopping_validate(stopping, &p->trials[slot].hyper.stop, p->epoch, error);
        any = any || best[slot];
    }
    if (any)
        group_keep(&p->group, best);
    go_on(p, p->measure.split + 1);
}

/* A training that ends here validates its last state too; one that goes on does not. */
static void finish_watch_limit(struct phases *p)
{
    struct stopping before[LANES_MAX];
    for (size_t slot = 0; slot < p->group.count; slot++) {
        struct progress *const progress = &p->progress[slot];
        before[slot] = progress->stopping;
        if (!has_ended(progress))
            stopping_validate(&progress->stopping, &p->trials[slot].hyper.stop, p->epoch,
                              measure_error(&p->measure, p->task->data, slot));
        progress->stopping.stopped = before[slot].stopped;
    }
    start_measuring(p);
    for (size_t slot = 0; slot < p->group.count; slot++)
        p->progress[slot].stopping = before[slot];
}

/* Keep the errors of the split for the outcomes, and go on to the next split, or make them ready. */
static void finish_measure(struct phases *p)
{
    for (size_t slot = 0; slot < p->group.count; slot++) {
        struct outcome *const outcome = &p->progress[slot].outcome;
        if (p->progress[slot].measured && outcome->status == OUTCOME_OK &&
            !measure_set(&p->measure, p->task->data, slot, outcome))
            *outcome = outcome_without(OUTCOME_DIVERGED, outcome->epochs);
    }
    if (p->measure.split + 1 < SPLITS)
        start_split(p, PHASE_MEASURE, p->measure.split + 1);
    else
        p->phase = PHASE_READY;
}

/* --- from outside ------------------------------------------------------------------------------------------------- */

enum status phases_reserve(struct phases *phases, const struct task *task, const struct choice *choice,
                           const struct trial *trials, struct error *err)
{
    const enum status status =
        group_reserve(&phases->group, choice->kernel, task->data, trials, choice->count, choice->own, err);
    return status ? status : orders_reserve(task->orders, orders_of(choice), err);
}

void phases_free(struct phases *phases)
{
    group_free(&phases->group);
}

static void set_up(struct phases *p, const struct task *task, const struct choice *choice, const struct trial *trials)
{
    p->task = task;
    memcpy(p->trials, trials, choice->count * sizeof *trials);
    p->choice = *choice;
    p->batched = 0;
    p->retiring = false;
    group_load(&p->group, choice->kernel, task->data, p->trials, choice->count, choice->own);
}

void phases_begin(struct phases *phases, const struct task *task, const struct choice *choice,
                  const struct trial *trials, size_t first)
{
    struct phases *const p = phases;
    set_up(p, task, choice, trials);
    p->epoch = 0;
    p->limit = 0;
    for (size_t slot = 0; slot < choice->count; slot++)
        p->progress[slot] = (struct progress){.member = first + slot, .finite = true};
    orders_begin(task->orders, p->trials, orders_of(choice), 0);
    if (limit_epochs(p, 0) == 0)
        start_measuring(p);
    else
        pause_or_start(p);
}

void phases_gather(struct phases *phases, const struct task *task, const struct choice *choice,
                   const struct trial *trials)
{
    set_up(phases, task, choice, trials);
    phases->phase = PHASE_PAUSE;
}

void phases_move(struct phases *to, size_t to_slot, const struct phases *from, size_t from_slot)
{
    to->epoch = from->epoch;
    to->limit = from->limit;
    to->progress[to_slot] = from->progress[from_slot];
    group_move(&to->group, to_slot, &from->group, from_slot);
}

void phases_go_on(struct phases *phases)
{
    orders_begin(phases->task->orders, phases->trials, orders_of(&phases->choice), phases->epoch);
    start_epoch(phases);
}

bool phases_retire(struct phases *phases)
{
    bool any = false;
    for (size_t slot = 0; slot < phases->choice.count; slot++)
        any = any || has_ended(&phases->progress[slot]);
    phases->retiring = any;
    if (any)
        start_measuring(phases);
    return any;
}

size_t phases_live(const struct phases *phases)
{
    size_t live = 0;
    for (size_t slot = 0; slot < phases->choice.count; slot++)
        live += phases->phase == PHASE_MEASURE ? phases->progress[slot].measured : !has_ended(&phases->progress[slot]);
    return live;
}

size_t phases_advance(struct phases *phases, size_t count)
{
    struct phases *const p = phases;
    if (p->phase == PHASE_TRAIN) {
        const size_t done = train(p, count);
        if (p->sample == train_count(p))
            finish_epoch(p);
        return done;
    }
    const size_t done = measure_run(&p->measure, p->choice.kernel, &p->group, p->task->data, count);
    if (!measure_is_done(&p->measure, p->task->data))
        return done;
    if (p->phase == PHASE_WATCH)
        finish_watch(p);
    else if (p->phase == PHASE_WATCH_LIMIT)
        finish_watch_limit(p);
    else
        finish_measure(p);
    return done;
}

static bool all_known(const struct phases *p)
{
    bool all = true;
    for (size_t slot = 0; slot < p->group.count; slot++)
        all = all && p->progress[slot].known;
    return all;
}

bool phases_are_over(const struct phases *phases)
{
    if (phases->retiring)
        return false;
    return all_known(phases) || limit_epochs(phases, phases->limit) >= shared(phases)->epochs;
}

size_t phases_limit_end(const struct phases *phases)
{
    const bool all = phases->retiring || all_known(phases);
    size_t end = phases->limit + 1;
    while (all && end < phases->task->limit_count && phases->task->limits[end] <= shared(phases)->epochs)
        end++;
    return end;
}

void phases_resume(struct phases *phases)
{
    if (!phases->retiring) {
        phases->limit++;
        exchange_best(phases);
    }
    phases->retiring = false;
    pause_or_start(phases);
}
