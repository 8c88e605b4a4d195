/* SPDX-License-Identifier: BSD-3-Clause */
/* Progress and the report on standard error. It knows the terminal and how figures read well, never how they came
 * about. */
#ifndef NSURF_CLI_PROGRESS_H
#define NSURF_CLI_PROGRESS_H

#include "cluster/cluster.h"
#include "sweep/report.h"

#include <stdbool.h>
#include <stddef.h>

struct progress {
    bool terminal;
    const char *unit; /* what is counted: "cell", "training" or "run" */
    double next_s;    /* when the next plain line is due */
    size_t drawn;     /* characters of the line that stands on the terminal */
};

/* unit: what is counted, one of it. Ranks: rank 0. */
void progress_start(struct progress *progress, const char *unit);

/* Show the state: redrawn in place on a terminal, else a line now and then. arg: struct progress. */
void progress_show(const struct sweep_state *state, void *arg);

/* Leave the line that is drawn in place, so that what follows begins on its own. */
void progress_end(struct progress *progress);

/* One state as text, without an end of line; returns its length. For progress_show, and its test. */
size_t progress_text(char *text, size_t size, const struct sweep_state *state, const char *unit);

/* What a run did, and the files that it left, in a few lines of 80 columns. unit: "training" or "run". */
void progress_report(const struct run_report *report, const char *unit, const char *prefix);

/* How well it was scheduled, for --verbose; all of it is in PREFIX.run.json too. Errors: STATUS_INTERNAL. */
enum status progress_report_more(const struct run_report *report, struct error *err)
    __attribute__((warn_unused_result));

/* A duration as people read it: "8 s", "3:07 min", "2:05 h", "4 d 02 h"; a number with three digits and the SI prefix,
 * "98.2 G". */
void progress_duration(char *text, size_t size, double duration_s);
void progress_number(char *text, size_t size, double value);

#endif
