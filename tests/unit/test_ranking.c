/* SPDX-License-Identifier: BSD-3-Clause */
/* Which cells may be the best, by hand: ties, cells that are left out, nothing to compare, folds. How often that is
 * right is test_comparison.c's to show, that the figures are those of SciPy tests/program/best.sh's. */
#include "sweep/ranking.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "layers.h"

enum { CELLS = 6, EACH = 2 };
static union parameter_value two[] = {{.count = 1}, {.count = 4}};
static union parameter_value three[] = {{.count = 1}, {.count = 3}, {.count = 9}};

/* Weights, with 2 inputs and 1 target: (1,1) 7, (1,3) 13, (1,9) 31, (4,1) 19, (4,3) 31, (4,9) 67. */
static struct experiment experiment = {
    .data = {.inputs = 2, .targets = 1, .folds = 1}, LAYERS(2, two, 3, three), .repeats = EACH};

enum { NONE = CELLS };

static const struct {
    const char *what;
    double errors[CELLS][EACH]; /* below 0: diverged */
    size_t compared, best, set, smallest, largest;
} cases[] = {
    {"one alone", {{9, 9.1}, {4, 4.1}, {8.1, 8}, {7, 7.1}, {9.1, 9}, {9, 9.1}}, 6, 1, 1, 1, 1},
    {"two alike", {{9, 9.1}, {4, 4.1}, {8.1, 8}, {9, 9.1}, {4.1, 4.02}, {9, 9.1}}, 6, 1, 2, 1, 4},
    {"a tie goes to the first", {{9, 9}, {9, 9}, {2, 2}, {2, 2}, {9, 9}, {9, 9}}, 6, 2, 2, 3, 2},
    {"of equal size the lower", {{9, 9.1}, {9, 9.1}, {4.1, 4.02}, {9, 9.1}, {4, 4.1}, {9.1, 9}}, 6, 4, 2, 4, 4},
    {"noise in common is none", {{9, 1}, {9.1, 1.1}, {8.9, 0.9}, {9.1, 1.1}, {8, 0}, {9, 1}}, 6, 4, 1, 4, 4},
    {"left out though lowest", {{1, -1}, {3, 3.1}, {-1, -1}, {9, 9}, {9, 9}, {9, 9.1}}, 4, 1, 1, 1, 1},
    {"no error at all", {{9, 9}, {0, 0}, {9, 9}, {9, 9}, {0, 0}, {9, 9}}, 6, 1, 2, 1, 4},
    {"the last alone", {{-1, 1}, {1, -1}, {-1, 1}, {1, -1}, {-1, 1}, {2, 4}}, 1, 5, 1, 5, 5},
    {"none", {{-1, 1}, {1, -1}, {-1, 1}, {1, -1}, {-1, 1}, {2, -1}}, 0, NONE, 0, 0, 0},
};

static void rank_all(void **state)
{
    (void)state;
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        struct table table;
        struct ranking ranking;
        assert_int_equal(table_create(&table, &experiment, NULL), STATUS_OK);
        for (size_t t = 0; t < CELLS * EACH; t++) {
            const double e = cases[c].errors[t / EACH][t % EACH];
            table_set(&table, t,
                      &(struct outcome){.error = {e, NAN, NAN}, .status = e < 0 ? OUTCOME_DIVERGED : OUTCOME_OK});
        }
        assert_int_equal(ranking_part(&table), PART_TRAIN);
        assert_int_equal(ranking_make(&ranking, &table, PART_TRAIN, NULL), STATUS_OK);
        if (ranking.compared != cases[c].compared || ranking.left_out != CELLS - cases[c].compared ||
            ranking.set_count != cases[c].set)
            fail_msg("%s: %zu compared, %zu in the set", cases[c].what, ranking.compared, ranking.set_count);
        if (cases[c].best != NONE &&
            (ranking.set[0].cell != cases[c].best || ranking.smallest.cell != cases[c].smallest ||
             ranking.largest.cell != cases[c].largest))
            fail_msg("%s: best %zu, smallest %zu, largest %zu", cases[c].what, ranking.set[0].cell,
                     ranking.smallest.cell, ranking.largest.cell);
        for (size_t i = 1; i < ranking.set_count; i++)
            assert_true(ranking.set[i].error.mean >= ranking.set[i - 1].error.mean);
        ranking_free(&ranking);
        table_free(&table);
    }
}

/* Two folds of two repeats, by hand: cells 0 … 5 have errors of 10 + cell in the first fold and 20 + cell in the
 * second, the repeats 1 below and above, so that a fold's mean is exact. A mean over both folds has a standard error of
 * 5 sqrt(2) / sqrt(2) = 5; the variance of a training within its fold is 2, and of folds 50 - 2 / 2. */
static void folds(void **state)
{
    (void)state;
    struct experiment folded = experiment;
    folded.data.folds = 2;
    struct table table;
    struct ranking ranking;
    assert_int_equal(table_create(&table, &folded, NULL), STATUS_OK);
    for (size_t t = 0; t < CELLS * 4; t++) {
        const double error = (t / 2 % 2 ? 20.0 : 10.0) + (double)(t / 4) + (t % 2 ? 1 : -1);
        table_set(&table, t, &(struct outcome){.error = {NAN, NAN, error}, .status = OUTCOME_OK});
    }
    assert_int_equal(ranking_make(&ranking, &table, PART_TEST, NULL), STATUS_OK);
    assert_true(ranking.trainings == 4 && ranking.folds == 2 && ranking.blocks == 2);
    assert_true(fabs(ranking.set[0].standard_error - 5) < 1e-12);
    assert_true(fabs(ranking.of_repeats - sqrt(2)) < 1e-12);
    assert_true(fabs(ranking.between_folds - 7) < 1e-12);
    assert_true(ranking.set_count == 1 && ranking.largest.cell == 0); /* folds are in common */
    assert_true(ranking.set[0].weights == 7);
    ranking_free(&ranking);

    /* Of a fold one training alone: 9; of the other 19 and 21. (2/3)^2 (19.. around 49/3) clustered by hand. */
    table_set(&table, 1, &(struct outcome){.status = OUTCOME_DIVERGED});
    const double mean = 49.0 / 3, rest1 = 9 - mean, rest2 = 40 - 2 * mean;
    assert_true(fabs(table_cell_standard_error(&table, PART_TEST, 0) - sqrt(2 * (rest1 * rest1 + rest2 * rest2)) / 3) <
                1e-12);
    table_set(&table, 0, &(struct outcome){.status = OUTCOME_DIVERGED});
    assert_true(isnan(table_cell_standard_error(&table, PART_TEST, 0))); /* one fold is left */
    table_free(&table);
}

/* Validation before test before training. */
static void parts(void **state)
{
    (void)state;
    struct table table;
    assert_int_equal(table_create(&table, &experiment, NULL), STATUS_OK);
    assert_int_equal(ranking_part(&table), PART_TRAIN);
    assert_false(ranking_has(&table, PART_TRAIN));
    table_set(&table, 3, &(struct outcome){.error = {1, NAN, 3}, .status = OUTCOME_OK});
    assert_int_equal(ranking_part(&table), PART_TEST);
    assert_true(ranking_has(&table, PART_TRAIN));
    table_set(&table, 7, &(struct outcome){.error = {1, 2, 3}, .status = OUTCOME_OK});
    assert_int_equal(ranking_part(&table), PART_VALIDATION);
    table_free(&table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rank_all),
        cmocka_unit_test(folds),
        cmocka_unit_test(parts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
