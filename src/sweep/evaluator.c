/* SPDX-License-Identifier: BSD-3-Clause */
/* Evaluators; see evaluator.h. */
#include "sweep/evaluator.h"

#include "base/mem.h"
#include "net/trainer.h"

#include <stdlib.h>
#include <string.h>

struct evaluator {
    const struct experiment *experiment;
    struct trainer *trainer; /* NULL: outcomes are made up */
    struct trial trials[PACK_MAX];
    size_t count, member, limit; /* of those that are made up: trials, and the next outcome */
};

enum status evaluator_create(struct evaluator **evaluator, enum evaluator_kind kind,
                             const struct experiment *experiment, struct error *err)
{
    *evaluator = mem_array(1, sizeof **evaluator);
    if (!*evaluator)
        return error_memory(err, "the evaluator");
    (*evaluator)->experiment = experiment;
    if (kind == EVALUATOR_NULL)
        return STATUS_OK;
    const enum status status = trainer_create(&(*evaluator)->trainer, &experiment->data, experiment->limits,
                                              experiment->limit_count, err);
    if (status) {
        evaluator_destroy(*evaluator);
        *evaluator = NULL;
    }
    return status;
}

void evaluator_destroy(struct evaluator *evaluator)
{
    if (!evaluator)
        return;
    trainer_destroy(evaluator->trainer);
    free(evaluator);
}

enum status evaluator_load(struct evaluator *evaluator, const struct trial *trials, size_t count, struct error *err)
{
    if (evaluator->trainer)
        return trainer_load(evaluator->trainer, trials, count, err);
    memcpy(evaluator->trials, trials, count * sizeof *trials);
    evaluator->count = count;
    evaluator->member = evaluator->limit = 0;
    return STATUS_OK;
}

void evaluator_run(struct evaluator *evaluator, double flop)
{
    if (evaluator->trainer)
        discard((long)trainer_run(evaluator->trainer, flop));
}

/* The epochs of the next outcome that is made up. */
static uint32_t made_up_epochs(const struct evaluator *evaluator)
{
    const struct experiment *const experiment = evaluator->experiment;
    return experiment->limit_count ? experiment->limits[evaluator->limit]
                                   : evaluator->trials[evaluator->member].hyper.epochs;
}

size_t evaluator_take(struct evaluator *evaluator, struct trial_outcome *outcomes, size_t most)
{
    struct evaluator *const e = evaluator;
    size_t taken = 0;
    if (e->trainer)
        return trainer_take(e->trainer, outcomes, most);
    for (; taken < most && e->member < e->count; taken++) {
        const uint32_t epochs = made_up_epochs(e);
        outcomes[taken] = (struct trial_outcome){.member = (uint32_t)e->member, .epochs = epochs};
        const uint32_t last = e->trials[e->member].hyper.epochs;
        if (++e->limit >= e->experiment->limit_count || e->experiment->limits[e->limit] > last) {
            e->limit = 0;
            e->member++;
        }
    }
    return taken;
}

bool evaluator_finished(const struct evaluator *evaluator)
{
    return evaluator->trainer ? trainer_finished(evaluator->trainer) : evaluator->member == evaluator->count;
}

double evaluator_flop(const struct evaluator *evaluator)
{
    return evaluator->trainer ? trainer_flop(evaluator->trainer) : 0;
}

double evaluator_trained(const struct evaluator *evaluator)
{
    return evaluator->trainer ? trainer_trained(evaluator->trainer) : 0;
}

uint64_t evaluator_passes(const struct evaluator *evaluator)
{
    return evaluator->trainer ? trainer_passes(evaluator->trainer) : 0;
}
