/* SPDX-License-Identifier: BSD-3-Clause */
/* The cost model: what a training costs, guessed beforehand, and how fast it goes here, learnt from what came back. It
 * knows no packs, clocks or ranks. */
#ifndef NSURF_SWEEP_COST_H
#define NSURF_SWEEP_COST_H

#include "sweep/experiment.h"

#include <stddef.h>

/* The cost of one training in units of one flop at the speed of large networks: its flop (training_flop) and what a
 * sample costs however small the network. */
double cost_training(const struct experiment *experiment, const struct trial *trial);

/* The part of cost_training that is no flop. */
double cost_overhead(const struct experiment *experiment, const struct trial *trial);

/* Sums over the packs that came back; zero it to begin. */
struct cost {
    double cost;
    double span_s; /* seconds that passed at the workers' executors meanwhile, waiting for a core included */
};

/* A pack of this cost took its worker so long. */
void cost_learn(struct cost *sums, double cost, double span_s);

/* The same, while what was learnt longer ago counts less: half as much every 30 s that these workers train. */
void cost_follow(struct cost *sums, double cost, double span_s, size_t workers);

/* Seconds until this many workers have trained so much more between them; NaN while nothing is known. */
double cost_left_s(const struct cost *sums, double cost, size_t workers);

#endif
