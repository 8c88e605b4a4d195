/* SPDX-License-Identifier: BSD-3-Clause */
/* The supervisor; see supervisor.h. */
#include "cluster/supervisor.h"

#include "base/child.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "base/number.h"
#include "cluster/cluster.h"

#include <dlfcn.h>
#include <limits.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Seconds between two looks at whether the launcher is still there. */
static const double look_s = 1;

/* How long a rank may take to leave, from MPI_Finalize on. */
static const double leave_s = 5;

/* How long the launcher may take to answer. */
enum { LAUNCHER_S = 10 };

/* How far a rank is; the parent's picture of its child. */
struct stage {
    enum { STAGE_BEGUN, STAGE_AT_WORK, STAGE_LEAVING } at;
    int rank, code;
    struct liveness_address address;
};

static struct child child; /* what this process was split into; pid is 0 in the child itself */
static bool watched;

static bool is_worth_it(void)
{
    const char *const ranks = getenv("OMPI_COMM_WORLD_SIZE"); /* set by Open MPI's mpirun alone */
    uint64_t count = 0;
    return getenv("PMIX_RANK") && ranks && number_read_count(ranks, INT_MAX, &count) == NUMBER_OK && count > 1;
}

/* Deregister from the launcher on behalf of a rank that cannot any more. The library is the one that MPI has loaded,
 * or would have; without it the death cannot be hidden. A launcher that has gone need not be told. */
static bool take_leave(void)
{
    const bool orphaned = (long)getppid() != child.launcher;
    void *const library = orphaned ? NULL : dlopen("libpmix.so.2", RTLD_NOW);
    if (!library)
        return false;
    int (*init)(void *self, void *info, size_t count), (*finalize)(const void *info, size_t count);
    *(void **)&init = dlsym(library, "PMIx_Init"); /* as POSIX has it */
    *(void **)&finalize = dlsym(library, "PMIx_Finalize");
    child_watch_limit(LAUNCHER_S); /* a launcher that hangs is told of a death after all */
    const bool taken = init && finalize && init(NULL, NULL, 0) == 0 && finalize(NULL, 0) == 0;
    child_watch_limit(0);
    return taken;
}

/* As a shell has it. */
static int exit_code(int status)
{
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void supervisor_ending(char *text, size_t size, int status)
{
    if (WIFEXITED(status)) {
        discard(snprintf(text, size, "exited with code %d", WEXITSTATUS(status)));
        return;
    }
    const int number = WTERMSIG(status);
    const bool memory = number == SIGKILL && getenv("SLURM_JOB_ID");
    discard(snprintf(text, size, "killed by signal %d, %s%s", number, strsignal(number),
                     memory ? " (for want of memory? `nsurf plan` says how much to ask for)" : ""));
}

/* Rank 0 cannot say it any more. */
static void tell_end(int status)
{
    char text[128];
    supervisor_ending(text, sizeof text, status);
    log_line("rank 0 was %s; the same command resumes from the journal", text);
}

/* The rank has ended: what the launcher is told. */
static int conclude(const struct stage *stage, struct liveness *connection)
{
    const bool manager = cluster_launch_rank() == 0, by_itself = WIFEXITED(child.status);
    if (stage->at == STAGE_LEAVING) {
        if (!by_itself) /* in MPI_Finalize, where it may have taken leave already: then this is refused */
            discard((long)take_leave());
        return manager ? stage->code : 0; /* the job's code is rank 0's, which may be still at work */
    }
    if (manager && !by_itself)
        tell_end(child.status);
    if (manager || stage->at == STAGE_BEGUN)
        return exit_code(child.status);
    liveness_tell(connection, child.status);
    return take_leave() ? 0 : exit_code(child.status);
}

/* Until the rank has ended. */
static int watch(void)
{
    struct stage stage = {.at = STAGE_BEGUN};
    struct liveness connection = {.fd = -1};
    bool begun = false;
    double until_s = INFINITY;
    for (;;) {
        const unsigned seen = child_watch(&child, connection.fd, !connection.up, look_s);
        const double now_s = clock_now_s();
        int grace_s;
        while (child_heard(&child, &stage, sizeof stage))
            ;
        if (stage.at == STAGE_AT_WORK && !begun) {
            liveness_begin(&connection, &stage.address, (uint32_t)stage.rank);
            begun = true;
        }
        if (seen & CHILD_ENDED)
            return conclude(&stage, &connection);
        if (liveness_tend(&connection, now_s, &grace_s))
            until_s = fmin(until_s, now_s + grace_s);
        if (stage.at == STAGE_LEAVING)
            until_s = fmin(until_s, now_s + leave_s);
        if ((seen & CHILD_ORPHANED) || now_s >= until_s)
            child_kill(&child);
    }
}

bool supervisor_split(int *code)
{
    child.launcher = (long)getppid();
    if (!is_worth_it())
        return false;
    const enum child_side side = child_split(&child);
    if (side == CHILD_PARENT) {
        *code = watch();
        return true;
    }
    watched = side == CHILD_WORK;
    if (watched) /* or else MPI_Finalize waits for the dead */
        discard(setenv("OMPI_MCA_async_mpi_finalize", "1", 0));
    return false;
}

bool supervisor_watches(void)
{
    return watched;
}

long supervisor_launcher(void)
{
    return child.launcher;
}

static void tell(const struct stage *stage)
{
    if (watched)
        child_say(&child, stage, sizeof *stage);
}

void supervisor_work(const struct liveness_address *address, int rank)
{
    const struct stage stage = {.at = STAGE_AT_WORK, .rank = rank, .address = *address};
    tell(&stage);
}

void supervisor_leave(int code)
{
    const struct stage stage = {.at = STAGE_LEAVING, .code = code};
    tell(&stage);
    supervisor_wake();
}

void supervisor_wake(void)
{
    if (watched) /* or else the launcher waits for a parent that is stopped */
        child_wake_parent(&child);
}
