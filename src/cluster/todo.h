/* SPDX-License-Identifier: BSD-3-Clause */
/* What is still to do of a pack: outcomes that came by another way, late from a worker that was given up, need no
 * second training. It knows the table and the packs, never who trains them. Ranks: rank 0. */
#ifndef NSURF_CLUSTER_TODO_H
#define NSURF_CLUSTER_TODO_H

#include "cluster/cluster.h"
#include "cluster/message.h"

/* Predicted: the cost in the units of sweep/cost.h, and the flop in it. */
struct todo_cost {
    double cost, flop;
};

/* Of a trial of this pack, from where the training stands that brought its outcome for fewer epochs. */
struct todo_cost todo_outcome_cost(const struct sweep *sweep, size_t pack, size_t training);

/* Predicted cost of those trainings of the pack that are open. */
double todo_cost(const struct sweep *sweep, size_t pack);

/* The same trainings as a message; of no networks when none is open. */
void todo_work(const struct sweep *sweep, size_t pack, struct work *work);

#endif
