/* SPDX-License-Identifier: BSD-3-Clause */
/* Liveness connections: a TCP connection from the parent of each worker (supervisor.h) to rank 0, because MPI itself
 * tells of no death. The parent calls when its worker is at work, calls again when the connection breaks, and says how
 * the worker ended if it ends before its time. Rank 0 says when the worker is not wanted any more. That a connection
 * ends says nothing: a firewall drops what is idle. A connection knows how to call, never what follows. */
#ifndef NSURF_CLUSTER_LIVENESS_H
#define NSURF_CLUSTER_LIVENESS_H

#include "base/error.h"
#include "sweep/report.h"

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Addresses of rank 0 that are tried, at the most. */
enum { LIVENESS_PLACES = 8 };

/* An address and a port, in network byte order. */
struct liveness_place {
    uint16_t family, port; /* AF_INET: 4 bytes; AF_INET6: 16 */
    uint8_t bytes[16];
};

/* Where to call. count is 0 when nobody answers. */
struct liveness_address {
    uint64_t token; /* whoever calls must know it */
    uint32_t count;
    struct liveness_place places[LIVENESS_PLACES]; /* [count] */
};

enum liveness_news {
    LIVENESS_UP,    /* the worker is at work */
    LIVENESS_ENDED, /* the worker has ended; value: how, as from waitpid */
    LIVENESS_END,   /* from rank 0: the worker is to end; value: the seconds that it has to do so by itself */
    LIVENESS_DOWN   /* the connection is gone; never sent */
};

/* What goes over a connection, whole. */
struct liveness_message {
    uint64_t token;
    uint32_t rank;
    uint32_t news; /* enum liveness_news */
    int32_t value;
    char host[RUN_HOST_TEXT]; /* where the worker is */
};

/* The parent's end of one connection; {.fd = -1} to begin with, which calls nobody. */
struct liveness {
    struct liveness_address address;
    uint32_t rank;
    int fd;           /* -1 between two calls */
    bool up;          /* LIVENESS_UP was said */
    uint32_t next;    /* the place that is called next, or was called last */
    double call_s;    /* when to call again */
    double patient_s; /* until when to wait for an answer */
};

/* Call this address from now on. */
void liveness_begin(struct liveness *connection, const struct liveness_address *address, uint32_t rank);

/* Look after the connection, many times a minute and when connection->fd is ready (to be written to until it is up,
 * then to be read). True when rank 0 wants the worker to end within *grace_s. Never waits. */
bool liveness_tend(struct liveness *connection, double now_s, int *grace_s);

/* Say that the worker has ended; waits a few seconds when the connection is not up. */
void liveness_tell(struct liveness *connection, int status);

/* Let the system find out when the host at the other end is gone, and a firewall see that the connection is in use. */
void liveness_keep_alive(int fd);

/* The ports that rank 0 may listen at; 0 and 0 for any. */
struct liveness_ports {
    uint32_t first, last;
};

struct caller;

/* Rank 0's end of all liveness connections; zero it to begin. */
struct liveness_server {
    struct liveness_address address;
    struct pollfd *ends;    /* [capacity], the first `count` in use; the first `doors` are where calls come in */
    struct caller *callers; /* [capacity] */
    size_t count, doors, capacity, ranks;
    size_t next;    /* how many are still to be looked at */
    uint64_t calls; /* taken so far */
};

/* Await the calls of ranks 1 … ranks - 1. near: all of them are on this host, and nobody else is listened to. Where no
 * address can be listened at, address.count stays 0 and there is no connection; the sweep then learns of a death by the
 * silence. Owns: the caller, who calls liveness_server_close, on failure too. Ranks: rank 0.
 * Errors: STATUS_MPI when none of the ports is free, or too few files may be open; STATUS_INTERNAL. */
enum status liveness_server_open(struct liveness_server *server, size_t ranks, bool near,
                                 const struct liveness_ports *ports, struct error *err)
    __attribute__((warn_unused_result));

/* Tell all that their workers are to end, and hang up. */
void liveness_server_close(struct liveness_server *server);

/* The next news, false when there is none now: LIVENESS_UP (again, too), LIVENESS_ENDED, LIVENESS_DOWN. Never waits. */
bool liveness_server_next(struct liveness_server *server, struct liveness_message *word);

/* Have the parent of this rank end its worker. False when it has no connection. */
bool liveness_server_end(struct liveness_server *server, uint32_t rank, int grace_s);

#endif
