/* SPDX-License-Identifier: BSD-3-Clause */
/* The scheduler under random interleavings: every pack done or given up exactly once, none lost, none twice, for 1 to
 * 10,000 workers of which any may be lost at any moment. */
#include "sweep/scheduler.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* xorshift64*, seeded a test, so that a failure repeats. Source: S. Vigna, ACM TOMS 42 (2016) 30. */
static uint64_t random_state;

static size_t pick(size_t below)
{
    random_state ^= random_state >> 12;
    random_state ^= random_state << 25;
    random_state ^= random_state >> 27;
    return (size_t)((random_state * 0x2545F4914F6CDD1DULL) >> 33) % below;
}

/* What the test believes: who holds what, and how often each pack was handed out, done, lost and given up. */
struct belief {
    size_t packs, workers, closed, alive;
    size_t (*held)[SCHEDULER_HOLD];                 /* [workers], as handed out, then SCHEDULER_NONE */
    bool *gone;                                     /* [workers] */
    unsigned char *handed, *done, *lost, *given_up; /* [packs] */
    unsigned char *blamed;                          /* [packs] lost while in training */
};

static void believe(struct belief *b, size_t packs, size_t workers)
{
    *b = (struct belief){.packs = packs, .workers = workers, .alive = workers};
    b->held = calloc(workers, sizeof *b->held);
    b->gone = calloc(workers, sizeof *b->gone);
    b->handed = calloc(packs + 1, 1);
    b->done = calloc(packs + 1, 1);
    b->lost = calloc(packs + 1, 1);
    b->given_up = calloc(packs + 1, 1);
    b->blamed = calloc(packs + 1, 1);
    for (size_t w = 0; w < workers; w++)
        for (size_t h = 0; h < SCHEDULER_HOLD; h++)
            b->held[w][h] = SCHEDULER_NONE;
}

static void forget(struct belief *b)
{
    free(b->held);
    free(b->gone);
    free(b->handed);
    free(b->done);
    free(b->lost);
    free(b->given_up);
    free(b->blamed);
}

static size_t count_held(const struct belief *b, size_t w)
{
    size_t held = 0;
    for (size_t h = 0; h < SCHEDULER_HOLD; h++)
        held += b->held[w][h] != SCHEDULER_NONE;
    return held;
}

static size_t count_fresh(const struct belief *b)
{
    size_t fresh = 0;
    for (size_t p = 0; p < b->packs; p++)
        fresh += b->handed[p] == 0;
    return fresh;
}

/* fresh: the worker wants none that was lost. */
static void ask(struct belief *b, struct scheduler *s, size_t w, bool fresh)
{
    const size_t before = count_held(b, w), waiting = scheduler_waiting(s);
    const bool any = fresh ? count_fresh(b) > 0 : waiting > 0;
    const size_t pack = scheduler_next(s, w, fresh);
    if (b->gone[w] || before == SCHEDULER_HOLD || !any) {
        assert_true(pack == SCHEDULER_NONE);
        return;
    }
    assert_true(pack < b->packs);
    assert_int_equal(b->done[pack] + b->given_up[pack], 0);
    assert_int_equal(b->handed[pack], b->lost[pack]); /* nobody else holds it */
    assert_true(b->blamed[pack] < 2);
    assert_true(!fresh || b->handed[pack] == 0);
    assert_int_equal(scheduler_waiting(s), waiting - 1);
    b->handed[pack]++;
    b->held[w][before] = pack;
}

static void finish(struct belief *b, struct scheduler *s, size_t w)
{
    size_t h = pick(SCHEDULER_HOLD);
    const size_t pack = b->held[w][h];
    if (pack == SCHEDULER_NONE) { /* a result that nobody waits for */
        const size_t other = pick(b->packs + 2);
        bool own = false;
        for (size_t i = 0; i < SCHEDULER_HOLD; i++)
            own |= b->held[w][i] == other;
        if (!own)
            assert_false(scheduler_done(s, w, other));
        assert_false(scheduler_done(s, w, SCHEDULER_NONE));
        assert_false(scheduler_done(s, w, UINT32_MAX));
        return;
    }
    assert_true(scheduler_done(s, w, pack));
    assert_false(scheduler_done(s, w, pack)); /* twice is once too often */
    for (; h + 1 < SCHEDULER_HOLD; h++)
        b->held[w][h] = b->held[w][h + 1];
    b->held[w][h] = SCHEDULER_NONE;
    b->done[pack]++;
    b->closed++;
}

static bool contains(const size_t *list, size_t count, size_t pack)
{
    for (size_t i = 0; i < count; i++)
        if (list[i] == pack)
            return true;
    return false;
}

static void lose(struct belief *b, struct scheduler *s, size_t w)
{
    struct scheduler_loss loss;
    scheduler_lost(s, w, &loss);
    size_t again = 0, given_up = 0;
    for (size_t h = 0; h < SCHEDULER_HOLD; h++) {
        const size_t pack = b->held[w][h];
        b->held[w][h] = SCHEDULER_NONE;
        if (pack == SCHEDULER_NONE)
            continue;
        b->lost[pack]++;
        if (h == 0 && ++b->blamed[pack] == 2) {
            b->given_up[pack]++;
            b->closed++;
            given_up++;
            assert_true(contains(loss.given_up, loss.given_up_count, pack));
        } else {
            again++;
            assert_true(contains(loss.again, loss.again_count, pack));
        }
    }
    assert_int_equal(loss.again_count, again);
    assert_int_equal(loss.given_up_count, given_up);
    b->alive -= !b->gone[w];
    b->gone[w] = true;
}

/* Run to the end; one in `risk` steps loses a worker (0: none), until a tenth of them is left. */
static void interleave(size_t packs, size_t workers, size_t risk, uint64_t seed)
{
    struct scheduler *s;
    struct belief b;
    random_state = seed;
    assert_int_equal(scheduler_create(&s, packs, workers, NULL), STATUS_OK);
    believe(&b, packs, workers);
    while (!scheduler_finished(s)) {
        assert_true(b.closed < packs);
        const size_t w = pick(workers);
        if (risk && b.alive > 1 + workers / 10 && pick(risk) == 0)
            lose(&b, s, w);
        else if (pick(2))
            ask(&b, s, w, pick(50) == 0);
        else
            finish(&b, s, w);
        assert_int_equal(scheduler_held(s, w), count_held(&b, w));
        assert_true(scheduler_pack(s, w, 0) == b.held[w][0]);
    }
    assert_int_equal(b.closed, packs);
    assert_int_equal(scheduler_waiting(s), 0);
    for (size_t p = 0; p < packs; p++) {
        assert_int_equal(b.done[p] + b.given_up[p], 1);
        assert_int_equal(b.handed[p], b.done[p] + b.lost[p]);
        assert_int_equal(b.given_up[p], b.blamed[p] == 2);
    }
    for (size_t w = 0; w < workers; w += 97)
        assert_true(scheduler_next(s, w, false) == SCHEDULER_NONE);
    forget(&b);
    scheduler_destroy(s);
}

static void test_interleavings(void **state)
{
    (void)state;
    static const struct {
        size_t packs, workers, risk, runs;
    } cases[] = {
        {0, 1, 0, 1},      {1, 1, 0, 5},       {1, 2, 3, 50},        {2, 3, 4, 50},         {100, 1, 0, 5},
        {100, 7, 0, 20},   {100, 7, 10, 200},  {1000, 31, 50, 20},   {1000, 1000, 3, 5},    {256, 2, 0, 20},
        {50, 10000, 0, 3}, {50, 10000, 20, 3}, {30000, 10000, 5, 2}, {100000, 64, 1000, 2},
    };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++)
        for (size_t run = 0; run < cases[c].runs; run++)
            interleave(cases[c].packs, cases[c].workers, cases[c].risk, 1 + c * 1000 + run);
}

static void test_order(void **state)
{
    (void)state;
    struct scheduler *s;
    struct scheduler_loss loss;
    assert_int_equal(scheduler_create(&s, 6, 3, NULL), STATUS_OK);
    assert_int_equal(scheduler_next(s, 2, false), 0);
    assert_int_equal(scheduler_next(s, 0, false), 1);
    assert_int_equal(scheduler_next(s, 2, false), 2);
    assert_true(scheduler_next(s, 2, false) == SCHEDULER_NONE); /* holds as many as it may */
    assert_int_equal(scheduler_waiting(s), 3);
    scheduler_lost(s, 2, &loss);
    assert_true(loss.again_count == 2 && loss.again[0] == 0 && loss.again[1] == 2 && loss.given_up_count == 0);
    assert_int_equal(scheduler_waiting(s), 5);
    assert_false(scheduler_done(s, 2, 0));     /* it comes too late */
    assert_int_equal(scheduler_next(s, 1, false), 0); /* what was lost comes before all else */
    assert_int_equal(scheduler_next(s, 0, false), 2);
    assert_int_equal(scheduler_next(s, 1, false), 3);
    assert_int_equal(scheduler_pack(s, 1, 0), 0);
    scheduler_lost(s, 1, &loss); /* pack 0 loses its second worker; pack 3 was only in hand */
    assert_true(loss.given_up_count == 1 && loss.given_up[0] == 0 && loss.again_count == 1 && loss.again[0] == 3);
    scheduler_lost(s, 1, &loss);
    assert_true(loss.given_up_count == 0 && loss.again_count == 0);
    assert_true(scheduler_done(s, 0, 1));
    assert_int_equal(scheduler_pack(s, 0, 0), 2);
    assert_int_equal(scheduler_next(s, 0, true), 4); /* nothing that was lost */
    assert_true(scheduler_done(s, 0, 4));
    assert_int_equal(scheduler_next(s, 0, false), 3);
    assert_true(scheduler_done(s, 0, 2));
    assert_true(scheduler_done(s, 0, 3));
    assert_int_equal(scheduler_next(s, 0, false), 5);
    assert_true(scheduler_next(s, 0, true) == SCHEDULER_NONE);
    assert_false(scheduler_finished(s));
    assert_true(scheduler_done(s, 0, 5));
    assert_true(scheduler_finished(s));
    scheduler_destroy(s);
}

/* The largest runs foreseen: would not end in the test's time if a call grew with packs or workers. */
static void test_scale(void **state)
{
    (void)state;
    const size_t packs = 10000000, workers = 100000;
    struct scheduler *s;
    assert_int_equal(scheduler_create(&s, packs, workers, NULL), STATUS_OK);
    size_t worker = 0, done = 0;
    for (size_t pack; (pack = scheduler_next(s, worker, false)) != SCHEDULER_NONE; worker = (worker + 1) % workers)
        done += scheduler_done(s, worker, pack);
    assert_int_equal(done, packs);
    assert_true(scheduler_finished(s));
    scheduler_destroy(s);
}

static void test_limits(void **state)
{
    (void)state;
    struct scheduler *s;
    struct error err;
    assert_int_equal(scheduler_create(&s, (size_t)1 << 33, 1, &err), STATUS_INTERNAL);
    assert_null(s);
    assert_int_equal(scheduler_create(&s, 1, SIZE_MAX / 2, &err), STATUS_INTERNAL);
    assert_null(s);
    scheduler_destroy(NULL);
}

/* Packs that one worker is to leave to others, unless it is alone. */
static void test_avoid(void **state)
{
    (void)state;
    struct scheduler *s;
    assert_int_equal(scheduler_create(&s, 3, 2, NULL), STATUS_OK);
    assert_int_equal(scheduler_avoid(s, 0, NULL), STATUS_OK);
    assert_int_equal(scheduler_avoid(s, 1, NULL), STATUS_OK);
    assert_int_equal(scheduler_avoid(s, UINT32_MAX, NULL), STATUS_OK);
    assert_int_equal(scheduler_waiting(s), 3);
    assert_true(scheduler_next(s, 0, false) == SCHEDULER_NONE);
    assert_int_equal(scheduler_retry(s, 0, false), 1);
    assert_int_equal(scheduler_retry(s, 0, false), 2);
    assert_true(scheduler_done(s, 0, 1) && scheduler_done(s, 0, 2));
    assert_true(scheduler_retry(s, 0, false) == SCHEDULER_NONE);
    assert_int_equal(scheduler_retry(s, 0, true), 0);
    assert_true(scheduler_done(s, 0, 0) && scheduler_finished(s));
    scheduler_destroy(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_avoid),
        cmocka_unit_test(test_interleavings),
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_scale),
        cmocka_unit_test(test_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
