/* SPDX-License-Identifier: BSD-3-Clause */
/* Work in a child process: what it hands over arrives, and whatever it dies of is one line. */
#include "base/isolated.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { BYTES = 1 << 20 };

enum deed { GOOD, REFUSE, CRASH, ABORT, GREEDY, SHORT };

struct request {
    enum deed deed;
    unsigned char bytes[BYTES];
};

static enum status work(void *arg, struct error *err)
{
    struct request *const r = arg;
    for (size_t i = 0; i < BYTES; i++)
        r->bytes[i] = (unsigned char)(i * 7);
    if (r->deed == REFUSE)
        return error_set(err, STATUS_USAGE, "refused; ask for something else");
    if (r->deed == CRASH)
        raise(SIGSEGV);
    if (r->deed == ABORT)
        abort();
    if (r->deed == GREEDY) {
        void *const memory = malloc((size_t)3 << 30);
        free(memory);
        return memory ? STATUS_OK : error_memory(err, "everything");
    }
    return STATUS_OK;
}

static void hand_over(const struct isolated *parent, const void *arg)
{
    const struct request *const r = arg;
    isolated_put(parent, r->bytes, r->deed == SHORT ? BYTES / 2 : BYTES);
}

static void bytes_arrive(void **state)
{
    (void)state;
    struct request *const r = calloc(1, sizeof *r);
    unsigned char *const got = malloc(BYTES);
    struct isolated child;
    struct error err = {0};
    assert_true(r && got);
    assert_int_equal(isolated_start(&child, "f", work, hand_over, r, &err), STATUS_OK);
    assert_int_equal(r->bytes[1], 0); /* the child has its own */
    assert_int_equal(isolated_get(&child, got, BYTES, &err), STATUS_OK);
    for (size_t i = 0; i < BYTES; i++)
        assert_int_equal(got[i], (unsigned char)(i * 7));
    assert_int_equal(isolated_get(&child, got, 1, &err), STATUS_DATA);
    isolated_end(&child);
    free(got);
    free(r);
}

static void deaths_are_lines(void **state)
{
    (void)state;
    static const struct {
        enum deed deed;
        enum status status;
        const char *word;
    } cases[] = {
        {REFUSE, STATUS_USAGE, "refused; ask"},
        {CRASH, STATUS_DATA, "f: reading it makes the library crash; is the file damaged"},
        {ABORT, STATUS_DATA, "f: reading it makes the library crash"},
#ifndef __SANITIZE_ADDRESS__ /* its memory is mapped at the start */
        {GREEDY, STATUS_INTERNAL, "out of memory"},
#endif
        {SHORT, STATUS_DATA, "f: reading it ended too early"},
    };
    struct request *const r = calloc(1, sizeof *r);
    unsigned char *const got = malloc(BYTES);
    assert_true(r && got);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct isolated child;
        struct error err = {0};
        *r = (struct request){.deed = cases[i].deed};
        enum status status = isolated_start(&child, "f", work, hand_over, r, &err);
        if (cases[i].deed == SHORT) {
            assert_int_equal(status, STATUS_OK);
            status = isolated_get(&child, got, BYTES, &err);
            isolated_end(&child);
        }
        if (status != cases[i].status || !strstr(err.text, cases[i].word))
            fail_msg("case %zu: status %d, %s", i, status, err.text);
    }
    free(got);
    free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_arrive),
        cmocka_unit_test(deaths_are_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
