/* SPDX-License-Identifier: BSD-3-Clause */
/* `nsurf export`: old results in the forms of other programs. */
#ifndef NSURF_APP_EXPORT_H
#define NSURF_APP_EXPORT_H

#include "base/error.h"
#include "cli/options.h"

/* Read options->results's HDF5 file and write it as options->form to options->prefix, whole, or to standard output.
 * Ranks: one, outside of MPI. Errors: STATUS_USAGE, no errors of the samples asked for, or a file in the way;
 * STATUS_DATA, no results or damaged ones; STATUS_IO; STATUS_INTERNAL. */
enum status export_print(const struct options *options, struct error *err) __attribute__((warn_unused_result));

#endif
