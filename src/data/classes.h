/* SPDX-License-Identifier: BSD-3-Clause */
/* The names of classes that occur in a target column, numbered in the order of their appearance. It knows neither rows
 * nor files. */
#ifndef NSURF_DATA_CLASSES_H
#define NSURF_DATA_CLASSES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct class {
    char *name;
    uint32_t id; /* in the order of appearance: the column's value in its row */
};

struct classes {
    enum { COLUMN_OPEN, COLUMN_NUMBERS, COLUMN_NAMES } kind; /* open until the first value */
    struct class *sorted; /* [count], by the bytes of their names */
    size_t count, capacity;
    bool closed; /* they were there before: no other name counts, and each is a target */
    size_t line; /* of the column's first value, for error lines */
};

/* Where the name stands in the sorted list, or would; and whether it does. */
size_t classes_find(const struct classes *classes, const char *name, bool *known);

/* Insert a name there. Owns: the classes, a copy of it. False when there is no memory. */
bool classes_add(struct classes *classes, size_t at, const char *name);

void classes_free(struct classes *classes);

#endif
