/* SPDX-License-Identifier: BSD-3-Clause */
/* The executor knows how fast it trains, however long a single sample takes: its slices come from that. */
#include "cluster/executor.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

/* Networks of which a sample takes a part of a slice, and up to thousands of slices. */
static void test_speed(void **state)
{
    (void)state;
    static const uint32_t hidden[] = {4, 60, 400, 1200};
    static float x[8] = {0, 1, 1, 0}, t[4] = {1, 0, 1, 0};
    struct experiment experiment = {.data = {.x = x, .t = t, .samples = 4, .splits = {4}, .inputs = 2, .targets = 1},
                                    .hyper = hyper_default()};
    experiment.hyper.epochs = 1000000000;
    for (size_t h = 0; h < sizeof hidden / sizeof *hidden; h++) {
        struct executor executor;
        struct error err;
        struct result result;
        struct work work = {.count = 1, .trials = {{.hyper = experiment.hyper}}};
        work.trials[0].hyper.hidden1 = work.trials[0].hyper.hidden2 = hidden[h];
        bool any;
        assert_int_equal(executor_open(&executor, &experiment, EVALUATOR_TRAINER, 0, 1e-6, &err), STATUS_OK);
        assert_int_equal(executor_take(&executor, &work, &err), STATUS_OK);
        for (int slice = 0; slice < 100; slice++)
            assert_int_equal(executor_run(&executor, &result, &any, &err), STATUS_OK);
        const double seen = evaluator_flop(executor.evaluator) / executor.busy_s;
        if (!(executor.speed > 0.05 * seen && executor.speed < 20 * seen))
            fail_msg("(%u,%u): %.3g flop/s, but it trained at %.3g", hidden[h], hidden[h], executor.speed, seen);
        executor_close(&executor);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_speed)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
