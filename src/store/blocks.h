/* SPDX-License-Identifier: BSD-3-Clause */
/* The order of a file for gnuplot: the first two axes of several values make a surface, each combination of the others
 * a block. An empty line stands between the rows of a surface, two between blocks; a block opens with `#` lines that
 * tell what is the same in all of it. A single axis, which a program may have, is one row. It knows what stands before
 * the values of a cell, never the values. */
#ifndef NSURF_STORE_BLOCKS_H
#define NSURF_STORE_BLOCKS_H

#include "sweep/experiment.h"

#include <stdbool.h>
#include <stddef.h>

/* Where text goes. */
typedef void blocks_sink(void *out, const char *text);

enum { BLOCK_AXES = 2 };

struct blocks {
    const struct experiment *experiment;
    blocks_sink *put;
    void *out;
    size_t axes[BLOCK_AXES]; /* [axis_count] of the surface: rows, columns; of a curve its only one */
    size_t axis_count;
    size_t places[AXES_MAX]; /* of the next cell */
    bool more;
};

struct blocks blocks_begin(const struct experiment *experiment, blocks_sink *put, void *out);

/* The names of the surface's axes, a blank behind each. */
void blocks_put_names(const struct blocks *blocks);

/* What stands before the values of the next cell, a blank at its end. False after the last. *cell: its number. */
bool blocks_next(struct blocks *blocks, size_t *cell);

#endif
