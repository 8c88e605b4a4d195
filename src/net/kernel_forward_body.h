/* SPDX-License-Identifier: BSD-3-Clause */
/* The way forward through the layers, one sample of each network after the other. Included by kernel_body.h, whose
 * letters it has. */

#ifndef KERNEL_FORWARD_COMMON
#define KERNEL_FORWARD_COMMON

/* Registers of a row that one forward pass accumulates, at the most: as many as leave room for the input and a weight;
 * and how many of a row that is longer. */
enum { FORWARD_MOST = VECTOR_REGISTERS_32 ? 16 : 12, FORWARD_BLOCK = VECTOR_REGISTERS_32 ? 16 : 8 };

/* The same of the first layer, where the deltas of its update need as many. */
enum { FIRST_BLOCK = VECTOR_REGISTERS_32 ? 8 : 4 };

/* Outputs whose deltas stay in registers. */
enum { FEW_OUTPUTS = 4 };

/* A second layer of up to 16 registers, 32 where Q = 1, has code of its own, all loops unrolled; wider ones share the
 * general code. So has one of up to 8 for methods other than plain descent. */
#define CASES_TO_8 CASE(1) CASE(2) CASE(3) CASE(4) CASE(5) CASE(6) CASE(7) CASE(8)
#define CASES_TO_16 CASES_TO_8 CASE(9) CASE(10) CASE(11) CASE(12) CASE(13) CASE(14) CASE(15) CASE(16)
#define CASES_TO_24 CASES_TO_16 CASE(17) CASE(18) CASE(19) CASE(20) CASE(21) CASE(22) CASE(23) CASE(24)
#define CASES_TO_32 CASES_TO_24 CASE(25) CASE(26) CASE(27) CASE(28) CASE(29) CASE(30) CASE(31) CASE(32)

/* acc[r] += row[r] x for n registers. */
INLINE void accumulate(const size_t n, vector *acc, const float *row, vector x)
{
    UNROLL
    for (size_t r = 0; r < n; r++)
        acc[r] = vector_fma(vector_load(row + r * V), x, acc[r]);
}

#endif

#if KERNEL_Q == 1 && !defined VECTOR_PLAIN
#define UNROLLED_CASES CASES_TO_32
#else
#define UNROLLED_CASES CASES_TO_16
#endif

/* One chunk of inputs into n accumulators. x: [inputs / Q][V] */
INLINE void KERNEL(chunk)(const size_t n, vector *acc, const float *w, size_t stride, const float *x, size_t from,
                          size_t to)
{
    size_t i = from;
    for (; KERNEL_Q == V && i < to; i++) /* of one network, the load spreads it */
        accumulate(n, acc, w + i * stride, vector_splat(x[i]));
    for (; i + KERNEL_Q <= to; i += KERNEL_Q) {
        const vector y = vector_load(x + i / KERNEL_Q * V);
        UNROLL
        for (size_t k = 0; k < KERNEL_Q; k++)
            accumulate(n, acc, w + (i + k) * stride, KERNEL(spread)(y, k));
    }
    for (size_t k = 0; i + k < to; k++)
        accumulate(n, acc, w + (i + k) * stride, KERNEL(spread)(vector_load(x + i / KERNEL_Q * V), k));
}

/* Outputs of a hidden layer, and the slopes there: 0 for padded units, but for slopes that no delta comes to. */
INLINE void KERNEL(put)(const enum activation activation, struct group *g, size_t l, size_t r, vector total)
{
    const vector y = vector_and(activate(activation, total), vector_load(g->mask[l] + r * V));
    vector_store(g->y[l] + r * V, y);
    vector_store(g->slope[l] + r * V, activation_slope(activation, y));
}

/* The totals in z become outputs: where units are not logistic. */
static __attribute__((noinline)) void KERNEL(activate)(struct group *g, size_t l)
{
    switch (g->hyper->hidden_activation) {
#define CASE(activation)                                                                                               \
    case activation:                                                                                                   \
        for (size_t r = 0; r < g->registers[l]; r++)                                                                   \
            KERNEL(put)(activation, g, l, r, vector_load(g->z[l] + r * V));                                            \
        break;
        ACTIVATION_CASES
#undef CASE
    case ACTIVATIONS:
        break;
    }
}

/* Totals of n registers of layer l from register r on, from the sums of a chunk that begins at input `from`: kept in z
 * while chunks follow; after the last turned into outputs, if units are logistic. */
INLINE void KERNEL(total)(const size_t n, struct group *g, size_t l, size_t r, size_t from, vector *acc)
{
    float *const z = g->z[l] + r * V;
    const bool last = g->is_logistic && from + SUM_CHUNK >= g->units[l];
    UNROLL
    for (size_t k = 0; k < n; k++) {
        const vector total = from == 0 ? acc[k] : vector_add(vector_load(z + k * V), acc[k]);
        if (last)
            KERNEL(put)(ACTIVATION_LOGISTIC, g, l, r + k, total);
        else
            vector_store(z + k * V, total);
        acc[k] = vector_splat(0.0f);
    }
}

/* The second hidden layer, n registers from register r on. */
INLINE void KERNEL(second_block_forward)(const size_t n, struct group *g, size_t r)
{
    const size_t stride = g->registers[1] * V, inputs = g->units[1];
    const float *const w = g->weights[1] + r * V;
    vector acc[FORWARD_MOST];
    UNROLL
    for (size_t k = 0; k < n; k++)
        acc[k] = vector_load(w + k * V);
    for (size_t from = 0; from < inputs; from += SUM_CHUNK) {
        KERNEL(chunk)(n, acc, w + stride, stride, g->y[0], from, least(inputs, from + SUM_CHUNK));
        KERNEL(total)(n, g, 1, r, from, acc);
    }
}

static __attribute__((noinline)) void KERNEL(second_forward)(struct group *g)
{
    const size_t registers = g->registers[1];
    for (size_t r = 0, block; r < registers; r += block) {
        block = registers - r <= FORWARD_MOST ? registers - r : FORWARD_BLOCK;
#define CASE(n)                                                                                                        \
    case n:                                                                                                            \
        KERNEL(second_block_forward)(n, g, r);                                                                         \
        break;
        switch (block) {
            CASE(1) CASE(2) CASE(3) CASE(4) CASE(5) CASE(6) CASE(7) CASE(8) CASE(9) CASE(10) CASE(11)
#if VECTOR_REGISTERS_32
            CASE(12) CASE(13) CASE(14) CASE(15)
#endif
        default:
            KERNEL(second_block_forward)(FORWARD_MOST, g, r);
        }
#undef CASE
    }
    if (!g->is_logistic)
        KERNEL(activate)(g, 1);
}

/* Input i of a sample x: [n_in], or own: [n_in][V]. */
INLINE vector KERNEL(input)(const bool own, const float *x, size_t i)
{
    return own ? vector_load(x + i * V) : vector_splat(x[i]);
}

/* The first hidden layer; on the way the update that the sample before owes it (before: NULL when there is none), so
 * that its weights pass through the registers once. */
INLINE void KERNEL(first_block)(const size_t n, const bool own, struct group *g, size_t r, const float *before,
                                const float *x)
{
    const size_t stride = g->registers[0] * V;
    const vector rate = vector_load(g->rate);
    float *w = g->weights[0] + r * V;
    vector acc[FIRST_BLOCK], delta[FIRST_BLOCK];
    UNROLL
    for (size_t k = 0; k < n; k++) {
        acc[k] = vector_load(w + k * V);
        if (before) {
            delta[k] = vector_load(g->d[0] + (r + k) * V);
            acc[k] = vector_fma(rate, delta[k], acc[k]);
            vector_store(w + k * V, acc[k]);
        }
    }
    for (size_t from = 0; from < g->units[0]; from += SUM_CHUNK) {
        for (size_t i = from; i < least(g->units[0], from + SUM_CHUNK); i++) {
            w += stride;
            const vector input = KERNEL(input)(own, x, i);
            const vector step = before ? vector_mul(rate, KERNEL(input)(own, before, i)) : rate;
            UNROLL
            for (size_t k = 0; k < n; k++) {
                vector weight = vector_load(w + k * V);
                if (before) {
                    weight = vector_fma(step, delta[k], weight);
                    vector_store(w + k * V, weight);
                }
                acc[k] = vector_fma(weight, input, acc[k]);
            }
        }
        KERNEL(total)(n, g, 0, r, from, acc);
    }
}

INLINE void KERNEL(first_blocks)(const bool own, struct group *g, const float *before, const float *x)
{
    const size_t registers = g->registers[0];
    for (size_t r = 0; r < registers; r += FIRST_BLOCK) {
#define CASE(n)                                                                                                        \
    case n:                                                                                                            \
        KERNEL(first_block)(n, own, g, r, before, x);                                                                  \
        break;
        switch (least(registers - r, FIRST_BLOCK)) {
            CASE(1) CASE(2) CASE(3)
#if VECTOR_REGISTERS_32
            CASE(4) CASE(5) CASE(6) CASE(7)
#endif
        default:
            KERNEL(first_block)(FIRST_BLOCK, own, g, r, before, x);
        }
#undef CASE
    }
    if (!g->is_logistic)
        KERNEL(activate)(g, 0);
}

static __attribute__((noinline)) void KERNEL(first_forward)(struct group *g, const float *before, const float *x)
{
    if (before)
        KERNEL(first_blocks)(false, g, before, x);
    else
        KERNEL(first_blocks)(false, g, NULL, x);
}

static __attribute__((noinline)) void KERNEL(first_forward_own)(struct group *g, const float *before, const float *x)
{
    if (before)
        KERNEL(first_blocks)(true, g, before, x);
    else
        KERNEL(first_blocks)(true, g, NULL, x);
}

/* The output layer, whose weights stand along its inputs: after the biases a row of R[1] registers for each output.
 * Outputs and, where there are targets: [R[2]][V], deltas. */
INLINE void KERNEL(output_block)(const size_t n, struct group *g, const float *target)
{
    enum { L = SPEC_LAYERS - 1 };
    const size_t registers = n ? n : g->registers[1], outputs = g->units[SPEC_LAYERS];
    float *const rows = g->weights[L] + g->registers[L] * V;
    for (size_t k = 0; k < outputs; k += KERNEL_Q) {
        vector s[KERNEL_Q];
        UNROLL
        for (size_t row = 0; row < KERNEL_Q; row++)
            if (k + row < outputs)
                KERNEL(rows)(STEP_DESCENT, NULL, n, 1, rows + (k + row) * registers * V, registers, g->y[1], NULL, NULL,
                             s + row);
            else
                s[row] = vector_splat(0.0f);
        const size_t place = k / KERNEL_Q * V;
        const vector z = vector_add(vector_load(g->weights[L] + place), KERNEL(gather)(s));
        if (!g->is_default) {
            vector_store(g->y[L] + place, z);
            continue;
        }
        const vector o = vector_and(logistic(z), vector_load(g->mask[L] + place));
        vector_store(g->y[L] + place, o);
        if (target)
            vector_store(g->d[L] + place, vector_mul(vector_sub(o, vector_load(target + place)), slope(o)));
    }
}

/* Unit k of the output layer, in all lanes of its network. */
INLINE vector KERNEL(output)(const struct group *g, size_t k)
{
    return KERNEL(spread)(vector_load(g->y[SPEC_LAYERS - 1] + k / KERNEL_Q * V), k % KERNEL_Q);
}

/* y: sums of the output layer, which become exp(z - max z) over its sum. */
static void KERNEL(softmax)(struct group *g)
{
    float *const y = g->y[SPEC_LAYERS - 1];
    const size_t outputs = g->units[SPEC_LAYERS], registers = g->registers[SPEC_LAYERS - 1];
    vector most = KERNEL(output)(g, 0), sum = vector_splat(0.0f);
    for (size_t k = 1; k < outputs; k++)
        most = vector_max(most, KERNEL(output)(g, k));
    for (size_t r = 0; r < registers; r++)
        vector_store(y + r * V, exponential(vector_sub(vector_load(y + r * V), most)));
    for (size_t k = 0; k < outputs; k++)
        sum = vector_add(sum, KERNEL(output)(g, k));
    for (size_t r = 0; r < registers; r++)
        vector_store(y + r * V, vector_div(vector_load(y + r * V), sum));
}

/* Outputs of any activation from their sums and, where there are targets, deltas of any loss; 0 for padded units. */
static __attribute__((noinline)) void KERNEL(output_finish)(struct group *g, const float *target)
{
    enum { L = SPEC_LAYERS - 1 };
    const enum activation activation = g->hyper->output_activation;
    if (activation == ACTIVATION_SOFTMAX)
        KERNEL(softmax)(g);
    for (size_t place = 0; place < g->registers[L] * V; place += V) {
        const vector mask = vector_load(g->mask[L] + place);
        const vector o = vector_and(activate(activation, vector_load(g->y[L] + place)), mask);
        vector_store(g->y[L] + place, o);
        if (!target)
            continue;
        const vector e = vector_sub(o, vector_load(target + place));
        vector_store(g->d[L] + place,
                     g->hyper->loss == LOSS_SQUARED ? vector_mul(e, activation_slope(activation, o)) : e);
    }
}

static __attribute__((noinline)) void KERNEL(output_forward)(struct group *g, const float *target)
{
#define CASE(n)                                                                                                        \
    case n:                                                                                                            \
        KERNEL(output_block)(n, g, target);                                                                            \
        break;
    switch (g->registers[1]) {
        UNROLLED_CASES
    default:
        KERNEL(output_block)(0, g, target);
    }
#undef CASE
    if (!g->is_default)
        KERNEL(output_finish)(g, target);
}

