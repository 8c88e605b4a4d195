/* SPDX-License-Identifier: BSD-3-Clause */
/* `nsurf watch`: the surface in the terminal while it grows. */
#ifndef NSURF_APP_WATCH_H
#define NSURF_APP_WATCH_H

#include "base/error.h"
#include "cli/options.h"

/* Show the journal of options->prefix until a key or a signal ends it, or one frame of it. It changes no file.
 * Ranks: local. Errors: STATUS_USAGE for a terminal that cannot show it, or an error that has no samples; STATUS_DATA
 * for what is no journal, and for one frame of an empty one; STATUS_IO; STATUS_STOPPED by a signal; STATUS_INTERNAL. */
enum status watch_show(const struct options *options, struct error *err) __attribute__((warn_unused_result));

#endif
