/* SPDX-License-Identifier: BSD-3-Clause */
/* The trainer; see trainer.h. A pack is trained group by group: as many networks as the lanes of the chosen kernel
 * hold run through their epochs, and are measured at each limit, then the next. A network that has stopped early or
 * diverged keeps its lanes until all of its group have: what happens to it meanwhile changes no outcome. */
#include "net/trainer.h"

#include "base/float_env.h"
#include "base/mem.h"
#include "net/choice.h"
#include "net/isa.h"
#include "net/measure.h"
#include "net/orders.h"
#include "net/stopping.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What a group is at: an epoch; an error that early stopping asks for, in any training or in one that is to end at this
 * limit; the outcomes of the limit. */
enum phase { PHASE_TRAIN, PHASE_WATCH, PHASE_WATCH_LIMIT, PHASE_MEASURE };

/* How far a network of the group is. */
struct progress {
    struct stopping stopping;
    bool finite;           /* its weights were, so far */
    uint32_t epoch;        /* after which they were not */
    bool known;             /* the outcome is that of all further limits */
    bool measured;          /* its errors are measured for the limit at hand */
    bool is_best;           /* … of its best state, not of the last one */
    struct outcome outcome; /* of the limit at hand */
};

struct trainer {
    const struct dataset *data;
    const uint32_t *limits; /* [limit_count] */
    size_t limit_count;
    const struct kernel *const *kernels; /* the largest Q first */
    struct caches caches;
    bool classes; /* the targets are classes */
    struct orders *orders;
    const uint32_t *rows[LANES_MAX]; /* of this epoch, as orders_get has them; of the first alone, unless own */

    struct trial trials[PACK_MAX];
    size_t count; /* trials in the pack */

    struct choice choice; /* of the group in training */
    struct group group;
    size_t first;       /* the group's first trial in the pack */
    uint64_t passes;    /* of the groups that are finished */
    double flop;        /* see trainer_flop */
    double trained;     /* see trainer_trained */
    double sample_flop; /* of a sample, for all networks of the group */
    enum phase phase;
    uint32_t epoch; /* in progress, or just finished */
    size_t limit;   /* the next */
    size_t sample;  /* done of this epoch */
    size_t batched; /* samples whose gradients make the next step */
    struct measure measure;
    struct progress progress[LANES_MAX]; /* of each network */

    /* Outcomes to be taken: of all networks of the group that begins at `ready_first`, for some limits. */
    size_t ready_first, ready_count, ready_slot;
    size_t ready_limit, ready_end;
    bool ends; /* the group ends with them */
};

/* Of a sample, for one network. */
static double flop_of(const struct dataset *data, const struct trial *trial)
{
    return 6 * network_weights(data, trial->hyper.hidden1, trial->hyper.hidden2);
}

double training_flop(const struct dataset *data, const struct trial *trial)
{
    const size_t samples = dataset_count(data, PART_TRAIN, trial->fold);
    return flop_of(data, trial) * (double)samples * (double)trial->hyper.epochs;
}

const char *trainer_isa(struct error *err)
{
    const struct kernel *const *kernels;
    return isa_kernels(&kernels, err) == STATUS_OK ? kernels[0]->isa : NULL;
}

enum status trainer_create(struct trainer **trainer, const struct dataset *data, const uint32_t *limits,
                           size_t limit_count, struct error *err)
{
    const struct kernel *const *kernels;
    *trainer = NULL;
    enum status status = float_env_set(err); /* whatever this thread has called before */
    if (status == STATUS_OK)
        status = isa_kernels(&kernels, err);
    if (status != STATUS_OK)
        return status;
    struct trainer *const t = mem_array(1, sizeof *t);
    if (!t)
        return error_memory(err, "the trainer");
    status = orders_create(&t->orders, data, err);
    if (status != STATUS_OK) {
        trainer_destroy(t);
        return status;
    }
    t->data = data;
    t->limits = limits;
    t->limit_count = limit_count;
    t->kernels = kernels;
    t->caches = choice_caches();
    t->classes = dataset_is_classes(data);
    *trainer = t;
    return STATUS_OK;
}

void trainer_destroy(struct trainer *trainer)
{
    if (!trainer)
        return;
    group_free(&trainer->group);
    orders_destroy(trainer->orders);
    free(trainer);
}

/* The first trial of the group: what all of them share is read from it. */
static const struct trial *shared(const struct trainer *t)
{
    return &t->trials[t->first];
}

static size_t part_count(const struct trainer *t, enum part part)
{
    return dataset_count(t->data, part, shared(t)->fold);
}

/* The epochs of a limit, by its place; without limits there is one, the trials' own. */
static uint32_t limit_epochs(const struct trainer *t, size_t limit)
{
    return t->limit_count ? t->limits[limit] : shared(t)->hyper.epochs;
}

/* --- from epoch to epoch ------------------------------------------------------------------------------------------ */

/* How many orders the networks of a group have. */
static size_t orders_of(const struct choice *choice)
{
    return choice->own ? choice->count : 1;
}

static void start_epoch(struct trainer *t)
{
    t->phase = PHASE_TRAIN;
    t->sample = 0;
    for (size_t slot = 0; slot < t->group.count; slot++)
        group_set_rate(&t->group, slot, hyper_rate(&t->trials[t->first + slot].hyper, t->epoch));
    for (size_t slot = 0; slot < orders_of(&t->choice); slot++)
        t->rows[slot] = orders_get(t->orders, slot, t->epoch);
}

static void start_part(struct trainer *t, enum phase phase, enum part part)
{
    t->phase = phase;
    t->measure = (struct measure){
        .part = part, .fold = shared(t)->fold, .winners = t->classes && phase == PHASE_MEASURE};
}

static bool has_ended(const struct progress *progress)
{
    return progress->stopping.stopped || !progress->finite;
}

static bool all_ended(const struct trainer *t)
{
    bool all = true;
    for (size_t slot = 0; slot < t->group.count; slot++)
        all = all && has_ended(&t->progress[slot]);
    return all;
}

/* What the limit at hand makes of a network, as far as it is known before its errors are. */
static void settle(const struct trainer *t, struct progress *p)
{
    const bool stops = shared(t)->hyper.stop.every > 0 && t->epoch > 0;
    p->measured = false;
    if (p->known)
        return;
    p->known = has_ended(p);
    p->is_best = stops && p->stopping.found && (has_ended(p) || p->stopping.epoch != t->epoch);
    if (!p->finite && !p->is_best)
        p->outcome = outcome_without(OUTCOME_DIVERGED, p->epoch);
    else if (stops && !p->stopping.found)
        p->outcome = outcome_without(OUTCOME_DIVERGED, p->stopping.epoch);
    else
        p->outcome = outcome_without(OUTCOME_OK, p->is_best ? p->stopping.epoch : t->epoch);
    p->measured = p->outcome.status == OUTCOME_OK;
}

/* Exchange the weights of those networks whose best state is measured. */
static void exchange_best(struct trainer *t)
{
    bool best[LANES_MAX] = {false}, any = false;
    for (size_t slot = 0; slot < t->group.count; slot++) {
        best[slot] = t->progress[slot].measured && t->progress[slot].is_best;
        any = any || best[slot];
    }
    if (any)
        group_exchange(&t->group, best);
}

static void make_ready(struct trainer *t);

/* Begin to measure the group for the limit at hand, if there is anything to measure. */
static void start_measuring(struct trainer *t)
{
    bool any = false;
    for (size_t slot = 0; slot < t->group.count; slot++) {
        settle(t, &t->progress[slot]);
        any = any || t->progress[slot].measured;
    }
    exchange_best(t);
    if (any)
        start_part(t, PHASE_MEASURE, PART_TRAIN);
    else
        make_ready(t);
}

/* After an epoch: measure what early stopping asks for from this part on, then the outcomes of a limit, or train on. */
static void go_on(struct trainer *t, enum part part)
{
    const struct hyperparameters *const hyper = &shared(t)->hyper;
    const bool ended = all_ended(t), at_limit = t->epoch == limit_epochs(t, t->limit);
    while (part < PARTS && (ended || !stopping_watches(hyper, part, t->epoch)))
        part++;
    if (part < PARTS)
        start_part(t, PHASE_WATCH, part);
    else if (at_limit && !ended && hyper->stop.every > 0 && !stopping_watches(hyper, PART_VALIDATION, t->epoch))
        start_part(t, PHASE_WATCH_LIMIT, PART_VALIDATION);
    else if (at_limit || ended)
        start_measuring(t);
    else
        start_epoch(t);
}

/* The weights of some networks may not be finite from here on. */
static void finish_epoch(struct trainer *t)
{
    bool finite[LANES_MAX];
    t->epoch++;
    t->choice.kernel->finite(&t->group, finite);
    for (size_t slot = 0; slot < t->group.count; slot++) {
        struct progress *const p = &t->progress[slot];
        if (p->stopping.stopped) /* what the group trains on makes no difference to it */
            continue;
        if (p->finite && !finite[slot])
            p->epoch = t->epoch;
        p->finite = p->finite && finite[slot];
    }
    go_on(t, PART_TRAIN);
}

/* Tell early stopping the errors of the part, and keep the states that it takes for the best. */
static void finish_watch(struct trainer *t)
{
    bool best[LANES_MAX] = {false}, any = false;
    for (size_t slot = 0; slot < t->group.count; slot++) {
        struct progress *const p = &t->progress[slot];
        const double error = measure_error(&t->measure, t->data, slot);
        if (has_ended(p))
            continue;
        if (t->measure.part == PART_TRAIN)
            stopping_train(&p->stopping, error);
        else
            best[slot] =
                stopping_validate(&p->stopping, &t->trials[t->first + slot].hyper.stop, t->epoch, error);
        any = any || best[slot];
    }
    if (any)
        group_keep(&t->group, best);
    go_on(t, t->measure.part + 1);
}

/* A training that ends here validates its last state too; one that goes on does not. */
static void finish_watch_limit(struct trainer *t)
{
    struct stopping before[LANES_MAX];
    for (size_t slot = 0; slot < t->group.count; slot++) {
        struct progress *const p = &t->progress[slot];
        before[slot] = p->stopping;
        if (!has_ended(p))
            stopping_validate(&p->stopping, &t->trials[t->first + slot].hyper.stop, t->epoch,
                              measure_error(&t->measure, t->data, slot));
        p->stopping.stopped = before[slot].stopped;
    }
    start_measuring(t);
    for (size_t slot = 0; slot < t->group.count; slot++)
        t->progress[slot].stopping = before[slot];
}

/* Keep the errors of the part for the outcomes, and go on to the next part, or make them ready. */
static void finish_measure(struct trainer *t)
{
    for (size_t slot = 0; slot < t->group.count; slot++) {
        struct outcome *const outcome = &t->progress[slot].outcome;
        if (t->progress[slot].measured && outcome->status == OUTCOME_OK &&
            !measure_set(&t->measure, t->data, slot, outcome))
            *outcome = outcome_without(OUTCOME_DIVERGED, outcome->epochs);
    }
    if (t->measure.part + 1 < PARTS)
        start_part(t, PHASE_MEASURE, t->measure.part + 1);
    else
        make_ready(t);
}

/* --- groups ------------------------------------------------------------------------------------------------------- */

static struct choice choose(const struct trainer *t)
{
    return choice_make(t->kernels, &t->caches, t->data, &t->trials[t->first], t->count - t->first);
}

static void load_group(struct trainer *t)
{
    const struct trial *const trials = &t->trials[t->first];
    t->choice = choose(t);
    t->epoch = 0;
    t->limit = 0;
    t->batched = 0;
    memset(t->progress, 0, sizeof t->progress);
    group_load(&t->group, t->choice.kernel, t->data, trials, t->choice.count, t->choice.own);
    orders_begin(t->orders, trials, orders_of(&t->choice));
    t->sample_flop = 0;
    for (size_t slot = 0; slot < t->group.count; slot++) {
        t->progress[slot].finite = true;
        t->sample_flop += flop_of(t->data, &trials[slot]);
    }
    if (limit_epochs(t, 0) == 0)
        start_measuring(t);
    else
        start_epoch(t);
}

/* The outcomes of the limit at hand, and of all further ones where these are known, can be taken. */
static void make_ready(struct trainer *t)
{
    const uint32_t most = shared(t)->hyper.epochs;
    bool known = true;
    for (size_t slot = 0; slot < t->group.count; slot++)
        known = known && t->progress[slot].known;
    t->ready_first = t->first;
    t->ready_count = t->group.count;
    t->ready_slot = 0;
    t->ready_limit = t->limit;
    t->ready_end = t->limit + 1;
    while (known && t->ready_end < t->limit_count && t->limits[t->ready_end] <= most)
        t->ready_end++;
    t->ends = known || limit_epochs(t, t->limit) >= most;
    if (!t->ends) {
        t->limit++;
        exchange_best(t);
        return;
    }
    t->first += t->group.count;
    t->passes += (uint64_t)t->epoch * t->group.count;
}

static bool is_ready(const struct trainer *t)
{
    return t->ready_limit < t->ready_end;
}

/* The outcomes are taken: what comes next. */
static void resume(struct trainer *t)
{
    if (!t->ends)
        start_epoch(t);
    else if (t->first < t->count)
        load_group(t);
}

size_t trainer_take(struct trainer *trainer, struct trial_outcome *outcomes, size_t most)
{
    struct trainer *const t = trainer;
    size_t taken = 0;
    if (!is_ready(t))
        return 0;
    for (; is_ready(t) && taken < most; taken++) {
        outcomes[taken] = (struct trial_outcome){
            .member = (uint32_t)(t->ready_first + t->ready_slot),
            .epochs = t->limit_count ? t->limits[t->ready_limit] : t->trials[t->ready_first].hyper.epochs,
            .outcome = t->progress[t->ready_slot].outcome};
        if (++t->ready_slot == t->ready_count) {
            t->ready_slot = 0;
            t->ready_limit++;
        }
    }
    if (!is_ready(t))
        resume(t);
    return taken;
}

enum status trainer_load(struct trainer *trainer, const struct trial *trials, size_t count, struct error *err)
{
    struct trainer *const t = trainer;
    memcpy(t->trials, trials, count * sizeof *trials);
    t->count = count;
    t->ready_limit = t->ready_end = 0;
    for (t->first = 0; t->first < count;) {
        const struct choice choice = choose(t);
        enum status status = group_reserve(&t->group, choice.kernel, t->data, &t->trials[t->first], choice.count,
                                           choice.own, err);
        if (!status)
            status = orders_reserve(t->orders, orders_of(&choice), err);
        if (status)
            return status;
        t->first += choice.count;
    }
    t->first = 0;
    t->passes = 0;
    t->flop = 0;
    t->trained = 0;
    load_group(t);
    return STATUS_OK;
}

/* --- slices ------------------------------------------------------------------------------------------------------- */

/* Train on up to `count` samples of this epoch; where there are batches, of the one in work, in whole blocks. */
static size_t train(struct trainer *t, size_t count)
{
    const struct dataset *const data = t->data;
    const struct hyperparameters *const hyper = &shared(t)->hyper;
    const size_t samples = part_count(t, PART_TRAIN), left = samples - t->sample;
    const size_t offset = t->rows[0] ? 0 : t->sample;
    const float *const x = data->x + offset * data->inputs, *const targets = data->t + offset * data->targets;
    const uint32_t *rows[LANES_MAX] = {NULL};
    for (size_t slot = 0; slot < orders_of(&t->choice) && t->rows[0]; slot++)
        rows[slot] = t->rows[slot] + t->sample;
    size_t done = count < left ? count : left;
    if (hyper_is_online(hyper)) {
        t->choice.kernel->train(&t->group, x, targets, rows, done);
    } else {
        const size_t batch = hyper->batch == BATCH_ALL ? samples : hyper->batch, room = batch - t->batched;
        const size_t rest = room < left ? room : left, block = t->group.samples;
        done = done < rest ? (done + block - 1) / block * block : rest;
        done = done < rest ? done : rest;
        const struct portion portion = {.count = done, .first = t->batched == 0, .last = done == rest};
        t->batched += done;
        if (portion.last)
            steps_next(&t->group.steps, hyper->optimizer, t->batched);
        t->choice.kernel->batch(&t->group, x, targets, rows, portion);
        t->batched = portion.last ? 0 : t->batched;
    }
    t->sample += done;
    return done;
}

/* Up to `count` samples of the phase at hand; returns how many. */
static size_t advance(struct trainer *t, size_t count)
{
    if (t->phase == PHASE_TRAIN) {
        const size_t done = train(t, count);
        if (t->sample == part_count(t, PART_TRAIN))
            finish_epoch(t);
        t->trained += (double)done * t->sample_flop;
        return done;
    }
    const size_t done = measure_run(&t->measure, t->choice.kernel, &t->group, t->data, count);
    if (!measure_is_done(&t->measure, t->data))
        return done;
    if (t->phase == PHASE_WATCH)
        finish_watch(t);
    else if (t->phase == PHASE_WATCH_LIMIT)
        finish_watch_limit(t);
    else
        finish_measure(t);
    return done;
}

bool trainer_run(struct trainer *trainer, double flop)
{
    struct trainer *const t = trainer;
    const double samples = flop / t->sample_flop;
    size_t budget = samples < 1 ? 1 : samples < 1e9 ? (size_t)samples : (size_t)1e9;
    while (budget > 0 && !is_ready(t) && t->first < t->count) {
        const size_t done = advance(t, budget);
        budget -= done < budget ? done : budget;
        t->flop += (double)done * t->sample_flop;
    }
    return t->first == t->count;
}

bool trainer_finished(const struct trainer *trainer)
{
    return trainer->first == trainer->count && !is_ready(trainer);
}

double trainer_flop(const struct trainer *trainer)
{
    return trainer->flop;
}

double trainer_trained(const struct trainer *trainer)
{
    return trainer->trained;
}

uint64_t trainer_passes(const struct trainer *trainer)
{
    const bool between = trainer->first == trainer->count || (is_ready(trainer) && trainer->ends);
    return trainer->passes + (between ? 0 : (uint64_t)trainer->epoch * trainer->group.count);
}

/* --- weights ------------------------------------------------------------------------------------------------------ */

void trainer_weights(const struct trainer *trainer, size_t layer, float *weights)
{
    assert(trainer->count == 1);
    group_weights(&trainer->group, layer, 0, weights);
}

void trainer_put_weights(struct trainer *trainer, size_t layer, const float *weights)
{
    assert(trainer->count == 1);
    group_put_weights(&trainer->group, layer, 0, weights);
}

void trainer_outputs(struct trainer *trainer, const float *x, float *outputs)
{
    const struct group *const g = &trainer->group;
    assert(trainer->count == 1);
    trainer->choice.kernel->forward(&trainer->group, &x, 1);
    for (size_t k = 0; k < trainer->data->targets; k++)
        outputs[k] = g->y[SPEC_LAYERS - 1][group_unit(g, k, 0)];
}
