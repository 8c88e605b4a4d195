/* SPDX-License-Identifier: BSD-3-Clause */
/* Data sets: the iris data as published, every format, and every way in which a file can be wrong. */
#define _GNU_SOURCE /* fmemopen, fopencookie */
#include "data/source.h"

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Back to tenths of a centimetre: lowest value and range of each column in the published table. */
static int tenths(const struct dataset *data, size_t sample, size_t column)
{
    static const int low[] = {43, 20, 10, 1}, range[] = {36, 24, 59, 24};
    return low[column] + (int)lroundf(data->x[sample * 4 + column] * (float)range[column]);
}

static void iris(void **state)
{
    (void)state;
    struct dataset data;
    struct error err;
    assert_int_equal(dataset_iris(&data, &err), STATUS_OK);
    assert_int_equal(data.samples, 150);
    assert_int_equal(data.inputs, 4);
    assert_int_equal(data.targets, 3);
    assert_string_equal(data.name, "iris");

    /* Means by class in Fisher's table II: setosa 5.006 3.428 1.462 0.246, versicolor 5.936 2.770 4.260 1.326,
     * virginica 6.588 2.974 5.552 2.026; times 500 they are sums of tenths. */
    static const int sums[3][4] = {{2503, 1714, 731, 123}, {2968, 1385, 2130, 663}, {3294, 1487, 2776, 1013}};
    for (size_t class = 0; class < 3; class ++) {
        for (size_t column = 0; column < 4; column++) {
            int sum = 0;
            for (size_t i = 50 * class; i < 50 * class + 50; i++)
                sum += tenths(&data, i, column);
            assert_int_equal(sum, sums[class][column]);
        }
    }
    /* The two samples in which a widely mirrored copy errs, and the first and last. */
    static const struct {
        size_t sample;
        int values[4];
    } rows[] = {{1, {51, 35, 14, 2}}, {35, {49, 31, 15, 2}}, {38, {49, 36, 14, 1}}, {150, {59, 30, 51, 18}}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (size_t column = 0; column < 4; column++)
            assert_int_equal(tenths(&data, rows[i].sample - 1, column), rows[i].values[column]);
    for (size_t i = 0; i < 600; i++)
        assert_true(data.x[i] >= 0 && data.x[i] <= 1);
    for (size_t i = 0; i < 150; i++)
        for (size_t target = 0; target < 3; target++)
            assert_true(data.t[3 * i + target] == (i / 50 == target ? 1.0f : 0.0f));
    /* By numpy: sha256 of 150, 4, 3 as <u8, then x and t as <f4. */
    assert_string_equal(data.digest, "35fcf637a262ff4a1f2e3bc551d0771774310916c351824d0896448d57f814dc");
    dataset_free(&data);
}

static enum status read_bytes(const struct source *source, const char *bytes, size_t size, struct dataset *data,
                              struct error *err)
{
    FILE *stream = size ? fmemopen((void *)(uintptr_t)bytes, size, "rb") : fopen("/dev/null", "rb");
    assert_non_null(stream);
    enum status status = source_read(source, stream, "f", data, err);
    fclose(stream);
    return status;
}

/* A file that is read, and all that it says. */
struct meaning {
    const char *text;
    struct source source;
    size_t samples, inputs, targets;
    float x[9], t[9];
    size_t splits[SPLITS];
    const char *names; /* of the targets, each with a blank behind it */
};

/* Two samples, (1 2) -> 3 and (4 5) -> 6. */
#define TWO(text, which)                                                                                               \
    {                                                                                                                  \
        text, {.format = which}, 2, 2, 1, {1, 2, 4, 5}, {3, 6}, {2}, ""                                                \
    }
/* One input and a target for each of two classes. */
#define CLASSES(text, ...)                                                                                             \
    {                                                                                                                  \
        text, {__VA_ARGS__}, 3, 1, 2, {1, 2, 3}, {0, 1, 1, 0, 0, 1}, {3}, "a b "                                       \
    }

static const struct meaning meanings[] = {
    TWO("1 2 3\n4 5 6\n", FORMAT_ANY),
    TWO("1 2 3\n4 5 6", FORMAT_ANY),
    TWO("1,2,3\r\n4,5,6\r\n", FORMAT_ANY),
    TWO("1;2;3\n4; 5;6", FORMAT_ANY),
    TWO("1\t2\t3\r4\t5\t6\r", FORMAT_ANY),
    TWO("1 , 2 ,3\n 4, 5,6 \n", FORMAT_ANY),
    TWO("a,b,c\n1,2,3\n4,5,6\n", FORMAT_ANY),
    TWO("\"a 1\" b c\n1 2 3\n4 5 6\n", FORMAT_ANY),
    TWO("\"a,\"\"1\"\"\n\",b,\"c\" \n\"1\",2,3\n4,\"5\",6\n", FORMAT_ANY),
    TWO("sepal length\tb\tc\n1\t2\t3\n4\t5\t6\n", FORMAT_ANY),
    TWO("# 9 9 9\n\n  # x\n1 2 3\n#\n   \n4 5 6\n\n#", FORMAT_ANY),
    TWO("\xEF\xBB\xBF"
        "a b c\n1 2 3\n4 5 6\n",
        FORMAT_ANY),
    TWO("\xEF\xBB\xBF"
        "1 2 3\n4 5 6\n",
        FORMAT_ANY),
    TWO("1.0 +2 3e0\n0.4e1 5. .6E+1\n", FORMAT_ANY),
    TWO("\v1\f2 3\t\n4 5 6\t", FORMAT_ANY),
    TWO("1\t2 3\n4 5\t6\n", FORMAT_ANY),
    TWO("1\t\t2\t3\n4\t5\t6\n", FORMAT_WHITESPACE),
    TWO("# c\r\n1 2 3\r\n\r\n4 5 6", FORMAT_ANY),
    TWO("2 2 1\n1 2\n3\n4 5\n6\n", FORMAT_ANY),
    TWO("2 2 1\n1 2\n3 4 5 6\n", FORMAT_FANN),
    TWO("2 2 1 1 2 3 4 5 6", FORMAT_FANN),
    TWO("3 1:1 2:2\n6 1:4 2:5 # remark: 7\n", FORMAT_ANY),
    TWO("3 1:1 2:2\r\n6 1:4 2:5\r\n", FORMAT_LIBSVM),
    TWO("bool_in=1\nreal_in=1\nbool_out=1\nreal_out=0\ntraining_examples=2\nvalidation_examples=0\ntest_examples=0\n"
        "1 2 3\n4 5 6\n",
        FORMAT_ANY),
    {"bool_in=0\nreal_in=1\nbool_out=1\nreal_out=0\ntraining_examples=2\nvalidation_examples=1\ntest_examples=1\n"
     "1 0\n2 1\n3 0\n4 1\n",
     {0},
     4,
     1,
     1,
     {1, 2, 3, 4},
     {0, 1, 0, 1},
     {2, 1, 1},
     ""},
#define COMMA(...) {.decimal_comma = true, __VA_ARGS__}
    {"1,5 b\n2,5 a\n-1,5e0 b\n", COMMA(.folds = 0), 3, 1, 2, {1.5f, 2.5f, -1.5f}, {0, 1, 1, 0, 0, 1}, {3}, "a b "},
    {"1,5;2\n3;4,5\n", COMMA(.folds = 0), 2, 1, 1, {1.5f, 3}, {2, 4.5f}, {2}, ""},
    {"x\ty\n1,5\t2\n3\t4,5\n", COMMA(.folds = 0), 2, 1, 1, {1.5f, 3}, {2, 4.5f}, {2}, ""},
    {"1,5\t2 \n3\t\t4,5\n", COMMA(.format = FORMAT_WHITESPACE), 2, 1, 1, {1.5f, 3}, {2, 4.5f}, {2}, ""},
    {"\"1,5\",\"2\"\n3,\"4,5\"\n", COMMA(.format = FORMAT_CSV), 2, 1, 1, {1.5f, 3}, {2, 4.5f}, {2}, ""},
    {"2 1:1,5\n3 1:0,5\n", COMMA(.folds = 0), 2, 1, 1, {1.5f, .5f}, {2, 3}, {2}, ""},
    {"1 \"2,5\"\n2 \"3,5\"\n", {.classes = true, .format = FORMAT_WHITESPACE},
     2, 1, 2, {1, 2}, {1, 0, 0, 1}, {2}, "2,5 3,5 "},
    {"1 2 3\n4 5 6\n", {.targets = 2}, 2, 1, 2, {1, 4}, {2, 3, 5, 6}, {2}, ""},
    {"0 1:1 3:2\n1\n0 2:-1\n", {0}, 3, 3, 1, {1, 0, 2, 0, 0, 0, 0, -1}, {0, 1, 0}, {3}, ""},
    CLASSES("1 b\n2 a\n3 b\n", .folds = 0),
    CLASSES("x,y\n1,b\n2,\"a\"\n3, b \n", .folds = 0),
    CLASSES("b 1:1\na 1:2\nb 1:3\n", .folds = 0),
    CLASSES("3 1 1\n1\nb\n2\na\n3\nb\n", .folds = 0),
    {"1,10\n2,9\n3,10\n", {.classes = true}, 3, 1, 2, {1, 2, 3}, {1, 0, 0, 1, 1, 0}, {3}, "10 9 "},
    {"1 ? b\n1 2 b\n3 4 a\nNA NaN a\n", {.missing = MISSING_DROP}, 2, 2, 2, {1, 2, 3, 4}, {0, 1, 1, 0}, {2}, "a b "},
    {"1,,3\n2,4,\n5,6,7\n", {.missing = MISSING_DROP}, 1, 2, 1, {5, 6}, {7}, {1}, ""},
    {"1\t\t3\n4\t5\t6\n", {.missing = MISSING_MEAN}, 2, 2, 1, {1, 5, 4, 5}, {3, 6}, {2}, ""},
    {"1,?,1\nnan,2,1\n5,4,1\n", {.missing = MISSING_MEAN}, 3, 2, 1, {1, 3, 3, 2, 5, 4}, {1, 1, 1}, {3}, ""},
    {"1 7 3\n3 7 4\n2 7 5\n", {.scaling = SCALING_MINMAX}, 3, 2, 1, {0, 0, 1, 0, .5f, 0}, {3, 4, 5}, {3}, ""},
    {"1 7 3\n3 7 4\n", {.scaling = SCALING_ZSCORE}, 2, 2, 1, {-1, 0, 1, 0}, {3, 4}, {2}, ""},
};

static void one_meaning(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++) {
        const struct meaning *const m = &meanings[i];
        struct dataset data;
        struct error err;
        if (read_bytes(&m->source, m->text, strlen(m->text), &data, &err) != STATUS_OK)
            fail_msg("'%s' was refused: %s", m->text, err.text);
        if (data.samples != m->samples || data.inputs != m->inputs || data.targets != m->targets)
            fail_msg("'%s': %zu samples, %zu inputs, %zu targets", m->text, data.samples, data.inputs, data.targets);
        assert_memory_equal(data.splits, m->splits, sizeof data.splits);
        assert_int_equal(data.folds, 1);
        for (size_t k = 0; k < m->samples * m->inputs; k++)
            if (data.x[k] != m->x[k])
                fail_msg("'%s': input %zu is %g", m->text, k, (double)data.x[k]);
        for (size_t k = 0; k < m->samples * m->targets; k++)
            if (data.t[k] != m->t[k])
                fail_msg("'%s': target %zu is %g", m->text, k, (double)data.t[k]);
        char names[80] = "";
        for (size_t k = 0; k < data.targets; k++)
            if (data.target_names[k])
                snprintf(names + strlen(names), sizeof names - strlen(names), "%s ", data.target_names[k]);
        assert_string_equal(names, m->names);
        dataset_free(&data);
    }
}

/* Several target columns: a class each, or a number, side by side. */
static void mixed_targets(void **state)
{
    (void)state;
    static const char text[] = "1,\"Iris setosa\",.5,no\n2,Iris virginica,1,yes\n";
    static const float t[] = {1, 0, .5f, 1, 0, 0, 1, 1, 0, 1};
    static const char *const names[] = {"Iris setosa", "Iris virginica", NULL, "no", "yes"};
    struct dataset data;
    struct error err;
    assert_int_equal(read_bytes(&(struct source){.targets = 3}, text, sizeof text - 1, &data, &err), STATUS_OK);
    assert_int_equal(data.targets, 5);
    assert_memory_equal(data.t, t, sizeof t);
    for (size_t k = 0; k < 5; k++) {
        assert_int_equal(!data.target_names[k], !names[k]);
        if (names[k])
            assert_string_equal(data.target_names[k], names[k]);
    }
    assert_false(dataset_is_classes(&data));
    dataset_free(&data);
}

/* The same samples are the same data set, whatever the format; other parts, or another side, are another. */
static void digests(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        struct source source;
        bool same;
    } cases[] = {
        {"1 2 3\n4 5 6\n", {0}, true},
        {"1,2,3\n4,5,6\n", {0}, true},
        {"2 2 1\n1 2\n3\n4 5\n6\n", {0}, true},
        {"1 2 3\n4 5 6\n", {.targets = 2}, false},
        {"1 2 3\n4 5 6\n", {.holdout = 1}, false},
        {"1 2 3\n4 5 6\n", {.folds = 2}, false},
        {"1 2 3\n4 5 6\n", {.scaling = SCALING_MINMAX}, false},
        {"bool_in=1\nreal_in=1\nbool_out=1\nreal_out=0\ntraining_examples=1\nvalidation_examples=1\n"
         "test_examples=0\n1 2 3\n4 5 6\n",
         {0},
         false},
    };
    char first[DIGEST_TEXT] = "";
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct dataset data;
        struct error err;
        assert_int_equal(read_bytes(&cases[i].source, cases[i].text, strlen(cases[i].text), &data, &err), STATUS_OK);
        if (i == 0)
            memcpy(first, data.digest, sizeof first);
        if ((strcmp(data.digest, first) == 0) != cases[i].same)
            fail_msg("case %zu: %s", i, data.digest);
        dataset_free(&data);
    }
}

#define REFUSED(bytes, place, word)                                                                                    \
    {                                                                                                                  \
        bytes, sizeof(bytes) - 1, {0}, place, word                                                                     \
    }
#define DEFIED(bytes, place, word, ...)                                                                                \
    {                                                                                                                  \
        bytes, sizeof(bytes) - 1, {__VA_ARGS__}, place, word                                                           \
    }
#define HEADER                                                                                                         \
    "bool_in=0\nreal_in=1\nbool_out=1\nreal_out=0\ntraining_examples=1\nvalidation_examples=1\ntest_examples=1\n"

#define NAME                                                                                                           \
    "0123456789012345678901234567890123456789012345678901234567890123"                                                 \
    "0123456789012345678901234567890123456789012345678901234567890123"

static const struct refusal {
    const char *bytes;
    size_t size;
    struct source source;
    const char *place, *word;
} refusals[] = {
    REFUSED("", "f:1:1:", "no sample"),
    REFUSED("\n\n# x\n", "f:4:1:", "no sample"),
    REFUSED("a b\n", "f:2:1:", "no sample"),
    /* words */
    REFUSED("1 2\n3 x\n", "f:2:2:", "'x' is no number, after one in line 1"),
    REFUSED("1 2\nx 3\n", "f:2:1:", "'x' is no number"),
    REFUSED("a 2\n3 4\n", "f:1:1:", "'a'"),
    REFUSED("a b\nc d\n1 2\n", "f:2:1:", "'c'"),
    REFUSED("1 b\n3 4\n", "f:2:2:", "'4' is a number, after a class name in line 1"),
    REFUSED("1 b\n3 b\n", "f: col", "one class 'b'"),
    REFUSED(",a,b\n1,2,3\n", "f:1:1:", "without a name"),
    REFUSED("a,b\n1,2,3\n", "f:2:3:", "more fields than the 2 columns of line 1"),
    /* shape */
    REFUSED("1 2\n3 4 # remark\n", "f:2:3:", "more fields than the 2 columns of line 1"),
    REFUSED("1 2\n\n3 4 5\n", "f:3:3:", "more fields than the 2 columns of line 1"),
    REFUSED("# c\n1 2 3\n4 5\n", "f:3:2:", "ends after 2 of the 3 columns of line 2"),
    REFUSED("7\n8\n", "f:1:1:", "1 column cannot hold 1 target"),
    DEFIED("1 2 3\n", "f:1:3:", "3 columns cannot hold 3 targets", .targets = 3),
    DEFIED("1 2 3\n", "f:1:3:", "cannot hold", .targets = SIZE_MAX),
    /* missing */
    REFUSED("1,,2\n", "f:1:2:", "'': the value is missing"),
    REFUSED("1,2\n,1\n", "f:2:1:", "missing"),
    REFUSED("1,2,\n", "f:1:3:", "missing"),
    REFUSED("1,2\r\n3,\r\n", "f:2:2:", "missing"),
    REFUSED("1, ,2", "f:1:2:", "missing"),
    REFUSED("1\t\t2\n", "f:1:2:", "missing"),
    REFUSED("1 nan\n", "f:1:2:", "'nan': the value is missing"),
    REFUSED("nan nan\n1 2\n", "f:1:1:", "'nan'"),
    REFUSED("1 2\n? 2\n", "f:2:1:", "'?'"),
    REFUSED("1 2\n1 NA\n", "f:2:2:", "'NA'"),
    REFUSED("1 1:nan\n", "f:1:2:", "missing"),
    DEFIED("1 2\n1 ?\n", "f:2:2:", "a target is missing", .missing = MISSING_MEAN),
    DEFIED("1 2\n1 ?\n", "f:2:2:", "a target is missing", .missing = MISSING_MEAN, .classes = true),
    DEFIED("? 2\n1 ?\n", "f: no ", "no sample is left of 2, as each misses a value", .missing = MISSING_DROP),
    DEFIED("? 2 1\nNA 2 3\n", "f: --m", "column 1 has no value", .missing = MISSING_MEAN),
    /* numbers */
    REFUSED("1 2\n-Inf 2\n", "f:2:1:", "'-Inf'"),
    REFUSED("1 3.5e38\n", "f:1:2:", "'3.5e38'"),
    REFUSED("1 2\n1 0x10\n", "f:2:2:", "'0x10'"),
    REFUSED("1 2\n3 4\0\n", "f:2:2:", "'4?'"),
    REFUSED("1 2\n3 \033[31m\n", "f:2:2:", "'?[31m'"),
    REFUSED("1 2\n3 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n", "f:2:2:", "'aaaaaaaaaaaaaaaaaaaaaaaa...'"),
    DEFIED("1 2,3\n4 5,6\n", "f:1:1:", "'1 2'", .format = FORMAT_CSV),
    /* separators, and decimal commas */
    REFUSED("1;2,5\n3;4,5\n", "f: com", "--decimal comma if semicolons do, --format csv if commas do"),
    REFUSED("1,5;2\n2,5;3\n", "f: com", "--decimal comma if semicolons do"),
    REFUSED("1,5 2\n3,5 4\n", "f: bla", "blanks and commas both may separate the first line; say --decimal comma"),
    REFUSED("1,5\t2\n3,5\t4\n", "f: bla", "say --decimal comma"),
    REFUSED("1;2 3\n4;5 6\n", "f: bla", "blanks and semicolons"),
    REFUSED("1,1:0.5\n2,1:0.7\n", "f: ind", "LIBSVM has blanks there"),
    REFUSED("1,1:0.5 2:0.7\n2,1:0.7 2:3\n", "f:1:1:", "'1,1:0.5' is no label"),
    REFUSED("x;y\n1;2,5\n3;4,5\n", "f:2:2:", "'2,5': a number with a decimal comma"),
    REFUSED("1,\"2,5\"\n3,\"4,5\"\n", "f:1:2:", "--decimal comma or --classes"),
    REFUSED("1,5 1:2\n2,5 1:3\n", "f:1:1:", "'1,5': a number with a decimal comma"),
    REFUSED("x y\n1,5 2\n", "f:2:1:", "'1,5' is no number; say --decimal comma"),
    DEFIED("1,5;2.5\n", "f:1:2:", "'2.5': a number with a decimal point", .decimal_comma = true),
    DEFIED("1.5;2,5\n", "f:1:1:", "'1.5' is no number; say --decimal point", .decimal_comma = true),
    DEFIED("x;2,5\n", "f:1:1:", "write decimal numbers such as 0,5", .decimal_comma = true),
    /* class names */
    REFUSED("1 a\n2 b\n3 c\n", "f:1: c", "column 2 holds another word in each of its 3 samples"),
    REFUSED("1 a\n2 " NAME "a\n3 " NAME "b\n", "f:2:2:", "a class name of 128 characters or more"),
    DEFIED("1,2\n3,4\n", "f:1:1:", "cannot hold", .format = FORMAT_TSV),
    DEFIED("-3e38 1\n3e38 1\n", "f: --s", "column 1 cannot be scaled", .scaling = SCALING_MINMAX),
    DEFIED("1 -3e38\n2 3e38\n", "f: --s", "target 1 cannot be scaled", .target_scaling = SCALING_MINMAX),
    /* quotes */
    REFUSED("1,\"2\n3,4\n", "f:1:2:", "opens here and none closes"),
    REFUSED("1,2\n\"3\"4,5\n", "f:2:1:", "characters follow"),
    REFUSED("\"a\nb\",c\n1,x\ny,2\n", "f:4:1:", "'y'"),
    /* FANN */
    REFUSED("2 3 3\n1 2 3\n4 5 6\n1 2 3\n4 5 6\n", "f: may", "--format fann or --format whitespace"),
    REFUSED("2 2 1\n1 2\n3\n4 5\n", "f:5:1:", "ends in sample 2 of 2"),
    REFUSED("1 2 1\n1 2\n3\n4 5\n", "f:4:1:", "more numbers"),
    REFUSED("2 2 1\n1 2\n3\n4 x\n", "f:4:2:", "'x'"),
    DEFIED("2 2 1\n1 2\n3\n4 5\n6\n", "f:1:3:", "1 target, not the 2", .targets = 2),
    DEFIED("2 0 1\n", "f:1:2:", "'0'", .format = FORMAT_FANN),
    DEFIED("99999999999999999999 1 1\n", "f:1:1:", "'99999999999999999999'", .format = FORMAT_FANN),
    DEFIED("2\n", "f:2:", "ends before its three counts", .format = FORMAT_FANN),
    /* Proben1 */
    REFUSED("bool_in=1\n", "f:2:", "ends before the line real_in="),
    REFUSED("bool_in=1\nreal_out=1\n", "f:2:1:", "'real_out=1'"),
    REFUSED("bool_in=-1\n", "f:1:1:", "'bool_in=-1'"),
    REFUSED("bool_in=1 2\n", "f:1:1:", "nothing else"),
    REFUSED(HEADER "1 2\n3 4\n", "f:10:1", "ends after 2 of the header's 3 samples"),
    REFUSED(HEADER "1 2\n3 4\n5 6\n7 8\n", "f:11:1", "more samples than the header's 3"),
    REFUSED(HEADER "1 2\n3 4 5\n", "f:9:3:", "more fields than the header's 2"),
    REFUSED(HEADER "1 2\n3\n", "f:9:1:", "ends after 1 of the header's 2"),
    /* LIBSVM */
    REFUSED("1 2:1 2:3\n", "f:1:3:", "must ascend"),
    REFUSED("1 1:1\n0 0:3\n", "f:2:2:", "it goes from 1 to"),
    REFUSED("1 1:1\n0 9999999999:3\n", "f:2:2:", "it goes from 1 to"),
    REFUSED("1 1:1\n0 3\n", "f:2:2:", "has no index"),
    REFUSED("1 1:1\n0 2:\n", "f:2:2:", "missing"),
    REFUSED("1 1:1\n0 2:x\n", "f:2:2:", "'x' is no number"),
    /* HDF5 has no stream */
    REFUSED("\x89HDF\r\n\x1a\n....", "f: HDF", "give the name of a file"),
};

static void refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        const struct refusal *const r = &refusals[i];
        struct dataset data;
        struct error err = {0};
        enum status status = read_bytes(&r->source, r->bytes, r->size, &data, &err);
        const enum status expected = strstr(r->word, "not the 2") ? STATUS_USAGE : STATUS_DATA;
        if (status != expected || err.status != expected || strncmp(err.text, r->place, strlen(r->place)) != 0 ||
            !strstr(err.text, r->word) || !strstr(err.text, "; ") || strchr(err.text, '\n'))
            fail_msg("case %zu, '%s': status %d, %s", i, r->bytes, status, err.text);
        assert_null(data.x);
    }
}

/* A number of more digits than any float32 needs is a number as long as it fits the field, and no number beyond. */
static void long_field(void **state)
{
    (void)state;
    char text[600];
    struct dataset data;
    struct error err;
    for (int zeros = 100; zeros <= 500; zeros += 10) {
        int size = snprintf(text, sizeof text, "0.5%0*d 2\n", zeros, 0);
        enum status status = read_bytes(&(struct source){0}, text, (size_t)size, &data, &err);
        if (status == STATUS_OK)
            assert_true(zeros + 3 < 128 && data.x[0] == 0.5f);
        else
            assert_true(zeros + 3 >= 128 && status == STATUS_DATA);
        dataset_free(&data);
    }
}

/* A stream without an end or without lines: `left` bytes of a pattern, made while they are read. */
struct endless {
    const char *pattern;
    size_t at, left;
    int error_number; /* after the last byte: 0 for the end of the file */
};

static ssize_t endless_read(void *cookie, char *buffer, size_t size)
{
    struct endless *in = cookie;
    size_t n = 0, length = strlen(in->pattern);
    for (; n < size && in->left > 0; n++, in->left--)
        buffer[n] = in->pattern[in->at++ % length];
    if (n == 0 && in->error_number) {
        errno = in->error_number;
        return -1;
    }
    return (ssize_t)n;
}

static enum status read_endless(struct endless in, struct dataset *data, struct error *err)
{
    FILE *stream = fopencookie(&in, "r", (cookie_io_functions_t){.read = endless_read});
    assert_non_null(stream);
    enum status status = source_read(&(struct source){0}, stream, "f", data, err);
    fclose(stream);
    return status;
}

static void limits(void **state)
{
    (void)state;
    struct dataset data;
    struct error err;
    /* One field that never ends: a word, a number, a quotation. */
    static const char *const fields[] = {"y", "7", "\"\""};
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(read_endless((struct endless){fields[i], 0, SIZE_MAX, 0}, &data, &err), STATUS_DATA);
        assert_non_null(strstr(err.text, "f:1:1: a field of 65536 characters or more"));
    }
    /* One line that never ends: stops at the limit of columns. */
    assert_int_equal(read_endless((struct endless){"1 ", 0, SIZE_MAX, 0}, &data, &err), STATUS_DATA);
    assert_non_null(strstr(err.text, "f:1:1048577: more than 1048576 columns"));
    /* A field of 100 MB keeps no more of it than the error line shows. */
    assert_int_equal(read_endless((struct endless){"7", 0, 100000000, 0}, &data, &err), STATUS_DATA);
    /* A long table grows. */
    assert_int_equal(read_endless((struct endless){"1 2 3\n4 5 6\n", 0, 1200000, 0}, &data, &err), STATUS_OK);
    assert_int_equal(data.samples, 200000);
    for (size_t i = 0; i < data.samples; i++)
        assert_true(data.x[2 * i] == (i % 2 ? 4 : 1) && data.t[i] == (i % 2 ? 6 : 3));
    dataset_free(&data);
}

static void read_error(void **state)
{
    (void)state;
    struct dataset data;
    struct error err;
    for (size_t size = 0; size < 14; size++) {
        assert_int_equal(read_endless((struct endless){"1 2 3\n4 5 6\n", 0, size, EIO}, &data, &err), STATUS_IO);
        assert_non_null(strstr(err.text, "cannot read f: Input/output error"));
        assert_null(data.x);
    }
    FILE *stream = fopen("/", "r");
    if (!stream)
        return;
    assert_int_equal(source_read(&(struct source){0}, stream, "f", &data, &err), STATUS_IO);
    fclose(stream);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(iris),    cmocka_unit_test(one_meaning), cmocka_unit_test(mixed_targets),
        cmocka_unit_test(digests), cmocka_unit_test(refused),     cmocka_unit_test(long_field),
        cmocka_unit_test(limits),  cmocka_unit_test(read_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
