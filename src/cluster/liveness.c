/* SPDX-License-Identifier: BSD-3-Clause */
/* The parent's end of a connection; see liveness.h. */
#include "cluster/liveness.h"

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

void liveness_keep_alive(int fd)
{
    const int on = 1, idle_s = IDLE_S, probe_s = PROBE_S, probes = PROBES;
    discard(setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on));
    discard(setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle_s, sizeof idle_s));
    discard(setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &probe_s, sizeof probe_s));
    discard(setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &probes, sizeof probes));
}

void liveness_begin(struct liveness *connection, const struct liveness_address *address, uint32_t rank)
{
    *connection = (struct liveness){.address = *address, .rank = rank, .fd = -1};
}

/* Begin to connect. Returns the file descriptor, -1 when that fails at once. */
static int connect_to(const struct liveness_place *place)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = place->port};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = place->port};
    memcpy(&v4.sin_addr, place->bytes, sizeof v4.sin_addr);
    memcpy(&v6.sin6_addr, place->bytes, sizeof v6.sin6_addr);
    const int fd = socket(place->family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -1;
    liveness_keep_alive(fd);
    const int result = place->family == AF_INET ? connect(fd, (const struct sockaddr *)&v4, sizeof v4)
                                                : connect(fd, (const struct sockaddr *)&v6, sizeof v6);
    if (result == 0 || errno == EINPROGRESS)
        return fd;
    discard(close(fd));
    return -1;
}

/* Whether it went out; a word is far smaller than the buffer of a fresh connection. */
static bool say(const struct liveness *connection, enum liveness_news news, int value)
{
    struct liveness_message word = {
        .token = connection->address.token, .rank = connection->rank, .news = news, .value = value};
    cluster_host(word.host);
    return send(connection->fd, &word, sizeof word, MSG_NOSIGNAL) == (ssize_t)sizeof word;
}

/* The call was in vain: on to the next place, after the last one to the first. */
static void give_up(struct liveness *connection, double now_s)
{
    if (connection->fd >= 0)
        discard(close(connection->fd));
    connection->fd = -1;
    connection->next = (connection->next + 1) % connection->address.count;
    connection->call_s = connection->next == 0 ? now_s + again_s : now_s;
}

static void call(struct liveness *connection, double now_s)
{
    connection->fd = connect_to(&connection->address.places[connection->next]);
    connection->patient_s = now_s + answer_s;
    if (connection->fd < 0)
        give_up(connection, now_s);
}

/* A call that waits for its answer. */
static void await_answer(struct liveness *connection, double now_s)
{
    struct pollfd end = {.fd = connection->fd, .events = POLLOUT};
    int error = 0;
    socklen_t size = sizeof error;
    if (poll(&end, 1, 0) > 0) {
        if (getsockopt(connection->fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0 &&
            say(connection, LIVENESS_UP, 0)) {
            connection->up = true;
            connection->call_s = now_s + again_s;
        } else {
            give_up(connection, now_s);
        }
    } else if (now_s > connection->patient_s) {
        give_up(connection, now_s);
    }
}

bool liveness_tend(struct liveness *connection, double now_s, int *grace_s)
{
    if (connection->address.count == 0)
        return false;
    if (connection->fd < 0 && now_s >= connection->call_s)
        call(connection, now_s);
    if (connection->fd >= 0 && !connection->up)
        await_answer(connection, now_s);
    if (!connection->up)
        return false;
    struct liveness_message word;
    const ssize_t got = recv(connection->fd, &word, sizeof word, MSG_DONTWAIT);
    if (got == (ssize_t)sizeof word && word.token == connection->address.token && word.news == LIVENESS_END) {
        *grace_s = word.value;
        return true;
    }
    if (got >= 0 || (errno != EAGAIN && errno != EINTR)) { /* it broke: soon once more at the same place */
        discard(close(connection->fd));
        connection->fd = -1;
        connection->up = false;
    }
    return false;
}

void liveness_tell(struct liveness *connection, int status)
{
    const double until_s = clock_now_s() + answer_s;
    int grace_s;
    while (connection->address.count > 0 && !connection->up && clock_now_s() < until_s) {
        discard(liveness_tend(connection, clock_now_s(), &grace_s));
        struct pollfd end = {.fd = connection->fd, .events = POLLOUT};
        if (!connection->up)
            discard(poll(&end, 1, 100));
    }
    if (connection->up)
        discard(say(connection, LIVENESS_ENDED, status));
}
