/* SPDX-License-Identifier: BSD-3-Clause */
/* What exports tell of each cell; see columns.h. */
#include "store/columns.h"

#include "sweep/ranking.h"

#include <stdio.h>
#include <stdlib.h>

const char *const outcome_words[] = {
    [OUTCOME_OK] = "ok", [OUTCOME_DIVERGED] = "diverged", [OUTCOME_FAILED] = "failed", [OUTCOME_PENDING] = "pending"};

const char *columns_split_name(const struct experiment *experiment, enum split split)
{
    return experiment->program ? experiment->program->values[split].name : dataset_split_names[split];
}

void columns_quantity_name(char *text, size_t size, const struct experiment *experiment, struct quantity quantity,
                           const char *behind)
{
    if (experiment->program)
        discard(snprintf(text, size, "%s%s", columns_split_name(experiment, quantity.split), behind));
    else
        discard(snprintf(text, size, "%s_%s%s", dataset_split_names[quantity.split],
                         quantity.misclassified ? "misclassified" : "error", behind));
}

static void add(struct columns *columns, enum column_kind kind, const char *name)
{
    struct column *const column = &columns->list[columns->count++];
    column->kind = kind;
    discard(snprintf(column->name, sizeof column->name, "%s", name));
}

static void add_quantity(struct columns *columns, enum column_kind kind, struct quantity quantity, const char *behind)
{
    struct column *const column = &columns->list[columns->count++];
    column->kind = kind;
    column->quantity = quantity;
    columns_quantity_name(column->name, sizeof column->name, columns->table->experiment, quantity, behind);
}

static enum status find_set(struct columns *columns, enum split chosen, struct error *err)
{
    struct ranking ranking;
    enum status status = ranking_make(&ranking, columns->table, chosen, err);
    if (!status)
        status = ranking_flags(&ranking, columns->table, &columns->in_set, err);
    ranking_free(&ranking);
    return status;
}

enum status columns_create(struct columns *columns, const struct surface_source *source, struct error *err)
{
    const struct experiment *const experiment = source->table->experiment;
    const bool several = experiment_cell_trainings(experiment) > 1;
    struct quantity quantities[QUANTITIES];
    const size_t count = facts_quantities(source->facts, source->table, quantities);
    *columns = (struct columns){.table = source->table, .facts = source->facts};
    if (!experiment->program)
        add(columns, COLUMN_WEIGHTS, "weights");
    add(columns, COLUMN_STATUS, "status");
    if (!experiment->program) /* an axis may have the name of the other */
        add(columns, COLUMN_EPOCHS, experiment->limit_count > 0 ? "epochs_trained" : "epochs");
    add(columns, COLUMN_OK, "trainings_ok");
    for (size_t q = 0; q < count; q++) {
        add_quantity(columns, COLUMN_MEAN, quantities[q], "");
        if (several)
            add_quantity(columns, COLUMN_SD, quantities[q], "_sd");
        if (several && !quantities[q].misclassified)
            add_quantity(columns, COLUMN_SE, quantities[q], "_se");
    }
    if (!several)
        return STATUS_OK;
    add(columns, COLUMN_IN_SET, "in_best_set");
    return find_set(columns, source->chosen, err);
}

void columns_free(struct columns *columns)
{
    free(columns->in_set);
    columns->in_set = NULL;
}

static double weights_of(const struct table *table, size_t cell)
{
    const struct experiment *const experiment = table->experiment;
    const struct trial trial = experiment_trial(experiment, cell * experiment_cell_trainings(experiment));
    return network_weights(&experiment->data, trial.hyper.hidden1, trial.hyper.hidden2);
}

double columns_value(const struct columns *columns, size_t number, size_t cell)
{
    const struct column *const column = &columns->list[number];
    const struct table *const table = columns->table;
    switch (column->kind) {
    case COLUMN_WEIGHTS:
        return weights_of(table, cell);
    case COLUMN_STATUS:
        return table_cell_status(table, cell);
    case COLUMN_EPOCHS:
        return table_cell_epochs(table, cell);
    case COLUMN_OK:
        return table_cell_ok(table, cell);
    case COLUMN_MEAN:
        return facts_cell(columns->facts, table, column->quantity, cell).mean;
    case COLUMN_SD:
        return facts_cell(columns->facts, table, column->quantity, cell).sd;
    case COLUMN_SE:
        return table_cell_standard_error(table, column->quantity.split, cell);
    case COLUMN_IN_SET:
        return columns->in_set[cell];
    }
    return 0;
}
