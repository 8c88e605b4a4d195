/* SPDX-License-Identifier: BSD-3-Clause */
/* The few words of cmocka that tests/unit/test_trainer.c uses, for a build that runs under an emulator and has no such
 * library. Speaks TAP. */
#ifndef NSURF_NEON_CMOCKA_H
#define NSURF_NEON_CMOCKA_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct CMUnitTest {
    const char *name;
    void (*run)(void **);
};

static jmp_buf skipped;

#define fail_msg(...) (printf("# " __VA_ARGS__), printf("\nnot ok\n"), exit(1))
#define assert_true(x) ((x) ? (void)0 : fail_msg("%s:%d: %s", __FILE__, __LINE__, #x))
#define assert_int_equal(a, b) assert_true((a) == (b))
#define assert_string_equal(a, b) assert_true(strcmp(a, b) == 0)
#define assert_memory_equal(a, b, size) assert_true(memcmp(a, b, size) == 0)
#define assert_non_null(p) assert_true((p) != NULL)
#define assert_null(p) assert_true((p) == NULL)
#define assert_in_range(x, from, to) assert_true((long long)(x) >= (from) && (long long)(x) <= (to))
#define print_message printf
#define skip() longjmp(skipped, 1)
#define cmocka_unit_test(f) {#f, f}
#define cmocka_run_group_tests(tests, up, down) run_tests(tests, sizeof(tests) / sizeof *(tests))

static int run_tests(const struct CMUnitTest *tests, size_t count)
{
    for (size_t k = 0; k < count; k++)
        if (setjmp(skipped))
            printf("ok %zu - %s # SKIP not this processor\n", k + 1, tests[k].name);
        else {
            tests[k].run(NULL);
            printf("ok %zu - %s\n", k + 1, tests[k].name);
        }
    return 0;
}

#endif
