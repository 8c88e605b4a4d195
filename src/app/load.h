/* SPDX-License-Identifier: BSD-3-Clause */
/* From the options to the experiment. */
#ifndef NSURF_APP_LOAD_H
#define NSURF_APP_LOAD_H

#include "base/error.h"
#include "cli/options.h"
#include "sweep/experiment.h"

/* What the options say is to be trained: reads the data, and takes the axes over from options. Owns: the caller, who
 * calls experiment_free, on failure too. Ranks: rank 0. Errors: STATUS_USAGE, STATUS_DATA, STATUS_INTERNAL. */
enum status load_experiment(struct experiment *experiment, struct options *options, struct error *err)
    __attribute__((warn_unused_result));

#endif
