/* SPDX-License-Identifier: BSD-3-Clause */
/* What depends on how many lanes a network has: moving numbers between them, and lane sums, of the outputs on the way
 * forward and of the deltas on the way back. Included by kernel_body.h, whose letters it has. */

#ifndef KERNEL_LANES_COMMON
#define KERNEL_LANES_COMMON

/* Rows of weights that a pass back takes at a time, at the most. */
enum { ROWS_TOGETHER = 4 };

#endif

enum { KERNEL(PARTS) = SUM_LANES / KERNEL_Q };

/* The Q floats at p for every network. */
INLINE vector KERNEL(same)(const float *p)
{
#if KERNEL_Q == 16
    return vector_repeat16(p);
#elif KERNEL_Q == 8
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
#if KERNEL_Q == 16
    return vector_spread16(v, k);
#elif KERNEL_Q == 8
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
#if KERNEL_Q == 16
    return vector_sum16(s);
#elif KERNEL_Q == 8
    return vector_sum8(s);
#elif KERNEL_Q == 4
    return vector_sum4(s[0], s[1], s[2], s[3]);
#else
    return s[0];
#endif
}

/* m registers of k rows: their products with d into sums[row][part on], then they learn in[row] d if there is any.
 * d: memory, or held: registers. */
INLINE void KERNEL(strip)(const enum step_method method, const struct stepper *stepper, const size_t m, const size_t k,
                          float *w, size_t stride, const float *d, const vector *held, const vector *in,
                          const size_t part, vector (*sums)[KERNEL(PARTS)])
{
    UNROLL
    for (size_t r = 0; r < m; r++) {
        const vector delta = held ? held[r] : vector_load(d + r * V);
        UNROLL
        for (size_t row = 0; row < k; row++) {
            float *const place = w + row * stride + r * V;
            vector weight = vector_load(place);
            vector *const sum = &sums[row][(part + r) % KERNEL(PARTS)];
            if (in)
                vector_keep(weight);
            *sum = vector_fma(weight, delta, *sum);
            if (in)
                learn(method, stepper, place, weight, in[row], delta);
        }
    }
}

/* k rows of n registers (n = 0: of any number): the sums s[row] = sum_j w d, still apart in their lanes; then they
 * learn in[row] d if there is any. */
INLINE void KERNEL(rows)(const enum step_method method, const struct stepper *stepper, const size_t n, const size_t k,
                         float *w, size_t registers, const float *d, const vector *held, const vector *in, vector *s)
{
    enum { SUMS = KERNEL(PARTS) };
    vector sums[ROWS_TOGETHER][SUMS];
    UNROLL
    for (size_t row = 0; row < k; row++)
        UNROLL
        for (size_t part = 0; part < SUMS; part++)
            sums[row][part] = vector_splat(0.0f);
    if (n) {
        KERNEL(strip)(method, stepper, n, k, w, n * V, d, held, in, 0, sums);
    } else {
        size_t r = 0;
        for (; r + SUMS <= registers; r += SUMS) {
            KERNEL(strip)(method, stepper, SUMS, k, w + r * V, registers * V, d + r * V, NULL, in, 0, sums);
            vector_settle();
        }
        UNROLL
        for (size_t part = 0; part < SUMS; part++)
            if (r + part < registers)
                KERNEL(strip)(method, stepper, 1, k, w + (r + part) * V, registers * V, d + (r + part) * V, NULL, in,
                              part, sums);
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
