/* SPDX-License-Identifier: BSD-3-Clause */
/* The floating-point environment that every outcome relies on: round to nearest, and subnormal numbers are numbers, not
 * zero. A library that was linked with -ffast-math, or a debugger, may have left another. */
#ifndef NSURF_BASE_FLOAT_ENV_H
#define NSURF_BASE_FLOAT_ENV_H

#include "base/error.h"

/* Set that environment for this thread, and look whether it holds. Ranks: local; in each thread that computes.
 * Errors: STATUS_INTERNAL when it does not. */
enum status float_env_set(struct error *err) __attribute__((warn_unused_result));

#endif
