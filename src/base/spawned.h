/* SPDX-License-Identifier: BSD-3-Clause */
/* The other side of a spawner, and what the two say to each other; for spawner.c alone. */
#ifndef NSURF_BASE_SPAWNED_H
#define NSURF_BASE_SPAWNED_H

#include "base/spawner.h"

#include <stddef.h>

/* Followed by the words and the variables, or by the input of all that come. */
struct spawned_request {
    size_t words_size, words_count, variables_size, variables_count, input_size;
    double timeout_s;
};

/* Followed by the output and the errors. */
struct spawned_answer {
    struct spawner_end end; /* but for the pointers */
    size_t output_size, errors_size;
};

/* Run what is asked for over this socket until its other end is closed, and exit. */
_Noreturn void spawned_serve(int socket, const struct spawner_settings *settings);

#endif
