/* SPDX-License-Identifier: BSD-3-Clause */
/* The known word that was probably meant. */
#ifndef NSURF_BASE_NEAREST_H
#define NSURF_BASE_NEAREST_H

#include <stddef.h>

/* How many letters of one word must be changed, added, left out or exchanged with their neighbour to get the other,
 * each place once (optimal string alignment). Words of more than 63 bytes are as far apart as can be. Ranks: local. */
size_t nearest_distance(const char *one, const char *other);

/* Whether a word that is so far from another may be meant for it: a letter in three, one at least. */
int nearest_enough(const char *word, size_t distance);

#endif
