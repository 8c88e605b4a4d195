/* SPDX-License-Identifier: BSD-3-Clause */
/* The other side of a spawner, and what the two say to each other; for spawner.c alone. */
#ifndef NSURF_BASE_SPAWNED_H
#define NSURF_BASE_SPAWNED_H

#include "base/spawner.h"

#include <stddef.h>

enum spawned_kind {
    SPAWNED_RUN,     /* followed by the words and the variables */
    SPAWNED_INPUT,   /* of all that come; followed by it */
    SPAWNED_FOLDERS, /* name: the id of the run */
    SPAWNED_SETTLE   /* what becomes of the last one's */
};

struct spawned_request {
    enum spawned_kind kind;
    size_t words_size, words_count, variables_size, variables_count, input_size;
    double timeout_s;
    bool inside, goes, keep, held;
    char name[FOLDER_NAME]; /* of a folder */
};

/* Followed by the output and the errors. */
struct spawned_answer {
    struct spawner_end end; /* but for the pointers */
    size_t output_size, errors_size;
};

/* Run what is asked for over this socket until its other end is closed, and exit. */
_Noreturn void spawned_serve(int socket, const struct spawner_settings *settings);

#endif
