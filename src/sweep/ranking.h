/* SPDX-License-Identifier: BSD-3-Clause */
/* What a sweep says: which cells may be the best, how sure that is, and which network to take. It knows the outcome
 * table, never files or words. */
#ifndef NSURF_SWEEP_RANKING_H
#define NSURF_SWEEP_RANKING_H

#include "base/statistics.h"
#include "sweep/comparison.h"
#include "sweep/table.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ranked {
    size_t cell;
    uint32_t hidden1, hidden2;
    double weights; /* and biases; whole */
    struct statistics error;
    double standard_error; /* of error.mean, as table_cell_standard_error has it */
};

/* Only cells whose trainings all ended ok are compared, by their mean error: where one diverged, the others are a
 * choice of the lucky. They are compared block by block: at the same repeat, at which all cells see the samples in the
 * same order; with folds at the same fold, by the mean over its repeats. All but the counts is undefined when no cell
 * is compared. */
struct ranking {
    enum split split;
    size_t trainings, folds, blocks; /* of each cell; folds: 0 without, blocks: folds, or else repeats */
    size_t compared, left_out;       /* cells */
    size_t *cells;                   /* [compared], ascending */
    struct comparison comparison;    /* of these, in their order */
    size_t set_count;
    struct ranked *set;               /* [set_count], the confidence set of the best, by mean error */
    struct ranked smallest;           /* of these: the fewest weights, then the lowest values, axis by axis */
    struct ranked largest;            /* of these: the most weights, then the lowest mean */
    double between_folds, of_repeats; /* standard deviations, with both folds and repeats; else NaN: of a fold's true
                                       * mean around the cell's, and of a training around its fold's, over all cells */
};

/* Whether there are errors of such samples. */
bool ranking_has(const struct table *table, enum split split);

/* The samples that chose where nothing says so, as files of earlier versions: by the errors that are there. */
enum split ranking_guess(const struct table *table);

/* Let these samples choose, in all that is said, written and drawn of the table from here on; SPLITS: those that the
 * run chose, which the table has. name: of the file, for the error. Errors: STATUS_USAGE, there are no errors of
 * such. */
enum status ranking_choose(struct table *table, enum split told, const char *name, struct error *err)
    __attribute__((warn_unused_result));

/* Owns: the caller, who calls ranking_free. Ranks: rank 0. Errors: STATUS_INTERNAL out of memory. */
enum status ranking_make(struct ranking *ranking, const struct table *table, enum split split, struct error *err)
    __attribute__((warn_unused_result));
void ranking_free(struct ranking *ranking);

/* A cell of the table with its error. Uses the table's room. Ranks: rank 0. */
struct ranked ranking_cell(const struct table *table, enum split split, size_t cell);

/* Which cells are in the set. *in_set: [table_cells], 1 or 0, for the caller to free(). Ranks: rank 0. Errors:
 * STATUS_INTERNAL out of memory. */
enum status ranking_flags(const struct ranking *ranking, const struct table *table, uint8_t **in_set,
                          struct error *err) __attribute__((warn_unused_result));

#endif
