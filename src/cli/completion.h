/* SPDX-License-Identifier: BSD-3-Clause */
/* How a shell completes command lines: words, options and their values, from the table of options. */
#ifndef NSURF_CLI_COMPLETION_H
#define NSURF_CLI_COMPLETION_H

#include <stdio.h>

/* To be sourced by bash, or put into its folder of completions as `nsurf`. */
void completion_bash(FILE *stream);

/* To be put into a folder of zsh's $fpath as `_nsurf`. */
void completion_zsh(FILE *stream);

#endif
