/* SPDX-License-Identifier: BSD-3-Clause */
/* What a result file says of its targets: how they were scaled, and what answers without a network are worth. For
 * results_hdf5.c. */
#ifndef NSURF_STORE_RESULTS_BASELINE_H
#define NSURF_STORE_RESULTS_BASELINE_H

#include "sweep/experiment.h"

#include <hdf5.h>

/* Set the baseline, and how the targets are scaled: nothing is known, and they are not, where the file does not say so,
 * as those of earlier versions. Ranks: local. */
void results_read_baseline(struct experiment *experiment, hid_t file);

#endif
