/* SPDX-License-Identifier: BSD-3-Clause */
/* What the program tells of itself, from the table of its options: help, version, and the manuals' lists of
 * options. */
#ifndef NSURF_CLI_HELP_H
#define NSURF_CLI_HELP_H

#include "cli/options.h"

#include <stdio.h>

/* The options of a command; COMMANDS: of all. At most 80 columns wide. */
void help_print(FILE *stream, enum command command);

/* What one needs to begin: three examples and the options that have a letter, in at most 25 lines of 80 columns. */
void help_brief(FILE *stream);

/* How many bytes of an option's help say something alone. */
size_t help_first_words(const char *help);

void help_version(FILE *stream);

/* The options as the manual page of a command lists them, in the macros of mdoc(7); COMMANDS: that of a run. */
void help_manual(FILE *stream, enum command command);

#endif
