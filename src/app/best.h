/* SPDX-License-Identifier: BSD-3-Clause */
/* What a sweep says of its topologies, in words: `nsurf best`, and the end of a run. */
#ifndef NSURF_APP_BEST_H
#define NSURF_APP_BEST_H

#include "base/error.h"
#include "cli/options.h"
#include "sweep/table.h"

/* Read options->prefix's HDF5 file (the prefix may be its whole name) and print on standard output what it says: lines
 * for people, which begin with #, and a table. Ranks: one, outside of MPI. Errors: STATUS_USAGE, no errors of the
 * samples asked for; STATUS_INCOMPLETE, as best_check; STATUS_DATA, no results or damaged ones; STATUS_INTERNAL. */
enum status best_print(const struct options *options, struct error *err) __attribute__((warn_unused_result));

/* Errors: STATUS_INCOMPLETE, when every training diverged: then there is nothing to choose. Ranks: rank 0. */
enum status best_check(const struct table *table, struct error *err) __attribute__((warn_unused_result));

/* The same lines for people on standard error, of what has just been trained. Ranks: rank 0. Errors:
 * STATUS_INTERNAL. */
enum status best_report(const struct table *table, struct error *err) __attribute__((warn_unused_result));

#endif
