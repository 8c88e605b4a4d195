/* SPDX-License-Identifier: BSD-3-Clause */
/* Giving the task to all ranks. A small data set is broadcast to every rank. A large one is broadcast to one rank a
 * node, into memory that the ranks of the node share, so that a node holds it once however many ranks it runs. */
#include "cluster/inner.h"

#include "base/mem.h"
#include "base/number.h"
#include "cluster/reference.h"
#include "cluster/supervisor.h"
#include "sweep/program_grid.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* From this size on a data set is kept once a node. Below, a copy of its own near each rank's core is better than
 * what the copies cost: 64 ranks, a quarter of a GB. */
static const size_t shared_bytes = (size_t)4 << 20;

/* MPI counts are int; so is the largest piece. */
static const size_t piece_bytes = (size_t)1 << 30;

void share_broadcast(void *data, size_t bytes, MPI_Comm comm)
{
    char *at = data;
    while (bytes > 0) {
        const size_t piece = bytes < piece_bytes ? bytes : piece_bytes;
        MPI_Bcast(at, (int)piece, MPI_BYTE, 0, comm);
        at += piece;
        bytes -= piece;
    }
}

/* One piece of memory for the node, of `bytes` bytes, allocated by the node's first rank. NULL where it fails. */
static float *allocate_window(struct cluster *cluster, int node_rank, size_t bytes)
{
    float *memory = NULL;
    MPI_Comm_set_errhandler(cluster->node, MPI_ERRORS_RETURN);
    const int code = MPI_Win_allocate_shared(node_rank == 0 ? (MPI_Aint)bytes : 0, (int)sizeof *memory, MPI_INFO_NULL,
                                             cluster->node, &memory, &cluster->window);
    if (code != MPI_SUCCESS) {
        cluster->window = MPI_WIN_NULL;
        return NULL;
    }
    MPI_Aint size;
    int unit;
    MPI_Win_shared_query(cluster->window, 0, &size, &unit, &memory);
    return memory;
}

/* Move x and t into memory that the node shares. Rank 0 gives up its own copy. */
static enum status share_by_node(struct cluster *cluster, struct dataset *data, size_t x_count, size_t t_count,
                                 struct error *err)
{
    int node_rank;
    MPI_Comm leaders;
    MPI_Comm_split_type(cluster->comm, MPI_COMM_TYPE_SHARED, cluster->rank, MPI_INFO_NULL, &cluster->node);
    MPI_Comm_rank(cluster->node, &node_rank);
    MPI_Comm_split(cluster->comm, node_rank == 0 ? 0 : MPI_UNDEFINED, cluster->rank, &leaders);

    const size_t bytes = (x_count + t_count) * sizeof(float);
    float *const memory = allocate_window(cluster, node_rank, bytes);
    enum status status = STATUS_OK;
    if (!memory)
        status = error_set(err, STATUS_INTERNAL,
                           "no shared memory for a data set of %zu MB on a node; make /dev/shm or "
                           "the temporary folder larger",
                           bytes >> 20);
    status = cluster_agree(cluster, status, err);
    if (status == STATUS_OK) {
        if (cluster->rank == 0) {
            memcpy(memory, data->x, x_count * sizeof *memory);
            memcpy(memory + x_count, data->t, t_count * sizeof *memory);
            dataset_free_values(data);
        }
        if (leaders != MPI_COMM_NULL)
            share_broadcast(memory, bytes, leaders);
        MPI_Win_fence(0, cluster->window); /* the node's other ranks read only from here on */
        data->x = memory;
        data->t = memory + x_count;
        cluster->shared = data;
    }
    if (leaders != MPI_COMM_NULL)
        MPI_Comm_free(&leaders);
    return status;
}

/* What a rank must know to make room for the data. */
struct outline {
    uint64_t samples, inputs, targets, splits[SPLITS], folds;
    uint32_t target_scaling;
    struct hyperparameters hyper;
    uint32_t evaluator;
    uint64_t limit_count;
    uint64_t words_size, words_count, input_size; /* of a program; 0 without */
    double timeout_s;
    struct liveness_address address;
    struct reference reference;
    char name[sizeof(((struct dataset *)0)->name)];
    char digest[DIGEST_TEXT];
};

/* Rank 0: be there for the supervisors. */
static enum status open_liveness(struct cluster *cluster, const struct cluster_settings *settings, struct error *err)
{
    const char *const text = getenv("OMPI_COMM_WORLD_LOCAL_SIZE"); /* ranks on this host; there is a supervisor */
    uint64_t near = 0;
    const struct liveness_ports ports = {settings->ports_first, settings->ports_last};
    if (!supervisor_watches())
        return STATUS_OK;
    const bool one_host = text && number_read_count(text, INT_MAX, &near) == NUMBER_OK && (int)near == cluster->size;
    return liveness_server_open(&cluster->workers.liveness, (size_t)cluster->size, one_host, &ports, err);
}

/* Whether this rank trains as rank 0 does. */
static enum status compare(struct cluster *cluster, const struct reference *first, const struct hyperparameters *hyper,
                           struct error *err)
{
    struct reference mine;
    const enum status status = reference_make(&mine, hyper, err);
    if (status)
        return status;
    cluster->other_program = strcmp(mine.program, first->program) != 0;
    return reference_check(&mine, first, err);
}

/* The values of an axis of epochs. */
static enum status share_limits(struct cluster *cluster, struct experiment *experiment, size_t count, struct error *err)
{
    enum status status = STATUS_OK;
    if (cluster->rank != 0) {
        experiment->limits = mem_array(count, sizeof *experiment->limits);
        experiment->limit_count = experiment->limits ? count : 0;
        status = experiment->limits ? STATUS_OK : error_memory(err, "an axis of the grid");
    }
    status = cluster_agree(cluster, status, err);
    if (status == STATUS_OK)
        share_broadcast(experiment->limits, count * sizeof *experiment->limits, cluster->comm);
    return status;
}

/* What scales the targets, of each fold. */
static enum status share_scaling(struct cluster *cluster, struct dataset *data, struct error *err)
{
    const size_t count = data->folds * data->targets;
    enum status status = STATUS_OK;
    if (data->target_scaling == SCALING_NONE)
        return STATUS_OK;
    if (cluster->rank != 0) {
        data->target_shift = mem_array(count, sizeof *data->target_shift);
        data->target_divisor = mem_array(count, sizeof *data->target_divisor);
        if (!data->target_shift || !data->target_divisor)
            status = error_memory(err, "the scaling");
    }
    status = cluster_agree(cluster, status, err);
    if (status)
        return status;
    share_broadcast(data->target_shift, count * sizeof *data->target_shift, cluster->comm);
    share_broadcast(data->target_divisor, count * sizeof *data->target_divisor, cluster->comm);
    return STATUS_OK;
}

/* Room for what rank 0 sends of a program. */
static enum status expect_program(const struct outline *outline, struct words *words, char **input, struct error *err)
{
    *words = (struct words){.size = (size_t)outline->words_size, .count = (size_t)outline->words_count};
    words->bytes = malloc(words->size);
    *input = malloc((size_t)outline->input_size + 1);
    return words->bytes && *input ? STATUS_OK : error_memory(err, "the command");
}

/* The user's program. words: of rank 0. */
static enum status share_program(struct cluster *cluster, struct experiment *experiment, const struct outline *outline,
                                 struct words *words, struct error *err)
{
    char *input = cluster->rank == 0 ? experiment->program->input : NULL;
    enum status status = cluster->rank == 0 ? STATUS_OK : expect_program(outline, words, &input, err);
    status = cluster_agree(cluster, status, err);
    if (!status) {
        share_broadcast(words->bytes, words->size, cluster->comm);
        share_broadcast(input, (size_t)outline->input_size, cluster->comm);
    }
    if (cluster->rank == 0)
        return status ? status : cluster_agree(cluster, STATUS_OK, err);
    struct program *program = NULL;
    if (!status) {
        status = program_of_words(&program, words, err);
        if (!status)
            status = program_grid_make(experiment, program, false, err);
        status = cluster_agree(cluster, status, err);
    }
    if (program && outline->input_size) {
        program->input = input;
        program->input_size = (size_t)outline->input_size;
    } else {
        free(input);
    }
    return status;
}

/* Rank 0. words: receives the program's. */
static enum status outline_make(struct cluster *cluster, const struct experiment *experiment,
                                const struct cluster_settings *settings, struct words *words, struct outline *outline,
                                struct error *err)
{
    const struct dataset *const data = &experiment->data;
    enum status status = experiment->program ? program_words(experiment->program, words, err) : STATUS_OK;
    outline->words_size = words->size;
    outline->words_count = words->count;
    outline->input_size = experiment->program ? experiment->program->input_size : 0;
    outline->samples = data->samples;
    outline->inputs = data->inputs;
    outline->targets = data->targets;
    for (int split = 0; split < SPLITS; split++)
        outline->splits[split] = data->splits[split];
    outline->folds = data->folds;
    outline->hyper = experiment->hyper;
    outline->evaluator = settings->evaluator;
    outline->limit_count = experiment->limit_count;
    outline->timeout_s = settings->timeout_s;
    if (!status)
        status = open_liveness(cluster, settings, err);
    if (!status && cluster->size > 1)
        status = reference_make(&outline->reference, &experiment->hyper, err);
    outline->address = cluster->workers.liveness.address;
    outline->target_scaling = (uint32_t)data->target_scaling;
    memcpy(outline->name, data->name, sizeof outline->name);
    memcpy(outline->digest, data->digest, sizeof outline->digest);
    return status;
}

/* The others. */
static void outline_take(struct experiment *experiment, const struct outline *outline)
{
    struct dataset *const data = &experiment->data;
    experiment->hyper = outline->hyper;
    data->samples = outline->samples;
    data->inputs = outline->inputs;
    data->targets = outline->targets;
    for (int split = 0; split < SPLITS; split++)
        data->splits[split] = outline->splits[split];
    data->folds = outline->folds;
    data->target_scaling = (enum scaling)outline->target_scaling;
    memcpy(data->name, outline->name, sizeof outline->name);
    memcpy(data->digest, outline->digest, sizeof outline->digest);
}

enum status cluster_share(struct cluster *cluster, struct experiment *experiment,
                          const struct cluster_settings *settings, struct error *err)
{
    struct dataset *const data = &experiment->data;
    struct outline outline = {0};
    struct words words = {0};
    enum status status = STATUS_OK;
    cluster->evaluator = settings->evaluator;
    cluster->timeout_s = settings->timeout_s;
    if (cluster->alone)
        return share_files(cluster, experiment, err);
    if (cluster->rank == 0)
        status = outline_make(cluster, experiment, settings, &words, &outline, err);
    share_broadcast(&outline, sizeof outline, cluster->comm);
    cluster->evaluator = (enum evaluator_kind)outline.evaluator;
    cluster->timeout_s = outline.timeout_s;
    cluster->address = outline.address;
    if (cluster->rank != 0) {
        status = compare(cluster, &outline.reference, &outline.hyper, err);
        outline_take(experiment, &outline);
    }
    status = cluster_agree(cluster, status, err);
    if (status)
        return status;
    if (outline.limit_count > 0) {
        status = share_limits(cluster, experiment, (size_t)outline.limit_count, err);
        if (status)
            return status;
    }
    if (outline.words_count > 0)
        status = share_program(cluster, experiment, &outline, &words, err);
    words_free(&words);
    if (!status)
        status = share_files(cluster, experiment, err);
    if (status)
        return status;
    status = share_scaling(cluster, data, err);
    if (status)
        return status;
    const size_t x_count = data->samples * data->inputs, t_count = data->samples * data->targets;
    if (cluster->size > 1 && (x_count + t_count) * sizeof(float) > shared_bytes)
        return share_by_node(cluster, data, x_count, t_count, err);

    status = cluster->rank == 0 ? STATUS_OK : dataset_alloc(data, err);
    status = cluster_agree(cluster, status, err);
    if (status == STATUS_OK) {
        share_broadcast(data->x, x_count * sizeof *data->x, cluster->comm);
        share_broadcast(data->t, t_count * sizeof *data->t, cluster->comm);
    }
    return status;
}

void share_forget(struct cluster *cluster)
{
    if (cluster->shared) {
        cluster->shared->x = NULL;
        cluster->shared->t = NULL;
    }
}
