/* SPDX-License-Identifier: BSD-3-Clause */
/* The outcome table; see table.h. It knows no file. */
#include "sweep/table.h"

#include "base/mem.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

enum split table_usual(const struct experiment *experiment)
{
    const struct dataset *const data = &experiment->data;
    return experiment->program                        ? SPLIT_TRAIN
           : dataset_count(data, SPLIT_VALIDATION, 0) > 0 ? SPLIT_VALIDATION
           : dataset_count(data, SPLIT_TEST, 0) > 0       ? SPLIT_TEST
                                                         : SPLIT_TRAIN;
}

enum status table_create(struct table *table, const struct experiment *experiment, struct error *err)
{
    *table = (struct table){.experiment = experiment, .count = experiment_trainings(experiment)};
    table->outcomes = mem_array(table->count, sizeof *table->outcomes);
    table->room = mem_array(experiment_cell_trainings(experiment), sizeof *table->room);
    if (!table->outcomes || !table->room)
        return error_memory(err, "the outcome table");
    table->shown = table_usual(experiment);
    for (size_t i = 0; i < table->count; i++)
        table->outcomes[i] = outcome_without(OUTCOME_PENDING, 0);
    return STATUS_OK;
}

void table_free(struct table *table)
{
    free(table->outcomes);
    free(table->room);
    table->outcomes = NULL;
    table->room = NULL;
}

void table_set(struct table *table, size_t training, const struct outcome *outcome)
{
    assert(training < table->count);
    struct outcome *at = &table->outcomes[training];
    table->done -= at->status != OUTCOME_PENDING;
    *at = *outcome;
    if (outcome->status != OUTCOME_OK) {
        *at = outcome_without(outcome->status, outcome->epochs);
        at->run = outcome->run;
    }
    table->done += at->status != OUTCOME_PENDING;
}

bool table_is_open(const struct table *table, size_t training)
{
    const uint32_t status = table->outcomes[training].status;
    return status == OUTCOME_PENDING || status == OUTCOME_FAILED;
}

size_t table_kept(const struct table *table)
{
    size_t kept = 0;
    for (size_t training = 0; training < table->count; training++)
        kept += !table_is_open(table, training);
    return kept;
}

size_t table_cells(const struct table *table)
{
    return experiment_cells(table->experiment);
}

/* The trainings of a cell stand side by side. */
static const struct outcome *trainings_of(const struct table *table, size_t cell)
{
    return table->outcomes + cell * experiment_cell_trainings(table->experiment);
}

double table_error(const struct table *table, enum split split, size_t training)
{
    return table->outcomes[training].error[split]; /* as outcome_without has it */
}

double table_misclassified(const struct table *table, enum split split, size_t training)
{
    const struct experiment *const experiment = table->experiment;
    const struct outcome *const outcome = &table->outcomes[training];
    const size_t fold = training % experiment_cell_trainings(experiment) / experiment->repeats;
    const size_t samples = dataset_count(&experiment->data, split, fold);
    return outcome->status == OUTCOME_OK && samples ? outcome->misclassified[split] / (double)samples : (double)NAN;
}

static struct statistics of_cell(const struct table *table, enum split split, size_t cell,
                                 double value_of(const struct table *, enum split, size_t training))
{
    const size_t each = experiment_cell_trainings(table->experiment);
    size_t count = 0;
    for (size_t training = cell * each; training < (cell + 1) * each; training++) {
        const double value = value_of(table, split, training);
        if (!isnan(value))
            table->room[count++] = value;
    }
    return statistics_of(table->room, count);
}

struct statistics table_cell_error(const struct table *table, enum split split, size_t cell)
{
    return of_cell(table, split, cell, table_error);
}

struct statistics table_cell_misclassified(const struct table *table, enum split split, size_t cell)
{
    return of_cell(table, split, cell, table_misclassified);
}

bool table_diverged(const struct table *table)
{
    for (size_t t = 0; t < table->count; t++)
        if (table->outcomes[t].status != OUTCOME_DIVERGED)
            return false;
    return table->count > 0;
}

double table_cell_standard_error(const struct table *table, enum split split, size_t cell)
{
    const struct experiment *const experiment = table->experiment;
    const size_t each = experiment_cell_trainings(experiment), repeats = experiment->repeats;
    const struct statistics error = table_cell_error(table, split, cell);
    if (experiment->data.folds <= 1)
        return statistics_standard_error(&error);
    double squares = 0, clusters = 0;
    for (size_t fold = 0; fold < each / repeats; fold++) {
        double rest = 0;
        size_t count = 0;
        for (size_t training = cell * each + fold * repeats; training < cell * each + (fold + 1) * repeats;
             training++) {
            const double value = table_error(table, split, training);
            rest += isnan(value) ? 0 : value - error.mean;
            count += isnan(value) ? 0 : 1;
        }
        squares += rest * rest;
        clusters += count > 0;
    }
    return clusters > 1 ? sqrt(squares * clusters / (clusters - 1)) / (double)error.count : (double)NAN;
}

double table_sample_error(const struct table *table, enum split split, size_t training)
{
    const struct experiment *const experiment = table->experiment;
    const struct outcome *const outcome = &table->outcomes[training];
    const size_t fold = training % experiment_cell_trainings(experiment) / experiment->repeats;
    const size_t samples = dataset_count(&experiment->data, split, fold);
    return outcome->status == OUTCOME_OK && samples ? outcome->spread[split] / sqrt((double)samples) : (double)NAN;
}

double table_cell_sample_error(const struct table *table, enum split split, size_t cell)
{
    const struct experiment *const experiment = table->experiment;
    const size_t each = experiment_cell_trainings(experiment), repeats = experiment->repeats, first = cell * each;
    double variance = 0, count = 0;
    for (size_t fold = 0; fold < each / repeats; fold++) {
        double sum = 0;
        for (size_t t = first + fold * repeats; t < first + (fold + 1) * repeats; t++)
            if (table->outcomes[t].status == OUTCOME_OK) {
                sum += table_sample_error(table, split, t);
                count++;
            }
        variance += sum * sum;
    }
    return count > 0 ? sqrt(variance) / count : (double)NAN;
}

uint32_t table_cell_ok(const struct table *table, size_t cell)
{
    const struct outcome *trainings = trainings_of(table, cell);
    uint32_t ok = 0;
    for (size_t r = 0; r < experiment_cell_trainings(table->experiment); r++)
        ok += trainings[r].status == OUTCOME_OK;
    return ok;
}

uint32_t table_cell_status(const struct table *table, size_t cell)
{
    const struct outcome *trainings = trainings_of(table, cell);
    uint32_t status = OUTCOME_OK;
    for (size_t r = 0; r < experiment_cell_trainings(table->experiment); r++)
        status = trainings[r].status > status ? trainings[r].status : status;
    return status;
}

uint32_t table_cell_epochs(const struct table *table, size_t cell)
{
    const struct outcome *trainings = trainings_of(table, cell);
    uint32_t epochs = 0;
    for (size_t r = 0; r < experiment_cell_trainings(table->experiment); r++)
        epochs = trainings[r].epochs > epochs ? trainings[r].epochs : epochs;
    return epochs;
}
