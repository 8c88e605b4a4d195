/* SPDX-License-Identifier: BSD-3-Clause */
/* Work on what cannot be trusted, such as a file that may make a library crash or hang, in a child process with limits
 * on memory and processor time. What it finds comes back through a pipe, as plain bytes; whatever happens to the child,
 * the parent has one line to say. It knows nothing of the work. To be used before MPI starts, by a process of one
 * thread. */
#ifndef NSURF_BASE_ISOLATED_H
#define NSURF_BASE_ISOLATED_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct isolated {
    const char *name; /* of what is worked on, for the error line; not owned */
    long pid;         /* of the child; in the child itself 0 */
    FILE *pipe;       /* the child writes, the parent reads */
};

/* Child: do the work, then hand over what it found. Both get the same arg. */
typedef enum status isolated_work(void *arg, struct error *err);
typedef void isolated_hand_over(const struct isolated *parent, const void *arg);

/* Do the work in a child and wait for its verdict. Owns: the caller, who calls isolated_end after STATUS_OK.
 * Ranks: local. Errors: those of the work; STATUS_DATA when the child crashed or reached a limit; STATUS_INTERNAL when
 * there is no child. */
enum status isolated_start(struct isolated *child, const char *name, isolated_work *work, isolated_hand_over *hand_over,
                           void *arg, struct error *err) __attribute__((warn_unused_result));

/* Child: a verdict on the work so far is next, where it goes on while it hands over. */
void isolated_say(const struct isolated *parent, const struct error *verdict);

/* Parent: that verdict. Errors: those of the work; STATUS_DATA where the child has no more. */
enum status isolated_ask(struct isolated *child, struct error *err) __attribute__((warn_unused_result));

/* Child: these bytes are next. */
void isolated_put(const struct isolated *parent, const void *bytes, size_t size);

/* Parent: the next bytes; what they say is not to be trusted. Errors: STATUS_DATA where the child has no more. */
enum status isolated_get(struct isolated *child, void *bytes, size_t size, struct error *err)
    __attribute__((warn_unused_result));

/* Parent: for bytes that make no sense. Errors: STATUS_DATA, always. */
enum status isolated_refuse(const struct isolated *child, struct error *err);

/* Parent: the child has said all. */
void isolated_end(struct isolated *child);

/* Child: so many bytes more are needed, and the time to fill them. */
void isolated_allow(size_t bytes);

#endif
