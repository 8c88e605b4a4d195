/* SPDX-License-Identifier: BSD-3-Clause */
/* Lines: a TCP connection from the parent of each worker (supervisor.h) to rank 0, because MPI itself tells of no
 * death. The parent calls when its worker is at work, calls again when the connection breaks, and says how the worker
 * ended if it ends before its time. Rank 0 says when the worker is not wanted any more. That a connection ends says
 * nothing: a firewall drops what is idle. A line knows how to call, never what follows. */
#ifndef NSURF_CLUSTER_LINE_H
#define NSURF_CLUSTER_LINE_H

#include "base/error.h"
#include "sweep/report.h"

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Addresses of rank 0 that are tried, at the most. */
enum { LINE_PLACES = 8 };

/* An address and a port, in network byte order. */
struct line_place {
    uint16_t family, port; /* AF_INET: 4 bytes; AF_INET6: 16 */
    uint8_t bytes[16];
};

/* Where to call. count is 0 when nobody answers. */
struct line_address {
    uint64_t token; /* whoever calls must know it */
    uint32_t count;
    struct line_place places[LINE_PLACES]; /* [count] */
};

enum line_news {
    LINE_UP,    /* the worker is at work */
    LINE_ENDED, /* the worker has ended; value: how, as from waitpid */
    LINE_END,   /* from rank 0: the worker is to end; value: the seconds that it has to do so by itself */
    LINE_DOWN   /* the connection is gone; never sent */
};

/* What goes over a line, whole. */
struct line_word {
    uint64_t token;
    uint32_t rank;
    uint32_t news; /* enum line_news */
    int32_t value;
    char host[RUN_HOST_TEXT]; /* where the worker is */
};

/* The parent's end of one line; {.fd = -1} to begin with, which calls nobody. */
struct line {
    struct line_address address;
    uint32_t rank;
    int fd;           /* -1 between two calls */
    bool up;          /* LINE_UP was said */
    uint32_t next;    /* the place that is called next, or was called last */
    double call_s;    /* when to call again */
    double patient_s; /* until when to wait for an answer */
};

/* Call this address from now on. */
void line_begin(struct line *line, const struct line_address *address, uint32_t rank);

/* Look after the line, many times a minute and when line->fd is ready (to be written to until it is up, then to be
 * read). True when rank 0 wants the worker to end within *grace_s. Never waits. */
bool line_tend(struct line *line, double now_s, int *grace_s);

/* Say that the worker has ended; waits a few seconds when the line is not up. */
void line_tell(struct line *line, int status);

/* Let the system find out when the host at the other end is gone, and a firewall see that the connection is in use. */
void line_keep_alive(int fd);

/* The ports that rank 0 may listen at; 0 and 0 for any. */
struct line_ports {
    uint32_t first, last;
};

struct caller;

/* Rank 0's end of all lines; zero it to begin. */
struct lines {
    struct line_address address;
    struct pollfd *ends;    /* [capacity], the first `count` in use; the first `doors` are where calls come in */
    struct caller *callers; /* [capacity] */
    size_t count, doors, capacity, ranks;
    size_t next;    /* how many are still to be looked at */
    uint64_t calls; /* taken so far */
};

/* Await the calls of ranks 1 … ranks - 1. near: all of them are on this host, and nobody else is listened to. Where no
 * address can be listened at, address.count stays 0 and no line comes to be; the sweep then learns of a death by the
 * silence. Owns: the caller, who calls lines_close, on failure too. Ranks: rank 0.
 * Errors: STATUS_MPI when none of the ports is free, or too few files may be open; STATUS_INTERNAL. */
enum status lines_open(struct lines *lines, size_t ranks, bool near, const struct line_ports *ports,
                       struct error *err) __attribute__((warn_unused_result));

/* Tell all that their workers are to end, and hang up. */
void lines_close(struct lines *lines);

/* The next news, false when there is none now: LINE_UP (again, too), LINE_ENDED, LINE_DOWN. Never waits. */
bool lines_next(struct lines *lines, struct line_word *word);

/* Have the parent of this rank end its worker. False when it has no line. */
bool lines_end(struct lines *lines, uint32_t rank, int grace_s);

#endif
