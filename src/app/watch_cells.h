/* SPDX-License-Identifier: BSD-3-Clause */
/* Which cells of the grid `nsurf watch` shows: those of the slice through the cursor; for watch_frame.c alone. It knows
 * no words. */
#ifndef NSURF_APP_WATCH_CELLS_H
#define NSURF_APP_WATCH_CELLS_H

#include "app/watch_frame.h"

/* A cell as the map has it; the cell at such places, [axes]; the axis that goes up, NULL where there is one alone. */
struct heatmap_cell watch_look_at(const struct watch *watch, size_t cell);
size_t watch_cell_at(const struct watch *watch, const size_t *places);
const struct axis *watch_up(const struct watch *watch);

/* The cells of the slice through the cursor, into watch->shown. Errors: STATUS_INTERNAL. */
enum status watch_fill(struct watch *watch, struct error *err) __attribute__((warn_unused_result));

#endif
