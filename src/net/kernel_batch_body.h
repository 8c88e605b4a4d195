/* SPDX-License-Identifier: BSD-3-Clause */
/* The batch kernel: every activation, loss and optimizer of net/spec.h where several samples make a step, for any
 * instruction set. It is three matrix products a layer, whose sums all are chains of multiply-adds in order:
 *
 *   forward    Z[sample][unit]  = sum over inputs   X[sample][input] W[input][unit]
 *   deltas     S[sample][input] = sum over units    D[sample][unit]  W[input][unit]
 *   gradient   G[input][unit]   = sum over samples  X[sample][input] D[sample][unit]
 *
 * Input 0 is the constant 1 of the bias. Included by each kernel_*.c for KERNEL_Q = V, where V units of one network
 * stand in a register, and for KERNEL_Q = 1, one unit of V networks. What follows a product (activation, slope, a step
 * of the optimizer) is done to each tile while it is in the first-level cache. Letters as in kernel_product_body.h. */

#include "net/kernel_product_body.h"

/* Registers of units of a layer. */
INLINE size_t KERNEL(columns)(const struct group *g, size_t l)
{
    return (g->units[l + 1] + KERNEL_Q - 1) / KERNEL_Q;
}

/* Floats from a row of weights to the next, and from a column of registers to the next in tiles. */
INLINE size_t KERNEL(weight_row)(const struct group *g, size_t l)
{
    return (KERNEL_Q == 1 ? g->registers[l] : STRIP) * V;
}

INLINE size_t KERNEL(weight_strip)(const struct group *g, size_t l)
{
    const size_t rows = g->units[l] + 1;
    return (KERNEL_Q == 1 ? 1 : rows) * V;
}

/* The inputs of a layer, from the constant 1 on. */
INLINE const float *KERNEL(inputs)(const struct group *g, size_t l)
{
    return (l == 0 ? g->input : g->y[l - 1]) - KERNEL(E);
}

/* --- forward ------------------------------------------------------------------------------------------------------ */

INLINE void KERNEL(activate_as)(const enum activation activation, const struct group *g, size_t l,
                                const struct tile *tile)
{
    for (size_t r = tile->row; r < tile->row + tile->rows; r++)
        for (size_t k = tile->column; k < tile->column + tile->columns; k++) {
            float *const y = g->y[l] + r * g->row[l + 1] + k * V;
            const vector z = vector_load(y);
            vector_store(y, vector_and(activate(activation, z), vector_load(g->mask[l] + k * V)));
        }
}

/* What the units of a tile make of their sums, 0 for padded units. */
static void KERNEL(activate)(const struct group *g, size_t l, const struct tile *tile)
{
    switch (l == SPEC_LAYERS - 1 ? g->hyper->output_activation : g->hyper->hidden_activation) {
#define CASE(activation)                                                                                               \
    case activation:                                                                                                   \
        KERNEL(activate_as)(activation, g, l, tile);                                                                   \
        break;
        ACTIVATION_CASES
#undef CASE
    case ACTIVATIONS:
        break;
    }
}

/* y: the outputs of a sample, sums at first. */
static void KERNEL(softmax)(size_t outputs, float *y)
{
#if KERNEL_Q == 1
    softmax_apart(outputs, y);
#else
    float most = y[0], sum = 0.0f;
    for (size_t k = 1; k < outputs; k++)
        most = most > y[k] ? most : y[k];
    for (size_t k = 0; k < outputs; k += V)
        vector_store(y + k, exponential(vector_sub(vector_load(y + k), vector_splat(most))));
    for (size_t k = 0; k < outputs; k++)
        sum += y[k];
    for (size_t k = 0; k < outputs; k += V)
        vector_store(y + k, vector_div(vector_load(y + k), vector_splat(sum)));
#endif
}

static void KERNEL(forward_layer)(struct group *g, size_t l, size_t samples)
{
    const struct product z = {.rows = samples,
                              .columns = KERNEL(columns)(g, l),
                              .terms = g->units[l] + 1,
                              .a = KERNEL(inputs)(g, l),
                              .a_row = g->row[l],
                              .b = g->weights[l],
                              .b_term = KERNEL(weight_row)(g, l),
                              .b_column = V,
                              .b_strip = KERNEL(weight_strip)(g, l),
                              .c_row = g->row[l + 1]};
    EACH_TILE(&z, tile)
    {
        KERNEL(multiply_down)(&z, &tile, g->y[l] + tile.row * z.c_row + tile.column * V);
        KERNEL(activate)(g, l, &tile);
    }
}

static void KERNEL(forward_samples)(struct group *g, size_t samples)
{
    enum { L = SPEC_LAYERS - 1 };
    for (size_t l = 0; l <= L; l++)
        KERNEL(forward_layer)(g, l, samples);
    for (size_t s = 0; g->hyper->output_activation == ACTIVATION_SOFTMAX && s < samples; s++)
        KERNEL(softmax)(g->units[L + 1], g->y[L] + s * g->row[L + 1]);
}

/* --- backward ----------------------------------------------------------------------------------------------------- */

/* The deltas of the outputs, 0 for padded units. */
static void KERNEL(output_deltas)(const struct group *g, size_t samples)
{
    enum { L = SPEC_LAYERS - 1 };
    const enum activation activation = g->hyper->output_activation;
    const size_t columns = KERNEL(columns)(g, L);
    for (size_t s = 0; s < samples; s++)
        for (size_t k = 0; k < columns; k++) {
            const size_t place = s * g->row[L + 1] + k * V;
            const vector o = vector_load(g->y[L] + place), e = vector_sub(o, vector_load(g->target + place));
            const vector d = g->hyper->loss == LOSS_SQUARED ? vector_mul(e, activation_slope(activation, o)) : e;
            vector_store(g->d[L] + place, vector_and(d, vector_load(g->mask[L] + k * V)));
        }
}

/* Sums of deltas become deltas, 0 for padded units, whose weights of 0 times an infinite delta would be NaN. */
static void KERNEL(slopes)(const struct group *g, size_t l, const struct tile *tile)
{
    const enum activation activation = g->hyper->hidden_activation;
    for (size_t r = tile->row; r < tile->row + tile->rows; r++)
        for (size_t k = tile->column; k < tile->column + tile->columns; k++) {
            const size_t place = r * g->row[l + 1] + k * V;
            const vector slope_k = activation_slope(activation, vector_load(g->y[l] + place));
            const vector d = vector_mul(vector_load(g->d[l] + place), slope_k);
            vector_store(g->d[l] + place, vector_and(d, vector_load(g->mask[l] + k * V)));
        }
}

/* The deltas of a hidden layer from those of the next. */
static void KERNEL(deltas)(struct group *g, size_t l, size_t samples)
{
    struct product s = {.rows = samples,
                        .columns = KERNEL(columns)(g, l),
                        .terms = g->units[l + 2],
                        .a = g->d[l + 1],
                        .a_row = g->row[l + 2],
                        .c_row = g->row[l + 1]};
#if KERNEL_Q == 1
    s.b = g->weights[l + 1] + g->registers[l + 1] * V;
    s.b_term = V;
    s.b_column = s.b_strip = g->registers[l + 1] * V;
#else
    s.b = g->transposed[l + 1];
    s.b_term = STRIP * V;
    s.b_column = V;
    s.b_strip = g->units[l + 2] * V;
#endif
    EACH_TILE(&s, tile)
    {
        KERNEL(multiply_down)(&s, &tile, g->d[l] + tile.row * s.c_row + tile.column * V);
        KERNEL(slopes)(g, l, &tile);
    }
}

#if KERNEL_Q != 1

/* The weights of a layer but its biases, units by inputs, in strips, as its deltas ask for them. */
static void KERNEL(transpose)(struct group *g, size_t l)
{
    const size_t inputs = g->units[l], units = g->units[l + 1];
    const size_t from_row = STRIP * V, to_row = STRIP * V;
    for (size_t i = 0; i < inputs; i += V)
        for (size_t j = 0; j < units; j += V) {
            const float *const from = g->weights[l] + group_place(g, l, i + 1, j, 0);
            float *const to = g->transposed[l] + i / to_row * units * to_row + j * to_row + i % to_row;
            vector rows[V];
            UNROLL
            for (size_t k = 0; k < V; k++)
                rows[k] = i + k < inputs ? vector_load(from + k * from_row) : vector_splat(0.0f);
            vector_transpose(rows);
            UNROLL
            for (size_t k = 0; k < V; k++)
                if (j + k < units)
                    vector_store(to + k * to_row, rows[k]);
        }
}

#endif

/* --- learning ----------------------------------------------------------------------------------------------------- */

INLINE void KERNEL(step_as)(const enum step_method method, const struct group *g, size_t l, const struct tile *tile,
                            const float *gradient)
{
    const struct stepper stepper = stepper_load(method, g);
    const vector scale = vector_load(g->steps.scale);
    const size_t row = KERNEL(weight_row)(g, l);
    float *const w = g->weights[l] + tile->row * row + tile->column * KERNEL(weight_strip)(g, l);
    for (size_t r = 0; r < tile->rows; r++)
        UNROLL
        for (size_t k = 0; k < tile->columns; k++) {
            const vector sum = vector_load(gradient + (r * KERNEL(COLUMNS) + k) * V);
            float *const place = w + r * row + k * V;
            step_weight(method, &stepper, place, vector_load(place), vector_mul(sum, scale));
        }
}

/* The weights of a tile step by their gradient. */
static __attribute__((noinline)) void KERNEL(step)(const enum step_method method, const struct group *g, size_t l,
                                                   const struct tile *tile, const float *gradient)
{
    switch (method) {
#define CASE(method)                                                                                                   \
    case method:                                                                                                       \
        KERNEL(step_as)(method, g, l, tile, gradient);                                                                 \
        break;
        STEP_CASES
#undef CASE
    case STEP_DESCENT:
        break;
    }
}

/* A tile of the gradient as it was before these samples. */
static void KERNEL(fetch)(const struct tile *tile, const float *from, size_t row, float *to)
{
    for (size_t r = 0; r < tile->rows; r++)
        memcpy(to + r * KERNEL(COLUMNS) * V, from + r * row, tile->columns * V * sizeof *to);
}

/* Add up the gradient of a layer over the samples, to that of the samples before unless these are the first; of the
 * last, the gradient is not kept but makes a step. */
static void KERNEL(learn)(struct group *g, size_t l, size_t samples, bool first, bool last)
{
    const size_t row = KERNEL(weight_row)(g, l), strip = KERNEL(weight_strip)(g, l);
    float *const gradient = g->gradient + (g->weights[l] - g->weights[0]);
    float held[KERNEL(ROWS) * KERNEL(COLUMNS) * V] __attribute__((aligned(64)));
    const struct product sum = {.rows = g->units[l] + 1,
                                .columns = KERNEL(columns)(g, l),
                                .terms = samples,
                                .a = KERNEL(inputs)(g, l),
                                .a_row = KERNEL(E),
                                .a_term = g->row[l],
                                .b = g->d[l],
                                .b_term = g->row[l + 1],
                                .b_column = V,
                                .b_strip = V,
                                .c_row = last ? KERNEL(COLUMNS) * V : row,
                                .add = !first};
    const enum step_method method = step_method(g);
    EACH_TILE(&sum, tile)
    {
        float *const place = gradient + tile.row * row + tile.column * strip;
        if (last && !first)
            KERNEL(fetch)(&tile, place, row, held);
        KERNEL(multiply_across)(&sum, &tile, last ? held : place);
        if (last)
            KERNEL(step)(method, g, l, &tile, held);
    }
}

/* Numbers that all networks share, as a row of a matrix. */
INLINE void KERNEL(spread_row)(size_t count, const float *from, float *to)
{
#if KERNEL_Q == 1
    for (size_t k = 0; k < count; k++)
        vector_store(to + k * V, vector_splat(from[k]));
#else
    memcpy(to, from, count * sizeof *to);
#endif
}

/* Take sample `at` of the orders for the s-th: its inputs and targets. */
static void KERNEL(take)(struct group *g, size_t s, const float *x, const float *t, const uint32_t *const *orders,
                         size_t at)
{
    const size_t inputs = g->units[0], outputs = g->units[SPEC_LAYERS];
    float *const input = g->input + s * g->row[0], *const target = g->target + s * g->row[SPEC_LAYERS];
#if KERNEL_Q == 1
    if (g->has_own) {
        for (size_t slot = 0; slot < g->count; slot++) {
            const size_t sample = orders[slot] ? orders[slot][at] : at;
            for (size_t i = 0; i < inputs; i++)
                input[i * V + slot] = x[sample * inputs + i];
            for (size_t k = 0; k < outputs; k++)
                target[k * V + slot] = t[sample * outputs + k];
        }
        return;
    }
#endif
    const size_t sample = orders[0] ? orders[0][at] : at;
    KERNEL(spread_row)(inputs, x + sample * inputs, input);
    KERNEL(spread_row)(outputs, t + sample * outputs, target);
}

static void KERNEL(batch)(struct group *g, const float *x, const float *t, const uint32_t *const *orders,
                          struct portion portion)
{
    enum { L = SPEC_LAYERS - 1 };
#if KERNEL_Q != 1
    for (size_t l = 1; portion.first && l <= L; l++)
        KERNEL(transpose)(g, l);
#endif
    for (size_t done = 0, samples; done < portion.count; done += samples) {
        samples = least(portion.count - done, g->samples);
        for (size_t s = 0; s < samples; s++)
            KERNEL(take)(g, s, x, t, orders, done + s);
        KERNEL(forward_samples)(g, samples);
        KERNEL(output_deltas)(g, samples);
        for (size_t l = L; l > 0; l--)
            KERNEL(deltas)(g, l - 1, samples);
        for (size_t l = 0; l <= L; l++)
            KERNEL(learn)(g, l, samples, portion.first && done == 0, portion.last && done + samples == portion.count);
    }
}

static void KERNEL(forward)(struct group *g, const float *const *x, size_t count)
{
    for (size_t s = 0; s < count; s++)
        KERNEL(spread_row)(g->units[0], x[s], g->input + s * g->row[0]);
    KERNEL(forward_samples)(g, count);
}

static const struct kernel KERNEL(kernel) = {KERNEL_ISA, SERVES_BATCHES,  V,             KERNEL_Q,
                                             NULL,       KERNEL(forward), KERNEL(batch), kernel_finite};

#undef KERNEL
#undef KERNEL_Q
