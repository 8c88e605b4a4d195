/* SPDX-License-Identifier: BSD-3-Clause */
/* A heat map as text: cells in, lines for a terminal out. It knows no experiment and no terminal. */
#ifndef NSURF_CLI_HEATMAP_H
#define NSURF_CLI_HEATMAP_H

#include "base/error.h"
#include "cli/ink.h"

#include <stdbool.h>
#include <stddef.h>

enum heat { HEAT_PENDING, HEAT_FAILED, HEAT_DIVERGED, HEAT_ERROR };

struct heatmap_cell {
    enum heat heat;
    double error; /* HEAT_ERROR: finite */
};

struct heatmap {
    size_t wide, high;                /* cells, 1 or more each */
    const struct heatmap_cell *cells; /* [high][wide], row-major, the lowest row first */
    const char *across, *up;          /* the names of the axes */
    /* The number at a place of the axis that goes across, or of the one that goes up. text: [size]. */
    void (*label)(char *text, size_t size, bool across, size_t place, const void *arg);
    const void *arg;
    size_t best, cursor;      /* cells; SIZE_MAX: not here */
    const char *title, *brief; /* above the picture; instead of it, in a few characters */
    const char *const *lines; /* [line_count], below it: the last are left out where there is no room */
    size_t line_count;
};

struct heatmap_screen {
    size_t columns, rows;
    enum ink_colours colours; /* INK_NONE: letters */
    bool utf8;
};

/* Smaller than this there is no picture. */
enum { HEATMAP_COLUMNS = 20, HEATMAP_ROWS = 8 };

/* The picture, at most so many rows of at most so many columns: each a line with its line feed. Cells have the colour
 * of their rank among those shown, so that one huge error does not flatten the rest. Where there are more cells than
 * places, a square shows the best of several.
 * Owns: the caller, who calls free(*text). Ranks: local. Errors: STATUS_INTERNAL. */
enum status heatmap_text(char **text, const struct heatmap *map, const struct heatmap_screen *screen,
                         struct error *err) __attribute__((warn_unused_result));

#endif
