/* SPDX-License-Identifier: BSD-3-Clause */
/* Which axis matters; see effects.h. */
#include "sweep/effects.h"

#include "base/mem.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* A fit stops when a round changes no effect by more than this, in standard deviations of the cells. Without missing
 * cells that is the second round. */
static const double tolerance = 1e-13;
enum { ROUNDS_MAX = 10000 };

/* The additive model while it is fitted. */
struct fit {
    const struct ranking *ranking;
    const struct experiment *experiment;
    size_t stride[AXES_MAX];  /* of a place on the axis, in cells */
    size_t *counts[AXES_MAX]; /* [the axis's count]: cells with this value */
    double *values[AXES_MAX]; /* [the axis's count]: the effect of each value */
    double *sums, *rests;     /* [longest axis], [compared] */
    double mean, squares;     /* of the cells; the sum of squares around it */
};

static size_t place_of(const struct fit *fit, size_t axis, size_t number)
{
    return fit->ranking->cells[number] / fit->stride[axis] % fit->experiment->axes[axis].count;
}

/* Move what the axis explains of the rests into its effects. Returns the largest change. */
static double take_axis(struct fit *fit, size_t axis)
{
    const size_t count = fit->experiment->axes[axis].count;
    double most = 0;
    for (size_t v = 0; v < count; v++)
        fit->sums[v] = 0;
    for (size_t number = 0; number < fit->ranking->compared; number++)
        fit->sums[place_of(fit, axis, number)] += fit->rests[number];
    for (size_t v = 0; v < count; v++) {
        fit->sums[v] /= fit->counts[axis][v] ? (double)fit->counts[axis][v] : 1;
        fit->values[axis][v] += fit->sums[v];
        most = fmax(most, fabs(fit->sums[v]));
    }
    for (size_t number = 0; number < fit->ranking->compared; number++)
        fit->rests[number] -= fit->sums[place_of(fit, axis, number)];
    return most;
}

/* Fit the model without one axis, by one axis after the other (the method of Gauss and Seidel). Returns the sum of
 * squares that it leaves. */
static double fit_without(struct fit *fit, size_t left_out)
{
    const struct experiment *const experiment = fit->experiment;
    const size_t compared = fit->ranking->compared;
    const double enough = tolerance * sqrt(fit->squares / (double)compared);
    for (size_t number = 0; number < compared; number++)
        fit->rests[number] = fit->ranking->comparison.means[number] - fit->mean;
    for (size_t a = 0; a < experiment->axis_count; a++)
        memset(fit->values[a], 0, experiment->axes[a].count * sizeof *fit->values[a]);
    double most = INFINITY;
    for (int round = 0; round < ROUNDS_MAX && most > enough; round++) {
        most = 0;
        for (size_t a = 0; a < experiment->axis_count; a++)
            if (a != left_out && experiment->axes[a].count > 1)
                most = fmax(most, take_axis(fit, a));
    }
    double squares = 0;
    for (size_t number = 0; number < compared; number++)
        squares += fit->rests[number] * fit->rests[number];
    return squares;
}

static void take_sums(struct fit *fit)
{
    const size_t compared = fit->ranking->compared;
    for (size_t number = 0; number < compared; number++) {
        fit->mean += fit->ranking->comparison.means[number];
        for (size_t a = 0; a < fit->experiment->axis_count; a++)
            fit->counts[a][place_of(fit, a, number)]++;
    }
    fit->mean /= (double)compared;
    for (size_t number = 0; number < compared; number++)
        fit->squares += pow(fit->ranking->comparison.means[number] - fit->mean, 2);
}

/* The mean of the model over all cells with each value: that of all cells of the grid, and the value's own effect. */
static void take_means(struct effects *effects, const struct fit *fit)
{
    double average[AXES_MAX], of_all = fit->mean;
    for (size_t a = 0; a < effects->axis_count; a++) {
        const size_t count = fit->experiment->axes[a].count;
        double sum = 0, there = 0;
        for (size_t v = 0; v < count; v++)
            if (fit->counts[a][v]) {
                sum += fit->values[a][v];
                there++;
            }
        average[a] = sum / there;
        of_all += average[a];
    }
    for (size_t a = 0; a < effects->axis_count; a++)
        for (size_t v = 0; v < fit->experiment->axes[a].count; v++)
            effects->means[a][v] = fit->counts[a][v] ? of_all + fit->values[a][v] - average[a] : (double)NAN;
}

static void take_shares(struct effects *effects, struct fit *fit)
{
    const size_t none = effects->axis_count;
    const double rest = fit_without(fit, none);
    take_means(effects, fit);
    const double rounding = 1e-14 * fit->mean;
    if (!(fit->squares > (double)fit->ranking->compared * rounding * rounding))
        return;
    effects->rest = rest / fit->squares;
    for (size_t a = 0; a < effects->axis_count; a++)
        if (fit->experiment->axes[a].count > 1)
            effects->share[a] = fmax(0, fit_without(fit, a) - rest) / fit->squares;
}

/* Everything that effects and fit need; false when there is not enough memory. */
static bool take_room(struct effects *effects, struct fit *fit)
{
    size_t longest = 1, stride = 1;
    bool enough = true;
    for (size_t a = effects->axis_count; a-- > 0;) {
        const size_t count = fit->experiment->axes[a].count;
        fit->stride[a] = stride;
        stride *= count;
        longest = count > longest ? count : longest;
        fit->counts[a] = mem_array(count, sizeof *fit->counts[a]);
        fit->values[a] = mem_array(count, sizeof *fit->values[a]);
        effects->means[a] = mem_array(count, sizeof *effects->means[a]);
        enough = enough && fit->counts[a] && fit->values[a] && effects->means[a];
    }
    fit->sums = mem_array(longest, sizeof *fit->sums);
    fit->rests = mem_array(fit->ranking->compared, sizeof *fit->rests);
    return enough && fit->sums && fit->rests;
}

enum status effects_make(struct effects *effects, const struct ranking *ranking, const struct table *table,
                         struct error *err)
{
    struct fit fit = {.ranking = ranking, .experiment = table->experiment};
    *effects = (struct effects){.axis_count = table->experiment->axis_count, .rest = (double)NAN};
    for (size_t a = 0; a < AXES_MAX; a++)
        effects->share[a] = (double)NAN;
    const bool enough = take_room(effects, &fit);
    if (enough) {
        take_sums(&fit);
        take_shares(effects, &fit);
    }
    for (size_t a = 0; a < effects->axis_count; a++) {
        free(fit.counts[a]);
        free(fit.values[a]);
    }
    free(fit.sums);
    free(fit.rests);
    return enough ? STATUS_OK : error_memory(err, "the effects of the axes");
}

void effects_free(struct effects *effects)
{
    for (size_t a = 0; a < effects->axis_count; a++)
        free(effects->means[a]);
    *effects = (struct effects){0};
}
