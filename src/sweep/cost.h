/* SPDX-License-Identifier: BSD-3-Clause */
/* The cost model: how long training takes here, learnt from what came back. It knows flop and seconds, never packs,
 * clocks or ranks. */
#ifndef NSURF_SWEEP_COST_H
#define NSURF_SWEEP_COST_H

#include <stddef.h>

/* Sums over the packs that came back; zero it to begin. */
struct cost {
    double flop;   /* predicted flop */
    double span_s; /* seconds that passed at the workers' desks meanwhile, waiting for a core included */
};

/* A pack of this predicted flop took its worker so long. */
void cost_learn(struct cost *cost, double flop, double span_s);

/* Predicted flop that one worker trains in a second, 0 while nothing is known. */
double cost_rate(const struct cost *cost);

/* Seconds until this many workers have trained so much more between them; NaN while nothing is known. */
double cost_left_s(const struct cost *cost, double flop, size_t workers);

#endif
