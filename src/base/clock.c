/* SPDX-License-Identifier: BSD-3-Clause */
/* The steady clock; see clock.h. */
#include "base/clock.h"

#include "base/error.h"

#include <time.h>

double clock_now_s(void)
{
    struct timespec now;
    discard(clock_gettime(CLOCK_MONOTONIC, &now)); /* cannot fail: every system of POSIX 2008 has this clock */
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

void clock_sleep_s(double duration_s)
{
    const time_t whole = (time_t)duration_s;
    const struct timespec span = {.tv_sec = whole, .tv_nsec = (long)(1e9 * (duration_s - (double)whole))};
    discard(nanosleep(&span, NULL)); /* woken early by a signal is what the caller wants */
}
