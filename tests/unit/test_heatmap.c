/* SPDX-License-Identifier: BSD-3-Clause */
/* Heat maps as text: for each size of the terminal and each kind of grid no line is too long, none too many, and the
 * cells stand where they belong; small ones are compared letter by letter. */
#include "cli/heatmap.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void number(char *text, size_t size, bool across, size_t place, const void *arg)
{
    (void)across;
    (void)arg;
    discard(snprintf(text, size, "%zu", place + 1));
}

static const char *const words[] = {"45 % of the cost", "best so far: none yet", "a name \xff with \x1b[31m bytes, ü"};

/* A plane: lowest at the right end of the lowest row. */
static struct heatmap_cell *plane(size_t wide, size_t high)
{
    struct heatmap_cell *const cells = calloc(wide * high, sizeof *cells);
    assert_non_null(cells);
    for (size_t y = 0; y < high; y++)
        for (size_t x = 0; x < wide; x++)
            cells[y * wide + x] = (struct heatmap_cell){HEAT_ERROR, (double)(y * wide + wide - 1 - x)};
    return cells;
}

static struct heatmap map_of(struct heatmap_cell *cells, size_t wide, size_t high)
{
    return (struct heatmap){.wide = wide,
                            .high = high,
                            .cells = cells,
                            .across = "hidden1",
                            .up = "hidden2",
                            .label = number,
                            .best = SIZE_MAX,
                            .cursor = SIZE_MAX,
                            .title = "a run, running",
                            .brief = "45 %",
                            .lines = words,
                            .line_count = sizeof words / sizeof *words};
}

static char *text_of(const struct heatmap *map, size_t columns, size_t rows, enum ink_colours colours, bool utf8)
{
    const struct heatmap_screen screen = {columns, rows, colours, utf8};
    struct error err;
    char *text;
    assert_int_equal(heatmap_text(&text, map, &screen, &err), STATUS_OK);
    return text;
}

/* Columns of a line, without what sets colours. */
static size_t width(const char *line)
{
    size_t count = 0;
    while (*line && *line != '\n')
        if (*line == '\x1b')
            line = strchr(line, 'm') + 1;
        else
            count += ((unsigned char)*line++ & 0xc0) != 0x80;
    return count;
}

static void test_fits(void **state)
{
    (void)state;
    static const size_t sizes[][2] = {{20, 8}, {40, 12}, {80, 24}, {80, 8}, {200, 50}, {200, 9}, {1000, 300}},
                        grids[][2] = {{1, 1}, {1, 64}, {64, 1}, {3, 2}, {64, 64}, {65, 63}, {1000, 7}, {7, 1000}};
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
        for (size_t g = 0; g < sizeof grids / sizeof *grids; g++)
            for (int colours = INK_NONE; colours <= INK_TRUE; colours++)
                for (int utf8 = 0; utf8 < 2; utf8++) {
                    struct heatmap_cell *const cells = plane(grids[g][0], grids[g][1]);
                    struct heatmap map = map_of(cells, grids[g][0], grids[g][1]);
                    map.best = map.wide * map.high - 1;
                    map.cursor = 0;
                    char *const text = text_of(&map, sizes[s][0], sizes[s][1], (enum ink_colours)colours, utf8);
                    size_t lines = 0;
                    for (const char *line = text; *line; line = strchr(line, '\n') + 1, lines++)
                        if (width(line) > sizes[s][0])
                            fail_msg("%zu x %zu on %zu x %zu: %.*s", map.wide, map.high, sizes[s][0], sizes[s][1],
                                     (int)strcspn(line, "\n"), line);
                    if (lines > sizes[s][1] || lines < 6)
                        fail_msg("%zu x %zu on %zu x %zu: %zu lines", map.wide, map.high, sizes[s][0], sizes[s][1],
                                 lines);
                    assert_true((strchr(text, '\x1b') != NULL) == (colours != INK_NONE));
                    assert_null(strstr(text, "\x1b[31m")); /* not from names */
                    free(text);
                    free(cells);
                }
}

static void test_too_small(void **state)
{
    (void)state;
    static const size_t sizes[][2] = {{10, 24}, {80, 7}, {1, 1}, {19, 100}};
    struct heatmap_cell *const cells = plane(8, 8);
    const struct heatmap map = map_of(cells, 8, 8);
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        char *const text = text_of(&map, sizes[s][0], sizes[s][1], INK_TRUE, true);
        assert_string_equal(text, sizes[s][0] < 4 ? "4\n" : "45 %\n");
        free(text);
    }
    free(cells);
}

/* Letter by letter. */
static void test_letters(void **state)
{
    (void)state;
    struct heatmap_cell cells[] = {
        {HEAT_ERROR, 0.5}, {HEAT_ERROR, 1e27}, {HEAT_DIVERGED, (double)NAN}, {HEAT_ERROR, 0.25},
        {HEAT_ERROR, 0.1}, {HEAT_ERROR, 0.2},  {HEAT_FAILED, (double)NAN},   {HEAT_PENDING, (double)NAN}};
    struct heatmap map = map_of(cells, 4, 2);
    map.line_count = 1;
    map.best = 4;
    char *text = text_of(&map, 40, 8, INK_NONE, false);
    assert_string_equal(text, "a run, running\n"
                              "2 ****####xxxx    \n"
                              "1 ----....////====\n"
                              "  1   2   3   4\n"
                              "  across: hidden1   up: hidden2\n"
                              "0.1 @%##+=--:. 1e+27  * best    pending\n"
                              "45 % of the cost\n");
    free(text);
    map.cursor = 4;
    map.best = SIZE_MAX;
    text = text_of(&map, 20, 8, INK_256, true);
    assert_string_equal(text, "a run, running\n"
                              "2 \x1b[48;5;231m    \x1b[48;5;60m    "
                              "\x1b[38;5;205m\x1b[49m××××\x1b[38;5;102m····\x1b[0m\n"
                              "  \x1b[38;5;231m\x1b[48;5;77m▀▀▀▀\x1b[38;5;60m\x1b[48;5;220m▀▀▀▀"
                              "\x1b[38;5;205m\x1b[48;5;188m▀▀▀▀\x1b[38;5;30m\x1b[49m▄▄▄▄\x1b[0m\n"
                              "1 \x1b[48;5;77m    \x1b[48;5;220m    "
                              "\x1b[38;5;188m\x1b[49m////\x1b[48;5;30m    \x1b[0m\n"
                              "  1   2   3   4\n"
                              "  → hidden1   ↑ hidd\n"
                              "0.1 \x1b[48;5;53m \x1b[48;5;60m \x1b[48;5;30m "
                              "\x1b[48;5;77m \x1b[48;5;220m \x1b[0m 1e+27\n"
                              "45 % of the cost\n");
    free(text);
}

/* Where there are more cells than places a square has the best of its cells: a huge one, or one that diverged, does not
 * hide the others; what may still come hides what failed. */
static void test_thinned(void **state)
{
    (void)state;
    enum { WIDE = 400 };
    static const struct {
        struct heatmap_cell one, other;
        char sign;
    } cases[] = {{{HEAT_DIVERGED, 0}, {HEAT_ERROR, 1}, '@'},
                 {{HEAT_ERROR, 1e300}, {HEAT_ERROR, 1}, '@'},
                 {{HEAT_PENDING, 0}, {HEAT_FAILED, 0}, ' '},
                 {{HEAT_FAILED, 0}, {HEAT_DIVERGED, 0}, 'x'},
                 {{HEAT_DIVERGED, 0}, {HEAT_DIVERGED, 0}, '/'}};
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++)
        for (int turn = 0; turn < 2; turn++) {
            struct heatmap_cell cells[WIDE];
            for (size_t x = 0; x < WIDE; x++)
                cells[x] = (x % 2 == 0) == (turn == 0) ? cases[c].one : cases[c].other;
            const struct heatmap map = map_of(cells, WIDE, 1);
            const size_t begin = strlen(map.title) + 1 + 2; /* of the squares */
            char *const text = text_of(&map, 102, 10, INK_NONE, false);
            for (size_t x = 0; x < 100; x++)
                assert_int_equal(text[begin + x], cases[c].sign);
            assert_non_null(strstr(text, "a square: the best of 4 x 1"));
            free(text);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_fits), cmocka_unit_test(test_too_small),
                                       cmocka_unit_test(test_letters), cmocka_unit_test(test_thinned)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
