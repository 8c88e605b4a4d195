/* SPDX-License-Identifier: BSD-3-Clause */
/* What the HDF5 file tells of a sweep, variable by variable: names, meanings and values, from the outcome table. It
 * knows no HDF5. (The confidence set of the best, which takes all cells at once, is hdf5.c's own.) */
#ifndef NSURF_STORE_FIELD_H
#define NSURF_STORE_FIELD_H

#include "sweep/table.h"

#include <stdbool.h>
#include <stddef.h>

enum field_type { FIELD_REAL, FIELD_COUNT, FIELD_FLAG }; /* double, uint32_t, uint8_t */

enum field_over { FIELD_CELLS, FIELD_TRAININGS };

struct field {
    const char *name; /* with its group, and a group's slash */
    const char *long_name, *comment;
    enum field_type type;
    enum field_over over; /* a value each */
    int quantity, statistic, split;
};

enum { FIELDS = 38 };
extern const struct field fields[FIELDS];

/* Whether the field says anything of this experiment: there are such samples, there are classes, there is more than one
 * training a cell. With one, the surfaces say it all. */
bool field_is_there(const struct field *field, const struct experiment *experiment);

/* Its name, or another where an axis of the experiment has that, or its values are those of a program; and what it is.
 * Ranks: local. */
struct field_words {
    char name[80];
    const char *long_name, *comment;
};
void field_words(struct field_words *words, const struct field *field, const struct experiment *experiment);

/* Bytes of all values together: what the file holds, but for some kilobytes. */
double field_bytes(const struct experiment *experiment);

/* The samples that it was measured on, or NULL. */
const char *field_samples(const struct field *field, const struct table *table);

/* The values at one place of the first axis. row: [other axes]…, or these and [fold][repeat], of the field's type. */
void field_row(const struct field *field, const struct table *table, size_t place, void *row);

#endif
