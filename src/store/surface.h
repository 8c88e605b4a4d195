/* SPDX-License-Identifier: BSD-3-Clause */
/* The surface files, made from the outcome table: PREFIX.tsv, PREFIX.dat and PREFIX.h5. The same outcomes give the
 * same bytes, whoever computed them and when. */
#ifndef NSURF_STORE_SURFACE_H
#define NSURF_STORE_SURFACE_H

#include "base/digest.h"
#include "base/error.h"
#include "store/table.h"

/* Errors of all: STATUS_IO with the path and the step that failed (the old file is then untouched); STATUS_INTERNAL.
 * Ranks: rank 0. */

/* hidden1, hidden2, error by tabs, a line a cell, sorted; error in the shortest decimal form that reads back to the
 * same double; header lines begin with #. */
enum status surface_write_tsv(const struct table *table, const char *path, struct error *err)
    __attribute__((warn_unused_result));

/* gnuplot's grid form: the same columns by spaces, an empty line between one hidden1 and the next. */
enum status surface_write_dat(const struct table *table, const char *path, struct error *err)
    __attribute__((warn_unused_result));

/* HDF5: /error, /status, /epochs over /hidden1 and /hidden2; settings and build as attributes. */
enum status surface_write_hdf5(const struct table *table, const char *path, struct error *err)
    __attribute__((warn_unused_result));

/* All three, and the SHA-256 of their bytes one after the other (`cat P.tsv P.dat P.h5 | sha256sum`). */
enum status surface_write(const struct table *table, const char *prefix, char digest[DIGEST_TEXT], struct error *err)
    __attribute__((warn_unused_result));

#endif
