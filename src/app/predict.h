/* SPDX-License-Identifier: BSD-3-Clause */
/* `nsurf predict`: the outputs of a network that was kept, for new data. */
#ifndef NSURF_APP_PREDICT_H
#define NSURF_APP_PREDICT_H

#include "base/error.h"
#include "cli/options.h"

/* Write the outputs for all samples of the data, a line each by tabs, on standard output or to a file; above them, in
 * lines that begin with #, the error where there are targets, and the names of the columns. Ranks: one, outside of MPI.
 * Errors: STATUS_USAGE for a file that is there already; STATUS_DATA for either file; STATUS_IO, STATUS_INTERNAL. */
enum status predict_print(const struct options *options, struct error *err) __attribute__((warn_unused_result));

#endif
