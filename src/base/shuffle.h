/* SPDX-License-Identifier: BSD-3-Clause */
/* Shuffling by a counter-based generator: an order depends on what it is for, never on who draws it or when.
 * Source: J. K. Salmon et al., Parallel random numbers: as easy as 1, 2, 3, SC11; Philox4x32-10 of Random123. */
#ifndef NSURF_BASE_SHUFFLE_H
#define NSURF_BASE_SHUFFLE_H

#include <stddef.h>
#include <stdint.h>

/* A permutation of 0 … count - 1 (Fisher-Yates). key, word1 to word3: what it is for; no two purposes share them all.
 * Shapes: order [count], count < 2^32. Ranks: local. */
void shuffle_order(uint64_t key, uint32_t word1, uint32_t word2, uint32_t word3, size_t count, uint32_t *order);

#endif
