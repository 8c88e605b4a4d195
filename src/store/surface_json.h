/* SPDX-License-Identifier: BSD-3-Clause */
/* A surface as JSON, for programs and for the page of `nsurf report`.
 *
 *   format       1; grows when a member changes its meaning or goes
 *   title, command, settings {name: text}, digests {name: text}, build {name: text}: all text;
 *                command is null where it is not known, and command_unknown, null else, says why
 *   axes         [{name, title, unit, spacing, count, values}]: those of several values, two at the least; values are
 *                numbers or words; spacing is "linear", "log" (equal ratios), "choice" (words) or "uneven"; count are
 *                the values of the sweep, of which some are left out where it is thinned
 *   thinned      whether cells are left out
 *   folds, repeats, done, trainings: of the sweep
 *   chosen       the split of the data whose error chooses
 *   cells        {weights, epochs, status, ok: a number for each cell}: cells are numbered with the last axis fastest;
 *                status is 0 ok, 1 diverged, 2 failed, 3 pending; ok counts the trainings that ended so
 *   fields       [{name, title, part, mean, sd: a number for each cell, null where there is none,
 *                trials: [cell][fold][repeat] of the same, one array, or null where they are left out}]
 *   rankings     {part: {compared, left_out, trainings, blocks, best, effects, rest, smallest, largest, set_count,
 *                candidates}}: as `nsurf best` has them, each cell {cell, values, weights, mean, sd, standard_error};
 *                cell is null where the cell is left out; candidates are a list, the confidence set of the best, which
 *                needs more than one block, as smallest and largest do; effects are [{axis, share, means}] of each of
 *                the axes, as sweep/effects.h has them, a marginal mean for each of the values above
 *
 * Another axis or field changes no member. */
#ifndef NSURF_STORE_SURFACE_JSON_H
#define NSURF_STORE_SURFACE_JSON_H

#include "base/error.h"
#include "store/facts.h"
#include "sweep/table.h"

#include <stdbool.h>
#include <stdio.h>

/* What a picture on a screen can show: of more cells every n-th row of each axis stays, and those of the best, the
 * smallest and the largest network; more single trainings are left out. */
enum { SURFACE_JSON_CELLS = 1 << 16, SURFACE_JSON_VALUES = 1 << 19 };

struct surface_source {
    const struct table *table;
    const struct facts *facts;
    const char *command; /* that repeats the sweep; NULL: not known */
    const char *command_unknown; /* why not, or NULL */
    const char *digest;  /* SHA-256 of the HDF5 file */
    enum split chosen;    /* the split of the data whose error chooses */
};

/* brief: with the limits above and six digits, for the page; else all of it, every number to its last bit. Uses the
 * table's room. Ranks: local. Errors: STATUS_INTERNAL out of memory; STATUS_IO when the stream fails. */
enum status surface_json(const struct surface_source *source, bool brief, FILE *out, struct error *err)
    __attribute__((warn_unused_result));

#endif
