/* SPDX-License-Identifier: BSD-3-Clause */
/* Joining, agreeing and leaving; see cluster.h. It knows nothing of packs and outcomes. */
#include "cluster/cluster.h"

#include "base/build.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/number.h"
#include "cluster/inner.h"
#include "cluster/supervisor.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What Open MPI 4.1 opens in MPI_Init, where it fails without a word of ours when it may not. */
enum { MPI_FILES = 32 };

/* A number that a launcher leaves in the environment under one of these names, the last of which is NULL. */
static long launch_number(const char *const *names, long otherwise)
{
    uint64_t number;
    for (; *names; names++) {
        const char *const text = getenv(*names);
        if (text && number_read_count(text, INT_MAX, &number) == NUMBER_OK)
            return (long)number;
    }
    return otherwise;
}

/* Open MPI, any launcher with PMIx, MPICH and Slurm's PMI-2. */
static const char *const rank_names[] = {"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK", NULL};

int cluster_launch_rank(void)
{
    return (int)launch_number(rank_names, 0);
}

bool cluster_launched(void)
{
    return launch_number(rank_names, -1) >= 0;
}

/* How many processes were started together, as their launcher says; PMIx alone says nothing. */
static long launch_size(void)
{
    static const char *const names[] = {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE", NULL};
    return launch_number(names, 1);
}

long cluster_launcher(void)
{
    return supervisor_launcher();
}

bool cluster_split(int *code)
{
    return supervisor_split(code);
}

/* An error of the message passing: what it was, in one line, and the end of the job. MPI asks for the ellipsis. */
static void on_error(MPI_Comm *comm, int *code, ...)
{
    char text[MPI_MAX_ERROR_STRING] = "unknown error";
    int length = 0, rank = -1;
    discard(MPI_Error_string(*code, text, &length));
    discard(MPI_Comm_rank(MPI_COMM_WORLD, &rank));
    log_line("rank %d: the message passing failed: %s", rank, text);
    discard(MPI_Abort(*comm, STATUS_MPI));
}

enum status cluster_start(struct cluster **cluster, struct error *err)
{
    *cluster = NULL;
    const enum status scarce = limits_files(MPI_FILES, err);
    if (scarce)
        return scarce;
    if (MPI_Init(NULL, NULL) != MPI_SUCCESS)
        return error_set(err, STATUS_MPI,
                         "MPI_Init failed; start the program with the mpirun of the MPI that it was built with");
    int size;
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    if (size == 1 && launch_size() > 1) { /* each would do the whole work */
        discard(MPI_Finalize());
        return error_set(err, STATUS_MPI,
                         "%ld processes were started by the launcher of another MPI than %s, which this program was "
                         "built with; start it with the mpirun of that one",
                         launch_size(), build_mpi());
    }
    struct cluster *const c = mem_array(1, sizeof *c);
    if (!c) {
        discard(MPI_Finalize());
        return error_memory(err, "the cluster");
    }
    MPI_Errhandler handler;
    MPI_Comm_create_errhandler(on_error, &handler);
    MPI_Comm_set_errhandler(MPI_COMM_WORLD, handler);
    MPI_Errhandler_free(&handler);
    c->comm = MPI_COMM_WORLD; /* nobody else in this program sends messages */
    MPI_Comm_rank(c->comm, &c->rank);
    c->size = size;
    c->here = 1;
    c->outbox.comm = c->comm;
    c->node = MPI_COMM_NULL;
    c->window = MPI_WIN_NULL;
    *cluster = c;
    return STATUS_OK;
}

enum status cluster_start_alone(struct cluster **cluster, int jobs, struct error *err)
{
    *cluster = mem_array(1, sizeof **cluster);
    if (!*cluster)
        return error_memory(err, "the cluster");
    **cluster = (struct cluster){.comm = MPI_COMM_NULL,
                                 .outbox.comm = MPI_COMM_NULL,
                                 .node = MPI_COMM_NULL,
                                 .window = MPI_WIN_NULL,
                                 .alone = true,
                                 .size = jobs,
                                 .here = jobs};
    return STATUS_OK;
}

int cluster_rank(const struct cluster *cluster)
{
    return cluster->rank;
}

int cluster_size(const struct cluster *cluster)
{
    return cluster->size;
}

void cluster_host(char *host)
{
    char name[RUN_HOST_TEXT] = "";
    if (gethostname(name, sizeof name - 1) != 0 || name[0] == '\0')
        memcpy(name, "unknown", sizeof "unknown");
    memcpy(host, name, sizeof name);
}

/* Say whose error it is. */
static void sign(struct error *err, int rank)
{
    char host[RUN_HOST_TEXT];
    cluster_host(host);
    const struct error plain = *err;
    discard((long)error_set(err, plain.status, "%s (rank %d on %s)", plain.text, rank, host));
}

enum status cluster_agree(struct cluster *cluster, enum status status, struct error *err)
{
    if (cluster->alone)
        return status;
    const int mine = status == STATUS_OK ? INT_MAX : cluster->rank;
    int first = INT_MAX;
    MPI_Request request;
    MPI_Iallreduce(&mine, &first, 1, MPI_INT, MPI_MIN, cluster->comm, &request);
    message_await(&request);
    if (first == INT_MAX)
        return STATUS_OK;
    struct error verdict = {0};
    if (cluster->rank == first) {
        if (err)
            verdict = *err;
        verdict.status = status;
        if (first > 0)
            sign(&verdict, first);
    }
    MPI_Ibcast(&verdict, (int)sizeof verdict, MPI_BYTE, first, cluster->comm, &request);
    message_await(&request);
    if (err)
        *err = verdict;
    return verdict.status;
}

void cluster_finish(struct cluster *cluster, enum status status)
{
    if (!cluster)
        return;
    if (cluster->alone) {
        workers_free(&cluster->workers);
        free(cluster);
        return;
    }
    if (cluster->workers.count > 0 && !workers_release(&cluster->workers, &cluster->outbox, status)) {
        log_line("the job is ended by mpirun, because a worker is still there; all that was written is whole");
        discard(MPI_Abort(cluster->comm, (int)status));
    }
    share_forget(cluster);
    outbox_free(&cluster->outbox);
    supervisor_leave((int)status);
    discard(MPI_Finalize());
    supervisor_wake(); /* it may have been stopped since */
    workers_free(&cluster->workers); /* hangs up on the supervisors, which then wait no longer for their workers */
    free(cluster);
}
