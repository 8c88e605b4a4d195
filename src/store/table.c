/* SPDX-License-Identifier: BSD-3-Clause */
/* The outcome table; see table.h. It knows no file. */
#include "store/table.h"

#include "base/mem.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

enum status table_create(struct table *table, const struct experiment *experiment, struct error *err)
{
    *table = (struct table){.experiment = experiment, .count = experiment_trainings(experiment)};
    table->outcomes = mem_array(table->count, sizeof *table->outcomes);
    if (!table->outcomes)
        return error_memory(err, "the outcome table");
    for (size_t i = 0; i < table->count; i++)
        table->outcomes[i] = outcome_without(OUTCOME_PENDING, 0);
    return STATUS_OK;
}

void table_free(struct table *table)
{
    free(table->outcomes);
    table->outcomes = NULL;
}

void table_set(struct table *table, size_t training, const struct outcome *outcome)
{
    assert(training < table->count);
    struct outcome *at = &table->outcomes[training];
    table->done -= at->status != OUTCOME_PENDING;
    *at = outcome->status == OUTCOME_OK ? *outcome : outcome_without(outcome->status, outcome->epochs);
    table->done += at->status != OUTCOME_PENDING;
}

size_t table_cells(const struct table *table)
{
    return table->experiment->hidden1.count * table->experiment->hidden2.count;
}

/* The trainings of a cell stand side by side. */
static const struct outcome *trainings_of(const struct table *table, size_t cell)
{
    return table->outcomes + cell * experiment_cell_trainings(table->experiment);
}

double table_cell_error(const struct table *table, enum part part, size_t cell)
{
    const struct outcome *trainings = trainings_of(table, cell);
    double sum = 0;
    size_t count = 0;
    for (size_t r = 0; r < experiment_cell_trainings(table->experiment); r++) {
        if (trainings[r].status == OUTCOME_OK) {
            sum += trainings[r].error[part];
            count++;
        }
    }
    return count ? sum / (double)count : (double)NAN;
}

double table_cell_misclassified(const struct table *table, enum part part, size_t cell)
{
    const struct experiment *const experiment = table->experiment;
    const struct outcome *trainings = trainings_of(table, cell);
    double sum = 0;
    size_t count = 0;
    for (size_t r = 0; r < experiment_cell_trainings(experiment); r++) {
        if (trainings[r].status == OUTCOME_OK) {
            sum += trainings[r].wrong[part] / (double)dataset_count(&experiment->data, part, r / experiment->repeats);
            count++;
        }
    }
    return count ? sum / (double)count : (double)NAN;
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
