/* SPDX-License-Identifier: BSD-3-Clause */
/* Axes as text, the numbering of trainings, and the limits of an experiment. */
#include "sweep/experiment.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "layers.h"

static void test_axes(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t count;
        uint32_t values[8]; /* the first of them */
    } cases[] = {
        {"8", 1, {8}},
        {"1:64", 64, {1, 2, 3, 4, 5, 6, 7, 8}},
        {"1:64:4", 16, {1, 5, 9, 13, 17, 21, 25, 29}},
        {"2:2", 1, {2}},
        {"3:10:100", 1, {3}},
        {"1,2,4,8", 4, {1, 2, 4, 8}},
        {"8,1,8,4", 3, {1, 4, 8, 0}},
        {"10:12,1:3,11", 6, {1, 2, 3, 10, 11, 12}},
        {"007", 1, {7}},
        {"1:10000", 10000, {1, 2, 3, 0}},
        {"9999:10000", 2, {9999, 10000}},
        {"1:10000:9999", 2, {1, 10000}},
    };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        struct axis axis;
        struct error err = {0};
        assert_int_equal(axis_parse(&axis, &hyper_parameters[0], cases[c].text, "--hidden1", &err), STATUS_OK);
        assert_int_equal(axis.count, cases[c].count);
        for (size_t v = 0; v < 8 && v < axis.count && cases[c].values[v]; v++)
            assert_int_equal(axis.values[v].count, cases[c].values[v]);
        for (size_t v = 1; v < axis.count; v++)
            assert_true(axis.values[v - 1].count < axis.values[v].count);
        axis_free(&axis);
        assert_null(axis.values);
    }
}

static void test_bad_axes(void **state)
{
    (void)state;
    static const struct {
        const char *text, *place, *says;
    } cases[] = {
        {"", "column 1", "expected a whole number"},
        {"x", "column 1", "expected a whole number"},
        {"-1", "column 1", "expected a whole number"},
        {"+1", "column 1", "expected a whole number"},
        {" 1", "column 1", "expected a whole number"},
        {"1 ", "column 2", "expected `:`"},
        {"1.5", "column 2", "expected `:`"},
        {"1e3", "column 2", "expected `:`"},
        {"1,", "column 3", "expected a whole number"},
        {",1", "column 1", "expected a whole number"},
        {"1,,2", "column 3", "expected a whole number"},
        {"1:", "column 3", "expected a whole number"},
        {"1:x4", "column 3", "expected a whole number"},
        {"1:4:", "column 5", "expected a whole number"},
        {"1:4:1:1", "column 6", "expected `:`"},
        {"0", "column 1", "at least 1 neuron"},
        {"0:4", "column 1", "at least 1 neuron"},
        {"4:3", "column 3", "ends before it begins"},
        {"1:4:0", "column 5", "step is at least 1"},
        {"10001", "column 1", "at most 10000"},
        {"1:10001", "column 3", "at most 10000"},
        {"1,99999999999999999999999", "column 3", "at most 10000"},
        {"4294967297", "column 1", "at most 10000"},
        {"1:4,8;9", "column 6", "expected `:`"},
    };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        struct axis axis;
        struct error err = {0};
        assert_int_equal(axis_parse(&axis, &hyper_parameters[1], cases[c].text, "--hidden2", &err), STATUS_USAGE);
        assert_int_equal(err.status, STATUS_USAGE);
        assert_null(axis.values);
        char start[64];
        snprintf(start, sizeof start, "--hidden2: \"%s\", %s: ", cases[c].text, cases[c].place);
        if (strncmp(err.text, start, strlen(start)) != 0 || !strstr(err.text, cases[c].says))
            fail_msg("%s: says %s", cases[c].text, err.text);
    }
}

/* Doubles have not all whole numbers above 2^53. */
static void test_large_numbers(void **state)
{
    (void)state;
    static const struct {
        const char *text, *again; /* as axis_text writes it */
        size_t count;
        uint64_t first, last;
    } cases[] = {
        {"12345678901234567890,12345678901234567999", "12345678901234567890:12345678901234567999:109", 2,
         12345678901234567890U, 12345678901234567999U},
        {"9007199254740993,9007199254740994,9007199254740996", "9007199254740993,9007199254740994,9007199254740996", 3,
         9007199254740993U, 9007199254740996U},
        {"17,18446744073709551615", "17:18446744073709551615:18446744073709551598", 2, 17, UINT64_MAX},
        {"0:18446744073709551615:lin3", "0,9223370000000000000,18446744073709551615", 3, 0, UINT64_MAX},
        {"1:9007199254740993:lin3", "1,4503600000000000,9007199254740993", 3, 1, 9007199254740993U},
        {"9007199254740993:9007199254740995:lin2", "9007199254740993:9007199254740995:2", 2, 9007199254740993U,
         9007199254740995U},
        {"1:18446744073709551615:log2", "1:18446744073709551615:18446744073709551614", 2, 1, UINT64_MAX},
        {"18446744073709551614:18446744073709551615", "18446744073709551614:18446744073709551615", 2, UINT64_MAX - 1,
         UINT64_MAX},
    };
    const struct parameter *const seed = parameter_find("seed");
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        struct axis axis, again;
        char text[PARAMETER_TEXT_MAX];
        assert_int_equal(axis_parse(&axis, seed, cases[c].text, "--seed", NULL), STATUS_OK);
        assert_int_equal(axis.count, cases[c].count);
        assert_true(axis.values[0].whole == cases[c].first && axis.values[axis.count - 1].whole == cases[c].last);
        axis_text(text, sizeof text, &axis);
        assert_string_equal(text, cases[c].again);
        assert_int_equal(axis_parse(&again, seed, text, "--seed", NULL), STATUS_OK);
        assert_int_equal(again.count, axis.count);
        assert_memory_equal(again.values, axis.values, axis.count * sizeof *axis.values);
        axis_free(&axis);
        axis_free(&again);
    }
    struct axis axis;
    struct error err = {0};
    assert_int_equal(axis_parse(&axis, seed, "18446744073709551616", "--seed", &err), STATUS_USAGE);
    assert_non_null(strstr(err.text, "at most 18446744073709551615"));
    assert_int_equal(axis_parse(&axis, seed, "9007199254740993:9007199254740992:lin2", "--seed", &err), STATUS_USAGE);
    /* Six digits of the value in the middle are more than there may be. */
    assert_int_equal(axis_parse(&axis, seed, "18446744073709551001:18446744073709551615:lin3", "--seed", &err),
                     STATUS_OK);
    axis_free(&axis);
    assert_int_equal(axis_parse(&axis, seed, "18446760000000000000:1", "--seed", &err), STATUS_USAGE);
    assert_int_equal(axis_parse(&axis, parameter_find("momentum"), "0.9999996:0.9999998:lin3", "--momentum", &err),
                     STATUS_USAGE);
    assert_non_null(strstr(err.text, "too close"));
}

static void test_numbering(void **state)
{
    (void)state;
    struct experiment experiment = {.repeats = 2};
    assert_int_equal(set_layers(&experiment, "3,7", "1,2,9"), STATUS_OK);
    assert_int_equal(experiment_trainings(&experiment), 12);
    static const struct trial_key networks[12] = {
        {3, 1, 0, 0}, {3, 1, 1, 0}, {3, 2, 0, 0}, {3, 2, 1, 0}, {3, 9, 0, 0}, {3, 9, 1, 0},
        {7, 1, 0, 0}, {7, 1, 1, 0}, {7, 2, 0, 0}, {7, 2, 1, 0}, {7, 9, 0, 0}, {7, 9, 1, 0},
    };
    for (size_t t = 0; t < 12; t++) {
        const struct trial trial = experiment_trial(&experiment, t);
        const struct trial_key network = trial_key(&trial);
        assert_memory_equal(&network, &networks[t], sizeof network);
    }
    /* Folds stand between the cell and its repeats. */
    experiment.data.samples = 5;
    experiment.data.folds = 5;
    assert_int_equal(experiment_trainings(&experiment), 60);
    for (size_t t = 0; t < 60; t++) {
        const struct trial trial = experiment_trial(&experiment, t);
        const struct trial_key network = trial_key(&trial);
        assert_int_equal(network.hidden1, networks[t / 10 * 2].hidden1);
        assert_int_equal(network.hidden2, networks[t / 10 * 2].hidden2);
        assert_int_equal(network.fold, t % 10 / 2);
        assert_int_equal(network.repeat, t % 2);
    }
    experiment_free(&experiment);
}

static void test_limits(void **state)
{
    (void)state;
    static const struct {
        const char *hidden1, *hidden2;
        uint32_t repeats;
        float rate;
        size_t samples;
        enum status status;
        const char *says;
    } cases[] = {
        {"1:64", "1:64", 1, 0.2f, 150, STATUS_OK, ""},
        {"1:4096", "1:4096", 16, 0.0f, 1, STATUS_OK, ""},
        {"1:4097", "1:4096", 16, 0.2f, 1, STATUS_USAGE, "more than the 268435456"},
        {"1:10000", "1:10000", REPEATS_MAX, 0.2f, 1, STATUS_USAGE, "104857600000000 trainings"},
        {"1", "1", 0, 0.2f, 1, STATUS_USAGE, "--repeats"},
        {"1", "1", REPEATS_MAX + 1, 0.2f, 1, STATUS_USAGE, "--repeats"},
        {"1", "1", 1, -0.1f, 1, STATUS_USAGE, "--learning-rate"},
        {"1", "1", 1, INFINITY, 1, STATUS_USAGE, "--learning-rate"},
        {"1", "1", 1, NAN, 1, STATUS_USAGE, "--learning-rate"},
        {"1", "1", 1, 0.2f, 0, STATUS_DATA, "a data set needs"},
    };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        struct experiment experiment = {.repeats = cases[c].repeats, .hyper.learning_rate = cases[c].rate};
        experiment.data.samples = cases[c].samples;
        experiment.data.inputs = experiment.data.targets = 1;
        assert_int_equal(set_layers(&experiment, cases[c].hidden1, cases[c].hidden2), STATUS_OK);
        struct error err = {0};
        assert_int_equal(experiment_check(&experiment, &err), cases[c].status);
        if (!strstr(err.text, cases[c].says))
            fail_msg("case %zu says: %s", c, err.text);
        experiment_free(&experiment);
    }
    struct experiment none = {.repeats = 1};
    assert_int_equal(experiment_check(&none, NULL), STATUS_USAGE);

    /* Early stopping needs validation samples. */
    struct error err;
    union parameter_value one = {.count = 1};
    struct experiment stops = {.repeats = 1, LAYERS(1, &one, 1, &one), .hyper.stop.every = 5};
    stops.data = (struct dataset){.samples = 9, .inputs = 1, .targets = 1, .folds = 1, .splits = {5, 0, 4}};
    assert_int_equal(experiment_check(&stops, &err), STATUS_USAGE);
    assert_non_null(strstr(err.text, "--early-stopping: there are no validation samples"));
    stops.data.splits[SPLIT_TEST] -= 1;
    stops.data.splits[SPLIT_VALIDATION] += 1;
    assert_int_equal(experiment_check(&stops, &err), STATUS_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_axes),
        cmocka_unit_test(test_bad_axes),
        cmocka_unit_test(test_large_numbers),
        cmocka_unit_test(test_numbering),
        cmocka_unit_test(test_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
