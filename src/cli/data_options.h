/* SPDX-License-Identifier: BSD-3-Clause */
/* The options that say where the data come from and what is made of them. It never opens a file. */
#ifndef NSURF_CLI_DATA_OPTIONS_H
#define NSURF_CLI_DATA_OPTIONS_H

#include "base/error.h"
#include "data/source.h"

/* Those without a letter of their own; options.c lists them all for getopt. */
enum {
    OPTION_FORMAT = 512,
    OPTION_DECIMAL,
    OPTION_CLASSES,
    OPTION_INPUTS_DATASET,
    OPTION_TARGETS_DATASET,
    OPTION_MISSING,
    OPTION_SCALE,
    OPTION_VALIDATION,
    OPTION_TEST,
    OPTION_HOLDOUT,
    OPTION_SPLIT,
    OPTION_FOLDS
};

/* Take up one option: 'd', 't', or one of the above. text: its argument; source keeps the pointer to names.
 * Ranks: local. Errors: STATUS_USAGE; STATUS_INTERNAL for any other letter. */
enum status data_options_take(struct source *source, int letter, const char *text, struct error *err)
    __attribute__((warn_unused_result));

/* What the options say of each other, once all are there. Ranks: local. Errors: STATUS_USAGE. */
enum status data_options_check(const struct source *source, struct error *err) __attribute__((warn_unused_result));

#endif
