/* SPDX-License-Identifier: BSD-3-Clause */
/* A surface for NumPy: numpy.load reads a zip archive of .npy files. Names, shapes and types are those of the HDF5
 * file: an array for each axis, one over all axes for each column, and with several trainings a cell trainings/NAME
 * over these, folds and repeats; axes are the names of the axes, in their order. */
#ifndef NSURF_STORE_EXPORT_NPZ_H
#define NSURF_STORE_EXPORT_NPZ_H

#include "base/error.h"
#include "store/columns.h"

#include <stdio.h>

/* Uses the table's room. Ranks: local. Errors: STATUS_INTERNAL out of memory. What fails in the stream is for the
 * caller to see. */
enum status export_npz(const struct columns *columns, FILE *out, struct error *err) __attribute__((warn_unused_result));

#endif
