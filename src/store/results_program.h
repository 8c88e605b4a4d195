/* SPDX-License-Identifier: BSD-3-Clause */
/* The program of old results: what PREFIX.h5 says of its axes and its values; for results.c alone. */
#ifndef NSURF_STORE_RESULTS_PROGRAM_H
#define NSURF_STORE_RESULTS_PROGRAM_H

#include "base/error.h"
#include "base/isolated.h"
#include "sweep/experiment.h"

#include <hdf5.h>

/* Child: set the program, which is not to be run, and the rows of its axes. path: for error lines. Owns: experiment.
 * Ranks: local. Errors: STATUS_DATA, STATUS_INTERNAL. */
enum status results_read_program(struct experiment *experiment, hid_t file, const char *path, struct error *err)
    __attribute__((warn_unused_result));

/* Child: hand it over, or that there is none; parent: take it. Errors: STATUS_DATA where it makes no sense;
 * STATUS_INTERNAL. */
void results_put_program(const struct isolated *parent, const struct experiment *experiment);
enum status results_take_program(struct isolated *child, struct experiment *experiment, struct error *err)
    __attribute__((warn_unused_result));

#endif
