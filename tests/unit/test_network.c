/* SPDX-License-Identifier: BSD-3-Clause */
/* What the reader of a network file found is judged again by the process that uses it: each thing that makes no sense
 * is found, whoever says that it does. */
#include "store/network_file.h"
#include "store/network_layout.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { UNITS = 2, WEIGHTS = (UNITS + 1) * UNITS };

/* A network of two units a layer, whose arrays are the caller's to change. */
struct network {
    float weights[SPEC_LAYERS][WEIGHTS], shift[UNITS], divisor[UNITS], mean[UNITS], target_shift[UNITS],
        target_divisor[UNITS];
    char *names[UNITS], first[8], second[8];
    uint32_t columns[UNITS];
    struct trained trained;
    struct experiment experiment;
};

static void make(struct network *n)
{
    *n = (struct network){.divisor = {1, 2},
                          .target_divisor = {1, -1},
                          .first = "a",
                          .second = "b",
                          .trained = {.units = {UNITS, UNITS, UNITS, UNITS}, .outcome = {.status = OUTCOME_OK}},
                          .experiment = {.data = {.inputs = UNITS, .targets = UNITS}}};
    n->names[0] = n->first;
    n->names[1] = n->second;
    for (size_t l = 0; l < SPEC_LAYERS; l++)
        n->trained.weights[l] = n->weights[l];
    struct dataset *const data = &n->experiment.data;
    data->shift = n->shift;
    data->divisor = n->divisor;
    data->mean = n->mean;
    data->target_shift = n->target_shift;
    data->target_divisor = n->target_divisor;
    data->target_names = n->names;
    data->target_columns = n->columns;
}

static void expect(const struct network *n, const char *name)
{
    const char *const wrong = network_wrong(&n->trained, &n->experiment);
    if (!wrong || strcmp(wrong, name) != 0)
        fail_msg("%s: found %s", name, wrong ? wrong : "nothing");
}

static void test_right(void **state)
{
    (void)state;
    struct network n;
    make(&n);
    assert_null(network_wrong(&n.trained, &n.experiment));
    n.trained.outcome.status = OUTCOME_DIVERGED;
    n.weights[0][0] = NAN;
    n.experiment.data.mean = n.experiment.data.target_shift = n.experiment.data.target_divisor = NULL;
    n.columns[1] = 1;
    assert_null(network_wrong(&n.trained, &n.experiment));
}

static void test_choices(void **state)
{
    (void)state;
    const struct {
        const char *name;
        size_t offset;
        unsigned least; /* that is wrong */
    } rows[] = {
        {"status", offsetof(struct network, trained.outcome.status), OUTCOME_DIVERGED + 1},
        {"hidden_activation", offsetof(struct network, experiment.hyper.hidden_activation), ACTIVATION_SOFTMAX},
        {"output_activation", offsetof(struct network, experiment.hyper.output_activation), ACTIVATIONS},
        {"missing", offsetof(struct network, experiment.data.missing), MISSINGS},
        {"scale", offsetof(struct network, experiment.data.scaling), SCALINGS},
        {"scale_targets", offsetof(struct network, experiment.data.target_scaling), SCALINGS},
    };
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
        const unsigned wrong[] = {rows[r].least, UINT32_MAX};
        for (size_t w = 0; w < 2; w++) {
            struct network n;
            make(&n);
            memcpy((char *)&n + rows[r].offset, &wrong[w], sizeof wrong[w]);
            expect(&n, rows[r].name);
        }
    }
}

static void test_numbers(void **state)
{
    (void)state;
    const struct {
        const char *name;
        size_t offset;
        float wrong;
    } rows[] = {
        {"weights1", offsetof(struct network, weights[0][WEIGHTS - 1]), NAN},
        {"weights3", offsetof(struct network, weights[2][0]), INFINITY},
        {"shift", offsetof(struct network, shift[1]), NAN},
        {"divisor", offsetof(struct network, divisor[1]), 0},
        {"divisor", offsetof(struct network, divisor[0]), -INFINITY},
        {"mean", offsetof(struct network, mean[1]), NAN},
        {"target_shift", offsetof(struct network, target_shift[1]), INFINITY},
        {"target_divisor", offsetof(struct network, target_divisor[1]), 0},
    };
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
        struct network n;
        make(&n);
        memcpy((char *)&n + rows[r].offset, &rows[r].wrong, sizeof rows[r].wrong);
        expect(&n, rows[r].name);
    }
}

static void test_columns(void **state)
{
    (void)state;
    struct network n;
    make(&n);
    n.columns[0] = 1;
    expect(&n, "target_columns");
    make(&n);
    n.columns[1] = 2; /* a gap */
    expect(&n, "target_columns");
    make(&n);
    n.names[1] = n.first; /* a class twice */
    expect(&n, "target_columns");
    make(&n);
    n.names[0] = NULL;
    expect(&n, "target_columns");
    make(&n);
    n.trained.units[2] = HIDDEN_MAX + 1;
    expect(&n, "weights2");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_right),
        cmocka_unit_test(test_choices),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_columns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
