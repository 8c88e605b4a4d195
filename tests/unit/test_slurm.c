/* SPDX-License-Identifier: BSD-3-Clause */
/* What the environment says of a Slurm job, and when a run has to stop for it. */
#define _POSIX_C_SOURCE 200809L /* setenv */
#include "app/slurm.h"

#include "base/clock.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

static const char *const names[] = {"SLURM_JOB_ID",        "SLURM_JOB_PARTITION", "SLURM_JOB_NODELIST",
                                    "SLURM_RESTART_COUNT", "SLURM_JOB_NUM_NODES", "SLURM_NTASKS",
                                    "SLURM_MEM_PER_CPU",   "SLURM_MEM_PER_NODE",  "SLURM_JOB_END_TIME"};
enum { NAMES = sizeof names / sizeof *names, END = NAMES - 1 };

static void set(const char *const *values)
{
    for (size_t n = 0; n < NAMES; n++)
        if (values && values[n])
            assert_int_equal(setenv(names[n], values[n], 1), 0);
        else
            assert_int_equal(unsetenv(names[n]), 0);
}

static void test_read(void **state)
{
    (void)state;
    struct run_slurm s;
    set(NULL);
    slurm_read(&s);
    assert_true(!s.job_id && !s.nodelist && s.end_s == 0 && s.tasks == 0);

    set((const char *const[NAMES]){"17", "lab", "node[1-3]", "2", "3", "12", "500", "4000", "1700000000"});
    slurm_read(&s);
    assert_string_equal(s.job_id, "17");
    assert_string_equal(s.partition, "lab");
    assert_string_equal(s.nodelist, "node[1-3]");
    assert_string_equal(s.restart_count, "2");
    assert_true(s.nodes == 3 && s.tasks == 12 && s.memory_per_cpu_mb == 500 && s.memory_per_node_mb == 4000);
    assert_true(s.end_s == 1700000000 && s.stop_before_s == 0);

    /* Outside a job nothing counts; nonsense is as good as nothing. */
    set((const char *const[NAMES]){[END] = "1700000000"});
    slurm_read(&s);
    assert_true(s.end_s == 0);
    static const char *const nonsense[] = {"", "x", "-1", " 1", "1x", "99999999999999999999", "Unknown", "1e9"};
    for (size_t n = 0; n < sizeof nonsense / sizeof *nonsense; n++) {
        set((const char *const[NAMES]){"17", [END] = nonsense[n]});
        slurm_read(&s);
        assert_true(s.end_s == 0);
    }
}

static void test_deadline(void **state)
{
    (void)state;
    static const struct {
        int64_t end_s; /* from now, 0 for unknown */
        int64_t stop_before_s;
        double left_s;       /* until the deadline */
        uint64_t reported_s; /* in the report */
        enum status status;
    } cases[] = {
        {0, -1, INFINITY, 0, STATUS_OK},
        {0, 0, INFINITY, 0, STATUS_OK},
        {0, 10, INFINITY, 0, STATUS_USAGE},
        {600, -1, 570, SLURM_STOP_BEFORE_S, STATUS_OK},
        {600, 0, INFINITY, 0, STATUS_OK},
        {600, 1, 599, 1, STATUS_OK},
        {600, 4294967295, 600 - 4294967295.0, 4294967295, STATUS_OK}, /* at once */
        {-600, -1, -630, SLURM_STOP_BEFORE_S, STATUS_OK},
    };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        struct run_slurm s = {.end_s = cases[c].end_s ? (uint64_t)(time(NULL) + cases[c].end_s) : 0};
        struct error err = {0};
        double deadline_s;
        const double now_s = clock_now_s();
        assert_int_equal(slurm_deadline(&deadline_s, &s, cases[c].stop_before_s, &err), cases[c].status);
        assert_true(s.stop_before_s == cases[c].reported_s);
        if (isinf(cases[c].left_s))
            assert_true(isinf(deadline_s));
        else if (fabs(deadline_s - now_s - cases[c].left_s) > 2) /* time() counts whole seconds */
            fail_msg("case %zu: %g s are left", c, deadline_s - now_s);
        if (cases[c].status)
            assert_non_null(strstr(err.text, "--stop-before"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_read), cmocka_unit_test(test_deadline)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
