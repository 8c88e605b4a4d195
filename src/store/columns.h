/* SPDX-License-Identifier: BSD-3-Clause */
/* What exports tell of each cell beside its place, column by column: weights, status, epochs, trainings that ended ok,
 * mean of each quantity, and with several trainings a cell also standard deviations, standard errors of errors and
 * whether the cell may be the best. Programs have neither weights nor epochs. It knows no form. */
#ifndef NSURF_STORE_COLUMNS_H
#define NSURF_STORE_COLUMNS_H

#include "base/error.h"
#include "store/surface_json.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum column_kind {
    COLUMN_WEIGHTS,
    COLUMN_STATUS, /* enum outcome_status */
    COLUMN_EPOCHS,
    COLUMN_OK,
    COLUMN_MEAN,
    COLUMN_SD,
    COLUMN_SE,
    COLUMN_IN_SET
};

struct column {
    enum column_kind kind;
    struct quantity quantity; /* of mean, sd and se */
    char name[48];
};

enum { COLUMNS_MAX = 5 + 3 * QUANTITIES };
struct columns {
    const struct table *table;
    const struct facts *facts;
    uint8_t *in_set; /* [cells]; NULL with one training a cell */
    size_t count;
    struct column list[COLUMNS_MAX];
};

/* source must outlive the columns. The set is that of the error that is chosen. Owns: the caller, who calls
 * columns_free. Ranks: local. Errors: STATUS_INTERNAL out of memory. */
enum status columns_create(struct columns *columns, const struct surface_source *source, struct error *err)
    __attribute__((warn_unused_result));
void columns_free(struct columns *columns);

/* NaN where the cell has no value. Counts are exact. Uses the table's room. Ranks: local. */
double columns_value(const struct columns *columns, size_t column, size_t cell);

/* The name of a part of the data, on which an error is measured; of a program what its value is called. */
const char *columns_split_name(const struct experiment *experiment, enum split split);

/* The name of a quantity: train_error, test_misclassified and so on. text: [size]. */
void columns_quantity_name(char *text, size_t size, const struct experiment *experiment, struct quantity quantity,
                           const char *behind);

/* The word for an outcome's status. */
extern const char *const outcome_words[];

#endif
