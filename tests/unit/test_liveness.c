/* SPDX-License-Identifier: BSD-3-Clause */
/* Both ends of the liveness connections in one process: who is listened to, what arrives, and what a broken connection
 * means. */
#define _DEFAULT_SOURCE /* setenv, usleep */
#include "cluster/liveness.h"

#include "base/clock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

enum { RANKS = 4, HELD = 100, ROUNDS = 2000 };
static const struct liveness_ports any;

static struct liveness_server opened(void)
{
    struct liveness_server server = {0};
    struct error err;
    assert_int_equal(liveness_server_open(&server, RANKS, true, &any, &err), STATUS_OK);
    assert_int_equal(server.address.count, 1);
    return server;
}

/* A call from anybody. */
static int stranger(const struct liveness_server *server)
{
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_port = server->address.places[0].port};
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (const struct sockaddr *)&name, sizeof name), 0);
    return fd;
}

/* Look after both ends until rank 0 hears something. */
static bool hears(struct liveness_server *server, struct liveness *connection, struct liveness_message *word)
{
    int grace_s;
    for (int n = 0; n < ROUNDS; n++) {
        if (connection)
            discard(liveness_tend(connection, clock_now_s(), &grace_s));
        if (liveness_server_next(server, word))
            return true;
        usleep(1000);
    }
    return false;
}

static void expect(struct liveness_server *server, struct liveness *connection, uint32_t rank, enum liveness_news news)
{
    struct liveness_message word;
    assert_true(hears(server, connection, &word));
    assert_int_equal(word.rank, rank);
    assert_int_equal(word.news, news);
}

static struct liveness called(struct liveness_server *server, uint32_t rank)
{
    struct liveness connection = {.fd = -1};
    liveness_begin(&connection, &server->address, rank);
    expect(server, &connection, rank, LIVENESS_UP);
    return connection;
}

/* Up, the end of a worker with its status, the wish to end it, and hanging up. */
static void test_words(void **state)
{
    (void)state;
    struct liveness_server server = opened();
    struct liveness_message word;
    struct liveness one = called(&server, 1), two = called(&server, 2);
    int grace_s = -1;
    bool told = false;
    liveness_tell(&two, 9);
    assert_true(hears(&server, NULL, &word));
    assert_int_equal(word.rank, 2);
    assert_int_equal(word.news, LIVENESS_ENDED);
    assert_int_equal(word.value, 9);
    assert_false(liveness_server_end(&server, 3, 7)); /* it never called */
    assert_true(liveness_server_end(&server, 1, 7));
    for (int n = 0; n < ROUNDS && !told; n++, usleep(1000))
        told = liveness_tend(&one, clock_now_s(), &grace_s);
    assert_true(told);
    assert_int_equal(grace_s, 7);
    close(two.fd);
    expect(&server, NULL, 2, LIVENESS_DOWN);
    liveness_server_close(&server);
    close(one.fd);
}

/* A connection that breaks is made anew, and rank 0 takes the new one for the old. */
static void test_again(void **state)
{
    (void)state;
    struct liveness_server server = opened();
    struct liveness connection = called(&server, 1);
    shutdown(connection.fd, SHUT_RDWR); /* as a reset: both ends see it */
    expect(&server, &connection, 1, LIVENESS_DOWN);
    expect(&server, &connection, 1, LIVENESS_UP);
    const size_t before = server.count;
    struct liveness other = called(&server, 1); /* half open: rank 0 has not seen the end of the first */
    assert_int_equal(server.count, before);
    assert_true(liveness_server_end(&server, 1, 0));
    liveness_server_close(&server);
    close(connection.fd);
    close(other.fd);
}

/* Strangers: few are kept, the first to come is the first to go, and none keeps a supervisor out. */
static void test_strangers(void **state)
{
    (void)state;
    struct liveness_server server = opened();
    struct liveness_message word;
    int held[HELD];
    for (size_t s = 0; s < HELD; s++) {
        held[s] = stranger(&server);
        assert_false(liveness_server_next(&server, &word));
    }
    assert_true(server.count <= server.capacity && server.count < HELD / 2);
    char byte;
    assert_int_equal(recv(held[0], &byte, 1, MSG_DONTWAIT), 0);       /* gone */
    assert_int_equal(recv(held[HELD - 1], &byte, 1, MSG_DONTWAIT), -1); /* still there */
    struct liveness connection = called(&server, 3);
    const size_t before = server.count;
    const struct liveness_message forged = {.token = server.address.token + 1, .rank = 2, .news = LIVENESS_ENDED};
    assert_int_equal(send(held[HELD - 1], &forged, sizeof forged, 0), sizeof forged);
    for (int n = 0; n < ROUNDS && server.count == before; n++, usleep(1000))
        assert_false(liveness_server_next(&server, &word));
    assert_int_equal(server.count, before - 1);
    for (size_t s = 0; s < HELD; s++)
        close(held[s]);
    liveness_server_close(&server);
    close(connection.fd);
}

/* Where rank 0 listens: at those addresses that its launcher names and this host has. */
static void test_places(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint32_t count;
    } cases[] = {
        {"7.0;tcp://127.0.0.1:35177", 1},
        {"7.0;tcp://203.0.113.1,127.0.0.1,127.0.0.2:35177", 2}, /* the first is nobody's */
        {"7.0;tcp://127.0.0.1:35177;tcp6://[::1]:4711", 2},
        {"7.0;tcp6://[::1]:4711", 1},
        {"7.0;usock", 0},
        {"", 0},
        {"7.0;tcp://,,;tcp6://[", 0},
    };
    const int v6 = socket(AF_INET6, SOCK_STREAM, 0);
    struct sockaddr_in6 own = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    const bool has_v6 = v6 >= 0 && bind(v6, (const struct sockaddr *)&own, sizeof own) == 0;
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        struct liveness_server server;
        struct error err;
        if (strstr(cases[c].text, "::1") && !has_v6)
            continue;
        assert_int_equal(setenv("OMPI_MCA_orte_local_daemon_uri", cases[c].text, 1), 0);
        assert_int_equal(liveness_server_open(&server, RANKS, false, &any, &err), STATUS_OK);
        assert_int_equal(server.address.count, cases[c].count);
        if (cases[c].count > 0) {
            struct liveness connection = called(&server, 1);
            close(connection.fd);
        }
        liveness_server_close(&server);
    }
    close(v6);
}

/* Ports that are all in use are refused; of several the free one is taken. */
static void test_ports(void **state)
{
    (void)state;
    struct liveness_server first = opened(), second;
    struct error err;
    const uint32_t taken = ntohs(first.address.places[0].port);
    const struct liveness_ports one = {taken, taken}, several = {taken, taken + 9};
    assert_int_equal(liveness_server_open(&second, RANKS, true, &one, &err), STATUS_MPI);
    assert_non_null(strstr(err.text, "--worker-ports"));
    liveness_server_close(&second);
    assert_int_equal(liveness_server_open(&second, RANKS, true, &several, &err), STATUS_OK);
    assert_in_range(ntohs(second.address.places[0].port), taken + 1, taken + 9);
    liveness_server_close(&second);
    liveness_server_close(&first);
}

/* What comes of a word that is sent in two pieces, or by who may not send it: nothing, and who sent what is wrong is
 * hung up on. */
static void test_forged(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        uint64_t token_off;
        uint32_t rank, news, then_rank; /* then_rank: of a second word of the same caller; 0: none */
        bool heard;
    } cases[] = {
        {"a word", 0, 1, LIVENESS_UP, 0, true},
        {"the end of a worker that never called", 0, 1, LIVENESS_ENDED, 0, true},
        {"another token", 1, 1, LIVENESS_UP, 0, false},
        {"the wish of rank 0", 0, 1, LIVENESS_END, 0, false},
        {"what is never sent", 0, 1, LIVENESS_DOWN, 0, false},
        {"no news", 0, 1, 1000, 0, false},
        {"rank 0 itself", 0, 0, LIVENESS_UP, 0, false},
        {"a rank that is not", 0, RANKS, LIVENESS_UP, 0, false},
        {"the highest rank there can be", 0, UINT32_MAX, LIVENESS_UP, 0, false},
        {"another rank by the same line", 0, 1, LIVENESS_UP, 2, true},
    };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++)
        for (size_t cut = 0; cut < sizeof(struct liveness_message); cut += cut == 0 ? 1 : 30) {
            struct liveness_server server = opened();
            struct liveness_message heard, word = {.token = server.address.token + cases[c].token_off,
                                                   .rank = cases[c].rank,
                                                   .news = cases[c].news};
            memset(word.host, 'h', sizeof word.host); /* without an end */
            const int fd = stranger(&server);
            bool news = false;
            if (cut > 0) {
                assert_int_equal(send(fd, &word, cut, 0), cut);
                for (int n = 0; n < 3; n++, usleep(1000))
                    assert_false(liveness_server_next(&server, &heard)); /* half a word says nothing */
            }
            assert_int_equal(send(fd, (const char *)&word + cut, sizeof word - cut, 0), sizeof word - cut);
            for (int n = 0; n < (cases[c].heard ? ROUNDS : 5) && !news; n++, usleep(1000))
                news = liveness_server_next(&server, &heard);
            if (news != cases[c].heard)
                fail_msg("%s, cut at %zu: %s", cases[c].what, cut, news ? "heard" : "not heard");
            if (news) {
                assert_int_equal(heard.rank, cases[c].rank);
                assert_int_equal(strlen(heard.host), sizeof heard.host - 1);
            }
            if (cases[c].then_rank) {
                word.rank = cases[c].then_rank;
                assert_int_equal(send(fd, &word, sizeof word, 0), sizeof word);
                expect(&server, NULL, cases[c].rank, LIVENESS_DOWN); /* it is hung up on */
            }
            if (!news) {
                char byte;
                const ssize_t got = recv(fd, &byte, 1, MSG_DONTWAIT); /* hung up on, with what it said unread */
                assert_true(got == 0 || (got < 0 && errno == ECONNRESET));
            }
            close(fd);
            liveness_server_close(&server);
        }
}

/* Both ends have the system look whether the other is there: a connection that is idle for long stays known to
 * firewalls, and a host that is gone is noticed. */
static void test_keep_alive(void **state)
{
    (void)state;
    struct liveness_server server = opened();
    struct liveness connection = called(&server, 2);
    const int ends[] = {connection.fd, server.ends[server.count - 1].fd};
    for (size_t e = 0; e < 2; e++) {
        int on = 0, idle_s = 0, every_s = 0, times = 0;
        socklen_t size = sizeof on;
        assert_int_equal(getsockopt(ends[e], SOL_SOCKET, SO_KEEPALIVE, &on, &size), 0);
        assert_int_equal(getsockopt(ends[e], IPPROTO_TCP, TCP_KEEPIDLE, &idle_s, &size), 0);
        assert_int_equal(getsockopt(ends[e], IPPROTO_TCP, TCP_KEEPINTVL, &every_s, &size), 0);
        assert_int_equal(getsockopt(ends[e], IPPROTO_TCP, TCP_KEEPCNT, &times, &size), 0);
        assert_true(on);
        assert_in_range(idle_s + every_s * times, 10, 120); /* firewalls forget after minutes */
    }
    close(connection.fd);
    liveness_server_close(&server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words),  cmocka_unit_test(test_again), cmocka_unit_test(test_strangers),
        cmocka_unit_test(test_places), cmocka_unit_test(test_ports), cmocka_unit_test(test_forged),
        cmocka_unit_test(test_keep_alive),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
