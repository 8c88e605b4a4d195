/* SPDX-License-Identifier: BSD-3-Clause */
/* The scalar specification of the trainer: what every kernel must reproduce bit for bit, written to be read.
 *
 * A network is n_in -> a -> b -> n_out with biases, trained by gradient descent on the loss E of net/hyperparameters.h.
 *
 *   target     t_k = (target - shift_k) / divisor_k, answer_k = fma(o_k, divisor_k, shift_k) where targets are
 *              scaled; else they are the targets and o_k. Errors are those of answers.
 *   forward    z_j = b_j + sum_i w_ij x_i
 *              y_j = f(z_j)
 *   output     d_k = (o_k - t_k) f'(o_k)         squared error
 *              d_k = o_k - t_k                   cross entropy
 *   backward   s_i = sum_j w_ij d_j              with the weights before their update
 *              d_i = s_i f'(y_i)
 *   on-line    w_ij <- fma(-rate x_i, d_j, w_ij) with -rate x_i rounded first; x = 1 for the bias
 *   else       g_ij <- fma(x_i, d_j, g_ij)       from 0, over the samples of a batch in their order
 *              then a step of net/optimizer.h
 *
 *   f          f(z)                              f'(y)
 *   logistic   1 / (1 + exp(-z))                 y (1 - y)
 *   tanh       fma(2, logistic(2 z), -1)         (1 - y) (1 + y)
 *   relu       z where z > 0, else 0             1 where y > 0, else 0
 *   softsign   z / (1 + |z|)                     (1 - |y|)^2
 *   linear     z                                 1
 *   softmax    exp(z_k - max z) / sum            the sum and the maximum taken in order
 *
 * The order of the sums over i and j. In batches each is one chain of fused multiply-adds in the order of its terms,
 * forward from b_j, backward from 0: the order of a matrix product. Where each sample makes a step (batch 1):
 *
 *   forward    hidden layers: a chunk sum that begins with b_j; output layer: b_j + a lane sum
 *   backward   from the output layer: a chunk sum; else a lane sum
 *
 * A chunk sum takes SUM_CHUNK terms at a time: each chunk is a chain of fused multiply-adds in order, the first from
 * the bias, the others from 0; the chunks' sums are added in order. A lane sum keeps SUM_LANES partial sums: lane q is
 * a chain of fused multiply-adds over terms q, q + SUM_LANES, ... from 0; then lanes q and q + h are added for h = 8,
 * 4, 2 and 1.
 *
 * All of it in float32 with correctly rounded operations only (+ - * / sqrt, fma), so that the bits are the same on
 * every machine. On-line this is what SIMD registers ask for: with units side by side in the lanes of a register,
 * hidden layers sum forward across registers and backward along lanes; the few units of the output layer stand the
 * other way round. A register of any width up to SUM_LANES can hold the lanes, and chunks are chains that run side by
 * side. A batch has many samples to run side by side, so its sums need none of that.
 * The order of adding is fixed up to additions of zero: a kernel may pad a network with units whose weights and
 * activations are 0. A weight is never -0 (initial weights are not 0, and x + y rounds to +0), so the sign of a zero
 * sum changes no weight. */
#ifndef NSURF_NET_SPEC_H
#define NSURF_NET_SPEC_H

#include "base/error.h"
#include "data/dataset.h"
#include "net/optimizer.h"
#include "net/hyperparameters.h"

enum { SPEC_LAYERS = 3, SUM_CHUNK = 16, SUM_LANES = 16 };

/* One network in plain row-major arrays. */
struct spec_network {
    size_t units[SPEC_LAYERS + 1];  /* n_in, a, b, n_out */
    float *weights[SPEC_LAYERS];    /* [units[l] + 1][units[l + 1]], row 0 the biases */
    float *outputs[SPEC_LAYERS];    /* [units[l + 1]], of the last forward pass */
    float *deltas[SPEC_LAYERS];     /* [units[l + 1]], of the last sample trained */
    float *gradient[SPEC_LAYERS];   /* as weights: of the samples since the last step */
    float *kept[SPEC_LAYERS][OPTIMIZER_KEEPS]; /* as weights: what the optimizer keeps */
    struct step step;
    const struct hyperparameters *hyper;
};

/* A network with its initial weights. trial must outlive it. Owns: the caller, who calls spec_free. Ranks: local.
 * Errors: STATUS_INTERNAL. */
enum status spec_create(struct spec_network *net, const struct dataset *data, const struct trial *trial,
                        struct error *err) __attribute__((warn_unused_result));
void spec_free(struct spec_network *net);

/* 1 / (1 + exp(-z)); absolute error below 1.5e-7 for every z; z is clamped to +-43 ln 2 = +-29.8, where the function
 * is within 1.2e-13 of 0 or 1. NaN stays NaN. */
float spec_logistic(float z);

/* exp(z) with a relative error below 2.5e-7 + 1e-7 |z| between z = +-87.3 = +-126 ln 2, where it stays. NaN stays
 * NaN. */
float spec_exp(float z);

/* What a unit makes of z, softmax but for its division by the sum; and its slope there, from what it made. */
float spec_activation(enum activation activation, float z);
float spec_slope(enum activation activation, float y);

/* The outputs for one sample, left in net->outputs. x: [n_in]. */
void spec_forward(struct spec_network *net, const float *x);

/* Add the gradient of one sample. x: [n_in], t: [n_out]. */
void spec_gradient(struct spec_network *net, const float *x, const float *t);

/* The step that the gradients of the last `count` samples make. */
void spec_step(struct spec_network *net, size_t count, float rate);

/* One sample of on-line training. x: [n_in], t: [n_out]. */
void spec_online(struct spec_network *net, const float *x, const float *t, float rate);

/* A whole training and its outcome. A training whose weights are not finite after an epoch ends there.
 * Errors: STATUS_INTERNAL. */
enum status spec_train(const struct dataset *data, const struct trial *trial, struct outcome *outcome,
                       struct error *err) __attribute__((warn_unused_result));

#endif
