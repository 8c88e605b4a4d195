/* SPDX-License-Identifier: BSD-3-Clause */
/* A picture early: the sub-grid first, each part the longest first, the same packs; and never where it costs more than
 * it may. */
#include "sweep/preview.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "layers.h"

static int by_first(const void *a, const void *b)
{
    const struct pack *const one = a, *const other = b;
    return (one->first > other->first) - (one->first < other->first);
}

/* The order as packs_create has it, and that of preview_order. Owns: the caller, packs_free twice. */
static void make(struct experiment *experiment, const char *hidden1, const char *hidden2, uint32_t repeats,
                 const struct farm *farm, struct packs *before, struct packs *after)
{
    *experiment = (struct experiment){.repeats = repeats, .hyper = hyper_default()};
    experiment->hyper.epochs = 1000;
    experiment->data.samples = experiment->data.splits[SPLIT_TRAIN] = 150;
    experiment->data.inputs = 4;
    experiment->data.targets = 3;
    const size_t workers = farm->ranks - farm->dedicated_manager;
    assert_int_equal(set_layers(experiment, hidden1, hidden2), STATUS_OK);
    assert_int_equal(packs_create(before, experiment, workers, NULL, NULL, NULL), STATUS_OK);
    assert_int_equal(packs_create(after, experiment, workers, NULL, NULL, NULL), STATUS_OK);
    assert_int_equal(preview_order(after, experiment, farm, NULL), STATUS_OK);
}

static void test_any(void **state)
{
    (void)state;
    static const char *const grids[] = {"1", "7", "1:8", "1:64", "1:200:3", "1,2,4,8,100"};
    static const size_t ranks[] = {1, 2, 3, 8, 100, 1000, 20000};
    size_t early = 0;
    for (size_t a = 0; a < sizeof grids / sizeof *grids; a++)
        for (size_t b = 0; b < sizeof grids / sizeof *grids; b++)
            for (size_t r = 0; r < sizeof ranks / sizeof *ranks; r++) {
                const struct farm farm = farm_of(ranks[r], FARM_SPEED);
                struct experiment experiment;
                struct packs before, after;
                struct forecast old, new;
                make(&experiment, grids[a], grids[b], (a + b) % 2 ? 16 : 1, &farm, &before, &after);
                assert_int_equal(simulate(&before, &farm, &old, NULL), STATUS_OK);
                assert_int_equal(simulate(&after, &farm, &new, NULL), STATUS_OK);
                if (new.efficiency < (1 - PREVIEW_COST) * old.efficiency)
                    fail_msg("%s x %s on %zu ranks: efficiency %.3f, and %.3f the longest first", grids[a], grids[b],
                             ranks[r], new.efficiency, old.efficiency);
                const bool same = memcmp(before.list, after.list, before.count * sizeof *before.list) == 0;
                early += !same;
                size_t rises = 0;
                for (size_t p = 1; p < after.count; p++)
                    rises += after.list[p].cost > after.list[p - 1].cost;
                assert_true(rises <= 1);
                qsort(before.list, before.count, sizeof *before.list, by_first);
                qsort(after.list, after.count, sizeof *after.list, by_first);
                assert_memory_equal(before.list, after.list, before.count * sizeof *before.list);
                packs_free(&before);
                packs_free(&after);
                experiment_free(&experiment);
            }
    assert_true(early > 50);
}

/* The default grid on 2 and 8 ranks: a quarter of the packs, 64 tiles spread evenly, before all else. */
static void test_first(void **state)
{
    (void)state;
    for (size_t ranks = 2; ranks <= 8; ranks *= 4) {
        const struct farm farm = farm_of(ranks, FARM_SPEED);
        struct experiment experiment;
        struct packs before, after;
        bool seen[8][8] = {{false}};
        make(&experiment, "1:64", "1:64", 1, &farm, &before, &after);
        assert_int_equal(after.count, 256);
        for (size_t p = 0; p < 64; p++)
            for (uint32_t m = 0; m < after.list[p].count; m++) {
                const uint32_t cell = packs_members(&after, p)[m];
                if (cell / 64 % 8 == 3 && cell % 8 == 3)
                    seen[cell / 64 / 8][cell % 64 / 8] = true;
            }
        for (size_t a = 0; a < 8; a++)
            for (size_t b = 0; b < 8; b++)
                assert_true(seen[a][b]);
        packs_free(&before);
        packs_free(&after);
        experiment_free(&experiment);
    }
}

/* One pack as long as all others together, on two ranks: it must not wait, or the run would take 6 % longer. */
static void test_refused(void **state)
{
    (void)state;
    const struct farm farm = farm_of(2, FARM_SPEED);
    for (int longest = 34; longest > 0; longest /= 4) {
        struct experiment experiment;
        struct packs before, after;
        make(&experiment, "1:35", "8", 16, &farm, &before, &after);
        assert_int_equal(before.count, 35);
        packs_free(&after);
        assert_int_equal(packs_create(&after, &experiment, 2, NULL, NULL, NULL), STATUS_OK);
        for (size_t p = 0; p < after.count; p++)
            before.list[p].cost = after.list[p].cost = p == 0 ? 1e10 * longest : 1e10;
        before.cost = after.cost = 1e10 * (34 + longest);
        assert_int_equal(preview_order(&after, &experiment, &farm, NULL), STATUS_OK);
        assert_int_equal(memcmp(before.list, after.list, before.count * sizeof *before.list) == 0, longest == 34);
        packs_free(&before);
        packs_free(&after);
        experiment_free(&experiment);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_any), cmocka_unit_test(test_first),
                                       cmocka_unit_test(test_refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
