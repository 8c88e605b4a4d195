/* SPDX-License-Identifier: BSD-3-Clause */
/* Axes that the user named: rows of parameters made at run time, so that all that loops over axes and parameters takes
 * them for what they are. */
#ifndef NSURF_SWEEP_OWN_AXES_H
#define NSURF_SWEEP_OWN_AXES_H

#include "base/error.h"
#include "sweep/axis.h"

#include <stddef.h>

/* Make the rows of an experiment with a program: the seed's, then one for each NAME=RANGE of texts, [count], in this
 * order, and its axis. What is digits alone is a range of whole numbers, 1:64 or 1:64:4; what begins with numbers is a
 * range of real ones, with lin and log, of at most 7 digits; all else are words, in the order given, of fewer than
 * PARAMETER_TEXT_MAX bytes.
 * rows: [count + 1], allocated. axes: [OWN_MAX]. option: for error lines. Owns: the caller, who calls own_axes_free for
 * the rows and axis_free for each axis, on failure too. Ranks: local. Errors: STATUS_USAGE, STATUS_INTERNAL. */
enum status own_axes_parse(struct parameter **rows, struct axis *axes, const char *const *texts, size_t count,
                           const char *option, struct error *err) __attribute__((warn_unused_result));

/* rows may be NULL. */
void own_axes_free(struct parameter *rows, size_t count);

#endif
