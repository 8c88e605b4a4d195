/* SPDX-License-Identifier: BSD-3-Clause */
/* Making way for others; see priority.h. */
#define _XOPEN_SOURCE 700 /* nice */
#include "base/priority.h"

#include "base/error.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

/* Linux may share the processor among sessions first (sched_autogroup_enabled): then what a process yields goes to
 * nobody but its own session, and the session has to step down too. That is done only where no terminal is: there the
 * session holds nothing but the job, as under ssh, in a batch job, or after setsid. Two busy sessions on a core: niced
 * by 19 one still has half of it, with this 4 % (sched(7), "The autogroup feature"). */
static void lower_session(int value)
{
    const int terminal = open("/dev/tty", O_RDONLY | O_NOCTTY | O_CLOEXEC);
    if (terminal >= 0) {
        discard(close(terminal));
        return;
    }
    const int file = open("/proc/self/autogroup", O_WRONLY | O_CLOEXEC);
    if (file < 0)
        return; /* another kernel, and nothing to do */
    /* Refused when another process of the session did so a moment ago: once is enough. */
    discard(dprintf(file, "%d", value));
    discard(close(file));
}

void priority_lower(int steps)
{
    const int value = nice(steps); /* cannot fail downwards */
    if (value > 0)
        lower_session(value);
}
