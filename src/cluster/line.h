/* SPDX-License-Identifier: BSD-3-Clause */
/* Lines: a TCP connection from the parent of each worker (supervisor.h) to rank 0, because MPI itself tells of no
 * death. The parent calls when its worker is at work, and says how it ended if it ends before its time. When rank 0
 * hangs up, the worker is not wanted any more. It knows how to call, never what follows. */
#ifndef NSURF_CLUSTER_LINE_H
#define NSURF_CLUSTER_LINE_H

#include "sweep/report.h"

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where to call. port is 0 when nobody answers. */
struct line_address {
    uint64_t token; /* whoever calls must know it */
    char host[RUN_HOST_TEXT];
    uint16_t port;
};

enum line_news { LINE_UP, LINE_ENDED, LINE_DOWN };

/* What goes over a line, whole. */
struct line_word {
    uint64_t token;
    uint32_t rank;
    uint32_t news;            /* enum line_news */
    int32_t status;           /* LINE_ENDED: how the worker ended, as from waitpid */
    char host[RUN_HOST_TEXT]; /* where the worker is */
};

/* Call rank 0 and say that this rank's worker is up. Returns the file descriptor, -1 when nobody answers. Waits at
 * most a few seconds. */
int line_call(const struct line_address *address, uint32_t rank);

/* Say that the worker has ended. */
void line_tell(int line, const struct line_address *address, uint32_t rank, int status);

/* Rank 0's end of all lines; zero it to begin. */
struct lines {
    struct line_address address;
    struct pollfd *ends; /* [capacity], the first `count` in use; ends[0] is where calls come in */
    uint32_t *ranks;     /* [capacity], who calls; LINE_NOBODY before that is known */
    size_t count, capacity;
    size_t next; /* how many are still to be looked at */
};

#define LINE_NOBODY UINT32_MAX

/* Await the calls of ranks 1 … ranks - 1. Without memory or a port, address.port stays 0 and no line comes to be; the
 * sweep then learns of a death by the silence. Owns: the caller, who calls lines_close. Ranks: rank 0. */
void lines_open(struct lines *lines, size_t ranks);
void lines_close(struct lines *lines);

/* The next news, false when there is none now. LINE_DOWN: the other side hung up, or its host is gone. Never waits. */
bool lines_next(struct lines *lines, struct line_word *word);

/* Hang up: the parent of this rank ends its worker. */
void lines_cut(struct lines *lines, uint32_t rank);

#endif
