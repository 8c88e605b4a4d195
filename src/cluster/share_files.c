/* SPDX-License-Identifier: BSD-3-Clause */
/* Giving files of rank 0's to all nodes: the first rank of each node writes the copy that all of the node use. */
#include "cluster/inner.h"

#include "program/files.h"

#include <string.h>

/* What the others must know of a file. */
struct file_outline {
    uint64_t size;
    uint32_t mode;
    char digest[DIGEST_TEXT];
};

static void share_outlines(struct cluster *cluster, struct program *program)
{
    for (size_t f = 0; f < program->file_count; f++) {
        struct program_file *const file = &program->files[f];
        struct file_outline outline = {.size = file->size, .mode = file->mode};
        memcpy(outline.digest, file->digest, sizeof outline.digest);
        share_broadcast(&outline, sizeof outline, cluster->comm);
        file->size = outline.size;
        file->mode = outline.mode;
        memcpy(file->digest, outline.digest, sizeof file->digest);
    }
}

static void pass(void *bytes, size_t size, void *arg)
{
    share_broadcast(bytes, size, *(MPI_Comm *)arg);
}

static enum status place(struct cluster *cluster, struct program *program, MPI_Comm node, struct error *err)
{
    enum status status = STATUS_OK;
    int node_rank;
    MPI_Comm leaders;
    MPI_Comm_rank(node, &node_rank);
    MPI_Comm_split(cluster->comm, node_rank == 0 ? 0 : MPI_UNDEFINED, cluster->rank, &leaders);
    if (leaders != MPI_COMM_NULL) {
        const struct files_way way = {.source = cluster->rank == 0,
                                      .target = true,
                                      .number = cluster->rank,
                                      .pass = pass,
                                      .arg = &leaders};
        status = files_place(program, &way, err);
        MPI_Comm_free(&leaders);
    }
    status = cluster_agree(cluster, status, err);
    for (size_t f = 0; f < program->file_count && !status; f++)
        share_broadcast(program->files[f].path, sizeof program->files[f].path, node);
    return status;
}

enum status share_files(struct cluster *cluster, struct experiment *experiment, struct error *err)
{
    struct program *const program = experiment->program;
    MPI_Comm node;
    if (!program || program->file_count == 0)
        return STATUS_OK;
    if (cluster->alone)
        return files_copy(program, err);
    enum status status = cluster_agree(cluster, files_join(program, err), err);
    if (status)
        return status;
    share_outlines(cluster, program);
    MPI_Comm_split_type(cluster->comm, MPI_COMM_TYPE_SHARED, cluster->rank, MPI_INFO_NULL, &node);
    status = place(cluster, program, node, err);
    MPI_Comm_free(&node);
    return status;
}
