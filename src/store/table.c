/* SPDX-License-Identifier: BSD-3-Clause */
/* The outcome table; see table.h. It knows no file. */
#include "store/table.h"

#include "base/mem.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

static const struct outcome pending = {.error = (double)NAN, .status = OUTCOME_PENDING};

enum status table_create(struct table *table, const struct experiment *experiment, struct error *err)
{
    *table = (struct table){.experiment = experiment, .count = experiment_trainings(experiment)};
    table->outcomes = mem_array(table->count, sizeof *table->outcomes);
    if (!table->outcomes)
        return error_memory(err, "the outcome table");
    for (size_t i = 0; i < table->count; i++)
        table->outcomes[i] = pending;
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
    *at = *outcome;
    if (at->status != OUTCOME_OK)
        at->error = (double)NAN;
    table->done += at->status != OUTCOME_PENDING;
}

size_t table_cells(const struct table *table)
{
    return table->experiment->hidden1.count * table->experiment->hidden2.count;
}

/* The repeats of a cell stand side by side. */
static const struct outcome *repeats_of(const struct table *table, size_t cell)
{
    return table->outcomes + cell * table->experiment->repeats;
}

double table_cell_error(const struct table *table, size_t cell)
{
    const struct outcome *repeats = repeats_of(table, cell);
    double sum = 0;
    uint32_t count = 0;
    for (uint32_t r = 0; r < table->experiment->repeats; r++) {
        if (repeats[r].status == OUTCOME_OK) {
            sum += repeats[r].error;
            count++;
        }
    }
    return count ? sum / count : (double)NAN;
}

uint32_t table_cell_status(const struct table *table, size_t cell)
{
    const struct outcome *repeats = repeats_of(table, cell);
    uint32_t status = OUTCOME_OK;
    for (uint32_t r = 0; r < table->experiment->repeats; r++)
        status = repeats[r].status > status ? repeats[r].status : status;
    return status;
}

uint32_t table_cell_epochs(const struct table *table, size_t cell)
{
    const struct outcome *repeats = repeats_of(table, cell);
    uint32_t epochs = 0;
    for (uint32_t r = 0; r < table->experiment->repeats; r++)
        epochs = repeats[r].epochs > epochs ? repeats[r].epochs : epochs;
    return epochs;
}
