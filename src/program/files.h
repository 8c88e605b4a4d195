/* SPDX-License-Identifier: BSD-3-Clause */
/* Files of rank 0's that the command of a program names as {file:NAME}: each node gets a copy of its own, in the folder
 * of the run there, and the command the path of that. How the bytes reach other nodes is not known here. */
#ifndef NSURF_PROGRAM_FILES_H
#define NSURF_PROGRAM_FILES_H

#include "base/error.h"
#include "program/program.h"

#include <stdbool.h>
#include <stddef.h>

/* Find the names in the template. Ranks: local. Errors: STATUS_USAGE for too many; STATUS_INTERNAL. */
enum status files_list(struct program *program, struct error *err) __attribute__((warn_unused_result));

/* How large they are, their rights and digests. Ranks: rank 0. Errors: STATUS_DATA for one that cannot be read;
 * STATUS_USAGE for a program that may not be run; STATUS_INTERNAL. */
enum status files_look(struct program *program, struct error *err) __attribute__((warn_unused_result));

/* Of a name in a command: the file; NULL where it is none. */
const struct program_file *files_find(const struct program *program, const char *name);

/* How a rank takes part in making the copies. */
struct files_way {
    bool source, target; /* it reads the files; it writes its node's copy */
    int number;          /* of the target: nodes may share a temporary folder */
    void (*pass)(void *bytes, size_t size, void *arg); /* from the source to the targets; NULL: there is one */
    void *arg;
};

/* Make the copies, in a folder that is joined, and note their paths. A copy has the bytes of which the digest was
 * taken, and its file's rights. Ranks: the source and the targets, together; who fails passes on all the same.
 * Errors: STATUS_DATA, STATUS_IO, STATUS_INTERNAL. */
enum status files_place(struct program *program, const struct files_way *way, struct error *err)
    __attribute__((warn_unused_result));

/* Join the folder of the run on this node, which holds the copies, until program_free. Errors: STATUS_IO. */
enum status files_join(struct program *program, struct error *err) __attribute__((warn_unused_result));

/* Both, for the only process of a run. */
enum status files_copy(struct program *program, struct error *err) __attribute__((warn_unused_result));

#endif
