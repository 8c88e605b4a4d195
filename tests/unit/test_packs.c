/* SPDX-License-Identifier: BSD-3-Clause */
/* Packs: each training that is to do in exactly one pack, the longest first, mates alike, sizes that suit the number
 * of workers. */
#include "sweep/packs.h"

#include "sweep/cost.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "layers.h"

static struct experiment make(const char *hidden1, const char *hidden2, uint32_t repeats)
{
    struct experiment experiment = {.repeats = repeats, .hyper = {.epochs = 10, .learning_rate = 0.2f, .batch = 1}};
    experiment.data.samples = experiment.data.splits[SPLIT_TRAIN] = 150;
    experiment.data.inputs = 4;
    experiment.data.targets = 3;
    assert_int_equal(set_layers(&experiment, hidden1, hidden2), STATUS_OK);
    return experiment;
}

/* A hole for every training whose number, scrambled, is divisible by *arg; 0 leaves none to do. */
static bool holes(size_t training, const void *arg)
{
    const unsigned modulus = *(const unsigned *)arg;
    return modulus != 0 && (training * 2654435761u >> 7) % modulus != 0;
}

/* What must hold whatever the grid. */
static void check_packs(const struct packs *packs, const struct experiment *experiment, const unsigned *modulus)
{
    const size_t trainings = experiment_trainings(experiment);
    unsigned char *const seen = calloc(trainings + 1, 1);
    size_t total = 0;
    double cost = 0;
    for (size_t p = 0; p < packs->count; p++) {
        const struct pack *const pack = &packs->list[p];
        assert_in_range(pack->count, 1, packs->pack_size);
        assert_true(p == 0 || pack->cost <= packs->list[p - 1].cost);
        struct trial networks[PACK_MAX];
        packs_trials(packs, p, experiment, networks);
        double own = 0;
        for (uint32_t m = 0; m < pack->count; m++) {
            const uint32_t training = packs_members(packs, p)[m];
            assert_true(training < trainings);
            assert_int_equal(seen[training]++, 0);
            own += cost_training(experiment, &networks[m]);
        }
        assert_true(own <= pack->cost * (1 + 1e-12) && own >= pack->cost * (1 - 1e-12));
        total += pack->count;
        cost += pack->cost;
    }
    for (size_t t = 0; t < trainings; t++)
        assert_int_equal(seen[t], modulus ? holes(t, modulus) : 1);
    assert_int_equal(total, packs->trainings);
    assert_int_equal(packs->count, (total + packs->pack_size - 1) / packs->pack_size); /* all but one are full */
    assert_true(cost <= packs->cost * (1 + 1e-9) && cost >= packs->cost * (1 - 1e-9));
    free(seen);
}

static void test_complete(void **state)
{
    (void)state;
    static const char *const axes[] = {"1", "7", "1:2", "1:3", "1:5", "1:16", "1:17", "1:64:4", "1,2,4,8,100"};
    static const uint32_t repeats[] = {1, 2, 3, 4, 5, 7, 16, 17, 33};
    static const size_t workers[] = {1, 2, 8, 100, 5000};
    static const unsigned moduli[] = {0, 1, 2, 3, 10, 1000};
    enum { AXES = sizeof axes / sizeof *axes };
    for (size_t a = 0; a < AXES; a++)
        for (size_t b = 0; b < AXES; b++)
            for (size_t r = 0; r < sizeof repeats / sizeof *repeats; r++) {
                struct experiment experiment = make(axes[a], axes[b], repeats[r]);
                const size_t w = workers[(a + b + r) % 5];
                const unsigned *const modulus = &moduli[(a * 7 + b + r) % 6];
                struct packs packs;
                assert_int_equal(packs_create(&packs, &experiment, w, NULL, NULL, NULL), STATUS_OK);
                check_packs(&packs, &experiment, NULL);
                packs_free(&packs);
                assert_int_equal(packs_create(&packs, &experiment, w, holes, modulus, NULL), STATUS_OK);
                check_packs(&packs, &experiment, modulus);
                packs_free(&packs);
                experiment_free(&experiment);
            }
}

/* The default grid: tiles of 4 x 4, rows of four that share hidden1 and a block of hidden2. */
static void test_tiles(void **state)
{
    (void)state;
    struct experiment experiment = make("1:64", "1:64", 1);
    struct packs packs;
    assert_int_equal(packs_create(&packs, &experiment, 2, NULL, NULL, NULL), STATUS_OK);
    assert_int_equal(packs.count, 256);
    for (size_t p = 0; p < packs.count; p++) {
        struct trial n[PACK_MAX];
        packs_trials(&packs, p, &experiment, n);
        for (uint32_t m = 0; m < PACK_MAX; m++) {
            assert_int_equal((n[m].hyper.hidden1 - 1) / 4, (n[0].hyper.hidden1 - 1) / 4);
            assert_int_equal((n[m].hyper.hidden2 - 1) / 4, (n[0].hyper.hidden2 - 1) / 4);
            assert_int_equal(n[m].hyper.hidden1, n[m / 4 * 4].hyper.hidden1);
            assert_int_equal(n[m].hyper.hidden2, n[m / 4 * 4].hyper.hidden2 + m % 4);
        }
    }
    packs_free(&packs);
    experiment_free(&experiment);
}

/* Repeats share a pack before neighbours do: at least `alike` members in a row are of one cell. */
static void test_repeats(void **state)
{
    (void)state;
    static const struct {
        uint32_t repeats, alike;
    } cases[] = {{16, 16}, {32, 16}, {4, 4}, {8, 4}, {12, 4}};
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        struct experiment experiment = make("1:8", "1:9", cases[c].repeats);
        struct packs packs;
        assert_int_equal(packs_create(&packs, &experiment, 1, NULL, NULL, NULL), STATUS_OK);
        for (size_t p = 0; p < packs.count; p++)
            for (uint32_t m = 0; m < packs.list[p].count; m++) {
                const uint32_t *const members = packs_members(&packs, p);
                const uint32_t row = m / cases[c].alike * cases[c].alike;
                assert_int_equal(members[m] / experiment.repeats, members[row] / experiment.repeats);
            }
        packs_free(&packs);
        experiment_free(&experiment);
    }
}

/* 16 repeats: every pack is full, and all its members are of one cell, so that no lane is padded to a larger one. */
static void test_repeats_full(void **state)
{
    (void)state;
    static const char *const axes[] = {"1", "1:3", "1:32", "5,7,100"};
    for (size_t a = 0; a < 4; a++)
        for (size_t b = 0; b < 4; b++)
            for (uint32_t repeats = PACK_MAX; repeats <= 3 * PACK_MAX; repeats += PACK_MAX) {
                struct experiment experiment = make(axes[a], axes[b], repeats);
                struct packs packs;
                assert_int_equal(packs_create(&packs, &experiment, 1, NULL, NULL, NULL), STATUS_OK);
                assert_int_equal(packs.count * PACK_MAX, experiment_trainings(&experiment));
                for (size_t p = 0; p < packs.count; p++) {
                    assert_int_equal(packs.list[p].count, PACK_MAX);
                    const uint32_t *const members = packs_members(&packs, p);
                    for (uint32_t m = 1; m < PACK_MAX; m++)
                        assert_int_equal(members[m] / repeats, members[0] / repeats);
                }
                packs_free(&packs);
                experiment_free(&experiment);
            }
}

/* Neither a narrow grid nor its edge wastes lanes, and mates stay near. */
static void test_edges(void **state)
{
    (void)state;
    static const struct {
        const char *hidden1, *hidden2;
        uint32_t near1, near2; /* largest difference in a pack */
    } cases[] = {{"1:64", "5", 15, 0}, {"5", "1:64", 0, 15}, {"1:62", "1:64", 3, 7}, {"1:64", "1:65", 15, 7}};
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        struct experiment experiment = make(cases[c].hidden1, cases[c].hidden2, 1);
        struct packs packs;
        assert_int_equal(packs_create(&packs, &experiment, 1, NULL, NULL, NULL), STATUS_OK);
        for (size_t p = 0; p < packs.count; p++) {
            struct trial n[PACK_MAX];
            packs_trials(&packs, p, &experiment, n);
            for (uint32_t m = 1; m < packs.list[p].count; m++) {
                assert_true(abs((int)n[m].hyper.hidden1 - (int)n[0].hyper.hidden1) <= (int)cases[c].near1);
                assert_true(abs((int)n[m].hyper.hidden2 - (int)n[0].hyper.hidden2) <= (int)cases[c].near2);
            }
        }
        packs_free(&packs);
        experiment_free(&experiment);
    }
}

static void test_sizes(void **state)
{
    (void)state;
    static const struct {
        const char *grid;
        uint32_t repeats;
        size_t workers;
        uint32_t pack_size, batch;
    } cases[] = {
        {"1:64", 1, 1, 16, 1},  {"1:64", 1, 2, 16, 1}, {"1:64", 1, 32, 16, 1},    {"1:64", 1, 256, 4, 1},
        {"8", 16, 1, 16, 1},    {"8", 16, 4, 4, 1},    {"1:64", 16, 1024, 16, 1}, {"1:64", 1, 4096, 1, 1},
        {"8", 16, 16, 1, 1},    {"8", 1, 100, 16, 1},  {"1:64", 1, 100000, 1, 1}, {"8", 32, 2, 16, 1},
        {"8", 80, 4, 4, 1},     {"8", 4, 3, 16, 1},    {"8", 4, 3, 1, 32}, /* batches fill registers by themselves */
        {"1:64", 1, 2, 16, 32}, {"8", 4, 3, 1, BATCH_ALL},
    };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        struct experiment experiment = make(cases[c].grid, cases[c].grid, cases[c].repeats);
        struct packs packs;
        experiment.hyper.batch = cases[c].batch;
        assert_int_equal(packs_create(&packs, &experiment, cases[c].workers, NULL, NULL, NULL), STATUS_OK);
        if (packs.pack_size != cases[c].pack_size)
            fail_msg("case %zu: packs of %u, not %u", c, packs.pack_size, cases[c].pack_size);
        packs_free(&packs);
        experiment_free(&experiment);
    }
}

static void test_repeatable(void **state)
{
    (void)state;
    struct experiment experiment = make("1:40", "1:40", 3); /* (a, b) and (b, a) nearly tie */
    struct packs one, two;
    assert_int_equal(packs_create(&one, &experiment, 7, NULL, NULL, NULL), STATUS_OK);
    assert_int_equal(packs_create(&two, &experiment, 7, NULL, NULL, NULL), STATUS_OK);
    assert_int_equal(one.count, two.count);
    assert_memory_equal(one.members, two.members, one.trainings * sizeof *one.members);
    for (size_t p = 0; p < one.count; p++)
        assert_int_equal(one.list[p].first, two.list[p].first);
    packs_free(&one);
    packs_free(&two);
    experiment_free(&experiment);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_complete),     cmocka_unit_test(test_tiles), cmocka_unit_test(test_repeats),
        cmocka_unit_test(test_repeats_full), cmocka_unit_test(test_edges), cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_repeatable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
