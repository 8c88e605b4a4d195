/* SPDX-License-Identifier: BSD-3-Clause */
/* A surface in the forms of other programs, every number to its last bit.
 *
 *   csv     for spreadsheets and pandas (RFC 4180): a line a cell, with the columns of columns.h
 *   trials  CSV too: a line a training
 *   json    as surface_json.h has it, whole
 *   vtr     for ParaView and VisIt: a rectilinear grid of VTK XML over up to three axes, the columns at its points
 *   npz     for NumPy: an array for each axis and each column, and one for each quantity of the single trainings
 *   dat     for gnuplot: PREFIX.dat with all columns instead of those of one error
 *   matrix  the chosen error alone, by blanks: a line for all values of the last axis
 *
 * What has no value is an empty field in CSV, NaN elsewhere. */
#ifndef NSURF_STORE_EXPORT_H
#define NSURF_STORE_EXPORT_H

#include "base/error.h"
#include "store/surface_json.h"

#include <stdio.h>

enum export_form { EXPORT_CSV, EXPORT_TRIALS, EXPORT_JSON, EXPORT_VTR, EXPORT_NPZ, EXPORT_DAT, EXPORT_MATRIX, EXPORTS };
extern const char *const export_names[EXPORTS];

/* Uses the table's room. Ranks: local. Errors: STATUS_USAGE, more axes than the form has; STATUS_INTERNAL out of
 * memory. What fails in the stream is for the caller to see. */
enum status export_write(const struct surface_source *source, enum export_form form, FILE *out, struct error *err)
    __attribute__((warn_unused_result));

#endif
