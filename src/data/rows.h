/* SPDX-License-Identifier: BSD-3-Clause */
/* Samples as they are read, a row at a time, from one file or several: inputs, then targets. What the readers of all
 * formats fill, and what a data set is made from. It knows numbers, class names and missing values, never a format. */
#ifndef NSURF_DATA_ROWS_H
#define NSURF_DATA_ROWS_H

#include "base/error.h"
#include "data/classes.h"
#include "data/source.h"
#include "data/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rows {
    const struct source *source;
    size_t columns, targets; /* of every row; 0 until rows_shape */
    size_t count;            /* rows */
    size_t splits[SPLITS];     /* of these, by split */
    enum split split;          /* of the rows to come */
    size_t dropped;          /* rows left out for missing values */
    float *values;           /* [count][columns]; NaN is missing */
    size_t used, capacity;   /* values */
    bool gap;                /* the row at hand misses a value */
    bool sparse;             /* the shape came from a sparse file, so that it may grow */
    struct classes *classes; /* [targets] */
    struct place shape_by;   /* what set the shape, for error lines */
    char *header;            /* the names of the columns, each with its end, of the first file that has them */
    const char *header_by;   /* that file */
};

/* The shape of the rows to come; later calls, for later files, must agree. where: the line that shows it.
 * Errors: STATUS_DATA, STATUS_INTERNAL. */
enum status rows_shape(struct rows *rows, size_t columns, size_t targets, const struct place *where, struct error *err)
    __attribute__((warn_unused_result));

/* The names of the columns, after rows_shape: those of all files must agree. names: [size] bytes, each with its end.
 * Errors: STATUS_DATA, STATUS_INTERNAL. */
enum status rows_header(struct rows *rows, const char *names, size_t size, const struct place *where,
                        struct error *err) __attribute__((warn_unused_result));

/* How many of so many columns of a table are targets. */
size_t rows_table_targets(const struct rows *rows, size_t columns);

/* More inputs, and so more columns, from here on: the rows so far get zeros (sparse formats).
 * Errors: STATUS_DATA beyond the limits, STATUS_INTERNAL. */
enum status rows_widen(struct rows *rows, size_t columns, const struct place *where, struct error *err)
    __attribute__((warn_unused_result));

/* Room for `count` further values, which count as put there. Errors: as rows_put. */
enum status rows_room(struct rows *rows, size_t count, const struct place *where, float **room, struct error *err)
    __attribute__((warn_unused_result));

/* The next value of the row at hand: a number, or NaN where one is missing.
 * Errors: STATUS_DATA beyond the limit, STATUS_INTERNAL. */
enum status rows_put(struct rows *rows, float value, const struct place *where, struct error *err)
    __attribute__((warn_unused_result));

/* The row at hand is complete. */
void rows_end(struct rows *rows);

/* Make a data set of them, with a target for each class. Takes the values over; the caller still frees the rest.
 * Errors: STATUS_DATA, STATUS_INTERNAL. */
enum status rows_finish(struct rows *rows, struct dataset *data, struct error *err) __attribute__((warn_unused_result));

void rows_free(struct rows *rows);

#endif
