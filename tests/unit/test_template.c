/* SPDX-License-Identifier: BSD-3-Clause */
/* A command line is split as the shell splits it, and a value never becomes more than a part of its word. */
#include "program/template.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *value(const char *name, void *arg)
{
    (void)arg;
    return strcmp(name, "a") == 0 ? "1" : strcmp(name, "evil") == 0 ? "'; rm -rf / \"$HOME\" {a}" : "z";
}

/* Words, joined by |. */
static void test_split(void **state)
{
    (void)state;
    static const struct {
        const char *text, *words;
    } rows[] = {
        {"true", "true"},
        {"  ./net.js\t--topology {a},{b}\n", "./net.js|--topology|1,z"},
        {"a\\ b 'c d' \"e f\"g", "a b|c d|e fg"},
        {"'a\\b' \"a\\b\\\"\\$\\\\\"", "a\\b|a\\b\"$\\"},
        {"a\\\nb", "ab"},
        {"{{a}} '{{print $1}'", "{a}}|{print $1}"},
        {"x{evil}y '{evil}'", "x'; rm -rf / \"$HOME\" {a}y|'; rm -rf / \"$HOME\" {a}"},
        {"{file:data.txt}", "z"},
    };
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
        struct template template;
        struct words words = {0};
        struct error err;
        char joined[256] = "";
        if (template_parse(&template, rows[r].text, "--command", &err))
            fail_msg("%s: %s", rows[r].text, err.text);
        assert_int_equal(template_fill(&template, value, NULL, &words, &err), STATUS_OK);
        for (const char *word = words.bytes; word < words.bytes + words.size; word += strlen(word) + 1) {
            if (*joined)
                strncat(joined, "|", sizeof joined - strlen(joined) - 1);
            strncat(joined, word, sizeof joined - strlen(joined) - 1);
        }
        assert_string_equal(joined, rows[r].words);
        words_free(&words);
        template_free(&template);
    }
}

/* Empty words, and operators in quotes. */
static void test_words(void **state)
{
    (void)state;
    struct template template;
    struct words words = {0};
    struct error err;
    static const char expected[] = "\0\0x\0|\0&\0;";
    assert_int_equal(template_parse(&template, "'' \"\" x'' '|' \"&\" \\;", "--command", &err), STATUS_OK);
    assert_int_equal(template_fill(&template, value, NULL, &words, &err), STATUS_OK);
    assert_int_equal(words.count, 6);
    assert_int_equal(words.size, sizeof expected);
    assert_memory_equal(words.bytes, expected, sizeof expected);
    char *const line = words_line(&words);
    assert_string_equal(line, "'' '' x '|' '&' ';'");
    free(line);
    words_free(&words);
    assert_int_equal(words_add(&words, "it's", &err), STATUS_OK);
    char *const quoted = words_line(&words);
    assert_string_equal(quoted, "'it'\\''s'");
    free(quoted);
    words_free(&words);
    template_free(&template);
}

static void test_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text, *says;
    } rows[] = {
        {"", "names no program"},
        {"  ", "names no program"},
        {"a 'b", "this quote has no end"},
        {"a \"b", "this quote has no end"},
        {"a \\", "nothing follows the backslash"},
        {"a | b", "operator of the shell"},
        {"a <data 2>/dev/null", "operator of the shell"},
        {"a; b", "operator of the shell"},
        {"a $b", "operator of the shell"},
        {"a \"$b\"", "the shell would expand this"},
        {"a `b`", "operator of the shell"},
        {"a {", "expected {NAME}"},
        {"a {}", "expected {NAME}"},
        {"a {b c}", "expected {NAME}"},
        {"a '{print $1}'", "write {{ for a brace"},
        {"a {1}", "expected {NAME}"},
    };
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
        struct template template;
        struct error err;
        assert_int_equal(template_parse(&template, rows[r].text, "--command", &err), STATUS_USAGE);
        if (!strstr(err.text, rows[r].says))
            fail_msg("%s: says %s", rows[r].text, err.text);
        template_free(&template);
    }
}

static bool known(const char *name, const void *arg)
{
    (void)arg;
    return strcmp(name, "a") == 0;
}

static void test_names(void **state)
{
    (void)state;
    struct template template;
    struct error err;
    assert_int_equal(template_parse(&template, "x {a} {{c} '{b}'", "--command", &err), STATUS_OK);
    assert_true(template_uses(&template, "a") && template_uses(&template, "b") && !template_uses(&template, "c"));
    assert_string_equal(template_unknown(&template, known, NULL), "b");
    template_free(&template);
    assert_int_equal(template_take(&template, "echo $NSURF_a | {b}", &err), STATUS_OK);
    assert_false(template_uses(&template, "b"));
    template_free(&template);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_split), cmocka_unit_test(test_words),
                                       cmocka_unit_test(test_refused), cmocka_unit_test(test_names)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
