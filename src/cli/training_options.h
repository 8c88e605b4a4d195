/* SPDX-License-Identifier: BSD-3-Clause */
/* The options that say how networks are trained. */
#ifndef NSURF_CLI_TRAINING_OPTIONS_H
#define NSURF_CLI_TRAINING_OPTIONS_H

#include "base/error.h"
#include "net/hyperparameters.h"

/* Those without a letter of their own; options.c lists them all for getopt. */
enum {
    OPTION_NO_SHUFFLE = 1024,
    OPTION_EARLY_STOPPING,
    OPTION_BATCH,
    OPTION_RATE_DECAY,
    OPTION_HIDDEN_ACTIVATION,
    OPTION_OUTPUT_ACTIVATION,
    OPTION_LOSS,
    OPTION_WEIGHT_RANGE,
    OPTION_WEIGHT_DECAY,
    OPTION_OPTIMIZER
};

/* What holds before any option. */
struct hyperparameters training_options_start(void);

/* Whether it is one of them: 'e', 'l', 's', or one of the above. */
bool training_options_has(int letter);

/* Take up one option. text: its argument. Ranks: local. Errors: STATUS_USAGE. */
enum status training_options_take(struct hyperparameters *training, int letter, const char *text, struct error *err)
    __attribute__((warn_unused_result));

/* Once all are there: settle what depends on others, for hyper_check to look at. Ranks: local. */
void training_options_finish(struct hyperparameters *training);

#endif
