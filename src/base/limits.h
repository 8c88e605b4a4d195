/* SPDX-License-Identifier: BSD-3-Clause */
/* How many files and connections a process may have open, and how many processors use. */
#ifndef NSURF_BASE_LIMITS_H
#define NSURF_BASE_LIMITS_H

#include "base/error.h"

#include <stddef.h>

/* The processors that this process may use. Ranks: local. */
size_t limits_processors(void);

/* Have as many as the system allows: what a shell allows by default is a fraction. Ranks: local. */
void limits_raise(void);

/* Refuse when fewer than so many can be opened beside those that are open. Ranks: local.
 * Errors: STATUS_MPI, because it is the connections of many processes that come to so many. */
enum status limits_files(size_t more, struct error *err) __attribute__((warn_unused_result));

#endif
