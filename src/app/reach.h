/* SPDX-License-Identifier: BSD-3-Clause */
/* Whether outputs can come near the targets at all. */
#ifndef NSURF_APP_REACH_H
#define NSURF_APP_REACH_H

#include "sweep/experiment.h"

#include <stdbool.h>

/* Say on standard error when the output units cannot reach the training targets, and what to do. Ranks: rank 0. */
void reach_warn(const struct experiment *experiment);

/* Whether outputs of the activation of that name certainly miss targets of which no more is known than experiment's
 * baseline: they are spread more widely than any within reach. activation: NULL where it is not known. Ranks: local. */
bool reach_misses(const struct experiment *experiment, const char *activation);

#endif
