/* SPDX-License-Identifier: BSD-3-Clause */
/* What PREFIX.h5 says besides the outcomes that results.h reads: its attributes, as text, and the shares of
 * misclassified samples. It knows neither files nor what they are shown in. */
#ifndef NSURF_STORE_FACTS_H
#define NSURF_STORE_FACTS_H

#include "base/error.h"
#include "sweep/table.h"

#include <stdbool.h>
#include <stddef.h>

enum { FACT_NAME = 64, FACT_TEXT_MAX = 1 << 16, FACT_COUNT_MAX = 1000 };

struct fact {
    char name[FACT_NAME];
    char *text; /* of a number: its shortest form */
};

struct facts {
    size_t count;
    struct fact *list;            /* [count] */
    double *misclassified[SPLITS]; /* [trainings], shares from 0 to 1; NULL where the file has none */
};

/* The text of a fact, NULL where there is none of that name. */
const char *facts_find(const struct facts *facts, const char *name);

/* Whether a fact is about the file and not about the sweep: its title, its conventions and the like. */
bool facts_of_file(const struct fact *fact);

/* Ranks: local. */
void facts_free(struct facts *facts);

/* What was measured on a split of the data: the error, or the share of misclassified samples. */
struct quantity {
    enum split split;
    bool misclassified;
};
enum { QUANTITIES = 2 * SPLITS };

/* Those that the file holds, in the order of the splits; the error of the training samples if it is none else.
 * quantities: [QUANTITIES]. Returns how many there are. Ranks: local. */
size_t facts_quantities(const struct facts *facts, const struct table *table, struct quantity quantities[QUANTITIES]);

/* A quantity of a training, NaN where it has none, and over the trainings of a cell. Uses the table's room. */
double facts_value(const struct facts *facts, const struct table *table, struct quantity quantity, size_t training);
struct statistics facts_cell(const struct facts *facts, const struct table *table, struct quantity quantity,
                             size_t cell);

#endif
