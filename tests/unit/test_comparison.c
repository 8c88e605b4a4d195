/* SPDX-License-Identifier: BSD-3-Clause */
/* Multiple comparisons with the best: critical values as published, how often the set holds the best cell and how large
 * it is, simulated; figures by hand. That whole runs are compared as SciPy does it is tests/program/best.sh's to show.
 */
#include "sweep/comparison.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <Random123/philox.h>

/* C. Dunnett's table 1a (1955), one-sided, 5 %: p comparisons at infinite freedom; beyond 9, by integration in SciPy.
 * With finite freedom his own are a little lower, for in them all share one variance: "at most". */
static void critical_values(void **state)
{
    (void)state;
    static const struct {
        size_t others;
        double freedom, expected, tolerance;
    } cases[] = {
        {1, 1e9, 1.64, 0.006},       {2, 1e9, 1.92, 0.006},   {3, 1e9, 2.06, 0.006},       {4, 1e9, 2.16, 0.006},
        {5, 1e9, 2.23, 0.006},       {9, 1e9, 2.42, 0.006},   {15, 1e9, 2.565340, 1e-6},   {255, 1e9, 3.254288, 1e-6},
        {4095, 1e9, 3.789847, 1e-6}, {1, 10, 1.81, 0.006},    {1, 1, 6.313752, 1e-6},      {2, 10, 2.15, 0.02},
        {5, 20, 2.41, 0.02},         {15, 3, 5.778145, 1e-6}, {255, 2.5, 17.358835, 1e-5},
    };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        const double critical = comparison_critical(cases[c].others, cases[c].freedom);
        if (!(fabs(critical - cases[c].expected) <= cases[c].tolerance))
            fail_msg("%zu others, freedom %g: %.9g, not %g", cases[c].others, cases[c].freedom, critical,
                     cases[c].expected);
    }
}

static double at(const void *arg, size_t cell, size_t block)
{
    const double *const *const rows = arg;
    return rows[cell][block];
}

/* Standard normal variables, two at a time. Source: G. Box, M. Muller, Annals of Mathematical Statistics 29 (1958). */
static void draw(double two[2], uint32_t run, uint32_t what, uint32_t number)
{
    const philox4x32_ctr_t counter = {{number, what, run, 0}};
    const philox4x32_key_t key = {{17, 0}};
    const philox4x32_ctr_t r = philox4x32(counter, key);
    const double u = ((double)r.v[0] + 0.5) * 0x1p-32, angle = 6.283185307179586 * (double)r.v[1] * 0x1p-32;
    two[0] = sqrt(-2 * log(u)) * cos(angle);
    two[1] = sqrt(-2 * log(u)) * sin(angle);
}

enum { CELLS = 4096, BLOCKS = 16 };
enum noise { EQUAL_NOISE, NOISE_OF_EACH, BEST_IS_NOISIEST, SKEWED };

/* Errors of cells whose true means are 0 for the first and spread * |normal| for the others; the noise has variance 1,
 * or differs from cell to cell, or is exponential. rows: [cells][blocks] */
static void simulate(double **rows, size_t cells, size_t blocks, double spread, enum noise noise, uint32_t run)
{
    double own[2], two[2], effects[BLOCKS][2];
    for (uint32_t block = 0; block < blocks; block++)
        draw(effects[block], run, 2 + block, UINT32_MAX);
    for (uint32_t cell = 0; cell < cells; cell++) {
        draw(own, run, 1, cell);
        const double mean = cell == 0 ? 0 : spread * fabs(own[0]);
        const double sd = noise == NOISE_OF_EACH      ? exp(0.7 * own[1])
                          : noise == BEST_IS_NOISIEST ? exp(0.3 * own[1] - (double)cell / (double)cells)
                                                      : 1;
        for (uint32_t block = 0; block < blocks; block++) {
            if (block % 2 == 0 || noise == SKEWED)
                draw(two, run, 2 + block, cell);
            const double normal = two[block % 2], skewed = (two[0] * two[0] + two[1] * two[1]) / 2 - 1;
            rows[cell][block] = mean + sd * (noise == SKEWED ? skewed : normal) + 3 * effects[block][0];
        }
    }
}

/* How often the set holds the best cell: where all cells are alike, each is a best one, and the share of the cells in
 * the set says it with less noise. And how large the set is: its share must not exceed the one stated, which is what
 * was simulated at first and 0.02. */
static void coverage(void **state)
{
    (void)state;
    static const struct {
        size_t cells, blocks;
        double spread;
        enum noise noise;
        uint32_t runs;
        double share;
    } cases[] = {
        {16, 2, 0, EQUAL_NOISE, 500, 1.00},
        {16, 2, 1, EQUAL_NOISE, 500, 0.97},
        {16, 4, 0, EQUAL_NOISE, 500, 0.98},
        {16, 4, 1, EQUAL_NOISE, 500, 0.83},
        {16, 8, 0, EQUAL_NOISE, 500, 0.97},
        {16, 8, 1, EQUAL_NOISE, 500, 0.70},
        {16, 16, 0, EQUAL_NOISE, 500, 0.97},
        {16, 16, 1, EQUAL_NOISE, 500, 0.57},
        {256, 2, 0, EQUAL_NOISE, 150, 1.00},
        {256, 2, 1, EQUAL_NOISE, 150, 0.98},
        {256, 4, 0, EQUAL_NOISE, 150, 0.99},
        {256, 4, 1, EQUAL_NOISE, 150, 0.80},
        {256, 8, 0, EQUAL_NOISE, 150, 0.98},
        {256, 8, 1, EQUAL_NOISE, 150, 0.65},
        {256, 16, 0, EQUAL_NOISE, 150, 0.97},
        {256, 16, 1, EQUAL_NOISE, 150, 0.52},
        {4096, 2, 0, EQUAL_NOISE, 50, 1.00},
        {4096, 2, 1, EQUAL_NOISE, 10, 0.95},
        {4096, 4, 0, EQUAL_NOISE, 50, 0.98},
        {4096, 4, 1, EQUAL_NOISE, 10, 0.74},
        {4096, 8, 0, EQUAL_NOISE, 50, 0.98},
        {4096, 8, 1, EQUAL_NOISE, 10, 0.61},
        {4096, 16, 0, EQUAL_NOISE, 50, 0.96},
        {4096, 16, 1, EQUAL_NOISE, 10, 0.50},
        {16, 2, 0, NOISE_OF_EACH, 500, 0.97},
        {16, 2, 1, NOISE_OF_EACH, 500, 0.96},
        {16, 4, 0, NOISE_OF_EACH, 500, 0.97},
        {16, 4, 1, NOISE_OF_EACH, 500, 0.90},
        {16, 16, 0, NOISE_OF_EACH, 500, 0.98},
        {16, 16, 1, NOISE_OF_EACH, 500, 0.71},
        {256, 2, 0, NOISE_OF_EACH, 60, 1.00},
        {256, 2, 1, NOISE_OF_EACH, 60, 1.00},
        {256, 4, 0, NOISE_OF_EACH, 60, 0.98},
        {256, 4, 1, NOISE_OF_EACH, 60, 0.96},
        {256, 16, 0, NOISE_OF_EACH, 60, 1.00},
        {256, 16, 1, NOISE_OF_EACH, 60, 0.94},
        {16, 2, 0, BEST_IS_NOISIEST, 500, 0.98},
        {16, 2, 1, BEST_IS_NOISIEST, 500, 0.92},
        {16, 4, 0, BEST_IS_NOISIEST, 500, 0.97},
        {16, 4, 1, BEST_IS_NOISIEST, 500, 0.76},
        {16, 16, 0, BEST_IS_NOISIEST, 500, 0.97},
        {16, 16, 1, BEST_IS_NOISIEST, 500, 0.49},
        {256, 2, 0, BEST_IS_NOISIEST, 60, 1.00},
        {256, 2, 1, BEST_IS_NOISIEST, 60, 0.98},
        {256, 4, 0, BEST_IS_NOISIEST, 60, 0.98},
        {256, 4, 1, BEST_IS_NOISIEST, 60, 0.84},
        {256, 16, 0, BEST_IS_NOISIEST, 60, 1.00},
        {256, 16, 1, BEST_IS_NOISIEST, 60, 0.55},
        {16, 2, 0, SKEWED, 500, 1.00},
        {16, 2, 1, SKEWED, 500, 0.97},
        {16, 4, 0, SKEWED, 500, 1.00},
        {16, 4, 1, SKEWED, 500, 0.83},
        {16, 16, 0, SKEWED, 500, 0.99},
        {16, 16, 1, SKEWED, 500, 0.54},
        {256, 2, 0, SKEWED, 60, 1.00},
        {256, 2, 1, SKEWED, 60, 1.00},
        {256, 4, 0, SKEWED, 60, 1.00},
        {256, 4, 1, SKEWED, 60, 0.96},
        {256, 16, 0, SKEWED, 60, 1.00},
        {256, 16, 1, SKEWED, 60, 0.52},
    };
    double *const all = malloc(sizeof(double[CELLS][BLOCKS])), **const rows = malloc(CELLS * sizeof *rows);
    for (size_t cell = 0; cell < CELLS; cell++)
        rows[cell] = all + cell * BLOCKS;
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        const struct comparison_errors errors = {cases[c].cells, cases[c].blocks, at, rows};
        double held = 0, share = 0;
        for (uint32_t run = 0; run < cases[c].runs; run++) {
            simulate(rows, cases[c].cells, cases[c].blocks, cases[c].spread, cases[c].noise, run);
            struct comparison comparison;
            assert_int_equal(comparison_make(&comparison, &errors, NULL), STATUS_OK);
            held += comparison_holds(&comparison, 0);
            for (size_t cell = 0; cell < cases[c].cells; cell++)
                share += comparison_holds(&comparison, cell);
            comparison_free(&comparison);
        }
        held /= cases[c].runs;
        share /= cases[c].runs * (double)cases[c].cells;
        const bool alike = cases[c].spread == 0 && cases[c].noise != BEST_IS_NOISIEST;
        if ((alike ? share : held) < 0.93 || share > cases[c].share)
            fail_msg("%zu cells, n = %zu, spread %g, noise %d: best held in %.3f, share in the set %.3f",
                     cases[c].cells, cases[c].blocks, cases[c].spread, cases[c].noise, held, share);
    }
    free(rows);
    free(all);
}

/* The optimism that is expected is, on average, that of the cell that was chosen: its true mean less the lowest. With
 * 16 cells the spread of their true means is hardly known, and it is rougher. */
static void optimism(void **state)
{
    (void)state;
    static const struct {
        size_t cells, blocks;
        double spread, tolerance;
    } cases[] = {{16, 4, 0, 0.25},   {256, 4, 0, 0.1},    {16, 4, 0.5, 0.25},
                 {256, 4, 0.5, 0.1}, {256, 16, 0.5, 0.1}, {256, 16, 1, 0.1}};
    enum { RUNS = 200 };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        double values[256][BLOCKS], *rows[256], true_means[256], expected = 0, real = 0;
        for (size_t cell = 0; cell < 256; cell++)
            rows[cell] = values[cell];
        const struct comparison_errors errors = {cases[c].cells, cases[c].blocks, at, rows};
        for (uint32_t run = 0; run < RUNS; run++) {
            simulate(rows, cases[c].cells, cases[c].blocks, 0, EQUAL_NOISE, run);
            double level = 0; /* what the blocks add to all cells */
            for (size_t block = 0; block < cases[c].blocks; block++) {
                double effect[2];
                draw(effect, run, 2 + (uint32_t)block, UINT32_MAX);
                level += 3 * effect[0] / (double)cases[c].blocks;
            }
            for (uint32_t cell = 0; cell < cases[c].cells; cell++) {
                double own[2];
                draw(own, run, 1, cell);
                true_means[cell] = cases[c].spread * own[0];
                for (size_t block = 0; block < cases[c].blocks; block++)
                    rows[cell][block] += true_means[cell];
            }
            struct comparison comparison;
            assert_int_equal(comparison_make(&comparison, &errors, NULL), STATUS_OK);
            expected += comparison.optimism / RUNS;
            real += (level + true_means[comparison.best] - comparison.means[comparison.best]) / RUNS;
            comparison_free(&comparison);
        }
        if (!(fabs(expected / real - 1) < cases[c].tolerance))
            fail_msg("%zu cells, n = %zu, spread %g: expected optimism %.3f, real %.3f", cases[c].cells,
                     cases[c].blocks, cases[c].spread, expected, real);
    }
}

/* Three cells in two blocks, by hand. Means 2, 5, 9; effects -1, 1 (the medians of -1 -2 -1 and 1 2 1); rests 0, 1, 0
 * and squares 0, 2, 0, of which the effects take a third: variances 0, 3, 0. Means spread by a variance of 37/3. The
 * differences from the first cell have variances 0, 2, 0. With two variances of 0 nothing is known of their spread: all
 * have the pooled one, 1, and the differences 2, with two degrees of freedom. */
/* One training of one cell that nearly diverged: the pooled share of chance follows it, that by medians does not. */
static void wild(void **state)
{
    (void)state;
    enum { WIDE = 16, DEEP = 8 };
    double values[WIDE][DEEP], *rows[WIDE], chance[2], median[2];
    for (size_t cell = 0; cell < WIDE; cell++) {
        rows[cell] = values[cell];
        for (size_t block = 0; block < DEEP; block++) {
            double two[2];
            draw(two, 1, (uint32_t)block, (uint32_t)cell);
            values[cell][block] = (double)cell + two[0];
        }
    }
    for (size_t turn = 0; turn < 2; turn++) {
        struct comparison comparison;
        const struct comparison_errors errors = {WIDE, DEEP, at, rows};
        assert_int_equal(comparison_make(&comparison, &errors, NULL), STATUS_OK);
        assert_int_equal(comparison.noisy, turn);
        chance[turn] = comparison.chance;
        median[turn] = comparison.chance_median;
        comparison_free(&comparison);
        values[3][5] += 30;
    }
    assert_true(chance[1] > 5 * chance[0] && median[1] < 2 * median[0]);
}

static void figures(void **state)
{
    (void)state;
    double values[3][2] = {{1, 3}, {3, 7}, {8, 10}}, *rows[3] = {values[0], values[1], values[2]};
    struct comparison comparison;
    assert_int_equal(comparison_make(&comparison, &(struct comparison_errors){3, 2, at, rows}, NULL), STATUS_OK);
    assert_int_equal(comparison.best, 0);
    assert_true(fabs(comparison.within_sd - 1) <= 1e-12);
    assert_true(fabs(comparison.between_sd - sqrt(37.0 / 3)) <= 1e-12);
    assert_true(fabs(comparison.chance - 1.0 / 2 / (37.0 / 3)) <= 1e-12);
    assert_true(fabs(comparison.freedom - 2) <= 1e-12);
    for (size_t cell = 0; cell < 3; cell++)
        assert_true(fabs(comparison.variances[cell] - 2) <= 1e-12);
    assert_true(fabs(comparison.critical - comparison_critical(2, 2)) <= 1e-12);
    assert_true(comparison_holds(&comparison, 0) &&
                comparison_holds(&comparison, 1)); /* 3 standard errors; 3.97 may be */
    assert_false(comparison_holds(&comparison, 2));
    comparison_free(&comparison);
}

/* What cannot be known is NaN, and the set holds the lowest alone. */
static void little(void **state)
{
    (void)state;
    static const struct {
        size_t cells, blocks;
        double values[3][2];
        size_t set;
        bool within, between, chance;
    } cases[] = {
        {1, 1, {{4}}, 1, false, false, false},         {3, 1, {{4}, {5}, {4}}, 2, false, true, false},
        {1, 2, {{4, 6}}, 1, true, false, false},       {2, 2, {{4, 6}, {4, 6}}, 2, true, true, false},
        {2, 2, {{4, 6}, {5, 7}}, 1, true, true, true}, /* no noise at all */
        {2, 2, {{4, 6}, {5, 6}}, 2, true, true, true}, {3, 2, {{0, 0}, {0, 0}, {0, 0}}, 3, true, true, false},
        {2, 2, {{1e308, 1e308}, {1e308, 1.5e308}}, 1, false, false, false}, /* means are infinite */
    };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        const double *rows[3] = {cases[c].values[0], cases[c].values[1], cases[c].values[2]};
        struct comparison comparison;
        const struct comparison_errors errors = {cases[c].cells, cases[c].blocks, at, rows};
        assert_int_equal(comparison_make(&comparison, &errors, NULL), STATUS_OK);
        size_t set = 0;
        for (size_t cell = 0; cell < cases[c].cells; cell++)
            set += comparison_holds(&comparison, cell);
        if (set != cases[c].set || isnan(comparison.within_sd) == cases[c].within ||
            isnan(comparison.between_sd) == cases[c].between || isnan(comparison.chance) == cases[c].chance)
            fail_msg("case %zu: %zu in the set, within %g, between %g, chance %g", c, set, comparison.within_sd,
                     comparison.between_sd, comparison.chance);
        comparison_free(&comparison);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(critical_values), cmocka_unit_test(coverage), cmocka_unit_test(optimism),
        cmocka_unit_test(wild),            cmocka_unit_test(figures),  cmocka_unit_test(little),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
