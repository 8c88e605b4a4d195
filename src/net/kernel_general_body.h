/* SPDX-License-Identifier: BSD-3-Clause */
/* The general kernel: every optimizer of net/spec.h for a group of networks that step after each sample, one unit of
 * each in a register (Q = 1), for any instruction set. Included by each kernel_*.c once, after
 * kernel_body.h.
 *
 * Letters: V lanes, U units at a time; x, y and d stand [units] in registers. */

enum { U_MOST = VECTOR_REGISTERS_32 ? 8 : 4 };

/* Output i of layer l - 1 for a sample: a unit of each network, or an input. own: each network has its own sample, x:
 * [n_in][V]; else [n_in]. */
INLINE vector general_input(const bool own, const struct group *g, const float *x, const size_t l, size_t i)
{
    if (l > 0)
        return vector_load(g->y[l - 1] + i * V);
    return own ? vector_load(x + i * V) : vector_splat(x[i]);
}

/* Units j … j + u - 1 of a hidden layer. */
INLINE void general_units(const size_t u, const bool own, const struct group *g, const float *x, const size_t l,
                          size_t j)
{
    const size_t inputs = g->units[l], units = g->units[l + 1];
    const float *const w = g->weights[l] + j * V;
    vector sum[U_MOST], total[U_MOST];
    UNROLL
    for (size_t k = 0; k < u; k++)
        total[k] = sum[k] = vector_load(w + k * V);
    for (size_t from = 0; from < inputs; from += SUM_CHUNK) {
        for (size_t i = from; i < least(inputs, from + SUM_CHUNK); i++) {
            const vector in = general_input(own, g, x, l, i);
            UNROLL
            for (size_t k = 0; k < u; k++)
                sum[k] = vector_fma(vector_load(w + ((i + 1) * units + k) * V), in, sum[k]);
        }
        UNROLL
        for (size_t k = 0; k < u; k++) {
            total[k] = from == 0 ? sum[k] : vector_add(total[k], sum[k]);
            sum[k] = vector_splat(0.0f);
        }
    }
    UNROLL
    for (size_t k = 0; k < u; k++)
        vector_store(g->y[l] + (j + k) * V, vector_and(activate(g->hyper->hidden_activation, total[k]),
                                                       vector_load(g->mask[l] + (j + k) * V)));
}

INLINE void general_hidden(const bool own, const struct group *g, const float *x, const size_t l)
{
    const size_t units = g->units[l + 1];
    size_t j = 0;
    for (; j + U_MOST <= units; j += U_MOST)
        general_units(U_MOST, own, g, x, l, j);
    for (; j < units; j++)
        general_units(1, own, g, x, l, j);
}

/* A lane sum of products. w, y: [terms][V] */
INLINE vector general_lane_sum(size_t terms, const float *w, const float *y)
{
    vector sums[SUM_LANES];
    UNROLL
    for (size_t q = 0; q < SUM_LANES; q++)
        sums[q] = vector_splat(0.0f);
    size_t i = 0;
    for (; i + SUM_LANES <= terms; i += SUM_LANES)
        UNROLL
        for (size_t q = 0; q < SUM_LANES; q++)
            sums[q] = vector_fma(vector_load(w + (i + q) * V), vector_load(y + (i + q) * V), sums[q]);
    UNROLL
    for (size_t q = 0; q < SUM_LANES; q++)
        if (i + q < terms)
            sums[q] = vector_fma(vector_load(w + (i + q) * V), vector_load(y + (i + q) * V), sums[q]);
    UNROLL
    for (size_t half = SUM_LANES / 2; half > 0; half /= 2)
        UNROLL
        for (size_t q = 0; q < half; q++)
            sums[q] = vector_add(sums[q], sums[q + half]);
    return sums[0];
}

/* y: [outputs][V], totals at first. */
static void general_softmax(size_t outputs, float *y)
{
    vector most = vector_load(y), sum = vector_splat(0.0f);
    for (size_t k = 1; k < outputs; k++)
        most = vector_max(most, vector_load(y + k * V));
    for (size_t k = 0; k < outputs; k++) {
        const vector power = exponential(vector_sub(vector_load(y + k * V), most));
        vector_store(y + k * V, power);
        sum = vector_add(sum, power);
    }
    for (size_t k = 0; k < outputs; k++)
        vector_store(y + k * V, vector_div(vector_load(y + k * V), sum));
}

/* The outputs and, where there are targets, their deltas. */
static void general_outputs(const struct group *g, const float *target)
{
    enum { L = SPEC_LAYERS - 1 };
    const size_t inputs = g->units[L], outputs = g->units[L + 1];
    const enum activation activation = g->hyper->output_activation;
    float *const y = g->y[L];
    for (size_t k = 0; k < outputs; k++) {
        const float *const row = g->weights[L] + (outputs + k * inputs) * V;
        const vector z = vector_add(vector_load(g->weights[L] + k * V), general_lane_sum(inputs, row, g->y[L - 1]));
        vector_store(y + k * V, activate(activation, z));
    }
    if (activation == ACTIVATION_SOFTMAX)
        general_softmax(outputs, y);
    if (!target)
        return;
    const bool squared = g->hyper->loss == LOSS_SQUARED;
    for (size_t k = 0; k < outputs; k++) {
        const vector o = vector_load(y + k * V), e = vector_sub(o, vector_load(target + k * V));
        vector_store(g->d[L] + k * V, squared ? vector_mul(e, activation_slope(activation, o)) : e);
    }
}

/* The deltas of the hidden layers; 0 for padded units, whose weights of 0 times an infinite delta would
 * be NaN. */
static void general_deltas(const struct group *g)
{
    enum { L = SPEC_LAYERS - 1 };
    const size_t a = g->units[1], b = g->units[L], outputs = g->units[L + 1];
    const enum activation hidden = g->hyper->hidden_activation;
    const float *const down = g->weights[L] + outputs * V;
    for (size_t i = 0; i < b; i++) {
        vector sum = vector_splat(0.0f), total = sum;
        for (size_t k = 0; k < outputs; k++) {
            sum = vector_fma(vector_load(down + (k * b + i) * V), vector_load(g->d[L] + k * V), sum);
            if ((k + 1) % SUM_CHUNK == 0) {
                total = vector_add(total, sum);
                sum = vector_splat(0.0f);
            }
        }
        const vector slope_i = activation_slope(hidden, vector_load(g->y[1] + i * V));
        const vector d = vector_mul(vector_add(total, sum), slope_i);
        vector_store(g->d[1] + i * V, vector_and(d, vector_load(g->mask[1] + i * V)));
    }
    for (size_t i = 0; i < a; i++) {
        const vector sum = general_lane_sum(b, g->weights[1] + (i + 1) * b * V, g->d[1]);
        const vector slope_i = activation_slope(hidden, vector_load(g->y[0] + i * V));
        vector_store(g->d[0] + i * V, vector_and(vector_mul(sum, slope_i), vector_load(g->mask[0] + i * V)));
    }
}

/* The weight at w learns the product of an input and a delta. */
INLINE void general_weight(const enum step_method method, const struct group *g, float *w, vector in, vector delta)
{
    step_weights(method, g, w, vector_fma(in, delta, vector_splat(0.0f)));
}

/* All weights learn from the sample. */
INLINE void general_update(const bool own, const enum step_method method, const struct group *g, const float *x)
{
    enum { L = SPEC_LAYERS - 1 };
    UNROLL
    for (size_t l = 0; l < SPEC_LAYERS; l++) {
        const size_t inputs = l < L ? g->units[l] : 0, units = g->units[l + 1];
        float *w = g->weights[l];
        for (size_t i = 0; i <= inputs; i++, w += units * V) {
            const vector in = i == 0 ? vector_splat(1.0f) : general_input(own, g, x, l, i - 1);
            for (size_t j = 0; j < units; j++)
                general_weight(method, g, w + j * V, in, vector_load(g->d[l] + j * V));
        }
    }
    const size_t inputs = g->units[L], outputs = g->units[L + 1];
    float *const rows = g->weights[L] + outputs * V;
    for (size_t i = 0; i < inputs; i++) {
        const vector in = general_input(own, g, x, L, i);
        for (size_t k = 0; k < outputs; k++)
            general_weight(method, g, rows + (k * inputs + i) * V, in, vector_load(g->d[L] + k * V));
    }
}

/* target: NULL for outputs alone. */
static __attribute__((noinline)) void general_pass(struct group *g, const float *x, const float *target)
{
    if (g->own[0] && target)
        general_hidden(true, g, x, 0);
    else
        general_hidden(false, g, x, 0);
    general_hidden(false, g, x, 1);
    general_outputs(g, target);
    if (target)
        general_deltas(g);
}

/* Take a sample of the orders, its targets into the networks' lanes. Returns its inputs. */
static const float *general_take(struct group *g, const float *x, const float *t, const uint32_t *const *orders,
                                 size_t at)
{
    const size_t inputs = g->units[0], outputs = g->units[SPEC_LAYERS];
    if (!g->own[0]) {
        const size_t row = orders[0] ? orders[0][at] : at;
        for (size_t k = 0; k < outputs; k++)
            vector_store(g->target + k * V, vector_splat(t[row * outputs + k]));
        return x + row * inputs;
    }
    for (size_t slot = 0; slot < g->count; slot++) {
        const size_t row = orders[slot] ? orders[slot][at] : at;
        for (size_t i = 0; i < inputs; i++)
            g->own[0][i * V + slot] = x[row * inputs + i];
        for (size_t k = 0; k < outputs; k++)
            g->target[k * V + slot] = t[row * outputs + k];
    }
    return g->own[0];
}

static void general_forward(struct group *g, const float *const *x, size_t count)
{
    (void)count; /* one, as group->samples says */
    general_pass(g, x[0], NULL);
}

/* Batches of one sample. */
static void general_batch(struct group *g, const float *x, const float *t, const uint32_t *const *orders,
                          struct portion portion)
{
    const float *const inputs = general_take(g, x, t, orders, 0);
    (void)portion;
    general_pass(g, inputs, g->target);
#define CASE(method)                                                                                                   \
    case method:                                                                                                       \
        if (g->own[0])                                                                                                 \
            general_update(true, method, g, inputs);                                                                   \
        else                                                                                                           \
            general_update(false, method, g, inputs);                                                                  \
        break;
    switch (step_method(g)) {
        CASE(STEP_PLAIN)
        CASE(STEP_MOMENTUM)
        CASE(STEP_RPROP)
        CASE(STEP_ADAM)
    }
#undef CASE
}

static const struct kernel kernel_general = {KERNEL_ISA, SERVES_STEPS,    V,             1,
                                             NULL,       general_forward, general_batch, kernel_finite};
