/* SPDX-License-Identifier: BSD-3-Clause */
/* sweep/spans.h: nothing that was trained is lost from the spans, however many there are. */
#include "sweep/spans.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Spans of one second, by turns, of so many ranks. */
static void add(struct spans *spans, size_t ranks, size_t count)
{
    struct error err;
    for (size_t i = 0; i < count; i++) {
        const struct span span = {(uint32_t)(i % ranks), (double)i, (double)i + 1, 0.5, 3};
        assert_int_equal(spans_add(spans, &span, ranks, &err), STATUS_OK);
        assert_true(spans->count <= spans->capacity);
    }
}

static void check(size_t ranks, size_t count)
{
    struct spans spans = {0};
    uint64_t trainings = 0;
    double busy_s = 0, last_s[8] = {0};
    add(&spans, ranks, count);
    for (size_t i = 0; i < spans.count; i++) {
        const struct span *const span = &spans.list[i];
        assert_true(span->rank < ranks && span->start_s >= last_s[span->rank] && span->end_s > span->start_s);
        last_s[span->rank] = span->end_s;
        trainings += span->trainings;
        busy_s += span->busy_s;
    }
    assert_int_equal(trainings, 3 * count);
    assert_true(busy_s == 0.5 * (double)count);
    assert_true(last_s[(count - 1) % ranks] == (double)count);
    assert_true(spans.count > SPANS_MAX / 4 || spans.count == count);
    spans_free(&spans);
    assert_null(spans.list);
}

static void none_is_lost(void **state)
{
    (void)state;
    check(1, 7);
    check(3, SPANS_MAX);
    check(1, SPANS_MAX + 1);
    check(3, 2 * SPANS_MAX + 5);
    check(8, 100000);
}

/* A rank has two spans at the least, whatever the number of ranks. */
static void many_ranks(void **state)
{
    (void)state;
    struct spans spans = {0};
    add(&spans, SPANS_MAX, 5 * (size_t)SPANS_MAX);
    assert_true(spans.count >= SPANS_MAX && spans.count <= 2 * (size_t)SPANS_MAX);
    spans_free(&spans);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(none_is_lost), cmocka_unit_test(many_ranks)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
