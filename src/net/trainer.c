/* SPDX-License-Identifier: BSD-3-Clause */
/* The trainer; see trainer.h. A pack is trained group by group: as many networks as the lanes of the chosen kernel
 * hold run through all epochs and the final measurement of the error, then the next. With early stopping they run until
 * the last of them stops: what happens to a network after its stop changes no outcome. */
#include "net/trainer.h"

#include "base/mem.h"
#include "net/isa.h"
#include "net/random.h"
#include "net/stopping.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What a group is at: an epoch; an error that early stopping asks for; the outcomes. */
enum phase { PHASE_TRAIN, PHASE_WATCH, PHASE_MEASURE };

struct trainer {
    const struct dataset *data;
    const struct hyperparameters *hyper;
    const struct kernel *const *kernels; /* the largest Q first */
    bool classes;                        /* the targets are classes */
    uint32_t *order;                     /* [samples] of this epoch, NULL for the file's order */
    double level1_bytes, level2_bytes;   /* of the caches, for the weights of a group */

    struct network networks[PACK_MAX];
    struct outcome outcomes[PACK_MAX];
    size_t count; /* networks in the pack */

    const struct kernel *kernel; /* of the group in training */
    struct group group;
    size_t first;       /* the group's first network in the pack */
    uint64_t passes;    /* of the groups that are finished */
    double flop;        /* see trainer_flop */
    double trained;     /* see trainer_trained */
    double sample_flop; /* of a sample, for all networks of the group */
    enum phase phase;
    uint32_t epoch; /* in progress, or just finished */
    size_t sample;  /* done of this epoch, or of the measurement */
    size_t batched; /* samples whose gradients make the next step */
    struct step step;
    enum part part;                      /* of the data, in measurement */
    double sums[LANES_MAX];              /* squared errors so far */
    struct stopping stopping[LANES_MAX]; /* of each network */
};

/* Of a sample, for one network. */
static double flop_of(const struct dataset *data, const struct network *network)
{
    return 6 * network_weights(data, network->hidden1, network->hidden2);
}

double training_flop(const struct dataset *data, const struct hyperparameters *hyper, const struct network *network)
{
    const size_t samples = dataset_count(data, PART_TRAIN, network->fold);
    return flop_of(data, network) * (double)samples * (double)hyper->epochs;
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

enum status trainer_create(struct trainer **trainer, const struct dataset *data, const struct hyperparameters *hyper,
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
    t->hyper = hyper;
    t->kernels = kernels;
    measure_caches(t);
    t->classes = dataset_is_classes(data);
    if (hyper->shuffle || data->folds > 1) {
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

/* A group sees the same samples: it ends where a fold does. */
static size_t group_size(const struct trainer *t, const struct kernel *kernel)
{
    const size_t slots = kernel->lanes / kernel->q, left = t->count - t->first;
    const struct network *const networks = t->networks + t->first;
    size_t size = 1;
    while (size < slots && size < left && networks[size].fold == networks->fold)
        size++;
    return size;
}

static uint32_t fold(const struct trainer *t)
{
    return t->networks[t->first].fold;
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
    const double cycles =
        chain + chain_halving * log2((double)q) + activation * activations + weight_cycles(t, bytes, row) * weights;
    return cycles / (double)size;
}

/* The general kernel stands last. */
static const struct kernel *general_kernel(const struct trainer *t)
{
    size_t k = 0;
    while (!t->kernels[k]->gradient)
        k++;
    return t->kernels[k];
}

static const struct kernel *choose_kernel(const struct trainer *t)
{
    const struct hyperparameters *const hyper = t->hyper;
    if (!hyper_is_online(hyper) || hyper->hidden_activation != ACTIVATION_LOGISTIC ||
        hyper->output_activation != ACTIVATION_LOGISTIC || hyper->loss != LOSS_SQUARED)
        return general_kernel(t);
    const struct kernel *best = t->kernels[0];
    for (size_t k = 1; !t->kernels[k]->gradient; k++)
        if (group_cycles(t, t->kernels[k]) < group_cycles(t, best))
            best = t->kernels[k];
    return best;
}

static void start_epoch(struct trainer *t)
{
    t->phase = PHASE_TRAIN;
    t->sample = 0;
    if (!t->order)
        return;
    const size_t samples = dataset_count(t->data, PART_TRAIN, fold(t));
    if (t->hyper->shuffle)
        random_order(t->hyper->seed, t->epoch, samples, t->order);
    if (t->data->folds > 1)
        for (size_t i = 0; i < samples; i++)
            t->order[i] = (uint32_t)dataset_row(t->data, PART_TRAIN, fold(t), t->hyper->shuffle ? t->order[i] : i);
}

static void start_part(struct trainer *t, enum phase phase, enum part part)
{
    t->phase = phase;
    t->part = part;
    t->sample = 0;
    memset(t->sums, 0, sizeof t->sums);
}

/* Begin to measure the group, with early stopping the best state of each network: its outcomes are OK as long as
 * nothing else turns out. */
static void start_measuring(struct trainer *t)
{
    const bool stops = t->hyper->stop.every > 0 && t->epoch > 0;
    bool found[LANES_MAX] = {false};
    for (size_t slot = 0; slot < t->group.count; slot++)
        found[slot] = t->stopping[slot].found;
    if (stops)
        group_restore(&t->group, found);
    for (size_t slot = 0; slot < t->group.count; slot++) {
        const bool ok = group_finite(&t->group, slot) && (found[slot] || !stops);
        t->outcomes[t->first + slot] =
            outcome_without(ok ? OUTCOME_OK : OUTCOME_DIVERGED, stops ? t->stopping[slot].epoch : t->epoch);
    }
    start_part(t, PHASE_MEASURE, PART_TRAIN);
}

static bool all_stopped(const struct trainer *t)
{
    bool all = true;
    for (size_t slot = 0; slot < t->group.count; slot++)
        all = all && t->stopping[slot].stopped;
    return all;
}

/* After an epoch: measure what early stopping asks for from this part on, then train on, or measure the outcomes. */
static void go_on(struct trainer *t, enum part part)
{
    while (part < PARTS && !stopping_watches(t->hyper, part, t->epoch))
        part++;
    if (part < PARTS)
        start_part(t, PHASE_WATCH, part);
    else if (t->epoch < t->hyper->epochs && !all_stopped(t))
        start_epoch(t);
    else
        start_measuring(t);
}

static void load_group(struct trainer *t)
{
    t->kernel = choose_kernel(t);
    t->epoch = 0;
    t->batched = 0;
    step_begin(&t->step, t->hyper);
    memset(t->stopping, 0, sizeof t->stopping);
    group_load(&t->group, t->kernel, t->data, t->hyper, t->networks + t->first, group_size(t, t->kernel));
    t->sample_flop = 0;
    for (const struct network *n = t->networks + t->first; n < t->networks + t->first + t->group.count; n++)
        t->sample_flop += flop_of(t->data, n);
    if (t->hyper->epochs > 0)
        start_epoch(t);
    else
        start_measuring(t);
}

enum status trainer_load(struct trainer *trainer, const struct network *networks, size_t count, struct error *err)
{
    struct trainer *const t = trainer;
    memcpy(t->networks, networks, count * sizeof *networks);
    t->count = count;
    for (t->first = 0; t->first < count; t->first += t->group.count) {
        const struct kernel *const kernel = choose_kernel(t);
        const enum status status =
            group_reserve(&t->group, kernel, t->data, t->hyper, t->networks + t->first, group_size(t, kernel), err);
        if (status != STATUS_OK)
            return status;
    }
    t->first = 0;
    t->passes = 0;
    t->flop = 0;
    t->trained = 0;
    load_group(t);
    return STATUS_OK;
}

/* The class of these values, which stand `stride` apart in groups of `q`: the first of the largest. */
static size_t winner(const float *values, size_t count, size_t q, size_t stride)
{
    float best = -INFINITY;
    size_t place = 0;
    for (size_t k = 0; k < count; k++) {
        const float value = values[k / q * stride + k % q];
        if (value > best) {
            best = value;
            place = k;
        }
    }
    return place;
}

/* Add what the outputs of all networks, for a sample with these targets, are off: the squared errors and, for the
 * outcomes, whether another class wins. */
static void judge(struct trainer *t, const float *targets)
{
    const struct group *const g = &t->group;
    const float *const y = g->y[SPEC_LAYERS - 1];
    const size_t count = t->data->targets, q = g->q;
    for (size_t k = 0; k < count; k++) {
        const float *const outputs = y + group_place(g, SPEC_LAYERS - 1, 0, k, 0);
        for (size_t slot = 0; slot < g->count; slot++) {
            const double e = (double)outputs[slot * q] - (double)targets[k];
            t->sums[slot] += e * e;
        }
    }
    if (!t->classes || t->phase == PHASE_WATCH)
        return;
    const size_t wanted = winner(targets, count, count, 0);
    for (size_t slot = 0; slot < g->count; slot++)
        t->outcomes[t->first + slot].wrong[t->part] += winner(y + slot * q, count, q, g->lanes) != wanted;
}

/* Measure up to `count` samples of the part, in the file's order. */
static size_t measure(struct trainer *t, size_t count)
{
    const struct dataset *const data = t->data;
    const size_t left = dataset_count(data, t->part, fold(t)) - t->sample, done = count < left ? count : left;
    for (size_t i = t->sample; i < t->sample + done; i++) {
        const size_t row = dataset_row(data, t->part, fold(t), i);
        t->kernel->forward(&t->group, data->x + row * data->inputs);
        judge(t, data->t + row * data->targets);
    }
    t->sample += done;
    return done;
}

/* Train on up to `count` samples of this epoch, and of the batch in work where there are batches. */
static size_t train(struct trainer *t, size_t count)
{
    const struct dataset *const data = t->data;
    const size_t samples = dataset_count(data, PART_TRAIN, fold(t)), left = samples - t->sample;
    const size_t offset = t->order ? 0 : t->sample;
    const float *const x = data->x + offset * data->inputs, *const targets = data->t + offset * data->targets;
    const uint32_t *const order = t->order ? t->order + t->sample : NULL;
    const float rate = hyper_rate(t->hyper, t->epoch);
    size_t done = count < left ? count : left;
    if (hyper_is_online(t->hyper)) {
        t->kernel->train(&t->group, x, targets, order, done, rate);
    } else {
        const size_t batch = t->hyper->batch == BATCH_ALL ? samples : t->hyper->batch, room = batch - t->batched;
        done = done < room ? done : room;
        t->kernel->gradient(&t->group, x, targets, order, done);
        t->batched += done;
        if (done == room || done == left) {
            step_next(&t->step, rate, t->batched);
            t->kernel->step(&t->group, &t->step);
            t->batched = 0;
        }
    }
    t->sample += done;
    return done;
}

/* The mean squared error of the part; NaN when it has no samples. */
static double part_error(const struct trainer *t, size_t slot)
{
    return t->sums[slot] / ((double)dataset_count(t->data, t->part, fold(t)) * (double)t->data->targets);
}

/* Tell early stopping the errors of the part, and keep the states that it takes for the best. */
static void finish_watch(struct trainer *t)
{
    bool best[LANES_MAX] = {false}, any = false;
    for (size_t slot = 0; slot < t->group.count; slot++) {
        struct stopping *const state = &t->stopping[slot];
        if (t->part == PART_TRAIN)
            stopping_train(state, part_error(t, slot));
        else
            best[slot] = stopping_validate(state, &t->hyper->stop, t->epoch, part_error(t, slot));
        any = any || best[slot];
    }
    if (any)
        group_keep(&t->group, best);
    go_on(t, t->part + 1);
}

/* Keep the errors of the part for the outcomes, and go on to the next part, or group. */
static void finish_measure(struct trainer *t)
{
    const size_t count = dataset_count(t->data, t->part, fold(t));
    for (size_t slot = 0; slot < t->group.count; slot++) {
        struct outcome *const outcome = &t->outcomes[t->first + slot];
        const double error = part_error(t, slot);
        if (count > 0 && outcome->status == OUTCOME_OK)
            outcome->error[t->part] = error;
        if ((count > 0 && !isfinite(error)) || outcome->status != OUTCOME_OK)
            *outcome = outcome_without(OUTCOME_DIVERGED, outcome->epochs);
    }
    start_part(t, PHASE_MEASURE, t->part + 1);
    if (t->part < PARTS)
        return;
    t->first += t->group.count;
    t->passes += (uint64_t)t->epoch * t->group.count;
    if (t->first < t->count)
        load_group(t);
}

bool trainer_run(struct trainer *trainer, double flop)
{
    struct trainer *const t = trainer;
    const double samples = flop / t->sample_flop;
    size_t budget = samples < 1 ? 1 : samples < 1e9 ? (size_t)samples : (size_t)1e9;
    while (budget > 0 && t->first < t->count) {
        const bool hyper = t->phase == PHASE_TRAIN;
        const size_t done = hyper ? train(t, budget) : measure(t, budget);
        budget -= done;
        t->flop += (double)done * t->sample_flop;
        t->trained += hyper ? (double)done * t->sample_flop : 0;
        if (t->sample < dataset_count(t->data, hyper ? PART_TRAIN : t->part, fold(t)))
            continue;
        if (t->phase == PHASE_MEASURE) {
            finish_measure(t);
        } else if (t->phase == PHASE_WATCH) {
            finish_watch(t);
        } else {
            t->epoch++;
            go_on(t, PART_TRAIN);
        }
    }
    return t->first == t->count;
}

double trainer_flop(const struct trainer *trainer)
{
    return trainer->flop;
}

double trainer_trained(const struct trainer *trainer)
{
    return trainer->trained;
}

size_t trainer_finished(const struct trainer *trainer)
{
    return trainer->first;
}

uint64_t trainer_passes(const struct trainer *trainer)
{
    return trainer->passes;
}

void trainer_outcomes(const struct trainer *trainer, struct outcome *outcomes)
{
    memcpy(outcomes, trainer->outcomes, trainer->count * sizeof *outcomes);
}

void trainer_weights(const struct trainer *trainer, size_t layer, float *weights)
{
    assert(trainer->count == 1);
    group_weights(&trainer->group, layer, 0, weights);
}

void trainer_put_weights(struct trainer *trainer, size_t layer, const float *weights)
{
    assert(trainer->count == 1);
    group_put_weights(&trainer->group, layer, 0, weights);
}

void trainer_outputs(struct trainer *trainer, const float *x, float *outputs)
{
    const struct group *const g = &trainer->group;
    assert(trainer->count == 1);
    trainer->kernel->forward(&trainer->group, x);
    for (size_t k = 0; k < trainer->data->targets; k++)
        outputs[k] = g->y[SPEC_LAYERS - 1][group_place(g, SPEC_LAYERS - 1, 0, k, 0)];
}
