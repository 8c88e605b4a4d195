/* SPDX-License-Identifier: BSD-3-Clause */
/* Which cell is best, and how sure that is, by hand: ties, cells that are left out, nothing to compare. That the
 * figures are those of Python is tests/program/best.sh's to show. */
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
    size_t compared, best, equals, smallest, largest;
} cases[] = {
    /* means 9 4 4.5 5 4.1 4.2, standard error of the second 1 */
    {"one standard error", {{9, 9}, {3, 5}, {4, 5}, {5, 5}, {4.1, 4.1}, {4.2, 4.2}}, 6, 1, 5, 1, 5},
    {"its limit belongs to it", {{5, 5}, {3, 5}, {9, 9}, {9, 9}, {9, 9}, {9, 9}}, 6, 1, 2, 0, 1},
    {"beyond it", {{5.0001, 5.0001}, {3, 5}, {9, 9}, {9, 9}, {9, 9}, {9, 9}}, 6, 1, 1, 1, 1},
    {"a tie goes to the first", {{9, 9}, {9, 9}, {2, 2}, {2, 2}, {9, 9}, {9, 9}}, 6, 2, 2, 3, 2},
    {"5 %", {{9, 9}, {1, 1}, {1.06, 1.06}, {1.05, 1.05}, {1.051, 1.051}, {9, 9}}, 6, 1, 1, 1, 3},
    {"of equal size the lower", {{9, 9}, {9, 9}, {3, 5}, {9, 9}, {4.1, 4.1}, {9, 9}}, 6, 2, 2, 2, 2},
    {"left out though lowest", {{1, -1}, {3, 5}, {-1, -1}, {9, 9}, {9, 9}, {9, 9}}, 4, 1, 1, 1, 1},
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
            ranking.equals_count != cases[c].equals)
            fail_msg("%s: %zu compared, %zu equal", cases[c].what, ranking.compared, ranking.equals_count);
        if (cases[c].best != NONE &&
            (ranking.equals[0].cell != cases[c].best || ranking.smallest.cell != cases[c].smallest ||
             ranking.largest.cell != cases[c].largest))
            fail_msg("%s: best %zu, smallest %zu, largest %zu", cases[c].what, ranking.equals[0].cell,
                     ranking.smallest.cell, ranking.largest.cell);
        for (size_t i = 1; i < ranking.equals_count; i++)
            assert_true(ranking.equals[i].error.mean >= ranking.equals[i - 1].error.mean);
        ranking_free(&ranking);
        table_free(&table);
    }
}

static void figures(void **state)
{
    (void)state;
    struct table table;
    struct ranking ranking;
    assert_int_equal(table_create(&table, &experiment, NULL), STATUS_OK);
    for (size_t t = 0; t < CELLS * EACH; t++) /* means 1 … 6; squares 0, then 2 each, and a cell that counts nowhere */
        table_set(&table, t,
                  &(struct outcome){.error = {NAN, NAN,
                                              (double)(t / EACH + 1) + (t < EACH   ? 0
                                                                        : t % EACH ? 1
                                                                                   : -1)},
                                    .status = t == EACH * CELLS - 1 ? OUTCOME_FAILED : OUTCOME_OK});
    assert_int_equal(ranking_part(&table), PART_TEST);
    assert_int_equal(ranking_make(&ranking, &table, PART_TEST, NULL), STATUS_OK);
    assert_int_equal(ranking.trainings, EACH);
    assert_float_equal(ranking.within_sd, sqrt(8.0 / 5), 1e-15);
    assert_float_equal(ranking.between_sd, sqrt(2.5), 1e-15);
    assert_float_equal(ranking.equals[0].weights, 7, 0);
    assert_float_equal(ranking.largest.error.mean, 1, 0);
    ranking_free(&ranking);
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
        cmocka_unit_test(figures),
        cmocka_unit_test(parts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
