/* SPDX-License-Identifier: BSD-3-Clause */
/* What the program tells of itself, from the table of its options: help, version, the manuals' lists of options, and
 * the completion of command lines by a shell. */
#ifndef NSURF_CLI_HELP_H
#define NSURF_CLI_HELP_H

#include "cli/options.h"

#include <stdio.h>

/* The options of a command; COMMANDS: of all. At most 80 columns wide. */
void help_print(FILE *stream, enum command command);

void help_version(FILE *stream);

/* The options as the manual page of a command lists them, in the macros of mdoc(7); COMMANDS: that of a run. */
void help_manual(FILE *stream, enum command command);

/* A completion for bash: words, options and their values. */
void help_completion(FILE *stream);

#endif
