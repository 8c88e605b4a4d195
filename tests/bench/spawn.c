/* SPDX-License-Identifier: BSD-3-Clause */
/* The bound of whoever runs programs: posix_spawn and waitpid, and nothing else. JOBS processes run ITEMS of them
 * between each other. Usage: spawn ITEMS JOBS PROGRAM [WORD]… */
#define _GNU_SOURCE
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static int run(long items, char **words)
{
    for (long i = 0; i < items; i++) {
        pid_t pid;
        int status;
        if (posix_spawnp(&pid, words[0], NULL, NULL, words, environ) != 0 || waitpid(pid, &status, 0) != pid || status)
            return 1;
    }
    return 0;
}

int main(int argc, char **argv)
{
    if (argc < 4)
        return 64;
    const long items = atol(argv[1]), jobs = atol(argv[2]);
    int status = 0, failed = 0;
    for (long job = 0; job < jobs; job++)
        if (fork() == 0)
            _exit(run(items / jobs, argv + 3));
    while (wait(&status) > 0)
        failed |= status;
    return failed != 0;
}
