/* SPDX-License-Identifier: BSD-3-Clause */
/* A run of a program that failed, in words. */
#ifndef NSURF_PROGRAM_FAILED_RUN_H
#define NSURF_PROGRAM_FAILED_RUN_H

#include "base/spawner.h"
#include "program/program.h"

#include <stddef.h>

struct failed_run {
    const struct program *program;
    const struct words *words, *variables; /* its command, and what else stood in its environment */
    const struct spawner_end *end;
    double timeout_s;
    const char *missing; /* what there was no number in; empty where it ended otherwise */
    const char *stays;   /* where its folder stays; empty where it does not */
};

/* A line that says how it ended, the command to paste, and the end of its errors. text: [size], empty before; what is
 * too long is cut. Ranks: local. */
void failed_run_explain(const struct failed_run *failed, char *text, size_t size);

#endif
