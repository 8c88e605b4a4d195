/* SPDX-License-Identifier: BSD-3-Clause */
/* Samples in a few numbers, against numbers made by Python's statistics module. */
#include "base/statistics.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* To a few units in the last place; NAN expects NaN. */
static void assert_near(double got, double expected)
{
    if (isnan(expected) ? !isnan(got) : !(fabs(got - expected) <= 1e-15 * fabs(expected)))
        fail_msg("%.17g, not %.17g", got, expected);
}

static void samples(void **state)
{
    (void)state;
    static const struct {
        double values[6];
        size_t count;
        double mean, sd, min, median, standard_error;
    } cases[] = {
        {{0}, 0, NAN, NAN, NAN, NAN, NAN},
        {{0.3}, 1, 0.3, NAN, 0.3, 0.3, NAN},
        {{2, 2}, 2, 2, 0, 2, 2, 0},
        {{4, 1}, 2, 2.5, 2.1213203435596424, 1, 2.5, 1.5},
        {{3, 1, 2}, 3, 2, 1, 1, 2, 0.57735026918962573},
        {{9, 1, 4, 2}, 4, 4, 3.5590260840104371, 1, 3, 1.7795130420052185},
        {{0.5, 0.25, 4, 0.125, 8, 0.0625}, 6, 2.15625, 3.2383806717246815, 0.0625, 0.375, 1.3220633731028177},
        /* far from 0, where squares would cancel */
        {{1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16},
         4,
         1e9 + 10,
         5.4772255750516612,
         1e9 + 4,
         1e9 + 10,
         2.7386127875258306},
    };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        double values[6];
        memcpy(values, cases[c].values, sizeof values);
        const struct statistics sample = statistics_of(values, cases[c].count);
        assert_int_equal(sample.count, cases[c].count);
        assert_near(sample.mean, cases[c].mean);
        assert_near(sample.sd, cases[c].sd);
        assert_near(sample.min, cases[c].min);
        assert_near(sample.median, cases[c].median);
        assert_near(statistics_standard_error(&sample), cases[c].standard_error);
        for (size_t i = 1; i < cases[c].count; i++)
            assert_true(values[i] >= values[i - 1]);
    }
}

/* Different means and counts; samples of one say nothing. */
static void pool(void **state)
{
    (void)state;
    struct statistics_pool pool = {0};
    assert_near(statistics_pool_sd(&pool), NAN);
    struct statistics one = statistics_of((double[]){5}, 1);
    statistics_pool_add(&pool, &one);
    assert_near(statistics_pool_sd(&pool), NAN);
    one = statistics_of((double[]){1, 3}, 2); /* squares 2, freedom 1 */
    statistics_pool_add(&pool, &one);
    assert_near(statistics_pool_sd(&pool), sqrt(2));
    one = statistics_of((double[]){100, 103, 106}, 3); /* squares 18, freedom 2 */
    statistics_pool_add(&pool, &one);
    assert_near(statistics_pool_sd(&pool), sqrt(20.0 / 3));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(samples),
        cmocka_unit_test(pool),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
