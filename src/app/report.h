/* SPDX-License-Identifier: BSD-3-Clause */
/* `nsurf report`: the page of a surface, for people to look at and to send. */
#ifndef NSURF_APP_REPORT_H
#define NSURF_APP_REPORT_H

#include "base/error.h"
#include "cli/options.h"

/* Read options->prefix's HDF5 file (the prefix may be its whole name) and write PREFIX.html beside it. An earlier page
 * is replaced; another file of that name is, with --force. Ranks: one, outside of MPI. Errors: STATUS_USAGE, no D3, no
 * errors of the samples asked for, or another file in the way; STATUS_DATA, no results or damaged ones; STATUS_IO;
 * STATUS_INTERNAL. */
enum status report_write(const struct options *options, struct error *err) __attribute__((warn_unused_result));

#endif
