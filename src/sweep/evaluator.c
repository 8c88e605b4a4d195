/* SPDX-License-Identifier: BSD-3-Clause */
/* Evaluators; see evaluator.h. Here are the seam, the trainer behind it, and the one that makes outcomes up. */
#include "sweep/evaluator.h"

#include "base/mem.h"
#include "net/trainer.h"
#include "sweep/evaluator_ways.h"

#include <stdlib.h>
#include <string.h>

/* --- networks ----------------------------------------------------------------------------------------------------- */

struct networks {
    struct evaluator evaluator;
    struct trainer *trainer;
};

static struct trainer *trainer_of(const struct evaluator *evaluator)
{
    return ((const struct networks *)evaluator)->trainer;
}

static enum status load_networks(struct evaluator *evaluator, const struct trial *trials, size_t count,
                                 struct error *err)
{
    return trainer_load(trainer_of(evaluator), trials, count, err);
}

static enum status run_networks(struct evaluator *evaluator, double flop, struct error *err)
{
    (void)err;
    discard((long)trainer_run(trainer_of(evaluator), flop));
    return STATUS_OK;
}

static size_t take_networks(struct evaluator *evaluator, struct trial_outcome *outcomes, size_t most)
{
    return trainer_take(trainer_of(evaluator), outcomes, most);
}

static bool finished_networks(const struct evaluator *evaluator)
{
    return trainer_finished(trainer_of(evaluator));
}

static double flop_networks(const struct evaluator *evaluator)
{
    return trainer_flop(trainer_of(evaluator));
}

static double trained_networks(const struct evaluator *evaluator)
{
    return trainer_trained(trainer_of(evaluator));
}

static uint64_t passes_networks(const struct evaluator *evaluator)
{
    return trainer_passes(trainer_of(evaluator));
}

static void destroy_networks(struct evaluator *evaluator)
{
    trainer_destroy(trainer_of(evaluator));
    free(evaluator);
}

static enum status create_networks(struct evaluator **evaluator, const struct experiment *experiment,
                                   struct error *err)
{
    static const struct evaluator_ways ways = {.load = load_networks,
                                               .run = run_networks,
                                               .take = take_networks,
                                               .finished = finished_networks,
                                               .flop = flop_networks,
                                               .trained = trained_networks,
                                               .passes = passes_networks,
                                               .destroy = destroy_networks};
    struct networks *const networks = mem_array(1, sizeof *networks);
    if (!networks)
        return error_memory(err, "the evaluator");
    networks->evaluator.ways = &ways;
    const enum status status = trainer_create(&networks->trainer, &experiment->data, experiment->limits,
                                              experiment->limit_count, err);
    if (status)
        free(networks);
    else
        *evaluator = &networks->evaluator;
    return status;
}

/* --- outcomes that are made up ------------------------------------------------------------------------------------ */

struct made_up {
    struct evaluator evaluator;
    const struct experiment *experiment;
    struct trial trials[PACK_MAX];
    size_t count, member, limit; /* trials, and the next outcome */
};

static enum status load_made_up(struct evaluator *evaluator, const struct trial *trials, size_t count,
                                struct error *err)
{
    struct made_up *const m = (struct made_up *)evaluator;
    (void)err;
    memcpy(m->trials, trials, count * sizeof *trials);
    m->count = count;
    m->member = m->limit = 0;
    return STATUS_OK;
}

static size_t take_made_up(struct evaluator *evaluator, struct trial_outcome *outcomes, size_t most)
{
    struct made_up *const m = (struct made_up *)evaluator;
    const struct experiment *const experiment = m->experiment;
    size_t taken = 0;
    for (; taken < most && m->member < m->count; taken++) {
        const uint32_t last = m->trials[m->member].hyper.epochs;
        const uint32_t epochs = experiment->limit_count ? experiment->limits[m->limit] : last;
        outcomes[taken] = (struct trial_outcome){.member = (uint32_t)m->member, .epochs = epochs};
        if (++m->limit >= experiment->limit_count || experiment->limits[m->limit] > last) {
            m->limit = 0;
            m->member++;
        }
    }
    return taken;
}

static bool finished_made_up(const struct evaluator *evaluator)
{
    const struct made_up *const m = (const struct made_up *)evaluator;
    return m->member == m->count;
}

static void destroy_made_up(struct evaluator *evaluator)
{
    free(evaluator);
}

static enum status create_made_up(struct evaluator **evaluator, const struct experiment *experiment, struct error *err)
{
    static const struct evaluator_ways ways = {
        .load = load_made_up, .take = take_made_up, .finished = finished_made_up, .destroy = destroy_made_up};
    struct made_up *const m = mem_array(1, sizeof *m);
    if (!m)
        return error_memory(err, "the evaluator");
    m->evaluator.ways = &ways;
    m->experiment = experiment;
    *evaluator = &m->evaluator;
    return STATUS_OK;
}

/* --- the seam ----------------------------------------------------------------------------------------------------- */

enum status evaluator_create(struct evaluator **evaluator, enum evaluator_kind kind,
                             const struct experiment *experiment, size_t place, struct error *err)
{
    *evaluator = NULL;
    return kind == EVALUATOR_NULL      ? create_made_up(evaluator, experiment, err)
           : kind == EVALUATOR_PROGRAM ? evaluator_create_program(evaluator, experiment, place, err)
                                       : create_networks(evaluator, experiment, err);
}

void evaluator_destroy(struct evaluator *evaluator)
{
    if (evaluator)
        evaluator->ways->destroy(evaluator);
}

enum status evaluator_load(struct evaluator *evaluator, const struct trial *trials, size_t count, struct error *err)
{
    return evaluator->ways->load(evaluator, trials, count, err);
}

enum status evaluator_run(struct evaluator *evaluator, double flop, struct error *err)
{
    return evaluator->ways->run ? evaluator->ways->run(evaluator, flop, err) : STATUS_OK;
}

size_t evaluator_take(struct evaluator *evaluator, struct trial_outcome *outcomes, size_t most)
{
    return evaluator->ways->take(evaluator, outcomes, most);
}

const char *evaluator_why(const struct evaluator *evaluator)
{
    return evaluator->ways->why ? evaluator->ways->why(evaluator) : NULL;
}

bool evaluator_finished(const struct evaluator *evaluator)
{
    return evaluator->ways->finished(evaluator);
}

double evaluator_flop(const struct evaluator *evaluator)
{
    return evaluator->ways->flop ? evaluator->ways->flop(evaluator) : 0;
}

double evaluator_trained(const struct evaluator *evaluator)
{
    return evaluator->ways->trained ? evaluator->ways->trained(evaluator) : 0;
}

uint64_t evaluator_passes(const struct evaluator *evaluator)
{
    return evaluator->ways->passes ? evaluator->ways->passes(evaluator) : 0;
}

bool evaluator_foretells(enum evaluator_kind kind)
{
    return kind != EVALUATOR_PROGRAM;
}
