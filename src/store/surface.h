/* SPDX-License-Identifier: BSD-3-Clause */
/* The surface files, made from the outcome table: PREFIX.tsv, PREFIX.dat and PREFIX.h5. The same outcomes give the
 * same bytes, whoever computed them and when. */
#ifndef NSURF_STORE_SURFACE_H
#define NSURF_STORE_SURFACE_H

#include "base/digest.h"
#include "base/error.h"
#include "sweep/table.h"

enum { SURFACE_FILES = 3 };

/* What follows the prefix in their names, in the order of the digest. */
extern const char *const surface_suffixes[SURFACE_FILES];

/* Write all, each whole or not at all, and the SHA-256 of their bytes one after the other: what
 * `cat P.tsv P.dat P.h5 | sha256sum` says.
 *   tsv: hidden1, hidden2, error by tabs, a line a cell, sorted; error in the shortest decimal form that reads back to
 *        the same double; header lines begin with #.
 *   dat: the same columns by spaces, an empty line between one hidden1 and the next: gnuplot's grid form.
 *   h5:  what field.h lists, over /hidden1 and /hidden2; settings and build as attributes; before it a block of text
 *        that proves the bytes, see image.h.
 * With several trainings a cell, tsv and dat have more columns (error_sd, error_min, error_median, trainings_ok,
 * error_se), and h5 has the confidence set of the best (in_best_set) and a group of all trainings.
 * Ranks: rank 0. Errors: STATUS_IO with the path and the step that failed; that file and those after it are then the
 * old ones; STATUS_INTERNAL. */
enum status surface_write(const struct table *table, const char *prefix, char digest[DIGEST_TEXT], struct error *err)
    __attribute__((warn_unused_result));

#endif
