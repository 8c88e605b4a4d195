/* SPDX-License-Identifier: BSD-3-Clause */
/* Which axis matters: the marginal means of each, and its share of the variance between the cells. It knows the
 * ranking's cells and means, never files or words. */
#ifndef NSURF_SWEEP_EFFECTS_H
#define NSURF_SWEEP_EFFECTS_H

#include "sweep/ranking.h"
#include "sweep/table.h"

#include <stddef.h>

/* The additive model: mean error of a cell = a number for each value of each axis, summed; fitted by least squares to
 * the cells that are compared. All cells count alike.
 * A marginal mean is the mean of the model over all cells with that value, whether compared or not. The share of an
 * axis is what the sum of squares that the model leaves would grow by without the axis (type II), over the sum of
 * squares around the mean of all. Where no cell is missing, a marginal mean is the plain mean of its cells, and the
 * shares are those of the main effects of a functional analysis of variance, which with `rest` add up to 1. Where
 * cells are missing they need not: the fit then also decides between axes.
 * Chance makes means differ too: it adds about (values - 1) / (cells - 1) of its share (comparison.h) to that of each
 * axis.
 * Source: F. Hutter, H. Hoos, K. Leyton-Brown, An efficient approach for assessing hyperparameter importance, ICML
 * 2014, equation 4; S. Searle, F. Speed, G. Milliken, Population marginal means in the linear model, The American
 * Statistician 34 (1980) 216; F. Yates, Journal of the American Statistical Association 29 (1934) 51, for type II. */
struct effects {
    size_t axis_count;
    double share[AXES_MAX];  /* 0 to 1; NaN for an axis of one value, and where the means do not differ */
    double *means[AXES_MAX]; /* [the axis's count]; NaN where no cell of that value is compared */
    double rest;             /* the share that the model leaves: interactions, and their part of chance; NaN as share */
};

/* ranking: of this table, with a cell that is compared. Owns: the caller, who calls effects_free, on failure too.
 * Ranks: rank 0. Errors: STATUS_INTERNAL out of memory. */
enum status effects_make(struct effects *effects, const struct ranking *ranking, const struct table *table,
                         struct error *err) __attribute__((warn_unused_result));
void effects_free(struct effects *effects);

#endif
