/* SPDX-License-Identifier: BSD-3-Clause */
/* PREFIX.failures: what a run's program said where it failed. */
#ifndef NSURF_APP_FAILURES_H
#define NSURF_APP_FAILURES_H

#include "base/error.h"
#include "sweep/experiment.h"

#include <stddef.h>

/* Zero it to begin. */
struct failures {
    size_t count, used, capacity;
    char *text; /* [used] */
};

/* Note a run that failed in the end, and why, in lines. Only the first thousand are kept word by word. */
void failures_add(struct failures *failures, const struct experiment *experiment, size_t training,
                  const struct outcome *outcome, const char *why);

/* Write PREFIX.failures; where nothing failed, take away that of an earlier run. Ranks: rank 0.
 * Errors: STATUS_IO, STATUS_INTERNAL. */
enum status failures_write(const struct failures *failures, const char *prefix, struct error *err)
    __attribute__((warn_unused_result));

void failures_free(struct failures *failures);

#endif
