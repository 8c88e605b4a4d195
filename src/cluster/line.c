/* SPDX-License-Identifier: BSD-3-Clause */
/* The parent's end of a line; see line.h. */
#include "cluster/line.h"

#include "base/clock.h"
#include "cluster/inner.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* How long a call may wait for an answer: a lost packet or two. */
static const double answer_s = 3;

/* Seconds between two rounds of calls, and between a broken connection and the next. */
static const double again_s = 1;

/* A connection that says nothing is probed after so many seconds, so often, so many times. Firewalls forget after
 * minutes. */
enum { IDLE_S = 30, PROBE_S = 10, PROBES = 3 };

void line_keep_alive(int fd)
{
    const int on = 1, idle_s = IDLE_S, probe_s = PROBE_S, probes = PROBES;
    discard(setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on));
    discard(setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle_s, sizeof idle_s));
    discard(setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &probe_s, sizeof probe_s));
    discard(setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &probes, sizeof probes));
}

void line_begin(struct line *line, const struct line_address *address, uint32_t rank)
{
    *line = (struct line){.address = *address, .rank = rank, .fd = -1};
}

/* Begin to connect. Returns the file descriptor, -1 when that fails at once. */
static int connect_to(const struct line_place *place)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = place->port};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = place->port};
    memcpy(&v4.sin_addr, place->bytes, sizeof v4.sin_addr);
    memcpy(&v6.sin6_addr, place->bytes, sizeof v6.sin6_addr);
    const int fd = socket(place->family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -1;
    line_keep_alive(fd);
    const int result = place->family == AF_INET ? connect(fd, (const struct sockaddr *)&v4, sizeof v4)
                                                : connect(fd, (const struct sockaddr *)&v6, sizeof v6);
    if (result == 0 || errno == EINPROGRESS)
        return fd;
    discard(close(fd));
    return -1;
}

/* Whether it went out; a word is far smaller than the buffer of a fresh connection. */
static bool say(const struct line *line, enum line_news news, int value)
{
    struct line_word word = {.token = line->address.token, .rank = line->rank, .news = news, .value = value};
    cluster_host(word.host);
    return send(line->fd, &word, sizeof word, MSG_NOSIGNAL) == (ssize_t)sizeof word;
}

/* The call was in vain: on to the next place, after the last one to the first. */
static void give_up(struct line *line, double now_s)
{
    if (line->fd >= 0)
        discard(close(line->fd));
    line->fd = -1;
    line->next = (line->next + 1) % line->address.count;
    line->call_s = line->next == 0 ? now_s + again_s : now_s;
}

static void call(struct line *line, double now_s)
{
    line->fd = connect_to(&line->address.places[line->next]);
    line->patient_s = now_s + answer_s;
    if (line->fd < 0)
        give_up(line, now_s);
}

/* A call that waits for its answer. */
static void await_answer(struct line *line, double now_s)
{
    struct pollfd end = {.fd = line->fd, .events = POLLOUT};
    int error = 0;
    socklen_t size = sizeof error;
    if (poll(&end, 1, 0) > 0) {
        if (getsockopt(line->fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0 && say(line, LINE_UP, 0)) {
            line->up = true;
            line->call_s = now_s + again_s;
        } else {
            give_up(line, now_s);
        }
    } else if (now_s > line->patient_s) {
        give_up(line, now_s);
    }
}

bool line_tend(struct line *line, double now_s, int *grace_s)
{
    if (line->address.count == 0)
        return false;
    if (line->fd < 0 && now_s >= line->call_s)
        call(line, now_s);
    if (line->fd >= 0 && !line->up)
        await_answer(line, now_s);
    if (!line->up)
        return false;
    struct line_word word;
    const ssize_t got = recv(line->fd, &word, sizeof word, MSG_DONTWAIT);
    if (got == (ssize_t)sizeof word && word.token == line->address.token && word.news == LINE_END) {
        *grace_s = word.value;
        return true;
    }
    if (got >= 0 || (errno != EAGAIN && errno != EINTR)) { /* it broke: soon once more at the same place */
        discard(close(line->fd));
        line->fd = -1;
        line->up = false;
    }
    return false;
}

void line_tell(struct line *line, int status)
{
    const double until_s = clock_now_s() + answer_s;
    int grace_s;
    while (line->address.count > 0 && !line->up && clock_now_s() < until_s) {
        discard(line_tend(line, clock_now_s(), &grace_s));
        struct pollfd end = {.fd = line->fd, .events = POLLOUT};
        if (!line->up)
            discard(poll(&end, 1, 100));
    }
    if (line->up)
        discard(say(line, LINE_ENDED, status));
}
