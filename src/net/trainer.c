/* SPDX-License-Identifier: BSD-3-Clause */
/* The trainer; see trainer.h. A pack is trained group by group: as many networks as the lanes of the chosen kernel
 * hold run through all epochs and the final measurement of the error, then the next. */
#include "net/trainer.h"

#include "base/mem.h"
#include "net/isa.h"
#include "net/random.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct trainer {
    const struct dataset *data;
    const struct training *training;
    const struct kernel *const *kernels; /* the largest Q first */
    uint32_t *order;                     /* [samples] of this epoch, NULL for the file's order */
    double level1_bytes, level2_bytes;   /* of the caches, for the weights of a group */

    struct network networks[PACK_MAX];
    struct outcome outcomes[PACK_MAX];
    size_t count; /* networks in the pack */

    const struct kernel *kernel; /* of the group in training */
    struct group group;
    size_t first;           /* the group's first network in the pack */
    uint32_t epoch;         /* in progress; equal to training->epochs while the error is measured */
    size_t sample;          /* done of this epoch, or of the measurement */
    double sums[LANES_MAX]; /* squared errors so far */
};

double training_flop(const struct dataset *data, const struct training *training, const struct network *network)
{
    const double a = network->hidden1, b = network->hidden2;
    const double weights = ((double)data->inputs + 1) * a + (a + 1) * b + (b + 1) * (double)data->targets;
    return 6 * weights * (double)data->samples * (double)training->epochs;
}

const char *trainer_isa(struct error *err)
{
    const struct kernel *const *kernels;
    return isa_kernels(&kernels, err) == STATUS_OK ? kernels[0]->isa : NULL;
}

/* What weights may take of the first-level data cache, beside the activations and the data, and of the second, which
 * holds much else; of 32 KiB and 512 KiB where the system does not tell. */
static void measure_caches(struct trainer *t)
{
    long level1 = 0, level2 = 0;
#ifdef _SC_LEVEL1_DCACHE_SIZE
    level1 = sysconf(_SC_LEVEL1_DCACHE_SIZE);
#endif
#ifdef _SC_LEVEL2_CACHE_SIZE
    level2 = sysconf(_SC_LEVEL2_CACHE_SIZE);
#endif
    t->level1_bytes = 0.9 * (level1 > 0 ? (double)level1 : 32768.0);
    t->level2_bytes = 0.45 * (level2 > 0 ? (double)level2 : 524288.0);
}

enum status trainer_create(struct trainer **trainer, const struct dataset *data, const struct training *training,
                           struct error *err)
{
    const struct kernel *const *kernels;
    const enum status status = isa_kernels(&kernels, err);
    if (status != STATUS_OK)
        return status;
    struct trainer *const t = mem_array(1, sizeof *t);
    if (!t)
        return error_memory(err, "the trainer");
    t->data = data;
    t->training = training;
    t->kernels = kernels;
    measure_caches(t);
    if (training->shuffle) {
        t->order = mem_array(data->samples, sizeof *t->order);
        if (!t->order) {
            trainer_destroy(t);
            return error_memory(err, "the order of the samples");
        }
    }
    *trainer = t;
    return STATUS_OK;
}

void trainer_destroy(struct trainer *trainer)
{
    if (!trainer)
        return;
    group_free(&trainer->group);
    free(trainer->order);
    free(trainer);
}

static size_t group_size(const struct trainer *t, const struct kernel *kernel)
{
    const size_t slots = kernel->lanes / kernel->q, left = t->count - t->first;
    return left < slots ? left : slots;
}

/* Cycles for each register of weights, by where they are kept; as much as from beyond the second-level cache where a
 * row of the second layer has more registers than the kernels unroll. */
static double weight_cycles(const struct trainer *t, double bytes, size_t row)
{
    const double level1 = 2.3, level2 = 3.1, slowest = 3.9;
    enum { UNROLLED = 16 };
    if (row > UNROLLED || bytes > t->level2_bytes)
        return slowest;
    return bytes > t->level1_bytes ? level2 : level1;
}

/* What a sample costs a network of the next group, in cycles: a part for the dependent steps, longer with each halving
 * of the networks in a register, as sums then move between lanes; a part for each register of activations, and one for
 * each register of weights. Fitted to all kernels of one processor (Zen 5) at 625 topologies, where the choice it makes
 * costs 1 % more time than the best with AVX-512, and less with AVX2. It only has to order the kernels; their choice
 * changes no bit. */
static double group_cycles(const struct trainer *t, const struct kernel *kernel)
{
    const double chain = 90, chain_halving = 80, activation = 2;
    const size_t q = kernel->q, size = group_size(t, kernel);
    size_t a = 0, b = 0;
    for (size_t n = t->first; n < t->first + size; n++) {
        a = t->networks[n].hidden1 > a ? t->networks[n].hidden1 : a;
        b = t->networks[n].hidden2 > b ? t->networks[n].hidden2 : b;
    }
    const size_t row = (b + q - 1) / q;
    const double first = (double)((a + q - 1) / q), second = (double)row, outputs = (double)t->data->targets;
    const double activations = first + second + ceil(outputs / (double)q);
    const double weights = (double)(t->data->inputs + 1) * first + ((double)a + 1) * second + outputs * second;
    const double bytes = weights * (double)kernel->lanes * sizeof(float);
    const double cycles = chain + chain_halving * log2((double)q) + activation * activations +
                          weight_cycles(t, bytes, row) * weights;
    return cycles / (double)size;
}

static const struct kernel *choose_kernel(const struct trainer *t)
{
    const struct kernel *best = t->kernels[0];
    for (size_t k = 1; t->kernels[k]; k++)
        if (group_cycles(t, t->kernels[k]) < group_cycles(t, best))
            best = t->kernels[k];
    return best;
}

static void start_epoch(struct trainer *t)
{
    t->sample = 0;
    if (t->order && t->epoch < t->training->epochs)
        random_order(t->training->seed, t->epoch, t->data->samples, t->order);
}

static void load_group(struct trainer *t)
{
    t->kernel = choose_kernel(t);
    t->epoch = 0;
    memset(t->sums, 0, sizeof t->sums);
    start_epoch(t);
    group_load(&t->group, t->kernel->lanes, t->kernel->q, t->data, t->training, t->networks + t->first,
               group_size(t, t->kernel));
}

enum status trainer_load(struct trainer *trainer, const struct network *networks, size_t count, struct error *err)
{
    struct trainer *const t = trainer;
    memcpy(t->networks, networks, count * sizeof *networks);
    t->count = count;
    for (t->first = 0; t->first < count; t->first += t->group.count) {
        const struct kernel *const kernel = choose_kernel(t);
        const enum status status = group_reserve(&t->group, kernel->lanes, kernel->q, t->data, t->networks + t->first,
                                                 group_size(t, kernel), err);
        if (status != STATUS_OK)
            return status;
    }
    t->first = 0;
    load_group(t);
    return STATUS_OK;
}

/* Add the squared errors of up to `count` samples, in the file's order. */
static size_t measure(struct trainer *t, size_t count)
{
    const struct dataset *const data = t->data;
    struct group *const g = &t->group;
    const size_t end = count < data->samples - t->sample ? t->sample + count : data->samples;
    const float *const outputs = g->y[SPEC_LAYERS - 1];
    for (size_t s = t->sample; s < end; s++) {
        t->kernel->forward(g, data->x + s * data->inputs);
        for (size_t slot = 0; slot < g->count; slot++)
            for (size_t k = 0; k < data->targets; k++) {
                const double e = (double)outputs[group_place(g, SPEC_LAYERS - 1, 0, k, slot)] -
                                 (double)data->t[s * data->targets + k];
                t->sums[slot] += e * e;
            }
    }
    const size_t done = end - t->sample;
    t->sample = end;
    return done;
}

/* Train on up to `count` samples of this epoch. */
static size_t train(struct trainer *t, size_t count)
{
    const struct dataset *const data = t->data;
    const size_t left = data->samples - t->sample, done = count < left ? count : left;
    const size_t offset = t->order ? 0 : t->sample;
    t->kernel->train(&t->group, data->x + offset * data->inputs, data->t + offset * data->targets,
                     t->order ? t->order + t->sample : NULL, done, t->training->learning_rate);
    t->sample += done;
    return done;
}

/* Keep the outcomes of the group. */
static void finish_group(struct trainer *t)
{
    const double terms = (double)t->data->samples * (double)t->data->targets;
    for (size_t slot = 0; slot < t->group.count; slot++) {
        const double error = t->sums[slot] / terms;
        const bool ok = isfinite(error) && group_finite(&t->group, slot);
        t->outcomes[t->first + slot] = (struct outcome){.error = ok ? error : (double)NAN,
                                                        .epochs = t->training->epochs,
                                                        .status = ok ? OUTCOME_OK : OUTCOME_DIVERGED};
    }
    t->first += t->group.count;
}

/* What one sample costs for this group, as training_flop counts. */
static double group_flop(const struct group *g)
{
    double weights = 0;
    for (size_t l = 0; l < SPEC_LAYERS; l++)
        weights += (double)(g->units[l] + 1) * (double)g->units[l + 1];
    return 6 * weights * (double)g->count;
}

bool trainer_run(struct trainer *trainer, double flop)
{
    struct trainer *const t = trainer;
    const double samples = flop / group_flop(&t->group);
    size_t budget = samples < 1 ? 1 : samples < 1e9 ? (size_t)samples : (size_t)1e9;
    while (budget > 0 && t->first < t->count) {
        const bool training = t->epoch < t->training->epochs;
        budget -= training ? train(t, budget) : measure(t, budget);
        if (t->sample < t->data->samples)
            continue;
        if (training) {
            t->epoch++;
            start_epoch(t);
            continue;
        }
        finish_group(t);
        if (t->first < t->count)
            load_group(t);
    }
    return t->first == t->count;
}

size_t trainer_finished(const struct trainer *trainer)
{
    return trainer->first;
}

void trainer_outcomes(const struct trainer *trainer, struct outcome *outcomes)
{
    memcpy(outcomes, trainer->outcomes, trainer->count * sizeof *outcomes);
}
