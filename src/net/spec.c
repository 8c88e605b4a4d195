/* SPDX-License-Identifier: BSD-3-Clause */
/* The scalar specification of a network, its samples and its steps; see spec.h. It must stay plain: no kernel, no SIMD,
 * no shortcut. */
#include "net/spec.h"

#include "base/mem.h"
#include "net/random.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool allocate(struct spec_network *net, size_t l)
{
    const size_t units = net->units[l + 1], weights = (net->units[l] + 1) * units;
    net->outputs[l] = mem_array(units, sizeof(float));
    net->deltas[l] = mem_array(units, sizeof(float));
    net->weights[l] = mem_array(weights, sizeof(float));
    net->gradient[l] = mem_array(weights, sizeof(float));
    bool all = net->outputs[l] && net->deltas[l] && net->weights[l] && net->gradient[l];
    for (size_t k = 0; k < OPTIMIZER_KEEPS; k++) {
        net->kept[l][k] = mem_array(weights, sizeof(float));
        all = all && net->kept[l][k];
    }
    return all;
}

enum status spec_create(struct spec_network *net, const struct dataset *data, const struct trial *trial,
                        struct error *err)
{
    const struct hyperparameters *const hyper = &trial->hyper;
    *net = (struct spec_network){.units = {data->inputs, hyper->hidden1, hyper->hidden2, data->targets},
                                 .hyper = hyper};
    step_begin(&net->step, hyper);
    for (uint32_t l = 0; l < SPEC_LAYERS; l++) {
        const size_t inputs = net->units[l], units = net->units[l + 1];
        if (!allocate(net, l)) {
            spec_free(net);
            return error_memory(err, "a network");
        }
        random_weights(trial, l, inputs, units, net->weights[l]);
        for (size_t k = 0; k < (inputs + 1) * units && hyper->optimizer == OPTIMIZER_RPROP; k++)
            net->kept[l][1][k] = hyper->constants.rprop_first;
    }
    return STATUS_OK;
}

void spec_free(struct spec_network *net)
{
    for (int l = 0; l < SPEC_LAYERS; l++) {
        free(net->weights[l]);
        free(net->outputs[l]);
        free(net->deltas[l]);
        free(net->gradient[l]);
        for (int k = 0; k < OPTIMIZER_KEEPS; k++)
            free(net->kept[l][k]);
    }
    *net = (struct spec_network){0};
}

/* 2^t = 2^n 2^f with n an integer and |f| <= 1/2, as the two factors. Adding ROUND puts n + 127 into the low bits of
 * the sum, from where a shift makes it the exponent of 2^n. The polynomial is the minimax of degree 5 for 2^f with
 * value 1 at 0, relative error 1.1e-7. t: -126 to 126. */
static float power_of_two(float t, float *scale)
{
    const float ROUND = 0x1.8p23f + 127.0f;
    const float shifted = t + ROUND;
    const float f = t - (shifted - ROUND), f2 = f * f;
    const float c01 = fmaf(0x1.62e42ap-1f, f, 1.0f);
    const float c23 = fmaf(0x1.c6b752p-5f, f, 0x1.ebf9bcp-3f);
    const float c45 = fmaf(0x1.5bba14p-10f, f, 0x1.3cea88p-7f);
    uint32_t bits;
    memcpy(&bits, &shifted, sizeof bits);
    bits <<= 23;
    memcpy(scale, &bits, sizeof *scale);
    return fmaf(fmaf(c45, f2, c23), f2, c01);
}

float spec_logistic(float z)
{
    const float limit = 43.0f;
    float t = z * -0x1.715476p0f; /* 1 / ln 2 */
    t = limit < t ? limit : t;
    t = -limit > t ? -limit : t;
    float scale;
    const float power = power_of_two(t, &scale);
    return 1.0f / fmaf(power, scale, 1.0f);
}

float spec_exp(float z)
{
    const float limit = 126.0f;
    float t = z * 0x1.715476p0f;
    t = limit < t ? limit : t;
    t = -limit > t ? -limit : t;
    float scale;
    const float power = power_of_two(t, &scale);
    return power * scale;
}

float spec_activation(enum activation activation, float z)
{
    switch (activation) {
    case ACTIVATION_LOGISTIC:
        return spec_logistic(z);
    case ACTIVATION_TANH:
        return fmaf(2.0f, spec_logistic(z + z), -1.0f);
    case ACTIVATION_RELU:
        return 0.0f > z ? 0.0f : z;
    case ACTIVATION_SOFTSIGN:
        return z / (1.0f + fabsf(z));
    case ACTIVATION_LINEAR:
    case ACTIVATION_SOFTMAX: /* of all units, by the caller */
    case ACTIVATIONS:
        break;
    }
    return z;
}

float spec_slope(enum activation activation, float y)
{
    switch (activation) {
    case ACTIVATION_LOGISTIC:
        return y * (1.0f - y);
    case ACTIVATION_TANH:
        return (1.0f - y) * (1.0f + y);
    case ACTIVATION_RELU:
        return y > 0.0f ? 1.0f : 0.0f;
    case ACTIVATION_SOFTSIGN:
        return (1.0f - fabsf(y)) * (1.0f - fabsf(y));
    case ACTIVATION_LINEAR:
    case ACTIVATION_SOFTMAX: /* with its loss */
    case ACTIVATIONS:
        break;
    }
    return 1.0f;
}

/* z: [units], becomes exp(z - max z) over its sum. */
static void softmax(size_t units, float *z)
{
    float most = z[0], sum = 0.0f;
    for (size_t k = 1; k < units; k++)
        most = most > z[k] ? most : z[k];
    for (size_t k = 0; k < units; k++) {
        z[k] = spec_exp(z[k] - most);
        sum += z[k];
    }
    for (size_t k = 0; k < units; k++)
        z[k] /= sum;
}

/* start + the sum of weights[i * stride] x[i], one term after the other. */
static float plain_sum(float start, size_t terms, const float *weights, size_t stride, const float *x)
{
    float sum = start;
    for (size_t i = 0; i < terms; i++)
        sum = fmaf(weights[i * stride], x[i], sum);
    return sum;
}

/* The same, chunk by chunk. */
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

/* The sum of a forward step, in the order that spec.h states. */
static float forward_sum(bool batches, bool output, float bias, size_t terms, const float *weights, size_t stride,
                         const float *x)
{
    if (batches)
        return plain_sum(bias, terms, weights, stride, x);
    return output ? bias + lane_sum(terms, weights, stride, x) : chunk_sum(bias, terms, weights, stride, x);
}

/* … and of a backward step, from the output layer or another. */
static float backward_sum(bool batches, bool output, size_t terms, const float *weights, const float *d)
{
    if (batches)
        return plain_sum(0.0f, terms, weights, 1, d);
    return output ? chunk_sum(0.0f, terms, weights, 1, d) : lane_sum(terms, weights, 1, d);
}

/* Layer l; x: its inputs. */
static void layer_forward(struct spec_network *net, size_t l, const float *x)
{
    const bool output = l == SPEC_LAYERS - 1, batches = net->hyper->batch != 1;
    const enum activation activation = output ? net->hyper->output_activation : net->hyper->hidden_activation;
    const size_t inputs = net->units[l], units = net->units[l + 1];
    float *const y = net->outputs[l];
    for (size_t j = 0; j < units; j++) {
        const float *const bias = net->weights[l] + j;
        y[j] = spec_activation(activation, forward_sum(batches, output, *bias, inputs, bias + units, units, x));
    }
    if (activation == ACTIVATION_SOFTMAX)
        softmax(units, y);
}

/* The deltas of layer l - 1 from those of layer l. */
static void layer_backward(struct spec_network *net, size_t l)
{
    const bool output = l == SPEC_LAYERS - 1, batches = net->hyper->batch != 1;
    const size_t inputs = net->units[l], units = net->units[l + 1];
    for (size_t i = 0; i < inputs; i++) {
        const float *const row = net->weights[l] + (i + 1) * units;
        const float s = backward_sum(batches, output, units, row, net->deltas[l]);
        net->deltas[l - 1][i] = s * spec_slope(net->hyper->hidden_activation, net->outputs[l - 1][i]);
    }
}

/* to: [inputs + 1][units]; factor: what the products of input and delta are multiplied by. */
static void layer_add(size_t inputs, size_t units, float *to, const float *x, const float *d, float factor)
{
    for (size_t j = 0; j < units; j++)
        to[j] = fmaf(factor, d[j], to[j]);
    for (size_t i = 0; i < inputs; i++) {
        const float step = factor * x[i];
        for (size_t j = 0; j < units; j++)
            to[(i + 1) * units + j] = fmaf(step, d[j], to[(i + 1) * units + j]);
    }
}

void spec_forward(struct spec_network *net, const float *x)
{
    for (size_t l = 0; l < SPEC_LAYERS; l++)
        layer_forward(net, l, l == 0 ? x : net->outputs[l - 1]);
}

static void compute_deltas(struct spec_network *net, const float *x, const float *t)
{
    const struct hyperparameters *const hyper = net->hyper;
    const size_t last = SPEC_LAYERS - 1;
    spec_forward(net, x);
    for (size_t k = 0; k < net->units[SPEC_LAYERS]; k++) {
        const float o = net->outputs[last][k], e = o - t[k];
        net->deltas[last][k] = hyper->loss == LOSS_SQUARED ? e * spec_slope(hyper->output_activation, o) : e;
    }
    for (size_t l = last; l > 0; l--)
        layer_backward(net, l);
}

void spec_gradient(struct spec_network *net, const float *x, const float *t)
{
    compute_deltas(net, x, t);
    for (size_t l = 0; l < SPEC_LAYERS; l++)
        layer_add(net->units[l], net->units[l + 1], net->gradient[l], l == 0 ? x : net->outputs[l - 1], net->deltas[l],
                  1.0f);
}

void spec_online(struct spec_network *net, const float *x, const float *t, float rate)
{
    compute_deltas(net, x, t);
    for (size_t l = 0; l < SPEC_LAYERS; l++)
        layer_add(net->units[l], net->units[l + 1], net->weights[l], l == 0 ? x : net->outputs[l - 1], net->deltas[l],
                  -rate);
}

/* One weight's step, from its gradient; a and b are kept for the next. */
static float stepped(const struct step *step, float w, float gradient, float *a, float *b)
{
    const float g = fmaf(step->weight_decay, w, gradient * step->scale);
    if (step->optimizer == OPTIMIZER_RPROP) {
        float sign = g > 0.0f ? 1.0f : g < 0.0f ? -1.0f : 0.0f;
        const float product = sign * *a, grown = *b * step->increase, shrunk = *b * step->decrease;
        if (product > 0.0f) {
            *b = step->max < grown ? step->max : grown;
        } else if (product < 0.0f) {
            *b = step->min > shrunk ? step->min : shrunk;
            sign = 0.0f;
        }
        *a = sign;
        return fmaf(-sign, *b, w);
    }
    if (step->optimizer == OPTIMIZER_ADAM) {
        *a = fmaf(step->beta1, *a, step->one_minus_beta1 * g);
        *b = fmaf(step->beta2, *b, step->one_minus_beta2 * g * g);
        return fmaf(-step->rate1, *a / (sqrtf(*b * step->correction2) + step->epsilon), w);
    }
    *a = fmaf(step->momentum, *a, g);
    return fmaf(-step->rate, *a, w);
}

void spec_step(struct spec_network *net, size_t count, float rate)
{
    step_next(&net->step, rate, count);
    for (size_t l = 0; l < SPEC_LAYERS; l++)
        for (size_t k = 0; k < (net->units[l] + 1) * net->units[l + 1]; k++) {
            net->weights[l][k] = stepped(&net->step, net->weights[l][k], net->gradient[l][k], &net->kept[l][0][k],
                                         &net->kept[l][1][k]);
            net->gradient[l][k] = 0.0f;
        }
}
