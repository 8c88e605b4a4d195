/* SPDX-License-Identifier: BSD-3-Clause */
/* The steady clock; see clock.h. */
#include "base/clock.h"

#include "base/error.h"

#include <limits.h>
#include <math.h>
#include <time.h>

static double read_s(clockid_t id)
{
    struct timespec now;
    discard(clock_gettime(id, &now)); /* cannot fail: every system of POSIX 2008 has these clocks */
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

double clock_now_s(void)
{
    return read_s(CLOCK_MONOTONIC);
}

double clock_thread_s(void)
{
    return read_s(CLOCK_THREAD_CPUTIME_ID);
}

void clock_sleep_s(double duration_s)
{
    const time_t whole = (time_t)duration_s;
    const struct timespec span = {.tv_sec = whole, .tv_nsec = (long)(1e9 * (duration_s - (double)whole))};
    discard(nanosleep(&span, NULL)); /* woken early by a signal is what the caller wants */
}

int clock_poll_ms(double wait_s)
{
    return isinf(wait_s) ? -1 : (int)fmin(INT_MAX, ceil(1000 * fmax(0, wait_s)));
}
