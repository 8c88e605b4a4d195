/* SPDX-License-Identifier: BSD-3-Clause */
/* Work in a child process; see isolated.h. */
#include "base/isolated.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/prctl.h>
#ifndef F_SETPIPE_SZ
#define F_SETPIPE_SZ (1024 + 7) /* fcntl(2); the headers show it to _GNU_SOURCE alone, which changes much else */
#endif
#endif

/* What a child may take before it has said what it needs, and how fast it fills memory at the least. */
static const size_t first_bytes = (size_t)256 << 20, bytes_per_s = (size_t)4 << 20;
enum { FIRST_S = 5 };

/* The address space of this process. 0 where that cannot be known, and so not be limited. */
static size_t address_space(void)
{
    unsigned long pages = 0;
    FILE *const stream = fopen("/proc/self/statm", "r");
    if (!stream)
        return 0;
    const bool read = fscanf(stream, "%lu", &pages) == 1;
    discard(fclose(stream));
    return read ? (size_t)pages * (size_t)sysconf(_SC_PAGESIZE) : 0;
}

/* Raise or lower a soft limit; a lower one that the user set stays. */
static void limit(int resource, rlim_t most)
{
    struct rlimit now;
    if (getrlimit(resource, &now) != 0)
        return;
    now.rlim_cur = now.rlim_max != RLIM_INFINITY && now.rlim_max < most ? now.rlim_max : most;
    discard(setrlimit(resource, &now));
}

void isolated_allow(size_t bytes)
{
    struct rusage used;
    const size_t space = address_space();
    if (space > 0)
        limit(RLIMIT_AS, (rlim_t)(space + first_bytes + bytes));
    if (getrusage(RUSAGE_SELF, &used) == 0)
        limit(RLIMIT_CPU, (rlim_t)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) + FIRST_S + bytes / bytes_per_s);
}

/* Nothing of a crash is seen but its signal: no core, no word of a library, no handler of ours. */
static void begin(long parent)
{
    static const int crashes[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGXCPU};
#ifdef __linux__
    discard(prctl(PR_SET_PDEATHSIG, SIGKILL));
    if ((long)getppid() != parent) /* it died before we could ask */
        discard(raise(SIGKILL));
#else
    (void)parent;
#endif
    for (size_t i = 0; i < sizeof crashes / sizeof *crashes; i++)
        discard(sigaction(crashes[i], &(struct sigaction){.sa_handler = SIG_DFL}, NULL));
    const int null = open("/dev/null", O_WRONLY);
    if (null >= 0)
        discard(dup2(null, STDERR_FILENO));
    limit(RLIMIT_CORE, 0);
    isolated_allow(0);
}

static enum status no_child(const char *name, struct error *err)
{
    return error_set(err, STATUS_INTERNAL, "%.160s: no process can be started to read it: %s; try again", name,
                     strerror(errno));
}

/* The child is gone: how it ended. */
static int reap(struct isolated *child)
{
    int status = 0;
    discard(fclose(child->pipe));
    child->pipe = NULL;
    while (waitpid((pid_t)child->pid, &status, 0) < 0 && errno == EINTR)
        ;
    return status;
}

/* The child ended before it had said all. */
static enum status tell_end(struct isolated *child, struct error *err)
{
    const int status = reap(child);
    const int number = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    return error_set(err, STATUS_DATA, "%.160s: reading it %s; is the file damaged, or made to do harm?", child->name,
                     number == SIGXCPU ? "takes more time than its size explains"
                     : number          ? "makes the library crash"
                                       : "ended too early");
}

enum status isolated_start(struct isolated *child, const char *name, isolated_work *work, isolated_hand_over *hand_over,
                           void *arg, struct error *err)
{
    int ends[2];
    *child = (struct isolated){.name = name};
    if (pipe(ends) != 0)
        return no_child(name, err);
#ifdef F_SETPIPE_SZ
    discard(fcntl(ends[0], F_SETPIPE_SZ, 1 << 20)); /* fewer turns of both processes; or it stays as it is */
#endif
    const long parent = (long)getpid();
    child->pid = (long)fork();
    if (child->pid < 0) {
        discard(close(ends[0]));
        discard(close(ends[1]));
        return no_child(name, err);
    }
    const bool is_child = child->pid == 0;
    discard(close(ends[is_child ? 0 : 1]));
    child->pipe = fdopen(ends[is_child ? 1 : 0], is_child ? "w" : "r");
    if (is_child && child->pipe) {
        struct error verdict = {0};
        begin(parent);
        verdict.status = work(arg, &verdict);
        isolated_say(child, &verdict);
        if (!verdict.status)
            hand_over(child, arg);
        discard(fflush(child->pipe));
    }
    if (is_child)
        _exit(0); /* what the parent has in its buffers is the parent's to write */
    if (!child->pipe) {
        discard(close(ends[0]));
        return no_child(name, err);
    }
    const enum status status = isolated_ask(child, err);
    if (status)
        isolated_end(child);
    return status;
}

void isolated_say(const struct isolated *parent, const struct error *verdict)
{
    isolated_put(parent, verdict, sizeof *verdict);
}

enum status isolated_ask(struct isolated *child, struct error *err)
{
    struct error verdict = {0};
    const enum status status = isolated_get(child, &verdict, sizeof verdict, err);
    if (status || !verdict.status)
        return status;
    verdict.text[sizeof verdict.text - 1] = '\0';
    *err = verdict;
    return verdict.status;
}

void isolated_put(const struct isolated *parent, const void *bytes, size_t size)
{
    discard((long)fwrite(bytes, 1, size, parent->pipe)); /* when the parent is gone, so are we */
}

enum status isolated_get(struct isolated *child, void *bytes, size_t size, struct error *err)
{
    if (!child->pipe)
        return isolated_refuse(child, err);
    return fread(bytes, 1, size, child->pipe) == size ? STATUS_OK : tell_end(child, err);
}

enum status isolated_refuse(const struct isolated *child, struct error *err)
{
    return error_set(err, STATUS_DATA, "%.160s: what was read of it makes no sense; is the file damaged?", child->name);
}

void isolated_end(struct isolated *child)
{
    if (!child->pipe)
        return;
    discard(kill((pid_t)child->pid, SIGKILL)); /* it may still free its memory, which is not waited for */
    discard((long)reap(child));
}
