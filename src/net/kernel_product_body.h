/* SPDX-License-Identifier: BSD-3-Clause */
/* A matrix product for any instruction set, whose sums all are chains of multiply-adds in order. It goes tile by tile:
 * as many rows and columns of registers of the result as the processor has registers for. Included by
 * kernel_batch_body.h for KERNEL_Q = V, where an element of A is one float for all lanes, and for KERNEL_Q = 1, where
 * it is a register.
 *
 * Letters: E floats from an element of a row to the next, m rows and n columns of a tile. */

#ifndef KERNEL_PRODUCT_COMMON
#define KERNEL_PRODUCT_COMMON

/* C = A B, or C + A B: columns of C are registers. Distances are in floats. */
struct product {
    size_t rows, columns, terms;
    const float *a;                  /* element (row, term): in one float, or in V */
    size_t a_row, a_term;
    const float *b;                  /* register (term, column) */
    size_t b_term, b_column, b_strip; /* columns of a tile, and of tiles, are so far apart */
    float *c;                        /* register (row, column), columns V apart */
    size_t c_row;
    bool add;
};

/* A tile of C. */
struct tile {
    size_t row, column, rows, columns;
};

/* All tiles of a product. */
#define EACH_TILE(p, tile)                                                                                             \
    for (struct tile tile = KERNEL(tile_at)(p, 0, 0); (tile).rows > 0; (tile) = KERNEL(tile_after)(p, &(tile)))

#endif

#if KERNEL_Q == 1
enum { KERNEL(E) = V, KERNEL(ROWS) = VECTOR_REGISTERS_32 ? 6 : 4, KERNEL(COLUMNS) = VECTOR_REGISTERS_32 ? 4 : 3 };
#else
enum { KERNEL(E) = 1, KERNEL(ROWS) = VECTOR_REGISTERS_32 ? 12 : 6, KERNEL(COLUMNS) = STRIP };
#endif

INLINE vector KERNEL(element)(const float *p)
{
#if KERNEL_Q == 1
    return vector_load(p);
#else
    return vector_splat(*p);
#endif
}

/* The m x n tile of p->c that is at c, from the rows at a and the columns at b. */
INLINE void KERNEL(sums)(const size_t m, const size_t n, const size_t a_row, const size_t a_term,
                         const struct product *p, const float *a, const float *b, float *c)
{
    const size_t terms = p->terms, b_term = p->b_term, b_column = p->b_column, c_row = p->c_row;
    vector sum[KERNEL(ROWS)][KERNEL(COLUMNS)];
    UNROLL
    for (size_t r = 0; r < m; r++)
        UNROLL
        for (size_t k = 0; k < n; k++)
            sum[r][k] = p->add ? vector_load(c + r * c_row + k * V) : vector_splat(0.0f);
    for (size_t term = 0; term < terms; term++, a += a_term, b += b_term) {
        vector in[KERNEL(COLUMNS)];
        UNROLL
        for (size_t k = 0; k < n; k++)
            in[k] = vector_load(b + k * b_column);
        UNROLL
        for (size_t r = 0; r < m; r++) {
            const vector element = KERNEL(element)(a + r * a_row);
            UNROLL
            for (size_t k = 0; k < n; k++)
                sum[r][k] = vector_fma(element, in[k], sum[r][k]);
        }
    }
    UNROLL
    for (size_t r = 0; r < m; r++)
        UNROLL
        for (size_t k = 0; k < n; k++)
            vector_store(c + r * c_row + k * V, sum[r][k]);
}

/* m rows: the number of columns becomes a constant. */
INLINE void KERNEL(sums_of)(const size_t m, size_t n, const bool across, const struct product *p, const float *a,
                            const float *b, float *c)
{
    const size_t a_row = across ? KERNEL(E) : p->a_row, a_term = across ? p->a_term : KERNEL(E);
    if (n == KERNEL(COLUMNS))
        KERNEL(sums)(m, KERNEL(COLUMNS), a_row, a_term, p, a, b, c);
    else if (n == 1)
        KERNEL(sums)(m, 1, a_row, a_term, p, a, b, c);
    else if (n == 2)
        KERNEL(sums)(m, 2, a_row, a_term, p, a, b, c);
    else
        KERNEL(sums)(m, KERNEL(COLUMNS) - 1, a_row, a_term, p, a, b, c);
}

/* Compute a tile. across: the rows of A are next to each other, else its terms. */
INLINE void KERNEL(multiply)(const bool across, const struct product *p, const struct tile *tile, float *c)
{
    const float *const a = p->a + tile->row * p->a_row, *const b = p->b + tile->column * p->b_strip;
    switch (tile->rows) {
#define CASE(m)                                                                                                        \
    case m:                                                                                                            \
        if ((m) <= KERNEL(ROWS))                                                                                       \
            KERNEL(sums_of)((m) < KERNEL(ROWS) ? (m) : KERNEL(ROWS), tile->columns, across, p, a, b, c);               \
        break;
        CASE(1) CASE(2) CASE(3) CASE(4) CASE(5) CASE(6) CASE(7) CASE(8) CASE(9) CASE(10) CASE(11) CASE(12)
#undef CASE
    }
}

static __attribute__((noinline)) void KERNEL(multiply_down)(const struct product *p, const struct tile *tile, float *c)
{
    KERNEL(multiply)(false, p, tile, c);
}

static __attribute__((noinline)) void KERNEL(multiply_across)(const struct product *p, const struct tile *tile,
                                                              float *c)
{
    KERNEL(multiply)(true, p, tile, c);
}

/* The first tile of the product, and the next; of no rows after the last. With Q = V a strip of B, which few registers
 * of weights are, stays in the cache; with Q = 1 rows of A do. */
static struct tile KERNEL(tile_at)(const struct product *p, size_t row, size_t column)
{
    const size_t rows = row < p->rows && column < p->columns ? p->rows - row : 0;
    return (struct tile){row, column, least(rows, KERNEL(ROWS)), least(p->columns - column, KERNEL(COLUMNS))};
}

static struct tile KERNEL(tile_after)(const struct product *p, const struct tile *tile)
{
    const size_t row = tile->row + KERNEL(ROWS), column = tile->column + KERNEL(COLUMNS);
    if (KERNEL_Q == 1)
        return column < p->columns ? KERNEL(tile_at)(p, tile->row, column) : KERNEL(tile_at)(p, row, 0);
    return row < p->rows ? KERNEL(tile_at)(p, row, tile->column) : KERNEL(tile_at)(p, 0, column);
}
