/* SPDX-License-Identifier: BSD-3-Clause */
/* What a sweep says: which cell is best, how sure that is, and which network to take. It knows the outcome table, never
 * files or words. */
#ifndef NSURF_SWEEP_RANKING_H
#define NSURF_SWEEP_RANKING_H

#include "base/statistics.h"
#include "sweep/table.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A mean within 5 % of the lowest counts as nearly as good. */
#define RANKING_NEAR 1.05

struct ranked {
    size_t cell;
    uint32_t hidden1, hidden2;
    double weights; /* and biases; whole */
    struct statistics error;
};

/* Compared are the cells whose trainings all ended ok, by their mean error: where one diverged, the others are a choice
 * of the lucky. All but the counts is undefined when no cell is compared. */
struct ranking {
    enum part part;
    size_t trainings;          /* of each cell */
    size_t compared, left_out; /* cells */
    /* The cells whose mean lies within one standard error of the lowest (with one training a cell: is the lowest), the
     * best first. Source: L. Breiman et al., Classification and Regression Trees (1984), section 3.4.3. */
    size_t equals_count;
    struct ranked *equals;
    struct ranked smallest; /* of these: fewest weights; of equally many the lower mean */
    struct ranked largest;  /* most weights of the cells whose mean is at most RANKING_NEAR times the lowest */
    double within_sd;       /* between the trainings of a cell, pooled over cells; NaN with one training a cell */
    double between_sd;      /* between the means of cells; NaN with one cell */
};

/* Whether there are errors of such samples. */
bool ranking_has(const struct table *table, enum part part);

/* The samples that choose unless the user does: validation if there are errors of such, else test, else training. */
enum part ranking_part(const struct table *table);

/* Owns: the caller, who calls ranking_free. Ranks: rank 0. Errors: STATUS_INTERNAL out of memory. */
enum status ranking_make(struct ranking *ranking, const struct table *table, enum part part, struct error *err)
    __attribute__((warn_unused_result));
void ranking_free(struct ranking *ranking);

#endif
