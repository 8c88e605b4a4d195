/* SPDX-License-Identifier: BSD-3-Clause */
/* Descendants; see descendants.h. Each process in /proc names its parent, so the tree is what reaches this process. */
#define _GNU_SOURCE /* wait for any child, prctl */
#include "base/descendants.h"

#include "base/error.h"
#include "base/number.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/prctl.h>
#endif

struct process {
    pid_t pid, parent;
    bool ours;
};

void descendants_adopt(void)
{
#ifdef PR_SET_CHILD_SUBREAPER
    discard(prctl(PR_SET_CHILD_SUBREAPER, 1));
#endif
}

bool descendants_bury(long pid, bool *ended, int *status)
{
    int how;
    pid_t buried;
    while ((buried = waitpid(-1, &how, WNOHANG)) > 0)
        if (buried == (pid_t)pid) {
            *ended = true;
            *status = how;
        }
    return buried == 0;
}

/* PID (NAME) STATE PARENT …, where the name may hold anything. */
static pid_t parent_of(const char *pid)
{
    char path[64], text[512];
    uint64_t parent = 0;
    const char *rest;
    discard(snprintf(path, sizeof path, "/proc/%.20s/stat", pid));
    FILE *const stream = fopen(path, "r");
    if (!stream)
        return 0;
    const size_t got = fread(text, 1, sizeof text - 1, stream);
    discard(fclose(stream));
    text[got] = '\0';
    const char *const end = strrchr(text, ')');
    if (end && strlen(end) > 4)
        discard((long)number_read_whole(end + 4, INT32_MAX, &parent, &rest));
    return (pid_t)parent;
}

/* Every process of the machine; NULL without memory. */
static struct process *list(size_t *count)
{
    struct process *processes = NULL;
    size_t capacity = 0;
    DIR *const folder = opendir("/proc");
    *count = 0;
    for (struct dirent *entry; folder && (entry = readdir(folder)) != NULL;) {
        uint64_t pid;
        if (number_read_count(entry->d_name, INT32_MAX, &pid) != NUMBER_OK)
            continue;
        if (*count == capacity) {
            capacity = capacity ? 2 * capacity : 256;
            struct process *const larger = realloc(processes, capacity * sizeof *larger);
            if (!larger)
                break;
            processes = larger;
        }
        processes[(*count)++] = (struct process){.pid = (pid_t)pid, .parent = parent_of(entry->d_name)};
    }
    if (folder)
        discard(closedir(folder));
    return processes;
}

void descendants_signal(int number)
{
    const pid_t self = getpid();
    size_t count;
    struct process *const processes = list(&count);
    for (bool more = true; more;) {
        more = false;
        for (size_t i = 0; i < count; i++) {
            bool ours = processes[i].parent == self;
            for (size_t k = 0; k < count && !ours; k++)
                ours = processes[k].ours && processes[k].pid == processes[i].parent;
            more = more || (ours && !processes[i].ours);
            processes[i].ours = processes[i].ours || ours;
        }
    }
    for (size_t i = 0; i < count; i++)
        if (processes[i].ours)
            discard(kill(processes[i].pid, number));
    free(processes);
}
