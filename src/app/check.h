/* SPDX-License-Identifier: BSD-3-Clause */
/* Whether runs of a program come out alike when they are done again. What is seen stands in no file: results are made
 * from the outcomes alone. */
#ifndef NSURF_APP_CHECK_H
#define NSURF_APP_CHECK_H

#include "app/run.h"
#include "base/error.h"
#include "cluster/cluster.h"

#include <stdint.h>

/* Run so many of the trials that have an outcome again, which the seed chooses; each by another rank than the one in
 * ranks where there is one, and tell how many come out otherwise. ranks: [trainings], as struct sweep has it. run: its
 * sweep is over. Ranks: rank 0, while the others are in cluster_work. Errors: STATUS_INCOMPLETE when some differ, with
 * the first; STATUS_STOPPED; STATUS_INTERNAL; those of the keeper. */
enum status check_runs(struct run *run, struct cluster *cluster, const struct options *options, const uint32_t *ranks,
                       struct error *err) __attribute__((warn_unused_result));

#endif
