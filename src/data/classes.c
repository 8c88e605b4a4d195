/* SPDX-License-Identifier: BSD-3-Clause */
/* Names of classes; see classes.h. */
#define _POSIX_C_SOURCE 200809L /* strdup */
#include "data/classes.h"

#include <stdlib.h>
#include <string.h>

size_t classes_find(const struct classes *classes, const char *name, bool *known)
{
    size_t low = 0, high = classes->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (strcmp(classes->sorted[middle].name, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    *known = low < classes->count && strcmp(classes->sorted[low].name, name) == 0;
    return low;
}

bool classes_add(struct classes *classes, size_t at, const char *name)
{
    if (classes->count == classes->capacity) {
        const size_t capacity = classes->capacity ? 2 * classes->capacity : 16;
        struct class *const sorted = realloc(classes->sorted, capacity * sizeof *sorted);
        if (!sorted)
            return false;
        classes->sorted = sorted;
        classes->capacity = capacity;
    }
    char *const copy = strdup(name);
    if (!copy)
        return false;
    memmove(classes->sorted + at + 1, classes->sorted + at, (classes->count - at) * sizeof *classes->sorted);
    classes->sorted[at] = (struct class){.name = copy, .id = (uint32_t)classes->count++};
    return true;
}

void classes_free(struct classes *classes)
{
    for (size_t k = 0; k < classes->count; k++)
        free(classes->sorted[k].name);
    free(classes->sorted);
}
