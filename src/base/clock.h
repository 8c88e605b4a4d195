/* SPDX-License-Identifier: BSD-3-Clause */
/* The steady clock and sleep. No outcome ever depends on either. */
#ifndef NSURF_BASE_CLOCK_H
#define NSURF_BASE_CLOCK_H

/* Seconds since some fixed moment; never goes back. */
double clock_now_s(void);

/* Seconds of a core that the calling thread has had: of those that it waited for one, none. */
double clock_thread_s(void);

/* Sleep for about so long; returns early when a signal arrives. */
void clock_sleep_s(double duration_s);

/* A wait as poll() takes it: milliseconds, rounded up, as many as an int holds at the most; -1 where it has no end. */
int clock_poll_ms(double wait_s);

#endif
