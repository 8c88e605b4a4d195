/* SPDX-License-Identifier: BSD-3-Clause */
/* The way of the facts from PREFIX.h5 to the program: read in a child process, see base/isolated.h, and handed over to
 * its parent as plain bytes. */
#ifndef NSURF_STORE_FACTS_HDF5_H
#define NSURF_STORE_FACTS_HDF5_H

#include "base/error.h"
#include "base/isolated.h"
#include "store/facts.h"

#include <hdf5.h>
#include <stddef.h>

/* Child: read them from an open file. path: for error lines; rank, dims: the shape of its arrays of trainings.
 * Owns: the caller, who calls facts_free, on failure too. Ranks: local. Errors: STATUS_DATA, STATUS_INTERNAL. */
enum status facts_read(struct facts *facts, hid_t file, const char *path, const struct experiment *experiment, int rank,
                       const hsize_t *dims, struct error *err) __attribute__((warn_unused_result));

/* Child: hand them over to the parent, who takes them. trainings: of the experiment. Owns: the caller, who calls
 * facts_free, on failure too. Ranks: local. Errors: STATUS_DATA, they make no sense; STATUS_INTERNAL. */
void facts_put(const struct isolated *parent, const struct facts *facts, size_t trainings);
enum status facts_take(struct isolated *child, struct facts *facts, size_t trainings, struct error *err)
    __attribute__((warn_unused_result));

#endif
