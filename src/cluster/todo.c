/* SPDX-License-Identifier: BSD-3-Clause */
/* What is still to do; see todo.h. */
#include "cluster/todo.h"

#include "sweep/cost.h"

double todo_training_cost(const struct sweep *sweep, uint32_t training)
{
    const struct trial trial = experiment_trial(sweep->table->experiment, training);
    return cost_training(sweep->table->experiment, &trial);
}

double todo_training_flop(const struct sweep *sweep, uint32_t training)
{
    return todo_training_cost(sweep, training) - cost_overhead(sweep->table->experiment);
}

double todo_cost(const struct sweep *sweep, size_t pack)
{
    const uint32_t *const members = packs_members(sweep->packs, pack);
    double cost = 0;
    for (uint32_t i = 0; i < sweep->packs->list[pack].count; i++)
        cost += table_is_open(sweep->table, members[i]) ? todo_training_cost(sweep, members[i]) : 0;
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
        work->flop += todo_training_flop(sweep, members[i]);
        work->count++;
    }
}
