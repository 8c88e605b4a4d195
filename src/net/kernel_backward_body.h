/* SPDX-License-Identifier: BSD-3-Clause */
/* Back-propagation and learning, layer by layer from the last, by any method of kernel_step.h. Included by
 * kernel_body.h, whose letters it has. Methods other than plain descent keep the deltas of padded units at 0: their
 * weights of 0 times an infinite delta would be NaN, while a step may well stay finite. */

/* Deltas of layer l from their sums. */
INLINE void KERNEL(put_delta)(const enum step_method method, struct group *g, size_t l, size_t r, vector sum)
{
    const vector d = vector_mul(sum, vector_load(g->slope[l] + r * V));
    vector_store(g->d[l] + r * V, method == STEP_DESCENT ? d : vector_and(d, vector_load(g->mask[l] + r * V)));
}

/* The weight at `place` adds its part of a delta to the sum, and learns. */
INLINE vector KERNEL(output_weight)(const enum step_method method, const struct stepper *stepper, float *place,
                                    vector in, vector delta, vector sum)
{
    vector weight = vector_load(place);
    vector_keep(weight);
    learn(method, stepper, place, weight, in, delta);
    return vector_fma(weight, delta, sum);
}

/* Back-propagation through the output layer of `few` outputs and its update. */
INLINE void KERNEL(few_outputs_down)(const size_t few, const struct stepper *stepper, struct group *g)
{
    enum { L = SPEC_LAYERS - 1 };
    const size_t registers = g->registers[1];
    float *const rows = g->weights[L] + g->registers[L] * V;
    vector held[FEW_OUTPUTS];
    UNROLL
    for (size_t k = 0; k < few; k++)
        held[k] = KERNEL(spread)(vector_load(g->d[L] + k / KERNEL_Q * V), k % KERNEL_Q);
    for (size_t r = 0; r < registers; r++) {
        const vector in = pace(STEP_DESCENT, stepper, vector_load(g->y[1] + r * V));
        vector sum = vector_splat(0.0f);
        UNROLL
        for (size_t k = 0; k < few; k++)
            sum = KERNEL(output_weight)(STEP_DESCENT, stepper, rows + (k * registers + r) * V, in, held[k], sum);
        KERNEL(put_delta)(STEP_DESCENT, g, 1, r, sum);
    }
}

/* The same of any number of outputs, and by any method. */
INLINE void KERNEL(outputs_down)(const enum step_method method, const struct stepper *stepper, struct group *g)
{
    enum { L = SPEC_LAYERS - 1 };
    const size_t registers = g->registers[1], outputs = g->units[SPEC_LAYERS];
    float *const rows = g->weights[L] + g->registers[L] * V;
    for (size_t k = 0; k < outputs; k++)
        vector_store(g->spread + k * V, KERNEL(spread)(vector_load(g->d[L] + k / KERNEL_Q * V), k % KERNEL_Q));
    for (size_t r = 0; r < registers; r++) {
        const vector in = pace(method, stepper, vector_load(g->y[1] + r * V));
        vector sum = vector_splat(0.0f), total = sum;
        for (size_t k = 0; k < outputs; k++) {
            const vector delta = vector_load(g->spread + k * V);
            sum = KERNEL(output_weight)(method, stepper, rows + (k * registers + r) * V, in, delta, sum);
            if ((k + 1) % SUM_CHUNK == 0) {
                total = vector_add(total, sum);
                sum = vector_splat(0.0f);
            }
        }
        KERNEL(put_delta)(method, g, 1, r, vector_add(total, sum));
    }
}

/* The biases of n registers at w. */
INLINE void KERNEL(learn_biases)(const enum step_method method, const struct stepper *stepper, const size_t n,
                                 float *w, const float *d)
{
    const vector in = pace(method, stepper, vector_splat(1.0f));
    for (size_t r = 0; r < n; r++)
        learn(method, stepper, w + r * V, vector_load(w + r * V), in, vector_load(d + r * V));
}

INLINE void KERNEL(output_backward)(const enum step_method method, const struct stepper *stepper, struct group *g)
{
    enum { L = SPEC_LAYERS - 1 };
    KERNEL(learn_biases)(method, stepper, g->registers[L], g->weights[L], g->d[L]);
    switch (method == STEP_DESCENT ? g->units[SPEC_LAYERS] : 0) {
    case 1:
        KERNEL(few_outputs_down)(1, stepper, g);
        break;
    case 2:
        KERNEL(few_outputs_down)(2, stepper, g);
        break;
    case 3:
        KERNEL(few_outputs_down)(3, stepper, g);
        break;
    case FEW_OUTPUTS:
        KERNEL(few_outputs_down)(FEW_OUTPUTS, stepper, g);
        break;
    default:
        KERNEL(outputs_down)(method, stepper, g);
    }
}

/* Back-propagation through the second layer of n registers (n = 0: of any number) and its update, in one pass over the
 * weights, from the last row to the first: what is still in the cache from here is what the next forward pass begins
 * with. Where there are registers enough they hold the deltas; else two rows share a load. Of one network a row has few
 * partial sums: more rows together make up for it. Other methods have work enough in a row. */
INLINE void KERNEL(second_block)(const enum step_method method, const struct stepper *stepper, const size_t n,
                                 struct group *g)
{
    enum { FEW_SUMS = KERNEL_Q == V && KERNEL(PARTS) <= 2 };
    enum { TOGETHER = FEW_SUMS ? ROWS_TOGETHER : VECTOR_REGISTERS_32 ? 1 : 2 };
    const size_t registers = n ? n : g->registers[1], stride = registers * V;
    const float *const d = g->d[1];
    float *const w = g->weights[1];
    enum { HELD = VECTOR_REGISTERS_32 ? 16 : 0 };
    vector deltas[HELD ? HELD : 1];
    const vector *const held = n && n <= HELD ? deltas : NULL;
    KERNEL(learn_biases)(method, stepper, registers, w, d);
    UNROLL
    for (size_t r = 0; held && r < n; r++)
        deltas[r] = vector_load(d + r * V);
    for (size_t end = g->units[1]; end > 0; end = (end - 1) / KERNEL_Q * KERNEL_Q) {
        const size_t i = (end - 1) / KERNEL_Q * KERNEL_Q;
        float *const block = w + (i + 1) * stride;
        const vector in = pace(method, stepper, vector_load(g->y[0] + i / KERNEL_Q * V));
        vector s[KERNEL_Q];
        if (method == STEP_DESCENT && KERNEL_Q > 1 && end - i == KERNEL_Q) {
            UNROLL
            for (size_t k = 0; k < KERNEL_Q; k += TOGETHER) {
                vector ins[TOGETHER];
                UNROLL
                for (size_t row = 0; row < TOGETHER; row++)
                    ins[row] = KERNEL(spread)(in, k + row);
                KERNEL(rows)(method, stepper, n, TOGETHER, block + k * stride, registers, d, held, ins, s + k);
            }
        } else {
            UNROLL
            for (size_t k = 0; k < KERNEL_Q; k++)
                s[k] = vector_splat(0.0f);
            for (size_t k = 0; k < end - i; k++) {
                const vector one = KERNEL(spread)(in, k);
                KERNEL(rows)(method, stepper, n, 1, block + k * stride, registers, d, held, &one, s + k);
            }
        }
        KERNEL(put_delta)(method, g, 0, i / KERNEL_Q, KERNEL(gather)(s));
    }
}

static __attribute__((noinline)) void KERNEL(backward)(struct group *g)
{
    const struct stepper stepper = stepper_load(STEP_DESCENT, g);
    KERNEL(output_backward)(STEP_DESCENT, &stepper, g);
#define CASE(n)                                                                                                        \
    case n:                                                                                                            \
        KERNEL(second_block)(STEP_DESCENT, &stepper, n, g);                                                            \
        break;
    switch (g->registers[1]) {
        UNROLLED_CASES
    default:
        KERNEL(second_block)(STEP_DESCENT, &stepper, 0, g);
    }
#undef CASE
}

/* The update of the first layer by itself. Plain descent leaves it to the next pass forward, but for the last sample of
 * a call. */
INLINE void KERNEL(first_update)(const enum step_method method, const struct stepper *stepper, struct group *g,
                                 bool own, const float *x)
{
    const size_t registers = g->registers[0];
    float *w = g->weights[0];
    for (size_t i = 0; i <= g->units[0]; i++, w += registers * V) {
        const vector in = pace(method, stepper, i == 0 ? vector_splat(1.0f) : KERNEL(input)(own, x, i - 1));
        for (size_t r = 0; r < registers; r++)
            learn(method, stepper, w + r * V, vector_load(w + r * V), in, vector_load(g->d[0] + r * V));
    }
}

/* All of it by a method that steps from gradients. RPROP and Adam compute so much for a weight that rows of a constant
 * length gain nothing, and they would double the time to compile. */
INLINE void KERNEL(learn_sample)(const enum step_method method, struct group *g, bool own, const float *x)
{
    const struct stepper stepper = stepper_load(method, g);
    KERNEL(output_backward)(method, &stepper, g);
    switch (method == STEP_PLAIN || method == STEP_MOMENTUM ? g->registers[1] : 0) {
#define CASE(n)                                                                                                        \
    case n:                                                                                                            \
        KERNEL(second_block)(method, &stepper, n, g);                                                                  \
        break;
        CASES_TO_8
#undef CASE
    default:
        KERNEL(second_block)(method, &stepper, 0, g);
    }
    KERNEL(first_update)(method, &stepper, g, own, x);
}

