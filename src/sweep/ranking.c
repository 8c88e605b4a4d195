/* SPDX-License-Identifier: BSD-3-Clause */
/* What a sweep says; see ranking.h. */
#include "sweep/ranking.h"

#include "base/mem.h"

#include <math.h>
#include <stdlib.h>

static struct ranked ranked_of(const struct table *table, enum part part, size_t cell)
{
    const struct experiment *const experiment = table->experiment;
    const struct trial trial = experiment_trial(experiment, cell * experiment_cell_trainings(experiment));
    const uint32_t a = trial.hyper.hidden1, b = trial.hyper.hidden2;
    return (struct ranked){.cell = cell,
                           .hidden1 = a,
                           .hidden2 = b,
                           .weights = network_weights(&experiment->data, a, b),
                           .error = table_cell_error(table, part, cell)};
}

/* The mean of each cell, NaN for one that is not compared, and the spread within cells. means: [cells]. */
static void take_means(struct ranking *ranking, const struct table *table, double *means)
{
    struct statistics_pool pool = {0};
    for (size_t cell = 0; cell < table_cells(table); cell++) {
        const struct statistics error = table_cell_error(table, ranking->part, cell);
        const bool whole = error.count == ranking->trainings;
        means[cell] = whole ? error.mean : (double)NAN;
        ranking->compared += whole;
        ranking->left_out += !whole;
        if (whole)
            statistics_pool_add(&pool, &error);
    }
    ranking->within_sd = statistics_pool_sd(&pool);
}

static int by_mean(const void *a, const void *b)
{
    const struct ranked *const left = a, *const right = b;
    if (left->error.mean != right->error.mean)
        return left->error.mean < right->error.mean ? -1 : 1;
    return left->cell < right->cell ? -1 : 1;
}

/* The cells whose mean is at most limit. means: [cells]. */
static enum status take_equals(struct ranking *ranking, const struct table *table, const double *means, double limit,
                               struct error *err)
{
    for (size_t cell = 0; cell < table_cells(table); cell++)
        ranking->equals_count += means[cell] <= limit;
    ranking->equals = mem_array(ranking->equals_count, sizeof *ranking->equals);
    if (!ranking->equals)
        return error_memory(err, "the best cells");
    size_t count = 0;
    for (size_t cell = 0; cell < table_cells(table); cell++)
        if (means[cell] <= limit)
            ranking->equals[count++] = ranked_of(table, ranking->part, cell);
    qsort(ranking->equals, count, sizeof *ranking->equals, by_mean);
    ranking->smallest = ranking->equals[0];
    for (size_t i = 1; i < count; i++)
        if (ranking->equals[i].weights < ranking->smallest.weights)
            ranking->smallest = ranking->equals[i];
    return STATUS_OK;
}

/* The largest of the cells whose mean is at most limit; of equally large ones that with the lower mean. */
static void take_largest(struct ranking *ranking, const struct table *table, const double *means, double limit)
{
    ranking->largest = ranking->equals[0];
    for (size_t cell = 0; cell < table_cells(table); cell++) {
        if (!(means[cell] <= limit))
            continue;
        const struct ranked other = ranked_of(table, ranking->part, cell);
        const double more = other.weights - ranking->largest.weights;
        if (more > 0 || (more == 0 && other.error.mean < ranking->largest.error.mean))
            ranking->largest = other;
    }
}

bool ranking_has(const struct table *table, enum part part)
{
    for (size_t t = 0; t < table->count; t++)
        if (!isnan(table_error(table, part, t)))
            return true;
    return false;
}

enum part ranking_part(const struct table *table)
{
    return ranking_has(table, PART_VALIDATION) ? PART_VALIDATION
           : ranking_has(table, PART_TEST)     ? PART_TEST
                                               : PART_TRAIN;
}

enum status ranking_make(struct ranking *ranking, const struct table *table, enum part part, struct error *err)
{
    const size_t cells = table_cells(table);
    *ranking = (struct ranking){.part = part, .trainings = experiment_cell_trainings(table->experiment)};
    double *const means = mem_array(cells, sizeof *means);
    if (!means)
        return error_memory(err, "the means of the cells");
    take_means(ranking, table, means);
    enum status status = STATUS_OK;
    if (ranking->compared > 0) {
        size_t best = 0;
        for (size_t cell = 1; cell < cells; cell++)
            if (means[cell] < means[best] || isnan(means[best]))
                best = cell;
        const struct statistics lowest = table_cell_error(table, part, best);
        const double reach = lowest.count > 1 ? statistics_standard_error(&lowest) : 0;
        status = take_equals(ranking, table, means, lowest.mean + reach, err);
        if (!status)
            take_largest(ranking, table, means, lowest.mean * RANKING_NEAR);
        size_t count = 0; /* those compared move to the front */
        for (size_t cell = 0; cell < cells; cell++)
            if (!isnan(means[cell]))
                means[count++] = means[cell];
        ranking->between_sd = statistics_of(means, count).sd;
    }
    free(means);
    return status;
}

void ranking_free(struct ranking *ranking)
{
    free(ranking->equals);
    ranking->equals = NULL;
}
