/* SPDX-License-Identifier: BSD-3-Clause */
/* What else a file of results says; see facts.h. */
#include "store/facts.h"

#include "sweep/ranking.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *facts_find(const struct facts *facts, const char *name)
{
    for (size_t i = 0; i < facts->count; i++)
        if (strcmp(facts->list[i].name, name) == 0)
            return facts->list[i].text;
    return NULL;
}

bool facts_of_file(const struct fact *fact)
{
    static const char *const names[] = {"Conventions", "title", "source", "references", "license"};
    bool found = false;
    for (size_t i = 0; i < sizeof names / sizeof *names && !found; i++)
        found = strcmp(fact->name, names[i]) == 0;
    return found;
}

void facts_free(struct facts *facts)
{
    for (size_t i = 0; i < facts->count; i++)
        free(facts->list[i].text);
    free(facts->list);
    for (int split = 0; split < SPLITS; split++)
        free(facts->misclassified[split]);
    *facts = (struct facts){0};
}

size_t facts_quantities(const struct facts *facts, const struct table *table, struct quantity quantities[QUANTITIES])
{
    size_t count = 0;
    bool none = true;
    for (int split = 0; split < SPLITS; split++)
        none = none && !ranking_has(table, (enum split)split);
    for (int split = 0; split < SPLITS; split++) {
        if (ranking_has(table, (enum split)split) || (none && split == SPLIT_TRAIN))
            quantities[count++] = (struct quantity){.split = (enum split)split};
        if (facts->misclassified[split])
            quantities[count++] = (struct quantity){.split = (enum split)split, .misclassified = true};
    }
    return count;
}

double facts_value(const struct facts *facts, const struct table *table, struct quantity quantity, size_t training)
{
    return quantity.misclassified ? facts->misclassified[quantity.split][training]
                                  : table_error(table, quantity.split, training);
}

struct statistics facts_cell(const struct facts *facts, const struct table *table, struct quantity quantity,
                             size_t cell)
{
    const size_t each = experiment_cell_trainings(table->experiment);
    size_t count = 0;
    for (size_t t = cell * each; t < (cell + 1) * each; t++) {
        const double value = facts_value(facts, table, quantity, t);
        if (!isnan(value))
            table->room[count++] = value;
    }
    return statistics_of(table->room, count);
}
