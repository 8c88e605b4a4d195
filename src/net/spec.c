/* SPDX-License-Identifier: BSD-3-Clause */
/* The scalar specification; see spec.h. It must stay plain: no kernel, no SIMD, no shortcut. */
#include "net/spec.h"

#include "base/mem.h"
#include "net/random.h"
#include "net/stopping.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum status spec_create(struct spec_network *net, const struct dataset *data, const struct training *training,
                        const struct network *network, struct error *err)
{
    *net = (struct spec_network){.units = {data->inputs, network->hidden1, network->hidden2, data->targets}};
    for (uint32_t l = 0; l < SPEC_LAYERS; l++) {
        const size_t inputs = net->units[l], units = net->units[l + 1];
        net->weights[l] = mem_array((inputs + 1) * units, sizeof(float));
        net->outputs[l] = mem_array(units, sizeof(float));
        net->deltas[l] = mem_array(units, sizeof(float));
        if (!net->weights[l] || !net->outputs[l] || !net->deltas[l]) {
            spec_free(net);
            return error_memory(err, "a network");
        }
        random_weights(training->seed, network, l, inputs, units, net->weights[l]);
    }
    return STATUS_OK;
}

void spec_free(struct spec_network *net)
{
    for (int l = 0; l < SPEC_LAYERS; l++) {
        free(net->weights[l]);
        free(net->outputs[l]);
        free(net->deltas[l]);
    }
    *net = (struct spec_network){0};
}

/* 2^t = 2^n 2^f with n an integer and |f| <= 1/2. Adding ROUND puts n + 127 into the low bits of the sum, from where a
 * shift makes it the exponent of 2^n. The polynomial is the minimax of degree 5 for 2^f with value 1 at 0, relative
 * error 1.1e-7. */
float spec_logistic(float z)
{
    const float limit = 43.0f, ROUND = 0x1.8p23f + 127.0f;
    float t = z * -0x1.715476p0f; /* 1 / ln 2 */
    t = limit < t ? limit : t;
    t = -limit > t ? -limit : t;
    const float shifted = t + ROUND;
    const float f = t - (shifted - ROUND), f2 = f * f;
    const float c01 = fmaf(0x1.62e42ap-1f, f, 1.0f);
    const float c23 = fmaf(0x1.c6b752p-5f, f, 0x1.ebf9bcp-3f);
    const float c45 = fmaf(0x1.5bba14p-10f, f, 0x1.3cea88p-7f);
    const float power = fmaf(fmaf(c45, f2, c23), f2, c01);
    uint32_t bits;
    memcpy(&bits, &shifted, sizeof bits);
    bits <<= 23;
    float scale;
    memcpy(&scale, &bits, sizeof scale);
    return 1.0f / fmaf(power, scale, 1.0f);
}

/* start + the sum of weights[i * stride] x[i], chunk by chunk. */
static float chunk_sum(float start, size_t terms, const float *weights, size_t stride, const float *x)
{
    float total = start;
    for (size_t chunk = 0; chunk < terms; chunk += SUM_CHUNK) {
        float sum = chunk == 0 ? start : 0.0f;
        for (size_t i = chunk; i < terms && i < chunk + SUM_CHUNK; i++)
            sum = fmaf(weights[i * stride], x[i], sum);
        total = chunk == 0 ? sum : total + sum;
    }
    return total;
}

/* The sum of weights[i * stride] x[i], lane by lane. */
static float lane_sum(size_t terms, const float *weights, size_t stride, const float *x)
{
    float lanes[SUM_LANES] = {0};
    for (size_t i = 0; i < terms; i++)
        lanes[i % SUM_LANES] = fmaf(weights[i * stride], x[i], lanes[i % SUM_LANES]);
    for (size_t half = SUM_LANES / 2; half > 0; half /= 2)
        for (size_t q = 0; q < half; q++)
            lanes[q] += lanes[q + half];
    return lanes[0];
}

static void layer_forward(bool output, size_t inputs, size_t units, const float *weights, const float *x, float *y)
{
    for (size_t j = 0; j < units; j++) {
        const float bias = weights[j], *const column = weights + units + j;
        const float z = output ? bias + lane_sum(inputs, column, units, x) : chunk_sum(bias, inputs, column, units, x);
        y[j] = spec_logistic(z);
    }
}

/* d: [units] of this layer; dx: [inputs] of the layer below. */
static void layer_backward(bool output, size_t inputs, size_t units, const float *weights, const float *x,
                           const float *d, float *dx)
{
    for (size_t i = 0; i < inputs; i++) {
        const float *const row = weights + (i + 1) * units;
        const float s = output ? chunk_sum(0.0f, units, row, 1, d) : lane_sum(units, row, 1, d);
        dx[i] = s * (x[i] * (1.0f - x[i]));
    }
}

static void layer_update(size_t inputs, size_t units, float *weights, const float *x, const float *d, float rate)
{
    for (size_t j = 0; j < units; j++)
        weights[j] = fmaf(-rate, d[j], weights[j]);
    for (size_t i = 0; i < inputs; i++) {
        const float step = -rate * x[i];
        for (size_t j = 0; j < units; j++)
            weights[(i + 1) * units + j] = fmaf(step, d[j], weights[(i + 1) * units + j]);
    }
}

void spec_forward(struct spec_network *net, const float *x)
{
    for (size_t l = 0; l < SPEC_LAYERS; l++) {
        layer_forward(l == SPEC_LAYERS - 1, net->units[l], net->units[l + 1], net->weights[l], x, net->outputs[l]);
        x = net->outputs[l];
    }
}

void spec_step(struct spec_network *net, const float *x, const float *t, float learning_rate)
{
    spec_forward(net, x);
    const size_t last = SPEC_LAYERS - 1;
    for (size_t k = 0; k < net->units[SPEC_LAYERS]; k++) {
        const float o = net->outputs[last][k];
        net->deltas[last][k] = (o - t[k]) * (o * (1.0f - o));
    }
    for (size_t l = last; l > 0; l--)
        layer_backward(l == last, net->units[l], net->units[l + 1], net->weights[l], net->outputs[l - 1],
                       net->deltas[l], net->deltas[l - 1]);
    for (size_t l = 0; l < SPEC_LAYERS; l++)
        layer_update(net->units[l], net->units[l + 1], net->weights[l], l == 0 ? x : net->outputs[l - 1],
                     net->deltas[l], learning_rate);
}

static size_t winner(const float *values, size_t count)
{
    size_t best = 0;
    for (size_t k = 1; k < count; k++)
        if (values[k] > values[best])
            best = k;
    return best;
}

/* The mean squared error and the wrong winners over the samples of a part, in the file's order. False when the error is
 * not finite. */
static bool measure(struct spec_network *net, const struct dataset *data, bool classes, enum part part, uint32_t fold,
                    struct outcome *outcome)
{
    const size_t count = dataset_count(data, part, fold);
    const float *const o = net->outputs[SPEC_LAYERS - 1];
    double sum = 0.0;
    for (size_t i = 0; i < count; i++) {
        const size_t s = dataset_row(data, part, fold, i);
        const float *const t = data->t + s * data->targets;
        spec_forward(net, data->x + s * data->inputs);
        for (size_t k = 0; k < data->targets; k++) {
            const double e = (double)o[k] - (double)t[k];
            sum += e * e;
        }
        outcome->wrong[part] += classes && winner(o, data->targets) != winner(t, data->targets);
    }
    if (count > 0)
        outcome->error[part] = sum / ((double)count * (double)data->targets);
    return count == 0 || isfinite(outcome->error[part]);
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
    for (int part = 0; part < PARTS; part++)
        ok = measure(net, data, classes, (enum part)part, fold, &outcome) && ok;
    return ok ? outcome : outcome_without(OUTCOME_DIVERGED, epoch);
}

/* The error of a part after an epoch of early stopping. */
static double watch(struct spec_network *net, const struct dataset *data, uint32_t fold, enum part part)
{
    struct outcome outcome = outcome_without(OUTCOME_OK, 0);
    discard(measure(net, data, false, part, fold, &outcome));
    return outcome.error[part];
}

/* What early stopping makes of the state after this epoch. Returns whether to train on. */
static bool consider(struct spec_network *net, const struct dataset *data, const struct training *training,
                     uint32_t fold, uint32_t epoch, struct stopping *state, struct outcome *outcome)
{
    if (stopping_watches(training, PART_TRAIN, epoch))
        stopping_train(state, watch(net, data, fold, PART_TRAIN));
    if (stopping_watches(training, PART_VALIDATION, epoch)) {
        if (stopping_validate(state, &training->stop, epoch, watch(net, data, fold, PART_VALIDATION)))
            *outcome = judge(net, data, fold, epoch);
        else if (!state->found)
            *outcome = outcome_without(OUTCOME_DIVERGED, epoch);
    }
    return !state->stopped;
}

enum status spec_train(const struct dataset *data, const struct training *training, const struct network *network,
                       struct outcome *outcome, struct error *err)
{
    struct spec_network net;
    const size_t samples = dataset_count(data, PART_TRAIN, network->fold);
    uint32_t *order = mem_array(samples, sizeof *order);
    if (!order)
        return error_memory(err, "the order of the samples");
    const enum status status = spec_create(&net, data, training, network, err);
    if (status != STATUS_OK) {
        free(order);
        return status;
    }
    struct stopping state = {0};
    bool on = true;
    for (uint32_t epoch = 0; epoch < training->epochs && on; epoch++) {
        if (training->shuffle)
            random_order(training->seed, epoch, samples, order);
        for (size_t s = 0; s < samples; s++) {
            const size_t sample = dataset_row(data, PART_TRAIN, network->fold, training->shuffle ? order[s] : s);
            spec_step(&net, data->x + sample * data->inputs, data->t + sample * data->targets, training->learning_rate);
        }
        on = consider(&net, data, training, network->fold, epoch + 1, &state, outcome);
    }
    if (training->stop.every == 0 || training->epochs == 0)
        *outcome = judge(&net, data, network->fold, training->epochs);
    spec_free(&net);
    free(order);
    return STATUS_OK;
}
