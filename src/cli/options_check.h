/* SPDX-License-Identifier: BSD-3-Clause */
/* What options say of each other: which go together, and which do not. It knows no spelling. */
#ifndef NSURF_CLI_OPTIONS_CHECK_H
#define NSURF_CLI_OPTIONS_CHECK_H

#include "cli/options.h"

/* Whether all that was given fits together; options are those of a whole command line. Ranks: local.
 * Errors: STATUS_USAGE, naming the options and what to do. */
enum status options_check(const struct options *options, struct error *err) __attribute__((warn_unused_result));

#endif
