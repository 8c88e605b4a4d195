/* SPDX-License-Identifier: BSD-3-Clause */
/* For `make coverage`: children that leave by _exit write down which lines they ran, as exit has it done, and one that
 * is killed because it has said all gets the time for that. */
#include <signal.h>
#include <stdbool.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { WAIT_MS = 1000 };

void __gcov_dump(void);
_Noreturn void __real__exit(int code);
_Noreturn void __wrap__exit(int code);
int __real_kill(pid_t pid, int number);
int __wrap_kill(pid_t pid, int number);

_Noreturn void __wrap__exit(int code)
{
    __gcov_dump();
    __real__exit(code);
}

/* A child of ours ends by itself, if it does so soon; it is left to whoever waits for it. */
int __wrap_kill(pid_t pid, int number)
{
    bool alive = number == SIGKILL && pid > 0;
    for (int ms = 0; alive && ms < WAIT_MS; ms++) {
        siginfo_t info = {0};
        alive = waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == 0;
        if (alive)
            nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    }
    return __real_kill(pid, number);
}
