/* SPDX-License-Identifier: BSD-3-Clause */
/* The scalar specification against mathematics: the logistic function against libm, the gradient against finite
 * differences, the random numbers against their definition. */
#include "net/random.h"
#include "net/spec.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void logistic_is_within_its_bound(void **unused)
{
    (void)unused;
    double worst = 0;
    for (uint32_t bits = 0; bits < 0x42480000u; bits += 173) { /* 0 to 50 */
        float z;
        memcpy(&z, &bits, sizeof z);
        for (int sign = -1; sign <= 1; sign += 2) {
            const float x = z * (float)sign;
            const double error = fabs((double)spec_logistic(x) - 1.0 / (1.0 + exp(-(double)x)));
            worst = error > worst ? error : worst;
        }
    }
    print_message("# worst error of the logistic function: %.3g\n", worst);
    assert_true(worst < 1.5e-7);
    assert_true(worst > 1e-9); /* else nothing was compared */
}

static void logistic_at_the_edges(void **unused)
{
    (void)unused;
    assert_true(spec_logistic(0.0f) == 0.5f);
    assert_true(spec_logistic(1e30f) == 1.0f);
    assert_true(spec_logistic(INFINITY) == 1.0f);
    assert_true(spec_logistic(-INFINITY) > 0.0f && spec_logistic(-INFINITY) < 1.2e-13f);
    assert_true(spec_logistic(-1e30f) == spec_logistic(-INFINITY));
    assert_true(isnan(spec_logistic(NAN)));
    assert_true(isnan(spec_logistic(-NAN)));
}

/* A small linear congruential generator (Numerical Recipes), enough to pick cases. */
static uint32_t state = 1;

static double uniform(double from, double to)
{
    state = state * 1664525u + 1013904223u;
    return from + (to - from) * (double)state / 4294967296.0;
}

/* E = 1/2 sum (o - t)^2 of the network in double precision. weights: as in spec_network, each layer. */
static double loss(const struct spec_network *net, double *const weights[SPEC_LAYERS], const float *x, const float *t)
{
    double in[64], out[64];
    for (size_t i = 0; i < net->units[0]; i++)
        in[i] = (double)x[i];
    for (size_t l = 0; l < SPEC_LAYERS; l++) {
        for (size_t j = 0; j < net->units[l + 1]; j++) {
            double z = weights[l][j];
            for (size_t i = 0; i < net->units[l]; i++)
                z += weights[l][(i + 1) * net->units[l + 1] + j] * in[i];
            out[j] = 1.0 / (1.0 + exp(-z));
        }
        memcpy(in, out, sizeof in);
    }
    double sum = 0;
    for (size_t k = 0; k < net->units[SPEC_LAYERS]; k++)
        sum += 0.5 * (in[k] - (double)t[k]) * (in[k] - (double)t[k]);
    return sum;
}

/* The step of one sample at rate 1 is the negative gradient. It is measured against central differences, relative to
 * the largest component of its layer: a single small component may cancel. */
static void one_gradient(uint32_t inputs, uint32_t a, uint32_t b, uint32_t outputs)
{
    struct error err;
    float x[64], t[64];
    const struct dataset data = {.samples = 1, .inputs = inputs, .targets = outputs, .x = x, .t = t};
    for (uint32_t i = 0; i < inputs; i++)
        x[i] = (float)uniform(-2, 2);
    for (uint32_t k = 0; k < outputs; k++)
        t[k] = (float)uniform(-1, 2);
    const struct training training = {.seed = state, .epochs = 1, .learning_rate = 1.0f};
    const struct network network = {a, b, 0, 0};
    struct spec_network net;
    assert_int_equal(spec_create(&net, &data, &training, &network, &err), STATUS_OK);
    double *before[SPEC_LAYERS];
    for (size_t l = 0; l < SPEC_LAYERS; l++) {
        const size_t count = (net.units[l] + 1) * net.units[l + 1];
        before[l] = calloc(count, sizeof *before[l]);
        assert_non_null(before[l]);
        for (size_t k = 0; k < count; k++)
            before[l][k] = (double)net.weights[l][k];
    }
    spec_step(&net, x, t, 1.0f);
    for (size_t l = 0; l < SPEC_LAYERS; l++) {
        const size_t count = (net.units[l] + 1) * net.units[l + 1];
        double largest = 0, worst = 0;
        for (size_t k = 0; k < count; k++) {
            const double h = 1e-5, kept = before[l][k];
            before[l][k] = kept + h;
            const double up = loss(&net, before, x, t);
            before[l][k] = kept - h;
            const double down = loss(&net, before, x, t);
            before[l][k] = kept;
            const double wanted = (up - down) / (2 * h), got = kept - (double)net.weights[l][k];
            largest = fmax(largest, fabs(wanted));
            /* a weight of the size w is rounded by up to 2^-24 w: that much no step can show */
            worst = fmax(worst, fabs(got - wanted) - 0x1p-24 * fabs(kept));
        }
        if (!(worst < 1e-4 * largest))
            fail_msg("%u-%u-%u-%u, layer %zu: gradient off by %.3g of %.3g", inputs, a, b, outputs, l, worst, largest);
    }
    for (size_t l = 0; l < SPEC_LAYERS; l++)
        free(before[l]);
    spec_free(&net);
}

static void gradient_equals_finite_differences(void **unused)
{
    (void)unused;
    for (int k = 0; k < 60; k++)
        one_gradient((uint32_t)uniform(1, 40), (uint32_t)uniform(1, 40), (uint32_t)uniform(1, 40),
                     (uint32_t)uniform(1, 20));
}

static void initial_weights_are_uniform(void **unused)
{
    (void)unused;
    enum { INPUTS = 100, UNITS = 100, COUNT = (INPUTS + 1) * UNITS };
    static float weights[COUNT], other[COUNT];
    const struct network network = {5, 7, 0, 0}, repeat = {5, 7, 1, 0};
    random_weights(1, &network, 0, INPUTS, UNITS, weights);
    double sum = 0, squares = 0;
    for (size_t k = 0; k < COUNT; k++) {
        assert_true(fabsf(weights[k]) < 0.1f && weights[k] != 0.0f);
        sum += (double)weights[k];
        squares += (double)weights[k] * (double)weights[k];
    }
    const double deviation = 0.1 / sqrt(3.0);
    assert_true(fabs(sum / COUNT) < 5 * deviation / sqrt(COUNT));
    assert_true(fabs(sqrt(squares / COUNT) / deviation - 1) < 0.03);

    /* another repeat, layer, seed or topology has others; the same has the same */
    const struct network turned = {7, 5, 0, 0};
    const struct {
        uint64_t seed;
        const struct network *network;
        uint32_t layer;
        bool same;
    } cases[] = {{1, &network, 0, true},  {1, &repeat, 0, false},           {1, &network, 1, false},
                 {2, &network, 0, false}, {1ull << 32, &network, 0, false}, {1, &turned, 0, false}};
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        random_weights(cases[c].seed, cases[c].network, cases[c].layer, INPUTS, UNITS, other);
        size_t equal = 0;
        for (size_t k = 0; k < COUNT; k++)
            equal += weights[k] == other[k];
        if (cases[c].same)
            assert_int_equal(equal, COUNT);
        else
            assert_true(equal < 10);
    }
}

static void order_is_a_permutation(void **unused)
{
    (void)unused;
    enum { SAMPLES = 150 };
    uint32_t order[SAMPLES], next[SAMPLES];
    unsigned char seen[SAMPLES] = {0};
    random_order(1, 0, SAMPLES, order);
    for (size_t i = 0; i < SAMPLES; i++) {
        assert_in_range(order[i], 0, SAMPLES - 1);
        assert_int_equal(seen[order[i]]++, 0);
    }
    random_order(1, 1, SAMPLES, next);
    assert_memory_not_equal(order, next, sizeof order);
    random_order(1, 0, SAMPLES, next);
    assert_memory_equal(order, next, sizeof order);

    /* each sample comes first about equally often: chi-squared of 4 degrees of freedom, 0.1 % point 18.5 */
    enum { FEW = 5, DRAWS = 10000 };
    unsigned first[FEW] = {0};
    for (uint32_t epoch = 0; epoch < DRAWS; epoch++) {
        random_order(7, epoch, FEW, order);
        first[order[0]]++;
    }
    double chi2 = 0;
    for (size_t i = 0; i < FEW; i++)
        chi2 += pow((double)first[i] - DRAWS / (double)FEW, 2) / (DRAWS / (double)FEW);
    assert_true(chi2 < 18.5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(logistic_is_within_its_bound),
        cmocka_unit_test(logistic_at_the_edges),
        cmocka_unit_test(gradient_equals_finite_differences),
        cmocka_unit_test(initial_weights_are_uniform),
        cmocka_unit_test(order_is_a_permutation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
