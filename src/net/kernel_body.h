/* SPDX-License-Identifier: BSD-3-Clause */
/* The kernel: on-line back-propagation of a group of networks, for any instruction set and any Q. Included by each
 * kernel_*.c once for every Q, with KERNEL_Q (1 or 4) and KERNEL(name) defined; it reproduces net/spec.h bit for bit.
 *
 * Letters: V lanes, Q units a network and register, R registers a layer; a weight row is R registers, one row for each
 * input. PARTS = SUM_LANES / Q partial sums of the backward step stand in registers of their own, the rest in lanes. */

#ifndef KERNEL_COMMON
#define KERNEL_COMMON

#define INLINE static inline __attribute__((always_inline))

enum { V = VECTOR_LANES };

/* Registers of a row that one forward pass accumulates: as many as leave room for the input and a weight. */
enum { FORWARD_BLOCK = VECTOR_REGISTERS_32 ? 16 : 8 };

/* spec_logistic, lane by lane. */
INLINE vector logistic(vector z)
{
    const vector limit = vector_splat(43.0f), round = vector_splat(0x1.8p23f + 127.0f), one = vector_splat(1.0f);
    vector t = vector_mul(z, vector_splat(-0x1.715476p0f));
    t = vector_min(limit, t);
    t = vector_max(vector_splat(-43.0f), t);
    const vector shifted = vector_add(t, round);
    const vector f = vector_sub(t, vector_sub(shifted, round)), f2 = vector_mul(f, f);
    const vector c01 = vector_fma(vector_splat(0x1.62e42ap-1f), f, one);
    const vector c23 = vector_fma(vector_splat(0x1.c6b752p-5f), f, vector_splat(0x1.ebf9bcp-3f));
    const vector c45 = vector_fma(vector_splat(0x1.5bba14p-10f), f, vector_splat(0x1.3cea88p-7f));
    const vector power = vector_fma(vector_fma(c45, f2, c23), f2, c01);
    return vector_div(one, vector_fma(power, vector_shift23(shifted), one));
}

/* y (1 - y) */
INLINE vector slope(vector y)
{
    return vector_mul(y, vector_sub(vector_splat(1.0f), y));
}

INLINE size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* acc[r] += row[r] x for n registers. */
INLINE void accumulate(const size_t n, vector *acc, const float *row, vector x)
{
#pragma GCC unroll 16
    for (size_t r = 0; r < n; r++)
        acc[r] = vector_fma(vector_load(row + r * V), x, acc[r]);
}

#endif

enum { KERNEL(PARTS) = SUM_LANES / KERNEL_Q };

/* One chunk of inputs into n accumulators. x: shared by all networks [inputs], or registers of the group. */
INLINE void KERNEL(chunk)(const size_t n, const bool shared, vector *acc, const float *w, size_t stride, const float *x,
                          size_t from, size_t to)
{
    if (shared || KERNEL_Q == 1) {
        for (size_t i = from; i < to; i++)
            accumulate(n, acc, w + i * stride, shared ? vector_splat(x[i]) : vector_load(x + i * V));
        return;
    }
#if KERNEL_Q == 4
    size_t i = from;
    for (; i + 4 <= to; i += 4) {
        const vector y = vector_load(x + i / 4 * V);
        accumulate(n, acc, w + i * stride, vector_spread(y, 0));
        accumulate(n, acc, w + (i + 1) * stride, vector_spread(y, 1));
        accumulate(n, acc, w + (i + 2) * stride, vector_spread(y, 2));
        accumulate(n, acc, w + (i + 3) * stride, vector_spread(y, 3));
    }
    if (i < to) {
        const vector y = vector_load(x + i / 4 * V);
        accumulate(n, acc, w + i * stride, vector_spread(y, 0));
        if (i + 1 < to)
            accumulate(n, acc, w + (i + 1) * stride, vector_spread(y, 1));
        if (i + 2 < to)
            accumulate(n, acc, w + (i + 2) * stride, vector_spread(y, 2));
    }
#endif
}

/* Weighted sums of n registers of a layer: z [n][V]; w points at the block's bias row. */
INLINE void KERNEL(sums)(const size_t n, const bool shared, const float *w, size_t stride, size_t inputs,
                         const float *x, float *z)
{
    vector acc[FORWARD_BLOCK];
#pragma GCC unroll 16
    for (size_t r = 0; r < n; r++)
        acc[r] = vector_load(w + r * V);
    for (size_t from = 0; from < inputs; from += SUM_CHUNK) {
        KERNEL(chunk)(n, shared, acc, w + stride, stride, x, from, least(inputs, from + SUM_CHUNK));
#pragma GCC unroll 16
        for (size_t r = 0; r < n; r++) {
            vector_store(z + r * V, from == 0 ? acc[r] : vector_add(vector_load(z + r * V), acc[r]));
            acc[r] = vector_splat(0.0f);
        }
    }
}

/* Weighted sums and outputs of layer l. */
static __attribute__((noinline)) void KERNEL(layer_forward)(const bool shared, struct group *g, size_t l, const float *x)
{
    const size_t registers = g->registers[l], stride = registers * V;
    for (size_t r = 0; r < registers; r += FORWARD_BLOCK) {
        const float *const w = g->weights[l] + r * V;
        float *const z = g->z[l] + r * V;
#define CASE(n)                                                                                                        \
    case n:                                                                                                            \
        KERNEL(sums)(n, shared, w, stride, g->units[l], x, z);                                                         \
        break;
        switch (least(registers - r, FORWARD_BLOCK)) {
            CASE(1) CASE(2) CASE(3) CASE(4) CASE(5) CASE(6) CASE(7)
#if VECTOR_REGISTERS_32
            CASE(8) CASE(9) CASE(10) CASE(11) CASE(12) CASE(13) CASE(14) CASE(15)
#endif
        default:
            KERNEL(sums)(FORWARD_BLOCK, shared, w, stride, g->units[l], x, z);
        }
#undef CASE
    }
    for (size_t r = 0; r < registers; r++)
        vector_store(g->y[l] + r * V,
                     vector_and(logistic(vector_load(g->z[l] + r * V)), vector_load(g->mask[l] + r * V)));
}

/* Deltas of the output layer. */
INLINE void KERNEL(output_deltas)(struct group *g, const float *t)
{
    enum { L = SPEC_LAYERS - 1 };
    memcpy(g->target, t, g->units[SPEC_LAYERS] * sizeof *t);
    for (size_t r = 0; r < g->registers[L]; r++) {
        const vector o = vector_load(g->y[L] + r * V);
        const vector target = KERNEL_Q == 1 ? vector_splat(g->target[r]) : vector_quad(g->target + r * KERNEL_Q);
        vector_store(g->d[L] + r * V, vector_mul(vector_sub(o, target), slope(o)));
    }
}

/* The weights of m registers of k rows: into sums[row][part] their products with d, then their update by step d. */
INLINE void KERNEL(strip)(const size_t m, const size_t k, float *w, size_t stride, const float *d, const vector *step,
                          vector (*sums)[KERNEL(PARTS)])
{
#pragma GCC unroll 16
    for (size_t r = 0; r < m; r++) {
        const vector delta = vector_load(d + r * V);
#pragma GCC unroll 4
        for (size_t row = 0; row < k; row++) {
            float *const place = w + row * stride + r * V;
            vector weight = vector_load(place);
            vector_keep(weight);
            sums[row][r] = vector_fma(weight, delta, sums[row][r]);
            vector_store(place, vector_fma(step[row], delta, weight));
        }
    }
}

/* k rows of a layer: the sums s[row] = sum_j w d over the registers, still apart in their lanes, and the update. */
INLINE void KERNEL(rows)(const size_t k, float *w, size_t registers, const float *d, const vector *step, vector *s)
{
    enum { PARTS = KERNEL(PARTS) };
    const size_t stride = registers * V;
    vector sums[4][KERNEL(PARTS)];
#pragma GCC unroll 4
    for (size_t row = 0; row < k; row++)
#pragma GCC unroll 16
        for (size_t part = 0; part < PARTS; part++)
            sums[row][part] = vector_splat(0.0f);
    size_t r = 0;
    for (; r + PARTS <= registers; r += PARTS)
        KERNEL(strip)(PARTS, k, w + r * V, stride, d + r * V, step, sums);
#define CASE(n)                                                                                                        \
    case n:                                                                                                            \
        KERNEL(strip)(n, k, w + r * V, stride, d + r * V, step, sums);                                                 \
        break;
    switch (registers - r) {
        CASE(1) CASE(2) CASE(3)
#if KERNEL_Q == 1
        CASE(4) CASE(5) CASE(6) CASE(7) CASE(8) CASE(9) CASE(10) CASE(11) CASE(12) CASE(13) CASE(14) CASE(15)
#endif
    default:
        break;
    }
#undef CASE
#pragma GCC unroll 4
    for (size_t row = 0; row < k; row++) {
#pragma GCC unroll 16
        for (size_t half = PARTS / 2; half > 0; half /= 2)
#pragma GCC unroll 16
            for (size_t part = 0; part < half; part++)
                sums[row][part] = vector_add(sums[row][part], sums[row][part + half]);
        s[row] = sums[row][0];
    }
}

/* Back-propagation through layer l and its update, in one pass over the weights: deltas of the layer below. */
static __attribute__((noinline)) void KERNEL(layer_backward)(struct group *g, size_t l, vector rate)
{
    const size_t registers = g->registers[l], inputs = g->units[l], stride = registers * V;
    const float *const d = g->d[l], *const x = g->y[l - 1];
    float *const below = g->d[l - 1], *w = g->weights[l];
    for (size_t r = 0; r < registers; r++)
        vector_store(w + r * V, vector_fma(rate, vector_load(d + r * V), vector_load(w + r * V)));
    w += stride;
#if KERNEL_Q == 1
    for (size_t i = 0; i < inputs; i++, w += stride) {
        const vector y = vector_load(x + i * V), step = vector_mul(rate, y);
        vector s;
        KERNEL(rows)(1, w, registers, d, &step, &s);
        vector_store(below + i * V, vector_mul(s, slope(y)));
    }
#else
    for (size_t i = 0; i < inputs; i += 4, w += 4 * stride) {
        const vector y = vector_load(x + i / 4 * V), scaled = vector_mul(rate, y);
        const vector step[4] = {vector_spread(scaled, 0), vector_spread(scaled, 1), vector_spread(scaled, 2),
                                vector_spread(scaled, 3)};
        vector s[4] = {vector_splat(0.0f), vector_splat(0.0f), vector_splat(0.0f), vector_splat(0.0f)};
        switch (inputs - i) {
        case 1:
            KERNEL(rows)(1, w, registers, d, step, s);
            break;
        case 2:
            KERNEL(rows)(2, w, registers, d, step, s);
            break;
        case 3:
            KERNEL(rows)(2, w, registers, d, step, s);
            KERNEL(rows)(1, w + 2 * stride, registers, d, step + 2, s + 2);
            break;
        default:
            KERNEL(rows)(2, w, registers, d, step, s);
            KERNEL(rows)(2, w + 2 * stride, registers, d, step + 2, s + 2);
        }
        vector_store(below + i / 4 * V, vector_mul(vector_sum4(s[0], s[1], s[2], s[3]), slope(y)));
    }
#endif
}

/* The update of the first layer, whose inputs x: [n_in] all networks share. */
INLINE void KERNEL(first_update)(struct group *g, const float *x, float rate)
{
    const size_t registers = g->registers[0];
    float *w = g->weights[0];
    for (size_t i = 0; i <= g->units[0]; i++, w += registers * V) {
        const vector step = vector_splat(i == 0 ? rate : rate * x[i - 1]);
        for (size_t r = 0; r < registers; r++)
            vector_store(w + r * V, vector_fma(step, vector_load(g->d[0] + r * V), vector_load(w + r * V)));
    }
}

static void KERNEL(forward)(struct group *g, const float *x)
{
    KERNEL(layer_forward)(true, g, 0, x);
    KERNEL(layer_forward)(false, g, 1, g->y[0]);
    KERNEL(layer_forward)(false, g, 2, g->y[1]);
}

static void KERNEL(train)(struct group *g, const float *x, const float *t, const uint32_t *order, size_t count,
                          float rate)
{
    const vector minus_rate = vector_splat(-rate);
    for (size_t s = 0; s < count; s++) {
        const size_t sample = order ? order[s] : s;
        const float *const inputs = x + sample * g->units[0];
        KERNEL(forward)(g, inputs);
        KERNEL(output_deltas)(g, t + sample * g->units[SPEC_LAYERS]);
        KERNEL(layer_backward)(g, 2, minus_rate);
        KERNEL(layer_backward)(g, 1, minus_rate);
        KERNEL(first_update)(g, inputs, -rate);
    }
}

static const struct kernel KERNEL(kernel) = {KERNEL_ISA, V, KERNEL_Q, KERNEL(train), KERNEL(forward)};

#undef KERNEL
#undef KERNEL_Q
