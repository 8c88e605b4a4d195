/* SPDX-License-Identifier: BSD-3-Clause */
/* What rank 0 knows of its workers: who is silent, whose connection broke, who is lost and why, what the user is told,
 * and the end of all. Time is made up; the connections are real ones to this host. */
#include "cluster/workers.h"

#include "base/clock.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "fake_mpi.h"

enum { RANKS = 6, TIMEOUT_S = 60 };
static double now_s;
static int fds[RANKS]; /* a connection for each rank, -1 without */

/* What happens at the end of a run: what each rank does when it is told to leave. */
static const char *at_end[RANKS];
static enum status end_status;

static void say(const struct workers *workers, int rank, enum liveness_news news, int value)
{
    const struct liveness_address *const address = &workers->liveness.address;
    struct liveness_message word = {.token = address->token, .rank = (uint32_t)rank, .news = news, .value = value};
    discard(snprintf(word.host, sizeof word.host, "line%d", rank));
    if (fds[rank] < 0) {
        struct sockaddr_in name = {.sin_family = AF_INET, .sin_port = address->places[0].port};
        name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        fds[rank] = socket(AF_INET, SOCK_STREAM, 0);
        assert_int_equal(connect(fds[rank], (const struct sockaddr *)&name, sizeof name), 0);
    }
    assert_int_equal(send(fds[rank], &word, sizeof word, MSG_NOSIGNAL), sizeof word);
}

static void hang_up(int rank)
{
    close(fds[rank]);
    fds[rank] = -1;
}

static void fake_sent(int to, const struct letter *letter)
{
    union message message;
    memcpy(&message, letter->bytes, letter->size);
    assert_int_equal(letter->tag, TAG_END);
    assert_int_equal(message.end.status, end_status);
    const char *const does = at_end[to];
    assert_non_null(does); /* it is there to be told */
    at_end[to] = NULL;
    if (strcmp(does, "says bye") == 0) {
        fake_send(to, TAG_ALIVE, "", 1); /* what is still on its way */
        fake_send(to, TAG_BYE, "", 1);
        fake_send(to, TAG_BYE, "", 1); /* twice is once */
    } else if (strcmp(does, "hangs up") == 0) {
        hang_up(to);
    }
}

static void fake_pass(void)
{
}

/* Rank 0 listens for so long, in rounds of this many seconds. */
static void listen_for(struct workers *workers, double seconds, double round_s)
{
    for (const double end_s = now_s + seconds; now_s < end_s - 1e-9;) {
        now_s += round_s;
        workers_tick(workers, now_s);
    }
}

static void hear_all(struct workers *workers)
{
    int rank;
    for (int n = 0; n < 20; n++, clock_sleep_s(1e-3))
        assert_false(workers_lost(workers, &rank));
}

static void greet(struct workers *workers, int rank, const char *host, bool other)
{
    struct hello hello = {.wants = 1, .isa = "made up", .other_program = other};
    discard(snprintf(hello.host, sizeof hello.host, "%s", host));
    workers_hello(workers, rank, &hello);
    workers_heard(workers, rank);
}

/* All have said HELLO; with lines, all supervisors have called. */
static struct workers set_up(bool lines)
{
    const struct liveness_ports any = {0, 0};
    struct workers workers = {0};
    now_s = 1000;
    fake_begin(1);
    for (int r = 0; r < RANKS; r++)
        fds[r] = -1;
    assert_int_equal(liveness_server_open(&workers.liveness, RANKS, true, &any, NULL), STATUS_OK);
    assert_int_equal(workers_create(&workers, RANKS, TIMEOUT_S, NULL), STATUS_OK);
    workers_tick(&workers, now_s);
    for (int r = 0; r < RANKS; r++) {
        char host[8];
        discard(snprintf(host, sizeof host, "h%d", r));
        greet(&workers, r, host, false);
        if (lines && r > 0)
            say(&workers, r, LIVENESS_UP, 0);
    }
    hear_all(&workers);
    assert_int_equal(workers.here, RANKS - 1);
    assert_int_equal(workers.hellos, RANKS - 1); /* rank 0 is no worker */
    return workers;
}

static void tear_down(struct workers *workers)
{
    for (int r = 0; r < RANKS; r++)
        if (fds[r] >= 0)
            hang_up(r);
    workers_free(workers);
}

/* Silence, as rank 0 has listened: what it did not hear because it was stopped itself is no silence. */
static void test_silence(void **state)
{
    (void)state;
    static const struct {
        double seconds, round_s, heard_at_s;
        bool silent;
    } cases[] = {
        {TIMEOUT_S - 1, 0.1, 0, false},
        {TIMEOUT_S + 1, 0.1, 0, true},
        {TIMEOUT_S + 1, 1, 0, true},
        {1e6, 1e5, 0, false},                           /* ten rounds: ten seconds at the most */
        {TIMEOUT_S + 1, 0.1, TIMEOUT_S - 1, false},     /* it spoke in between */
        {2 * TIMEOUT_S, 0.1, TIMEOUT_S - 2, true},      /* and then no more */
    };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        struct workers workers = set_up(true);
        if (cases[c].heard_at_s > 0) {
            listen_for(&workers, cases[c].heard_at_s, cases[c].round_s);
            workers_heard(&workers, 2);
        }
        listen_for(&workers, cases[c].seconds - cases[c].heard_at_s, cases[c].round_s);
        const char *const why = workers_silence(&workers, 2);
        if ((why != NULL) != cases[c].silent)
            fail_msg("case %zu: %s", c, why ? why : "not silent");
        if (why) {
            assert_string_equal(why, "silent for longer than --worker-timeout");
            workers_give_up(&workers, 2, why);
            assert_true(workers.members[2].about.lost && workers.members[2].ending);
            assert_string_equal(workers.members[2].about.reason, why);
            assert_int_equal(workers.here, RANKS - 2);
            assert_null(workers_silence(&workers, 2)); /* only once */
            struct liveness_message word;
            assert_int_equal(recv(fds[2], &word, sizeof word, 0), sizeof word); /* its supervisor is told to end it */
            assert_int_equal(word.news, LIVENESS_END);
        }
        tear_down(&workers);
    }
}

/* A connection that breaks: the worker is asked, once, unless its supervisor calls again in time, and given up when it
 * does not answer; who answers stays. */
static void test_broken(void **state)
{
    (void)state;
    static const struct {
        bool again, answers, lost;
    } cases[] = {{true, false, false}, {false, true, false}, {false, false, true}};
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        struct workers workers = set_up(true);
        listen_for(&workers, 5, 0.5);
        hang_up(3);
        hear_all(&workers);
        assert_int_equal(workers_unwatched(&workers), 3);
        listen_for(&workers, 2.5, 0.5);
        assert_false(workers_must_ask(&workers, 3));
        if (cases[c].again) {
            say(&workers, 3, LIVENESS_UP, 0);
            hear_all(&workers);
            assert_int_equal(workers_unwatched(&workers), -1);
        }
        listen_for(&workers, 1, 0.5);
        assert_int_equal(workers_must_ask(&workers, 3), !cases[c].again);
        assert_false(workers_must_ask(&workers, 3)); /* only once */
        assert_false(workers_must_ask(&workers, 2));
        listen_for(&workers, 1, 0.5);
        if (cases[c].answers)
            workers_heard(&workers, 3);
        assert_null(workers_silence(&workers, 3));
        listen_for(&workers, 11, 0.5);
        const char *const why = workers_silence(&workers, 3);
        assert_int_equal(why != NULL, cases[c].lost);
        assert_int_equal(workers_unwatched(&workers), -1); /* it is long ago */
        if (why) {
            assert_string_equal(why, "its host or its supervisor is gone");
            workers_give_up(&workers, 3, why);
            assert_false(workers.members[3].stuck || workers.members[3].ending); /* there is nothing to wait for */
        }
        tear_down(&workers);
    }
}

/* The end of a worker, as its supervisor tells it: once, and only of one that was there. */
static void test_ended(void **state)
{
    (void)state;
    struct workers workers = set_up(true);
    int rank = -1;
    workers.members[4].left = true;
    workers.here--;
    workers.members[1].wants = 2;
    say(&workers, 1, LIVENESS_ENDED, 9);
    say(&workers, 1, LIVENESS_ENDED, 9);
    say(&workers, 4, LIVENESS_ENDED, 0); /* it has left */
    for (int n = 0; n < 2000 && !workers_lost(&workers, &rank); n++)
        clock_sleep_s(1e-3);
    assert_int_equal(rank, 1);
    assert_true(workers.members[1].about.lost);
    assert_non_null(strstr(workers.members[1].about.reason, "killed by signal 9"));
    assert_int_equal(workers.members[1].wants, 0);
    hear_all(&workers);
    assert_int_equal(workers.here, RANKS - 3);
    assert_false(workers.members[4].about.lost);
    tear_down(&workers);
}

/* Names longer than there is room for are cut; the connection's name of a host counts, as the launcher knows it. */
static void test_hello(void **state)
{
    (void)state;
    struct workers workers = set_up(false);
    struct hello hello;
    memset(&hello, 'x', sizeof hello); /* no end of a string anywhere */
    workers_hello(&workers, 5, &hello);
    assert_int_equal(strlen(workers.members[5].about.host), RUN_HOST_TEXT - 1);
    assert_int_equal(strlen(workers.members[5].about.isa), sizeof workers.members[5].about.isa - 1);
    say(&workers, 5, LIVENESS_UP, 0);
    hear_all(&workers);
    assert_string_equal(workers.members[5].about.host, "line5");
    tear_down(&workers);
}

/* What the user is told: each thing once, and nothing of what is well. */
static void test_remarks(void **state)
{
    (void)state;
    char text[400];
    struct workers workers = set_up(true);
    listen_for(&workers, 20, 1);
    assert_false(workers_remark(&workers, false, text, sizeof text)); /* all is well */
    tear_down(&workers);

    workers = set_up(false); /* no supervisor reaches rank 0 */
    workers_remark(&workers, false, text, sizeof text);
    listen_for(&workers, 9, 1);
    for (int r = 1; r < RANKS; r++)
        workers_heard(&workers, r);
    assert_false(workers_remark(&workers, false, text, sizeof text));
    say(&workers, 1, LIVENESS_UP, 0);
    hear_all(&workers);
    listen_for(&workers, 2, 1);
    assert_true(workers_remark(&workers, false, text, sizeof text));
    assert_non_null(strstr(text, "no connection from the supervisors of rank 2 on h2 and of others; "));
    assert_non_null(strstr(text, "--worker-ports"));
    assert_false(workers_remark(&workers, false, text, sizeof text)); /* they are told of */
    listen_for(&workers, 100, 1);
    assert_false(workers_remark(&workers, true, text, sizeof text));
    tear_down(&workers);

    workers = set_up(true); /* other builds, once all are here or at the end */
    workers.compared = false;
    workers.hellos = RANKS - 2;
    for (int r = 1; r < RANKS; r++)
        workers.members[r].other_program = r != 3;
    discard(snprintf(workers.members[2].about.host, RUN_HOST_TEXT, "%s", workers.members[1].about.host));
    assert_false(workers_remark(&workers, false, text, sizeof text));
    assert_true(workers_remark(&workers, true, text, sizeof text));
    assert_string_equal(text, "another build of nsurf, which trains to the same bits, runs on line1, line4, line5");
    assert_false(workers_remark(&workers, true, text, sizeof text));
    char little[40];
    workers.compared = false; /* and no further than there is room */
    discard(workers_remark(&workers, true, little, sizeof little));
    assert_true(memchr(little, '\0', sizeof little) != NULL);
    tear_down(&workers);
}

/* The end: all that are there are told, who is lost is not, and a supervisor that hangs up stands for its worker. */
static void test_release(void **state)
{
    (void)state;
    static const enum status statuses[] = {STATUS_OK, STATUS_STOPPED};
    for (size_t s = 0; s < sizeof statuses / sizeof *statuses; s++) {
        struct workers workers = set_up(true);
        struct outbox outbox = {0};
        int rank;
        end_status = statuses[s];
        for (int r = 1; r < RANKS; r++)
            at_end[r] = r == 3 ? "hangs up" : r == 4 ? NULL : "says bye";
        say(&workers, 4, LIVENESS_ENDED, 0);
        for (int n = 0; n < 2000 && !workers_lost(&workers, &rank); n++)
            clock_sleep_s(1e-3);
        assert_true(workers_release(&workers, &outbox, statuses[s]));
        assert_int_equal(workers.here, 0);
        for (int r = 1; r < RANKS; r++)
            assert_true(r == 4 ? workers.members[r].about.lost : workers.members[r].left);
        outbox_tend(&outbox);
        outbox_free(&outbox);
        tear_down(&workers);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_silence), cmocka_unit_test(test_broken),  cmocka_unit_test(test_ended),
        cmocka_unit_test(test_hello),   cmocka_unit_test(test_remarks), cmocka_unit_test(test_release),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
