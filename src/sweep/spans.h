/* SPDX-License-Identifier: BSD-3-Clause */
/* Who trained when: the spans of time that a run's report keeps. However long the run, a bounded number of them: when
 * the room is full, neighbouring spans of a worker become one. */
#ifndef NSURF_SWEEP_SPANS_H
#define NSURF_SWEEP_SPANS_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

/* From the start of the training phase. */
struct span {
    uint32_t rank;
    double start_s, end_s; /* when it began the first and had ended the last of these trainings */
    double busy_s;         /* spent in training between */
    uint64_t trainings;    /* outcomes that it returned */
};

struct spans {
    size_t count, capacity;
    struct span *list; /* [count], by the end of their first trainings */
};

enum { SPANS_MAX = 1 << 14 }; /* or twice the ranks, where that is more */

/* Add a span, which ended after all that this rank has; spans is zero to begin. ranks: above that of the span. Ranks:
 * rank 0. Errors: STATUS_INTERNAL out of memory. */
enum status spans_add(struct spans *spans, const struct span *span, size_t ranks, struct error *err)
    __attribute__((warn_unused_result));
void spans_free(struct spans *spans);

#endif
