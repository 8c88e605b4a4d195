/* SPDX-License-Identifier: BSD-3-Clause */
/* The cost model; see cost.h. One rate for all topologies: small networks run slower by the flop than large ones, but
 * they are cheap and come last, so that the error they make in the time left is small in seconds. */
#include "sweep/cost.h"

#include <math.h>

void cost_learn(struct cost *cost, double flop, double span_s)
{
    cost->flop += flop;
    cost->span_s += span_s;
}

double cost_rate(const struct cost *cost)
{
    return cost->span_s > 0 ? cost->flop / cost->span_s : 0;
}

double cost_left_s(const struct cost *cost, double flop, size_t workers)
{
    const double rate = cost_rate(cost);
    if (flop <= 0)
        return 0;
    return rate > 0 && workers > 0 ? flop / (rate * (double)workers) : NAN;
}
