/* SPDX-License-Identifier: BSD-3-Clause */
/* Every kernel against the scalar specification, bit for bit: random data, settings, topologies, packs and slices, for
 * every instruction set of this processor. */
#include "net/spec.h"
#include "net/trainer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { CASES = 500, PLAIN_CASES = 500 };

/* A small generator of its own, so that the tests do not lean on what they test (Marsaglia's xorshift). */
static uint64_t state = 88172645463325252u;

static uint32_t below(uint32_t limit)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)(state >> 32) % limit;
}

static float value(void)
{
    return (float)below(20001) / 10000.0f - 1.0f;
}

/* All samples for training, or three parts, or folds. */
static void random_split(struct dataset *data)
{
    const uint32_t others = (uint32_t)data->samples - 1;
    data->folds = 1;
    data->parts[PART_TRAIN] = data->samples;
    switch (below(3)) {
    case 0:
        data->parts[PART_TEST] = below(others + 1);
        data->parts[PART_VALIDATION] = below(others + 1 - (uint32_t)data->parts[PART_TEST]);
        data->parts[PART_TRAIN] -= data->parts[PART_TEST] + data->parts[PART_VALIDATION];
        break;
    case 1:
        data->folds = data->samples < 2 ? 1 : 2 + below(others);
    }
}

static void random_data(struct dataset *data)
{
    struct error err;
    *data = (struct dataset){.samples = 1 + below(7), .inputs = 1 + below(40), .targets = 1 + below(20)};
    if (below(4))
        data->inputs = 1 + below(4);
    if (below(4))
        data->targets = 1 + below(4);
    assert_int_equal(dataset_alloc(data, &err), STATUS_OK);
    for (size_t k = 0; k < data->samples * data->inputs; k++)
        data->x[k] = value();
    for (size_t k = 0; k < data->samples * data->targets; k++)
        data->t[k] = value();
    if (below(16) == 0) { /* far below what a unit can reach: weights grow until they are infinite, soon or late */
        for (size_t k = 0; k < data->samples * data->targets; k++)
            data->t[k] = -1e30f;
    } else if (below(2)) { /* classes, where there are two */
        memset(data->t, 0, data->samples * data->targets * sizeof *data->t);
        for (size_t s = 0; s < data->samples; s++)
            data->t[s * data->targets + below((uint32_t)data->targets)] = 1.0f;
    }
    random_split(data);
}

/* Early stopping by some rules, by none now and then; mostly where there are samples for it. */
static struct stopping_rules random_rules(const struct dataset *data)
{
    if (data->parts[PART_VALIDATION] ? below(8) == 0 : below(16) > 0)
        return (struct stopping_rules){0};
    return (struct stopping_rules){.every = 1 + below(5),
                                   .gl = below(3) ? 0 : 0.1 * (1 + below(50)),
                                   .pq = below(3) ? 0 : 0.01 * (1 + below(100)),
                                   .progress = below(3) ? 0 : 0.1 * (1 + below(100)),
                                   .up = below(3) ? 0 : 1 + below(3),
                                   .patience = below(3) ? 0 : 1 + below(4)};
}

/* Other activations, losses and optimizers than the defaults. */
static void random_method(struct hyperparameters *hyper)
{
    hyper->hidden_activation = (enum activation)below(ACTIVATION_SOFTMAX);
    hyper->output_activation = (enum activation)below(ACTIVATIONS);
    const enum activation output = hyper->output_activation;
    hyper->loss = output == ACTIVATION_SOFTMAX || (output == ACTIVATION_LOGISTIC && below(2)) ? LOSS_CROSS_ENTROPY
                                                                                              : LOSS_SQUARED;
    hyper->batch = below(8);
    hyper->optimizer = (enum optimizer)below(OPTIMIZERS);
    hyper->weight_range = below(2) ? value() * value() : 0.0f;
    hyper->weight_decay = below(2) ? 0.01f : 0.0f;
    hyper->rate_decay = below(2) ? 0.1f : 0.0f;
    hyper->momentum = below(2) ? 0.9f : 0.0f;
    hyper->rprop_min = below(2) ? 0.05f : 0.0f;
    hyper->rprop_max = below(2) ? 0.11f : 50.0f;
    if (below(3) == 0) { /* overflows, and may come back: RPROP takes only signs */
        hyper->rprop_first = 1e9f;
        hyper->rprop_max = 3e38f;
        hyper->weight_range = 1e10f;
    }
}

static struct hyperparameters random_training(const struct dataset *data)
{
    static const float rates[] = {0.2f, 0.01f, 1.0f, 3.7f, 0.0f, 1e4f, 1e20f, 1e20f, 1e30f, 3e38f};
    struct hyperparameters hyper = hyper_default();
    hyper.stop = random_rules(data);
    hyper.seed = (uint64_t)below(1000000) << below(32);
    hyper.epochs = below(hyper.stop.every ? 30 : 6);
    hyper.learning_rate = rates[below(below(2) ? 4 : 10)];
    hyper.shuffle = below(2);
    if (below(2))
        random_method(&hyper);
    return hyper;
}

static uint32_t random_hidden(uint32_t near)
{
    switch (below(4)) {
    case 0:
        return 1 + below(8);
    case 1:
        return 1 + below(70);
    default: /* like its neighbour, as packs are made */
        return near + below(4);
    }
}

static void assert_outcome(const struct outcome *got, const struct outcome *want, const struct network *network,
                           const char *isa)
{
    bool same = got->status == want->status && got->epochs == want->epochs;
    for (int part = 0; part < PARTS; part++)
        same = same && got->wrong[part] == want->wrong[part] &&
               (got->error[part] == want->error[part] || (isnan(got->error[part]) && isnan(want->error[part])));
    if (!same)
        fail_msg("%s: (%u,%u) repeat %u: error %.17g status %u epochs %u, the specification says %.17g, %u, %u", isa,
                 network->hidden1, network->hidden2, network->repeat, got->error[PART_TRAIN], got->status, got->epochs,
                 want->error[PART_TRAIN], want->status, want->epochs);
}

/* What the cases came upon. */
struct seen {
    unsigned diverged, stopped, rescued; /* rescued: the state before weights or errors became infinite */
};

static void note(struct seen *seen, const struct dataset *data, const struct hyperparameters *hyper,
                 const struct network *network, const struct outcome *outcome)
{
    struct outcome last;
    struct error err;
    struct hyperparameters whole = *hyper;
    whole.stop.every = 0;
    seen->diverged += outcome->status == OUTCOME_DIVERGED;
    if (outcome->status == OUTCOME_DIVERGED || outcome->epochs == hyper->epochs)
        return;
    assert_int_equal(spec_train(data, &whole, network, &last, &err), STATUS_OK);
    seen->stopped++;
    seen->rescued += last.status == OUTCOME_DIVERGED;
}

/* Without early stopping: all operations are counted, however large a slice was asked for. */
static void assert_flop(const struct trainer *trainer, const struct dataset *data, const struct hyperparameters *hyper,
                        const struct network *networks, size_t count)
{
    double trained = 0, want = 0;
    for (size_t n = 0; n < count; n++) {
        const uint32_t fold = networks[n].fold;
        double samples = (double)dataset_count(data, PART_TRAIN, fold) * hyper->epochs;
        trained += training_flop(data, hyper, &networks[n]);
        for (int part = 0; part < PARTS; part++)
            samples += (double)dataset_count(data, (enum part)part, fold);
        want += 6 * network_weights(data, networks[n].hidden1, networks[n].hidden2) * samples;
    }
    assert_true(fabs(trainer_flop(trainer) - want) <= 1e-9 * want);
    assert_true(fabs(trainer_trained(trainer) - trained) <= 1e-9 * trained);
}

static void one_case(const char *isa, struct seen *seen)
{
    struct error err;
    struct dataset data;
    random_data(&data);
    const struct hyperparameters hyper = random_training(&data);
    struct network networks[PACK_MAX];
    const size_t count = 1 + below(PACK_MAX);
    const uint32_t folds = (uint32_t)data.folds;
    networks[0] = (struct network){1 + below(66), 1 + below(66), below(3), below(folds)};
    for (size_t n = 1; n < count; n++)
        networks[n] = (struct network){random_hidden(networks[0].hidden1), random_hidden(networks[0].hidden2), below(5),
                                       below(4) ? networks[n - 1].fold : below(folds)};

    struct trainer *trainer;
    assert_int_equal(trainer_create(&trainer, &data, &hyper, &err), STATUS_OK);
    const int rounds = 1 + (below(4) == 0); /* a used trainer must forget the pack before */
    for (int round = 0; round < rounds; round++) {
        assert_int_equal(trainer_load(trainer, networks, count, &err), STATUS_OK);
        const double slice = below(2) ? 1e12 : 1e4 * below(1000);
        unsigned slices = 0;
        while (!trainer_run(trainer, slice))
            assert_in_range(slices++, 0, 1000000);
    }
    if (hyper.stop.every == 0)
        assert_flop(trainer, &data, &hyper, networks, count);
    struct outcome outcomes[PACK_MAX];
    trainer_outcomes(trainer, outcomes);
    const uint64_t most = (uint64_t)count * hyper.epochs;
    uint64_t least = hyper.stop.every ? 0 : most; /* no less than up to the states that came out */
    for (size_t n = 0; n < count; n++)
        least += hyper.stop.every ? outcomes[n].epochs : 0;
    assert_true(trainer_passes(trainer) >= least && trainer_passes(trainer) <= most);
    for (size_t n = 0; n < count; n++) {
        struct outcome want;
        assert_int_equal(spec_train(&data, &hyper, &networks[n], &want, &err), STATUS_OK);
        assert_outcome(&outcomes[n], &want, &networks[n], isa);
        note(seen, &data, &hyper, &networks[n], &want);
    }
    trainer_destroy(trainer);
    dataset_free(&data);
}

static void many_cases(const char *isa, int cases)
{
    struct error err;
    assert_int_equal(setenv("NSURF_ISA", isa, 1), 0);
    const char *const picked = trainer_isa(&err);
    if (!picked) {
        print_message("# this processor has no %s\n", isa);
        skip();
    }
    assert_string_equal(picked, isa);
    struct seen seen = {0};
    for (int k = 0; k < cases; k++)
        one_case(isa, &seen);
    print_message("# %s: %u diverged, %u with an early best state, %u of these before they diverged\n", isa,
                  seen.diverged, seen.stopped, seen.rescued);
    assert_true(seen.diverged > 0 && seen.stopped > 0 && seen.rescued > 0); /* else no case reached that path */
}

static void avx512_equals_specification(void **unused)
{
    (void)unused;
    many_cases("avx512", CASES);
}

static void avx2_equals_specification(void **unused)
{
    (void)unused;
    many_cases("avx2", CASES);
}

static void neon_equals_specification(void **unused)
{
    (void)unused;
    many_cases("neon", CASES);
}

static void plain_equals_specification(void **unused)
{
    (void)unused;
    many_cases("plain", PLAIN_CASES);
}

/* The error that a network of these weights has, as the specification computes it. */
static double error_of(struct spec_network *net, const struct dataset *data)
{
    double sum = 0;
    for (size_t s = 0; s < data->samples; s++) {
        spec_forward(net, data->x + s * data->inputs);
        for (size_t k = 0; k < data->targets; k++) {
            const double e = (double)net->outputs[SPEC_LAYERS - 1][k] - (double)data->t[s * data->targets + k];
            sum += e * e;
        }
    }
    return sum / ((double)data->samples * (double)data->targets);
}

static void one_case_of_weights(const struct dataset *data, const struct network *network)
{
    struct hyperparameters hyper = hyper_default();
    hyper.epochs = 20;
    struct error err;
    struct outcome outcome;
    struct trainer *trainer;
    struct spec_network net;
    assert_int_equal(spec_create(&net, data, &hyper, network, &err), STATUS_OK);
    assert_int_equal(trainer_create(&trainer, data, &hyper, &err), STATUS_OK);
    assert_int_equal(trainer_load(trainer, network, 1, &err), STATUS_OK);
    for (size_t l = 0; l < SPEC_LAYERS; l++) {
        const size_t count = (net.units[l] + 1) * net.units[l + 1];
        float *const initial = calloc(count, sizeof *initial);
        assert_non_null(initial);
        trainer_weights(trainer, l, initial);
        assert_memory_equal(initial, net.weights[l], count * sizeof *initial);
        free(initial);
    }
    while (!trainer_run(trainer, 1e9))
        ;
    for (size_t l = 0; l < SPEC_LAYERS; l++)
        trainer_weights(trainer, l, net.weights[l]);
    trainer_outcomes(trainer, &outcome);
    assert_int_equal(outcome.status, OUTCOME_OK);
    assert_true(error_of(&net, data) == outcome.error[PART_TRAIN]);
    trainer_destroy(trainer);
    spec_free(&net);
}

static void weights_are_those_measured(void **unused)
{
    (void)unused;
    static const char *const isas[] = {"avx512", "avx2", "neon", "plain"};
    static const struct network networks[] = {{1, 1, 0, 0}, {3, 2, 5, 0}, {4, 17, 1, 0}, {33, 65, 0, 0}, {70, 8, 2, 0}};
    struct error err;
    struct dataset data;
    assert_int_equal(dataset_iris(&data, &err), STATUS_OK);
    for (size_t i = 0; i < sizeof isas / sizeof *isas; i++) {
        assert_int_equal(setenv("NSURF_ISA", isas[i], 1), 0);
        for (size_t n = 0; trainer_isa(&err) && n < sizeof networks / sizeof *networks; n++)
            one_case_of_weights(&data, &networks[n]);
    }
    dataset_free(&data);
}

static void unknown_isa_is_refused(void **unused)
{
    (void)unused;
    struct error err;
    assert_int_equal(setenv("NSURF_ISA", "mmx", 1), 0);
    assert_null(trainer_isa(&err));
    assert_int_equal(err.status, STATUS_USAGE);
    assert_non_null(strstr(err.text, "mmx"));
    assert_int_equal(setenv("NSURF_ISA", "", 1), 0);
    assert_non_null(trainer_isa(&err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(avx512_equals_specification), cmocka_unit_test(avx2_equals_specification),
        cmocka_unit_test(neon_equals_specification),   cmocka_unit_test(plain_equals_specification),
        cmocka_unit_test(weights_are_those_measured),  cmocka_unit_test(unknown_isa_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
