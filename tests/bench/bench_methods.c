/* SPDX-License-Identifier: BSD-3-Clause */
/* What other activations, losses and optimizers cost beside the default, on-line and in batches of 32: the processor
 * time of a sample for one network of a full pack, iris, in ns, and how many times the default's it is. For the
 * instruction set that NSURF_ISA names, else the best of the processor. The methods take turns, so that a busy machine
 * slows all of them; the median of the ratios. One thread; pin it to a core:
 *
 *     taskset -c 0 build/release/bench/bench_methods [ROUNDS] */
#define _GNU_SOURCE
#include "net/trainer.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { ROUNDS_MAX = 101, FLOP = 40000000 };

static const struct method {
    const char *name;
    struct hyperparameters change; /* what is not 0 replaces the default's */
} methods[] = {
    {"default", {0}},
    {"tanh", {.hidden_activation = ACTIVATION_TANH}},
    {"relu", {.hidden_activation = ACTIVATION_RELU}},
    {"softmax", {.output_activation = ACTIVATION_SOFTMAX, .loss = LOSS_CROSS_ENTROPY}},
    {"momentum", {.momentum = 0.9f}},
    {"decay", {.weight_decay = 1e-4f}},
    {"rprop", {.optimizer = OPTIMIZER_RPROP}},
    {"adam", {.optimizer = OPTIMIZER_ADAM}},
};

enum { METHODS = sizeof methods / sizeof *methods };

static void must(enum status status, const struct error *err)
{
    if (status != STATUS_OK) {
        fprintf(stderr, "bench_methods: %s\n", err->text);
        exit((int)status);
    }
}

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static struct hyperparameters hyper_of(const struct method *method, uint32_t size, uint32_t batch, uint32_t epochs)
{
    struct hyperparameters hyper = hyper_default();
    hyper.hidden1 = hyper.hidden2 = size;
    hyper.batch = batch;
    hyper.epochs = epochs;
    hyper.learning_rate = 0.001f;
    hyper.momentum = method->change.momentum;
    hyper.weight_decay = method->change.weight_decay;
    hyper.hidden_activation = method->change.hidden_activation;
    hyper.optimizer = method->change.optimizer;
    if (method->change.output_activation) {
        hyper.output_activation = method->change.output_activation;
        hyper.loss = method->change.loss;
    }
    return hyper;
}

/* A sample of one network, in ns. */
static double sample_ns(struct trainer *trainer, const struct dataset *data, const struct hyperparameters *hyper)
{
    struct error err;
    struct trial trials[PACK_MAX];
    struct trial_outcome outcomes[PACK_MAX];
    for (uint32_t n = 0; n < PACK_MAX; n++)
        trials[n] = (struct trial){.hyper = *hyper, .repeat = n};
    must(trainer_load(trainer, trials, PACK_MAX, &err), &err);
    const double start_s = now_s();
    while (!trainer_run(trainer, 1e9))
        trainer_take(trainer, outcomes, PACK_MAX);
    return 1e9 * (now_s() - start_s) / (PACK_MAX * (double)data->splits[SPLIT_TRAIN] * hyper->epochs);
}

static int by_size(const void *one, const void *other)
{
    const double a = *(const double *)one, b = *(const double *)other;
    return (a > b) - (a < b);
}

static double median(double *values, size_t count)
{
    qsort(values, count, sizeof *values, by_size);
    return values[count / 2];
}

static void table(struct trainer *trainer, const struct dataset *data, uint32_t batch, size_t rounds)
{
    static const uint32_t sizes[] = {8, 32, 56};
    static double ns[METHODS][ROUNDS_MAX], ratios[METHODS][ROUNDS_MAX];
    printf(batch == 1 ? "on-line\n" : "batches of %u\n", batch);
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        const double flop = 6.0 * sizes[s] * (sizes[s] + 8) * PACK_MAX * (double)data->splits[SPLIT_TRAIN];
        const uint32_t epochs = (uint32_t)(FLOP / flop) + 20; /* so that little of it is measuring */
        for (size_t r = 0; r < rounds; r++)
            for (size_t m = 0; m < METHODS; m++) {
                const struct hyperparameters hyper = hyper_of(&methods[m], sizes[s], batch, epochs);
                ns[m][r] = sample_ns(trainer, data, &hyper);
                ratios[m][r] = ns[m][r] / ns[0][r];
            }
        printf("  (%u,%u)", sizes[s], sizes[s]);
        for (size_t m = 0; m < METHODS; m++)
            printf("  %s %.0f ns (%.2f)", methods[m].name, median(ns[m], rounds), median(ratios[m], rounds));
        printf("\n");
    }
}

int main(int argc, char **argv)
{
    const unsigned long wanted = argc > 1 ? strtoul(argv[1], NULL, 10) : 11;
    const size_t rounds = wanted < 1 ? 1 : wanted > ROUNDS_MAX ? ROUNDS_MAX : wanted;
    struct error err;
    struct dataset data;
    struct trainer *trainer;
    must(dataset_iris(&data, &err), &err);
    must(trainer_create(&trainer, &data, NULL, 0, &err), &err);
    printf("%s, ", trainer_isa(&err));
    table(trainer, &data, 1, rounds);
    table(trainer, &data, 32, rounds);
    trainer_destroy(trainer);
    dataset_free(&data);
    return 0;
}
