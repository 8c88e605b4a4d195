/* SPDX-License-Identifier: BSD-3-Clause */
/* What a run notes of itself; see journal_run.h. */
#define _GNU_SOURCE /* timegm, strptime */
#include "store/journal_run.h"

#include "base/error.h"

#include <math.h>
#include <stdio.h>
#include <time.h>

const char *const journal_run_names[JOURNAL_RUNS] = {"run_started", "run_chosen", "run_lost", "run_ended"};

static const char form[] = "%Y-%m-%dT%H:%M:%SZ";

void journal_run_write(char *text, double seconds, const char *words)
{
    const time_t whole = (time_t)seconds;
    struct tm tm = {0};
    char moment[32] = "";
    if (!gmtime_r(&whole, &tm) || strftime(moment, sizeof moment, form, &tm) == 0)
        moment[0] = '\0';
    discard(snprintf(text, JOURNAL_RUN_TEXT, "%s%s%.470s", moment, *words ? " " : "", words));
}

double journal_run_read(const char *text, const char **words)
{
    struct tm tm = {0};
    const char *const end = strptime(text, form, &tm);
    *words = end ? end + (*end == ' ') : text;
    return end ? (double)timegm(&tm) : (double)NAN;
}
