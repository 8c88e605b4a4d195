/* SPDX-License-Identifier: BSD-3-Clause */
/* What names and values bring into an error line: never a control character, never so much that the reason is lost. */
#include "base/error.h"
#include "base/log.h"
#include "base/printable.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static __attribute__((format(printf, 3, 4))) size_t print(char *line, size_t size, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const size_t length = printable_line(line, size, format, args);
    va_end(args);
    return length;
}

static void controls_are_visible(void **state)
{
    (void)state;
    const struct {
        const char *text, *expected;
    } cases[] = {
        {"plain", "plain"},
        {"", ""},
        {"a\nb\tc", "a\\x0ab\\x09c"},
        {"\x1b[2J\x07", "\\x1b[2J\\x07"},
        {"\x7f", "\\x7f"},
        {"Grüße, 数, 𝄞", "Grüße, 数, 𝄞"},
        {"\xc2\x9b[m", "\\xc2\\x9b[m"},       /* CSI as one character */
        {"\x9b[m", "\\x9b[m"},                 /* … and as one byte */
        {"\xc3", "\\xc3"},                     /* a character that is cut off */
        {"\xed\xa0\x80", "\\xed\\xa0\\x80"},   /* a surrogate */
        {"\\x1b stays", "\\x1b stays"},
    };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        char line[64], again[64];
        const size_t length = print(line, sizeof line, "%s", cases[c].text);
        assert_string_equal(line, cases[c].expected);
        assert_int_equal(length, strlen(cases[c].expected));
        print(again, sizeof again, "%s", line);
        assert_string_equal(again, line);
    }
}

/* Of a long line the start and the end stay, for any length and any size, without half a character. */
static void the_middle_is_left_out(void **state)
{
    (void)state;
    char path[3001], line[512], whole[4096];
    for (size_t size = 16; size < sizeof line; size += 31)
        for (size_t length = 0; length < sizeof path - 1; length += length < 600 ? 1 : 100) {
            for (size_t i = 0; i + 1 < length; i += 2)
                memcpy(path + i, "ä", 2);
            path[length / 2 * 2] = '\0';
            print(whole, sizeof whole, "cannot open /%s: why", path);
            const size_t got = print(line, size, "cannot open /%s: why", path);
            assert_int_equal(got, strlen(line));
            assert_true(got < size && got + 8 > (strlen(whole) < size ? strlen(whole) : size));
            const char *const gap = strstr(line, "…");
            assert_int_equal(gap == NULL, strlen(whole) < size);
            if (!gap)
                assert_string_equal(line, whole);
            else
                assert_true(strncmp(line, whole, (size_t)(gap - line)) == 0 && strcmp(line + got - 5, ": why") == 0);
            for (const unsigned char *at = (const unsigned char *)line; *at; at += printable_utf8(at))
                assert_true(printable_utf8(at) > 0);
        }
}

static void errors_keep_their_reason(void **state)
{
    (void)state;
    char path[700];
    struct error err;
    memset(path, 'p', sizeof path - 1);
    path[sizeof path - 1] = '\0';
    path[690] = '\x1b';
    assert_int_equal(error_set(&err, STATUS_IO, "cannot open /%s: no room; choose another place", path), STATUS_IO);
    assert_int_equal(strncmp(err.text, "cannot open /pppp", 17), 0);
    assert_non_null(strstr(err.text, "p…p"));
    assert_non_null(strstr(err.text, "ppp\\x1bpppppppp: no room; choose another place"));
}

/* In one write, in one line, to standard error. */
static void log_lines_are_lines(void **state)
{
    (void)state;
    int ends[2];
    char got[2048] = "", text[1000];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    const int before = dup(STDERR_FILENO);
    assert_int_equal(pipe(ends), 0);
    assert_true(dup2(ends[1], STDERR_FILENO) >= 0);
    log_line("%s\n%s: end", "one\r", text);
    assert_true(dup2(before, STDERR_FILENO) >= 0);
    close(before);
    close(ends[1]);
    const ssize_t size = read(ends[0], got, sizeof got - 1);
    close(ends[0]);
    assert_true(size > 600 && size <= 640);
    assert_int_equal(strncmp(got, "nsurf: one\\x0d\\x0axxx", 20), 0);
    assert_string_equal(got + size - 7, "x: end\n");
    assert_null(memchr(got, '\n', (size_t)size - 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(controls_are_visible),
        cmocka_unit_test(the_middle_is_left_out),
        cmocka_unit_test(errors_keep_their_reason),
        cmocka_unit_test(log_lines_are_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
