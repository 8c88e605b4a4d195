/* SPDX-License-Identifier: BSD-3-Clause */
/* A process split in two; see child.h. */
#include "base/child.h"

#include "base/error.h"

#ifdef __linux__

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

/* The child's side of a split: no process of its own is left behind when the parent dies, and what is sent to the
 * parent's group comes through the parent alone. */
static void begin_work(struct child *child, const int pipe[2], const sigset_t *mask, pid_t parent)
{
    discard(prctl(PR_SET_PDEATHSIG, SIGKILL));
    if (getppid() != parent) /* it died before we could ask */
        discard(raise(SIGKILL));
    discard(setpgid(0, 0));
    discard(close(pipe[0]));
    child->says = pipe[1];
    child->parent = (long)parent;
    discard(sigprocmask(SIG_SETMASK, mask, NULL));
}

static void begin_watch(struct child *child, const int pipe[2], const sigset_t *watched)
{
    discard(close(pipe[1]));
    child->says = pipe[0];
    child->signals = signalfd(-1, watched, SFD_NONBLOCK | SFD_CLOEXEC);
    discard(prctl(PR_SET_NAME, "nsurf-watch"));
}

enum child_side child_split(struct child *child)
{
    int ends[2];
    sigset_t watched, mask;
    *child = (struct child){.launcher = (long)getppid(), .signals = -1};
    if (pipe(ends) != 0)
        return CHILD_NONE;
    for (int i = 0; i < 2; i++)
        discard(fcntl(ends[i], F_SETFD, FD_CLOEXEC));
    discard(fcntl(ends[0], F_SETFL, O_NONBLOCK));
    /* Blocked before the child can end and before a signal can come, so that none is missed. */
    discard(sigfillset(&watched)); /* SIGKILL and SIGSTOP cannot be handed on; the former ends both */
    discard(sigaction(SIGCHLD, &(struct sigaction){.sa_handler = SIG_DFL}, NULL)); /* ignored, it would hide the end */
    discard(sigprocmask(SIG_BLOCK, &watched, &mask));
    const pid_t parent = getpid(), pid = fork();
    child->pid = pid;
    if (pid < 0) {
        discard(sigprocmask(SIG_SETMASK, &mask, NULL));
        discard(close(ends[0]));
        discard(close(ends[1]));
        return CHILD_NONE;
    }
    if (pid == 0) {
        begin_work(child, ends, &mask, parent);
        return CHILD_WORK;
    }
    begin_watch(child, ends, &watched);
    return CHILD_PARENT;
}

void child_say(const struct child *child, const void *words, size_t size)
{
    discard((long)write(child->says, words, size)); /* in one piece, see pipe(7) */
}

void child_wake_parent(const struct child *child)
{
    if (child->parent > 0 && getppid() == (pid_t)child->parent)
        discard(kill((pid_t)child->parent, SIGCONT));
}

bool child_heard(const struct child *child, void *words, size_t size)
{
    return read(child->says, words, size) == (ssize_t)size;
}

/* Take the signals that have come; whether the child has ended. */
static bool hand_on(struct child *child)
{
    struct signalfd_siginfo info;
    while (read(child->signals, &info, sizeof info) == (ssize_t)sizeof info)
        if (info.ssi_signo != SIGCHLD)
            discard(kill((pid_t)child->pid, (int)info.ssi_signo));
    return waitpid((pid_t)child->pid, &child->status, WNOHANG) == (pid_t)child->pid;
}

unsigned child_watch(struct child *child, int other, bool written, double wait_s)
{
    struct pollfd fds[] = {{.fd = child->signals, .events = POLLIN},
                           {.fd = child->says, .events = POLLIN},
                           {.fd = other, .events = written ? POLLOUT : POLLIN}};
    unsigned seen = 0;
    discard(poll(fds, sizeof fds / sizeof *fds, (int)(1000 * wait_s)));
    if (fds[1].revents & POLLIN)
        seen |= CHILD_SAID;
    if (fds[2].revents)
        seen |= CHILD_OTHER;
    if (hand_on(child))
        seen |= CHILD_ENDED;
    if (getppid() != (pid_t)child->launcher)
        seen |= CHILD_ORPHANED;
    return seen;
}

void child_watch_limit(unsigned seconds)
{
    sigset_t alarms;
    discard(sigemptyset(&alarms));
    discard(sigaddset(&alarms, SIGALRM));
    discard((long)alarm(seconds));
    discard(sigprocmask(SIG_UNBLOCK, &alarms, NULL));
}

void child_kill(const struct child *child)
{
    discard(kill((pid_t)child->pid, SIGKILL));
}

#else

enum child_side child_split(struct child *child)
{
    *child = (struct child){0};
    return CHILD_NONE;
}

void child_say(const struct child *child, const void *words, size_t size)
{
    (void)child, (void)words, (void)size;
}

bool child_heard(const struct child *child, void *words, size_t size)
{
    (void)child, (void)words, (void)size;
    return false;
}

void child_wake_parent(const struct child *child)
{
    (void)child;
}

unsigned child_watch(struct child *child, int other, bool written, double wait_s)
{
    (void)child, (void)other, (void)written, (void)wait_s;
    return 0;
}

void child_watch_limit(unsigned seconds)
{
    (void)seconds;
}

void child_kill(const struct child *child)
{
    (void)child;
}

#endif
