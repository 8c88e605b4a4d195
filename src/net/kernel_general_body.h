/* SPDX-License-Identifier: BSD-3-Clause */
/* The general kernel: every activation, loss and optimizer of net/spec.h for a group of networks, one unit of each in a
 * register (Q = 1), for any instruction set. Included by each kernel_*.c once, after kernel_body.h. Samples whose
 * gradients are added up meet the same weights, so several share a pass over them; the bits do not depend on how many.
 *
 * Letters: V lanes, U units and S samples at a time; x, y and d stand [samples][units] in registers. */

enum { S_MOST = GROUP_SAMPLES, U_BATCH = VECTOR_REGISTERS_32 ? 2 : 1, U_SINGLE = VECTOR_REGISTERS_32 ? 8 : 4 };

/* Where the samples of a block are. own: each network has its own, whose inputs stand in its lane. */
struct block {
    struct group *group;
    const bool own;
    bool deltas;
    const float *x[S_MOST]; /* [n_in] each, or [n_in][V] */
};

/* Output i of layer l - 1 for sample s: an input, or a unit of each network. */
INLINE vector general_input(const struct block *block, const size_t l, size_t s, size_t i)
{
    const struct group *const g = block->group;
    if (l > 0)
        return vector_load(g->y[l - 1] + (s * g->units[l] + i) * V);
    return block->own ? vector_load(block->x[s] + i * V) : vector_splat(block->x[s][i]);
}

/* Units j … j + u - 1 of a hidden layer. */
INLINE void general_units(const size_t u, const size_t samples, const struct block *block, const size_t l, size_t j)
{
    const struct group *const g = block->group;
    const size_t inputs = g->units[l], units = g->units[l + 1];
    const float *const w = g->weights[l] + j * V;
    vector sum[U_SINGLE][S_MOST], total[U_SINGLE][S_MOST];
    UNROLL
    for (size_t k = 0; k < u; k++)
        UNROLL
        for (size_t s = 0; s < samples; s++)
            total[k][s] = sum[k][s] = vector_load(w + k * V);
    for (size_t from = 0; from < inputs; from += SUM_CHUNK) {
        for (size_t i = from; i < least(inputs, from + SUM_CHUNK); i++) {
            vector in[S_MOST];
            UNROLL
            for (size_t s = 0; s < samples; s++)
                in[s] = general_input(block, l, s, i);
            UNROLL
            for (size_t k = 0; k < u; k++) {
                const vector weight = vector_load(w + ((i + 1) * units + k) * V);
                UNROLL
                for (size_t s = 0; s < samples; s++)
                    sum[k][s] = vector_fma(weight, in[s], sum[k][s]);
            }
        }
        UNROLL
        for (size_t k = 0; k < u; k++)
            UNROLL
            for (size_t s = 0; s < samples; s++) {
                total[k][s] = from == 0 ? sum[k][s] : vector_add(total[k][s], sum[k][s]);
                sum[k][s] = vector_splat(0.0f);
            }
    }
    for (size_t k = 0; k < u; k++)
        for (size_t s = 0; s < samples; s++)
            vector_store(g->y[l] + (s * units + j + k) * V,
                         vector_and(activate(g->hyper->hidden_activation, total[k][s]),
                                    vector_load(g->mask[l] + (j + k) * V)));
}

INLINE void general_hidden(const size_t samples, const struct block *block, const size_t l)
{
    enum { MANY = U_SINGLE, FEW = U_BATCH };
    const size_t units = block->group->units[l + 1], together = samples == 1 ? MANY : FEW;
    size_t j = 0;
    for (; j + together <= units; j += together)
        general_units(together, samples, block, l, j);
    for (; j < units; j++)
        general_units(1, samples, block, l, j);
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

/* The outputs for sample s and, where there are targets, their deltas. */
INLINE void general_outputs(const struct block *block, size_t s)
{
    enum { L = SPEC_LAYERS - 1 };
    const struct group *const g = block->group;
    const size_t inputs = g->units[L], outputs = g->units[L + 1];
    const enum activation activation = g->hyper->output_activation;
    float *const y = g->y[L] + s * outputs * V, *const d = g->d[L] + s * outputs * V;
    for (size_t k = 0; k < outputs; k++) {
        const float *const row = g->weights[L] + (outputs + k * inputs) * V;
        const vector z = vector_add(vector_load(g->weights[L] + k * V),
                                    general_lane_sum(inputs, row, g->y[L - 1] + s * inputs * V));
        vector_store(y + k * V, activate(activation, z));
    }
    if (activation == ACTIVATION_SOFTMAX)
        general_softmax(outputs, y);
    if (!block->deltas)
        return;
    const bool squared = g->hyper->loss == LOSS_SQUARED;
    for (size_t k = 0; k < outputs; k++) {
        const vector o = vector_load(y + k * V), e = vector_sub(o, vector_load(g->target + (s * outputs + k) * V));
        vector_store(d + k * V, squared ? vector_mul(e, activation_slope(activation, o)) : e);
    }
}

/* The deltas of the hidden layers for sample s; 0 for padded units, whose weights of 0 times an infinite delta would
 * be NaN. */
INLINE void general_deltas(const struct group *g, size_t s)
{
    enum { L = SPEC_LAYERS - 1 };
    const size_t a = g->units[1], b = g->units[L], outputs = g->units[L + 1];
    const enum activation hidden = g->hyper->hidden_activation;
    const float *const down = g->weights[L] + outputs * V, *const d2 = g->d[L] + s * outputs * V;
    float *const d1 = g->d[1] + s * b * V, *const d0 = g->d[0] + s * a * V;
    for (size_t i = 0; i < b; i++) {
        vector sum = vector_splat(0.0f), total = sum;
        for (size_t k = 0; k < outputs; k++) {
            sum = vector_fma(vector_load(down + (k * b + i) * V), vector_load(d2 + k * V), sum);
            if ((k + 1) % SUM_CHUNK == 0) {
                total = vector_add(total, sum);
                sum = vector_splat(0.0f);
            }
        }
        const vector slope_i = activation_slope(hidden, vector_load(g->y[1] + (s * b + i) * V));
        const vector d = vector_mul(vector_add(total, sum), slope_i);
        vector_store(d1 + i * V, vector_and(d, vector_load(g->mask[1] + i * V)));
    }
    for (size_t i = 0; i < a; i++) {
        const vector sum = general_lane_sum(b, g->weights[1] + (i + 1) * b * V, d1);
        const vector slope_i = activation_slope(hidden, vector_load(g->y[0] + (s * a + i) * V));
        vector_store(d0 + i * V, vector_and(vector_mul(sum, slope_i), vector_load(g->mask[0] + i * V)));
    }
}

/* One row of products added: to[j] += in[s] d[s][j]. to: [units][V], d: [samples][units][V] */
INLINE void general_row(const size_t samples, size_t units, float *to, const vector *in, const float *d)
{
    for (size_t j = 0; j < units; j++) {
        vector sum = vector_load(to + j * V);
        UNROLL
        for (size_t s = 0; s < samples; s++)
            sum = vector_fma(in[s], vector_load(d + (s * units + j) * V), sum);
        vector_store(to + j * V, sum);
    }
}

/* Add the products of inputs and deltas, times factor, to arrays that stand as the weights from `to` on. */
INLINE void general_add(const size_t samples, const struct block *block, float *to, vector factor)
{
    enum { L = SPEC_LAYERS - 1 };
    const struct group *const g = block->group;
    vector in[S_MOST];
    UNROLL
    for (size_t l = 0; l < SPEC_LAYERS; l++) {
        float *const layer = to + (g->weights[l] - g->weights[0]);
        const size_t inputs = g->units[l], units = g->units[l + 1];
        UNROLL
        for (size_t s = 0; s < samples; s++)
            in[s] = factor;
        general_row(samples, units, layer, in, g->d[l]);
        for (size_t i = 0; l < L && i < inputs; i++) {
            UNROLL
            for (size_t s = 0; s < samples; s++)
                in[s] = vector_mul(factor, general_input(block, l, s, i));
            general_row(samples, units, layer + (i + 1) * units * V, in, g->d[l]);
        }
    }
    const size_t inputs = g->units[L], outputs = g->units[L + 1];
    float *const rows = to + (g->weights[L] - g->weights[0]) + outputs * V;
    for (size_t i = 0; i < inputs; i++) {
        UNROLL
        for (size_t s = 0; s < samples; s++)
            in[s] = vector_mul(factor, general_input(block, L, s, i));
        for (size_t k = 0; k < outputs; k++) {
            float *const place = rows + (k * inputs + i) * V;
            vector sum = vector_load(place);
            UNROLL
            for (size_t s = 0; s < samples; s++)
                sum = vector_fma(in[s], vector_load(g->d[L] + (s * outputs + k) * V), sum);
            vector_store(place, sum);
        }
    }
}

INLINE void general_pass(const size_t samples, const struct block *block)
{
    general_hidden(samples, block, 0);
    general_hidden(samples, block, 1);
    for (size_t s = 0; s < samples; s++)
        general_outputs(block, s);
}

INLINE void general_learn(const size_t samples, const struct block *block, float *to, vector factor)
{
    general_pass(samples, block);
    for (size_t s = 0; s < samples; s++)
        general_deltas(block->group, s);
    general_add(samples, block, to, factor);
}

/* Sample `at` of the orders becomes sample s of the block: its inputs, and its targets in the networks' lanes. */
INLINE void general_take(struct block *block, size_t s, const float *x, const float *t, const uint32_t *const *orders,
                         size_t at)
{
    struct group *const g = block->group;
    const size_t inputs = g->units[0], outputs = g->units[SPEC_LAYERS];
    float *const target = g->target + s * outputs * V;
    if (!block->own) {
        const size_t sample = orders[0] ? orders[0][at] : at;
        block->x[s] = x + sample * inputs;
        for (size_t k = 0; k < outputs; k++)
            vector_store(target + k * V, vector_splat(t[sample * outputs + k]));
        return;
    }
    float *const own = g->own[0] + s * inputs * V;
    block->x[s] = own;
    for (size_t slot = 0; slot < g->count; slot++) {
        const size_t sample = orders[slot] ? orders[slot][at] : at;
        for (size_t i = 0; i < inputs; i++)
            own[i * V + slot] = x[sample * inputs + i];
        for (size_t k = 0; k < outputs; k++)
            target[k * V + slot] = t[sample * outputs + k];
    }
}

static void general_forward(struct group *g, const float *x)
{
    const struct block block = {.group = g, .x = {x}};
    general_pass(1, &block);
}

INLINE void general_train_all(const bool own, struct group *g, const float *x, const float *t,
                              const uint32_t *const *orders, size_t count)
{
    struct block block = {.group = g, .own = own, .deltas = true};
    for (size_t s = 0; s < count; s++) {
        general_take(&block, 0, x, t, orders, s);
        general_learn(1, &block, g->weights[0], vector_load(g->rate));
    }
}

static void general_train(struct group *g, const float *x, const float *t, const uint32_t *const *orders, size_t count)
{
    if (g->own[0])
        general_train_all(true, g, x, t, orders, count);
    else
        general_train_all(false, g, x, t, orders, count);
}

INLINE void general_gradient_all(const bool own, struct group *g, const float *x, const float *t,
                                 const uint32_t *const *orders, size_t count)
{
    const vector one = vector_splat(1.0f);
    struct block block = {.group = g, .own = own, .deltas = true};
    size_t done = 0;
    for (; done + S_MOST <= count; done += S_MOST) {
        for (size_t s = 0; s < S_MOST; s++)
            general_take(&block, s, x, t, orders, done + s);
        general_learn(S_MOST, &block, g->gradient, one);
    }
    for (; done < count; done++) {
        general_take(&block, 0, x, t, orders, done);
        general_learn(1, &block, g->gradient, one);
    }
}

static void general_gradient(struct group *g, const float *x, const float *t, const uint32_t *const *orders,
                             size_t count)
{
    if (g->own[0])
        general_gradient_all(true, g, x, t, orders, count);
    else
        general_gradient_all(false, g, x, t, orders, count);
}

/* The new weight from w and its mean gradient; a and b are kept. */
INLINE vector general_stepped(const enum optimizer optimizer, const struct steps *step, vector w, vector g, vector *a,
                              vector *b)
{
    const vector zero = vector_splat(0.0f), one = vector_splat(1.0f);
    if (optimizer == OPTIMIZER_RPROP) {
        const vector sign = vector_sub(vector_select(g, one, zero), vector_select(vector_sub(zero, g), one, zero));
        const vector same = vector_mul(sign, *a), other = vector_sub(zero, same);
        const vector grown = vector_min(vector_load(step->max), vector_mul(*b, vector_load(step->increase)));
        const vector shrunk = vector_max(vector_load(step->min), vector_mul(*b, vector_load(step->decrease)));
        *b = vector_select(same, grown, vector_select(other, shrunk, *b));
        *a = vector_select(other, zero, sign);
        return vector_fma(vector_sub(zero, *a), *b, w);
    }
    if (optimizer == OPTIMIZER_ADAM) {
        *a = vector_fma(vector_load(step->beta1), *a, vector_mul(vector_load(step->one_minus_beta1), g));
        *b = vector_fma(vector_load(step->beta2), *b, vector_mul(vector_mul(vector_load(step->one_minus_beta2), g), g));
        const vector root = vector_sqrt(vector_mul(*b, vector_load(step->correction2)));
        const vector ratio = vector_div(*a, vector_add(root, vector_load(step->epsilon)));
        return vector_fma(vector_sub(zero, vector_load(step->rate1)), ratio, w);
    }
    *a = vector_fma(vector_load(step->momentum), *a, g);
    return vector_fma(vector_sub(zero, vector_load(step->rate)), *a, w);
}

INLINE void general_steps(const enum optimizer optimizer, struct group *group)
{
    const struct steps *const step = &group->steps;
    float *const w = group->weights[0], *const g = group->gradient;
    float *const a = group->kept[0], *const b = group->kept[1];
    const bool both = optimizer_keeps(optimizer) == OPTIMIZER_KEEPS;
    const vector scale = vector_load(step->scale), weight_decay = vector_load(step->weight_decay);
    for (size_t k = 0; k < group->weight_floats; k += V) {
        const vector weight = vector_load(w + k);
        const vector gradient = vector_fma(weight_decay, weight, vector_mul(vector_load(g + k), scale));
        vector keep[2] = {vector_load(a + k), both ? vector_load(b + k) : vector_splat(0.0f)};
        vector_store(w + k, general_stepped(optimizer, step, weight, gradient, &keep[0], &keep[1]));
        vector_store(g + k, vector_splat(0.0f));
        vector_store(a + k, keep[0]);
        if (both)
            vector_store(b + k, keep[1]);
    }
}

static void general_step(struct group *group)
{
    switch (group->hyper->optimizer) {
    case OPTIMIZER_SGD:
        general_steps(OPTIMIZER_SGD, group);
        break;
    case OPTIMIZER_RPROP:
        general_steps(OPTIMIZER_RPROP, group);
        break;
    case OPTIMIZER_ADAM:
        general_steps(OPTIMIZER_ADAM, group);
        break;
    case OPTIMIZERS:
        break;
    }
}

static const struct kernel kernel_general = {KERNEL_ISA,      V,                1,            general_train,
                                             general_forward, general_gradient, general_step, kernel_finite};
