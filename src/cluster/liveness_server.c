/* SPDX-License-Identifier: BSD-3-Clause */
/* Rank 0's end of all liveness connections; see liveness.h. Nothing is spent on a caller who has not shown the token:
 * those are few at any time, and the one that came first goes first. */
#define _GNU_SOURCE /* accept4, getentropy */
#include "cluster/liveness.h"

#include "base/limits.h"
#include "base/mem.h"
#include "cluster/inner.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Callers without the token, at the most. */
enum { STRANGERS = 16 };

/* Calls that are taken between two looks at the workers. */
enum { CALLS = 256 };

/* Files that the run opens beside: the journal, results, what MPI needs for itself. */
enum { RESERVE = 24 };

/* How long the workers may take to leave at the end of the run. */
enum { LEAVE_S = 5 };

/* Who is at an end. */
struct caller {
    uint32_t rank;   /* NOBODY until the token was shown */
    uint64_t number; /* of the call */
};
#define NOBODY UINT32_MAX

/* Listen at a place. port: 0 for any, in host byte order. Returns the file descriptor or -1; sets the place's port. */
static int listen_at(struct liveness_place *place, uint32_t port)
{
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } name = {.any = {.sa_family = place->family}};
    socklen_t size = place->family == AF_INET ? sizeof name.v4 : sizeof name.v6;
    if (place->family == AF_INET) {
        name.v4.sin_port = htons((uint16_t)port);
        memcpy(&name.v4.sin_addr, place->bytes, sizeof name.v4.sin_addr);
    } else {
        name.v6.sin6_port = htons((uint16_t)port);
        memcpy(&name.v6.sin6_addr, place->bytes, sizeof name.v6.sin6_addr);
    }
    const int fd = socket(place->family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    const int on = 1;
    if (fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 && bind(fd, &name.any, size) == 0 &&
        listen(fd, SOMAXCONN) == 0 && getsockname(fd, &name.any, &size) == 0) {
        place->port = place->family == AF_INET ? name.v4.sin_port : name.v6.sin6_port;
        return fd;
    }
    if (fd >= 0)
        discard(close(fd));
    return -1;
}

/* The next address in the text of Open MPI, such as `1.0;tcp://10.0.0.1,10.1.0.1:4711;tcp6://[fd00::1]:4712`, from
 * *text on, which moves behind it. */
static bool next_place(const char **text, struct liveness_place *place)
{
    for (const char *at = *text; *at; at += strcspn(at, "/,;")) {
        at += strspn(at, "/,;");
        char word[INET6_ADDRSTRLEN];
        const bool bracket = *at == '[';
        at += bracket;
        const size_t length = strcspn(at, bracket ? "]" : ",:;");
        if (length >= sizeof word)
            continue;
        memcpy(word, at, length);
        word[length] = '\0';
        *place = (struct liveness_place){.family = bracket ? AF_INET6 : AF_INET};
        if (inet_pton(place->family, word, place->bytes) == 1) {
            *text = at + length;
            return true;
        }
    }
    return false;
}

/* Take up an address to listen at. False when none of the ports is free. */
static bool add_door(struct liveness_server *server, struct liveness_place place, const struct liveness_ports *ports)
{
    int fd = -1;
    for (uint32_t port = ports->first; fd < 0 && port <= ports->last; port++)
        fd = listen_at(&place, port);
    if (fd < 0)
        return false;
    server->address.places[server->address.count++] = place;
    server->callers[server->count] = (struct caller){.rank = NOBODY};
    server->ends[server->count++] = (struct pollfd){.fd = fd, .events = POLLIN};
    server->doors = server->count;
    return true;
}

/* The addresses that Open MPI's own daemon on this host uses: mpirun, or what it started here. */
static void add_doors(struct liveness_server *server, bool near, const struct liveness_ports *ports)
{
    const char *text = getenv("OMPI_MCA_orte_local_daemon_uri");
    struct liveness_place place = {.family = AF_INET, .bytes = {127, 0, 0, 1}};
    if (near)
        discard((long)add_door(server, place, ports));
    while (!near && text && server->doors < LIVENESS_PLACES && next_place(&text, &place))
        discard((long)add_door(server, place, ports));
}

enum status liveness_server_open(struct liveness_server *server, size_t ranks, bool near,
                                 const struct liveness_ports *ports, struct error *err)
{
    *server = (struct liveness_server){.capacity = LIVENESS_PLACES + ranks + STRANGERS, .ranks = ranks};
    /* The messages of a rank on another host may need one, too. */
    const enum status status = limits_files(server->capacity + (near ? 0 : ranks) + RESERVE, err);
    if (status)
        return status;
    server->ends = mem_array(server->capacity, sizeof *server->ends);
    server->callers = mem_array(server->capacity, sizeof *server->callers);
    if (!server->ends || !server->callers)
        return error_memory(err, "connections");
    if (getentropy(&server->address.token, sizeof server->address.token) != 0)
        return STATUS_OK; /* no secret, no connection */
    add_doors(server, near, ports);
    if (server->doors == 0 && ports->first > 0)
        return error_set(err, STATUS_MPI, "--worker-ports %u:%u: none of them is free here; give others, or none",
                         (unsigned)ports->first, (unsigned)ports->last);
    return STATUS_OK;
}

static void drop(struct liveness_server *server, size_t i)
{
    server->count--;
    server->ends[i] = server->ends[server->count];
    server->callers[i] = server->callers[server->count];
}

static void hang_up(struct liveness_server *server, size_t i)
{
    discard(close(server->ends[i].fd));
    drop(server, i);
}

/* The end of a rank; server->count when it has none. */
static size_t find(const struct liveness_server *server, uint32_t rank)
{
    size_t i = server->doors;
    while (i < server->count && server->callers[i].rank != rank)
        i++;
    return i;
}

bool liveness_server_end(struct liveness_server *server, uint32_t rank, int grace_s)
{
    const struct liveness_message word = {
        .token = server->address.token, .rank = rank, .news = LIVENESS_END, .value = grace_s};
    const size_t i = find(server, rank);
    return i < server->count && send(server->ends[i].fd, &word, sizeof word, MSG_NOSIGNAL) == (ssize_t)sizeof word;
}

void liveness_server_close(struct liveness_server *server)
{
    while (server->count > 0) {
        const uint32_t rank = server->callers[server->count - 1].rank;
        if (rank != NOBODY)
            discard((long)liveness_server_end(server, rank, LEAVE_S));
        hang_up(server, server->count - 1);
    }
    free(server->ends);
    free(server->callers);
    *server = (struct liveness_server){0};
}

/* Make room for one more caller without the token. */
static void evict(struct liveness_server *server)
{
    size_t oldest = server->count, strangers = 0;
    for (size_t i = server->doors; i < server->count; i++) {
        if (server->callers[i].rank != NOBODY)
            continue;
        strangers++;
        if (oldest == server->count || server->callers[i].number < server->callers[oldest].number)
            oldest = i;
    }
    if (strangers >= STRANGERS)
        hang_up(server, oldest);
}

/* The caller at end i has shown the token: its connection from now on, in place of one that it had before. */
static void settle(struct liveness_server *server, size_t i, uint32_t rank)
{
    const size_t before = find(server, rank);
    server->callers[i].rank = rank;
    if (before == i || before == server->count)
        return;
    discard(close(server->ends[before].fd));
    server->ends[before].fd = server->ends[i].fd;
    server->callers[before] = server->callers[i];
    drop(server, i);
}

static bool is_valid(const struct liveness_server *server, const struct liveness_message *word, uint32_t rank)
{
    return word->token == server->address.token && word->rank > 0 && word->rank < server->ranks &&
           (rank == NOBODY || rank == word->rank) && (word->news == LIVENESS_UP || word->news == LIVENESS_ENDED);
}

/* What end i has to say; whether that is news. */
static bool hear(struct liveness_server *server, size_t i, struct liveness_message *word)
{
    const int fd = server->ends[i].fd;
    const uint32_t rank = server->callers[i].rank;
    const ssize_t there = recv(fd, word, sizeof *word, MSG_PEEK | MSG_DONTWAIT);
    if ((there > 0 && (size_t)there < sizeof *word) || (there < 0 && (errno == EAGAIN || errno == EINTR)))
        return false; /* the rest is on its way */
    if (there == (ssize_t)sizeof *word && is_valid(server, word, rank) &&
        recv(fd, word, sizeof *word, MSG_DONTWAIT) == (ssize_t)sizeof *word) {
        word->host[sizeof word->host - 1] = '\0';
        settle(server, i, word->rank);
        return true;
    }
    hang_up(server, i);
    *word = (struct liveness_message){.rank = rank, .news = LIVENESS_DOWN};
    return rank != NOBODY;
}

/* Take one call. False when there is none; *news when it is one of a parent that has said its word already. */
static bool take_call(struct liveness_server *server, size_t door, struct liveness_message *word, bool *news)
{
    const int fd = accept4(server->ends[door].fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0)
        return false;
    liveness_keep_alive(fd);
    evict(server);
    server->ends[server->count] = (struct pollfd){.fd = fd, .events = POLLIN};
    server->callers[server->count] = (struct caller){.rank = NOBODY, .number = server->calls++};
    *news = hear(server, server->count++, word);
    return true;
}

/* Take the calls at a door until one of them is news. */
static bool take_calls(struct liveness_server *server, size_t door, struct liveness_message *word)
{
    bool news = false;
    for (int n = 0; n < CALLS && !news; n++)
        if (!take_call(server, door, word, &news))
            break;
    return news;
}

bool liveness_server_next(struct liveness_server *server, struct liveness_message *word)
{
    if (server->count == 0)
        return false;
    if (server->next == 0) {
        if (poll(server->ends, server->count, 0) <= 0)
            return false;
        server->next = server->count;
    }
    /* From the last to the first, so that an end that is taken away moves none that is still to be looked at. */
    while (server->next > 0) {
        const size_t i = server->next - 1;
        const bool ready = i < server->count && server->ends[i].revents != 0;
        if (ready && i < server->doors && take_calls(server, i, word))
            return true; /* and there may be more calls */
        server->next = i;
        if (!ready || i < server->doors)
            continue;
        server->ends[i].revents = 0;
        if (hear(server, i, word))
            return true;
    }
    return false;
}
