/* SPDX-License-Identifier: BSD-3-Clause */
/* Who trained when; see spans.h. */
#include "sweep/spans.h"

#include "base/mem.h"

#include <stdlib.h>

/* Every second span of a rank is merged into the one before it. Errors: STATUS_INTERNAL out of memory. */
static enum status halve(struct spans *spans, size_t ranks, struct error *err)
{
    size_t *const open = mem_array(ranks, sizeof *open); /* by rank: 1 + the place of a span without a partner, or 0 */
    if (!open)
        return error_memory(err, "the spans of the run");
    size_t kept = 0;
    for (size_t i = 0; i < spans->count; i++) {
        const struct span span = spans->list[i];
        if (open[span.rank] > 0) {
            struct span *const first = &spans->list[open[span.rank] - 1];
            first->end_s = span.end_s;
            first->busy_s += span.busy_s;
            first->trainings += span.trainings;
            open[span.rank] = 0;
        } else {
            spans->list[kept++] = span;
            open[span.rank] = kept;
        }
    }
    spans->count = kept;
    free(open);
    return STATUS_OK;
}

enum status spans_add(struct spans *spans, const struct span *span, size_t ranks, struct error *err)
{
    if (!spans->list) {
        spans->capacity = 2 * ranks > SPANS_MAX ? 2 * ranks : SPANS_MAX;
        spans->list = mem_array(spans->capacity, sizeof *spans->list);
        if (!spans->list)
            return error_memory(err, "the spans of the run");
    }
    if (spans->count == spans->capacity) {
        const enum status status = halve(spans, ranks, err);
        if (status)
            return status;
    }
    spans->list[spans->count++] = *span;
    return STATUS_OK;
}

void spans_free(struct spans *spans)
{
    free(spans->list);
    *spans = (struct spans){0};
}
