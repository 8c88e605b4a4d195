/* SPDX-License-Identifier: BSD-3-Clause */
/* An experiment whose cells a program evaluates. */
#ifndef NSURF_SWEEP_PROGRAM_GRID_H
#define NSURF_SWEEP_PROGRAM_GRID_H

#include "base/error.h"
#include "sweep/experiment.h"

#include <stdbool.h>

/* Let a program evaluate the experiment, which has neither data nor axes: make the rows of its axes, a part of the data
 * for each of its values and, where wanted, its axes. Owns: experiment, from here on, on failure too. Ranks: local.
 * Errors: STATUS_USAGE, STATUS_INTERNAL. */
enum status program_grid_make(struct experiment *experiment, struct program *program, bool axes, struct error *err)
    __attribute__((warn_unused_result));

/* Refuse a name in the command that is no axis, an axis that it does not use or whose variable has a meaning of its
 * own, and a value whose name, or that of a statistic of it, has one in the result files. Ranks: local.
 * Errors: STATUS_USAGE. */
enum status program_grid_check(const struct experiment *experiment, struct error *err)
    __attribute__((warn_unused_result));

#endif
