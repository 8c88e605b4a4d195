/* SPDX-License-Identifier: BSD-3-Clause */
/* The scalar specification of a whole training: its epochs, its errors and when it ends; see spec.h. As plain as
 * spec.c. */
#include "net/spec.h"

#include "base/mem.h"
#include "net/random.h"
#include "net/stopping.h"

#include <math.h>
#include <stdlib.h>

static size_t winner(const float *values, size_t count)
{
    size_t best = 0;
    for (size_t k = 1; k < count; k++)
        if (values[k] > values[best])
            best = k;
    return best;
}

/* The error, its spread and the misclassified samples of a split, in the file's order. False when the error is not
 * finite. */
static bool measure(struct spec_network *net, const struct dataset *data, bool classes, enum split split, uint32_t fold,
                    struct outcome *outcome)
{
    const size_t count = dataset_count(data, split, fold);
    const float *const o = net->outputs[SPEC_LAYERS - 1];
    struct error_sums sums = {0};
    for (size_t i = 0; i < count; i++) {
        const size_t s = dataset_row(data, split, fold, i);
        const float *const t = data->t + s * data->targets;
        double sample = 0.0;
        spec_forward(net, data->x + s * data->inputs);
        for (size_t k = 0; k < data->targets; k++) {
            const double e = (double)dataset_answer(data, fold, k, o[k]) - (double)t[k];
            sums.sum += e * e;
            sample += e * e;
        }
        sums.squares += sample * sample;
        outcome->misclassified[split] += classes && winner(o, data->targets) != winner(t, data->targets);
    }
    if (count > 0)
        outcome_set_error(outcome, split, &sums, count, data->targets);
    return count == 0 || isfinite(outcome->error[split]);
}

static bool finite_weights(const struct spec_network *net)
{
    for (size_t l = 0; l < SPEC_LAYERS; l++)
        for (size_t k = 0; k < (net->units[l] + 1) * net->units[l + 1]; k++)
            if (!isfinite(net->weights[l][k]))
                return false;
    return true;
}

/* The network as it is now. */
static struct outcome judge(struct spec_network *net, const struct dataset *data, uint32_t fold, uint32_t epoch)
{
    struct outcome outcome = outcome_without(OUTCOME_OK, epoch);
    bool ok = finite_weights(net);
    const bool classes = dataset_is_classes(data);
    for (int split = 0; split < SPLITS; split++)
        ok = measure(net, data, classes, (enum split)split, fold, &outcome) && ok;
    return ok ? outcome : outcome_without(OUTCOME_DIVERGED, epoch);
}

/* The error of a split after an epoch of early stopping. */
static double watch(struct spec_network *net, const struct dataset *data, uint32_t fold, enum split split)
{
    struct outcome outcome = outcome_without(OUTCOME_OK, 0);
    discard(measure(net, data, false, split, fold, &outcome));
    return outcome.error[split];
}

/* What is made of the state after this epoch. Returns whether to train on. */
static bool consider(struct spec_network *net, const struct dataset *data, uint32_t fold, uint32_t epoch,
                     struct stopping *state, struct outcome *outcome)
{
    const struct hyperparameters *const hyper = net->hyper;
    if (!finite_weights(net)) {
        if (!state->found)
            *outcome = outcome_without(OUTCOME_DIVERGED, epoch);
        return false;
    }
    if (stopping_watches(hyper, SPLIT_TRAIN, epoch))
        stopping_train(state, watch(net, data, fold, SPLIT_TRAIN));
    if (stopping_watches(hyper, SPLIT_VALIDATION, epoch)) {
        if (stopping_validate(state, &hyper->stop, epoch, watch(net, data, fold, SPLIT_VALIDATION)))
            *outcome = judge(net, data, fold, epoch);
        else if (!state->found)
            *outcome = outcome_without(OUTCOME_DIVERGED, epoch);
    }
    if (hyper->stop.every == 0 && epoch == hyper->epochs)
        *outcome = judge(net, data, fold, epoch);
    return !state->stopped;
}

/* One pass over the samples of the fold, in this order (NULL: the file's). t: [targets], room. */
static void train_epoch(struct spec_network *net, const struct dataset *data, uint32_t fold, const uint32_t *order,
                        uint32_t epoch, float *t)
{
    const struct hyperparameters *const hyper = net->hyper;
    const float rate = hyper_rate(hyper, epoch);
    const size_t samples = dataset_count(data, SPLIT_TRAIN, fold);
    size_t count = 0;
    for (size_t s = 0; s < samples; s++) {
        const size_t sample = dataset_row(data, SPLIT_TRAIN, fold, order ? order[s] : s);
        const float *const x = data->x + sample * data->inputs;
        for (size_t k = 0; k < data->targets; k++)
            t[k] = dataset_learned(data, fold, k, data->t[sample * data->targets + k]);
        if (hyper_is_online(hyper)) {
            spec_online(net, x, t, rate);
            continue;
        }
        spec_gradient(net, x, t);
        if (++count == hyper->batch || s + 1 == samples) {
            spec_step(net, count, rate);
            count = 0;
        }
    }
}

enum status spec_train(const struct dataset *data, const struct trial *trial, struct outcome *outcome,
                       struct error *err)
{
    const struct hyperparameters *const hyper = &trial->hyper;
    struct spec_network net;
    const size_t samples = dataset_count(data, SPLIT_TRAIN, trial->fold);
    uint32_t *const order = mem_array(samples, sizeof *order);
    float *const t = mem_array(data->targets, sizeof *t);
    const enum status status =
        order && t ? spec_create(&net, data, trial, err) : error_memory(err, "the order of the samples");
    if (status != STATUS_OK) {
        free(order);
        free(t);
        return status;
    }
    struct stopping state = {0};
    bool on = hyper->epochs > 0;
    if (!on)
        *outcome = judge(&net, data, trial->fold, 0);
    for (uint32_t epoch = 0; epoch < hyper->epochs && on; epoch++) {
        if (hyper->shuffle)
            random_order(trial, epoch, samples, order);
        train_epoch(&net, data, trial->fold, hyper->shuffle ? order : NULL, epoch, t);
        on = consider(&net, data, trial->fold, epoch + 1, &state, outcome);
    }
    spec_free(&net);
    free(order);
    free(t);
    return STATUS_OK;
}
