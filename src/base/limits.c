/* SPDX-License-Identifier: BSD-3-Clause */
/* How many files may be open, and how many processors be used; see limits.h. */
#define _GNU_SOURCE /* sched_getaffinity */
#include "base/limits.h"

#include <dirent.h>
#include <sched.h>
#include <stdint.h>
#include <sys/resource.h>
#include <unistd.h>

size_t limits_processors(void)
{
    cpu_set_t mine;
    if (sched_getaffinity(0, sizeof mine, &mine) == 0)
        return (size_t)CPU_COUNT(&mine);
    const long online = sysconf(_SC_NPROCESSORS_ONLN); /* more than such a set can hold */
    return online > 0 ? (size_t)online : 1;
}

void limits_raise(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    limit.rlim_cur = limit.rlim_max;
    discard(setrlimit(RLIMIT_NOFILE, &limit)); /* what cannot be raised may still suffice */
}

/* Those that are open, as Linux tells; 0 elsewhere. */
static size_t count_open(void)
{
    size_t count = 0;
    DIR *const folder = opendir("/proc/self/fd");
    if (!folder)
        return 0;
    while (readdir(folder))
        count++;
    discard(closedir(folder));
    return count - 3; /* `.`, `..`, and the folder itself */
}

enum status limits_files(size_t more, struct error *err)
{
    struct rlimit limit;
    const size_t needed = count_open() + more;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY || needed <= limit.rlim_cur)
        return STATUS_OK;
    return error_set(err, STATUS_MPI,
                     "%ju files and connections may be open at once, and so many processes need %zu; raise the limit "
                     "with `ulimit -n %zu` before mpirun, or start fewer processes",
                     (uintmax_t)limit.rlim_cur, needed, needed);
}
