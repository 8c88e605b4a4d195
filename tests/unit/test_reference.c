/* SPDX-License-Identifier: BSD-3-Clause */
/* The reference trainings: the same bits twice, others for whatever changes the arithmetic, and a refusal that names
 * both sides. */
#include "cluster/reference.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct reference made(const struct hyperparameters *hyper)
{
    struct reference reference;
    struct error err;
    assert_int_equal(reference_make(&reference, hyper, &err), STATUS_OK);
    assert_int_equal(strlen(reference.program), DIGEST_TEXT - 1);
    assert_int_equal(strlen(reference.outcomes), DIGEST_TEXT - 1);
    return reference;
}

/* Each with other bits than all before it. */
static void test_bits(void **state)
{
    (void)state;
    struct hyperparameters hyper[6];
    struct reference seen[sizeof hyper / sizeof *hyper];
    for (size_t h = 0; h < sizeof hyper / sizeof *hyper; h++)
        hyper[h] = hyper_default();
    hyper[1].seed++;
    hyper[2].hidden_activation = ACTIVATION_TANH;
    hyper[3].batch = 10;
    hyper[4].optimizer = OPTIMIZER_RPROP;
    hyper[4].batch = BATCH_ALL;
    hyper[5].learning_rate *= 1.0000002f; /* the last bit */
    for (size_t h = 0; h < sizeof hyper / sizeof *hyper; h++) {
        struct error err;
        seen[h] = made(&hyper[h]);
        const struct reference again = made(&hyper[h]);
        assert_int_equal(reference_check(&again, &seen[h], &err), STATUS_OK);
        for (size_t before = 0; before < h; before++)
            assert_int_equal(reference_check(&seen[h], &seen[before], &err), STATUS_MPI);
    }
}

/* What early stopping needs, validation samples, is not there; and many epochs are not trained. */
static void test_short(void **state)
{
    (void)state;
    struct hyperparameters hyper = hyper_default(), few = hyper;
    few.epochs = 2;
    hyper.epochs = UINT32_MAX;
    hyper.stop.every = 5;
    struct error err;
    const struct reference many = made(&hyper), short_one = made(&few);
    assert_int_equal(reference_check(&many, &short_one, &err), STATUS_OK);
}

static void test_refusal(void **state)
{
    (void)state;
    const struct reference first = {"aaaaaaaaaaaaaaaa", "cccccccccccccccc"};
    const struct {
        struct reference mine;
        enum status status;
        const char *says;
    } cases[] = {
        {{"aaaaaaaaaaaaaaaa", "cccccccccccccccc"}, STATUS_OK, NULL},
        {{"bbbbbbbbbbbbbbbb", "cccccccccccccccc"}, STATUS_OK, NULL},
        {{"bbbbbbbbbbbbbbbb", "dddddddddddddddd"}, STATUS_MPI, "another program, bbbbbbbbbbbb, not aaaaaaaaaaaa"},
        {{"aaaaaaaaaaaaaaaa", "dddddddddddddddd"}, STATUS_MPI, "though the program is the same"},
    };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        struct error err = {0};
        assert_int_equal(reference_check(&cases[c].mine, &first, &err), cases[c].status);
        if (cases[c].says)
            assert_non_null(strstr(err.text, cases[c].says));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bits),
        cmocka_unit_test(test_short),
        cmocka_unit_test(test_refusal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
