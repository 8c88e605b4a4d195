/* SPDX-License-Identifier: BSD-3-Clause */
/* Early stopping by sequences of errors whose GL, P and so on are computed by hand: when it stops, and which state it
 * takes for the best. All errors are exact in binary, so that limits can be met exactly. */
#include "net/stopping.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { STRIPS = 8, STRIP = 2 };

#define NEVER 0
#define NOTHING (-1.0) /* behind the last strip */

/* Strips of two epochs each. train: one error an epoch, where a rule asks for them. */
static const struct sequence {
    const char *rules;
    double validation[STRIPS], train[STRIPS * STRIP];
    unsigned stop, best; /* strips, from 1; NEVER */
} sequences[] = {
    /* GL is 6.25 in the third strip, 12.5 in the fourth */
    {"gl=6.25", {1, 0.5, 0.53125, 0.5625, 0.5, NOTHING}, {0}, 4, 2},
    {"gl=6.24", {1, 0.5, 0.53125, 0.5625, NOTHING}, {0}, 3, 2},
    {"gl=5", {3, 2, 1, 0.5, 0.25, NOTHING}, {0}, NEVER, 5},
    {"gl=5", {1, 1, 1, NOTHING}, {0}, NEVER, 1},
    {"gl=1e9", {0, 0, NOTHING}, {0}, NEVER, 1},
    {"gl=1e9", {0, 0x1p-1074, NOTHING}, {0}, 2, 1},
    {"patience=2", {1, 2, 0.5, 1, 0.75, 0.25, NOTHING}, {0}, 5, 3},
    {"patience=2", {0.5, 0.5, 0.5, NOTHING}, {0}, 3, 1}, /* a tie is no new minimum */
    {"patience=1", {4, 3, 2, NOTHING}, {0}, NEVER, 3},
    {"up=2", {1, 2, 1.5, 1.75, 2, NOTHING}, {0}, 5, 1},
    {"up=2", {1, 2, 2, 3, 3, 4, NOTHING}, {0}, NEVER, 1}, /* a tie is no rise */
    {"up=1", {4, 3, 3.5, NOTHING}, {0}, 3, 2},
    /* P is 500 in the first strip, 0 in the second; the first does not count there */
    {"progress=500", {4, 3, 2, NOTHING}, {2, 1, 1, 1, 2, 1}, 2, 2},
    {"progress=1e-9", {4, 3, 2, NOTHING}, {2, 1, 1, 1, 2, 1}, 2, 2},
    {"progress=501", {4, 3, NOTHING}, {2, 1, 1, 1}, 1, 1},
    {"progress=500", {4, 3, NOTHING}, {1, 2, 4, 8}, NEVER, 2},
    {"progress=0.1", {4, 3, NOTHING}, {0, 0}, 1, 1},
    {"progress=1e9", {4, 3, NOTHING}, {1, 0, 0, 1}, NEVER, 2}, /* infinite */
    /* GL / P is 125 / 500, then 150 / 500 */
    {"pq=0.25", {1, 2.25, 2.5, NOTHING}, {2, 1, 2, 1, 2, 1}, 3, 1},
    {"pq=100", {1, 1, 1.0625, NOTHING}, {1, 1, 1, 1, 1, 1}, 3, 1}, /* 0 / 0, then 6.25 / 0 */
    {"pq=1e-9", {1, 99, NOTHING}, {0, 1, 0, 1}, NEVER, 1},         /* over infinity */
    {"pq=0.25,up=1", {1, 2, NOTHING}, {2, 1, 2, 1}, 2, 1},         /* the first that says so */
    {"every=2", {1, 9, 2, 9, 0.5, NOTHING}, {0}, NEVER, 5},        /* no rule */
    {"gl=5", {1, NAN, 0.5, NOTHING}, {0}, 2, 1},
    {"every=2", {2, 1, INFINITY, 0.5, NOTHING}, {0}, 3, 2},
    {"every=2", {NAN, 1, NOTHING}, {0}, 1, NEVER},
    {"progress=1e-9", {INFINITY, 1, NOTHING}, {INFINITY, INFINITY, 1, 2}, 1, NEVER},
};

static void one_sequence(const struct sequence *s)
{
    struct stopping_rules rules;
    struct stopping state = {0};
    unsigned stop = 0, best = 0;
    assert_int_equal(stopping_parse(&rules, s->rules, "--stop", NULL), STATUS_OK);
    for (unsigned strip = 1; s->validation[strip - 1] != NOTHING; strip++) {
        stopping_train(&state, s->train[STRIP * strip - 2]);
        stopping_train(&state, s->train[STRIP * strip - 1]);
        if (stopping_validate(&state, &rules, STRIP * strip, s->validation[strip - 1]))
            best = strip;
        stop = state.stopped && stop == 0 ? strip : stop;
    }
    const unsigned epoch = STRIP * (best ? best : stop);
    if (stop != s->stop || best != s->best || state.stopped != (stop > 0) || state.found != (best > 0) ||
        state.epoch != epoch)
        fail_msg("%s, case %td: stops in strip %u, best %u, not %u and %u; epoch %u", s->rules, s - sequences, stop,
                 best, s->stop, s->best, state.epoch);
}

static void stops_and_finds_the_best(void **unused)
{
    (void)unused;
    for (size_t k = 0; k < sizeof sequences / sizeof *sequences; k++)
        one_sequence(&sequences[k]);
}

/* What has to be measured when. */
static void watches(void **unused)
{
    (void)unused;
    static const struct {
        struct stopping_rules rules;
        uint32_t epochs;
        const char *train, *validation; /* a letter an epoch, x where it is watched */
    } cases[] = {
        {{.every = 0, .gl = 5, .progress = 1}, 4, "....", "...."},
        {{.every = 5, .gl = 5, .patience = 3, .up = 2}, 12, "............", "....x....x.x"},
        {{.every = 3, .progress = 0.1}, 6, "xxxxxx", "..x..x"},
        {{.every = 1, .pq = 0.5}, 3, "xxx", "xxx"},
        {{.every = 9}, 2, "..", ".x"},
    };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        const struct hyperparameters training = {.epochs = cases[c].epochs, .stop = cases[c].rules};
        for (uint32_t e = 1; e <= cases[c].epochs; e++) {
            assert_int_equal(stopping_watches(&training, SPLIT_TRAIN, e), cases[c].train[e - 1] == 'x');
            assert_int_equal(stopping_watches(&training, SPLIT_VALIDATION, e), cases[c].validation[e - 1] == 'x');
            assert_false(stopping_watches(&training, SPLIT_TEST, e));
        }
    }
}

static void texts(void **unused)
{
    (void)unused;
    static const struct {
        const char *given, *written;
        struct stopping_rules rules;
    } cases[] = {
        {"gl=5", "gl=5,every=5", {.every = 5, .gl = 5}},
        {"every=1", "every=1", {.every = 1}},
        {"every=7,patience=20,progress=0.1,gl=5e0",
         "gl=5,progress=0.1,patience=20,every=7",
         {.every = 7, .patience = 20, .progress = 0.1, .gl = 5}},
        {"up=4294967295,pq=.75,up=3", "pq=0.75,up=3,every=5", {.every = 5, .pq = 0.75, .up = 3}},
        {"gl=1.7976931348623157e308,pq=2.2250738585072014e-308,progress=2.2250738585072014e-308,up=4294967295,"
         "patience=4294967295,every=4294967295",
         "gl=1.7976931348623157e+308,pq=2.2250738585072014e-308,progress=2.2250738585072014e-308,up=4294967295,"
         "patience=4294967295,every=4294967295",
         {UINT32_MAX, 1.7976931348623157e308, 0x1p-1022, 0x1p-1022, UINT32_MAX, UINT32_MAX}},
    };
    char text[STOPPING_TEXT];
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        struct stopping_rules rules, again;
        const struct stopping_rules *const want = &cases[c].rules;
        assert_int_equal(stopping_parse(&rules, cases[c].given, "--stop", NULL), STATUS_OK);
        assert_true(rules.every == want->every && rules.gl == want->gl && rules.pq == want->pq);
        assert_true(rules.progress == want->progress && rules.up == want->up && rules.patience == want->patience);
        stopping_text(text, &rules);
        assert_string_equal(text, cases[c].written);
        assert_int_equal(stopping_parse(&again, text, "--stop", NULL), STATUS_OK);
        assert_true(again.gl == want->gl && again.pq == want->pq && again.progress == want->progress);
    }
    stopping_text(text, &(struct stopping_rules){.gl = 5});
    assert_string_equal(text, "none");
}

static void mistakes(void **unused)
{
    (void)unused;
    static const struct {
        const char *given, *says;
    } cases[] = {
        {"", "--stop: \"\": no such rule; gl=X"},
        {"5", "--stop: \"5\": no such rule"},
        {"gl", "--stop: \"gl\": no such rule"},
        {"glx=5", "--stop: \"glx=5\": no such rule"},
        {"g=5", "--stop: \"g=5\": no such rule"},
        {"gl=5,", "--stop: \"\": no such rule"},
        {"gl=5,,up=2", "--stop: \"\": no such rule"},
        {"gl=5 up=2", "--stop: \"gl=5 up=2\": a finite number above 0 is needed"},
        {"gl=", "--stop: \"gl=\": a finite number above 0"},
        {"gl=0", "--stop: \"gl=0\": a finite number above 0"},
        {"gl=-1", "--stop: \"gl=-1\""},
        {"pq=nan", "--stop: \"pq=nan\": a finite number"},
        {"progress=inf", "--stop: \"progress=inf\""},
        {"progress=1e999", "--stop: \"progress=1e999\""},
        {"gl=0.1%", "--stop: \"gl=0.1%\""},
        {"gl=0.00000000000000000000000000000000000000000000000000000000000000001", "--stop: \"gl=0.000"},
        {"gl=5,patience=0", "--stop: \"patience=0\": a whole number from 1 to 4294967295"},
        {"up=1.5", "--stop: \"up=1.5\": a whole number"},
        {"every=4294967296", "--stop: \"every=4294967296\": a whole number"},
        {"every=-5", "--stop: \"every=-5\": a whole number"},
    };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        struct stopping_rules rules;
        struct error err = {0};
        assert_int_equal(stopping_parse(&rules, cases[c].given, "--stop", &err), STATUS_USAGE);
        if (strncmp(err.text, cases[c].says, strlen(cases[c].says)) != 0)
            fail_msg("%s: says: %s", cases[c].given, err.text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stops_and_finds_the_best),
        cmocka_unit_test(watches),
        cmocka_unit_test(texts),
        cmocka_unit_test(mistakes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
