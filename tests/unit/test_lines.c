/* SPDX-License-Identifier: BSD-3-Clause */
/* Both ends of the lines in one process: who is listened to, what arrives, and what a broken connection means. */
#define _DEFAULT_SOURCE /* setenv, usleep */
#include "cluster/line.h"

#include "base/clock.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

enum { RANKS = 4, HELD = 100, ROUNDS = 2000 };
static const struct line_ports any;

static struct lines opened(void)
{
    struct lines lines = {0};
    struct error err;
    assert_int_equal(lines_open(&lines, RANKS, true, &any, &err), STATUS_OK);
    assert_int_equal(lines.address.count, 1);
    return lines;
}

/* A call from anybody. */
static int stranger(const struct lines *lines)
{
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_port = lines->address.places[0].port};
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (const struct sockaddr *)&name, sizeof name), 0);
    return fd;
}

/* Look after both ends until rank 0 hears something. */
static bool hears(struct lines *lines, struct line *line, struct line_word *word)
{
    int grace_s;
    for (int n = 0; n < ROUNDS; n++) {
        if (line)
            discard(line_tend(line, clock_now_s(), &grace_s));
        if (lines_next(lines, word))
            return true;
        usleep(1000);
    }
    return false;
}

static void expect(struct lines *lines, struct line *line, uint32_t rank, enum line_news news)
{
    struct line_word word;
    assert_true(hears(lines, line, &word));
    assert_int_equal(word.rank, rank);
    assert_int_equal(word.news, news);
}

static struct line called(struct lines *lines, uint32_t rank)
{
    struct line line = {.fd = -1};
    line_begin(&line, &lines->address, rank);
    expect(lines, &line, rank, LINE_UP);
    return line;
}

/* Up, the end of a worker with its status, the wish to end it, and hanging up. */
static void test_words(void **state)
{
    (void)state;
    struct lines lines = opened();
    struct line_word word;
    struct line one = called(&lines, 1), two = called(&lines, 2);
    int grace_s = -1;
    bool told = false;
    line_tell(&two, 9);
    assert_true(hears(&lines, NULL, &word));
    assert_int_equal(word.rank, 2);
    assert_int_equal(word.news, LINE_ENDED);
    assert_int_equal(word.value, 9);
    assert_false(lines_end(&lines, 3, 7)); /* it never called */
    assert_true(lines_end(&lines, 1, 7));
    for (int n = 0; n < ROUNDS && !told; n++, usleep(1000))
        told = line_tend(&one, clock_now_s(), &grace_s);
    assert_true(told);
    assert_int_equal(grace_s, 7);
    close(two.fd);
    expect(&lines, NULL, 2, LINE_DOWN);
    lines_close(&lines);
    close(one.fd);
}

/* A connection that breaks is made anew, and rank 0 takes the new one for the old. */
static void test_again(void **state)
{
    (void)state;
    struct lines lines = opened();
    struct line line = called(&lines, 1);
    shutdown(line.fd, SHUT_RDWR); /* as a reset: both ends see it */
    expect(&lines, &line, 1, LINE_DOWN);
    expect(&lines, &line, 1, LINE_UP);
    const size_t before = lines.count;
    struct line other = called(&lines, 1); /* half open: rank 0 has not seen the end of the first */
    assert_int_equal(lines.count, before);
    assert_true(lines_end(&lines, 1, 0));
    lines_close(&lines);
    close(line.fd);
    close(other.fd);
}

/* Strangers: few are kept, the first to come is the first to go, and none keeps a supervisor out. */
static void test_strangers(void **state)
{
    (void)state;
    struct lines lines = opened();
    struct line_word word;
    int held[HELD];
    for (size_t s = 0; s < HELD; s++) {
        held[s] = stranger(&lines);
        assert_false(lines_next(&lines, &word));
    }
    assert_true(lines.count <= lines.capacity && lines.count < HELD / 2);
    char byte;
    assert_int_equal(recv(held[0], &byte, 1, MSG_DONTWAIT), 0);       /* gone */
    assert_int_equal(recv(held[HELD - 1], &byte, 1, MSG_DONTWAIT), -1); /* still there */
    struct line line = called(&lines, 3);
    const size_t before = lines.count;
    const struct line_word forged = {.token = lines.address.token + 1, .rank = 2, .news = LINE_ENDED};
    assert_int_equal(send(held[HELD - 1], &forged, sizeof forged, 0), sizeof forged);
    for (int n = 0; n < ROUNDS && lines.count == before; n++, usleep(1000))
        assert_false(lines_next(&lines, &word));
    assert_int_equal(lines.count, before - 1);
    for (size_t s = 0; s < HELD; s++)
        close(held[s]);
    lines_close(&lines);
    close(line.fd);
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
        struct lines lines;
        struct error err;
        if (strstr(cases[c].text, "::1") && !has_v6)
            continue;
        assert_int_equal(setenv("OMPI_MCA_orte_local_daemon_uri", cases[c].text, 1), 0);
        assert_int_equal(lines_open(&lines, RANKS, false, &any, &err), STATUS_OK);
        assert_int_equal(lines.address.count, cases[c].count);
        if (cases[c].count > 0) {
            struct line line = called(&lines, 1);
            close(line.fd);
        }
        lines_close(&lines);
    }
    close(v6);
}

/* Ports that are all in use are refused; of several the free one is taken. */
static void test_ports(void **state)
{
    (void)state;
    struct lines first = opened(), second;
    struct error err;
    const uint32_t taken = ntohs(first.address.places[0].port);
    const struct line_ports one = {taken, taken}, several = {taken, taken + 9};
    assert_int_equal(lines_open(&second, RANKS, true, &one, &err), STATUS_MPI);
    assert_non_null(strstr(err.text, "--worker-ports"));
    lines_close(&second);
    assert_int_equal(lines_open(&second, RANKS, true, &several, &err), STATUS_OK);
    assert_in_range(ntohs(second.address.places[0].port), taken + 1, taken + 9);
    lines_close(&second);
    lines_close(&first);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words),  cmocka_unit_test(test_again), cmocka_unit_test(test_strangers),
        cmocka_unit_test(test_places), cmocka_unit_test(test_ports),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
