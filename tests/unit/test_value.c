/* SPDX-License-Identifier: BSD-3-Clause */
/* The value of a cell is one number of what a program wrote, read whole, or there is none and it is said why. */
#include "program/value.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const char log_text[] = "epoch 1 time: 0.5, loss=3\nepoch 2 time: 0.25, loss=1e-3\n2 3 11 x 0 0.125 end\n\n  \n";

static void test_found(void **state)
{
    (void)state;
    static const struct {
        const char *value, *output;
        double number;
    } rows[] = {
        {"line", "888", 888},
        {"line", "1e-5\n", 1e-5},
        {"line", "first\n\t 2.5 \n\n\r\n", 2.5},
        {"line", "7\r\n", 7},
        {"line", "\n\n-1", -1},
        {"field:1", log_text, 2},
        {"field:6", log_text, 0.125},
        {"label:time", log_text, 0.25},
        {"label:time:", log_text, 0.25},
        {"label:loss", log_text, 1e-3},
        {"label:loss=", log_text, 1e-3},
        {"label:epoch", log_text, 2},
        {"label:x", "xx 3", 3},
        {"json:/a/1", "{\"a\": [1, 2.5e3]}", 2500},
        {"json:/n~1m", "{\"n/m\":\n -3}\n", -3},
        {"json:", "17", 17},
        {"json:/a", "{\"a\": 18446744073709551614}", 18446744073709551614.0},
        {"json:/a", "{\"a\": 123456789012345678901234567890.0}", 123456789012345678901234567890.0},
        {"file:out/a.txt", "1 2\n3.5\n\n", 3.5},
        {"file:..a/b", "4", 4},
    };
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
        struct value value;
        struct error err;
        double number = 0;
        char why[128] = "";
        assert_int_equal(value_parse(&value, rows[r].value, "--value", &err), STATUS_OK);
        if (!value_find(&value, rows[r].output, strlen(rows[r].output), false, &number, why, sizeof why) ||
            number != rows[r].number)
            fail_msg("%s of \"%s\": %g, %s", rows[r].value, rows[r].output, number, why);
    }
}

static void test_nan(void **state)
{
    (void)state;
    struct value value;
    struct error err;
    double number = 0;
    char why[128];
    assert_int_equal(value_parse(&value, "line", "--value", &err), STATUS_OK);
    assert_true(value_find(&value, "NaN\n", 4, false, &number, why, sizeof why));
    assert_true(isnan(number));
    assert_true(value_find(&value, "-inf", 4, false, &number, why, sizeof why));
    assert_true(isnan(number));
}

static void test_none(void **state)
{
    (void)state;
    static const struct {
        const char *value, *output, *why;
    } rows[] = {
        {"line", "", "it wrote nothing"},
        {"line", " \n\n", "it wrote nothing"},
        {"line", "1,5", "not a number: \"1,5\""},
        {"line", "1 2", "its last line is not one number: \"1 2\""},
        {"line", "0x10", "not a number: \"0x10\""},
        {"line", "5x", "not a number: \"5x\""},
        {"line", "error 5", "its last line is not one number: \"error 5\""},
        {"field:8", log_text, "its last line has 7 fields: \"2 3 11 x 0 0.125 end\""},
        {"field:4", log_text, "not a number: \"x\""},
        {"label:speed", log_text, "no line has the label: \"speed\""},
        {"label:end", log_text, "no number follows the label: \"end\""},
        {"label:loss", "loss: high", "not a number: \"high\""},
        {"json:/a", "{", "its output is no JSON"},
        {"json:/a", "{\"a\": 1} and more", "its output is no JSON"},
        {"json:/b", "{\"a\": 1}", "its JSON has nothing at: \"/b\""},
        {"json:/a", "{\"a\": 123456789012345678901234567890}",
         "its JSON has a whole number too large to be read at: \"/a\""},
        {"json:/a", "{\"a\": -99999999999999999999}", "its JSON has a whole number too large to be read at: \"/a\""},
        {"json:/a", "{\"a\": \"1\"}", "its JSON has no number at: \"/a\""},
        {"file:a", "\n", "nothing is in its file: \"a\""},
    };
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
        struct value value;
        struct error err;
        double number;
        char why[128] = "";
        assert_int_equal(value_parse(&value, rows[r].value, "--value", &err), STATUS_OK);
        assert_false(value_find(&value, rows[r].output, strlen(rows[r].output), false, &number, why, sizeof why));
        assert_string_equal(why, rows[r].why);
    }
}

static void test_parse(void **state)
{
    (void)state;
    static const char *const wrong[] = {"",      "field",    "field:",     "field:0", "field:x", "field:1x", "label:",
                                        "json:a", "=field:1", "2a=field:1", "a=",      "lines",   "a b=line",
                                        "file:", "file:/a",  "file:..",    "file:../a", "file:a/../../b", "file:a/.."};
    struct value value;
    struct error err;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        if (value_parse(&value, wrong[i], "--value", &err) != STATUS_USAGE)
            fail_msg("%s was taken", wrong[i]);
    assert_int_equal(value_parse(&value, "error=field:6", "--value", &err), STATUS_OK);
    assert_string_equal(value.name, "error");
    assert_int_equal(value.kind, VALUE_FIELD);
    assert_int_equal(value.field, 6);
    assert_int_equal(value_parse(&value, "label:a=b", "--value", &err), STATUS_OK);
    assert_string_equal(value.name, "");
    assert_string_equal(value.text, "a=b");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_found), cmocka_unit_test(test_nan),
                                       cmocka_unit_test(test_none), cmocka_unit_test(test_parse)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
