/* SPDX-License-Identifier: BSD-3-Clause */
/* The kernel: plain on-line descent of a group of networks, for any instruction set and any Q. Included by each
 * kernel_*.c once for every Q, with KERNEL_Q (1, 4, 8) and KERNEL(name) defined; it reproduces net/spec.h bit for bit.
 * The networks see the same samples, or each its own (`own`): then inputs and targets stand in the networks' lanes.
 *
 * Letters: V lanes, Q units a network and register, R registers a layer; a weight row is R registers, one row for each
 * input. PARTS = SUM_LANES / Q partial sums of the backward step stand in registers of their own, the rest in lanes. */

#ifndef KERNEL_COMMON
#define KERNEL_COMMON

#define INLINE static inline __attribute__((always_inline))

enum { V = VECTOR_LANES };

/* Registers of a row that one forward pass accumulates: as many as leave room for the input and a weight. */
enum { FORWARD_BLOCK = VECTOR_REGISTERS_32 ? 16 : 8 };

/* The same of the first layer, where the deltas of its update need as many. */
enum { FIRST_BLOCK = VECTOR_REGISTERS_32 ? 8 : 4 };

/* Outputs whose deltas stay in registers. */
enum { FEW_OUTPUTS = 4 };

/* A second layer of up to 16 registers has code of its own, all loops unrolled; wider ones share the general code. */
#define CASES_TO_16                                                                                                    \
    CASE(1) CASE(2) CASE(3) CASE(4) CASE(5) CASE(6) CASE(7) CASE(8) CASE(9) CASE(10) CASE(11) CASE(12) CASE(13)        \
    CASE(14) CASE(15) CASE(16)

INLINE size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* acc[r] += row[r] x for n registers. */
INLINE void accumulate(const size_t n, vector *acc, const float *row, vector x)
{
    UNROLL
    for (size_t r = 0; r < n; r++)
        acc[r] = vector_fma(vector_load(row + r * V), x, acc[r]);
}

/* w - w is 0 for what is finite, else NaN, which no further term takes away. */
static void kernel_finite(const struct group *g, bool *slots)
{
    vector sums[2] = {vector_splat(0.0f), vector_splat(0.0f)};
    float lanes[V] __attribute__((aligned(64)));
    for (size_t k = 0; k < g->weight_floats; k += 2 * V) { /* a multiple of LANES_MAX */
        const size_t second = least(k + V, g->weight_floats - V);
        const vector w = vector_load(g->weights[0] + k), more = vector_load(g->weights[0] + second);
        sums[0] = vector_add(sums[0], vector_sub(w, w));
        sums[1] = vector_add(sums[1], vector_sub(more, more));
    }
    vector_store(lanes, vector_add(sums[0], sums[1]));
    for (size_t slot = 0; slot < g->count; slot++)
        slots[slot] = true;
    for (size_t lane = 0; lane < g->count * g->q; lane++)
        slots[lane / g->q] = slots[lane / g->q] && lanes[lane] == 0.0f;
}

#endif

enum { KERNEL(PARTS) = SUM_LANES / KERNEL_Q };

/* The Q floats at p for every network. */
INLINE vector KERNEL(same)(const float *p)
{
#if KERNEL_Q == 8
    return vector_repeat8(p);
#elif KERNEL_Q == 4
    return vector_repeat4(p);
#else
    return vector_splat(*p);
#endif
}

/* Unit k of every network, in all lanes of that network. */
INLINE vector KERNEL(spread)(vector v, size_t k)
{
#if KERNEL_Q == 8
    return vector_spread8(v, k);
#elif KERNEL_Q == 4
    return vector_spread4(v, k);
#else
    (void)k;
    return v;
#endif
}

/* s[k], the products of row k still apart in their lanes, added up: row k of every network in its lane k. */
INLINE vector KERNEL(gather)(const vector *s)
{
#if KERNEL_Q == 8
    return vector_sum8(s);
#elif KERNEL_Q == 4
    return vector_sum4(s[0], s[1], s[2], s[3]);
#else
    return s[0];
#endif
}

/* One chunk of inputs into n accumulators. x: [inputs / Q][V] */
INLINE void KERNEL(chunk)(const size_t n, vector *acc, const float *w, size_t stride, const float *x, size_t from,
                          size_t to)
{
    size_t i = from;
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
    vector acc[FORWARD_BLOCK];
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
    for (size_t r = 0; r < registers; r += FORWARD_BLOCK) {
#define CASE(n)                                                                                                        \
    case n:                                                                                                            \
        KERNEL(second_block_forward)(n, g, r);                                                                         \
        break;
        switch (least(registers - r, FORWARD_BLOCK)) {
            CASE(1) CASE(2) CASE(3) CASE(4) CASE(5) CASE(6) CASE(7)
#if VECTOR_REGISTERS_32
            CASE(8) CASE(9) CASE(10) CASE(11) CASE(12) CASE(13) CASE(14) CASE(15)
#endif
        default:
            KERNEL(second_block_forward)(FORWARD_BLOCK, g, r);
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

/* The update of the first layer by itself, for the last sample of a call. */
static void KERNEL(first_update)(struct group *g, bool own, const float *x)
{
    const size_t registers = g->registers[0];
    const vector rate = vector_load(g->rate);
    float *w = g->weights[0];
    for (size_t i = 0; i <= g->units[0]; i++, w += registers * V) {
        const vector step = i == 0 ? rate : vector_mul(rate, KERNEL(input)(own, x, i - 1));
        for (size_t r = 0; r < registers; r++)
            vector_store(w + r * V, vector_fma(step, vector_load(g->d[0] + r * V), vector_load(w + r * V)));
    }
}

/* m registers of k rows: their products with d into sums[row][part on], then their update by step d if there is a step.
 * d: memory, or held: registers. */
INLINE void KERNEL(strip)(const size_t m, const size_t k, float *w, size_t stride, const float *d, const vector *held,
                          const vector *step, const size_t part, vector (*sums)[KERNEL(PARTS)])
{
    UNROLL
    for (size_t r = 0; r < m; r++) {
        const vector delta = held ? held[r] : vector_load(d + r * V);
        UNROLL
        for (size_t row = 0; row < k; row++) {
            float *const place = w + row * stride + r * V;
            vector weight = vector_load(place);
            vector *const sum = &sums[row][(part + r) % KERNEL(PARTS)];
            if (step)
                vector_keep(weight);
            *sum = vector_fma(weight, delta, *sum);
            if (step)
                vector_store(place, vector_fma(step[row], delta, weight));
        }
    }
}

/* k rows of n registers (n = 0: of any number): the sums s[row] = sum_j w d, still apart in their lanes, and the update
 * by step d if there is a step. */
INLINE void KERNEL(rows)(const size_t n, const size_t k, float *w, size_t registers, const float *d,
                         const vector *held, const vector *step, vector *s)
{
    enum { SUMS = KERNEL(PARTS) };
    vector sums[2][SUMS];
    UNROLL
    for (size_t row = 0; row < k; row++)
        UNROLL
        for (size_t part = 0; part < SUMS; part++)
            sums[row][part] = vector_splat(0.0f);
    if (n) {
        KERNEL(strip)(n, k, w, n * V, d, held, step, 0, sums);
    } else {
        size_t r = 0;
        for (; r + SUMS <= registers; r += SUMS) {
            KERNEL(strip)(SUMS, k, w + r * V, registers * V, d + r * V, NULL, step, 0, sums);
            vector_settle();
        }
        UNROLL
        for (size_t part = 0; part < SUMS; part++)
            if (r + part < registers)
                KERNEL(strip)(1, k, w + (r + part) * V, registers * V, d + (r + part) * V, NULL, step, part, sums);
    }
    const size_t used = n && n < SUMS ? n : SUMS;
    UNROLL
    for (size_t row = 0; row < k; row++) {
        UNROLL
        for (size_t half = SUMS / 2; half > 0; half /= 2)
            UNROLL
            for (size_t part = 0; part < half; part++)
                if (part + half < used)
                    sums[row][part] = vector_add(sums[row][part], sums[row][part + half]);
        s[row] = sums[row][0];
    }
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
                KERNEL(rows)(n, 1, rows + (k + row) * registers * V, registers, g->y[1], NULL, NULL, s + row);
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
        CASES_TO_16
    default:
        KERNEL(output_block)(0, g, target);
    }
#undef CASE
    if (!g->is_default)
        KERNEL(output_finish)(g, target);
}

/* Back-propagation through the output layer of `few` outputs (0: of any number, with the deltas of all in
 * g->spread) and its update. */
INLINE void KERNEL(output_deltas_down)(const size_t few, struct group *g, vector rate)
{
    enum { L = SPEC_LAYERS - 1 };
    const size_t registers = g->registers[1], outputs = few ? few : g->units[SPEC_LAYERS];
    float *const rows = g->weights[L] + g->registers[L] * V;
    vector held[FEW_OUTPUTS];
    UNROLL
    for (size_t k = 0; k < few; k++)
        held[k] = KERNEL(spread)(vector_load(g->d[L] + k / KERNEL_Q * V), k % KERNEL_Q);
    for (size_t r = 0; r < registers; r++) {
        const vector y = vector_load(g->y[1] + r * V), step = vector_mul(rate, y);
        vector sum = vector_splat(0.0f), total = sum;
        UNROLL
        for (size_t k = 0; k < outputs; k++) {
            float *const place = rows + (k * registers + r) * V;
            const vector delta = few ? held[k] : vector_load(g->spread + k * V);
            vector weight = vector_load(place);
            vector_keep(weight);
            sum = vector_fma(weight, delta, sum);
            vector_store(place, vector_fma(step, delta, weight));
            if (!few && (k + 1) % SUM_CHUNK == 0) {
                total = vector_add(total, sum);
                sum = vector_splat(0.0f);
            }
        }
        const vector slope_r = vector_load(g->slope[1] + r * V);
        vector_store(g->d[1] + r * V, vector_mul(few ? sum : vector_add(total, sum), slope_r));
    }
}

INLINE void KERNEL(output_backward)(struct group *g, vector rate)
{
    enum { L = SPEC_LAYERS - 1 };
    for (size_t r = 0; r < g->registers[L]; r++) {
        float *const bias = g->weights[L] + r * V;
        vector_store(bias, vector_fma(rate, vector_load(g->d[L] + r * V), vector_load(bias)));
    }
    switch (g->units[SPEC_LAYERS]) {
    case 1:
        KERNEL(output_deltas_down)(1, g, rate);
        break;
    case 2:
        KERNEL(output_deltas_down)(2, g, rate);
        break;
    case 3:
        KERNEL(output_deltas_down)(3, g, rate);
        break;
    case FEW_OUTPUTS:
        KERNEL(output_deltas_down)(FEW_OUTPUTS, g, rate);
        break;
    default:
        for (size_t k = 0; k < g->units[SPEC_LAYERS]; k++)
            vector_store(g->spread + k * V, KERNEL(spread)(vector_load(g->d[L] + k / KERNEL_Q * V), k % KERNEL_Q));
        KERNEL(output_deltas_down)(0, g, rate);
    }
}

/* Back-propagation through the second layer of n registers (n = 0: of any number) and its update, in one pass over the
 * weights, from the last row to the first: what is still in the cache from here is what the next forward pass begins
 * with. Where there are registers enough they hold the deltas; else two rows share a load. */
INLINE void KERNEL(second_block)(const size_t n, struct group *g, vector rate)
{
    enum { TOGETHER = VECTOR_REGISTERS_32 ? 1 : 2 };
    const size_t registers = n ? n : g->registers[1], stride = registers * V;
    const float *const d = g->d[1];
    float *const w = g->weights[1];
    vector deltas[16];
    const vector *const held = n && VECTOR_REGISTERS_32 ? deltas : NULL;
    UNROLL
    for (size_t r = 0; r < registers; r++) {
        const vector delta = vector_load(d + r * V);
        if (held)
            deltas[r] = delta;
        vector_store(w + r * V, vector_fma(rate, delta, vector_load(w + r * V)));
    }
    for (size_t end = g->units[1]; end > 0; end = (end - 1) / KERNEL_Q * KERNEL_Q) {
        const size_t i = (end - 1) / KERNEL_Q * KERNEL_Q;
        float *const block = w + (i + 1) * stride;
        const vector y = vector_load(g->y[0] + i / KERNEL_Q * V), step = vector_mul(rate, y);
        vector s[KERNEL_Q];
        if (KERNEL_Q > 1 && end - i == KERNEL_Q) {
            UNROLL
            for (size_t k = 0; k < KERNEL_Q; k += TOGETHER) {
                const vector steps[2] = {KERNEL(spread)(step, k), KERNEL(spread)(step, k + TOGETHER - 1)};
                KERNEL(rows)(n, TOGETHER, block + k * stride, registers, d, held, steps, s + k);
            }
        } else {
            UNROLL
            for (size_t k = 0; k < KERNEL_Q; k++)
                s[k] = vector_splat(0.0f);
            for (size_t k = 0; k < end - i; k++) {
                const vector one = KERNEL(spread)(step, k);
                KERNEL(rows)(n, 1, block + k * stride, registers, d, held, &one, s + k);
            }
        }
        const vector slope_i = vector_load(g->slope[0] + i / KERNEL_Q * V);
        vector_store(g->d[0] + i / KERNEL_Q * V, vector_mul(KERNEL(gather)(s), slope_i));
    }
}

static __attribute__((noinline)) void KERNEL(backward)(struct group *g)
{
    const vector rate = vector_load(g->rate);
    KERNEL(output_backward)(g, rate);
#define CASE(n)                                                                                                        \
    case n:                                                                                                            \
        KERNEL(second_block)(n, g, rate);                                                                              \
        break;
    switch (g->registers[1]) {
        CASES_TO_16
    default:
        KERNEL(second_block)(0, g, rate);
    }
#undef CASE
}

static void KERNEL(forward)(struct group *g, const float *const *x, size_t count)
{
    (void)count; /* one, as group->samples says */
    KERNEL(first_forward)(g, NULL, x[0]);
    KERNEL(second_forward)(g);
    KERNEL(output_forward)(g, NULL);
}

/* Where sample s of the order of this network stands. */
INLINE size_t KERNEL(place)(const uint32_t *order, size_t s)
{
    return order ? order[s] : s;
}

/* The inputs and targets of sample s, which all networks share: the inputs where they are, the targets in all lanes,
 * 0 behind the last. */
INLINE const float *KERNEL(take_shared)(struct group *g, const float *x, const float *t, const uint32_t *order,
                                        size_t s)
{
    const size_t sample = KERNEL(place)(order, s), outputs = g->units[SPEC_LAYERS];
    const float *const targets = t + sample * outputs;
    for (size_t k = 0; k < outputs; k++)
        g->shared_target[k] = targets[k];
    for (size_t r = 0; r < g->registers[SPEC_LAYERS - 1]; r++)
        vector_store(g->target + r * V, KERNEL(same)(g->shared_target + r * KERNEL_Q));
    return x + sample * g->units[0];
}

/* Sample s of each network's own order: inputs and targets in its lanes. Lanes without a network repeat the first. */
static __attribute__((noinline)) void KERNEL(take_own)(struct group *g, const float *x, const float *t,
                                                       const uint32_t *const *orders, size_t s)
{
    enum { NETWORKS = V / KERNEL_Q };
    const size_t inputs = g->units[0], outputs = g->units[SPEC_LAYERS];
    float *const own = g->own[s % GROUP_OWN], *const target = g->own_target[s % GROUP_OWN];
    const float *row[NETWORKS], *to[NETWORKS];
    for (size_t n = 0; n < NETWORKS; n++) {
        const size_t sample = KERNEL(place)(orders[n < g->count ? n : 0], s);
        row[n] = x + sample * inputs;
        to[n] = t + sample * outputs;
    }
    for (size_t i = 0; i < inputs; i++)
        UNROLL
        for (size_t n = 0; n < NETWORKS; n++)
            UNROLL
            for (size_t k = 0; k < KERNEL_Q; k++)
                own[i * V + n * KERNEL_Q + k] = row[n][i];
    for (size_t k = 0; k < outputs; k++)
        UNROLL
        for (size_t n = 0; n < NETWORKS; n++)
            target[k / KERNEL_Q * V + n * KERNEL_Q + k % KERNEL_Q] = to[n][k];
}

static void KERNEL(train_shared)(struct group *g, const float *x, const float *t, const uint32_t *order, size_t count)
{
    const float *before = NULL;
    for (size_t s = 0; s < count; s++) {
        const float *const inputs = KERNEL(take_shared)(g, x, t, order, s);
        KERNEL(first_forward)(g, before, inputs);
        KERNEL(second_forward)(g);
        KERNEL(output_forward)(g, g->target);
        KERNEL(backward)(g);
        before = inputs;
    }
    if (before)
        KERNEL(first_update)(g, false, before);
}

/* Each sample is taken while the one before it is trained: what was stored by parts is slow to load at once. */
static void KERNEL(train_own)(struct group *g, const float *x, const float *t, const uint32_t *const *orders,
                              size_t count)
{
    const float *before = NULL;
    KERNEL(take_own)(g, x, t, orders, 0);
    for (size_t s = 0; s < count; s++) {
        const float *const inputs = g->own[s % GROUP_OWN];
        if (s + 1 < count)
            KERNEL(take_own)(g, x, t, orders, s + 1);
        KERNEL(first_forward_own)(g, before, inputs);
        KERNEL(second_forward)(g);
        KERNEL(output_forward)(g, g->own_target[s % GROUP_OWN]);
        KERNEL(backward)(g);
        before = inputs;
    }
    KERNEL(first_update)(g, true, before);
}

static void KERNEL(train)(struct group *g, const float *x, const float *t, const uint32_t *const *orders, size_t count)
{
    if (!g->own[0])
        KERNEL(train_shared)(g, x, t, orders[0], count);
    else if (count > 0)
        KERNEL(train_own)(g, x, t, orders, count);
}

static const struct kernel KERNEL(kernel) = {KERNEL_ISA,    SERVES_DESCENT,  V,    KERNEL_Q,
                                             KERNEL(train), KERNEL(forward), NULL, kernel_finite};

#undef KERNEL
#undef KERNEL_Q
