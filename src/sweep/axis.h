/* SPDX-License-Identifier: BSD-3-Clause */
/* An axis of the grid: a parameter and its values. */
#ifndef NSURF_SWEEP_AXIS_H
#define NSURF_SWEEP_AXIS_H

#include "base/error.h"
#include "sweep/parameter.h"

#include <stdbool.h>
#include <stddef.h>

/* The values ascend, each once; those of a choice in the order of its names. */
struct axis {
    const struct parameter *parameter;
    size_t count;
    union parameter_value *values; /* [count] */
};

enum { AXIS_VALUES_MAX = 1 << 20 };

/* Read a range, with commas between several:
 *     8, tanh              a value
 *     1:64, 1:64:4         whole numbers, both ends included
 *     0:0.9:lin10          so many numbers, evenly spaced
 *     1e-3:10:log64        … with a constant ratio
 * Numbers that are spaced so have six digits at the most, so that they read well and are the same everywhere; whole
 * ones are rounded. Duplicates are removed. option: for error lines.
 * Owns: the caller, who calls axis_free. Ranks: local. Errors: STATUS_USAGE, STATUS_INTERNAL. */
enum status axis_parse(struct axis *axis, const struct parameter *parameter, const char *text, const char *option,
                       struct error *err) __attribute__((warn_unused_result));
void axis_free(struct axis *axis);

/* The place of a value among them; false where it is none of them. */
bool axis_find(const struct axis *axis, union parameter_value value, size_t *place);

/* Whether the value at this place is one that the parameter may have, and above the one before it. */
bool axis_allows(const struct axis *axis, size_t place);

/* A value as text that reads back. text: [PARAMETER_TEXT_MAX]. */
void axis_value_text(char *text, const struct axis *axis, size_t place);

/* How the values are spaced: 'n' by a constant step, 'g' by a constant ratio, else 'o'; choices are 'c'. */
char axis_spacing(const struct axis *axis);

/* The axis as text that reads back; where that is longer than size, false, and how many values there are from where to
 * where. */
#define AXIS_MANY "%zu values from %.40s to %.40s"
bool axis_text(char *text, size_t size, const struct axis *axis);

/* As many of the values from a place on as fit, with commas between; lists of all of them, one after the other, read
 * back. Returns the place behind them. size: more than PARAMETER_TEXT_MAX + 2, or it may be that none fits. */
size_t axis_list(char *text, size_t size, const struct axis *axis, size_t place);

#endif
