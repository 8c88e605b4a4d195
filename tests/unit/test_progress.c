/* SPDX-License-Identifier: BSD-3-Clause */
/* Progress as text, and when a line is due where there is no terminal. */
#include "base/log.h"
#include "cli/progress.h"
#include "sweep/cost.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static void test_text(void **state)
{
    (void)state;
    static const struct {
        struct sweep_state state;
        const char *text;
    } cases[] = {
        {{0, 4096, 0, 0, 100, 3, NAN, 0}, "0 of 4096 cells"},
        {{60, 4096, 60, 0, 100, 3, NAN, 0}, "60 of 4096 cells"},
        {{16, 4096, 0, 12.99, 100, 3, 59.4, 98.24e9}, "59 s left, 16 of 4096 cells, 12 % of the cost, 98.2 Gflop/s"},
        {{16, 4096, 0, 99.99, 100, 3, 59.6, 999.4}, "1:00 min left, 16 of 4096 cells, 99 % of the cost, 999 flop/s"},
        {{16, 4096, 0, 50, 100, 3, 3599.4, 999.6}, "59:59 min left, 16 of 4096 cells, 50 % of the cost, 1.00 kflop/s"},
        {{16, 4096, 0, 50, 100, 3, 3600, 10.04e6}, "1:00 h left, 16 of 4096 cells, 50 % of the cost, 10.0 Mflop/s"},
        {{16, 4096, 0, 50, 100, 3, 86400 * 2.5, 5e12},
         "2 d 12 h left, 16 of 4096 cells, 50 % of the cost, 5.00 Tflop/s"},
        {{4096, 4096, 0, 100, 100, 9, 0, 1e18}, "0 s left, 4096 of 4096 cells, 100 % of the cost, 1.00 Eflop/s"},
        {{1, 1, 0, 0, 0, 9, 0, 0}, "0 s left, 1 of 1 cell, 100 % of the cost, 0 flop/s"},
        {{68, 4096, 60, 1, 50, 3, 9, 4e9}, "9 s left, 68 of 4096 cells, 2 % of the rest, 4.00 Gflop/s"},
        {{29, 4096, 0, 48, 100, 9, 4, NAN}, "4 s left, 29 of 4096 cells, 48 % of the cost"}, /* of a program */
        {{1, 2, 0, 1, 2, 9, 1e300, 1e30}, NULL}, /* absurd figures are no accident */
        {{1, 2, 0, 1, 2, 9, INFINITY, INFINITY}, NULL},
    };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        char text[256];
        const size_t length = progress_text(text, sizeof text, &cases[c].state, "cell");
        assert_int_equal(length, strlen(text));
        if (cases[c].text)
            assert_string_equal(text, cases[c].text);
    }
}

static void test_clipped(void **state)
{
    (void)state;
    const struct sweep_state sweep = {16, 4096, 0, 12, 100, 3, 59, 98e9};
    char whole[256];
    const size_t length = progress_text(whole, sizeof whole, &sweep, "cell");
    for (size_t size = 1; size < length + 3; size++) {
        char text[256];
        memset(text, '#', sizeof text);
        const size_t kept = progress_text(text, size, &sweep, "cell");
        assert_int_equal(kept, size - 1 < length ? size - 1 : length);
        assert_memory_equal(text, whole, kept);
        assert_int_equal(text[kept], '\0');
        assert_int_equal(text[size], '#');
    }
}

/* What a function writes to standard error; returns the number of bytes. */
static size_t shown(struct progress *progress, const struct sweep_state *state, char *text, size_t size)
{
    FILE *const file = tmpfile();
    const int saved = dup(STDERR_FILENO);
    assert_true(file && saved >= 0 && dup2(fileno(file), STDERR_FILENO) >= 0);
    progress_show(state, progress);
    assert_true(dup2(saved, STDERR_FILENO) >= 0);
    close(saved);
    rewind(file);
    const size_t length = fread(text, 1, size - 1, file);
    text[length] = '\0';
    fclose(file);
    return length;
}

static void test_lines(void **state)
{
    (void)state;
    struct progress progress;
    char text[512];
    progress_start(&progress, "training");
    progress.terminal = false;
    int lines = 0;
    double last_s = 0;
    for (double now_s = 0; now_s < 86400; now_s += 2.5) {
        const struct sweep_state sweep = {7, 9, 0, 1, 2, now_s, 4, 5};
        if (shown(&progress, &sweep, text, sizeof text) == 0)
            continue;
        assert_string_equal(text, "nsurf: 4 s left, 7 of 9 trainings, 50 % of the cost, 5.00 flop/s\n");
        assert_true(now_s - last_s >= 10);
        last_s = now_s;
        lines++;
    }
    assert_in_range(lines, 50, 100); /* a day's log can still be read */
}

/* On a terminal: in place, in one line, nothing of a longer text left behind it. */
static void test_redrawn(void **state)
{
    (void)state;
    struct progress progress;
    char text[512];
    progress_start(&progress, "cell");
    progress.terminal = true;
    const struct sweep_state longer = {1000, 4096, 0, 1, 2, 1, 59, 5e9}, shorter = {4096, 4096, 0, 2, 2, 2, 0, 5};
    const size_t length = shown(&progress, &longer, text, sizeof text);
    assert_int_equal(text[0], '\r');
    assert_null(strpbrk(text + 1, "\r\n"));
    const size_t over = shown(&progress, &shorter, text, sizeof text);
    assert_true(over >= length);
    assert_int_equal(text[over - 1], ' ');
    assert_null(strpbrk(text + 1, "\r\n"));
}

/* Words in lines: no line is longer than a terminal but for one long word, and no word is lost. */
static void test_words(void **state)
{
    (void)state;
    char text[1024];
    FILE *const file = tmpfile();
    const int saved = dup(STDERR_FILENO);
    assert_true(file && saved >= 0 && dup2(fileno(file), STDERR_FILENO) >= 0);
    log_words("%s %s", "a few words that go on and on until the line is full, and then there are some more of them,",
              "12345678901234567890123456789012345678901234567890123456789012345678901234567890123456789 and the end");
    assert_true(dup2(saved, STDERR_FILENO) >= 0);
    close(saved);
    rewind(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    assert_string_equal(
        text, "nsurf: a few words that go on and on until the line is full, and then there are\n"
              "nsurf:   some more of them,\n"
              "nsurf:   12345678901234567890123456789012345678901234567890123456789012345678901234567890123456789\n"
              "nsurf:   and the end\n");
}

/* A machine that becomes four times slower: after a minute the time left says so. */
static void test_left(void **state)
{
    (void)state;
    const size_t workers = 8;
    struct cost cost = {0, 0};
    for (size_t pack = 0; pack < 8000; pack++)
        cost_follow(&cost, 1, 1, workers);
    assert_true(fabs(cost_left_s(&cost, 800, workers) - 100) < 1e-6);
    for (size_t pack = 0; pack < 60 * workers / 4; pack++)
        cost_follow(&cost, 1, 4, workers);
    const double left_s = cost_left_s(&cost, 800, workers);
    assert_true(left_s > 200 && left_s < 400);
    for (size_t pack = 0; pack < 300 * workers / 4; pack++)
        cost_follow(&cost, 1, 4, workers);
    assert_true(fabs(cost_left_s(&cost, 800, workers) - 400) < 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_clipped),
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_redrawn),
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
