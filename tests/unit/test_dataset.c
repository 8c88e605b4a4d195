/* SPDX-License-Identifier: BSD-3-Clause */
/* Data sets: the iris data as published, and every way in which a table of numbers can be wrong. */
#define _GNU_SOURCE /* fmemopen, fopencookie */
#include "data/dataset.h"

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
    for (size_t class = 0; class < 3; class++) {
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

static enum status read_bytes(struct dataset *data, const char *bytes, size_t size, size_t targets, struct error *err)
{
    FILE *stream = size ? fmemopen((void *)(uintptr_t)bytes, size, "rb") : fopen("/dev/null", "rb");
    assert_non_null(stream);
    enum status status = dataset_read(data, stream, "f", targets, err);
    fclose(stream);
    return status;
}

/* All of these say the same: two samples, (1 2) → 3 and (4 5) → 6. */
static void one_meaning(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "1 2 3\n4 5 6\n",
        "1 2 3\n4 5 6",
        "1,2,3\r\n4,5,6\r\n",
        "1\t2\t3\r4\t5\t6\r",
        "1 , 2 ,3\n 4, 5 6 \n",
        "a,b,c\n1,2,3\n4,5,6\n",
        "\"a 1\" b c d e f\n1 2 3\n4 5 6\n",
        "# 9 9 9\n\n  # x\n1 2 3\n#\n   \n4 5 6\n\n#",
        "\xEF\xBB\xBF"
        "a b c\n1 2 3\n4 5 6\n",
        "\xEF\xBB\xBF"
        "1 2 3\n4 5 6\n",
        "1.0 +2 3e0\n0.4e1 5. .6E+1\n",
        "\v1\f2 3\t\n4 5 6\t",
        "# c\r\n1 2 3\r\n\r\n4 5 6",
    };
    struct dataset first, data;
    struct error err;
    assert_int_equal(read_bytes(&first, texts[0], strlen(texts[0]), 1, &err), STATUS_OK);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if (read_bytes(&data, texts[i], strlen(texts[i]), 1, &err) != STATUS_OK)
            fail_msg("'%s' was refused: %s", texts[i], err.text);
        static const float x[] = {1, 2, 4, 5}, t[] = {3, 6};
        assert_int_equal(data.samples, 2);
        assert_int_equal(data.inputs, 2);
        assert_int_equal(data.targets, 1);
        assert_memory_equal(data.x, x, sizeof x);
        assert_memory_equal(data.t, t, sizeof t);
        assert_string_equal(data.digest, first.digest);
        dataset_free(&data);
    }
    /* Another split of the same numbers is another data set. */
    assert_int_equal(read_bytes(&data, texts[0], strlen(texts[0]), 2, &err), STATUS_OK);
    assert_string_not_equal(data.digest, first.digest);
    dataset_free(&data);
    dataset_free(&first);
}

#define REFUSED(bytes, place, word)                                                                                    \
    {                                                                                                                  \
        bytes, sizeof(bytes) - 1, 1, place, word                                                                       \
    }

static void refusals(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t size, targets;
        const char *place, *word;
    } cases[] = {
        REFUSED("", "f:1:1:", "no sample"),
        REFUSED("\n\n# x\n", "f:4:1:", "no sample"),
        REFUSED("a b\n", "f:2:1:", "no sample"),
        REFUSED("1 2\n3 x\n", "f:2:2:", "'x'"),
        REFUSED("a 2\n3 4\n", "f:1:1:", "'a'"),
        REFUSED("1 b\n3 4\n", "f:1:2:", "'b'"),
        REFUSED("a b\nc d\n1 2\n", "f:2:1:", "'c'"),
        REFUSED("1 2\n3 4 # remark\n", "f:2:3:", "more fields than the 2 columns of line 1"),
        REFUSED("1 2\n\n3 4 5\n", "f:3:3:", "more fields than the 2 columns of line 1"),
        REFUSED("# c\n1 2 3\n4 5\n", "f:3:2:", "ends after 2 of the 3 columns of line 2"),
        REFUSED("1,,2\n", "f:1:2:", "empty field"),
        REFUSED(",1\n", "f:1:1:", "empty field"),
        REFUSED("1,2,\n", "f:1:3:", "empty field"),
        REFUSED("1,2\r\n3,\r\n", "f:2:2:", "empty field"),
        REFUSED("1, ,2", "f:1:2:", "empty field"),
        REFUSED("1 nan\n", "f:1:2:", "'nan'"),
        REFUSED("nan nan\n1 2\n", "f:1:1:", "'nan'"),
        REFUSED("1 2\n-Inf 2\n", "f:2:1:", "'-Inf'"),
        REFUSED("1 3.5e38\n", "f:1:2:", "'3.5e38'"),
        REFUSED("1 0x10\n", "f:1:2:", "'0x10'"),
        REFUSED("1;2\n3;4\n", "f:2:1:", "'3;4'"),
        REFUSED("1 2\n3 4\0\n", "f:2:2:", "'4?'"),
        REFUSED("1 2\n3 \033[31m\n", "f:2:2:", "'?[31m'"),
        REFUSED("1 2\n3 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n", "f:2:2:", "'aaaaaaaaaaaaaaaaaaaaaaaa...'"),
        REFUSED("7\n8\n", "f:1:1:", "too few for 1 targets"),
        {"1 2 3\n", 6, 3, "f:1:3:", "too few for 3 targets"},
        {"1 2 3\n", 6, SIZE_MAX, "f:1:3:", "too few"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct dataset data;
        struct error err = {0};
        enum status status = read_bytes(&data, cases[i].bytes, cases[i].size, cases[i].targets, &err);
        if (status != STATUS_DATA || err.status != STATUS_DATA || strncmp(err.text, cases[i].place, 6) != 0 ||
            !strstr(err.text, cases[i].word) || !strstr(err.text, "; ") || strchr(err.text, '\n'))
            fail_msg("case %zu, '%s': status %d, %s", i, cases[i].bytes, status, err.text);
        dataset_free(&data);
    }
    struct dataset data;
    struct error err;
    assert_int_equal(read_bytes(&data, "1 2\n", 4, 0, &err), STATUS_USAGE);
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
        enum status status = read_bytes(&data, text, (size_t)size, 1, &err);
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
    enum status status = dataset_read(data, stream, "f", 1, err);
    fclose(stream);
    return status;
}

static void limits(void **state)
{
    (void)state;
    struct dataset data;
    struct error err;
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
    assert_int_equal(dataset_read(&data, stream, "f", 1, &err), STATUS_IO);
    fclose(stream);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(iris),       cmocka_unit_test(one_meaning), cmocka_unit_test(refusals),
        cmocka_unit_test(long_field), cmocka_unit_test(limits),      cmocka_unit_test(read_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
