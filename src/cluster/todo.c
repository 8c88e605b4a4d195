/* SPDX-License-Identifier: BSD-3-Clause */
/* What is still to do; see todo.h. */
#include "cluster/todo.h"

#include "sweep/cost.h"

struct todo_cost todo_outcome_cost(const struct sweep *sweep, size_t pack, size_t training)
{
    const struct experiment *const experiment = sweep->table->experiment;
    if (experiment->program) /* a trial is a pack */
        return (struct todo_cost){sweep->packs->list[pack].cost, 0};
    struct trial trial = experiment_trial(experiment, training);
    const double cost = cost_training(experiment, &trial), overhead = cost_overhead(experiment, &trial);
    trial.hyper.epochs = experiment_limit_before(experiment, trial.hyper.epochs);
    if (trial.hyper.epochs == 0)
        return (struct todo_cost){cost, cost - overhead};
    const double before = cost_training(experiment, &trial), overhead_before = cost_overhead(experiment, &trial);
    return (struct todo_cost){cost - before, cost - overhead - (before - overhead_before)};
}

/* The cost of a training from its beginning. */
static struct todo_cost of_training(const struct sweep *sweep, uint32_t training)
{
    const struct experiment *const experiment = sweep->table->experiment;
    const struct trial trial = experiment_trial(experiment, training);
    const double cost = cost_training(experiment, &trial);
    return (struct todo_cost){cost, cost - cost_overhead(experiment, &trial)};
}

double todo_cost(const struct sweep *sweep, size_t pack)
{
    const uint32_t *const members = packs_members(sweep->packs, pack);
    double cost = 0;
    if (sweep->table->experiment->program)
        return table_is_open(sweep->table, members[0]) ? sweep->packs->list[pack].cost : 0;
    for (uint32_t i = 0; i < sweep->packs->list[pack].count; i++)
        cost += table_is_open(sweep->table, members[i]) ? of_training(sweep, members[i]).cost : 0;
    return cost;
}

void todo_work(const struct sweep *sweep, size_t pack, struct work *work)
{
    const uint32_t *const members = packs_members(sweep->packs, pack);
    *work = (struct work){.pack = (uint32_t)pack};
    for (uint32_t i = 0; i < sweep->packs->list[pack].count; i++) {
        if (!table_is_open(sweep->table, members[i]))
            continue;
        work->trainings[work->count] = members[i];
        work->trials[work->count] = experiment_trial(sweep->table->experiment, members[i]);
        work->flop += of_training(sweep, members[i]).flop;
        work->count++;
    }
}
