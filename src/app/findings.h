/* SPDX-License-Identifier: BSD-3-Clause */
/* What a sweep says, in lines for people: the best cell and those that may be, what the choice is worth, what is
 * chance, which axis matters. `nsurf best` and the end of a run say it. It knows no file. */
#ifndef NSURF_APP_FINDINGS_H
#define NSURF_APP_FINDINGS_H

#include "base/error.h"
#include "sweep/effects.h"
#include "sweep/ranking.h"
#include "sweep/table.h"

struct findings {
    struct ranking ranking;
    struct effects effects; /* zero when no cell is compared */
};

/* split: whose error chooses. Owns: the caller, who calls findings_free, on failure too. Ranks: rank 0.
 * Errors: STATUS_INTERNAL out of memory. */
enum status findings_make(struct findings *findings, const struct table *table, enum split split, struct error *err)
    __attribute__((warn_unused_result));
void findings_free(struct findings *findings);

/* Where the lines go. */
typedef void findings_outlet(const char *line);

/* Say all of it. Uses the table's room. Ranks: rank 0. */
void findings_tell(const struct findings *findings, const struct table *table, findings_outlet *say);

#endif
