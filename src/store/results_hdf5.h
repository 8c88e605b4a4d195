/* SPDX-License-Identifier: BSD-3-Clause */
/* Results from the HDF5 library, in the child process of results.c: what it says is believed of nothing that the rest
 * of the program relies on. */
#ifndef NSURF_STORE_RESULTS_HDF5_H
#define NSURF_STORE_RESULTS_HDF5_H

#include "base/error.h"
#include "store/facts.h"
#include "sweep/table.h"

/* As results_read, but here. The process ends soon, and with it what stays open. facts: NULL: nothing of them. */
enum status results_hdf5_read(struct experiment *experiment, struct table *table, struct facts *facts, const char *path,
                              struct error *err) __attribute__((warn_unused_result));

#endif
