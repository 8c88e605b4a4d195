/* SPDX-License-Identifier: BSD-3-Clause */
/* Lines; see line.h. */
#define _DEFAULT_SOURCE /* struct timeval with SO_SNDTIMEO, getentropy */
#include "cluster/line.h"

#include "base/error.h"
#include "base/mem.h"
#include "cluster/inner.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

/* How long a call may wait for an answer: a lost packet or two. */
enum { CALL_S = 5 };

/* Calls of strangers that may stand beside those of the workers. */
enum { STRANGERS = 16 };

static int attempt(const struct sockaddr *address, socklen_t size)
{
    const int line = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (line < 0)
        return -1;
    const struct timeval patience = {.tv_sec = CALL_S};
    discard(setsockopt(line, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience)); /* bounds connect too, socket(7) */
    if (connect(line, address, size) == 0)
        return line;
    discard(close(line));
    return -1;
}

/* Whether it went out; a word is far smaller than the buffer of a fresh connection. */
static bool say(int line, const struct line_address *address, uint32_t rank, enum line_news news, int status)
{
    struct line_word word = {.token = address->token, .rank = rank, .news = news, .status = status};
    cluster_host(word.host);
    return send(line, &word, sizeof word, MSG_NOSIGNAL) == (ssize_t)sizeof word;
}

int line_call(const struct line_address *address, uint32_t rank)
{
    char here[RUN_HOST_TEXT], port[8];
    cluster_host(here);
    if (address->port == 0)
        return -1;
    discard(snprintf(port, sizeof port, "%u", (unsigned)address->port));
    const char *const host = strcmp(here, address->host) == 0 ? "127.0.0.1" : address->host;
    const struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM};
    struct addrinfo *found;
    if (getaddrinfo(host, port, &hints, &found) != 0)
        return -1;
    int line = -1;
    for (const struct addrinfo *at = found; at && line < 0; at = at->ai_next) {
        line = attempt(at->ai_addr, at->ai_addrlen);
        if (line >= 0 && !say(line, address, rank, LINE_UP, 0)) {
            discard(close(line));
            line = -1;
        }
    }
    freeaddrinfo(found);
    return line;
}

void line_tell(int line, const struct line_address *address, uint32_t rank, int status)
{
    if (line >= 0)
        discard(say(line, address, rank, LINE_ENDED, status));
}

/* Each line takes a file descriptor, and the usual limit is 1024. */
static void raise_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        discard(setrlimit(RLIMIT_NOFILE, &limit));
    }
}

static int await_calls(uint16_t *port)
{
    const int end = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    struct sockaddr_in name = {.sin_family = AF_INET}; /* any address, any port */
    socklen_t size = sizeof name;
    if (end >= 0 && bind(end, (struct sockaddr *)&name, size) == 0 && listen(end, SOMAXCONN) == 0 &&
        getsockname(end, (struct sockaddr *)&name, &size) == 0) {
        *port = ntohs(name.sin_port);
        return end;
    }
    if (end >= 0)
        discard(close(end));
    return -1;
}

void lines_open(struct lines *lines, size_t ranks)
{
    *lines = (struct lines){.capacity = ranks + STRANGERS};
    lines->ends = mem_array(lines->capacity, sizeof *lines->ends);
    lines->ranks = mem_array(lines->capacity, sizeof *lines->ranks);
    cluster_host(lines->address.host);
    const int end = lines->ends && lines->ranks && getentropy(&lines->address.token, sizeof lines->address.token) == 0
                        ? await_calls(&lines->address.port)
                        : -1;
    if (end < 0) {
        lines_close(lines);
        return;
    }
    raise_limit();
    lines->ends[lines->count] = (struct pollfd){.fd = end, .events = POLLIN};
    lines->ranks[lines->count++] = LINE_NOBODY;
}

static void hang_up(struct lines *lines, size_t i)
{
    discard(close(lines->ends[i].fd));
    lines->count--;
    lines->ends[i] = lines->ends[lines->count];
    lines->ranks[i] = lines->ranks[lines->count];
}

void lines_close(struct lines *lines)
{
    while (lines->count > 0)
        hang_up(lines, lines->count - 1);
    free(lines->ends);
    free(lines->ranks);
    *lines = (struct lines){0};
}

static void take_calls(struct lines *lines)
{
    int end;
    while ((end = accept(lines->ends[0].fd, NULL, NULL)) >= 0) {
        if (lines->count == lines->capacity) {
            discard(close(end));
            continue;
        }
        lines->ends[lines->count] = (struct pollfd){.fd = end, .events = POLLIN};
        lines->ranks[lines->count++] = LINE_NOBODY;
    }
}

/* What end i has to say; whether that is news. */
static bool hear(struct lines *lines, size_t i, struct line_word *word)
{
    const ssize_t there = recv(lines->ends[i].fd, word, sizeof *word, MSG_PEEK | MSG_DONTWAIT);
    if ((there > 0 && (size_t)there < sizeof *word) || (there < 0 && (errno == EAGAIN || errno == EINTR)))
        return false; /* the rest is on its way */
    const uint32_t rank = lines->ranks[i];
    if (there == (ssize_t)sizeof *word && word->token == lines->address.token &&
        (rank == LINE_NOBODY || rank == word->rank) &&
        recv(lines->ends[i].fd, word, sizeof *word, MSG_DONTWAIT) == (ssize_t)sizeof *word) {
        word->host[sizeof word->host - 1] = '\0';
        lines->ranks[i] = word->rank;
        return true;
    }
    hang_up(lines, i);
    *word = (struct line_word){.rank = rank, .news = LINE_DOWN};
    return rank != LINE_NOBODY;
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
        const size_t i = --lines->next;
        if (i >= lines->count || lines->ends[i].revents == 0)
            continue;
        lines->ends[i].revents = 0;
        if (i == 0)
            take_calls(lines);
        else if (hear(lines, i, word))
            return true;
    }
    return false;
}

void lines_cut(struct lines *lines, uint32_t rank)
{
    for (size_t i = 1; i < lines->count; i++)
        if (lines->ranks[i] == rank) {
            hang_up(lines, i);
            return;
        }
}
