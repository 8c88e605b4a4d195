/* SPDX-License-Identifier: BSD-3-Clause */
/* Multiple comparisons with the best: which cells may have the lowest true mean, at a stated confidence, and how much
 * of what is seen is chance. It knows numbers, never networks. */
#ifndef NSURF_SWEEP_COMPARISON_H
#define NSURF_SWEEP_COMPARISON_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

#define COMPARISON_CONFIDENCE 0.95

/* Errors of cells that were all measured in the same blocks: a block is a repeat, or a fold. All are finite. */
struct comparison_errors {
    size_t cells, blocks; /* 1 or more */
    double (*at)(const void *arg, size_t cell, size_t block);
    const void *arg;
};

/* The model: error = mean of the cell + effect of the block + noise, the noise normal and independent, with a variance
 * of each cell's own. Each cell is compared with the cell of the lowest mean, by the differences block by block. The
 * set holds the cells whose mean difference is at most `critical` of its standard errors; so it holds the cell of the
 * lowest true mean with COMPARISON_CONFIDENCE. The variances of the differences are moderated by those of all cells.
 * Source: J. Hsu, Multiple Comparisons: Theory and Methods (1996), chapter 4; G. Smyth, Linear models and empirical
 * Bayes methods, Statistical Applications in Genetics and Molecular Biology 3 (2004) 3, section 6. */
struct comparison {
    size_t cells, blocks;
    size_t best;       /* the lowest mean; of equal ones the first */
    double *means;     /* [cells] */
    double *variances; /* [cells], of the difference from the best in a block; moderated. NaN with one block or cell */
    double freedom;    /* degrees of freedom of each variance */
    double critical;
    double within_sd;  /* of one error, without the effects of blocks, pooled over cells; NaN with one block */
    double between_sd; /* between the means of cells; NaN with one cell */
    /* The share of the variance between the cells' means that the noise explains, 0 to 1: pooled, and by medians, which
     * a few wild cells do not change. NaN with one block, with one cell, and where the means do not differ. */
    double chance, chance_median;
    size_t noisy; /* cells whose noise the medians leave out: more than theirs has in one of 1000 such comparisons */
    /* By how much the lowest mean is expected to lie below its true value, for having been chosen: its share of chance
     * times its distance from the median of the means. NaN where chance_median is.
     * Source: B. Efron, Tweedie's formula and selection bias, JASA 106 (2011) 1602, equation 2.9. */
    double optimism;
};

/* Owns: the caller, who calls comparison_free, on failure too. Ranks: local. Errors: STATUS_INTERNAL out of memory. */
enum status comparison_make(struct comparison *comparison, const struct comparison_errors *errors, struct error *err)
    __attribute__((warn_unused_result));
void comparison_free(struct comparison *comparison);

/* Whether the cell is in the set. With one block: whether its mean is the lowest. */
bool comparison_holds(const struct comparison *comparison, size_t cell);

/* What a difference from the lowest mean may be, in standard errors, when there are so many other cells: the one-sided
 * upper 5 % point of the largest of so many correlated (1/2) normal variables, at the same tail of Student's t.
 * Source: C. Dunnett, Journal of the American Statistical Association 50 (1955) 1096. */
double comparison_critical(size_t others, double freedom);

/* The two-sided p of a mean difference between pairs that is t of its standard errors from 0; NaN where t is.
 * Source: Student's paired test. */
double comparison_paired_p(double t, double freedom);

/* The exact two-sided p of McNemar's test, when so many pairs differ in one way and in the other: of first + second
 * throws of a coin, to be at least as far from the half.
 * Source: Q. McNemar, Psychometrika 12 (1947) 153. */
double comparison_mcnemar_p(size_t first, size_t second);

#endif
