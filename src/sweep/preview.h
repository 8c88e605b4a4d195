/* SPDX-License-Identifier: BSD-3-Clause */
/* A picture early. With the longest packs first the small networks come last, and the surface shows nothing of them
 * until the end: so a coarse sub-grid goes first, where that costs little. It changes the order of packs alone. */
#ifndef NSURF_SWEEP_PREVIEW_H
#define NSURF_SWEEP_PREVIEW_H

#include "base/error.h"
#include "sweep/packs.h"
#include "sweep/simulate.h"

/* The sub-grid has every eighth value of each axis; of an axis with fewer it has the middle one. */
enum { PREVIEW_STEP = 8 };

/* The share of the efficiency that it may cost. */
#define PREVIEW_COST 0.05

/* Put the packs that hold a cell of the sub-grid before the others, in both the most expensive first; where that would
 * cost PREVIEW_COST or more of the efficiency on such a farm, leave them. packs->early: how many there are. packs: as
 * packs_create made them. Ranks: rank 0. Errors: STATUS_INTERNAL. */
enum status preview_order(struct packs *packs, const struct experiment *experiment, const struct farm *farm,
                          struct error *err) __attribute__((warn_unused_result));

#endif
