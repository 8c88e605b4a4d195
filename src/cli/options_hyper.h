/* SPDX-License-Identifier: BSD-3-Clause */
/* Hyperparameters on the command line: a value, several, or a method and its constants in one word. */
#ifndef NSURF_CLI_OPTIONS_HYPER_H
#define NSURF_CLI_OPTIONS_HYPER_H

#include "cli/options.h"

/* A value of a hyperparameter, or several: then it is an axis, which is given once. option: for error lines.
 * Ranks: local. Errors: STATUS_USAGE, STATUS_INTERNAL. */
enum status options_take_hyper(struct options *options, const struct parameter *row, const char *text,
                               const char *option, struct error *err) __attribute__((warn_unused_result));

#endif
