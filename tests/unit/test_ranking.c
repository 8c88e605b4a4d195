/* SPDX-License-Identifier: BSD-3-Clause */
/* Which cells may be the best, by hand: ties, cells that are left out, nothing to compare, folds. How often that is
 * right is test_comparison.c's to show, that the figures are those of SciPy tests/program/best.sh's. */
#include "sweep/ranking.h"

#include "sweep/effects.h"
#include "sweep/slice.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <string.h>

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
    {"of equal size the first", {{9, 9.1}, {9, 9.1}, {4.1, 4.02}, {9, 9.1}, {4, 4.1}, {9.1, 9}}, 6, 4, 2, 2, 4},
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
        assert_int_equal(table.shown, SPLIT_TRAIN);
        assert_int_equal(ranking_make(&ranking, &table, SPLIT_TRAIN, NULL), STATUS_OK);
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
    assert_int_equal(ranking_make(&ranking, &table, SPLIT_TEST, NULL), STATUS_OK);
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
    assert_true(fabs(table_cell_standard_error(&table, SPLIT_TEST, 0) - sqrt(2 * (rest1 * rest1 + rest2 * rest2)) / 3) <
                1e-12);
    table_set(&table, 0, &(struct outcome){.status = OUTCOME_DIVERGED});
    assert_true(isnan(table_cell_standard_error(&table, SPLIT_TEST, 0))); /* one fold is left */
    table_free(&table);
}

/* Which samples choose: those of the run, unless the user asks for others that there are. */
static void parts(void **state)
{
    (void)state;
    static const struct {
        size_t samples[SPLITS], folds;
        enum split usual;
    } data[] = {
        {{9, 0, 0}, 0, SPLIT_TRAIN},
        {{5, 0, 4}, 0, SPLIT_TEST},
        {{5, 4, 0}, 0, SPLIT_VALIDATION},
        {{3, 3, 3}, 0, SPLIT_VALIDATION},
        {{0, 0, 0}, 3, SPLIT_TEST}, /* the fold that is left out */
    };
    struct table table;
    struct error err;
    for (size_t d = 0; d < sizeof data / sizeof *data; d++) {
        struct experiment other = experiment;
        other.data.samples = 9;
        other.data.folds = data[d].folds;
        memcpy(other.data.splits, data[d].samples, sizeof other.data.splits);
        assert_int_equal(table_create(&table, &other, NULL), STATUS_OK);
        assert_int_equal(table.shown, data[d].usual);
        table_free(&table);
    }

    assert_int_equal(table_create(&table, &experiment, NULL), STATUS_OK);
    assert_false(ranking_has(&table, SPLIT_TRAIN));
    assert_int_equal(ranking_choose(&table, SPLIT_VALIDATION, "x.h5", &err), STATUS_OK); /* nothing is there as yet */
    table_set(&table, 3, &(struct outcome){.error = {1, NAN, 3}, .status = OUTCOME_OK});
    assert_true(ranking_has(&table, SPLIT_TRAIN) && ranking_has(&table, SPLIT_TEST));
    assert_int_equal(ranking_choose(&table, SPLIT_TEST, "x.h5", &err), STATUS_OK);
    assert_int_equal(table.shown, SPLIT_TEST);
    assert_int_equal(ranking_choose(&table, SPLITS, "x.h5", &err), STATUS_OK);
    assert_int_equal(table.shown, SPLIT_TEST); /* as it was */
    assert_int_equal(ranking_choose(&table, SPLIT_VALIDATION, "x.h5", &err), STATUS_USAGE);
    assert_string_equal(err.text, "--error validation: x.h5 holds no errors of such samples");
    assert_int_equal(table.shown, SPLIT_TEST);
    table_free(&table);
}

/* errors: [CELLS], of both trainings; below 0: diverged */
static void fill(struct table *table, const double *errors)
{
    assert_int_equal(table_create(table, &experiment, NULL), STATUS_OK);
    for (size_t t = 0; t < CELLS * EACH; t++) {
        const double e = errors[t / EACH];
        table_set(table, t,
                  &(struct outcome){.error = {e, NAN, NAN}, .status = e < 0 ? OUTCOME_DIVERGED : OUTCOME_OK});
    }
}

/* hidden1 has the values 1, 4 and hidden2 1, 3, 9. The shares by hand: of sum of squares around the mean. */
static const struct {
    const char *what;
    double errors[CELLS], share1, share2, rest, means1[2], means2[3];
} surfaces[] = {
    {"a sum of both", {1, 2, 3, 5, 6, 7}, 24. / 28, 4. / 28, 0, {2, 6}, {3, 4, 5}},
    {"one alone matters", {1, 1, 1, 3, 3, 3}, 1, 0, 0, {1, 3}, {2, 2, 2}},
    {"interaction alone", {1, 2, 3, 3, 2, 1}, 0, 0, 1, {2, 2}, {2, 2, 2}},
    {"a missing cell of a sum", {1, 2, 3, 5, 6, -1}, 16 / 17.2, 2.5 / 17.2, 0, {2, 6}, {3, 4, 5}},
    {"a value without cells", {1, 2, -1, 5, 6, -1}, 16. / 17, 1. / 17, 0, {1.5, 5.5}, {3, 4, NAN}},
    {"no difference", {2, 2, 2, 2, 2, 2}, NAN, NAN, NAN, {2, 2}, {2, 2, 2}},
    {"one cell alone", {-1, -1, -1, -1, 2, -1}, NAN, NAN, NAN, {NAN, 2}, {NAN, 2, NAN}},
};

static int alike(double one, double other)
{
    return isnan(one) ? isnan(other) : fabs(one - other) < 1e-12;
}

static void marginals(void **state)
{
    (void)state;
    for (size_t c = 0; c < sizeof surfaces / sizeof *surfaces; c++) {
        struct table table;
        struct ranking ranking;
        struct effects effects;
        fill(&table, surfaces[c].errors);
        assert_int_equal(ranking_make(&ranking, &table, SPLIT_TRAIN, NULL), STATUS_OK);
        assert_int_equal(effects_make(&effects, &ranking, &table, NULL), STATUS_OK);
        if (!alike(surfaces[c].share1, effects.share[0]) || !alike(surfaces[c].share2, effects.share[1]) ||
            !alike(surfaces[c].rest, effects.rest))
            fail_msg("%s: shares %.15g, %.15g, rest %.15g", surfaces[c].what, effects.share[0], effects.share[1],
                     effects.rest);
        for (size_t v = 0; v < 3; v++)
            if (!alike(surfaces[c].means2[v], effects.means[1][v]) ||
                (v < 2 && !alike(surfaces[c].means1[v], effects.means[0][v])))
                fail_msg("%s: value %zu", surfaces[c].what, v);
        effects_free(&effects);
        ranking_free(&ranking);
        table_free(&table);
    }
}

static void slices(void **state)
{
    (void)state;
    struct table whole, split;
    struct experiment narrow;
    struct slice slice = {0};
    const struct parameters all = {hyper_parameters, HYPER_PARAMETERS};
    fill(&whole, surfaces[0].errors);
    assert_int_equal(slice_add(&slice, all, "hidden2=1,9", "--at", NULL), STATUS_OK);
    assert_int_equal(slice_add(&slice, all, "hidden2=3", "--at", NULL), STATUS_USAGE);
    assert_int_equal(slice_add(&slice, all, "hidden-1=3", "--at", NULL), STATUS_USAGE);
    assert_int_equal(slice_table(&slice, &narrow, &split, &whole, NULL), STATUS_OK);
    const double left[] = {1, 3, 5, 7};
    assert_true(split.count == 8 && split.done == 8 && narrow.axis_count == 2 && narrow.axes[1].count == 2);
    for (size_t t = 0; t < split.count; t++)
        assert_true(split.outcomes[t].error[SPLIT_TRAIN] == left[t / EACH]);
    slice_table_free(&narrow, &split);
    assert_int_equal(slice_add(&slice, all, "hidden1=4:5", "--at", NULL), STATUS_OK); /* 5 is not there */
    assert_int_equal(slice_table(&slice, &narrow, &split, &whole, NULL), STATUS_USAGE);
    slice_table_free(&narrow, &split);
    slice_free(&slice);
    table_free(&whole);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rank_all),
        cmocka_unit_test(folds),
        cmocka_unit_test(parts),
        cmocka_unit_test(marginals),
        cmocka_unit_test(slices),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
