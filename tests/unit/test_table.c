/* SPDX-License-Identifier: BSD-3-Clause */
/* The outcome table: what a cell shows of its repeats; and the settings as they are written. */
#include "store/settings.h"
#include "sweep/table.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "layers.h"

static union parameter_value two[] = {{.count = 2}, {.count = 5}};
static union parameter_value three[] = {{.count = 1}, {.count = 2}, {.count = 4}};

static struct experiment small(uint32_t repeats)
{
    return (struct experiment){
        .data = {.samples = 150,
                 .inputs = 4,
                 .targets = 3,
                 .name = "iris",
                 .digest = "d1",
                 .folds = 1,
                 .split = "50/25/25",
                 .missing = MISSING_DROP,
                 .scaling = SCALING_ZSCORE},
        LAYERS(2, two, 3, three),
        .repeats = repeats,
        .hyper = {.seed = UINT64_MAX, .epochs = 1000, .learning_rate = 0.2f, .shuffle = true, .batch = 1},
    };
}

#define TRAINED(error, epochs, status) {{error, NAN, NAN}, {{0, 0, 0}}, epochs, status, {NAN, NAN, NAN}}

static void cells(void **state)
{
    (void)state;
    enum { OK = OUTCOME_OK, DIVERGED = OUTCOME_DIVERGED, FAILED = OUTCOME_FAILED, PENDING = OUTCOME_PENDING };
    static const struct {
        struct outcome repeats[3];
        double error; /* -1: NaN */
        uint32_t status, epochs;
    } cases[] = {
        {{TRAINED(0.5, 10, OK), TRAINED(0.25, 10, OK), TRAINED(0.75, 10, OK)}, 0.5, OK, 10},
        {{TRAINED(0.5, 10, OK), TRAINED(7, 3, DIVERGED), TRAINED(0.75, 10, OK)}, 0.625, DIVERGED, 10},
        {{TRAINED(7, 1, DIVERGED), TRAINED(7, 3, DIVERGED), TRAINED(7, 2, DIVERGED)}, -1, DIVERGED, 3},
        {{TRAINED(0.5, 10, OK), TRAINED(7, 0, FAILED), TRAINED(7, 4, DIVERGED)}, 0.5, FAILED, 10},
        {{TRAINED(0.5, 10, OK), TRAINED(7, 0, PENDING), TRAINED(7, 0, FAILED)}, 0.5, PENDING, 10},
        {{TRAINED(7, 0, PENDING), TRAINED(7, 0, PENDING), TRAINED(7, 0, PENDING)}, -1, PENDING, 0},
    };
    struct experiment experiment = small(3);
    struct table table;
    struct error err;
    assert_int_equal(table_create(&table, &experiment, &err), STATUS_OK);
    assert_int_equal(table.count, 18);
    assert_int_equal(table.done, 0);
    assert_int_equal(table_cells(&table), 6);
    size_t done = 0;
    for (size_t cell = 0; cell < 6; cell++) {
        assert_int_equal(table_cell_status(&table, cell), PENDING);
        assert_true(isnan(table_cell_error(&table, SPLIT_TRAIN, cell).mean));
        for (size_t r = 0; r < 3; r++) {
            table_set(&table, 3 * cell + r, &cases[cell].repeats[r]);
            done += cases[cell].repeats[r].status != PENDING;
            assert_int_equal(table.done, done);
        }
        double error = table_cell_error(&table, SPLIT_TRAIN, cell).mean;
        assert_true(cases[cell].error < 0 ? isnan(error) : error == cases[cell].error);
        assert_int_equal(table_cell_status(&table, cell), cases[cell].status);
        assert_int_equal(table_cell_epochs(&table, cell), cases[cell].epochs);
    }
    /* Setting again counts once; taking back counts too. */
    table_set(&table, 0, &(struct outcome)TRAINED(0.125, 10, OK));
    assert_int_equal(table.done, done);
    table_set(&table, 0, &(struct outcome)TRAINED(0, 0, PENDING));
    assert_int_equal(table.done, done - 1);
    table_free(&table);
}

/* One repeat's error is shown as it is, to the bit. */
static void one_repeat(void **state)
{
    (void)state;
    struct experiment experiment = small(1);
    struct table table;
    struct error err;
    assert_int_equal(table_create(&table, &experiment, &err), STATUS_OK);
    table_set(&table, 5, &(struct outcome)TRAINED(1.0 / 3, 1000, OUTCOME_OK));
    assert_true(table_cell_error(&table, SPLIT_TRAIN, 5).mean == 1.0 / 3);
    table_free(&table);
}

/* By hand: spreads of 3 and 5 over 4 samples, a mean error of 4 / sqrt(4); where one is not known, the whole is not. A
 * training that diverged has none. */
static void sample_error(void **state)
{
    (void)state;
    struct experiment experiment = small(3);
    experiment.data.splits[SPLIT_TEST] = 4;
    struct table table;
    assert_int_equal(table_create(&table, &experiment, NULL), STATUS_OK);
    assert_true(isnan(table_cell_sample_error(&table, SPLIT_TEST, 0)));
    struct outcome outcome = {.status = OUTCOME_OK, .spread = {NAN, NAN, 3}};
    table_set(&table, 0, &outcome);
    assert_true(table_cell_sample_error(&table, SPLIT_TEST, 0) == 1.5);
    outcome.spread[SPLIT_TEST] = 5;
    table_set(&table, 1, &outcome);
    table_set(&table, 2, &(struct outcome){.status = OUTCOME_DIVERGED});
    assert_true(table_cell_sample_error(&table, SPLIT_TEST, 0) == 2);
    outcome.spread[SPLIT_TEST] = (double)NAN;
    table_set(&table, 2, &outcome);
    assert_true(isnan(table_cell_sample_error(&table, SPLIT_TEST, 0)));
    table_free(&table);

    /* Two folds of 9 and 8 samples, spreads 3 and 4: the root of 3^2 / 9 + 4^2 / 8, over two. */
    experiment = small(1);
    experiment.data.samples = 17;
    experiment.data.folds = 2;
    assert_int_equal(dataset_count(&experiment.data, SPLIT_TEST, 0), 9);
    assert_int_equal(table_create(&table, &experiment, NULL), STATUS_OK);
    outcome.spread[SPLIT_TEST] = 3;
    table_set(&table, 0, &outcome);
    outcome.spread[SPLIT_TEST] = 4;
    table_set(&table, 1, &outcome);
    assert_true(fabs(table_cell_sample_error(&table, SPLIT_TEST, 0) - sqrt(3) / 2) < 1e-15);
    table_free(&table);
}

static void settings(void **state)
{
    (void)state;
    static const struct {
        const char *name, *text;
        bool identity;
    } expected[] = {
        {"arithmetic_online", "1", true},
        {"arithmetic_repeats", "2", true},
        {"data", "iris", false},
        {"samples", "150", true},
        {"inputs", "4", true},
        {"targets", "3", true},
        {"data_sha256", "d1", true},
        {"split", "50/25/25", false},
        {"folds", "1", false},
        {"missing", "drop", false},
        {"scale", "zscore", false},
        {"epochs", "1000", true},
        {"early_stopping", "gl=5,progress=0.1,every=5", true},
        {"learning_rate", "0.2", true},
        {"rate_decay", "0", true},
        {"batch", "1", true},
        {"hidden_activation", "logistic", true},
        {"output_activation", "logistic", true},
        {"loss", "squared", true},
        {"optimizer", "sgd", true},
        {"momentum", "0", true},
        {"weight_range", "0", true},
        {"weight_decay", "0", true},
        {"shuffle", "yes", true},
        {"seed", "18446744073709551615", true},
        {"repeats", "7", false},
        {"hidden1_range", "2:5:3", false},
        {"hidden2_range", "1,2,4", false},
    };
    struct experiment experiment = small(7);
    experiment.hyper.stop = (struct stopping_rules){.every = 5, .gl = 5, .progress = 0.1};
    struct setting list[SETTINGS_MAX];
    experiment.hyper.batch = 2; /* whose arithmetic has a version of its own */
    discard((long)settings_list(&experiment, list));
    assert_string_equal(list[0].name, "arithmetic_batch");
    assert_string_equal(list[0].text, "2");
    experiment.hyper.batch = 1;
    assert_int_equal(settings_list(&experiment, list), sizeof expected / sizeof *expected);
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        assert_string_equal(list[i].name, expected[i].name);
        assert_string_equal(list[i].text, expected[i].text);
        assert_int_equal(list[i].identity, expected[i].identity);
    }
}

/* A range as the option that makes it. */
static void ranges(void **state)
{
    (void)state;
    static const struct {
        size_t count;
        uint32_t values[5];
        const char *text;
    } cases[] = {
        {1, {8}, "8"},
        {2, {1, 2}, "1:2"},
        {2, {1, 3}, "1:3:2"},
        {4, {1, 2, 3, 4}, "1:4"},
        {3, {4, 8, 12}, "4:12:4"},
        {4, {1, 2, 4, 8}, "1,2,4,8"},
        {3, {1, 2, 4}, "1,2,4"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        union parameter_value values[5];
        for (size_t v = 0; v < 5; v++)
            values[v] = (union parameter_value){.count = cases[i].values[v]};
        struct experiment experiment = small(1);
        experiment.axes[0] = (struct axis){&hyper_parameters[0], cases[i].count, values};
        struct setting list[SETTINGS_MAX];
        const char *const text = list[settings_list(&experiment, list) - 2].text;
        assert_string_equal(text, cases[i].text);

        /* What was written makes the same axis again. */
        struct axis again;
        struct error err;
        assert_int_equal(axis_parse(&again, &hyper_parameters[0], text, "-a", &err), STATUS_OK);
        assert_int_equal(again.count, cases[i].count);
        for (size_t v = 0; v < again.count; v++)
            assert_int_equal(again.values[v].count, cases[i].values[v]);
        axis_free(&again);
    }
    static union parameter_value primes[1000]; /* not evenly spaced, too many for a line */
    for (uint32_t i = 0; i < 1000; i++)
        primes[i].count = 1 + i * i / 200 + i;
    struct experiment experiment = small(1);
    experiment.axes[0] = (struct axis){&hyper_parameters[0], 1000, primes};
    struct setting list[SETTINGS_MAX];
    assert_string_equal(list[settings_list(&experiment, list) - 2].text, "1000 values from 1 to 5990");
}

/* A file's name with a line feed cannot add a line to a header. */
static void control_characters(void **state)
{
    (void)state;
    struct experiment experiment = small(1);
    strcpy(experiment.data.name, "a\nhidden\t\x7f\xc3\xa4");
    struct setting list[SETTINGS_MAX];
    discard((long)settings_list(&experiment, list));
    assert_string_equal(list[1].text, "a?hidden??\xc3\xa4");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells),    cmocka_unit_test(one_repeat), cmocka_unit_test(sample_error),
        cmocka_unit_test(settings), cmocka_unit_test(ranges),     cmocka_unit_test(control_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
