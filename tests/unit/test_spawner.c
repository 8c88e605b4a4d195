/* SPDX-License-Identifier: BSD-3-Clause */
/* A spawner runs programs one after the other, tells how each ended and what it wrote last, and leaves nothing
 * behind. */
#define _GNU_SOURCE
#include "base/clock.h"
#include "base/spawner.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static struct spawner *begin(void)
{
    static const char *const keep[] = {"OMPI_KEPT*"};
    struct spawner *spawner;
    struct error err;
    const struct spawner_settings settings = {.keep = keep, .keep_count = 1};
    assert_int_equal(spawner_start(&spawner, &settings, &err), STATUS_OK);
    return spawner;
}

/* Run a script by /bin/sh, or where it is no script a program of that name. */
static struct spawner_end run(struct spawner *spawner, const char *program, const char *script, double timeout_s)
{
    char words[4096] = "";
    struct spawner_end end = {0};
    struct error err;
    bool ended = false;
    const size_t size = (size_t)snprintf(words, sizeof words, "%s%c-c%c%s", program, 0, 0, script) + 1;
    const struct spawner_job job = {.words = words,
                                    .words_size = size,
                                    .words_count = 3,
                                    .variables = "NSURF_a=7 \"x\"",
                                    .variables_size = sizeof "NSURF_a=7 \"x\"",
                                    .variables_count = 1,
                                    .timeout_s = timeout_s};
    assert_int_equal(spawner_run(spawner, &job, &err), STATUS_OK);
    while (!ended)
        assert_int_equal(spawner_wait(spawner, 1, &ended, &end, &err), STATUS_OK);
    return end;
}

static void test_endings(void **state)
{
    (void)state;
    static const struct {
        const char *program, *script, *output, *errors;
        enum spawner_how how;
        int code;
    } rows[] = {
        {"sh", "echo 1; echo 2 >&2", "1\n", "2\n", SPAWNER_EXITED, 0},
        {"sh", "exit 75", "", "", SPAWNER_EXITED, 75},
        {"sh", "kill -SEGV $$", "", "", SPAWNER_KILLED, SIGSEGV},
        {"sh", "echo $NSURF_a", "7 \"x\"\n", "", SPAWNER_EXITED, 0},
        {"sh", "cat", "the input", "", SPAWNER_EXITED, 0},
        {"sh", "read -r a b; echo $b", "input\n", "", SPAWNER_EXITED, 1},
        {"sh", "ulimit -c; trap '' PIPE; kill -PIPE $$; exec >&- 2>&-; sleep 0.2; exit 3", NULL, "", SPAWNER_EXITED, 3},
        {"/no/such/program", "", "", "", SPAWNER_NOTHING, ENOENT},
        {"/etc/passwd", "", "", "", SPAWNER_NOTHING, EACCES},
    };
    struct spawner *const spawner = begin();
    struct error err;
    assert_int_equal(spawner_input(spawner, "the input", 9, &err), STATUS_OK);
    for (int turn = 0; turn < 3; turn++)
        for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
            const struct spawner_end end = run(spawner, rows[r].program, rows[r].script, INFINITY);
            const bool known = rows[r].code != 1; /* what read says of an input without a line's end */
            if (end.how != rows[r].how || (known && end.code != rows[r].code))
                fail_msg("%s: ended by %d, %d", rows[r].script, (int)end.how, end.code);
            if (rows[r].output) {
                assert_int_equal(end.output_size, strlen(rows[r].output));
                assert_memory_equal(end.output, rows[r].output, end.output_size);
            }
            assert_int_equal(end.errors_size, strlen(rows[r].errors));
            assert_memory_equal(end.errors, rows[r].errors, end.errors_size);
        }
    spawner_stop(spawner);
}

/* The output of a program that writes much is read to its end, and the end of it kept. */
static void test_much(void **state)
{
    (void)state;
    struct spawner *const spawner = begin();
    const struct spawner_end end =
        run(spawner, "sh", "head -c 100000000 /dev/zero; yes no | head -c 20000 >&2; echo; echo 5", INFINITY);
    assert_int_equal(end.how, SPAWNER_EXITED);
    assert_int_equal(end.written, 100000003);
    assert_int_equal(end.output_size, SPAWNER_OUTPUT);
    assert_memory_equal(end.output + end.output_size - 3, "\n5\n", 3);
    assert_int_equal(end.errors_size, SPAWNER_ERRORS);
    spawner_stop(spawner);
}

/* Whether a process is there that carries this in its command line. */
static bool is_there(const char *mark)
{
    char command[256];
    discard(snprintf(command, sizeof command, "pgrep -f '[%c]%s' >/dev/null", *mark, mark + 1));
    struct spawner *const other = begin();
    const struct spawner_end end = run(other, "sh", command, INFINITY);
    spawner_stop(other);
    return end.code == 0;
}

static bool goes(const char *mark, double within_s)
{
    const double until_s = clock_now_s() + within_s;
    while (is_there(mark))
        if (clock_now_s() > until_s)
            return false;
        else
            clock_sleep_s(0.05);
    return true;
}

/* Daemons, and who ignores what he is told. */
static void test_nothing_is_left(void **state)
{
    (void)state;
    struct spawner *const spawner = begin();
    struct spawner_end end =
        run(spawner, "sh", "setsid sleep 98761 & setsid sh -c 'sleep 98761 & sleep 98762' & echo 1", INFINITY);
    assert_int_equal(end.how, SPAWNER_EXITED);
    assert_int_equal(end.code, 0);
    assert_memory_equal(end.output, "1\n", end.output_size);
    assert_true(goes("sleep 98761", 0) && goes("sleep 98762", 0));
    end = run(spawner, "sh", "trap '' TERM; echo begun; while :; do sleep 98763; done", 0.3);
    assert_int_equal(end.how, SPAWNER_TIMEOUT);
    assert_true(end.seconds >= 0.3 && end.seconds < 5);
    assert_memory_equal(end.output, "begun\n", end.output_size);
    assert_true(goes("sleep 98763", 0));
    end = run(spawner, "sh", "yes", 0.2);
    assert_int_equal(end.how, SPAWNER_TIMEOUT);
    end = run(spawner, "sh", "echo 3", INFINITY);
    assert_memory_equal(end.output, "3\n", end.output_size);
    spawner_stop(spawner);
}

/* What runs ends with its spawner's owner. */
static void test_owner_leaves(void **state)
{
    (void)state;
    static const char words[] = "sh\0-c\0sleep 98764";
    const struct spawner_job job = {
        .words = words, .words_size = sizeof words, .words_count = 3, .timeout_s = INFINITY};
    struct spawner *const spawner = begin();
    struct spawner *const other = begin(); /* must not hold the line of the first */
    struct error err;
    assert_int_equal(spawner_run(spawner, &job, &err), STATUS_OK);
    while (!is_there("sleep 98764"))
        ;
    spawner_stop(spawner);
    assert_true(goes("sleep 98764", 10));
    spawner_stop(other);
}

static void test_environment(void **state)
{
    (void)state;
    assert_int_equal(setenv("OMPI_COMM_WORLD_RANK", "3", 1), 0);
    assert_int_equal(setenv("OMPI_KEPT_ONE", "4", 1), 0);
    assert_int_equal(setenv("SLURM_PROCID", "3", 1), 0);
    assert_int_equal(setenv("SLURM_JOB_ID", "77", 1), 0);
    assert_int_equal(unsetenv("OMP_NUM_THREADS"), 0);
    struct spawner *spawner = begin();
    struct spawner_end end = run(spawner, "sh",
                                 "echo ${OMPI_COMM_WORLD_RANK-no} $OMPI_KEPT_ONE ${SLURM_PROCID-no} $SLURM_JOB_ID "
                                 "$OMP_NUM_THREADS",
                                 INFINITY);
    assert_int_equal(end.output_size, strlen("no 4 no 77 1\n"));
    assert_memory_equal(end.output, "no 4 no 77 1\n", end.output_size);
    spawner_stop(spawner);
    assert_int_equal(setenv("OMP_NUM_THREADS", "2", 1), 0);
    spawner = begin();
    end = run(spawner, "sh", "echo $OMP_NUM_THREADS", INFINITY);
    assert_memory_equal(end.output, "2\n", 2);
    spawner_stop(spawner);
}

static void test_long_waits(void **state)
{
    (void)state;
    assert_int_equal(clock_poll_ms(-1), 0);
    assert_int_equal(clock_poll_ms(0.0001), 1);
    assert_int_equal(clock_poll_ms(INT_MAX / 1000), INT_MAX / 1000 * 1000);
    assert_int_equal(clock_poll_ms(2.2e6), INT_MAX); /* above 24.8 days */
    assert_int_equal(clock_poll_ms(1e8), INT_MAX);
    assert_int_equal(clock_poll_ms(INFINITY), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_endings),      cmocka_unit_test(test_much),        cmocka_unit_test(test_nothing_is_left),
        cmocka_unit_test(test_owner_leaves), cmocka_unit_test(test_environment),
        cmocka_unit_test(test_long_waits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
