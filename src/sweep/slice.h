/* SPDX-License-Identifier: BSD-3-Clause */
/* A part of the grid: the cells that have given values on some axes. It knows no file. */
#ifndef NSURF_SWEEP_SLICE_H
#define NSURF_SWEEP_SLICE_H

#include "base/error.h"
#include "sweep/axis.h"
#include "sweep/experiment.h"
#include "sweep/table.h"

#include <stddef.h>

/* What is looked at; zero it to begin. */
struct slice {
    size_t count;
    struct axis axes[AXES_MAX];  /* [count], of different parameters */
    const char *given[AXES_MAX]; /* [count], their values as text; borrowed from who called slice_add */
};

/* The one of an experiment's parameters that may be an axis and is called so, as an option or as in files.
 * Ranks: local. Errors: STATUS_USAGE, which names the nearest one. */
enum status slice_parameter(const struct parameter **parameter, struct parameters all, const char *name,
                            const char *option, struct error *err) __attribute__((warn_unused_result));

/* Take up NAME=RANGE, a range as axis_parse reads it, of one of these parameters. option: for error lines.
 * Owns: slice, freed by slice_free, on failure too. Ranks: local. Errors: STATUS_USAGE; STATUS_INTERNAL. */
enum status slice_add(struct slice *slice, struct parameters all, const char *text, const char *option,
                      struct error *err) __attribute__((warn_unused_result));
void slice_free(struct slice *slice);

/* Those cells of a table, as an experiment and a table of their own, whose axes are the same with fewer values, one
 * alone where the slice says so. The experiment borrows all else.
 * Owns: the caller, who calls slice_table_free, on failure too. Ranks: rank 0. Errors: STATUS_USAGE, the table has no
 * such axis or value; STATUS_INTERNAL. */
enum status slice_table(const struct slice *slice, struct experiment *experiment, struct table *table,
                        const struct table *whole, struct error *err) __attribute__((warn_unused_result));
void slice_table_free(struct experiment *experiment, struct table *table);

#endif
