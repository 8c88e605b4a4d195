/* SPDX-License-Identifier: BSD-3-Clause */
/* `nsurf plan`: what a run will take on so many processes like this one, without running it. */
#ifndef NSURF_APP_PLAN_H
#define NSURF_APP_PLAN_H

#include "base/error.h"
#include "cli/options.h"

/* Print the plan on standard output: lines of a name, a tab and a value; a table of the numbers of processes; and for
 * each of these what to ask of sbatch. Takes the axes over from options. Trains for a second or
 * six; of a program it runs some cells, for half a minute or two of them. Ranks: one, outside of MPI. Errors:
 * STATUS_USAGE, STATUS_DATA, STATUS_INTERNAL; STATUS_INCOMPLETE when all runs of the program failed. */
enum status plan_print(struct options *options, struct error *err) __attribute__((warn_unused_result));

#endif
