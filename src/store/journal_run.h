/* SPDX-License-Identifier: BSD-3-Clause */
/* What a run notes in the journal of itself, for nsurf watch: remarks `# NAME MOMENT WORDS` among the outcomes.
 * They are no part of what identifies the experiment, and a run that is resumed ignores them. */
#ifndef NSURF_STORE_JOURNAL_RUN_H
#define NSURF_STORE_JOURNAL_RUN_H

#include <stddef.h>

enum journal_run {
    JOURNAL_RUN_STARTED, /* how many processes */
    JOURNAL_RUN_CHOSEN,  /* the samples whose error is the surface: train, validation, test */
    JOURNAL_RUN_LOST,    /* which worker, and why */
    JOURNAL_RUN_ENDED,   /* "complete", or why it stopped */
    JOURNAL_RUNS
};
extern const char *const journal_run_names[JOURNAL_RUNS];

/* The value of such a remark: the moment as RFC 3339 has it, in UTC (2026-11-28T13:30:00Z), and words.
 * text: [JOURNAL_RUN_TEXT]. seconds: since 1970. */
enum { JOURNAL_RUN_TEXT = 512 };
void journal_run_write(char *text, double seconds, const char *words);

/* Seconds since 1970, NaN where there is no moment; *words: what follows it in text. */
double journal_run_read(const char *text, const char **words);

#endif
