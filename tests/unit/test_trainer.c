/* SPDX-License-Identifier: BSD-3-Clause */
/* Every kernel against the scalar specification, bit for bit: random data, settings, topologies, packs and slices, for
 * every instruction set of this processor. */
#include "net/spec.h"
#include "net/trainer.h"

#include <fenv.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "chance.h"

/* Sanitized kernels are not optimized, and take minutes for all cases. */
#ifdef __SANITIZE_ADDRESS__
enum { CASES = 40 };
#else
enum { CASES = 500 };
#endif
enum { ALL_CASES = 500 };

/* All samples for training, or three parts, or folds. */
static void random_split(struct dataset *data)
{
    const uint32_t others = (uint32_t)data->samples - 1;
    data->folds = 1;
    data->splits[SPLIT_TRAIN] = data->samples;
    switch (below(3)) {
    case 0:
        data->splits[SPLIT_TEST] = below(others + 1);
        data->splits[SPLIT_VALIDATION] = below(others + 1 - (uint32_t)data->splits[SPLIT_TEST]);
        data->splits[SPLIT_TRAIN] -= data->splits[SPLIT_TEST] + data->splits[SPLIT_VALIDATION];
        break;
    case 1:
        data->folds = data->samples < 2 ? 1 : 2 + below(others);
    }
}

/* Other units for the targets of each fold; whether they fit the targets makes no difference here. */
static void random_scaling(struct dataset *data)
{
    const size_t count = data->folds * data->targets;
    data->target_shift = calloc(count, sizeof *data->target_shift);
    data->target_divisor = calloc(count, sizeof *data->target_divisor);
    assert_true(data->target_shift && data->target_divisor);
    for (size_t k = 0; k < count; k++) {
        data->target_shift[k] = value();
        data->target_divisor[k] = 0.5f + (float)below(1000) / 100;
    }
}

static void random_data(struct dataset *data)
{
    struct error err;
    *data = (struct dataset){.samples = 1 + below(7)}; /* one after the other, whatever the compiler */
    data->inputs = 1 + below(40);
    data->targets = 1 + below(20);
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
    if (below(3) == 0)
        random_scaling(data);
}

/* Early stopping by some rules, by none now and then; mostly where there are samples for it. */
static struct stopping_rules random_rules(const struct dataset *data)
{
    if (data->splits[SPLIT_VALIDATION] ? below(8) == 0 : below(16) > 0)
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
    hyper->constants.rprop_min = below(2) ? 0.05f : 0.0f;
    hyper->constants.rprop_max = below(2) ? 0.11f : 50.0f;
    if (below(3) == 0) { /* overflows, and may come back: RPROP takes only signs */
        hyper->constants.rprop_first = 1e9f;
        hyper->constants.rprop_max = 3e38f;
        hyper->weight_range = 1e10f;
    }
}

static float random_rate(void)
{
    static const float rates[] = {0.2f, 0.01f, 1.0f, 3.7f, 0.0f, 1e4f, 1e20f, 1e20f, 1e30f, 3e38f};
    return rates[below(below(2) ? 4 : 10)];
}

static struct hyperparameters random_hyper(const struct dataset *data)
{
    struct hyperparameters hyper = hyper_default();
    hyper.stop = random_rules(data);
    hyper.seed = (uint64_t)below(1000000) << below(32);
    hyper.epochs = below(hyper.stop.every ? 30 : 6);
    hyper.learning_rate = random_rate();
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

/* What networks that share registers may have of their own; and now and then what they may not. */
static void vary(struct hyperparameters *hyper)
{
    if (below(2))
        hyper->learning_rate = random_rate();
    if (below(4) == 0)
        hyper->rate_decay = below(2) ? 0.3f : 0.0f;
    if (below(4) == 0)
        hyper->weight_range = below(2) ? 0.7f : 0.0f;
    if (below(8) == 0)
        hyper->momentum = below(2) ? 0.5f : 0.0f;
    if (below(8) == 0)
        hyper->weight_decay = below(2) ? 0.1f : 0.0f;
    if (below(8) == 0)
        hyper->seed = below(3);
    if (below(8) == 0)
        hyper->constants.rprop_increase = 1.3f;
    if (below(8) == 0)
        hyper->constants.adam_beta1 = 0.8f;
    if (below(16) == 0)
        hyper->batch = below(4);
    if (below(16) == 0)
        hyper->hidden_activation = (enum activation)below(ACTIVATION_SOFTMAX);
    if (below(16) == 0)
        hyper->optimizer = (enum optimizer)below(OPTIMIZERS);
}

static bool same(double a, double b)
{
    return a == b || (isnan(a) && isnan(b));
}

static void assert_outcome(const struct outcome *got, const struct outcome *want, const struct trial *trial,
                           const char *isa)
{
    bool right = got->status == want->status && got->epochs == want->epochs;
    for (int split = 0; split < SPLITS; split++)
        right = right && got->misclassified[split] == want->misclassified[split] &&
                same(got->error[split], want->error[split]) && same(got->spread[split], want->spread[split]);
    if (!right)
        fail_msg("%s: (%u,%u) repeat %u, at most %u epochs: error %.17g status %u epochs %u, the specification says "
                 "%.17g, %u, %u",
                 isa, trial->hyper.hidden1, trial->hyper.hidden2, trial->repeat, trial->hyper.epochs,
                 got->error[SPLIT_TRAIN], got->status, got->epochs, want->error[SPLIT_TRAIN], want->status,
                 want->epochs);
}

/* What the cases came upon. */
struct seen {
    unsigned diverged, midway, stopped, rescued; /* midway: before its last epoch; rescued: the state before weights or
                                                  * errors became infinite */
};

static void note(struct seen *seen, const struct dataset *data, const struct trial *trial,
                 const struct outcome *outcome)
{
    struct outcome last;
    struct error err;
    struct trial whole = *trial;
    whole.hyper.stop.every = 0;
    seen->diverged += outcome->status == OUTCOME_DIVERGED;
    seen->midway += outcome->status == OUTCOME_DIVERGED && outcome->epochs < trial->hyper.epochs;
    if (outcome->status == OUTCOME_DIVERGED || outcome->epochs == trial->hyper.epochs)
        return;
    assert_int_equal(spec_train(data, &whole, &last, &err), STATUS_OK);
    seen->stopped++;
    seen->rescued += last.status == OUTCOME_DIVERGED;
}

/* Where no training ends early and each is measured once: all operations are counted, however large a slice was asked
 * for. */
static void assert_flop(const struct trainer *trainer, const struct dataset *data, const struct trial *trials,
                        size_t count)
{
    double trained = 0, want = 0;
    for (size_t n = 0; n < count; n++) {
        const uint32_t fold = trials[n].fold;
        double samples = (double)dataset_count(data, SPLIT_TRAIN, fold) * trials[n].hyper.epochs;
        trained += training_flop(data, &trials[n]);
        for (int split = 0; split < SPLITS; split++)
            samples += (double)dataset_count(data, (enum split)split, fold);
        want += 6 * network_weights(data, trials[n].hyper.hidden1, trials[n].hyper.hidden2) * samples;
    }
    assert_true(fabs(trainer_flop(trainer) - want) <= 1e-9 * want);
    assert_true(fabs(trainer_trained(trainer) - trained) <= 1e-9 * trained);
}

enum { LIMITS_MAX = 31 };

/* Random numbers of epochs, ascending, the last of them `most`; 0 for none but that. Returns how many. */
static size_t random_limits(uint32_t most, uint32_t limits[LIMITS_MAX])
{
    size_t count = 0;
    if (below(2))
        return 0;
    for (uint32_t epochs = 0; epochs < most; epochs++)
        if (below(3) == 0)
            limits[count++] = epochs;
    limits[count++] = most;
    return count;
}

/* A pack, and what its trials come to. */
struct run {
    struct dataset data;
    struct trial trials[PACK_MAX];
    size_t count;
    uint32_t limits[LIMITS_MAX];
    size_t limit_count;
    struct outcome outcomes[PACK_MAX][LIMITS_MAX];
    unsigned seen[PACK_MAX][LIMITS_MAX];
};

static void make_run(struct run *run)
{
    random_data(&run->data);
    const uint32_t folds = (uint32_t)run->data.folds;
    const bool alike = below(2); /* one order for all, as a rule */
    run->count = 1 + below(PACK_MAX);
    run->trials[0] = (struct trial){.hyper = random_hyper(&run->data), .repeat = below(3), .fold = below(folds)};
    run->trials[0].hyper.hidden1 = 1 + below(66);
    run->trials[0].hyper.hidden2 = 1 + below(66);
    for (size_t n = 1; n < run->count; n++) {
        struct trial *const trial = &run->trials[n];
        *trial = run->trials[alike ? n - 1 : 0];
        trial->hyper.hidden1 = random_hidden(run->trials[0].hyper.hidden1);
        trial->hyper.hidden2 = random_hidden(run->trials[0].hyper.hidden2);
        if (!alike || below(8) == 0)
            trial->repeat = below(5);
        if (below(4) == 0)
            trial->fold = below(folds);
        if (below(2))
            vary(&trial->hyper);
    }
    run->limit_count = random_limits(run->trials[0].hyper.epochs, run->limits);
}

static void take(struct run *run, struct trainer *trainer)
{
    static size_t most; /* not drawn: the cases must not depend on how often outcomes are there */
    struct trial_outcome taken[PACK_MAX];
    most = (most + 5) % PACK_MAX;
    for (size_t count; (count = trainer_take(trainer, taken, 1 + most)) > 0;)
        for (size_t i = 0; i < count; i++) {
            const uint32_t member = taken[i].member;
            size_t limit = 0;
            assert_true(member < run->count);
            while (limit < run->limit_count && run->limits[limit] != taken[i].epochs)
                limit++;
            assert_true(run->limit_count ? limit < run->limit_count : taken[i].epochs == run->trials[0].hyper.epochs);
            run->outcomes[member][limit] = taken[i].outcome;
            run->seen[member][limit]++;
        }
}

static void judge(const struct run *run, const char *isa, struct seen *seen, const struct trainer *trainer)
{
    struct error err;
    const uint64_t most = (uint64_t)run->count * run->trials[0].hyper.epochs;
    bool whole = run->limit_count == 0;
    for (size_t n = 0; n < run->count; n++)
        for (size_t limit = 0; limit < run->limit_count || limit == 0; limit++) {
            struct outcome want;
            struct trial trial = run->trials[n];
            trial.hyper.epochs = run->limit_count ? run->limits[limit] : trial.hyper.epochs;
            assert_int_equal(run->seen[n][limit], 1);
            assert_int_equal(spec_train(&run->data, &trial, &want, &err), STATUS_OK);
            assert_outcome(&run->outcomes[n][limit], &want, &trial, isa);
            note(seen, &run->data, &trial, &want);
            whole = whole && want.status == OUTCOME_OK && trial.hyper.stop.every == 0;
        }
    assert_true(trainer_passes(trainer) <= most);
    if (whole) {
        assert_int_equal(trainer_passes(trainer), most);
        assert_flop(trainer, &run->data, run->trials, run->count);
    }
}

static void one_run(struct run *run, const char *isa, struct seen *seen)
{
    struct error err;
    struct trainer *trainer;
    assert_int_equal(trainer_create(&trainer, &run->data, run->limits, run->limit_count, &err), STATUS_OK);
    const int rounds = 1 + (below(4) == 0); /* a used trainer must forget the pack before */
    for (int round = 0; round < rounds; round++) {
        memset(run->seen, 0, sizeof run->seen);
        assert_int_equal(trainer_load(trainer, run->trials, run->count, &err), STATUS_OK);
        const double slice = below(2) ? 1e12 : 1e4 * below(1000);
        unsigned slices = 0;
        while (!trainer_run(trainer, slice)) {
            take(run, trainer);
            assert_in_range(slices++, 0, 1000000);
        }
        take(run, trainer);
    }
    judge(run, isa, seen, trainer);
    trainer_destroy(trainer);
    dataset_free(&run->data);
}

static void one_case(const char *isa, struct seen *seen)
{
    struct run run = {0};
    make_run(&run);
    one_run(&run, isa, seen);
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
    print_message("# %s: %u diverged, %u of these midway; %u with an early best state, %u of these before they "
                  "diverged\n",
                  isa, seen.diverged, seen.midway, seen.stopped, seen.rescued);
    if (cases == ALL_CASES) /* else no case reached that path */
        assert_true(seen.midway > 0 && seen.stopped > 0 && seen.rescued > 0);
}

/* Cases in which what a group went on to train once changed when a network that had stopped had diverged. */
static void stopped_networks_are_left_alone(void **unused)
{
    (void)unused;
    struct seen seen = {0};
    const uint64_t before = chance_state;
    assert_int_equal(unsetenv("NSURF_ISA"), 0);
    chance_state = 8709371129873690709u;
    for (int k = 0; k < CASES; k++)
        one_case(trainer_isa(NULL), &seen);
    chance_state = before;
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
    many_cases("plain", CASES);
}

/* Batches of more samples than are computed together, in slices that end anywhere: for packs of one network, and of
 * many. */
static void batches_of_many_samples(void **unused)
{
    (void)unused;
    static const uint32_t batches[] = {BATCH_ALL, 650, 300, 64};
    enum { SAMPLES = 700, MANY = 5 };
    struct error err;
    for (size_t b = 0; b < sizeof batches / sizeof *batches; b++)
        for (size_t count = 1; count <= PACK_MAX; count += MANY) {
            static struct run run;
            memset(&run, 0, sizeof run);
            run.data = (struct dataset){.samples = SAMPLES, .inputs = 3, .targets = 2, .folds = 1, .splits = {SAMPLES}};
            assert_int_equal(dataset_alloc(&run.data, &err), STATUS_OK);
            for (size_t k = 0; k < SAMPLES * run.data.inputs; k++)
                run.data.x[k] = value();
            for (size_t k = 0; k < SAMPLES * run.data.targets; k++)
                run.data.t[k] = value();
            for (run.count = 0; run.count < count; run.count++) {
                run.trials[run.count] = (struct trial){.hyper = hyper_default(), .repeat = (uint32_t)run.count};
                run.trials[run.count].hyper.hidden1 = 33;
                run.trials[run.count].hyper.hidden2 = 20;
                run.trials[run.count].hyper.epochs = 2;
                run.trials[run.count].hyper.batch = batches[b];
            }
            one_run(&run, "this processor's", &(struct seen){0});
        }
}

/* Of 64 networks that stop early, each when it will, in packs: hardly a lane is left to those that have stopped. */
static void early_stopping_leaves_lanes_busy(void **unused)
{
    (void)unused;
    static const char *const isas[] = {"avx512", "avx2", "neon"};
    enum { NETWORKS = 64 };
    struct error err;
    struct dataset data = {.samples = 120, .inputs = 9, .targets = 3, .folds = 1, .splits = {80, 40, 0}};
    assert_int_equal(dataset_alloc(&data, &err), STATUS_OK);
    for (size_t k = 0; k < data.samples * data.inputs; k++)
        data.x[k] = value();
    for (size_t k = 0; k < data.samples * data.targets; k++)
        data.t[k] = value();
    for (size_t i = 0; i < sizeof isas / sizeof *isas; i++) {
        struct trainer *trainer;
        assert_int_equal(setenv("NSURF_ISA", isas[i], 1), 0);
        if (!trainer_isa(&err))
            continue;
        assert_int_equal(trainer_create(&trainer, &data, NULL, 0, &err), STATUS_OK);
        uint32_t shortest = UINT32_MAX, longest = 0;
        for (uint32_t first = 0; first < NETWORKS; first += PACK_MAX) {
            struct trial trials[PACK_MAX];
            struct trial_outcome taken[PACK_MAX];
            for (uint32_t n = 0; n < PACK_MAX; n++) {
                trials[n] = (struct trial){.hyper = hyper_default(), .repeat = first + n};
                trials[n].hyper.hidden1 = 16;
                trials[n].hyper.hidden2 = 8;
                trials[n].hyper.epochs = 3000;
                trials[n].hyper.stop = (struct stopping_rules){.every = 2, .patience = 4};
            }
            assert_int_equal(trainer_load(trainer, trials, PACK_MAX, &err), STATUS_OK);
            while (!trainer_finished(trainer)) {
                trainer_run(trainer, 1e9);
                for (size_t count = trainer_take(trainer, taken, PACK_MAX), k = 0; k < count; k++) {
                    shortest = taken[k].outcome.epochs < shortest ? taken[k].outcome.epochs : shortest;
                    longest = taken[k].outcome.epochs > longest ? taken[k].outcome.epochs : longest;
                }
            }
        }
        print_message("# %s: best states after %u to %u epochs, %.1f %% of the lanes busy\n", isas[i], shortest,
                      longest, 100 * trainer_busy(trainer));
        assert_true(longest > 2 * shortest);
        assert_true(trainer_busy(trainer) >= 0.85);
        trainer_destroy(trainer);
    }
    assert_int_equal(unsetenv("NSURF_ISA"), 0);
    dataset_free(&data);
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

static struct trial trial_of(uint32_t hidden1, uint32_t hidden2, uint32_t repeat)
{
    struct trial trial = {.hyper = hyper_default(), .repeat = repeat};
    trial.hyper.hidden1 = hidden1;
    trial.hyper.hidden2 = hidden2;
    trial.hyper.epochs = 20;
    return trial;
}

static void one_case_of_weights(const struct dataset *data, const struct trial *trial)
{
    struct error err;
    struct trial_outcome outcome;
    struct trainer *trainer;
    struct spec_network net;
    assert_int_equal(spec_create(&net, data, trial, &err), STATUS_OK);
    assert_int_equal(trainer_create(&trainer, data, NULL, 0, &err), STATUS_OK);
    assert_int_equal(trainer_load(trainer, trial, 1, &err), STATUS_OK);
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
    assert_int_equal(trainer_take(trainer, &outcome, 1), 1);
    assert_int_equal(outcome.outcome.status, OUTCOME_OK);
    assert_true(error_of(&net, data) == outcome.outcome.error[SPLIT_TRAIN]);
    trainer_destroy(trainer);
    spec_free(&net);
}

static void weights_are_those_measured(void **unused)
{
    (void)unused;
    static const char *const isas[] = {"avx512", "avx2", "neon", "plain"};
    static const uint32_t networks[][3] = {{1, 1, 0}, {3, 2, 5}, {4, 17, 1}, {33, 65, 0}, {70, 8, 2}};
    struct error err;
    struct dataset data;
    assert_int_equal(dataset_iris(&data, &err), STATUS_OK);
    for (size_t i = 0; i < sizeof isas / sizeof *isas; i++) {
        assert_int_equal(setenv("NSURF_ISA", isas[i], 1), 0);
        for (size_t n = 0; trainer_isa(&err) && n < sizeof networks / sizeof *networks; n++) {
            const struct trial trial = trial_of(networks[n][0], networks[n][1], networks[n][2]);
            one_case_of_weights(&data, &trial);
        }
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

static void floating_point_environment_is_set(void **unused)
{
    (void)unused;
    struct error err;
    struct dataset data;
    struct trainer *trainer;
    assert_int_equal(dataset_iris(&data, &err), STATUS_OK);
    assert_int_equal(fesetround(FE_UPWARD), 0);
    assert_int_equal(trainer_create(&trainer, &data, NULL, 0, &err), STATUS_OK);
    assert_int_equal(fegetround(), FE_TONEAREST);
    trainer_destroy(trainer);
    dataset_free(&data);
}

/* The choice, as on processors that have less than this one. */
static void hidden_isas_are_not_chosen(void **unused)
{
    (void)unused;
    struct error err;
    assert_int_equal(unsetenv("NSURF_ISA"), 0);
    assert_int_equal(unsetenv("NSURF_HIDE_ISA"), 0);
    const bool has_avx512 = strcmp(trainer_isa(&err), "avx512") == 0;
    assert_int_equal(setenv("NSURF_HIDE_ISA", "avx512", 1), 0);
    const bool has_avx2 = strcmp(trainer_isa(&err), "avx2") == 0;
    assert_true(strcmp(trainer_isa(&err), "avx512") != 0);
    assert_true(has_avx2 || !has_avx512); /* no processor has AVX-512 alone */
    assert_int_equal(setenv("NSURF_ISA", "avx512", 1), 0);
    assert_null(trainer_isa(&err));
    assert_non_null(strstr(err.text, "this processor has no avx512"));
    assert_int_equal(unsetenv("NSURF_ISA"), 0);
    assert_int_equal(setenv("NSURF_HIDE_ISA", "neon,avx2,avx512,plain", 1), 0);
    assert_string_equal(trainer_isa(&err), "plain");
    assert_int_equal(setenv("NSURF_HIDE_ISA", "avx2", 1), 0);
    assert_int_equal(strcmp(trainer_isa(&err), "avx512") == 0, has_avx512);
    assert_int_equal(unsetenv("NSURF_HIDE_ISA"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stopped_networks_are_left_alone),
        cmocka_unit_test(avx512_equals_specification), cmocka_unit_test(avx2_equals_specification),
        cmocka_unit_test(neon_equals_specification),   cmocka_unit_test(plain_equals_specification),
        cmocka_unit_test(weights_are_those_measured),  cmocka_unit_test(batches_of_many_samples),
        cmocka_unit_test(early_stopping_leaves_lanes_busy),
        cmocka_unit_test(hidden_isas_are_not_chosen),  cmocka_unit_test(floating_point_environment_is_set),
        cmocka_unit_test(unknown_isa_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
