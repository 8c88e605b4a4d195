/* SPDX-License-Identifier: BSD-3-Clause */
/* Making way for others; see priority.h. */
#define _XOPEN_SOURCE 700 /* nice */
#include "base/priority.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/number.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* What the session had before, while it has less by our doing. */
static int former;
static bool lowered;

/* Other sessions may have changed theirs a moment ago: the kernel takes one such wish in a tenth of a second. */
enum { TRIES = 5 };
static const double pause_s = 0.11;

static const char place[] = "/proc/self/autogroup"; /* it reads as `/autogroup-73 nice 0` */

static bool read_session(int *value)
{
    FILE *const file = fopen(place, "re");
    const bool got = file && fscanf(file, "/autogroup-%*u nice %d", value) == 1;
    if (file)
        discard(fclose(file));
    return got;
}

static void write_session(int value)
{
    for (int n = 0; n < TRIES; n++) {
        const int file = open(place, O_WRONLY | O_CLOEXEC);
        const bool again = file >= 0 && dprintf(file, "%d", value) < 0 && errno == EAGAIN;
        if (file >= 0)
            discard(close(file));
        if (!again)
            return;
        clock_sleep_s(pause_s);
    }
}

/* The parent and the session of a process; false when it is gone. */
static bool look_up(long pid, long *parent, long *session)
{
    char name[64], line[512];
    discard(snprintf(name, sizeof name, "/proc/%ld/stat", pid));
    FILE *const file = fopen(name, "re");
    if (!file)
        return false;
    const char *const got = fgets(line, sizeof line, file);
    discard(fclose(file));
    const char *const behind = got ? strrchr(line, ')') : NULL; /* its name may hold anything */
    return behind && sscanf(behind + 1, " %*c %ld %*d %ld", parent, session) == 2;
}

/* Whether `pid` is `ancestor` or descends from it. */
static bool descends(long pid, long ancestor)
{
    long session;
    while (pid > 1 && pid != ancestor)
        if (!look_up(pid, &pid, &session))
            return false;
    return pid == ancestor;
}

/* Whether all processes of this session are the job's: this one and those that it descends from, and the ranks, which
 * descend from the launcher. */
static bool is_alone(long launcher)
{
    const long self = (long)getpid(), session = (long)getsid(0);
    bool alone = true;
    DIR *const folder = opendir("/proc");
    if (!folder)
        return false;
    for (const struct dirent *entry = readdir(folder); entry && alone; entry = readdir(folder)) {
        long parent, its_session;
        uint64_t number = 0;
        const bool is_process = number_read_count(entry->d_name, INT32_MAX, &number) == NUMBER_OK;
        const long pid = (long)number;
        if (is_process && look_up(pid, &parent, &its_session) && its_session == session)
            alone = descends(self, pid) || (launcher > 1 && descends(pid, launcher));
    }
    discard(closedir(folder));
    return alone;
}

/* Linux may share the processor among sessions first (sched_autogroup_enabled): then what a process yields goes to
 * nobody but its own session, and the session has to step down too. That is done only where no terminal is and where
 * the session holds nothing but the job, as under ssh, in a batch job, or after setsid. Two busy sessions on a core:
 * niced by 19 one still has half of it, with this 4 % (sched(7), "The autogroup feature"). */
static void lower_session(int value, long launcher)
{
    const int terminal = open("/dev/tty", O_RDONLY | O_NOCTTY | O_CLOEXEC);
    if (terminal >= 0) {
        discard(close(terminal));
        return;
    }
    if (!read_session(&former) || former >= value || !is_alone(launcher))
        return; /* another kernel, or nothing to do, or not ours */
    write_session(value);
    lowered = true;
}

void priority_lower(int steps, long launcher)
{
    const int value = nice(steps); /* cannot fail downwards */
    if (value > 0)
        lower_session(value, launcher);
}

void priority_restore(void)
{
    if (lowered)
        write_session(former);
    lowered = false;
}
