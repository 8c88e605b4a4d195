/* SPDX-License-Identifier: BSD-3-Clause */
/* PREFIX.failures: what a run's program said where it failed. */
#ifndef NSURF_APP_FAILURES_H
#define NSURF_APP_FAILURES_H

#include "base/error.h"
#include "sweep/experiment.h"
#include "sweep/table.h"

#include <stddef.h>

enum { FAILURES_LINE = 640 };

/* Zero it to begin. */
struct failures {
    size_t count, used, capacity;
    char *text; /* [used] */
};

/* One line on a run that failed: by which rank, of which cell, how it ended, and the last line of its errors. */
void failures_line(char line[FAILURES_LINE], const struct experiment *experiment, size_t training, uint32_t rank,
                   const char *why);

/* Note a run that failed in the end, and why, in lines. Only the first thousand are kept word by word. */
void failures_add(struct failures *failures, const struct experiment *experiment, size_t training,
                  const struct outcome *outcome, const char *why);

/* Write PREFIX.failures of what failed in this run; that of an earlier run stays where nothing did and an outcome of
 * the table is failed still, and is taken away where none is. Ranks: rank 0. Errors: STATUS_IO, STATUS_INTERNAL. */
enum status failures_write(const struct failures *failures, const struct table *table, const char *prefix,
                           struct error *err) __attribute__((warn_unused_result));

void failures_free(struct failures *failures);

#endif
