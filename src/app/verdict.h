/* SPDX-License-Identifier: BSD-3-Clause */
/* How a run ended, for scripts. */
#ifndef NSURF_APP_VERDICT_H
#define NSURF_APP_VERDICT_H

#include "base/error.h"

/* Write the exit code to the file that the environment variable NSURF_VERDICT names, if it does: for scripts that
 * launch on several hosts, because mpirun may hang or end with another code when one of them is lost.
 * Ranks: rank 0, before cluster_finish. Errors: status; where that is STATUS_OK, STATUS_IO and STATUS_INTERNAL. */
enum status verdict_leave(enum status status, struct error *err) __attribute__((warn_unused_result));

#endif
