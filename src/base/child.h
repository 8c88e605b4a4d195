/* SPDX-License-Identifier: BSD-3-Clause */
/* A process split in two: a child that does the work, and its parent that watches, hands signals on, hears what the
 * child says and learns how it ends. It knows nothing of the work. On Linux; elsewhere there is no split. */
#ifndef NSURF_BASE_CHILD_H
#define NSURF_BASE_CHILD_H

#include <stdbool.h>
#include <stddef.h>

enum child_side { CHILD_NONE, CHILD_PARENT, CHILD_WORK };

struct child {
    long launcher; /* the process that started the parent */
    long pid;      /* of the child */
    int says;      /* a pipe; the child writes, the parent reads */
    int signals;   /* parent: where signals arrive */
    int status;    /* parent: as from waitpid, once the child has ended */
    long parent;   /* child: the process that watches it */
};

/* Split this process, which must have one thread. Returns on both sides, or CHILD_NONE when it cannot be: then the
 * caller does the work itself. The child ends with its parent, however that ends; any signal to the parent that can be
 * handed on reaches the child once, a signal to their process group too. */
enum child_side child_split(struct child *child);

/* Child: tell the parent, at most 512 bytes. The parent may be gone, and then so is the child. */
void child_say(const struct child *child, const void *words, size_t size);

/* Child: let the parent continue, if it was stopped. */
void child_wake_parent(const struct child *child);

/* Parent: the next such words, of exactly this size; false when there are none. */
bool child_heard(const struct child *child, void *words, size_t size);

/* What child_watch saw, as bits. */
enum { CHILD_ENDED = 1, CHILD_SAID = 2, CHILD_OTHER = 4, CHILD_ORPHANED = 8 };

/* Parent: hand signals on until something happens, or wait_s seconds have passed. other: a file descriptor to watch
 * too, -1 for none; CHILD_OTHER when it can be read, or written to if that is `written`. CHILD_ORPHANED when the
 * launcher is gone. */
unsigned child_watch(struct child *child, int other, bool written, double wait_s);

/* Parent: end this process by a signal after so many seconds, for a call that may never return; 0: do not. */
void child_watch_limit(unsigned seconds);

/* Parent: end the child by force. */
void child_kill(const struct child *child);

#endif
