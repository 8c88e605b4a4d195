/* SPDX-License-Identifier: BSD-3-Clause */
/* A field of a file as a value of the row at hand: a number, the number of a class, or NaN where it is missing. It
 * knows how values are written and which are refused, never a format. */
#ifndef NSURF_DATA_FIELD_H
#define NSURF_DATA_FIELD_H

#include "base/number.h"
#include "data/rows.h"

/* A field as a number, written as the source says. */
enum number field_number(const struct rows *rows, const char *field, float *value);

/* The next value of the row at hand, from a field. column: from 0, below rows->columns.
 * Errors: STATUS_DATA, STATUS_INTERNAL. */
enum status field_put(struct rows *rows, size_t column, const char *field, const struct place *where,
                       struct error *err) __attribute__((warn_unused_result));

/* The value of a field of an input, or of a target.
 * Errors: STATUS_DATA, STATUS_INTERNAL. */
enum status field_input(struct rows *rows, const char *field, const struct place *where, float *value,
                        struct error *err)
    __attribute__((warn_unused_result));
enum status field_target(struct rows *rows, size_t target, const char *field, const struct place *where, float *value,
                        struct error *err) __attribute__((warn_unused_result));

#endif
