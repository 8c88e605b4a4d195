/* SPDX-License-Identifier: BSD-3-Clause */
/* Numbers as text: the short way of reading them gives the C library's bits, the half-way cases above all; what is
 * written reads back to the same bits. */
#include "base/number.h"

#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void same_bits(const char *text)
{
    const float right = strtof(text, NULL);
    const double wide = strtod(text, NULL);
    float value = 0;
    double number = 0;
    const enum number form = number_read_float(text, &value);
    if (form != (isfinite(right) ? NUMBER_OK : NUMBER_NOT_FINITE) ||
        (form == NUMBER_OK && memcmp(&value, &right, sizeof value) != 0))
        fail_msg("'%s' is read as %a, not %a", text, (double)value, (double)right);
    if (number_read(text, &number) != (isfinite(wide) ? NUMBER_OK : NUMBER_NOT_FINITE) ||
        (isfinite(wide) && memcmp(&number, &wide, sizeof number) != 0))
        fail_msg("'%s' is read as %a, not %a", text, number, wide);
}

static void chosen(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "0",
        "-0",
        "+0.0",
        "0e99999999999",
        "1",
        "-1.5",
        ".5",
        "5.",
        "+.5e+1",
        "1e22",
        "1e23",
        "1e-22",
        "1e-23",
        "9007199254740992",
        "9007199254740993",
        "9007199254740993e-5",
        "999999999999999999",
        "9999999999999999999",
        "18446744073709551616",
        "123456789012345678901234567890",
        "0.000000000000000000000000000000000001",
        "16777217",
        "16777217.0000001",
        "16777216.9999999",
        "33554434.0",
        "33554435",
        "3.4028235e38",
        "3.4028236e38",
        "3.5e38",
        "1e-45",
        "7e-46",
        "1.1754944e-38",
        "1e400",
        "1e-400",
        "1e-99999999999",
        "1e99999999999",
        "0.1",
        "0.2",
        "0.3",
        "5.1",
        "0.281387",
        "1.00000017881393432617187499",
        "1.00000017881393432617187500",
        "1.00000017881393432617187501",
        "0.0000000000000000000001234567",
        "0.00000000000000000000001234567",
        "000000000000000000000000016777217",
        "000000000000000000000000000.00000",
        "18446744073709551615",
        "18446744073709551615e22",
        "9999999999999999999e19",
        "3402823466385288598e20",
        "-3402823567797336616e20",
        "3402823567797336617e20",
        "9007199791611904.001",
        "9007199791611905e-1",
        "1.000000059604644775",
        "1.000000059604644776",
        "1.000000059604644774",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        same_bits(texts[i]);
}

static uint64_t state64 = 88172645463325252;
static uint64_t draw(void) /* xorshift: G. Marsaglia, Xorshift RNGs, 2003 */
{
    state64 ^= state64 << 13;
    state64 ^= state64 >> 7;
    return state64 ^= state64 << 17;
}

/* Decimals of all lengths, near and on the middle between two floats. */
static void random_numbers(void **state)
{
    (void)state;
    for (int i = 0; i < 200000; i++) {
        char text[64];
        uint32_t bits = (uint32_t)draw();
        float low;
        if (i % 2)
            bits = 0x3f000000 + bits % 0x3000000; /* 0.5 to 2^47, which the short way takes */
        memcpy(&low, &bits, sizeof low);
        if (!isfinite(low))
            continue;
        double middle = ((double)low + (double)nextafterf(low, INFINITY)) / 2;
        if (i % 3 == 0)
            middle = nextafter(middle, i % 2 ? 0 : INFINITY);
        snprintf(text, sizeof text, "%.*g", 1 + (int)(draw() % 22), middle);
        same_bits(text);
        snprintf(text, sizeof text, "%.*f", (int)(draw() % 24), middle); /* with zeros in front, where it is small */
        if (strlen(text) < sizeof text - 1)
            same_bits(text);
        snprintf(text, sizeof text, "%llue%d", (unsigned long long)(draw() >> draw() % 64), (int)(draw() % 70) - 45);
        same_bits(text);
    }
}

static void garbage(void **state)
{
    (void)state;
    static const char *const texts[] = {"",     "+",     "-",   ".",     "-.",   "e5",     "1e", "1e+",
                                        "1e5.", "1.2.3", "1-",  "--1",   "+-1",  "0x10",   "1 ", " 1",
                                        "1f",   "1,2",   "1_0", "1e5e5", "nanx", "infinit"};
    float value;
    double number;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        assert_int_equal(number_read_float(texts[i], &value), NUMBER_GARBAGE);
        assert_int_equal(number_read(texts[i], &number), NUMBER_GARBAGE);
    }
}

static void back(void **state)
{
    (void)state;
    for (int i = 0; i < 20000; i++) {
        char text[NUMBER_TEXT];
        const uint64_t bits = draw();
        double value, read = 0;
        memcpy(&value, &bits, sizeof value);
        if (!isfinite(value))
            continue;
        number_text(text, value);
        assert_int_equal(number_read(text, &read), NUMBER_OK);
        assert_memory_equal(&read, &value, sizeof read);
    }
}

static void rounded(void **state)
{
    (void)state;
    static const struct {
        double value;
        int digits;
        double expected;
    } cases[] = {
        {0, 4, 0},           {123456, 4, 123500},     {-123456, 2, -120000}, {0.0123456, 3, 0.0123},
        {9.9996, 4, 10},     {1e-310, 1, 1e-310},     {1.7e308, 1, HUGE_VAL}, {INFINITY, 3, INFINITY},
        {2.5, 1, 2},         {1234567890123, 6, 1234570000000},
    };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++)
        assert_true(number_rounded(cases[c].value, cases[c].digits) == cases[c].expected);
    assert_true(isnan(number_rounded((double)NAN, 3)));
}

/* Whole numbers: text, the most allowed, form, value, how many characters are left. */
static void whole_numbers(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint64_t most;
        enum number form;
        uint64_t value;
        size_t left;
    } cases[] = {
        {"0", 0, NUMBER_OK, 0, 0},
        {"7", 9, NUMBER_OK, 7, 0},
        {"007", 9, NUMBER_OK, 7, 0},
        {"10", 9, NUMBER_NOT_FINITE, 0, 0},
        {"65535:x", 65535, NUMBER_OK, 65535, 2},
        {"65536", 65535, NUMBER_NOT_FINITE, 0, 0},
        {"18446744073709551615", UINT64_MAX, NUMBER_OK, UINT64_MAX, 0},
        {"18446744073709551616", UINT64_MAX, NUMBER_NOT_FINITE, 0, 0},
        {"99999999999999999999", UINT64_MAX, NUMBER_NOT_FINITE, 0, 0},
        {"36893488147419103233", UINT64_MAX, NUMBER_NOT_FINITE, 0, 0}, /* 1 where it wraps */
        {"", 9, NUMBER_GARBAGE, 0, 0},
        {" 1", 9, NUMBER_GARBAGE, 0, 2},
        {"+1", 9, NUMBER_GARBAGE, 0, 2},
        {"-1", 9, NUMBER_GARBAGE, 0, 2},
        {"1.5", 9, NUMBER_OK, 1, 2},
        {"0x10", 99, NUMBER_OK, 0, 3},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *end;
        uint64_t value = 12345, count = 12345;
        assert_int_equal(number_read_whole(cases[i].text, cases[i].most, &value, &end), cases[i].form);
        assert_true(value == (cases[i].form == NUMBER_OK ? cases[i].value : 12345));
        assert_int_equal(strlen(end), cases[i].left);
        const enum number whole = cases[i].left ? NUMBER_GARBAGE : cases[i].form;
        assert_int_equal(number_read_count(cases[i].text, cases[i].most, &count), whole);
        assert_true(count == (whole == NUMBER_OK ? cases[i].value : 12345));
    }
}

static void with_nouns(void **state)
{
    (void)state;
    assert_string_equal(number_counted(1, "cell").text, "1 cell");
    assert_string_equal(number_counted(0, "cell").text, "0 cells");
    assert_string_equal(number_counted(1, "process").text, "1 process");
    assert_string_equal(number_counted(2, "process").text, "2 processes");
    assert_string_equal(number_counted(UINT64_MAX, "damaged line").text, "18446744073709551615 damaged lines");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(chosen), cmocka_unit_test(random_numbers),
                                       cmocka_unit_test(garbage), cmocka_unit_test(back), cmocka_unit_test(rounded),
                                       cmocka_unit_test(whole_numbers), cmocka_unit_test(with_nouns)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
