/* SPDX-License-Identifier: BSD-3-Clause */
/* The trainer; see trainer.h. A pack is trained group by group: as many networks as the lanes of the chosen kernel
 * hold, then the next. */
#include "net/trainer.h"

#include "base/float_env.h"
#include "base/mem.h"
#include "net/isa.h"
#include "net/phases.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct trainer {
    const struct kernel *const *kernels; /* the largest Q first */
    struct caches caches;
    struct task task;

    struct trial trials[PACK_MAX];
    size_t count; /* trials in the pack */

    struct phases phases; /* of the group in training */
    size_t first;         /* its first trial in the pack; count: all outcomes were taken */
    uint64_t passes;      /* see trainer_passes */
    double flop;          /* see trainer_flop */
    double trained;       /* see trainer_trained */
    double sample_flop;   /* of a sample, for all networks of the group */

    /* Outcomes to be taken: of all networks of the group, the next being that of `ready_slot`, for some limits. */
    size_t ready_slot, ready_limit, ready_end;
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
    status = orders_create(&t->task.orders, data, err);
    if (status != STATUS_OK) {
        trainer_destroy(t);
        return status;
    }
    t->task.data = data;
    t->task.limits = limits;
    t->task.limit_count = limit_count;
    t->task.classes = dataset_is_classes(data);
    t->kernels = kernels;
    t->caches = choice_caches();
    *trainer = t;
    return STATUS_OK;
}

void trainer_destroy(struct trainer *trainer)
{
    if (!trainer)
        return;
    phases_free(&trainer->phases);
    orders_destroy(trainer->task.orders);
    free(trainer);
}

/* --- groups ------------------------------------------------------------------------------------------------------- */

static struct choice choose(const struct trainer *t)
{
    return choice_make(t->kernels, &t->caches, t->task.data, &t->trials[t->first], t->count - t->first);
}

/* Outcomes that have come to be there can be taken. */
static void look(struct trainer *t)
{
    if (t->phases.phase != PHASE_READY)
        return;
    t->ready_slot = 0;
    t->ready_limit = t->phases.limit;
    t->ready_end = phases_limit_end(&t->phases);
}

static bool is_ready(const struct trainer *t)
{
    return t->ready_limit < t->ready_end;
}

static void begin_group(struct trainer *t)
{
    const struct choice choice = choose(t);
    phases_begin(&t->phases, &t->task, &choice, &t->trials[t->first]);
    t->sample_flop = 0;
    for (size_t slot = 0; slot < choice.count; slot++)
        t->sample_flop += flop_of(t->task.data, &t->trials[t->first + slot]);
    look(t);
}

/* The outcomes are taken: what comes next. */
static void resume(struct trainer *t)
{
    if (!phases_are_over(&t->phases)) {
        phases_resume(&t->phases);
        return;
    }
    t->first += t->phases.choice.count;
    if (t->first < t->count)
        begin_group(t);
}

size_t trainer_take(struct trainer *trainer, struct trial_outcome *outcomes, size_t most)
{
    struct trainer *const t = trainer;
    size_t taken = 0;
    if (!is_ready(t))
        return 0;
    for (; is_ready(t) && taken < most; taken++) {
        const size_t member = t->first + t->ready_slot;
        outcomes[taken] = (struct trial_outcome){
            .member = (uint32_t)member,
            .epochs = t->task.limit_count ? t->task.limits[t->ready_limit] : t->trials[member].hyper.epochs,
            .outcome = t->phases.progress[t->ready_slot].outcome};
        if (++t->ready_slot == t->phases.choice.count) {
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
        const enum status status = phases_reserve(&t->phases, &t->task, &choice, &t->trials[t->first], err);
        if (status)
            return status;
        t->first += choice.count;
    }
    t->first = 0;
    t->passes = 0;
    t->flop = 0;
    t->trained = 0;
    begin_group(t);
    return STATUS_OK;
}

/* --- slices ------------------------------------------------------------------------------------------------------- */

/* Up to `count` samples of the group; returns how many. */
static size_t advance(struct trainer *t, size_t count)
{
    struct phases *const p = &t->phases;
    const bool trains = p->phase == PHASE_TRAIN;
    const uint32_t before = p->epoch;
    const size_t done = phases_advance(p, count);
    t->passes += (uint64_t)(p->epoch - before) * p->choice.count;
    t->flop += (double)done * t->sample_flop;
    t->trained += trains ? (double)done * t->sample_flop : 0;
    look(t);
    return done;
}

/* Whether all outcomes of the pack were taken, or can be. */
static bool is_done(const struct trainer *t)
{
    const bool is_last = t->first + t->phases.choice.count == t->count;
    return t->first == t->count || (is_last && is_ready(t) && phases_are_over(&t->phases));
}

bool trainer_run(struct trainer *trainer, double flop)
{
    struct trainer *const t = trainer;
    const double samples = flop / t->sample_flop;
    size_t budget = samples < 1 ? 1 : samples < 1e9 ? (size_t)samples : (size_t)1e9;
    while (budget > 0 && !is_ready(t) && t->first < t->count) {
        const size_t done = advance(t, budget);
        budget -= done < budget ? done : budget;
    }
    return is_done(t);
}

bool trainer_finished(const struct trainer *trainer)
{
    return trainer->first == trainer->count;
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
    return trainer->passes;
}

/* --- weights ------------------------------------------------------------------------------------------------------ */

void trainer_weights(const struct trainer *trainer, size_t layer, float *weights)
{
    assert(trainer->count == 1);
    group_weights(&trainer->phases.group, layer, 0, weights);
}

void trainer_put_weights(struct trainer *trainer, size_t layer, const float *weights)
{
    assert(trainer->count == 1);
    group_put_weights(&trainer->phases.group, layer, 0, weights);
}

void trainer_outputs(struct trainer *trainer, const float *x, float *outputs)
{
    const struct group *const g = &trainer->phases.group;
    assert(trainer->count == 1);
    trainer->phases.choice.kernel->forward(&trainer->phases.group, &x, 1);
    for (size_t k = 0; k < trainer->task.data->targets; k++)
        outputs[k] = g->y[SPEC_LAYERS - 1][group_unit(g, k, 0)];
}
