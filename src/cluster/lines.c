/* SPDX-License-Identifier: BSD-3-Clause */
/* Rank 0's end of all lines; see line.h. Nothing is spent on a caller who has not shown the token: those are few at any
 * time, and the one that came first goes first. */
#define _GNU_SOURCE /* accept4, getentropy */
#include "cluster/line.h"

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
static int listen_at(struct line_place *place, uint32_t port)
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
static bool next_place(const char **text, struct line_place *place)
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
        *place = (struct line_place){.family = bracket ? AF_INET6 : AF_INET};
        if (inet_pton(place->family, word, place->bytes) == 1) {
            *text = at + length;
            return true;
        }
    }
    return false;
}

/* Take up an address to listen at. False when none of the ports is free. */
static bool add_door(struct lines *lines, struct line_place place, const struct line_ports *ports)
{
    int fd = -1;
    for (uint32_t port = ports->first; fd < 0 && port <= ports->last; port++)
        fd = listen_at(&place, port);
    if (fd < 0)
        return false;
    lines->address.places[lines->address.count++] = place;
    lines->callers[lines->count] = (struct caller){.rank = NOBODY};
    lines->ends[lines->count++] = (struct pollfd){.fd = fd, .events = POLLIN};
    lines->doors = lines->count;
    return true;
}

/* The addresses that Open MPI's own daemon on this host uses: mpirun, or what it started here. */
static void add_doors(struct lines *lines, bool near, const struct line_ports *ports)
{
    const char *text = getenv("OMPI_MCA_orte_local_daemon_uri");
    struct line_place place = {.family = AF_INET, .bytes = {127, 0, 0, 1}};
    if (near)
        discard((long)add_door(lines, place, ports));
    while (!near && text && lines->doors < LINE_PLACES && next_place(&text, &place))
        discard((long)add_door(lines, place, ports));
}

enum status lines_open(struct lines *lines, size_t ranks, bool near, const struct line_ports *ports,
                       struct error *err)
{
    *lines = (struct lines){.capacity = LINE_PLACES + ranks + STRANGERS, .ranks = ranks};
    /* The messages of a rank on another host may need one, too. */
    const enum status status = limits_files(lines->capacity + (near ? 0 : ranks) + RESERVE, err);
    if (status)
        return status;
    lines->ends = mem_array(lines->capacity, sizeof *lines->ends);
    lines->callers = mem_array(lines->capacity, sizeof *lines->callers);
    if (!lines->ends || !lines->callers)
        return error_memory(err, "connections");
    if (getentropy(&lines->address.token, sizeof lines->address.token) != 0)
        return STATUS_OK; /* no secret, no line */
    add_doors(lines, near, ports);
    if (lines->doors == 0 && ports->first > 0)
        return error_set(err, STATUS_MPI, "--worker-ports %u:%u: none of them is free here; give others, or none",
                         (unsigned)ports->first, (unsigned)ports->last);
    return STATUS_OK;
}

static void drop(struct lines *lines, size_t i)
{
    lines->count--;
    lines->ends[i] = lines->ends[lines->count];
    lines->callers[i] = lines->callers[lines->count];
}

static void hang_up(struct lines *lines, size_t i)
{
    discard(close(lines->ends[i].fd));
    drop(lines, i);
}

/* The end of a rank; lines->count when it has none. */
static size_t find(const struct lines *lines, uint32_t rank)
{
    size_t i = lines->doors;
    while (i < lines->count && lines->callers[i].rank != rank)
        i++;
    return i;
}

bool lines_end(struct lines *lines, uint32_t rank, int grace_s)
{
    const struct line_word word = {.token = lines->address.token, .rank = rank, .news = LINE_END, .value = grace_s};
    const size_t i = find(lines, rank);
    return i < lines->count && send(lines->ends[i].fd, &word, sizeof word, MSG_NOSIGNAL) == (ssize_t)sizeof word;
}

void lines_close(struct lines *lines)
{
    while (lines->count > 0) {
        const uint32_t rank = lines->callers[lines->count - 1].rank;
        if (rank != NOBODY)
            discard((long)lines_end(lines, rank, LEAVE_S));
        hang_up(lines, lines->count - 1);
    }
    free(lines->ends);
    free(lines->callers);
    *lines = (struct lines){0};
}

/* Make room for one more caller without the token. */
static void evict(struct lines *lines)
{
    size_t oldest = lines->count, strangers = 0;
    for (size_t i = lines->doors; i < lines->count; i++) {
        if (lines->callers[i].rank != NOBODY)
            continue;
        strangers++;
        if (oldest == lines->count || lines->callers[i].number < lines->callers[oldest].number)
            oldest = i;
    }
    if (strangers >= STRANGERS)
        hang_up(lines, oldest);
}

/* The caller at end i has shown the token: its line from now on, in place of one that it had before. */
static void settle(struct lines *lines, size_t i, uint32_t rank)
{
    const size_t before = find(lines, rank);
    lines->callers[i].rank = rank;
    if (before == i || before == lines->count)
        return;
    discard(close(lines->ends[before].fd));
    lines->ends[before].fd = lines->ends[i].fd;
    lines->callers[before] = lines->callers[i];
    drop(lines, i);
}

static bool is_valid(const struct lines *lines, const struct line_word *word, uint32_t rank)
{
    return word->token == lines->address.token && word->rank > 0 && word->rank < lines->ranks &&
           (rank == NOBODY || rank == word->rank) && (word->news == LINE_UP || word->news == LINE_ENDED);
}

/* What end i has to say; whether that is news. */
static bool hear(struct lines *lines, size_t i, struct line_word *word)
{
    const int fd = lines->ends[i].fd;
    const uint32_t rank = lines->callers[i].rank;
    const ssize_t there = recv(fd, word, sizeof *word, MSG_PEEK | MSG_DONTWAIT);
    if ((there > 0 && (size_t)there < sizeof *word) || (there < 0 && (errno == EAGAIN || errno == EINTR)))
        return false; /* the rest is on its way */
    if (there == (ssize_t)sizeof *word && is_valid(lines, word, rank) &&
        recv(fd, word, sizeof *word, MSG_DONTWAIT) == (ssize_t)sizeof *word) {
        word->host[sizeof word->host - 1] = '\0';
        settle(lines, i, word->rank);
        return true;
    }
    hang_up(lines, i);
    *word = (struct line_word){.rank = rank, .news = LINE_DOWN};
    return rank != NOBODY;
}

/* Take one call. False when there is none; *news when it is one of a parent that has said its word already. */
static bool take_call(struct lines *lines, size_t door, struct line_word *word, bool *news)
{
    const int fd = accept4(lines->ends[door].fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0)
        return false;
    line_keep_alive(fd);
    evict(lines);
    lines->ends[lines->count] = (struct pollfd){.fd = fd, .events = POLLIN};
    lines->callers[lines->count] = (struct caller){.rank = NOBODY, .number = lines->calls++};
    *news = hear(lines, lines->count++, word);
    return true;
}

/* Take the calls at a door until one of them is news. */
static bool take_calls(struct lines *lines, size_t door, struct line_word *word)
{
    bool news = false;
    for (int n = 0; n < CALLS && !news; n++)
        if (!take_call(lines, door, word, &news))
            break;
    return news;
}

bool lines_next(struct lines *lines, struct line_word *word)
{
    if (lines->count == 0)
        return false;
    if (lines->next == 0) {
        if (poll(lines->ends, lines->count, 0) <= 0)
            return false;
        lines->next = lines->count;
    }
    /* From the last to the first, so that an end that is taken away moves none that is still to be looked at. */
    while (lines->next > 0) {
        const size_t i = lines->next - 1;
        const bool ready = i < lines->count && lines->ends[i].revents != 0;
        if (ready && i < lines->doors && take_calls(lines, i, word))
            return true; /* and there may be more calls */
        lines->next = i;
        if (!ready || i < lines->doors)
            continue;
        lines->ends[i].revents = 0;
        if (hear(lines, i, word))
            return true;
    }
    return false;
}
