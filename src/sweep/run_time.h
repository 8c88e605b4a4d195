/* SPDX-License-Identifier: BSD-3-Clause */
/* How long the runs of a program take, learnt from those that have ended, so that the longest go first although nothing
 * is known beforehand: the logarithm of the seconds is a sum of what each axis adds, fitted by ridge regression. It
 * knows the outcome table and packs, never who runs what; no outcome depends on it. */
#ifndef NSURF_SWEEP_RUN_TIME_H
#define NSURF_SWEEP_RUN_TIME_H

#include "base/error.h"
#include "sweep/experiment.h"
#include "sweep/packs.h"
#include "sweep/table.h"

#include <stdbool.h>
#include <stddef.h>

struct run_time;

/* experiment: of a program; must outlive the model. Owns: the caller, who calls run_time_destroy. Ranks: local.
 * Errors: STATUS_INTERNAL. */
enum status run_time_create(struct run_time **model, const struct experiment *experiment, struct error *err)
    __attribute__((warn_unused_result));
void run_time_destroy(struct run_time *model); /* may be NULL */

/* Learn anew from all runs of the table that came out well, or diverged. False, and what was learnt before stays, where
 * these are fewer than RUN_TIME_LEAST. table: of the experiment. Source: A. Hoerl, R. Kennard, Ridge regression,
 * Technometrics 12 (1970) 55; its penalty is chosen by leaving out each run in turn. */
enum { RUN_TIME_LEAST = 6 };
bool run_time_learn(struct run_time *model, const struct table *table);

/* Seconds that this trial is predicted to take; NaN while nothing is learnt. */
double run_time_predict(const struct run_time *model, size_t training);

/* Predict the costs of all packs (a second is EVALUATOR_SPEED), and sort those from `first` on, of which none has been
 * handed out; nothing while nothing is learnt. */
void run_time_sort(const struct run_time *model, struct packs *packs, size_t first);

/* Whenever the outcomes of the table have doubled: learn, and run_time_sort. Returns whether it did. */
bool run_time_order(struct run_time *model, const struct table *table, struct packs *packs, size_t first);

#endif
