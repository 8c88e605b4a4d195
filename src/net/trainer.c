/* SPDX-License-Identifier: BSD-3-Clause */
/* The trainer; see trainer.h. A pack is trained cohort by cohort, in as few groups as the lanes of the chosen kernels
 * ask for. */
#include "net/trainer.h"

#include "base/float_env.h"
#include "base/mem.h"
#include "net/cohort.h"
#include "net/isa.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct trainer {
    struct task task;
    struct trial trials[PACK_MAX];
    size_t count; /* trials in the pack */
    struct cohort cohort;
    size_t next;     /* the first trial after the cohort */
    struct learned learned; /* its targets are NULL unless they are scaled */
    uint64_t passes; /* see trainer_passes */
    double flop;     /* see trainer_flop */
    double trained;  /* see trainer_trained */
};

/* The flop of a sample, for one network. */
static double flop_of(const struct dataset *data, const struct trial *trial)
{
    return 6 * network_weights(data, trial->hyper.hidden1, trial->hyper.hidden2);
}

double training_flop(const struct dataset *data, const struct trial *trial)
{
    const size_t samples = dataset_count(data, SPLIT_TRAIN, trial->fold);
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
    t->task = (struct task){.data = data,
                            .limits = limits,
                            .limit_count = limit_count,
                            .classes = dataset_is_classes(data),
                            .kernels = kernels,
                            .caches = choice_caches()};
    status = orders_create(&t->task.orders, data, err);
    if (!status && data->target_shift && data->t) {
        t->learned = (struct learned){FOLDS_MAX, mem_array(data->samples * data->targets, sizeof *data->t)};
        t->task.learned = &t->learned;
        status = t->learned.targets ? STATUS_OK : error_memory(err, "the scaled targets");
    }
    if (!status)
        status = cohort_create(&t->cohort, &t->task, err);
    if (status) {
        trainer_destroy(t);
        return status;
    }
    *trainer = t;
    return STATUS_OK;
}

void trainer_destroy(struct trainer *trainer)
{
    if (!trainer)
        return;
    cohort_free(&trainer->cohort);
    orders_destroy(trainer->task.orders);
    free(trainer->learned.targets);
    free(trainer);
}

/* --- packs -------------------------------------------------------------------------------------------------------- */

static void begin_cohort(struct trainer *t)
{
    t->next += cohort_begin(&t->cohort, &t->trials[t->next], t->next, t->count - t->next);
}

size_t trainer_take(struct trainer *trainer, struct trial_outcome *outcomes, size_t most)
{
    const size_t taken = cohort_take(&trainer->cohort, outcomes, most);
    if (taken > 0 && cohort_is_over(&trainer->cohort) && trainer->next < trainer->count)
        begin_cohort(trainer);
    return taken;
}

enum status trainer_load(struct trainer *trainer, const struct trial *trials, size_t count, struct error *err)
{
    struct trainer *const t = trainer;
    memcpy(t->trials, trials, count * sizeof *trials);
    t->count = count;
    for (size_t first = 0, taken; first < count; first += taken) {
        const enum status status = cohort_reserve(&t->cohort, &t->trials[first], count - first, &taken, err);
        if (status)
            return status;
    }
    t->next = 0;
    t->passes = 0;
    t->flop = 0;
    t->trained = 0;
    begin_cohort(t);
    return STATUS_OK;
}

/* --- slices ------------------------------------------------------------------------------------------------------- */

/* The flop of a sample, for all networks of the group in training. */
static double group_flop(const struct trainer *t)
{
    const struct phases *const p = cohort_group(&t->cohort);
    double flop = 0;
    for (size_t slot = 0; slot < p->choice.count; slot++)
        flop += flop_of(t->task.data, &p->trials[slot]);
    return flop;
}

/* Up to `count` samples of the group in training; returns the operations. */
static double advance(struct trainer *t, size_t count)
{
    const struct phases *const p = cohort_group(&t->cohort);
    const bool trains = p->phase == PHASE_TRAIN;
    const uint32_t before = p->epoch;
    const double flop_each = group_flop(t), flop = (double)cohort_advance(&t->cohort, count) * flop_each;
    t->passes += (uint64_t)(p->epoch - before) * p->choice.count;
    t->flop += flop;
    t->trained += trains ? flop : 0;
    return flop;
}

bool trainer_run(struct trainer *trainer, double flop)
{
    struct trainer *const t = trainer;
    double left = flop;
    bool any = false;
    while ((left > 0 || !any) && !cohort_is_ready(&t->cohort) && !cohort_is_over(&t->cohort)) {
        const double samples = left / group_flop(t);
        left -= advance(t, samples < 1 ? 1 : samples < 1e9 ? (size_t)samples : (size_t)1e9);
        any = true;
    }
    return t->next == t->count && cohort_is_done(&t->cohort);
}

bool trainer_finished(const struct trainer *trainer)
{
    return trainer->next == trainer->count && cohort_is_over(&trainer->cohort);
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

double trainer_busy(const struct trainer *trainer)
{
    return trainer->cohort.room > 0 ? trainer->cohort.used / trainer->cohort.room : 1;
}

/* --- weights ------------------------------------------------------------------------------------------------------ */

void trainer_weights(const struct trainer *trainer, size_t layer, float *weights)
{
    assert(trainer->count == 1);
    group_weights(&trainer->cohort.groups[0].group, layer, 0, weights);
}

void trainer_put_weights(struct trainer *trainer, size_t layer, const float *weights)
{
    assert(trainer->count == 1);
    group_put_weights(&trainer->cohort.groups[0].group, layer, 0, weights);
}

void trainer_outputs(struct trainer *trainer, const float *x, float *outputs)
{
    struct phases *const p = &trainer->cohort.groups[0];
    const struct group *const g = &p->group;
    assert(trainer->count == 1);
    p->choice.kernel->forward(&p->group, &x, 1);
    for (size_t k = 0; k < trainer->task.data->targets; k++) {
        const float output = g->y[SPEC_LAYERS - 1][group_unit(g, k, 0)];
        outputs[k] = dataset_answer(trainer->task.data, trainer->trials->fold, k, output);
    }
}
