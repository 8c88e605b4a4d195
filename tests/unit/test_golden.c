/* SPDX-License-Identifier: BSD-3-Clause */
/* Golden outcomes: a few trainings whose results are written down to the bit, so that a change of the arithmetic is
 * noticed on any machine and with any compiler, although specification and kernels change together. With --print it
 * writes tests/unit/golden.h anew, unless bits changed and the version of their arithmetic did not. */
#include "net/spec.h"
#include "net/trainer.h"

#include "golden.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ONLINE(s, e, rate, order) .seed = (s), .epochs = (e), .learning_rate = (rate), .shuffle = (order), .batch = 1

/* What the outcomes belong to. data: iris, or one that asks for several chunks, lanes and registers in each layer. */
static const struct golden_case {
    const char *what;
    bool wide_data;
    struct hyperparameters hyper;
    struct trial_key network;
} cases[] = {
    {"the smallest network", false, {ONLINE(1, 100, 0.2f, true)}, {1, 1, 0, 0}},
    {"a small one", false, {ONLINE(1, 100, 0.2f, true)}, {8, 8, 0, 0}},
    {"odd sizes", false, {ONLINE(1, 50, 0.2f, true)}, {33, 17, 0, 0}},
    {"the largest of the default grid", false, {ONLINE(1, 20, 0.2f, true)}, {64, 64, 0, 0}},
    {"the file's order", false, {ONLINE(1, 100, 0.5f, false)}, {5, 3, 0, 0}},
    {"a large seed, a late repeat", false, {ONLINE(0xfedcba9876543210u, 20, 0.2f, true)}, {4, 12, 999999, 0}},
    {"no epoch", false, {ONLINE(1, 0, 0.2f, true)}, {7, 6, 0, 0}},
    {"many inputs and targets, more than one block of registers", true, {ONLINE(2, 20, 0.1f, true)}, {70, 300, 1, 0}},
    {"diverged", true, {ONLINE(2, 20, 3e38f, true)}, {6, 5, 0, 0}},
    {"tanh and linear, momentum, weight decay, batches of 7",
     false,
     {.seed = 3,
      .epochs = 30,
      .learning_rate = 0.1f,
      .rate_decay = 0.05f,
      .shuffle = true,
      .batch = 7,
      .hidden_activation = ACTIVATION_TANH,
      .output_activation = ACTIVATION_LINEAR,
      .weight_decay = 0.001f,
      .momentum = 0.9f},
     {9, 21, 0, 0}},
    {"softsign, RPROP",
     true,
     {.seed = 4,
      .epochs = 40,
      .hidden_activation = ACTIVATION_SOFTSIGN,
      .output_activation = ACTIVATION_LINEAR,
      .weight_range = 0.01f,
      .optimizer = OPTIMIZER_RPROP,
      .constants.rprop_first = 0.01f,
      .constants.rprop_max = 50.0f,
      .constants.rprop_increase = 1.2f,
      .constants.rprop_decrease = 0.5f},
     {20, 18, 2, 0}},
    {"relu, softmax, cross entropy, Adam",
     false,
     {.seed = 5,
      .epochs = 20,
      .learning_rate = 0.01f,
      .shuffle = true,
      .batch = 32,
      .hidden_activation = ACTIVATION_RELU,
      .output_activation = ACTIVATION_SOFTMAX,
      .loss = LOSS_CROSS_ENTROPY,
      .optimizer = OPTIMIZER_ADAM,
      .constants.adam_beta1 = 0.9f,
      .constants.adam_beta2 = 0.999f,
      .constants.adam_epsilon = 1e-8f},
     {17, 5, 0, 0}},
};
enum { CASES = sizeof cases / sizeof *cases, WRITTEN = sizeof golden / sizeof *golden };

/* Values without a pattern, from integers alone. */
static void wide(struct dataset *data)
{
    struct error err;
    *data = (struct dataset){.samples = 10, .inputs = 40, .targets = 20, .splits = {10}};
    assert_int_equal(dataset_alloc(data, &err), STATUS_OK);
    uint32_t state = 1;
    for (size_t k = 0; k < data->samples * (data->inputs + data->targets); k++) {
        state = state * 1664525u + 1013904223u; /* Numerical Recipes' generator */
        const float value = (float)(state >> 16) / 65536.0f;
        if (k < data->samples * data->inputs)
            data->x[k] = value;
        else
            data->t[k - data->samples * data->inputs] = value;
    }
}

static void load(struct dataset *data, const struct golden_case *c)
{
    struct error err;
    if (c->wide_data)
        wide(data);
    else
        assert_int_equal(dataset_iris(data, &err), STATUS_OK);
}

static struct trial trial_of(const struct golden_case *c)
{
    struct trial trial = {.hyper = c->hyper, .repeat = c->network.repeat, .fold = c->network.fold};
    trial.hyper.hidden1 = c->network.hidden1;
    trial.hyper.hidden2 = c->network.hidden2;
    return trial;
}

enum { TEXT = 64 };

/* The parts of the arithmetic that the trial uses, with their versions. */
static const char *arithmetic_of(const struct trial *trial, char text[TEXT])
{
    size_t used = 0;
    for (int split = 0; split < ARITHMETICS; split++)
        if (trial_uses(trial, (enum arithmetic)split))
            used += (size_t)snprintf(text + used, TEXT - used, "%s%s %u", used ? ", " : "", arithmetic_names[split],
                                     arithmetic_versions[split]);
    return text;
}

static struct outcome specified(const struct golden_case *c)
{
    const struct trial trial = trial_of(c);
    struct error err;
    struct dataset data;
    struct outcome outcome;
    load(&data, c);
    assert_int_equal(spec_train(&data, &trial, &outcome, &err), STATUS_OK);
    dataset_free(&data);
    return outcome;
}

static struct outcome trained(const struct golden_case *c)
{
    const struct trial trial = trial_of(c);
    struct error err;
    struct dataset data;
    struct trainer *trainer;
    struct trial_outcome outcome;
    load(&data, c);
    assert_int_equal(trainer_create(&trainer, &data, NULL, 0, &err), STATUS_OK);
    assert_int_equal(trainer_load(trainer, &trial, 1, &err), STATUS_OK);
    while (!trainer_run(trainer, 1e9))
        ;
    assert_int_equal(trainer_take(trainer, &outcome, 1), 1);
    trainer_destroy(trainer);
    dataset_free(&data);
    return outcome.outcome;
}

static bool same(struct outcome got, struct golden want)
{
    return got.epochs == want.epochs && got.status == want.status &&
           (want.status != OUTCOME_OK || memcmp(&got.error[SPLIT_TRAIN], &want.error, sizeof want.error) == 0);
}

static void all_equal_golden(struct outcome (*get)(const struct golden_case *c))
{
    assert_true((int)WRITTEN == (int)CASES);
    for (size_t k = 0; k < CASES && k < WRITTEN; k++) {
        char text[TEXT];
        const struct outcome got = get(&cases[k]);
        const struct trial trial = trial_of(&cases[k]);
        assert_string_equal(arithmetic_of(&trial, text), golden[k].arithmetic);
        if (!same(got, golden[k]))
            fail_msg("%s: error %a status %u, written down is %a, %u: if outcomes are meant to change, raise the "
                     "version of their arithmetic in net/hyperparameters.h and make update-golden",
                     cases[k].what, got.error[SPLIT_TRAIN], got.status, golden[k].error, golden[k].status);
    }
}

static void specification_equals_golden(void **unused)
{
    (void)unused;
    all_equal_golden(specified);
}

static void trainer_equals_golden(void **unused)
{
    (void)unused;
    all_equal_golden(trained);
}

static int print(void)
{
    printf("/* SPDX-License-Identifier: BSD-3-Clause */\n"
           "/* The outcomes of tests/unit/test_golden.c, written by make update-golden. */\n"
           "#include <math.h>\n#include <stdint.h>\n\n"
           "static const struct golden {\n    double error; /* of the training samples */\n"
           "    uint32_t epochs, status;\n    const char *arithmetic;\n} golden[] = {\n");
    for (size_t k = 0; k < CASES; k++) {
        const struct outcome o = specified(&cases[k]);
        const struct trial trial = trial_of(&cases[k]);
        char text[TEXT];
        if (k < WRITTEN && strcmp(arithmetic_of(&trial, text), golden[k].arithmetic) == 0 && !same(o, golden[k])) {
            fprintf(stderr, "%s: another outcome by the same version of the arithmetic; raise it first\n",
                    cases[k].what);
            return 1;
        }
        if (o.status == OUTCOME_OK)
            printf("    {%a, %u, %u, \"%s\"},\n", o.error[SPLIT_TRAIN], o.epochs, o.status,
                   arithmetic_of(&trial, text));
        else
            printf("    {(double)NAN, %u, %u, \"%s\"},\n", o.epochs, o.status, arithmetic_of(&trial, text));
    }
    printf("};\n");
    return 0;
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "--print") == 0)
        return print();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(specification_equals_golden),
        cmocka_unit_test(trainer_equals_golden),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
