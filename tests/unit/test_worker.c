/* SPDX-License-Identifier: BSD-3-Clause */
/* The worker's loop against a manager that is made up: it asks before it is given, trains each thing once, says when it
 * is there, and leaves when it is told to, whatever it was sent. */
#include "cluster/cluster.h"

#include "cluster/inner.h"
#include "sweep/scheduler.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "fake_mpi.h"
#include "layers.h"

enum { PACKS = 300, ME = 3 };

static struct {
    struct experiment experiment;
    size_t given, done, asked, letters; /* packs; letters: that the worker sent */
    size_t passes;
    unsigned results[PACKS * PACK_MAX];
    bool greeted, ended, left, failed, idle; /* idle: there is no work */
    int told;               /* the status that the worker is told to leave with */
    const char *misdeed;    /* what is sent after some packs */
    size_t alive, pinged;   /* signs of life; pings */
    char trouble[sizeof ((struct error *)0)->text];
} game;

/* What the worker says. */
static void fake_sent(int to, const struct letter *letter)
{
    union message message;
    assert_int_equal(to, 0);
    assert_false(game.left); /* BYE is the last word */
    assert_true(letter->size <= sizeof message);
    memcpy(&message, letter->bytes, letter->size);
    game.letters++;
    assert_true(game.greeted == (letter->tag != TAG_HELLO)); /* the first word, and said once */
    switch (letter->tag) {
    case TAG_HELLO:
        game.greeted = true;
        game.asked += message.hello.wants;
        assert_string_equal(message.hello.isa, trainer_isa(NULL));
        break;
    case TAG_ASK:
        game.asked += message.ask.wants;
        break;
    case TAG_RESULT:
        assert_int_equal(letter->size, message_result_size(&message.result));
        for (uint32_t i = 0; i < message.result.count; i++)
            game.results[message.result.trainings[i]]++;
        game.done += message.result.last;
        game.asked += message.result.wants;
        break;
    case TAG_ALIVE:
        game.alive++;
        break;
    case TAG_FAILED:
        game.failed = true;
        assert_in_range(message.failed.status, STATUS_INCOMPLETE, 124);
        discard(snprintf(game.trouble, sizeof game.trouble, "%s", message.failed.text));
        break;
    case TAG_BYE:
        assert_true(game.ended);
        game.left = true;
        break;
    default:
        fail_msg("the worker sent a message of kind %d", letter->tag);
    }
    assert_true(game.given + game.asked <= game.done + SCHEDULER_HOLD || game.failed); /* no more than it may hold */
}

static void end(void)
{
    const struct end verdict = {.status = (uint32_t)game.told};
    game.ended = true;
    fake_send(0, TAG_END, &verdict, sizeof verdict);
}

static void give(void)
{
    struct work work = {.pack = (uint32_t)game.given, .count = 1 + fake_random(PACK_MAX), .flop = 1e6};
    for (uint32_t i = 0; i < work.count; i++) {
        work.trainings[i] = work.pack * PACK_MAX + i;
        work.trials[i].hyper = game.experiment.hyper;
        work.trials[i].hyper.hidden1 = work.trials[i].hyper.hidden2 = 1 + i;
    }
    game.given++;
    game.asked--;
    fake_send(0, TAG_WORK, &work, message_work_size(&work));
}

/* What no manager sends, by name. */
static void misbehave(const char *misdeed)
{
    const struct work work = {.pack = 1, .count = 1};
    const struct result result = {.pack = 1, .count = 1};
    const struct end verdict = {0};
    static const char long_one[sizeof(union message) + 1];
    game.misdeed = NULL;
    if (strcmp(misdeed, "work that nobody asked for") == 0)
        for (int n = 0; n < 4; n++)
            fake_send(0, TAG_WORK, &work, message_work_size(&work));
    else if (strcmp(misdeed, "work that is cut") == 0)
        fake_send(0, TAG_WORK, &work, message_work_size(&work) - 1);
    else if (strcmp(misdeed, "an end that is cut") == 0)
        fake_send(0, TAG_END, &verdict, 1);
    else if (strcmp(misdeed, "a result that is cut") == 0)
        fake_send(0, TAG_RESULT, "", 1);
    else if (strcmp(misdeed, "a result") == 0)
        fake_send(0, TAG_RESULT, &result, message_result_size(&result));
    else if (strcmp(misdeed, "more than any message") == 0)
        fake_send(0, TAG_WORK, long_one, sizeof long_one);
}

static void fake_pass(void)
{
    game.passes++;
    if (game.ended || !game.greeted)
        return;
    if (game.failed || (game.idle && game.passes > 100) || (game.given == PACKS && game.done == PACKS)) {
        end();
    } else if (game.misdeed && game.given == 20) {
        misbehave(game.misdeed);
    } else if (game.idle) {
        return;
    } else if (fake_random(50) == 0) {
        game.pinged++;
        fake_send(0, TAG_PING, "", 1);
    } else if (game.asked > 0 && game.given < PACKS && fake_random(3)) {
        give();
    }
}

static enum status work(double timeout_s, struct error *err)
{
    struct cluster cluster = {
        .rank = ME, .size = ME + 1, .here = 1, .timeout_s = timeout_s, .evaluator = EVALUATOR_NULL};
    game.experiment = (struct experiment){.repeats = 1, .hyper = hyper_default()};
    game.experiment.data.samples = game.experiment.data.splits[SPLIT_TRAIN] = 150;
    game.experiment.data.inputs = 4;
    game.experiment.data.targets = 3;
    const enum status status = cluster_work(&cluster, &game.experiment, err);
    assert_int_equal(outbox_tend(&cluster.outbox), 0);
    outbox_free(&cluster.outbox);
    return status;
}

static void test_all(void **state)
{
    (void)state;
    static const enum status told[] = {STATUS_OK, STATUS_STOPPED, STATUS_IO};
    for (size_t n = 0; n < 3 * sizeof told / sizeof *told; n++) {
        memset(&game, 0, sizeof game);
        game.told = (int)told[n / 3];
        fake_begin(n + 1);
        assert_int_equal(work(600, NULL), told[n / 3]);
        assert_true(game.left && !game.failed);
        assert_int_equal(game.done, PACKS);
        for (size_t t = 0; t < PACKS * PACK_MAX; t++)
            assert_in_range(game.results[t], 0, 1);
        assert_true(game.pinged == 0 || game.alive > 0);
    }
}

/* Nothing to do, and nobody speaks: signs of life, well within the time after which it would be given up. */
static void test_alive(void **state)
{
    (void)state;
    memset(&game, 0, sizeof game);
    fake_begin(1);
    game.idle = true;
    game.told = STATUS_STOPPED;
    assert_int_equal(work(1e-9, NULL), STATUS_STOPPED); /* each look at the messages is after a long silence */
    assert_true(game.alive > 0);
}

/* What cannot be is told to the manager, and then the worker waits to be released: with the manager's status. */
static void test_misdeeds(void **state)
{
    (void)state;
    static const char foreign[] =
        "rank 3: rank 0 sent a message that this build does not read; start the same build on all hosts";
    static const struct {
        const char *name, *says;
    } misdeeds[] = {
        {"work that nobody asked for", "rank 3: a message of kind 8 that nobody asked for"},
        {"work that is cut", foreign},
        {"an end that is cut", foreign},
        {"a result that is cut", foreign},
        {"a result", "rank 3: a message of kind 3 that nobody asked for"},
        {"more than any message", foreign},
    };
    for (size_t m = 0; m < sizeof misdeeds / sizeof *misdeeds; m++) {
        memset(&game, 0, sizeof game);
        game.told = STATUS_MPI;
        game.misdeed = misdeeds[m].name;
        fake_begin(m + 1);
        assert_int_equal(work(600, NULL), STATUS_MPI);
        assert_true(game.failed && game.left);
        if (strcmp(game.trouble, misdeeds[m].says) != 0)
            fail_msg("%s: says \"%s\"", misdeeds[m].name, game.trouble);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all),
        cmocka_unit_test(test_alive),
        cmocka_unit_test(test_misdeeds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
