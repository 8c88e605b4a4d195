/* SPDX-License-Identifier: BSD-3-Clause */
/* The times of runs: what is learnt of them, and that the longest then go first: programs on paper, whose seconds are
 * known, are handed out by the scheduler to workers on paper. */
#include "sweep/run_time.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "sweep/evaluator.h"
#include "sweep/preview.h"
#include "sweep/program_grid.h"
#include "sweep/scheduler.h"

#include "chance.h"

struct bench {
    struct experiment experiment;
    struct table table;
    struct packs packs;
    struct run_time *model;
};

static void bench_make(struct bench *bench, const char *const *axes, size_t axis_count, uint32_t repeats)
{
    struct program_options options = {.command = "true", .axis_count = axis_count};
    struct program *program;
    memcpy(options.axes, axes, axis_count * sizeof *axes);
    *bench = (struct bench){.experiment.repeats = repeats};
    assert_int_equal(program_of_options(&program, &options, NULL), STATUS_OK);
    assert_int_equal(program_grid_make(&bench->experiment, program, true, NULL), STATUS_OK);
    assert_int_equal(table_create(&bench->table, &bench->experiment, NULL), STATUS_OK);
    assert_int_equal(packs_create(&bench->packs, &bench->experiment, 1, NULL, NULL, NULL), STATUS_OK);
    assert_int_equal(run_time_create(&bench->model, &bench->experiment, NULL), STATUS_OK);
}

static void bench_free(struct bench *bench)
{
    run_time_destroy(bench->model);
    packs_free(&bench->packs);
    table_free(&bench->table);
    experiment_free(&bench->experiment);
}

/* The value of an axis as text in a trial, as a number. */
static double axis_number(const struct bench *bench, size_t training, const char *name)
{
    const struct trial trial = experiment_trial(&bench->experiment, training);
    char text[PARAMETER_TEXT_MAX];
    parameter_write(text, parameters_find(experiment_parameters(&bench->experiment), name), &trial.hyper);
    return strtod(text, NULL);
}

static void ended(struct bench *bench, size_t training, double seconds)
{
    const struct outcome outcome = {.status = OUTCOME_OK, .run = {.attempts = 1, .seconds = (float)seconds}};
    table_set(&bench->table, training, &outcome);
}

static double product(const struct bench *bench, size_t training)
{
    return axis_number(bench, training, "a") * axis_number(bench, training, "b");
}

static const char *const square[] = {"a=1:16", "b=1:16"};

/* A power is found exactly, from few runs, and where nothing ran. */
static void test_power(void **state)
{
    (void)state;
    struct bench bench;
    bench_make(&bench, square, 2, 2);
    assert_true(isnan(run_time_predict(bench.model, 0)));
    for (size_t t = 0; t < 5; t++)
        ended(&bench, 100 * t, product(&bench, 100 * t));
    assert_false(run_time_learn(bench.model, &bench.table));
    assert_true(isnan(run_time_predict(bench.model, 0)));
    for (size_t t = 5; t < bench.table.count; t += 37)
        ended(&bench, t, product(&bench, t));
    assert_true(run_time_learn(bench.model, &bench.table));
    for (size_t t = 0; t < bench.table.count; t++)
        if (fabs(run_time_predict(bench.model, t) / product(&bench, t) - 1) > 0.03)
            fail_msg("run %zu: %g s, not %g", t, run_time_predict(bench.model, t), product(&bench, t));
    bench_free(&bench);
}

/* Times that depend on nothing are predicted alike, by their mean; a clock may say 0, and a run may fail at once. */
static void test_nothing(void **state)
{
    (void)state;
    struct bench bench;
    bench_make(&bench, square, 2, 1);
    for (size_t t = 0; t < 64; t++)
        ended(&bench, 4 * t, 2);
    table_set(&bench.table, 1, &(struct outcome){.status = OUTCOME_FAILED, .run = {.attempts = 2, .seconds = 500}});
    assert_true(run_time_learn(bench.model, &bench.table));
    for (size_t t = 0; t < bench.table.count; t++)
        assert_true(fabs(run_time_predict(bench.model, t) - 2) < 1e-9);
    for (size_t t = 0; t < 64; t++)
        ended(&bench, 4 * t, 0);
    assert_true(run_time_learn(bench.model, &bench.table));
    for (size_t t = 0; t < bench.table.count; t++)
        assert_true(run_time_predict(bench.model, t) >= 0 && run_time_predict(bench.model, t) < 1e-3);
    bench_free(&bench);
}

/* Words, numbers below 0, an axis of one value and one of two. */
static void test_axes(void **state)
{
    (void)state;
    static const char *const axes[] = {"method=fast,slow,slower", "x=-2:2:lin5", "one=7", "two=1,9"};
    static const double by_word[] = {1, 10, 40};
    struct bench bench;
    double seconds[30];
    bench_make(&bench, axes, 4, 1);
    assert_int_equal(bench.table.count, 30);
    for (size_t t = 0; t < 30; t++) {
        const double x = axis_number(&bench, t, "x");
        seconds[t] = by_word[t / 10] * exp(0.5 * x * x) * (axis_number(&bench, t, "two") > 1 ? 3 : 1);
        if (t % 4 != 2)
            ended(&bench, t, seconds[t]);
    }
    assert_true(run_time_learn(bench.model, &bench.table));
    for (size_t t = 0; t < 30; t++)
        if (fabs(run_time_predict(bench.model, t) / seconds[t] - 1) > 0.05)
            fail_msg("run %zu: %g s, not %g", t, run_time_predict(bench.model, t), seconds[t]);
    bench_free(&bench);
}

/* One run that hung says little, and no prediction leaves what was seen by far. */
static void test_bounds(void **state)
{
    (void)state;
    static const char *const axes[] = {"a=1:1000"};
    struct bench bench;
    bench_make(&bench, axes, 1, 1);
    for (size_t t = 0; t < 6; t++)
        ended(&bench, t, exp((double)t));
    assert_true(run_time_learn(bench.model, &bench.table));
    for (size_t t = 0; t < bench.table.count; t++)
        assert_true(run_time_predict(bench.model, t) <= 20 * exp(5) && run_time_predict(bench.model, t) >= 0.05);
    bench_free(&bench);
}

/* What the farm on paper did. */
struct made {
    double end_s, bound_s;
    size_t orders, last; /* how often packs were sorted; how many runs had begun when the longest did */
};

/* Hand all packs out to so many workers, each of which takes `seconds`; learn: sort them meanwhile. */
static struct made farm(struct bench *bench, size_t workers, const double *seconds, bool learn)
{
    struct made made = {0};
    struct scheduler *scheduler;
    double longest = 0, sum = 0;
    size_t begun = 0;
    assert_int_equal(scheduler_create(&scheduler, bench->packs.count, workers, NULL), STATUS_OK);
    double *const free_s = mem_array(workers, sizeof *free_s);
    size_t *const held = mem_array(workers, sizeof *held);
    assert_true(free_s && held);
    for (size_t w = 0; w < workers; w++)
        held[w] = SCHEDULER_NONE;
    for (size_t t = 0; t < bench->table.count; t++) {
        longest = fmax(longest, seconds[t]);
        sum += seconds[t];
    }
    while (!scheduler_finished(scheduler)) {
        size_t next = 0; /* who is free first */
        for (size_t w = 1; w < workers; w++)
            next = free_s[w] < free_s[next] ? w : next;
        if (held[next] != SCHEDULER_NONE) {
            const size_t training = packs_members(&bench->packs, held[next])[0];
            const size_t fresh = scheduler_fresh(scheduler), early = bench->packs.early;
            assert_true(scheduler_done(scheduler, next, held[next]));
            made.end_s = free_s[next];
            ended(bench, training, seconds[training]);
            made.orders += learn && run_time_order(bench->model, &bench->table, &bench->packs,
                                                   fresh > early ? fresh : early);
        }
        held[next] = scheduler_next(scheduler, next, false);
        if (held[next] == SCHEDULER_NONE) {
            free_s[next] = (double)INFINITY;
            continue;
        }
        const double takes = seconds[packs_members(&bench->packs, held[next])[0]];
        free_s[next] += takes;
        begun++;
        made.last = takes == longest ? begun : made.last;
    }
    made.bound_s = fmax(longest, sum / (double)workers);
    free(free_s);
    free(held);
    scheduler_destroy(scheduler);
    return made;
}

/* Seconds that grow with a and b, and differ by chance: near the bound with what is learnt, far from it without. */
static void test_longest_first(void **state)
{
    (void)state;
    for (unsigned round = 0; round < 20; round++) {
        struct made with = {0}, without = {0};
        for (int learn = 0; learn < 2; learn++) {
            struct bench bench;
            bench_make(&bench, square, 2, 1);
            double seconds[256];
            chance_state = 88172645463325252u + 1000003 * round;
            for (size_t t = 0; t < 256; t++)
                seconds[t] = product(&bench, t) * exp(0.05 * (double)value());
            const struct farm paper = farm_of(32, FARM_SPEED);
            assert_int_equal(preview_order(&bench.packs, &bench.experiment, &paper, NULL), STATUS_OK);
            assert_int_equal(bench.packs.early, 4);
            *(learn ? &with : &without) = farm(&bench, 32, seconds, learn);
            assert_int_equal(bench.table.done, 256);
            bench_free(&bench);
        }
        assert_true(with.orders >= 3);
        if (with.end_s > 1.1 * with.bound_s || with.end_s > 0.9 * without.end_s || with.last > 128)
            fail_msg("round %u: %.0f s, %.0f without order, at least %.0f; the longest was run %zu of 256", round,
                     with.end_s, without.end_s, with.bound_s, with.last);
    }
}

/* A journal holds seconds: the run that resumes it knows at once; what was handed out keeps its place. */
static void test_resumed(void **state)
{
    (void)state;
    struct bench bench;
    bench_make(&bench, square, 2, 1);
    for (size_t t = 0; t < 256; t += 9)
        ended(&bench, t, product(&bench, t));
    const struct pack first = bench.packs.list[0];
    assert_true(run_time_order(bench.model, &bench.table, &bench.packs, 1));
    assert_false(run_time_order(bench.model, &bench.table, &bench.packs, 1));
    assert_int_equal(bench.packs.list[0].first, first.first);
    assert_int_equal(packs_members(&bench.packs, 1)[0], 255);
    assert_true(fabs(bench.packs.list[1].cost / EVALUATOR_SPEED - 256) < 8);
    assert_true(fabs(bench.packs.cost / EVALUATOR_SPEED - 136.0 * 136) < 400);
    for (size_t p = 2; p < bench.packs.count; p++)
        assert_true(bench.packs.list[p].cost <= bench.packs.list[p - 1].cost);
    bench_free(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_power),         cmocka_unit_test(test_nothing), cmocka_unit_test(test_axes),
        cmocka_unit_test(test_bounds),        cmocka_unit_test(test_longest_first),
        cmocka_unit_test(test_resumed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
