/* SPDX-License-Identifier: BSD-3-Clause */
/* A journal that others are writing, from outside: the file alone says what the experiment is and how far it has come.
 * It is opened anew at each look, without a lock, and read from where the last look ended; so a server's file is seen
 * as it is. Watching needs no bit-exact numbers, and ignores what it does not understand. */
#ifndef NSURF_STORE_JOURNAL_FOLLOW_H
#define NSURF_STORE_JOURNAL_FOLLOW_H

#include "base/error.h"
#include "store/journal_run.h"
#include "sweep/table.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum follow_state {
    FOLLOW_ABSENT,  /* no such file yet, or an empty one, or one whose header is unfinished */
    FOLLOW_RUNNING, /* a process has the file locked */
    FOLLOW_QUIET,   /* none has, and the last run did not say how it ended: killed, or files have no locks here */
    FOLLOW_ENDED    /* the last run said how */
};

struct follow {
    /* What there is, after a look at a file that is there. */
    enum follow_state state;
    size_t experiments;           /* how many there were: another one may have as many cells as the one before */
    struct experiment experiment; /* its data have counts and a name, no values */
    struct table table;           /* of the experiment */
    double cost, cost_done;       /* of all trials, predicted, see sweep/cost.h; … and of those with an outcome */
    double flop_done;
    bool grown;     /* there is something new since the look before */
    size_t damaged; /* lines that make no sense */

    /* The last run, as far as it told. */
    double started_s, ended_s;        /* seconds since 1970; NaN: it did not */
    double cost_before, flop_before;  /* done before it started */
    size_t lost;                      /* workers */
    bool chosen;               /* a run has said whose error it shows, table.shown */
    char lost_words[JOURNAL_RUN_TEXT], ended_words[JOURNAL_RUN_TEXT];

    struct follow_reader *reader; /* of journal_follow.c */
};

/* path must outlive it. Owns: the caller, who calls follow_close. Errors: STATUS_INTERNAL. */
enum status follow_open(struct follow *follow, const char *path, struct error *err) __attribute__((warn_unused_result));

/* Look what is new. Errors: STATUS_DATA for what is no journal, or one of another version; STATUS_IO;
 * STATUS_INTERNAL. */
enum status follow_look(struct follow *follow, struct error *err) __attribute__((warn_unused_result));

void follow_close(struct follow *follow);

#endif
