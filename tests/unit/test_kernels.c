/* SPDX-License-Identifier: BSD-3-Clause */
/* The kernels against the scalar specification, bit for bit, weights and outputs: random sizes, batches and methods,
 * for each instruction set of this processor and each kernel by itself, whether it would be chosen or not.
 * Usage: test_kernels [CASES [SEED]]: of each kernel, by hand, with each compiler. */
#include "net/isa.h"
#include "net/spec.h"

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
static unsigned long cases = 3;
#else
static unsigned long cases = 25;
#endif
enum { SAMPLES_MAX = 320, STEPS_MAX = 3 };
static const double work_max = 5e6; /* multiply-adds of a case: the specification is slow */

/* 1 … most, each power of two as often as another. */
static uint32_t size_up_to(uint32_t most)
{
    uint32_t limit = most;
    while (limit > 1 && below(3))
        limit /= 2;
    return 1 + below(limit);
}

/* batch: samples of a step, which makes no trial of batches on-line. */
static struct hyperparameters random_hyper(enum serves what, size_t batch)
{
    struct hyperparameters hyper = hyper_default();
    hyper.learning_rate = 0.05f;
    hyper.batch = (uint32_t)(what == SERVES_BATCHES && batch == 1 ? BATCH_ALL : batch);
    hyper.hidden_activation = (enum activation)below(ACTIVATION_SOFTMAX);
    hyper.output_activation = (enum activation)below(ACTIVATIONS);
    if (hyper.output_activation == ACTIVATION_SOFTMAX || (hyper.output_activation == ACTIVATION_LOGISTIC && below(2)))
        hyper.loss = LOSS_CROSS_ENTROPY;
    if (what == SERVES_DESCENT)
        return hyper;
    hyper.optimizer = (enum optimizer)below(OPTIMIZERS);
    hyper.constants.rprop_first = 0.01f;
    hyper.weight_decay = below(2) ? 0.01f : 0.0f;
    hyper.momentum = below(2) || hyper_is_online(&hyper) ? 0.9f : 0.0f;
    return hyper;
}

struct run {
    struct dataset data;
    struct trial trials[LANES_MAX];
    uint32_t orders[LANES_MAX][SAMPLES_MAX];
    enum serves what;
    bool own;
    size_t batch, steps;
};

/* Samples for one to three steps, the last of them on fewer; as few steps and samples as the work allows. */
static void make_run(struct run *run, enum serves what)
{
    struct error err;
    struct dataset *const data = &run->data;
    const uint32_t a = size_up_to(600), b = size_up_to(600);
    *data = (struct dataset){.inputs = size_up_to(1000), .targets = size_up_to(40), .folds = 1};
    const double fit = work_max / (3 * network_weights(data, a, b));
    data->samples = 1 + below(fit < SAMPLES_MAX ? 1 + (uint32_t)fit : SAMPLES_MAX);
    data->splits[SPLIT_TRAIN] = data->samples;
    assert_int_equal(dataset_alloc(data, &err), STATUS_OK);
    for (size_t k = 0; k < data->samples * data->inputs; k++)
        data->x[k] = value();
    for (size_t k = 0; k < data->samples * data->targets; k++)
        data->t[k] = value();
    run->what = what;
    run->batch = what == SERVES_BATCHES ? 1 + below((uint32_t)data->samples) : 1;
    run->steps = (data->samples + run->batch - 1) / run->batch;
    run->steps = run->steps < STEPS_MAX ? run->steps : STEPS_MAX;
    run->own = below(2);
    const struct hyperparameters hyper = random_hyper(what, run->batch);
    for (uint32_t n = 0; n < LANES_MAX; n++) {
        run->trials[n] = (struct trial){.hyper = hyper, .repeat = n};
        run->trials[n].hyper.hidden1 = a - (a > 3 ? below(3) : 0);
        run->trials[n].hyper.hidden2 = b - (b > 3 ? below(3) : 0);
        run->trials[n].hyper.learning_rate *= (float)(1 + n);
        for (size_t s = 0; s < data->samples; s++)
            run->orders[n][s] = run->own || n == 0 ? below((uint32_t)data->samples) : run->orders[0][s];
    }
}

/* Samples of a step. */
static size_t step_samples(const struct run *run, size_t step)
{
    const size_t left = run->data.samples - step * run->batch;
    return left < run->batch ? left : run->batch;
}

/* All steps, in one or two calls. */
static void train_descent(struct run *run, const struct kernel *kernel, struct group *group)
{
    for (size_t done = 0, count; done < run->steps; done += count) {
        const uint32_t *orders[LANES_MAX];
        count = 1 + below((uint32_t)(run->steps - done));
        for (size_t n = 0; n < LANES_MAX; n++)
            orders[n] = run->orders[n] + done;
        kernel->train(group, run->data.x, run->data.t, orders, count);
    }
}

/* All steps, each in up to three portions. */
static void train_steps(struct run *run, const struct kernel *kernel, struct group *group)
{
    for (size_t step = 0; step < run->steps; step++) {
        const size_t count = step_samples(run, step);
        steps_next(&group->steps, group->hyper->optimizer, count);
        for (size_t done = 0, portion; done < count; done += portion) {
            const uint32_t *orders[LANES_MAX];
            const size_t left = count - done;
            portion = below(2) ? left : 1 + below((uint32_t)left);
            for (size_t n = 0; n < LANES_MAX; n++)
                orders[n] = run->orders[n] + step * run->batch + done;
            kernel->batch(group, run->data.x, run->data.t, orders,
                          (struct portion){portion, done == 0, portion == left});
        }
    }
}

static void specified(const struct run *run, size_t n, struct spec_network *net)
{
    struct error err;
    const struct trial *const trial = &run->trials[n];
    assert_int_equal(spec_create(net, &run->data, trial, &err), STATUS_OK);
    for (size_t step = 0; step < run->steps; step++) {
        const size_t count = step_samples(run, step);
        for (size_t s = 0; s < count; s++) {
            const size_t sample = run->orders[n][step * run->batch + s];
            const float *const x = run->data.x + sample * run->data.inputs;
            const float *const t = run->data.t + sample * run->data.targets;
            if (run->what == SERVES_DESCENT)
                spec_online(net, x, t, trial->hyper.learning_rate);
            else
                spec_gradient(net, x, t);
        }
        if (run->what != SERVES_DESCENT)
            spec_step(net, count, trial->hyper.learning_rate);
    }
}

static void assert_weights(const struct group *group, const struct kernel *kernel, size_t slot,
                           const struct spec_network *want)
{
    for (size_t l = 0; l < SPEC_LAYERS; l++) {
        const size_t count = (want->units[l] + 1) * want->units[l + 1];
        float *const got = calloc(count, sizeof *got);
        assert_non_null(got);
        group_weights(group, l, slot, got);
        for (size_t k = 0; k < count; k++)
            if (got[k] != want->weights[l][k])
                fail_msg("%s, Q = %zu: %zu-%zu-%zu-%zu, batch %u, layer %zu, weight %zu: %a, the specification says %a",
                         kernel->isa, kernel->q, want->units[0], want->units[1], want->units[2], want->units[3],
                         want->hyper->batch, l, k, (double)got[k], (double)want->weights[l][k]);
        free(got);
    }
}

/* The outputs of as many samples as the group takes at once. */
static void assert_outputs(struct group *group, const struct kernel *kernel, const struct dataset *data, size_t slot,
                           struct spec_network *want)
{
    const float *x[SAMPLES_MAX];
    enum { L = SPEC_LAYERS - 1 };
    const size_t count = group->samples < data->samples ? group->samples : data->samples;
    for (size_t s = 0; s < count; s++)
        x[s] = data->x + s * data->inputs;
    kernel->forward(group, x, count);
    for (size_t s = 0; s < count; s++) {
        const float *const y = group->y[L] + s * group->row[L + 1];
        spec_forward(want, x[s]);
        for (size_t k = 0; k < data->targets; k++)
            assert_true(y[group_unit(group, k, slot)] == want->outputs[L][k]);
    }
}

static void one_case(struct run *run, const struct kernel *kernel)
{
    struct error err;
    struct group group = {0};
    const size_t count = 1 + below((uint32_t)(kernel->lanes / kernel->q));
    const bool own = run->own && count > 1;
    assert_int_equal(group_reserve(&group, kernel, &run->data, run->trials, count, own, &err), STATUS_OK);
    group_load(&group, kernel, &run->data, run->trials, count, own);
    for (size_t n = 0; n < count; n++)
        group_set_rate(&group, n, run->trials[n].hyper.learning_rate);
    if (run->what == SERVES_DESCENT)
        train_descent(run, kernel, &group);
    else
        train_steps(run, kernel, &group);
    for (size_t turn = 0; turn < 2; turn++) { /* a first and a last network */
        const size_t n = turn * (count - 1);
        struct spec_network want;
        specified(run, n, &want);
        assert_weights(&group, kernel, n, &want);
        if (turn == 0)
            assert_outputs(&group, kernel, &run->data, n, &want);
        spec_free(&want);
        turn += count == 1;
    }
    group_free(&group);
}

static void many_cases(const char *isa)
{
    struct error err;
    const struct kernel *const *kernels;
    assert_int_equal(setenv("NSURF_ISA", isa, 1), 0);
    if (isa_kernels(&kernels, &err) != STATUS_OK) {
        print_message("# this processor has no %s\n", isa);
        skip();
    }
    for (size_t n = 0; kernels[n]; n++)
        for (unsigned long k = 0; k < cases; k++) {
            static struct run run;
            make_run(&run, kernels[n]->serves);
            one_case(&run, kernels[n]);
            dataset_free(&run.data);
        }
}

static void avx512_equals_specification(void **unused)
{
    (void)unused;
    many_cases("avx512");
}

static void avx2_equals_specification(void **unused)
{
    (void)unused;
    many_cases("avx2");
}

static void neon_equals_specification(void **unused)
{
    (void)unused;
    many_cases("neon");
}

static void plain_equals_specification(void **unused)
{
    (void)unused;
    many_cases("plain");
}

int main(int argc, char **argv)
{
    if (argc > 1)
        cases = strtoul(argv[1], NULL, 10);
    if (argc > 2)
        chance_state += strtoul(argv[2], NULL, 10);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(avx512_equals_specification),
        cmocka_unit_test(avx2_equals_specification),
        cmocka_unit_test(neon_equals_specification),
        cmocka_unit_test(plain_equals_specification),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
