/* SPDX-License-Identifier: BSD-3-Clause */
/* Where chance enters: initial weights and the order of the samples, from a counter-based generator, so that a number
 * depends on what it is for and never on who draws it or when.
 * Source: J. K. Salmon et al., Parallel random numbers: as easy as 1, 2, 3, SC11; Philox4x32-10 of Random123. */
#ifndef NSURF_NET_RANDOM_H
#define NSURF_NET_RANDOM_H

#include "net/hyperparameters.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Initial weights of one layer: uniform in +-weight_range, or +-1/sqrt(fan_in) where that is 0, biases too; never 0.
 * They depend on seed, layer sizes, repeat and fold alone, but for the range.
 * Shapes: weights [inputs + 1][units], row 0 the biases. layer: 0, 1, 2. Ranks: local. */
void random_weights(const struct trial *trial, uint32_t layer, size_t inputs, size_t units, float *weights);

/* A permutation of 0 … samples - 1 for this epoch (Fisher-Yates): it depends on seed, repeat and fold alone, so that
 * cells can be compared pair by pair. Shapes: order [samples]. Ranks: local. */
void random_order(const struct trial *trial, uint32_t epoch, size_t samples, uint32_t *order);

/* Whether two trials have the same orders. */
bool random_same_order(const struct trial *one, const struct trial *other);

#endif
