/* SPDX-License-Identifier: BSD-3-Clause */
/* What a sweep says; see ranking.h. */
#include "sweep/ranking.h"

#include "base/mem.h"

#include <math.h>
#include <stdlib.h>

/* The cells that are compared, and what their errors are made of. */
struct compared {
    const struct table *table;
    const struct ranking *ranking;
};

struct ranked ranking_cell(const struct table *table, enum split split, size_t cell)
{
    const struct experiment *const experiment = table->experiment;
    const size_t each = experiment_cell_trainings(experiment);
    const struct trial trial = experiment_trial(experiment, cell * each);
    const uint32_t a = trial.hyper.hidden1, b = trial.hyper.hidden2;
    return (struct ranked){.cell = cell,
                           .hidden1 = a,
                           .hidden2 = b,
                           .weights = network_weights(&experiment->data, a, b),
                           .error = table_cell_error(table, split, cell),
                           .standard_error = table_cell_standard_error(table, split, cell)};
}

/* The mean error of a block: of a repeat, or of all repeats of a fold. */
static double error_at(const void *arg, size_t number, size_t block)
{
    const struct compared *const compared = arg;
    const struct ranking *const ranking = compared->ranking;
    const size_t each = ranking->trainings / ranking->blocks;
    const size_t first = ranking->cells[number] * ranking->trainings + block * each;
    double sum = 0;
    for (size_t training = first; training < first + each; training++)
        sum += table_error(compared->table, ranking->split, training);
    return sum / (double)each;
}

static enum status take_compared(struct ranking *ranking, const struct table *table, struct error *err)
{
    const size_t count = table_cells(table);
    ranking->cells = mem_array(count, sizeof *ranking->cells);
    if (!ranking->cells)
        return error_memory(err, "the cells to be compared");
    for (size_t cell = 0; cell < count; cell++)
        if (table_cell_error(table, ranking->split, cell).count == ranking->trainings)
            ranking->cells[ranking->compared++] = cell;
    ranking->left_out = count - ranking->compared;
    return STATUS_OK;
}

/* The parts of the variance of a cell with F folds of R repeats, by the means of squares of a one-way layout: a fold's
 * mean varies by between_folds^2 + of_repeats^2 / R. */
static void take_parts(struct ranking *ranking, const struct compared *compared)
{
    const size_t repeats = ranking->trainings / ranking->blocks;
    ranking->between_folds = ranking->of_repeats = (double)NAN;
    if (ranking->folds < 2 || repeats < 2)
        return;
    double folds = 0, within = 0;
    for (size_t number = 0; number < ranking->compared; number++)
        for (size_t fold = 0; fold < ranking->folds; fold++) {
            const double mean = error_at(compared, number, fold);
            folds += pow(mean - ranking->comparison.means[number], 2);
            const size_t first = ranking->cells[number] * ranking->trainings + fold * repeats;
            for (size_t training = first; training < first + repeats; training++)
                within += pow(table_error(compared->table, ranking->split, training) - mean, 2);
        }
    const double cells = (double)ranking->compared;
    within /= cells * (double)(ranking->folds * (repeats - 1));
    folds = folds / (cells * (double)(ranking->folds - 1)) - within / (double)repeats;
    ranking->of_repeats = sqrt(within);
    ranking->between_folds = sqrt(folds > 0 ? folds : 0);
}

static int by_mean(const void *a, const void *b)
{
    const struct ranked *const left = a, *const right = b;
    if (left->error.mean != right->error.mean)
        return left->error.mean < right->error.mean ? -1 : 1;
    return left->cell < right->cell ? -1 : 1;
}

static enum status take_set(struct ranking *ranking, const struct compared *compared, struct error *err)
{
    for (size_t number = 0; number < ranking->compared; number++)
        ranking->set_count += comparison_holds(&ranking->comparison, number);
    ranking->set = mem_array(ranking->set_count, sizeof *ranking->set);
    if (!ranking->set)
        return error_memory(err, "the best cells");
    size_t count = 0;
    for (size_t number = 0; number < ranking->compared; number++)
        if (comparison_holds(&ranking->comparison, number))
            ranking->set[count++] = ranking_cell(compared->table, ranking->split, ranking->cells[number]);
    qsort(ranking->set, count, sizeof *ranking->set, by_mean);
    ranking->smallest = ranking->largest = ranking->set[0];
    for (size_t i = 1; i < count; i++) {
        const struct ranked *const ranked = &ranking->set[i];
        if (ranked->weights < ranking->smallest.weights ||
            (ranked->weights == ranking->smallest.weights && ranked->cell < ranking->smallest.cell))
            ranking->smallest = *ranked;
        if (ranked->weights > ranking->largest.weights)
            ranking->largest = *ranked;
    }
    return STATUS_OK;
}

bool ranking_has(const struct table *table, enum split split)
{
    for (size_t t = 0; t < table->count; t++)
        if (!isnan(table_error(table, split, t)))
            return true;
    return false;
}

enum split ranking_guess(const struct table *table)
{
    return table->experiment->program               ? SPLIT_TRAIN
           : ranking_has(table, SPLIT_VALIDATION) ? SPLIT_VALIDATION
           : ranking_has(table, SPLIT_TEST)       ? SPLIT_TEST
                                                  : SPLIT_TRAIN;
}

enum status ranking_choose(struct table *table, enum split told, const char *name, struct error *err)
{
    if (told == SPLITS)
        return STATUS_OK;
    if (table->done > 0 && !ranking_has(table, told) && !table_diverged(table))
        return error_set(err, STATUS_USAGE, "--error %s: %s holds no errors of such samples", dataset_split_names[told],
                         name);
    table->shown = told;
    return STATUS_OK;
}

enum status ranking_make(struct ranking *ranking, const struct table *table, enum split split, struct error *err)
{
    const struct experiment *const experiment = table->experiment;
    *ranking = (struct ranking){.split = split,
                                .trainings = experiment_cell_trainings(experiment),
                                .folds = experiment->data.folds > 1 ? experiment->data.folds : 0};
    ranking->blocks = ranking->folds ? ranking->folds : experiment->repeats;
    struct compared compared = {.table = table, .ranking = ranking};
    enum status status = take_compared(ranking, table, err);
    const struct comparison_errors errors = {
        .cells = ranking->compared, .blocks = ranking->blocks, .at = error_at, .arg = &compared};
    if (!status && ranking->compared > 0)
        status = comparison_make(&ranking->comparison, &errors, err);
    if (!status && ranking->compared > 0) {
        take_parts(ranking, &compared);
        status = take_set(ranking, &compared, err);
    }
    return status;
}

enum status ranking_flags(const struct ranking *ranking, const struct table *table, uint8_t **in_set,
                          struct error *err)
{
    *in_set = mem_array(table_cells(table), sizeof **in_set);
    if (!*in_set)
        return error_memory(err, "the confidence set");
    for (size_t i = 0; i < ranking->set_count; i++)
        (*in_set)[ranking->set[i].cell] = 1;
    return STATUS_OK;
}

void ranking_free(struct ranking *ranking)
{
    comparison_free(&ranking->comparison);
    free(ranking->cells);
    free(ranking->set);
    ranking->cells = NULL;
    ranking->set = NULL;
}
