/* SPDX-License-Identifier: BSD-3-Clause */
/* The scalar specification against mathematics: the logistic function against libm, the gradient against finite
 * differences, the random numbers against their definition. */
#include "net/optimizer.h"
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
            worst = error <= worst ? worst : error; /* NaN stays */
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

static double exact_logistic(double z)
{
    return 1 / (1 + exp(-z));
}
static double exact_relu(double z)
{
    return fmax(z, 0);
}
static double exact_softsign(double z)
{
    return z / (1 + fabs(z));
}
static double exact_linear(double z)
{
    return z;
}

/* Textbook formulas. An activation without one crashes the test: it has no case anywhere else either. */
static double (*const activations[ACTIVATIONS])(double) = {
    [ACTIVATION_LOGISTIC] = exact_logistic, [ACTIVATION_TANH] = tanh,
    [ACTIVATION_RELU] = exact_relu,         [ACTIVATION_SOFTSIGN] = exact_softsign,
    [ACTIVATION_LINEAR] = exact_linear,     [ACTIVATION_SOFTMAX] = exact_linear /* before the sum, see softmax */
};

static double activation(enum activation kind, double z)
{
    return activations[kind](z);
}

/* Value and slope of every activation; slopes by central differences. */
static void activations_are_those_of_the_textbook(void **unused)
{
    (void)unused;
    const double h = 1e-5;
    for (int a = 0; a < ACTIVATIONS; a++) {
        assert_non_null(activations[a]);
        for (double z = -3.99; z < 4; z += 0.02) { /* never at 0, where two of them have a corner */
            const float value = spec_activation((enum activation)a, (float)z);
            const double slope = (activations[a](z + h) - activations[a](z - h)) / (2 * h);
            assert_true(fabs((double)value - activations[a](z)) < 1e-6);
            assert_true(fabs((double)spec_slope((enum activation)a, value) - slope) < 1e-5);
        }
    }
    for (int a = 0; a < ACTIVATIONS; a++) /* and no two are alike, but for the last step of softmax */
        for (int b = 0; b < a; b++)
            assert_true(activations[a](-1.5) != activations[b](-1.5) || activations[a](0.5) != activations[b](0.5) ||
                        (a == ACTIVATION_SOFTMAX && b == ACTIVATION_LINEAR));
}

static void softmax(size_t count, double *z)
{
    double sum = 0;
    for (size_t k = 0; k < count; k++)
        sum += exp(z[k]);
    for (size_t k = 0; k < count; k++)
        z[k] = exp(z[k]) / sum;
}

static struct trial trial_of(const struct hyperparameters *hyper, uint32_t hidden1, uint32_t hidden2)
{
    struct trial trial = {.hyper = *hyper};
    trial.hyper.hidden1 = hidden1;
    trial.hyper.hidden2 = hidden2;
    return trial;
}

/* The loss of the network in double precision, as net/hyperparameters.h has it. weights: as in spec_network, each
 * layer. */
static double loss(const struct spec_network *net, double *const weights[SPEC_LAYERS], const float *x, const float *t)
{
    const struct hyperparameters *const hyper = net->hyper;
    double in[64], out[64];
    for (size_t i = 0; i < net->units[0]; i++)
        in[i] = (double)x[i];
    for (size_t l = 0; l < SPEC_LAYERS; l++) {
        for (size_t j = 0; j < net->units[l + 1]; j++) {
            double z = weights[l][j];
            for (size_t i = 0; i < net->units[l]; i++)
                z += weights[l][(i + 1) * net->units[l + 1] + j] * in[i];
            out[j] = activation(l == SPEC_LAYERS - 1 ? hyper->output_activation : hyper->hidden_activation, z);
        }
        memcpy(in, out, sizeof in);
    }
    if (hyper->output_activation == ACTIVATION_SOFTMAX)
        softmax(net->units[SPEC_LAYERS], in);
    double sum = 0;
    for (size_t k = 0; k < net->units[SPEC_LAYERS]; k++) {
        const double o = in[k], target = (double)t[k];
        if (hyper->loss == LOSS_SQUARED)
            sum += 0.5 * (o - target) * (o - target);
        else
            sum -= target * log(o) + (hyper->output_activation == ACTIVATION_SOFTMAX ? 0 : (1 - target) * log(1 - o));
    }
    return sum;
}

/* Inputs, and targets that suit the loss: a class for softmax. */
static void random_sample(const struct hyperparameters *hyper, uint32_t inputs, uint32_t outputs, float *x, float *t)
{
    for (uint32_t i = 0; i < inputs; i++)
        x[i] = (float)uniform(-2, 2);
    for (uint32_t k = 0; k < outputs; k++)
        t[k] = hyper->output_activation == ACTIVATION_SOFTMAX     ? 0
               : hyper->loss == LOSS_CROSS_ENTROPY ? (float)uniform(0, 1)
                                                      : (float)uniform(-1, 2);
    if (hyper->output_activation == ACTIVATION_SOFTMAX)
        t[(uint32_t)uniform(0, outputs)] = 1;
}

/* The gradient of one sample against central differences, relative to the largest component of its layer: a single
 * small component may cancel. */
static void one_gradient(const struct hyperparameters *hyper, uint32_t inputs, uint32_t a, uint32_t b, uint32_t outputs)
{
    struct error err;
    float x[64], t[64];
    const struct dataset data = {.samples = 1, .inputs = inputs, .targets = outputs, .x = x, .t = t};
    random_sample(hyper, inputs, outputs, x, t);
    const struct trial trial = trial_of(hyper, a, b);
    struct spec_network net;
    assert_int_equal(spec_create(&net, &data, &trial, &err), STATUS_OK);
    double *weights[SPEC_LAYERS];
    for (size_t l = 0; l < SPEC_LAYERS; l++) {
        const size_t count = (net.units[l] + 1) * net.units[l + 1];
        weights[l] = calloc(count, sizeof *weights[l]);
        assert_non_null(weights[l]);
        for (size_t k = 0; k < count; k++)
            weights[l][k] = (double)net.weights[l][k];
    }
    spec_gradient(&net, x, t);
    for (size_t l = 0; l < SPEC_LAYERS; l++) {
        const size_t count = (net.units[l] + 1) * net.units[l + 1];
        double largest = 0, worst = 0;
        for (size_t k = 0; k < count; k++) {
            const double h = 1e-6, kept = weights[l][k];
            weights[l][k] = kept + h;
            const double up = loss(&net, weights, x, t);
            weights[l][k] = kept - h;
            const double down = loss(&net, weights, x, t);
            weights[l][k] = kept;
            const double wanted = (up - down) / (2 * h);
            largest = fmax(largest, fabs(wanted));
            const double off = fabs((double)net.gradient[l][k] - wanted);
            worst = off <= worst ? worst : off; /* NaN stays */
        }
        if (!(worst <= 1e-4 * largest + 1e-9))
            fail_msg("%s, %s, %s, %u-%u-%u-%u, layer %zu: gradient off by %.3g of %.3g",
                     activation_names[hyper->hidden_activation], activation_names[hyper->output_activation],
                     loss_names[hyper->loss], inputs, a, b, outputs, l, worst, largest);
    }
    for (size_t l = 0; l < SPEC_LAYERS; l++)
        free(weights[l]);
    spec_free(&net);
}

/* Every activation and loss that go together. */
static void gradient_equals_finite_differences(void **unused)
{
    (void)unused;
    enum { EACH = 12 };
    struct error err;
    unsigned tried = 0;
    for (int hidden = 0; hidden < ACTIVATIONS; hidden++)
        for (int output = 0; output < ACTIVATIONS; output++)
            for (int of = 0; of < LOSSES; of++) {
                struct hyperparameters hyper = hyper_default();
                hyper.hidden_activation = (enum activation)hidden;
                hyper.output_activation = (enum activation)output;
                hyper.loss = (enum loss)of;
                if (hyper_check(&hyper, &err) != STATUS_OK)
                    continue;
                hyper.seed = ++tried;
                for (int k = 0; k < EACH; k++)
                    one_gradient(&hyper, (uint32_t)uniform(1, 40), (uint32_t)uniform(1, 40),
                                 (uint32_t)uniform(1, 40), (uint32_t)uniform(1, 20));
            }
    assert_int_equal(tried, 5 * 7); /* hidden activations, and outputs with their losses */
}

/* The step of one on-line sample at rate 1 is the negative gradient, but for the rounding of the weight. */
static void online_goes_down_the_gradient(void **unused)
{
    (void)unused;
    struct error err;
    float x[6], t[3];
    const struct hyperparameters hyper = hyper_default();
    const struct dataset data = {.samples = 1, .inputs = 6, .targets = 3, .x = x, .t = t};
    random_sample(&hyper, 6, 3, x, t);
    const struct trial trial = trial_of(&hyper, 5, 4);
    struct spec_network net, moved;
    assert_int_equal(spec_create(&net, &data, &trial, &err), STATUS_OK);
    assert_int_equal(spec_create(&moved, &data, &trial, &err), STATUS_OK);
    spec_gradient(&net, x, t);
    spec_online(&moved, x, t, 1.0f);
    for (size_t l = 0; l < SPEC_LAYERS; l++)
        for (size_t k = 0; k < (net.units[l] + 1) * net.units[l + 1]; k++)
            assert_true(fabsf(net.weights[l][k] - net.gradient[l][k] - moved.weights[l][k]) < 2e-7f);
    spec_free(&net);
    spec_free(&moved);
}

/* Two steps of each optimizer on one weight, by hand. The gradients of two samples, then of one, come to their mean. */
static void optimizers_step_as_published(void **unused)
{
    (void)unused;
    struct hyperparameters hyper = hyper_default();
    hyper.momentum = 0.5f;
    hyper.weight_decay = 0.1f;
    hyper.constants.rprop_first = 0.1f;
    hyper.learning_rate = 0.01f;
    const double w = 1, g1 = 3 / 2.0 + 0.1 * w;
    const double sgd1 = w - 0.01 * g1, sgd2 = sgd1 - 0.01 * (0.5 * g1 + (2 + 0.1 * sgd1));
    const double rprop1 = w - 0.1, rprop2 = rprop1 - 0.12, rprop3 = rprop2, rprop4 = rprop3 + 0.06;
    const double adam1 = w - 0.01; /* the first step of Adam is the rate */
    const double ga = 2 + 0.1 * adam1, m = 0.9 * 0.1 * g1 + 0.1 * ga, v = 0.999 * 0.001 * g1 * g1 + 0.001 * ga * ga;
    const double adam2 = adam1 - 0.01 * (m / (1 - 0.81)) / (sqrt(v / (1 - 0.999 * 0.999)) + 1e-8);
    const struct {
        enum optimizer optimizer;
        size_t steps;
        float gradients[4];
        double wanted[4];
    } cases[] = {
        {OPTIMIZER_SGD, 2, {3, 2}, {sgd1, sgd2}},
        {OPTIMIZER_RPROP, 4, {3, 2, -9, -5}, {rprop1, rprop2, rprop3, rprop4}}, /* grows, shrinks and waits, goes on */
        {OPTIMIZER_ADAM, 2, {3, 2}, {adam1, adam2}},
    };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        struct error err;
        struct spec_network net;
        const struct dataset data = {.samples = 1, .inputs = 1, .targets = 1};
        hyper.optimizer = cases[c].optimizer;
        const struct trial trial = trial_of(&hyper, 1, 1);
        assert_int_equal(spec_create(&net, &data, &trial, &err), STATUS_OK);
        net.weights[1][1] = 1.0f;
        for (size_t s = 0; s < cases[c].steps; s++) {
            net.gradient[1][1] = cases[c].gradients[s];
            spec_step(&net, s == 0 ? 2 : 1, 0.01f);
            if (!(fabs((double)net.weights[1][1] - cases[c].wanted[s]) <= 3e-7))
                fail_msg("%s, step %zu: %.9g, not %.9g", optimizer_names[hyper.optimizer], s + 1,
                         (double)net.weights[1][1], cases[c].wanted[s]);
        }
        spec_free(&net);
    }
}

static void exponential_is_within_its_bound(void **unused)
{
    (void)unused;
    double worst = 0;
    for (double z = -87; z < 87; z += 0.0123) {
        const float x = (float)z;
        const double off = fabs((double)spec_exp(x) / exp((double)x) - 1) - 1e-7 * fabs((double)x);
        worst = off <= worst ? worst : off;
    }
    assert_true(worst < 2.5e-7 && worst > 1e-9);
    assert_true(spec_exp(0.0f) == 1.0f && isnan(spec_exp(NAN)) && spec_exp(-INFINITY) < 1.2e-38f);
}

static void initial_weights_are_uniform(void **unused)
{
    (void)unused;
    enum { INPUTS = 100, UNITS = 100, COUNT = (INPUTS + 1) * UNITS };
    static float weights[COUNT], other[COUNT];
    const struct hyperparameters hyper = hyper_default();
    const struct trial trial = trial_of(&hyper, 5, 7);
    random_weights(&trial, 0, INPUTS, UNITS, weights);
    double sum = 0, squares = 0;
    for (size_t k = 0; k < COUNT; k++) {
        assert_true(fabsf(weights[k]) < 0.1f && weights[k] != 0.0f);
        sum += (double)weights[k];
        squares += (double)weights[k] * (double)weights[k];
    }
    const double deviation = 0.1 / sqrt(3.0);
    assert_true(fabs(sum / COUNT) < 5 * deviation / sqrt(COUNT));
    assert_true(fabs(sqrt(squares / COUNT) / deviation - 1) < 0.03);

    /* another repeat, fold, layer, seed or topology has others; the same has the same, whatever else differs */
    const struct {
        uint64_t seed;
        uint32_t hidden1, hidden2, repeat, fold, layer;
        float rate;
        bool same;
    } cases[] = {
        {1, 5, 7, 0, 0, 0, 0.2f, true},  {1, 5, 7, 1, 0, 0, 0.2f, false}, {1, 5, 7, 0, 1, 0, 0.2f, false},
        {1, 5, 7, 0, 0, 1, 0.2f, false}, {2, 5, 7, 0, 0, 0, 0.2f, false}, {1ull << 32, 5, 7, 0, 0, 0, 0.2f, false},
        {1, 7, 5, 0, 0, 0, 0.2f, false}, {1, 5, 7, 0, 0, 0, 9.0f, true},
    };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        struct trial changed = trial_of(&hyper, cases[c].hidden1, cases[c].hidden2);
        changed.hyper.seed = cases[c].seed;
        changed.hyper.learning_rate = cases[c].rate;
        changed.repeat = cases[c].repeat;
        changed.fold = cases[c].fold;
        random_weights(&changed, cases[c].layer, INPUTS, UNITS, other);
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
    const struct hyperparameters hyper = hyper_default();
    const struct trial trial = trial_of(&hyper, 5, 7);
    random_order(&trial, 0, SAMPLES, order);
    for (size_t i = 0; i < SAMPLES; i++) {
        assert_in_range(order[i], 0, SAMPLES - 1);
        assert_int_equal(seen[order[i]]++, 0);
    }
    random_order(&trial, 1, SAMPLES, next);
    assert_memory_not_equal(order, next, sizeof order);
    random_order(&trial, 0, SAMPLES, next);
    assert_memory_equal(order, next, sizeof order);

    /* cells share it; repeats, folds and seeds do not */
    struct trial others[] = {trial_of(&hyper, 6, 8), trial, trial, trial};
    others[1].repeat = 1;
    others[2].fold = 1;
    others[3].hyper.seed = 2;
    for (size_t k = 0; k < sizeof others / sizeof *others; k++) {
        random_order(&others[k], 0, SAMPLES, next);
        assert_int_equal(memcmp(order, next, sizeof order) == 0, k == 0);
        assert_int_equal(random_same_order(&trial, &others[k]), k == 0);
    }

    /* each sample comes first about equally often: chi-squared of 4 degrees of freedom, 0.1 % point 18.5 */
    enum { FEW = 5, DRAWS = 10000 };
    unsigned first[FEW] = {0};
    struct trial seventh = trial;
    seventh.hyper.seed = 7;
    for (uint32_t epoch = 0; epoch < DRAWS; epoch++) {
        random_order(&seventh, epoch, FEW, order);
        first[order[0]]++;
    }
    double chi2 = 0;
    for (size_t i = 0; i < FEW; i++)
        chi2 += pow((double)first[i] - DRAWS / (double)FEW, 2) / (DRAWS / (double)FEW);
    assert_true(chi2 < 18.5);
}

/* By powers of two, which round nothing: the training is that of targets that were scaled by hand, and its errors are
 * those in the targets' own units. */
static void scaled_targets_change_the_units_alone(void **unused)
{
    (void)unused;
    enum { SAMPLES = 8, TARGETS = 2 };
    float x[SAMPLES], own[SAMPLES * TARGETS], by_hand[SAMPLES * TARGETS];
    float shift[] = {16, 0}, divisor[] = {64, 64};
    for (size_t i = 0; i < SAMPLES; i++) {
        x[i] = (float)i / SAMPLES;
        by_hand[i * TARGETS] = (float)(i * i % 8) / 8;
        by_hand[i * TARGETS + 1] = (float)i / 8;
        for (size_t k = 0; k < TARGETS; k++)
            own[i * TARGETS + k] = 64 * by_hand[i * TARGETS + k] + shift[k];
    }
    struct dataset data = {.samples = SAMPLES, .inputs = 1, .targets = TARGETS, .folds = 1, .x = x, .t = own,
                           .splits = {6, 0, 2}, .target_shift = shift, .target_divisor = divisor};
    const struct hyperparameters hyper = hyper_default();
    struct trial trial = trial_of(&hyper, 3, 2);
    struct outcome outcome, same;
    struct error err;
    trial.hyper.epochs = 20;
    assert_int_equal(spec_train(&data, &trial, &outcome, &err), STATUS_OK);
    data.t = by_hand;
    data.target_shift = data.target_divisor = NULL;
    assert_int_equal(spec_train(&data, &trial, &same, &err), STATUS_OK);
    assert_true(same.error[SPLIT_TRAIN] > 0);
    for (int split = 0; split < SPLITS; split += SPLIT_TEST) {
        /* An answer is rounded once: 64 times an output and 16 have fewer bits behind the point. */
        assert_true(fabs(outcome.error[split] / (64 * 64 * same.error[split]) - 1) < 1e-6);
        assert_true(fabs(outcome.spread[split] / (64 * 64 * same.spread[split]) - 1) < 1e-6);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(logistic_is_within_its_bound),
        cmocka_unit_test(logistic_at_the_edges),
        cmocka_unit_test(exponential_is_within_its_bound),
        cmocka_unit_test(activations_are_those_of_the_textbook),
        cmocka_unit_test(gradient_equals_finite_differences),
        cmocka_unit_test(online_goes_down_the_gradient),
        cmocka_unit_test(optimizers_step_as_published),
        cmocka_unit_test(initial_weights_are_uniform),
        cmocka_unit_test(order_is_a_permutation),
        cmocka_unit_test(scaled_targets_change_the_units_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
