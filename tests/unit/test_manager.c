/* SPDX-License-Identifier: BSD-3-Clause */
/* The manager among workers that are made up: they answer in any order, in parts, late or never, die with packs in
 * their hands, come back after they were given up, and send what no worker should. Whatever they do, every training is
 * done once, with the outcome that was sent, and nobody is handed what is done or what another one has. */
#include "cluster/cluster.h"

#include "cluster/inner.h"
#include "sweep/scheduler.h"

#include <arpa/inet.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "fake_mpi.h"
#include "layers.h"

enum { TRAININGS_MOST = 512 };

/* One that plays a worker. */
struct player {
    struct work held[SCHEDULER_HOLD];
    size_t count, asked;
    uint32_t sent;   /* members of held[0] whose outcomes were sent */
    bool greeted, dead, known, zombie, left; /* known: the manager has said that it is lost */
    bool had[TRAININGS_MOST]; /* trainings that it was handed */
    int fd;          /* its line, -1 without */
};

static struct {
    struct experiment experiment;
    struct table table;
    struct packs packs;
    struct cluster *cluster;
    struct player players[FAKE_RANKS];
    int ranks;
    unsigned deaths;             /* still to come */
    bool fails, zombies, stops;  /* trials fail at random; the dead go on talking; a stop is asked for */
    unsigned kept[TRAININGS_MOST], failed[TRAININGS_MOST], losses[TRAININGS_MOST], handed[TRAININGS_MOST];
    unsigned lost;
    const char *misdeed;         /* what player 1 does in place of its first result */
} game;

static double error_of(uint32_t training)
{
    return training + 0.25;
}

static void set_up(const char *hidden1, const char *hidden2, int ranks, uint64_t seed)
{
    static struct cluster cluster;
    memset(&game, 0, sizeof game);
    fake_begin(seed);
    memset(&cluster, 0, sizeof cluster);
    game.ranks = ranks;
    game.experiment = (struct experiment){.repeats = 1, .hyper = hyper_default()};
    game.experiment.data.samples = game.experiment.data.splits[SPLIT_TRAIN] = 150;
    game.experiment.data.inputs = 4;
    game.experiment.data.targets = 3;
    assert_int_equal(set_layers(&game.experiment, hidden1, hidden2), STATUS_OK);
    assert_int_equal(packs_create(&game.packs, &game.experiment, (size_t)ranks, NULL, NULL, NULL), STATUS_OK);
    assert_int_equal(table_create(&game.table, &game.experiment, NULL), STATUS_OK);
    assert_in_range(game.table.count, 1, TRAININGS_MOST);
    cluster.size = ranks;
    cluster.here = 1;
    cluster.timeout_s = 600;
    cluster.evaluator = EVALUATOR_NULL;
    game.cluster = &cluster;
    const struct liveness_ports any = {0, 0};
    assert_int_equal(liveness_server_open(&cluster.workers.liveness, (size_t)ranks, true, &any, NULL), STATUS_OK);
    for (int r = 0; r < ranks; r++)
        game.players[r].fd = -1;
}

static void tear_down(void)
{
    for (int r = 0; r < game.ranks; r++)
        if (game.players[r].fd >= 0)
            close(game.players[r].fd);
    workers_free(&game.cluster->workers);
    game.cluster->outbox.active = 0; /* what the fake did not deliver to the dead is not with any MPI */
    outbox_free(&game.cluster->outbox);
    table_free(&game.table);
    packs_free(&game.packs);
    experiment_free(&game.experiment);
}

/* --- the players -------------------------------------------------------------------------------------------------- */

static void tell_line(int rank, enum liveness_news news, int value)
{
    struct player *const player = &game.players[rank];
    const struct liveness_address *const address = &game.cluster->workers.liveness.address;
    struct liveness_message word = {.token = address->token, .rank = (uint32_t)rank, .news = news, .value = value};
    discard(snprintf(word.host, sizeof word.host, "host%d", rank));
    if (player->fd < 0) {
        struct sockaddr_in name = {.sin_family = AF_INET, .sin_port = address->places[0].port};
        name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        player->fd = socket(AF_INET, SOCK_STREAM, 0);
        assert_int_equal(connect(player->fd, (const struct sockaddr *)&name, sizeof name), 0);
    }
    assert_int_equal(send(player->fd, &word, sizeof word, MSG_NOSIGNAL), sizeof word);
}

/* What arrives at a worker. */
static void fake_sent(int to, const struct letter *letter)
{
    struct player *const player = &game.players[to];
    union message message;
    assert_in_range(to, 1, game.ranks - 1);
    assert_true(letter->size <= sizeof message);
    memcpy(&message, letter->bytes, letter->size);
    if (letter->tag != TAG_WORK)
        return;
    assert_false(player->known); /* nothing for whom the manager takes to be lost */
    assert_true(player->asked > 0);
    player->asked--;
    assert_true(player->count < SCHEDULER_HOLD);
    assert_in_range(message.work.count, 1, PACK_MAX);
    assert_int_equal(letter->size, message_work_size(&message.work));
    for (uint32_t m = 0; m < message.work.count; m++) {
        const uint32_t training = message.work.trainings[m];
        assert_true(training < game.table.count && table_is_open(&game.table, training));
        const struct trial trial = experiment_trial(&game.experiment, training);
        assert_memory_equal(&trial, &message.work.trials[m], sizeof trial);
        game.handed[training]++;
        player->had[training] = true;
        for (int r = 1; r < game.ranks; r++) /* nobody else holds it, but for those that are lost */
            for (size_t p = 0; p < game.players[r].count && !game.players[r].known; p++)
                for (uint32_t i = 0; i < game.players[r].held[p].count; i++)
                    assert_true(game.players[r].held[p].trainings[i] != training);
    }
    player->held[player->count++] = message.work;
}

/* The outcomes of the pack in training, or of a part of it. */
static void send_result(int rank)
{
    struct player *const player = &game.players[rank];
    const struct work *const work = &player->held[0];
    const uint32_t left = work->count - player->sent, count = 1 + fake_random(left);
    struct result result = {.pack = work->pack, .count = count, .last = count == left, .busy_s = 1e-6,
                            .span_s = 1e-6, .share = 1};
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t training = work->trainings[player->sent + i];
        result.trainings[i] = training;
        result.epochs[i] = work->trials[player->sent + i].hyper.epochs;
        result.outcomes[i] = outcome_without(OUTCOME_OK, result.epochs[i]);
        result.outcomes[i].error[0] = error_of(training);
        if (game.fails && fake_random(3) == 0)
            result.outcomes[i] = outcome_without(OUTCOME_FAILED, 0);
    }
    player->sent += count;
    if (result.last) {
        player->held[0] = player->held[1];
        player->count--;
        player->sent = 0;
        result.wants = fake_random(2) && player->count + player->asked < SCHEDULER_HOLD;
        player->asked += result.wants;
    }
    fake_send(rank, TAG_RESULT, &result, message_result_size(&result));
}

/* The last letters of a process that died may not have left it. */
static void lose_letters(int from, size_t most)
{
    for (size_t i = fake_count; i > 0 && most > 0; i--)
        if (fake_letters[i - 1].from == from) {
            memmove(&fake_letters[i - 1], &fake_letters[i], (fake_count - i) * sizeof *fake_letters);
            fake_count--;
            most--;
        }
}

static void die(int rank)
{
    struct player *const player = &game.players[rank];
    player->dead = true;
    player->zombie = game.zombies && fake_random(2);
    if (!player->zombie)
        lose_letters(rank, fake_random(3));
    game.deaths--;
    tell_line(rank, LIVENESS_ENDED, 9);
}

/* What no worker should send: by name. */
static const struct {
    const char *name, *says;
    enum status status;
} misdeeds[] = {
    {"fails", "no room (rank 1 on host1)", STATUS_INTERNAL},
    {"says bye", "rank 1 sent a message of kind 7, which no worker sends now", STATUS_INTERNAL},
    {"sends work", "rank 1 sent a message of kind 8, which no worker sends now", STATUS_INTERNAL},
    {"of no kind", "rank 1 on host1 sent a message that this build does not read", STATUS_INTERNAL},
    {"cut", "rank 1 on host1 sent a message that this build does not read", STATUS_INTERNAL},
    {"cut at its head", "rank 1 on host1 sent a message that this build does not read", STATUS_INTERNAL},
    {"longer than it says", "rank 1 on host1 sent a message that this build does not read", STATUS_INTERNAL},
    {"of too many", "rank 1 on host1 sent a message that this build does not read", STATUS_INTERNAL},
    {"of another pack", "rank 1 on host1 sent a message that this build does not read", STATUS_INTERNAL},
    {"of another training", "rank 1 on host1 sent a message that this build does not read", STATUS_INTERNAL},
    {"of no status", "rank 1 on host1 sent a message that this build does not read", STATUS_INTERNAL},
    {"more than any message", "rank 1 on host1 sent a message that this build does not read", STATUS_INTERNAL},
    {"why too long", "rank 1 on host1 sent a message that this build does not read", STATUS_INTERNAL},
};

static void misbehave(const char *misdeed)
{
    struct result result = {.pack = game.players[1].held[0].pack, .count = 1, .share = 1};
    struct error trouble = {.status = STATUS_INTERNAL, .text = "no room"};
    struct why why = {.size = UINT32_MAX};
    const size_t size = message_result_size(&result);
    static const char long_one[sizeof(union message) + 1];
    result.trainings[0] = game.players[1].held[0].trainings[0];
    game.misdeed = NULL;
    if (strcmp(misdeed, "fails") == 0)
        fake_send(1, TAG_FAILED, &trouble, sizeof trouble);
    else if (strcmp(misdeed, "says bye") == 0)
        fake_send(1, TAG_BYE, "", 1);
    else if (strcmp(misdeed, "sends work") == 0)
        fake_send(1, TAG_WORK, &game.players[1].held[0], message_work_size(&game.players[1].held[0]));
    else if (strcmp(misdeed, "of no kind") == 0)
        fake_send(1, 99, "", 1);
    else if (strcmp(misdeed, "cut") == 0)
        fake_send(1, TAG_RESULT, &result, size - 1);
    else if (strcmp(misdeed, "cut at its head") == 0)
        fake_send(1, TAG_RESULT, &result, 3);
    else if (strcmp(misdeed, "longer than it says") == 0)
        fake_send(1, TAG_RESULT, &result, size + 8);
    else if (strcmp(misdeed, "more than any message") == 0)
        fake_send(1, TAG_RESULT, long_one, sizeof long_one);
    else if (strcmp(misdeed, "why too long") == 0)
        fake_send(1, TAG_WHY, &why, sizeof why);
    else {
        result.count = strcmp(misdeed, "of too many") == 0 ? PACK_MAX + 1 : 1;
        result.pack += strcmp(misdeed, "of another pack") == 0 ? 1000000 : 0;
        result.trainings[0] = strcmp(misdeed, "of another training") == 0 ? (uint32_t)game.table.count : 0;
        result.outcomes[0].status = strcmp(misdeed, "of no status") == 0 ? 99 : OUTCOME_OK;
        fake_send(1, TAG_RESULT, &result, result.count > PACK_MAX ? sizeof result : size);
    }
}

/* Time passes: one of the players does something. */
static void fake_pass(void)
{
    const int rank = 1 + (int)fake_random((uint32_t)(game.ranks > 1 ? game.ranks - 1 : 1));
    struct player *const player = &game.players[rank];
    if (rank >= game.ranks || player->left || (player->dead && !player->zombie))
        return;
    if (player->dead && !player->known)
        return; /* it speaks again once it was given up */
    if (!player->greeted) {
        struct hello hello = {.wants = 1 + fake_random(2), .isa = "made up"};
        discard(snprintf(hello.host, sizeof hello.host, "host%d", rank));
        player->greeted = true;
        player->asked = hello.wants;
        tell_line(rank, LIVENESS_UP, 0);
        fake_send(rank, TAG_HELLO, &hello, sizeof hello);
    } else if (game.misdeed && rank == 1 && player->count > 0) {
        misbehave(game.misdeed);
    } else if (game.deaths > 0 && !player->dead && fake_random(20) == 0) {
        die(rank);
    } else if (player->count > 0 && fake_random(2)) {
        send_result(rank);
    } else if (player->count + player->asked < SCHEDULER_HOLD && fake_random(2)) {
        const struct ask ask = {.wants = 1};
        player->asked++;
        fake_send(rank, TAG_ASK, &ask, sizeof ask);
    } else if (fake_random(8) == 0) {
        fake_send(rank, TAG_ALIVE, "", 1);
    } else if (player->known && fake_random(8) == 0) {
        player->left = true;
        fake_send(rank, TAG_BYE, "", 1);
    }
}

/* --- what the manager says ---------------------------------------------------------------------------------------- */

static enum status keep(size_t training, const struct outcome *outcome, const char *host, void *arg, struct error *err)
{
    (void)arg, (void)err;
    assert_true(training < game.table.count);
    assert_int_equal(game.kept[training], 0); /* what is done stays as it is */
    if (outcome->status != OUTCOME_OK) {
        game.failed[training]++;
        return STATUS_OK;
    }
    game.kept[training]++;
    if (strncmp(host, "host", 4) == 0 && outcome->error[0] != error_of((uint32_t)training))
        fail_msg("training %zu: %g from %s", training, outcome->error[0], host);
    return STATUS_OK;
}

static void note_lost(const char *line, void *arg)
{
    unsigned rank = 0;
    (void)arg;
    assert_int_equal(sscanf(line, "rank %u on host", &rank), 1);
    assert_non_null(strstr(line, "is lost: killed by signal 9"));
    assert_true(rank > 0 && game.players[rank].dead && !game.players[rank].known);
    game.players[rank].known = true;
    game.lost++;
    for (size_t t = 0; t < game.table.count; t++)
        game.losses[t] += game.players[rank].had[t] && game.kept[t] == 0;
}

static enum status attend(double now_s, const char **stop, void *arg, struct error *err)
{
    (void)now_s, (void)arg, (void)err;
    if (game.stops && game.table.done > game.table.count / 2)
        *stop = "a test";
    return STATUS_OK;
}

static enum status manage(bool dedicated, struct run_report *report, struct error *err)
{
    const struct sweep sweep = {.packs = &game.packs, .table = &game.table, .dedicated_manager = dedicated,
                                .keep = keep, .lost = note_lost, .attend = attend};
    *report = (struct run_report){0};
    return cluster_manage(game.cluster, &sweep, report, err);
}

static void forget(struct run_report *report)
{
    spans_free(&report->spans);
    free(report->workers);
}

/* --- the tests ---------------------------------------------------------------------------------------------------- */

static const struct {
    const char *hidden1, *hidden2;
    int ranks;
    bool dedicated, fails, zombies;
    unsigned deaths;
} games[] = {
    {"1:8", "1:8", 1, false, false, false, 0},   /* rank 0 alone */
    {"1:8", "1:8", 2, true, false, false, 0},    /* one worker alone */
    {"1:20", "1:20", 4, true, false, false, 0},
    {"1:20", "1:20", 8, false, false, false, 0},
    {"1:3", "1:2", 16, true, false, false, 0},   /* fewer packs than workers */
    {"1:20", "1:20", 8, true, false, false, 3},
    {"1:20", "1:20", 8, false, false, false, 7}, /* rank 0 is left */
    {"1:20", "1:20", 8, true, false, true, 4},   /* the dead still speak */
    {"1:20", "1:20", 8, false, false, true, 7},
    {"1:4", "1:4", 8, true, true, false, 0},     /* packs of one, which are tried again elsewhere */
    {"1:4", "1:4", 8, true, true, true, 3},
};
enum { ROUNDS = 12 };

/* Every training is done once, in any order, whoever dies. */
static void test_any_order(void **state)
{
    (void)state;
    for (size_t g = 0; g < sizeof games / sizeof *games; g++)
        for (uint64_t seed = 1; seed <= ROUNDS; seed++) {
            struct run_report report;
            struct error err = {0};
            set_up(games[g].hidden1, games[g].hidden2, games[g].ranks, seed);
            game.deaths = games[g].deaths;
            game.fails = games[g].fails;
            game.zombies = games[g].zombies;
            if (manage(games[g].dedicated, &report, &err))
                fail_msg("game %zu, seed %ju: %s", g, (uintmax_t)seed, err.text);
            assert_int_equal(game.table.done, game.table.count);
            unsigned attempts = 0;
            for (size_t t = 0; t < game.table.count; t++) {
                const bool lost_twice = game.losses[t] >= 2;
                attempts += game.handed[t];
                if (game.table.outcomes[t].status == OUTCOME_OK) {
                    assert_int_equal(game.kept[t], 1);
                } else if (!game.fails && !lost_twice) {
                    fail_msg("game %zu, seed %ju: training %zu failed after %u losses", g, (uintmax_t)seed, t,
                             game.losses[t]);
                }
            }
            assert_int_equal(report.lost_workers, game.lost);
            assert_true(game.lost <= games[g].deaths);
            if (games[g].dedicated && games[g].deaths == 0 && !games[g].fails) {
                assert_int_equal(attempts, game.table.count);
                assert_int_equal(report.trained, game.table.count);
                assert_int_equal(report.packs, game.packs.count);
                assert_int_equal(report.repeated_packs, 0);
            }
            forget(&report);
            tear_down();
        }
}

/* All are lost while rank 0 does not train: the sweep ends, and says what is done. */
static void test_all_lost(void **state)
{
    (void)state;
    struct run_report report;
    struct error err = {0};
    set_up("1:20", "1:20", 4, 5);
    game.deaths = 3;
    assert_int_equal(manage(true, &report, &err), STATUS_STOPPED);
    assert_non_null(strstr(err.text, "all workers are lost: "));
    assert_int_equal(report.lost_workers, 3);
    assert_true(game.table.done < game.table.count);
    forget(&report);
    tear_down();
}

/* A stop waits for what is in training and hands out nothing more. */
static void test_stop(void **state)
{
    (void)state;
    struct run_report report;
    struct error err = {0};
    set_up("1:20", "1:20", 4, 3);
    game.stops = true;
    assert_int_equal(manage(true, &report, &err), STATUS_STOPPED);
    assert_non_null(strstr(err.text, "stopped by a test: "));
    unsigned kept = 0, handed = 0;
    for (size_t t = 0; t < game.table.count; t++) {
        kept += game.kept[t];
        handed += game.handed[t];
    }
    assert_int_equal(kept, game.table.done);
    assert_int_equal(kept, handed); /* nothing that was handed out is dropped */
    assert_true(kept < game.table.count);
    forget(&report);
    tear_down();
}

/* What no worker sends, of another build or broken, is refused in one line before it harms. */
static void test_misdeeds(void **state)
{
    (void)state;
    for (size_t m = 0; m < sizeof misdeeds / sizeof *misdeeds; m++) {
        struct run_report report;
        struct error err = {0};
        set_up("1:20", "1:20", 3, 7);
        game.misdeed = misdeeds[m].name;
        if (manage(true, &report, &err) != misdeeds[m].status)
            fail_msg("%s: %s", misdeeds[m].name, err.text);
        if (!strstr(err.text, misdeeds[m].says))
            fail_msg("%s: says \"%s\"", misdeeds[m].name, err.text);
        forget(&report);
        tear_down();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_any_order),
        cmocka_unit_test(test_all_lost),
        cmocka_unit_test(test_stop),
        cmocka_unit_test(test_misdeeds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
