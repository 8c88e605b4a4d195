/* SPDX-License-Identifier: BSD-3-Clause */
/* Multiple comparisons with the best; see comparison.h. */
#include "sweep/comparison.h"

#include "base/mem.h"
#include "base/statistics.h"

#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_sf_psi.h>

static const double pi = 3.14159265358979323846;

/* P(the largest of `others` normal variables, any two of correlation 1/2, is above c): each is (Z - Z0) / sqrt(2), and
 * the integral over Z0 is a sum, since the trapezoidal rule converges exponentially on such functions. */
static double tail_of_largest(size_t others, double c)
{
    const double reach = 8, step = 0.125;
    double inside = 0;
    for (double z = -reach; z <= reach; z += step)
        inside += step * exp(-z * z / 2 + (double)others * log1p(-gsl_cdf_ugaussian_Q(sqrt(2) * c - z)));
    return 1 - inside / sqrt(2 * pi);
}

double comparison_critical(size_t others, double freedom)
{
    (void)gsl_set_error_handler_off(); /* which would end the process; what underflows becomes 0 */
    double low = 0, high = 10;
    while (high - low > 1e-12) {
        const double middle = (low + high) / 2;
        if (tail_of_largest(others, middle) > 1 - COMPARISON_CONFIDENCE)
            low = middle;
        else
            high = middle;
    }
    return gsl_cdf_tdist_Qinv(gsl_cdf_ugaussian_Q(high), freedom);
}

double comparison_paired_p(double t, double freedom)
{
    (void)gsl_set_error_handler_off();
    return isnan(t) ? t : 2 * gsl_cdf_tdist_Q(fabs(t), freedom);
}

double comparison_mcnemar_p(size_t first, size_t second)
{
    const size_t fewer = first < second ? first : second;
    return fmin(1, 2 * gsl_cdf_binomial_P((unsigned)fewer, 0.5, (unsigned)(first + second)));
}

static void take_means(struct comparison *comparison, const struct comparison_errors *errors)
{
    for (size_t cell = 0; cell < errors->cells; cell++) {
        double sum = 0;
        for (size_t block = 0; block < errors->blocks; block++)
            sum += errors->at(errors->arg, cell, block);
        comparison->means[cell] = sum / (double)errors->blocks;
        if (comparison->means[cell] < comparison->means[comparison->best])
            comparison->best = cell;
    }
}

/* Set effects, [blocks]: what a block adds to the error of a cell, by the median over cells. room: [cells]. */
static void take_effects(const struct comparison *comparison, const struct comparison_errors *errors, double *effects,
                         double *room)
{
    double sum = 0;
    for (size_t block = 0; block < errors->blocks; block++) {
        for (size_t cell = 0; cell < errors->cells; cell++)
            room[cell] = errors->at(errors->arg, cell, block) - comparison->means[cell];
        effects[block] = statistics_of(room, errors->cells).median;
        sum += effects[block];
    }
    for (size_t block = 0; block < errors->blocks; block++)
        effects[block] -= sum / (double)errors->blocks;
}

/* Set own, [cells]: the variance of each cell around its mean and the effects, which take one in `cells` of it. */
static void take_variances(struct comparison *comparison, const struct comparison_errors *errors, const double *effects,
                           double *own)
{
    const double cells = (double)errors->cells, freedom = (double)errors->blocks - 1;
    const double share = errors->cells > 1 ? 1 - 1 / cells : 1;
    double sum = 0;
    for (size_t cell = 0; cell < errors->cells; cell++) {
        double squares = 0;
        for (size_t block = 0; block < errors->blocks; block++) {
            const double effect = errors->cells > 1 ? effects[block] : 0;
            const double rest = errors->at(errors->arg, cell, block) - comparison->means[cell] - effect;
            squares += rest * rest;
        }
        own[cell] = squares / (freedom * share);
        sum += own[cell];
    }
    comparison->within_sd = sqrt(sum / cells);
}

/* y with trigamma(y) = value > 0, by Newton's method on 1 / trigamma, which is nearly linear. Source: Smyth (2004). */
static double trigamma_inverse(double value)
{
    double y = 0.5 + 1 / value;
    for (int i = 0; i < 50; i++) {
        const double trigamma = gsl_sf_psi_1(y);
        const double change = trigamma * (1 - trigamma / value) / gsl_sf_psi_n(2, y);
        y += change;
        if (-change < 1e-10 * y)
            break;
    }
    return y;
}

/* What the variances of the cells have in common: they are distributed as value * freedom / chi-squared(freedom).
 * An infinite freedom stands for one variance of all. */
struct prior {
    double value, freedom;
};

/* The prior by the mean and the variance of the variances' logarithms. What these spread beyond the uncertainty of each
 * is rounded up by half of its standard error: with few cells it is hardly known, and too much trust in a common
 * variance makes the set too small. own: [cells]. */
static struct prior prior_of(const struct comparison *comparison, const double *own)
{
    const double half = ((double)comparison->blocks - 1) / 2;
    double count = 0, sum = 0, squares = 0;
    for (size_t cell = 0; cell < comparison->cells; cell++)
        if (own[cell] > 0) {
            count++;
            sum += log(own[cell]);
        }
    for (size_t cell = 0; cell < comparison->cells; cell++)
        if (own[cell] > 0)
            squares += pow(log(own[cell]) - sum / count, 2);
    const double expected = gsl_sf_psi_1(half);
    const double uncertain = sqrt((gsl_sf_psi_n(3, half) + 2 * expected * expected) / count);
    const double beyond = count > 2 ? squares / (count - 1) - expected + uncertain / 2 : 0;
    if (!(beyond > 0))
        return (struct prior){comparison->within_sd * comparison->within_sd, (double)INFINITY};
    const double freedom = 2 * trigamma_inverse(beyond);
    const double mean = sum / count - gsl_sf_psi(half) + log(half) + gsl_sf_psi(freedom / 2) - log(freedom / 2);
    return (struct prior){exp(mean), freedom};
}

static double moderated(const struct prior *prior, double value, double freedom)
{
    return isinf(prior->freedom) ? prior->value
                                 : (prior->freedom * prior->value + freedom * value) / (prior->freedom + freedom);
}

/* The variances of the differences from the best, and how large a difference may be. */
static void compare(struct comparison *comparison, const struct comparison_errors *errors, const struct prior *prior)
{
    const double freedom = (double)errors->blocks - 1, most = freedom * ((double)errors->cells - 1);
    const struct prior of_difference = {2 * prior->value, prior->freedom};
    const double best = comparison->means[comparison->best];
    for (size_t cell = 0; cell < errors->cells; cell++) {
        double squares = 0;
        for (size_t block = 0; block < errors->blocks; block++) {
            const double difference =
                errors->at(errors->arg, cell, block) - errors->at(errors->arg, comparison->best, block);
            squares += pow(difference - (comparison->means[cell] - best), 2);
        }
        comparison->variances[cell] = moderated(&of_difference, squares / freedom, freedom);
    }
    comparison->freedom = fmin(prior->freedom + freedom, most); /* at most that of one variance of all */
    comparison->critical = comparison_critical(errors->cells - 1, comparison->freedom);
}

/* own: [cells], or NULL with one block. room: [cells]. */
static void take_shares(struct comparison *comparison, const double *own, const struct prior *prior, double *room)
{
    const size_t cells = comparison->cells;
    const double freedom = (double)comparison->blocks - 1, blocks = (double)comparison->blocks;
    for (size_t cell = 0; cell < cells; cell++)
        room[cell] = comparison->means[cell];
    const struct statistics means = statistics_of(room, cells);
    comparison->between_sd = means.sd;
    if (!own || !(means.sd > 0))
        return;
    const double ratio = comparison->within_sd / means.sd;
    comparison->chance = fmin(1, ratio * ratio / blocks);
    for (size_t cell = 0; cell < cells; cell++)
        room[cell] = fabs(comparison->means[cell] - means.median);
    /* Both medians become those of a normal distribution's variance. */
    const double between = pow(statistics_of(room, cells).median / gsl_cdf_ugaussian_Pinv(0.75), 2);
    for (size_t cell = 0; cell < cells; cell++)
        room[cell] = own[cell];
    const double within = statistics_of(room, cells).median * freedom / gsl_cdf_chisq_Pinv(0.5, freedom);
    const double most = within * gsl_cdf_chisq_Qinv(0.001 / (double)cells, freedom) / freedom;
    for (size_t cell = 0; cell < cells; cell++)
        comparison->noisy += own[cell] > most;
    if (!(between > 0))
        return;
    comparison->chance_median = fmin(1, within / blocks / between);
    const double of_best = moderated(prior, own[comparison->best], freedom);
    comparison->optimism = fmin(1, of_best / blocks / between) * (means.median - comparison->means[comparison->best]);
}

enum status comparison_make(struct comparison *comparison, const struct comparison_errors *errors, struct error *err)
{
    const double none = (double)NAN;
    (void)gsl_set_error_handler_off();
    *comparison = (struct comparison){.cells = errors->cells,
                                      .blocks = errors->blocks,
                                      .freedom = none,
                                      .critical = none,
                                      .within_sd = none,
                                      .between_sd = none,
                                      .chance = none,
                                      .chance_median = none,
                                      .optimism = none};
    comparison->means = mem_array(errors->cells, sizeof *comparison->means);
    comparison->variances = mem_array(errors->cells, sizeof *comparison->variances);
    double *const own = mem_array(errors->cells, sizeof *own), *const room = mem_array(errors->cells, sizeof *room);
    double *const effects = mem_array(errors->blocks, sizeof *effects);
    const bool enough = comparison->means && comparison->variances && own && room && effects;
    if (enough) {
        take_means(comparison, errors);
        for (size_t cell = 0; cell < errors->cells; cell++)
            comparison->variances[cell] = none;
    }
    struct prior prior = {none, none};
    if (enough && errors->blocks > 1) {
        take_effects(comparison, errors, effects, room);
        take_variances(comparison, errors, effects, own);
        prior = prior_of(comparison, own);
    }
    if (enough && errors->blocks > 1 && errors->cells > 1)
        compare(comparison, errors, &prior);
    if (enough)
        take_shares(comparison, errors->blocks > 1 ? own : NULL, &prior, room);
    free(own);
    free(room);
    free(effects);
    return enough ? STATUS_OK : error_memory(err, "the comparison of the cells");
}

void comparison_free(struct comparison *comparison)
{
    free(comparison->means);
    free(comparison->variances);
    comparison->means = comparison->variances = NULL;
}

bool comparison_holds(const struct comparison *comparison, size_t cell)
{
    const double difference = comparison->means[cell] - comparison->means[comparison->best];
    if (cell == comparison->best || difference == 0 || comparison->blocks < 2)
        return cell == comparison->best || difference == 0;
    return difference <= comparison->critical * sqrt(comparison->variances[cell] / (double)comparison->blocks);
}
