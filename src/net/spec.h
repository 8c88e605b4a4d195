/* SPDX-License-Identifier: BSD-3-Clause */
/* The scalar specification of the trainer: what every kernel must reproduce bit for bit, written to be read.
 *
 * A network is n_in -> a -> b -> n_out with biases and logistic units, trained by on-line back-propagation of the
 * squared error E = 1/2 sum (o - t)^2: the weights change after every sample.
 *
 *   forward    z_j = b_j + sum_i w_ij x_i        hidden layers: a chunk sum that begins with b_j
 *                                                output layer: b_j + a lane sum
 *              y_j = logistic(z_j)
 *   output     d_k = (o_k - t_k) (o_k (1 - o_k))
 *   backward   s_i = sum_j w_ij d_j              from the output layer: a chunk sum; else a lane sum
 *              d_i = s_i (y_i (1 - y_i))         with the weights before their update
 *   update     w_ij <- fma(-rate x_i, d_j, w_ij) with -rate x_i rounded first; x = 1 for the bias
 *
 * A chunk sum takes SUM_CHUNK terms at a time: each chunk is a chain of fused multiply-adds in order, the first from
 * the bias, the others from 0; the chunks' sums are added in order. A lane sum keeps SUM_LANES partial sums: lane q is
 * a chain of fused multiply-adds over terms q, q + SUM_LANES, ... from 0; then lanes q and q + h are added for h = 8,
 * 4, 2 and 1.
 *
 * All of it in float32 with correctly rounded operations only (+ - * / sqrt, fma), so that the bits are the same on
 * every machine. This is what SIMD registers ask for: with units side by side in the lanes of a register, hidden layers
 * sum forward across registers and backward along lanes; the few units of the output layer stand the other way round. A
 * register of any width up to SUM_LANES can hold the lanes, and chunks are chains that run side by side.
 * The order of adding is fixed up to additions of zero: a kernel may pad a network with units whose weights and
 * activations are 0. A weight is never -0 (initial weights are not 0, and x + y rounds to +0), so the sign of a zero
 * sum changes no weight. */
#ifndef NSURF_NET_SPEC_H
#define NSURF_NET_SPEC_H

#include "base/error.h"
#include "data/dataset.h"
#include "net/training.h"

enum { SPEC_LAYERS = 3, SUM_CHUNK = 16, SUM_LANES = 16 };

/* One network in the clear. */
struct spec_network {
    size_t units[SPEC_LAYERS + 1];  /* n_in, a, b, n_out */
    float *weights[SPEC_LAYERS];    /* [units[l] + 1][units[l + 1]], row 0 the biases */
    float *outputs[SPEC_LAYERS];    /* [units[l + 1]], of the last forward pass */
    float *deltas[SPEC_LAYERS];     /* [units[l + 1]], of the last training step */
};

/* A network with its initial weights. Owns: the caller, who calls spec_free. Ranks: local. Errors: STATUS_INTERNAL. */
enum status spec_create(struct spec_network *net, const struct dataset *data, const struct training *training,
                        const struct network *network, struct error *err) __attribute__((warn_unused_result));
void spec_free(struct spec_network *net);

/* 1 / (1 + exp(-z)); absolute error below 1.5e-7 for every z; z is clamped to +-43 ln 2 = +-29.8, where the function
 * is within 1.2e-13 of 0 or 1. NaN stays NaN. */
float spec_logistic(float z);

/* The outputs for one sample, left in net->outputs. x: [n_in]. */
void spec_forward(struct spec_network *net, const float *x);

/* One sample of on-line training. x: [n_in], t: [n_out]. */
void spec_step(struct spec_network *net, const float *x, const float *t, float learning_rate);

/* A whole training and its outcome. Errors: STATUS_INTERNAL. */
enum status spec_train(const struct dataset *data, const struct training *training, const struct network *network,
                       struct outcome *outcome, struct error *err) __attribute__((warn_unused_result));

#endif
