/* SPDX-License-Identifier: BSD-3-Clause */
/* Whether outputs can come near the targets at all. */
#ifndef NSURF_APP_REACH_H
#define NSURF_APP_REACH_H

#include "sweep/experiment.h"

/* Say on standard error when the output units cannot reach the training targets, and what to do. Ranks: rank 0. */
void reach_warn(const struct experiment *experiment);

#endif
