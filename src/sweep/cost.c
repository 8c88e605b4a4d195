/* SPDX-License-Identifier: BSD-3-Clause */
/* The cost model; see cost.h. */
#include "sweep/cost.h"

#include "net/trainer.h"

#include <math.h>

/* What a sample costs a network apart from its flop: activations, and layers that wait for each other. Measured with
 * AVX-512 in packs of 16: 13 ns, nearly the same from 4 to 16 units a layer, where large networks run at 90 Gflop/s;
 * in batches of 32: 8 to 14 ns from 8 to 32 units, where these run at 110. */
static const double sample_overhead = 1200;

/* All cells alike: a second. */
static const double program_cost = 1e9;

double cost_overhead(const struct experiment *experiment, const struct trial *trial)
{
    if (experiment->program) /* nothing is known beforehand */
        return 0;
    const size_t samples = dataset_count(&experiment->data, SPLIT_TRAIN, 0);
    return sample_overhead * (double)samples * (double)trial->hyper.epochs;
}

double cost_training(const struct experiment *experiment, const struct trial *trial)
{
    if (experiment->program)
        return program_cost;
    return training_flop(&experiment->data, trial) + cost_overhead(experiment, trial);
}

void cost_learn(struct cost *sums, double cost, double span_s)
{
    sums->cost += cost;
    sums->span_s += span_s;
}

void cost_follow(struct cost *sums, double cost, double span_s, size_t workers)
{
    const double half_life_s = 30;
    const double kept = exp2(-span_s / (half_life_s * (double)(workers ? workers : 1)));
    *sums = (struct cost){kept * sums->cost + cost, kept * sums->span_s + span_s};
}

double cost_left_s(const struct cost *sums, double cost, size_t workers)
{
    if (cost <= 0)
        return 0;
    if (sums->cost <= 0 || workers == 0)
        return NAN;
    return cost * sums->span_s / (sums->cost * (double)workers);
}
