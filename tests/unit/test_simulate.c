/* SPDX-License-Identifier: BSD-3-Clause */
/* The simulation: small runs worked out by hand, what holds for every run, and what the farm promises on paper. */
#include "sweep/simulate.h"

#include "sweep/scheduler.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "layers.h"

enum { PACKS_MAX = 8 };

static const double tiny = 1e-9;

static void assert_near(double value, double expected)
{
    if (!(fabs(value - expected) <= tiny * fmax(1, fabs(expected))))
        fail_msg("%.12g is not %.12g", value, expected);
}

/* Packs of these costs, with a speed of 1 seconds each; one second of latency, a tenth of service. */
static struct forecast by_hand(const double *costs, size_t count, size_t ranks, bool dedicated)
{
    struct pack list[PACKS_MAX];
    struct packs packs = {.count = count, .list = list, .speed = 1};
    for (size_t p = 0; p < count; p++) {
        list[p] = (struct pack){.cost = costs[p], .count = 1};
        packs.cost += costs[p];
    }
    const struct farm farm = {
        .ranks = ranks, .dedicated_manager = dedicated, .speed = 1, .service_s = 0.1, .latency_s = 1};
    struct forecast forecast;
    assert_int_equal(simulate(&packs, &farm, &forecast, NULL), STATUS_OK);
    return forecast;
}

static void test_by_hand(void **state)
{
    (void)state;
    const double fetch = SCHEDULER_FETCH_S;
    const double four[] = {8, 4, 2, 1}, two[] = {8, 6};

    /* Nothing to do takes no time. */
    struct forecast f = by_hand(NULL, 0, 3, false);
    assert_near(f.training_s, 0);
    assert_near(f.efficiency, 0);

    /* Alone there are no messages. */
    f = by_hand(four, 4, 1, false);
    assert_near(f.training_s, 15);
    assert_near(f.bound_s, 15);
    assert_near(f.efficiency, 1);
    assert_int_equal(f.messages, 0);

    /* A worker alone with a manager: the ask arrives after 1 s, is served in 0.1, the pack is there at 2.1 and trains
     * until 10.1. Just before its outcome comes another ask, so that has to wait. */
    f = by_hand(four, 1, 2, true);
    assert_near(f.training_s, 10.1 - fetch + 1 + 0.1 + 0.1);
    assert_near(f.busy_s, 8);
    assert_int_equal(f.messages, 3);

    /* Asked for at 10.1 - fetch, the second pack is there 2.1 s later and trains for 6 s; then as above. */
    f = by_hand(two, 2, 2, true);
    assert_near(f.training_s, 10.1 - fetch + 2.1 + 6 - fetch + 1 + 0.1 + 0.1);
    assert_near(f.busy_s, 14);
    assert_near(f.bound_s, 8); /* 14 s on two ranks, or the longest pack */

    /* Rank 0 takes the long pack at once, and is at it still when the worker's outcome comes, after 9.28 s or so: it
     * looks up after each slice, and serves two messages on the way. */
    f = by_hand(two, 2, 2, false);
    assert_true(f.training_s >= 9.2 && f.training_s < 9.5);
    assert_near(f.bound_s, 8);
}

static struct experiment make(const char *grid, uint32_t repeats)
{
    struct experiment experiment = {.repeats = repeats, .hyper = {.epochs = 1000, .learning_rate = 0.2f}};
    experiment.data.samples = experiment.data.splits[SPLIT_TRAIN] = 150;
    experiment.data.inputs = 4;
    experiment.data.targets = 3;
    assert_int_equal(set_layers(&experiment, grid, grid), STATUS_OK);
    return experiment;
}

static struct forecast of_grid(const char *grid, uint32_t repeats, const struct farm *farm)
{
    struct experiment experiment = make(grid, repeats);
    struct packs packs;
    struct forecast f;
    assert_int_equal(packs_create(&packs, &experiment, farm->ranks - farm->dedicated_manager, NULL, NULL, NULL),
                     STATUS_OK);
    assert_int_equal(simulate(&packs, farm, &f, NULL), STATUS_OK);
    assert_near(f.busy_s, packs.cost / (farm->speed * packs.speed));
    assert_true(f.training_s >= f.bound_s * (1 - tiny));
    assert_true(f.bound_s >= f.busy_s / (double)farm->ranks * (1 - tiny));
    assert_near(f.efficiency, f.busy_s / ((double)farm->ranks * f.training_s));
    assert_true(f.idle_tail_s >= 0 && f.idle_tail_s <= f.training_s);
    assert_near(f.service_s, (double)f.messages * farm->service_s);
    assert_true(f.messages <= 2 * packs.count + farm->ranks); /* a pack: an ask and a result, at the most */
    packs_free(&packs);
    experiment_free(&experiment);
    return f;
}

/* What holds whatever the grid and the ranks; and the same arguments give the same forecast. */
static void test_any(void **state)
{
    (void)state;
    static const char *const grids[] = {"1", "7", "1:8", "1:64", "1:200:3"};
    static const size_t ranks[] = {1, 2, 3, 8, 100, 1000, 20000};
    static const double speeds[] = {1e6, 1e11, 1e14}; /* packs of days, and of microseconds */
    for (size_t g = 0; g < sizeof grids / sizeof *grids; g++)
        for (size_t r = 0; r < sizeof ranks / sizeof *ranks; r++)
            for (size_t s = 0; s < sizeof speeds / sizeof *speeds; s++)
                for (int dedicated = 0; dedicated < 1 + (ranks[r] > 1); dedicated++) {
                    struct farm farm = farm_of(ranks[r], speeds[s]);
                    farm.dedicated_manager = dedicated;
                    const struct forecast one = of_grid(grids[g], g % 2 ? 16 : 1, &farm);
                    const struct forecast two = of_grid(grids[g], g % 2 ? 16 : 1, &farm);
                    assert_memory_equal(&one, &two, sizeof one);
                }
}

/* 64 x 64 cells, 16 repeats, 1,024 ranks come within 90 % of the bound, at the speed of a core of today. */
static void test_promise(void **state)
{
    (void)state;
    const struct farm farm = farm_of(1024, 1e11);
    const struct forecast f = of_grid("1:64", 16, &farm);
    if (f.bound_s < 0.9 * f.training_s)
        fail_msg("%.3f s, while the bound is %.3f s", f.training_s, f.bound_s);
}

/* A manager that cannot keep up takes its time for each message, and nothing is lost. */
static void test_saturated(void **state)
{
    (void)state;
    struct farm farm = farm_of(5000, 1e13);
    farm.dedicated_manager = true;
    farm.service_s = 1e-3;
    const struct forecast f = of_grid("1:64", 16, &farm);
    assert_true(f.training_s >= f.service_s);
    assert_true(f.training_s <= f.service_s + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_by_hand),
        cmocka_unit_test(test_any),
        cmocka_unit_test(test_promise),
        cmocka_unit_test(test_saturated),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
