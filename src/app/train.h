/* SPDX-License-Identifier: BSD-3-Clause */
/* `nsurf train`: one network of the surface again, with the same bits. */
#ifndef NSURF_APP_TRAIN_H
#define NSURF_APP_TRAIN_H

#include "base/error.h"
#include "cli/options.h"

/* Train the network that the options name, and print its outcome on standard output as the journal has it, below a
 * line of names; keep it in a file if they say so. Takes the axes over from options. Ranks: one, outside of MPI.
 * Errors: STATUS_USAGE, also for a file that is there already; STATUS_DATA, STATUS_IO, STATUS_INTERNAL. */
enum status train_print(struct options *options, struct error *err) __attribute__((warn_unused_result));

#endif
