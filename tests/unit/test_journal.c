/* SPDX-License-Identifier: BSD-3-Clause */
/* The journal: what it says comes back, whatever happens to the file never gives a wrong outcome. */
#define _DEFAULT_SOURCE /* mkdtemp, random of POSIX */
#include "base/file.h"
#include "store/journal.h"
#include "store/journal_header.h"
#include "store/journal_line.h"
#include "store/settings.h"

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>

#include <cmocka.h>

#include "layers.h"

/* The format, the identity, the versions of the arithmetic, the data, the repeats and two axes, the columns. */
enum { HEADER_LINES = 3 + ARITHMETICS + 9 + 3 };

#define DIGEST_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define DIGEST_B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

static char folder[64];
static struct error err;
static union parameter_value up_to_9[9];

static struct experiment grid(size_t hidden1, size_t hidden2, uint32_t repeats)
{
    return (struct experiment){
        .data = {.samples = 150,
                 .inputs = 4,
                 .targets = 3,
                 .name = "iris",
                 .digest = DIGEST_A,
                 .folds = 1,
                 .split = "none"},
        LAYERS(hidden1, up_to_9, hidden2, up_to_9),
        .repeats = repeats,
        .hyper = {.seed = 1, .epochs = 1000, .learning_rate = 0.2f, .shuffle = true, .batch = 1},
    };
}

static struct outcome well(double error, uint32_t epochs)
{
    struct outcome outcome = outcome_without(OUTCOME_OK, epochs);
    outcome.error[SPLIT_TRAIN] = error;
    return outcome;
}

/* The one outcome that a network has in these tests. */
static struct trial_key key_of(const struct experiment *experiment, size_t i)
{
    const struct trial trial = experiment_trial(experiment, i);
    return trial_key(&trial);
}

static struct outcome truth(struct trial_key network)
{
    uint32_t n = network.hidden1 * 1000 + network.hidden2 * 10 + network.repeat;
    if (n % 7 == 3)
        return outcome_without(OUTCOME_DIVERGED, n % 1000);
    return well(1.0 / n, 1000);
}

static int enter(void **state)
{
    (void)state;
    /* In memory where there is such a place: thousands of fsyncs cost a minute on a disk. */
    for (uint32_t v = 0; v < 9; v++)
        up_to_9[v].count = v + 1;
    strcpy(folder, access("/dev/shm", W_OK) == 0 ? "/dev/shm/nsurf-test-XXXXXX" : "/tmp/nsurf-test-XXXXXX");
    return mkdtemp(folder) && chdir(folder) == 0 ? 0 : -1;
}

static int leave(void **state)
{
    (void)state;
    unlink("j");
    unlink("k");
    return chdir("/") == 0 && rmdir(folder) == 0 ? 0 : -1; /* fails when something else was left */
}

static enum status open_journal(struct journal **journal, enum journal_mode mode, struct table *table,
                                const struct experiment *experiment)
{
    err = (struct error){0};
    assert_int_equal(table_create(table, experiment, &err), STATUS_OK);
    enum status status = journal_open(journal, "j", mode, table, &err);
    if (status != STATUS_OK) {
        table_free(table);
        assert_null(*journal);
        assert_int_equal(err.status, status);
        assert_true(strlen(err.text) > 0 && !strchr(err.text, '\n') && strstr(err.text, "; "));
    }
    return status;
}

/* A line of the journal that such an experiment begins. */
static size_t outcome_line(char *line, const struct experiment *experiment, struct trial_key key,
                           const struct outcome *outcome)
{
    struct journal_header header;
    assert_int_equal(journal_header_make(&header, experiment, NULL), STATUS_OK);
    const struct journal_form form = journal_header_form(&header, experiment);
    struct trial trial = {.hyper = experiment->hyper, .repeat = key.repeat, .fold = key.fold};
    trial.hyper.hidden1 = key.hidden1;
    trial.hyper.hidden2 = key.hidden2;
    return journal_line_outcome(line, &form, &trial, outcome, NULL);
}

/* Append what is true of the trainings first … last - 1. */
static void append(struct journal *journal, const struct experiment *experiment, size_t first, size_t last)
{
    for (size_t i = first; i < last; i++) {
        struct outcome outcome = truth(key_of(experiment, i));
        assert_int_equal(journal_append(journal, i, &outcome, NULL, &err), STATUS_OK);
    }
}

static void close_journal(struct journal *journal, struct table *table)
{
    assert_int_equal(journal_close(journal, &err), STATUS_OK);
    table_free(table);
}

static void write_journal(const struct experiment *experiment)
{
    struct journal *journal;
    struct table table;
    assert_int_equal(open_journal(&journal, JOURNAL_RESTART, &table, experiment), STATUS_OK);
    append(journal, experiment, 0, table.count);
    close_journal(journal, &table);
}

/* Every outcome in the table is true; returns how many there are. */
static size_t assert_true_outcomes(const struct table *table, const char *what)
{
    size_t done = 0;
    for (size_t i = 0; i < table->count; i++) {
        const struct outcome *here = &table->outcomes[i];
        struct outcome there = truth(key_of(table->experiment, i));
        if (here->status == OUTCOME_PENDING)
            continue;
        done++;
        const double error = here->error[SPLIT_TRAIN], wanted = there.error[SPLIT_TRAIN];
        bool same_error = error == wanted || (isnan(error) && isnan(wanted));
        if (here->status != there.status || here->epochs != there.epochs || !same_error)
            fail_msg("%s: training %zu has a wrong outcome", what, i);
    }
    assert_int_equal(done, table->done);
    return done;
}

static char *slurp(const char *path, size_t *size)
{
    FILE *stream = fopen(path, "rb");
    assert_non_null(stream);
    char *bytes = calloc(1, 1 << 20);
    assert_non_null(bytes);
    *size = fread(bytes, 1, (1 << 20) - 1, stream);
    fclose(stream);
    return bytes;
}

static void spit(const char *path, const char *bytes, size_t size)
{
    FILE *stream = fopen(path, "wb");
    assert_non_null(stream);
    assert_int_equal(fwrite(bytes, 1, size, stream), size);
    assert_int_equal(fclose(stream), 0);
}

/* The file to the letter; the checksums are those of Python's zlib.crc32, the digest that of its hashlib. */
static void letters(void **state)
{
    (void)state;
    struct experiment experiment = grid(1, 2, 1);
    write_journal(&experiment);
    size_t size;
    char *text = slurp("j", &size);
    assert_string_equal(
        text, "# nsurf_journal 3 f343bd25\n"
              "# experiment_sha256 c720a8c5c72e1a6081d0334c6866d429e0b6573b4bcf61b7418287bd1a75722e dab7222a\n"
              "# arithmetic_online 1 88b33531\n"
              "# arithmetic_batch 2 6193fe47\n"
              "# arithmetic_repeats 2 cb0c9661\n"
              "# data iris 504cd87b\n"
              "# samples 150 ea46e67a\n"
              "# inputs 4 edf68d85\n"
              "# targets 3 2dc0cbbd\n"
              "# data_sha256 " DIGEST_A " e3444e7f\n"
              "# split none e9f7be3c\n"
              "# folds 1 cfac0447\n"
              "# missing refuse 1299feb5\n"
              "# scale none 7d0d2bc0\n"
              "# repeats 1 1b49cb03\n"
              "# hidden1_range 1 00c0f076\n"
              "# hidden2_range 1:2 f19dd7ab\n"
              "# columns hidden1 hidden2 fold repeat status epochs train_error validation_error test_error "
              "train_wrong validation_wrong test_wrong train_spread validation_spread test_spread differences crc32 "
              "e5e0df01\n"
              "1 1 0 0 0 1000 0.0009900990099009901 NaN NaN 0 0 0 NaN NaN NaN fce63ed5\n"
              "1 2 0 0 0 1000 0.000980392156862745 NaN NaN 0 0 0 NaN NaN NaN b0658386\n");
    free(text);
}

static void comes_back(void **state)
{
    (void)state;
    struct experiment experiment = grid(4, 3, 2);
    struct journal *journal;
    struct table table;
    /* In three runs. */
    for (size_t first = 0; first < 24; first += 8) {
        assert_int_equal(open_journal(&journal, JOURNAL_CONTINUE, &table, &experiment), STATUS_OK);
        assert_int_equal(assert_true_outcomes(&table, "run"), first);
        assert_int_equal(journal_found(journal).outcomes, first);
        append(journal, &experiment, first, first + 8);
        close_journal(journal, &table);
    }
    assert_int_equal(open_journal(&journal, JOURNAL_READ, &table, &experiment), STATUS_OK);
    assert_int_equal(assert_true_outcomes(&table, "read"), 24);
    close_journal(journal, &table);
    /* Started over. */
    assert_int_equal(open_journal(&journal, JOURNAL_RESTART, &table, &experiment), STATUS_OK);
    assert_int_equal(table.done, 0);
    assert_int_equal(journal_begin(journal, &err), STATUS_OK);
    close_journal(journal, &table);
    assert_int_equal(open_journal(&journal, JOURNAL_CONTINUE, &table, &experiment), STATUS_OK);
    assert_int_equal(table.done, 0);
    close_journal(journal, &table);
}

/* A run that ends before its journal has begun leaves the file as it was, whatever it wanted of it. */
static void not_begun(void **state)
{
    (void)state;
    struct experiment experiment = grid(3, 3, 1), wider = grid(4, 4, 1);
    write_journal(&experiment);
    size_t size, again;
    char *before = slurp("j", &size);
    const struct {
        enum journal_mode mode;
        size_t cut; /* bytes missing at the end */
    } cases[] = {
        {JOURNAL_RESTART, 0}, {JOURNAL_CONTINUE, 0}, {JOURNAL_CONTINUE, 5}, {JOURNAL_REPAIR, 5}, {JOURNAL_READ, 5}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct journal *journal;
        struct table table;
        spit("j", before, size - cases[i].cut);
        assert_int_equal(open_journal(&journal, cases[i].mode, &table, &wider), STATUS_OK);
        assert_int_equal(journal_flush(journal, 0, &err), STATUS_OK);
        assert_int_equal(journal_flush(journal, 1e9, &err), STATUS_OK);
        assert_int_equal(journal_sync(journal, &err), STATUS_OK);
        close_journal(journal, &table);
        char *after = slurp("j", &again);
        assert_int_equal(again, size - cases[i].cut);
        assert_memory_equal(before, after, again);
        free(after);
    }
    free(before);
}

/* A failed training may come out well later, and never the other way round. */
static void failed_then_ok(void **state)
{
    (void)state;
    const struct outcome failed = outcome_without(OUTCOME_FAILED, 0), ok = well(0.25, 1000), other = well(0.5, 1000);
    struct outcome more_wrong = ok, better_test = ok;
    more_wrong.misclassified[SPLIT_TEST] = 1;
    better_test.error[SPLIT_TEST] = 0.125;
    const struct {
        const struct outcome *lines[3];
        enum status status;
        uint32_t outcome;
    } cases[] = {
        {{&failed}, STATUS_OK, OUTCOME_FAILED},
        {{&failed, &ok}, STATUS_OK, OUTCOME_OK},
        {{&failed, &ok, &failed}, STATUS_OK, OUTCOME_OK},
        {{&ok, &ok}, STATUS_OK, OUTCOME_OK},
        {{&ok, &other}, STATUS_DATA, 0},
        {{&ok, &more_wrong}, STATUS_DATA, 0},
        {{&ok, &better_test}, STATUS_DATA, 0},
    };
    struct experiment experiment = grid(2, 2, 1);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct journal *journal;
        struct table table;
        assert_int_equal(open_journal(&journal, JOURNAL_RESTART, &table, &experiment), STATUS_OK);
        for (size_t line = 0; line < 3 && cases[i].lines[line]; line++)
            assert_int_equal(journal_append(journal, 2, cases[i].lines[line], NULL, &err), STATUS_OK);
        close_journal(journal, &table);
        assert_int_equal(open_journal(&journal, JOURNAL_CONTINUE, &table, &experiment), cases[i].status);
        if (cases[i].status != STATUS_OK) {
            assert_non_null(strstr(err.text, "network 2, 1, repeat 0 has another outcome"));
            continue;
        }
        assert_int_equal(table.outcomes[2].status, cases[i].outcome);
        assert_int_equal(table.done, 1);
        assert_int_equal(journal_found(journal).outcomes, 1);
        close_journal(journal, &table);
    }
}

/* The grid and the repeats may change, and nothing is forgotten. */
static void other_grids(void **state)
{
    (void)state;
    static const struct {
        size_t hidden1, hidden2, found, outside;
        uint32_t repeats;
    } steps[] = {
        {3, 3, 0, 0, 2},      /* all of these are trained at each step: 18 */
        {5, 3, 18, 0, 2},     /* wider: 30 */
        {2, 2, 8, 22, 1 + 1}, /* narrower: nothing new */
        {2, 2, 4, 26, 1},     /* fewer repeats: nothing new */
        {5, 5, 30, 0, 3},     /* more of all: 75 */
        {1, 1, 3, 72, 3},     {5, 5, 75, 0, 3},
    };
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        struct experiment experiment = grid(steps[i].hidden1, steps[i].hidden2, steps[i].repeats);
        struct journal *journal;
        struct table table;
        assert_int_equal(open_journal(&journal, JOURNAL_CONTINUE, &table, &experiment), STATUS_OK);
        assert_true_outcomes(&table, "grid");
        assert_int_equal(journal_found(journal).outcomes, steps[i].found);
        assert_int_equal(journal_found(journal).outside, steps[i].outside);
        for (size_t training = 0; training < table.count; training++)
            if (table.outcomes[training].status == OUTCOME_PENDING)
                append(journal, &experiment, training, training + 1);
        close_journal(journal, &table);
    }
    size_t size;
    char *text = slurp("j", &size);
    assert_non_null(strstr(text, "\n# hidden1_range 1:5 ")); /* for whoever reads on */
    free(text);
}

/* Another experiment is refused, naming what differs and both values. */
static void foreign(void **state)
{
    (void)state;
    struct experiment experiment = grid(2, 2, 1), other[10];
    write_journal(&experiment);
    for (size_t i = 0; i < 10; i++)
        other[i] = experiment;
    other[0].data.samples = 149;
    other[1].data.inputs = 5;
    other[2].data.targets = 2;
    strcpy(other[3].data.digest, DIGEST_B);
    other[4].hyper.epochs = 500;
    other[5].hyper.learning_rate = 0.25f;
    other[6].hyper.shuffle = false;
    other[7].hyper.seed = 12345678901234567890u;
    other[7].axes[AXIS_HIDDEN1].count = 3; /* allowed, and no excuse */
    other[9].hyper.optimizer = OPTIMIZER_ADAM;
    other[8].hyper.stop = (struct stopping_rules){.every = 10, .patience = 3};
    static const char *const lines[] = {
        "samples is 150 there and 149 here", "inputs is 4 there and 5 here",
        "targets is 3 there and 2 here",     "data_sha256 is " DIGEST_A " there and " DIGEST_B " here",
        "epochs is 1000 there and 500 here", "learning_rate is 0.2 there and 0.25 here",
        "shuffle is yes there and no here",  "seed is 1 there and 12345678901234567890 here",
        "early_stopping is none there and patience=3,every=10 here",
        "optimizer is sgd there and adam here",
    };
    size_t before, after;
    char *text = slurp("j", &before);
    for (size_t i = 0; i < 10; i++) {
        static const enum journal_mode modes[] = {JOURNAL_CONTINUE, JOURNAL_REPAIR, JOURNAL_READ};
        for (size_t m = 0; m < 3; m++) {
            struct journal *journal;
            struct table table;
            assert_int_equal(open_journal(&journal, modes[m], &table, &other[i]), STATUS_DATA);
            if (!strstr(err.text, lines[i]) || !strstr(err.text, "--force"))
                fail_msg("expected '%s': %s", lines[i], err.text);
        }
    }
    char *still = slurp("j", &after);
    assert_string_equal(text, still);
    free(still);
    free(text);

    /* The name of the data is for people. */
    strcpy(experiment.data.name, "elsewhere/iris.csv");
    struct journal *journal;
    struct table table;
    assert_int_equal(open_journal(&journal, JOURNAL_CONTINUE, &table, &experiment), STATUS_OK);
    assert_int_equal(table.done, 4);
    close_journal(journal, &table);
}

/* What is no journal is not touched. */
static void no_journal(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "hello", "hello\n", "# nsurf\n", "1 1 0 0 1000 0.5 00000000\n", "\n", "# nsurf_journa\n", "\177ELF",
    };
    struct experiment experiment = grid(2, 2, 1);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        static const enum journal_mode modes[] = {JOURNAL_CONTINUE, JOURNAL_REPAIR, JOURNAL_READ};
        for (size_t m = 0; m < 3; m++) {
            struct journal *journal;
            struct table table;
            spit("j", texts[i], strlen(texts[i]));
            assert_int_equal(open_journal(&journal, modes[m], &table, &experiment), STATUS_DATA);
            size_t size;
            char *still = slurp("j", &size);
            assert_string_equal(still, texts[i]);
            free(still);
        }
    }
    char line[JOURNAL_LINE];
    size_t size = journal_line_remark(line, "nsurf_journal", "4");
    spit("j", line, size);
    struct journal *journal;
    struct table table;
    assert_int_equal(open_journal(&journal, JOURNAL_CONTINUE, &table, &experiment), STATUS_DATA);
    assert_non_null(strstr(err.text, "has the format 4, and this program knows 3"));

    unlink("j");
    assert_int_equal(open_journal(&journal, JOURNAL_READ, &table, &experiment), STATUS_IO);
    assert_non_null(strstr(err.text, "cannot open j: No such file"));
    assert_false(file_exists("j"));
    assert_int_equal(mkfifo("j", 0600), 0); /* must not wait for a writer */
    assert_int_equal(open_journal(&journal, JOURNAL_READ, &table, &experiment), STATUS_IO);
    assert_int_equal(open_journal(&journal, JOURNAL_RESTART, &table, &experiment), STATUS_IO);
    unlink("j");
    spit("k", "theirs", 6);
    assert_int_equal(symlink("k", "j"), 0);
    assert_int_equal(open_journal(&journal, JOURNAL_RESTART, &table, &experiment), STATUS_IO);
    char *still = slurp("k", &size);
    assert_string_equal(still, "theirs");
    free(still);
}

/* The file ends anywhere: what is whole is kept, the rest is cut off, and the run goes on to the same end. */
static void torn_anywhere(void **state)
{
    (void)state;
    struct experiment experiment = grid(2, 2, 1);
    write_journal(&experiment);
    size_t size;
    char *bytes = slurp("j", &size);
    size_t last_done = 0;
    for (size_t cut = 0; cut <= size; cut++) {
        struct journal *journal;
        struct table table;
        spit("j", bytes, cut);
        assert_int_equal(open_journal(&journal, JOURNAL_CONTINUE, &table, &experiment), STATUS_OK);
        size_t done = assert_true_outcomes(&table, "torn");
        assert_true(done >= last_done && done <= last_done + 1);
        last_done = done;
        for (size_t training = 0; training < table.count; training++)
            if (table.outcomes[training].status == OUTCOME_PENDING)
                append(journal, &experiment, training, training + 1);
        close_journal(journal, &table);
        size_t again;
        char *whole = slurp("j", &again);
        assert_int_equal(again, size);
        assert_memory_equal(bytes, whole, size);
        free(whole);
    }
    assert_int_equal(last_done, 4);
    /* A crash of the machine may leave zeros; a reader leaves the end alone. */
    struct journal *journal;
    struct table table;
    char *zeros = calloc(1, size + 100000);
    assert_non_null(zeros);
    memcpy(zeros, bytes, size);
    spit("j", zeros, size + 100000);
    assert_int_equal(open_journal(&journal, JOURNAL_READ, &table, &experiment), STATUS_OK);
    assert_int_equal(table.done, 4);
    close_journal(journal, &table);
    struct stat info;
    assert_int_equal(stat("j", &info), 0);
    assert_int_equal(info.st_size, size + 100000);
    assert_int_equal(open_journal(&journal, JOURNAL_CONTINUE, &table, &experiment), STATUS_OK);
    assert_int_equal(journal_found(journal).torn, 100000);
    assert_int_equal(journal_begin(journal, &err), STATUS_OK);
    close_journal(journal, &table);
    assert_int_equal(stat("j", &info), 0);
    assert_int_equal(info.st_size, size);
    free(zeros);
    free(bytes);
}

/* A damaged line is refused by its number, and dropped when asked. */
static void damaged_line(void **state)
{
    (void)state;
    struct experiment experiment = grid(3, 3, 1);
    write_journal(&experiment);
    size_t size;
    char *bytes = slurp("j", &size);
    size_t lines = 0, at = 0;
    while (at < size) {
        size_t length = strcspn(bytes + at, "\n");
        lines++;
        bytes[at + length / 2] ^= 4;
        spit("j", bytes, size);
        bytes[at + length / 2] ^= 4;
        struct journal *journal;
        struct table table;
        char place[32];
        snprintf(place, sizeof place, "j:%zu: ", lines);
        assert_int_equal(open_journal(&journal, JOURNAL_CONTINUE, &table, &experiment), STATUS_DATA);
        assert_non_null(strstr(err.text, place));
        assert_non_null(strstr(err.text, "--repair"));
        assert_int_equal(open_journal(&journal, JOURNAL_REPAIR, &table, &experiment), STATUS_OK);
        assert_int_equal(journal_found(journal).dropped, 1);
        size_t done = assert_true_outcomes(&table, "repaired");
        assert_int_equal(done, lines <= HEADER_LINES ? 9 : 8);
        close_journal(journal, &table);
        assert_int_equal(open_journal(&journal, JOURNAL_CONTINUE, &table, &experiment), STATUS_OK);
        assert_int_equal(assert_true_outcomes(&table, "after repair"), done);
        close_journal(journal, &table);
        at += length + 1;
    }
    assert_int_equal(lines, HEADER_LINES + 9);
    free(bytes);
}

static uint64_t state_of_chance;

static size_t chance(size_t below)
{
    state_of_chance = state_of_chance * 6364136223846793005u + 1442695040888963407u; /* Knuth's MMIX generator */
    return (size_t)(state_of_chance >> 33) % below;
}

/* The begin of a random line and its length with its line feed. */
static size_t random_line(const char *bytes, size_t size, size_t *length)
{
    size_t at = chance(size);
    while (at > 0 && bytes[at - 1] != '\n')
        at--;
    const char *feed = memchr(bytes + at, '\n', size - at);
    *length = feed ? (size_t)(feed - bytes) - at + 1 : size - at;
    return at;
}

/* Damage bytes in place; room for twice the size. Returns the new size. */
static size_t damage(char *bytes, size_t size)
{
    size_t a, b, length, other;
    static char line[1 << 20]; /* as much as slurp reads: a line that lost its end may be long */
    switch (chance(8)) {
    case 0: /* bits flip */
        for (size_t n = 1 + chance(20); n > 0; n--)
            bytes[chance(size)] ^= (char)(1 << chance(8));
        return size;
    case 1: /* the end is missing */
        return chance(size + 1);
    case 2: /* a line twice */
        a = random_line(bytes, size, &length);
        memmove(bytes + a + length, bytes + a, size - a);
        return size + length;
    case 3: /* a line elsewhere */
        a = random_line(bytes, size, &length);
        memcpy(line, bytes + a, length);
        memmove(bytes + a, bytes + a + length, size - a - length);
        b = size > length ? random_line(bytes, size - length, &other) : 0;
        memmove(bytes + b + length, bytes + b, size - length - b);
        memcpy(bytes + b, line, length);
        return size;
    case 4: /* a line is missing */
        a = random_line(bytes, size, &length);
        memmove(bytes + a, bytes + a + length, size - a - length);
        return size - length;
    case 5: /* a block of zeros, as a file system may leave it */
        a = chance(size);
        memset(bytes + a, 0, chance(size - a) + 1);
        return size;
    case 6: /* a digit becomes another, the error that only a checksum sees */
        for (size_t tries = 0; tries < 1000; tries++) {
            a = chance(size);
            if (bytes[a] >= '0' && bytes[a] <= '9') {
                bytes[a] = (char)('0' + chance(10));
                break;
            }
        }
        return size;
    default: /* the checksum of another line */
        a = random_line(bytes, size, &length);
        b = random_line(bytes, size, &other);
        if (length > 10 && other > 10)
            memcpy(bytes + a + length - 9, bytes + b + other - 9, 8);
        return size;
    }
}

static void random_damage(void **state)
{
    (void)state;
    struct experiment experiment = grid(4, 5, 2);
    write_journal(&experiment);
    size_t size, unharmed = 0, repaired = 0, refused = 0;
    char *bytes = slurp("j", &size), *hurt = calloc(8, size);
    assert_non_null(hurt);
    for (uint64_t seed = 0; seed < 1000; seed++) {
        char what[32];
        snprintf(what, sizeof what, "seed %d", (int)seed);
        state_of_chance = seed;
        memcpy(hurt, bytes, size);
        size_t hurt_size = size;
        for (size_t n = 1 + chance(2); n > 0 && hurt_size > 0; n--)
            hurt_size = damage(hurt, hurt_size);
        spit("j", hurt, hurt_size);
        struct journal *journal;
        struct table table;
        enum status status = open_journal(&journal, JOURNAL_CONTINUE, &table, &experiment);
        if (status == STATUS_OK) {
            assert_true_outcomes(&table, what);
            close_journal(journal, &table);
            unharmed++;
            continue;
        }
        assert_int_equal(status, STATUS_DATA);
        status = open_journal(&journal, JOURNAL_REPAIR, &table, &experiment);
        if (status != STATUS_OK) {
            assert_int_equal(status, STATUS_DATA);
            refused++;
            continue;
        }
        size_t done = assert_true_outcomes(&table, what);
        close_journal(journal, &table);
        assert_int_equal(open_journal(&journal, JOURNAL_CONTINUE, &table, &experiment), STATUS_OK);
        assert_int_equal(assert_true_outcomes(&table, what), done);
        close_journal(journal, &table);
        repaired++;
    }
    print_message("# %zu unharmed, %zu repaired, %zu refused\n", unharmed, repaired, refused);
    assert_true(unharmed > 100 && repaired > 100 && refused > 0);
    free(hurt);
    free(bytes);
}

static long peak_kib(void)
{
    struct rusage usage;
    assert_int_equal(getrusage(RUSAGE_SELF, &usage), 0);
    return usage.ru_maxrss;
}

/* A line of 256 MiB costs no memory, and lines about the length of what is read at a time are found whole. */
static void long_lines(void **state)
{
    (void)state;
    struct experiment experiment = grid(2, 2, 1);
    write_journal(&experiment);
    size_t size;
    char *bytes = slurp("j", &size);
    long before_kib = peak_kib();
    static const long lengths[] = {510, 511, 512, 513, 65535, 65536, 65537, 1L << 28};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        spit("j", bytes, size);
        assert_int_equal(truncate("j", (off_t)size + lengths[i]), 0); /* a hole of zeros */
        FILE *stream = fopen("j", "ab");
        assert_non_null(stream);
        char line[JOURNAL_LINE];
        const struct outcome outcome = well(0.5, 7);
        outcome_line(line, &experiment, (struct trial_key){9, 9, 0, 0}, &outcome);
        fprintf(stream, "\n%s", line);
        fclose(stream);
        struct journal *journal;
        struct table table;
        assert_int_equal(open_journal(&journal, JOURNAL_CONTINUE, &table, &experiment), STATUS_DATA);
        assert_int_equal(open_journal(&journal, JOURNAL_REPAIR, &table, &experiment), STATUS_OK);
        assert_int_equal(journal_found(journal).outside, 1);
        assert_int_equal(table.done, 4);
        close_journal(journal, &table);
    }
    assert_true(peak_kib() - before_kib < 65536);
    free(bytes);
}

/* What is put before a journal, or in place of its header, to deceive; sealed as it should be. */
static void deceptions(void **state)
{
    (void)state;
    struct experiment experiment = grid(2, 2, 1);
    write_journal(&experiment);
    size_t size;
    char *bytes = slurp("j", &size), *hurt = calloc(1, size + 100000);
    assert_non_null(hurt);
    const char *columns = strstr(bytes, "# columns");
    assert_non_null(columns);
    size_t tail = size - (size_t)(columns - bytes);
    static const struct {
        const char *name, *value;
        bool whole;          /* our whole journal follows, or only its columns and outcomes */
        const char *refusal; /* NULL: as good as any */
    } cases[] = {
        {"epochs", "500", true, "epochs is 500 there and 1000 here"},
        {"experiment_sha256", "0", true, "its experiment_sha256 is not"},
        {"experiment_sha256", "0", false, "its experiment_sha256 is not"},
        {"seed", "1", false, "too little is left of its header"},
        {"seed", "1", true, NULL},
        {"moon", "full", true, NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t used = journal_line_remark(hurt, "nsurf_journal", "3");
        used += journal_line_remark(hurt + used, cases[i].name, cases[i].value);
        size_t rest = cases[i].whole ? size : tail;
        memcpy(hurt + used, bytes + size - rest, rest);
        spit("j", hurt, used + rest);
        struct journal *journal;
        struct table table;
        enum status status = open_journal(&journal, JOURNAL_CONTINUE, &table, &experiment);
        assert_int_equal(status, cases[i].refusal ? STATUS_DATA : STATUS_OK);
        if (status == STATUS_OK) {
            assert_int_equal(assert_true_outcomes(&table, "deception"), 4);
            close_journal(journal, &table);
        } else if (!strstr(err.text, cases[i].refusal)) {
            fail_msg("expected '%s': %s", cases[i].refusal, err.text);
        }
    }

    /* A lie at the end of a line that is too long, where a reader begins to read anew (every 64 KiB), is no line. */
    memcpy(hurt, bytes, size);
    memset(hurt + size, 'x', 65536 - size);
    const struct outcome outcome = well(0.5, 7);
    size_t lie = outcome_line(hurt + 65536, &experiment, (struct trial_key){1, 1, 0, 0}, &outcome);
    spit("j", hurt, 65536 + lie);
    struct journal *journal;
    struct table table;
    assert_int_equal(open_journal(&journal, JOURNAL_CONTINUE, &table, &experiment), STATUS_DATA);
    char damage[40];
    snprintf(damage, sizeof damage, "j:%d: damaged line", HEADER_LINES + 4 + 1);
    assert_non_null(strstr(err.text, damage));
    free(hurt);
    free(bytes);
}

/* Flush until what was written is on disk, too. */
static void settle(struct journal *journal, double now_s)
{
    for (int n = 0; n < 10000 && journal_waiting(journal) > 0; n++) {
        assert_int_equal(journal_flush(journal, now_s, &err), STATUS_OK);
        usleep(1000);
    }
}

static size_t size_of(const char *path)
{
    struct stat info;
    assert_int_equal(stat(path, &info), 0);
    return (size_t)info.st_size;
}

/* When it is time: half a second after the first outcome that waits, or when many do. */
static void groups(void **state)
{
    (void)state;
    struct experiment experiment = grid(9, 9, 1);
    struct journal *journal;
    struct table table;
    const struct outcome outcome = well(0.5, 1000);
    assert_int_equal(open_journal(&journal, JOURNAL_CONTINUE, &table, &experiment), STATUS_OK);
    assert_int_equal(journal_begin(journal, &err), STATUS_OK);
    static const struct {
        double now_s;
        int append;
        size_t waiting;
    } steps[] = {
        {10.0, 0, 0}, {11.0, 1, 1},  {11.4, 1, 2},  {11.5, 0, 0},     {11.6, 0, 0},
        {20.0, 1, 1}, {20.49, 0, 1}, {20.51, 0, 0}, {30.0, 20000, 0}, {30.0, 1, 1},
    };
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        for (int n = 0; n < steps[i].append; n++) {
            assert_int_equal(journal_append(journal, 0, &outcome, NULL, &err), STATUS_OK);
            if (n % 1000 == 999)
                assert_int_equal(journal_flush(journal, steps[i].now_s, &err), STATUS_OK);
            if (n >= 10000) /* lines of at least 20 bytes */
                assert_true(size_of("j") > 20 * (size_t)(n - 10000));
        }
        assert_int_equal(journal_flush(journal, steps[i].now_s, &err), STATUS_OK);
        if (steps[i].waiting == 0)
            settle(journal, steps[i].now_s);
        if (steps[i].append < 1000)
            assert_int_equal(journal_waiting(journal), steps[i].waiting);
        else
            assert_int_equal(journal_sync(journal, &err), STATUS_OK);
    }
    close_journal(journal, &table);
}

/* One run at a time; and the lock goes with the process. */
static void one_user(void **state)
{
    (void)state;
    struct experiment experiment = grid(2, 2, 1);
    int ready[2], done[2];
    assert_int_equal(pipe(ready), 0);
    assert_int_equal(pipe(done), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct journal *journal;
        struct table table;
        char c = open_journal(&journal, JOURNAL_CONTINUE, &table, &experiment) == STATUS_OK ? 'y' : 'n';
        if (write(ready[1], &c, 1) != 1 || read(done[0], &c, 1) != 1)
            _exit(1);
        raise(SIGKILL);
    }
    char c = 'n';
    assert_int_equal(read(ready[0], &c, 1), 1);
    assert_int_equal(c, 'y');
    struct journal *journal;
    struct table table;
    char line[64];
    snprintf(line, sizeof line, "j is in use by process %ld; ", (long)child);
    static const enum journal_mode modes[] = {JOURNAL_CONTINUE, JOURNAL_REPAIR, JOURNAL_RESTART};
    for (size_t m = 0; m < 3; m++) {
        assert_int_equal(open_journal(&journal, modes[m], &table, &experiment), STATUS_IO);
        assert_non_null(strstr(err.text, line));
    }
    assert_int_equal(open_journal(&journal, JOURNAL_READ, &table, &experiment), STATUS_OK);
    close_journal(journal, &table);
    assert_int_equal(write(done[1], &c, 1), 1);
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_int_equal(open_journal(&journal, JOURNAL_CONTINUE, &table, &experiment), STATUS_OK);
    close_journal(journal, &table);
    for (int i = 0; i < 2; i++) {
        close(ready[i]);
        close(done[i]);
    }
}

/* Killed at any moment: what journal_sync said is kept. */
static void killed(void **state)
{
    (void)state;
    struct experiment experiment = grid(9, 9, 8);
    for (useconds_t round = 0; round < 20; round++) {
        int said[2];
        assert_int_equal(pipe(said), 0);
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            struct journal *journal;
            struct table table;
            if (open_journal(&journal, JOURNAL_RESTART, &table, &experiment) != STATUS_OK)
                _exit(1);
            for (size_t i = 0;; i++) { /* on and on: the same outcome twice does no harm */
                struct outcome outcome = truth(key_of(&experiment, i % table.count));
                if (journal_append(journal, i % table.count, &outcome, NULL, &err) != STATUS_OK)
                    _exit(2);
                if (i % 3 == 0 && (journal_sync(journal, &err) != STATUS_OK || write(said[1], &i, sizeof i) < 0))
                    _exit(3);
            }
        }
        close(said[1]);
        size_t last;
        assert_int_equal(read(said[0], &last, sizeof last), sizeof last);
        usleep(round * 500);
        kill(child, SIGKILL);
        int how;
        assert_int_equal(waitpid(child, &how, 0), child);
        assert_true(WIFSIGNALED(how) && WTERMSIG(how) == SIGKILL);
        while (read(said[0], &last, sizeof last) == sizeof last)
            continue;
        close(said[0]);
        struct journal *journal;
        struct table table;
        assert_int_equal(open_journal(&journal, JOURNAL_CONTINUE, &table, &experiment), STATUS_OK);
        size_t done = assert_true_outcomes(&table, "killed");
        assert_true(done > last || done == table.count);
        close_journal(journal, &table);
    }
}

/* A limit on file size stands in for a full disk. */
static void disk_full(void **state)
{
    (void)state;
    struct experiment experiment = grid(9, 9, 8);
    struct journal *journal;
    struct table table;
    struct rlimit before, low;
    assert_int_equal(open_journal(&journal, JOURNAL_CONTINUE, &table, &experiment), STATUS_OK);
    append(journal, &experiment, 0, 100);
    assert_int_equal(journal_sync(journal, &err), STATUS_OK);
    struct stat info;
    assert_int_equal(stat("j", &info), 0);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    low = before;
    low.rlim_cur = (rlim_t)info.st_size + 1000;
    signal(SIGXFSZ, SIG_IGN);
    append(journal, &experiment, 100, 200);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &low), 0);
    enum status first = journal_sync(journal, &err);
    char line[480];
    strcpy(line, err.text);
    enum status second = journal_flush(journal, 1e9, &err);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(first, STATUS_IO);
    assert_int_equal(second, STATUS_IO);
    assert_non_null(strstr(line, "cannot write j: File too large; make room"));
    assert_string_equal(err.text, line);
    assert_int_equal(journal_waiting(journal), 100);
    const struct outcome outcome = well(0.5, 1);
    assert_int_equal(journal_append(journal, 0, &outcome, NULL, &err), STATUS_IO);
    assert_int_equal(journal_close(journal, &err), STATUS_IO);
    table_free(&table);
    assert_int_equal(open_journal(&journal, JOURNAL_CONTINUE, &table, &experiment), STATUS_OK);
    assert_int_equal(assert_true_outcomes(&table, "full"), 100);
    assert_int_equal(journal_found(journal).torn, 0); /* the half-written group was taken back */
    close_journal(journal, &table);
}

/* A trial of this network with another learning rate. */
static struct trial trial_with(const struct hyperparameters *base, struct trial_key key)
{
    struct trial trial = {.hyper = *base, .repeat = key.repeat, .fold = key.fold};
    trial.hyper.hidden1 = key.hidden1;
    trial.hyper.hidden2 = key.hidden2;
    trial.hyper.learning_rate = 0.3f;
    return trial;
}

/* Lines that only look right. */
static void lines(void **state)
{
    (void)state;
    const struct hyperparameters base = hyper_default();
    const struct parameters all = {hyper_parameters, HYPER_PARAMETERS};
    const struct journal_form form = {.format = 3, .seed = journal_line_seed(DIGEST_A), .base = &base, .all = all};
    const struct journal_form former = {.format = 2, .base = &base, .all = all};
    static const struct {
        struct trial_key network;
        struct outcome outcome;
        bool good;
    } cases[] = {
        {{1, 1, 0, 0}, {{0.5, NAN, NAN}, {{0, 0, 0}}, 10, OUTCOME_OK, {0}}, true},
        {{1, 1, 0, 0}, {{0.5, 0.25, 1}, {{1, 2, UINT32_MAX}}, 10, OUTCOME_OK, {0}}, true},
        {{10000, 10000, (1 << 20) - 1, 65535}, {{5e-324, NAN, 0}, {{0, 0, 0}}, UINT32_MAX, OUTCOME_OK, {0}}, true},
        {{1, 1, 0, 0}, {{NAN, NAN, NAN}, {{0, 0, 0}}, 3, OUTCOME_DIVERGED, {0}}, true},
        {{1, 1, 0, 0}, {{NAN, NAN, NAN}, {{0, 0, 0}}, 0, OUTCOME_FAILED, {0}}, true},
        {{0, 1, 0, 0}, {{0.5, NAN, NAN}, {{0, 0, 0}}, 10, OUTCOME_OK, {0}}, false},
        {{1, 10001, 0, 0}, {{0.5, NAN, NAN}, {{0, 0, 0}}, 10, OUTCOME_OK, {0}}, false},
        {{1, 1, 1 << 20, 0}, {{0.5, NAN, NAN}, {{0, 0, 0}}, 10, OUTCOME_OK, {0}}, false},
        {{1, 1, 0, 1 << 16}, {{0.5, NAN, NAN}, {{0, 0, 0}}, 10, OUTCOME_OK, {0}}, false},
        {{1, 1, 0, 0}, {{-0.5, NAN, NAN}, {{0, 0, 0}}, 10, OUTCOME_OK, {0}}, false},
        {{1, 1, 0, 0}, {{0.5, -0.5, NAN}, {{0, 0, 0}}, 10, OUTCOME_OK, {0}}, false},
        {{1, 1, 0, 0}, {{NAN, 0.5, NAN}, {{0, 0, 0}}, 10, OUTCOME_OK, {0}}, false},
        {{1, 1, 0, 0}, {{INFINITY, NAN, NAN}, {{0, 0, 0}}, 10, OUTCOME_OK, {0}}, false},
        {{1, 1, 0, 0}, {{0.5, NAN, NAN}, {{0, 0, 0}}, 10, OUTCOME_DIVERGED, {0}}, false},
        {{1, 1, 0, 0}, {{NAN, NAN, 0.5}, {{0, 0, 0}}, 10, OUTCOME_DIVERGED, {0}}, false},
        {{1, 1, 0, 0}, {{NAN, NAN, NAN}, {{0, 1, 0}}, 10, OUTCOME_DIVERGED, {0}}, false},
        {{1, 1, 0, 0}, {{NAN, NAN, NAN}, {{0, 0, 0}}, 0, OUTCOME_PENDING, {0}}, false},
        {{1, 1, 0, 0}, {{NAN, NAN, NAN}, {{0, 0, 0}}, 0, 4, {0}}, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[JOURNAL_LINE];
        struct journal_line line;
        struct outcome outcome = cases[i].outcome;
        for (int split = 0; split < SPLITS; split++)
            outcome.spread[split] = isnan(outcome.error[split]) ? (double)NAN : 0.125 * split;
        const struct trial trial = trial_with(&base, cases[i].network);
        size_t length = journal_line_outcome(text, &form, &trial, &outcome, NULL);
        assert_int_equal(strlen(text), length);
        assert_int_equal(journal_line_read(&line, &form, text, length - 1), cases[i].good);
        if (!cases[i].good)
            continue;
        const struct trial_key key = trial_key(&line.trial);
        assert_memory_equal(&key, &cases[i].network, sizeof key);
        assert_true(line.trial.hyper.learning_rate == trial.hyper.learning_rate && line.trial.hyper.epochs == 1000);
        assert_true(!line.remark);
        assert_true(line.outcome.status == cases[i].outcome.status && line.outcome.epochs == cases[i].outcome.epochs);
        for (int split = 0; split < SPLITS; split++) {
            const double got = line.outcome.error[split], wanted = cases[i].outcome.error[split];
            assert_true(got == wanted || (isnan(got) && isnan(wanted)));
            assert_int_equal(line.outcome.misclassified[split], cases[i].outcome.misclassified[split]);
            assert_true(line.outcome.spread[split] == outcome.spread[split] || isnan(outcome.spread[split]));
        }
        /* No bit may flip, no byte may be missing. */
        for (size_t bit = 0; bit < 8 * (length - 1); bit++) {
            text[bit / 8] ^= (char)(1 << bit % 8);
            assert_false(journal_line_read(&line, &form, text, length - 1));
            text[bit / 8] ^= (char)(1 << bit % 8);
        }
        for (size_t cut = 0; cut < length - 1; cut++)
            assert_false(journal_line_read(&line, &form, text, cut));
    }
    /* A true checksum of what we would not write. */
    static const char *const odd[] = {
        "01 1 0 0 0 10 0.5 NaN NaN 0 0 0",
        "1  1 0 0 0 10 0.5 NaN NaN 0 0 0",
        "1 1 0 0 0 10 0.50 NaN NaN 0 0 0",
        "1 1 0 0 0 10 5e-1 NaN NaN 0 0 0",
        "1 1 0 0 0 10 0.5 NaN NaN 0 0 0 ",
        " 1 1 0 0 0 10 0.5 NaN NaN 0 0 0",
        "1 1 0 0 0 10",
        "1 1 0 0 0 10 ",
        "1 1 0 0 0 10 0.5",
        "1 1 0 0 0 10 0.5 NaN NaN 0 0",
        "1 1 0 0 1 10 nan nan nan 0 0 0",
        "+1 1 0 0 0 10 0.5 NaN NaN 0 0 0",
        "1 1 0 0 0 4294967296 0.5 NaN NaN 0 0 0",
        "1 1 0 0 0 10 0.5 NaN NaN 0 0 4294967296",
        "#a b",
        "#",
        "1 1 0 0 0 10 0.5 NaN NaN 0 0 0 7",
        "x",
        "# a",
    };
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        char text[JOURNAL_LINE];
        struct journal_line line;
        int length = snprintf(text, sizeof text, "%s %08lx", odd[i],
                              crc32(0, (const unsigned char *)odd[i], (unsigned)strlen(odd[i])));
        if (journal_line_read(&line, &former, text, (size_t)length))
            fail_msg("'%s' was taken", text);
    }
    /* Values of remarks: empty, with blanks, and too long, which is cut and still sealed. */
    char text[JOURNAL_LINE], longest[JOURNAL_LINE + 600];
    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    const char *const values[] = {"", " ", "a b  c ", "\xc3\xa4", longest};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        struct journal_line line;
        size_t length = journal_line_remark(text, "name", values[i]);
        assert_true(length < JOURNAL_LINE && text[length - 1] == '\n');
        assert_true(journal_line_read(&line, &form, text, length - 1));
        assert_true(line.remark);
        assert_string_equal(line.name, "name");
        assert_int_equal(strncmp(line.value, values[i], strlen(line.value)), 0);
        assert_true(strlen(line.value) == strlen(values[i]) || strlen(line.value) > 480);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, enter, leave)

/* What somebody does to the file in mid-run, when 8 of 16 outcomes are on disk. */
static void hurt_in_mid_run(void **state)
{
    (void)state;
    static const struct {
        const char *command;
        size_t mended;
        enum status status;
        const char *says;
    } cases[] = {
        {"true", 0, STATUS_OK, NULL},
        {"rm j", 1, STATUS_OK, NULL},
        {": >j", 1, STATUS_OK, NULL},
        {"truncate -s 100 j", 1, STATUS_OK, NULL},  /* within the header */
        {"truncate -s -70 j", 1, STATUS_OK, NULL},  /* two lines, one of them torn */
        {"head -n -3 j >k; mv k j", 1, STATUS_OK, NULL}, /* an older copy */
        {"cp j k; mv k j", 1, STATUS_OK, NULL},
        {"grep -v '^1 ' j >k; cat k >>j", 1, STATUS_OK, NULL},
        {"echo precious >j", 0, STATUS_DATA, "mid-run: j:1: not the first line of a journal"},
        {"echo torn >>j", 0, STATUS_DATA, ": damaged line"},
        {"rm j; mkdir j", 0, STATUS_IO, "mid-run: cannot open j: Is a directory"},
    };
    struct experiment experiment = grid(4, 4, 1);
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        struct journal *journal;
        struct table table;
        assert_int_equal(open_journal(&journal, JOURNAL_RESTART, &table, &experiment), STATUS_OK);
        for (size_t i = 0; i < table.count; i++) {
            const struct outcome outcome = truth(key_of(&experiment, i));
            table_set(&table, i, &outcome);
            enum status status = journal_append(journal, i, &outcome, NULL, &err);
            if (!status && i == 7)
                status = journal_sync(journal, &err);
            if (i == 7)
                assert_int_equal(system(cases[c].command), 0);
            assert_int_equal(status, STATUS_OK);
        }
        assert_int_equal(journal_sync(journal, &err), cases[c].status);
        assert_int_equal(journal_mended(journal), cases[c].mended);
        assert_int_equal(journal_waiting(journal), cases[c].status ? 8 : 0);
        if (cases[c].status) {
            assert_non_null(strstr(err.text, cases[c].says));
            assert_int_equal(journal_close(journal, &err), cases[c].status);
            table_free(&table);
            assert_int_equal(system("[ ! -d j ] || rmdir j"), 0);
            continue;
        }
        /* Nothing more is needed at the end, and it is all there for the next run, in its place and locked. */
        assert_int_equal(journal_close(journal, &err), STATUS_OK);
        table_free(&table);
        assert_int_equal(open_journal(&journal, JOURNAL_CONTINUE, &table, &experiment), STATUS_OK);
        assert_int_equal(assert_true_outcomes(&table, cases[c].command), 16);
        close_journal(journal, &table);
    }
}

/* A header that lacks a line is written anew from the file that was opened, unless that one is replaced before. */
static void hurt_before_a_new_header(void **state)
{
    (void)state;
    struct experiment experiment = grid(4, 4, 1);
    struct journal *journal;
    struct table table;
    assert_int_equal(open_journal(&journal, JOURNAL_RESTART, &table, &experiment), STATUS_OK);
    for (size_t i = 0; i < 8; i++) {
        const struct outcome outcome = truth(key_of(&experiment, i));
        assert_int_equal(journal_append(journal, i, &outcome, NULL, &err), STATUS_OK);
    }
    assert_int_equal(journal_sync(journal, &err), STATUS_OK);
    close_journal(journal, &table);
    assert_int_equal(system("sed -i '/^# samples /d' j"), 0);
    assert_int_equal(open_journal(&journal, JOURNAL_CONTINUE, &table, &experiment), STATUS_OK);
    assert_int_equal(system("cp j k; mv k j"), 0);
    for (size_t i = 8; i < table.count; i++) {
        const struct outcome outcome = truth(key_of(&experiment, i));
        table_set(&table, i, &outcome);
        assert_int_equal(journal_append(journal, i, &outcome, NULL, &err), STATUS_OK);
        assert_int_equal(journal_sync(journal, &err), STATUS_OK);
    }
    assert_int_equal(journal_mended(journal), 1);
    close_journal(journal, &table);
    assert_int_equal(system("grep -q '^# samples ' j"), 0);
    assert_int_equal(open_journal(&journal, JOURNAL_CONTINUE, &table, &experiment), STATUS_OK);
    assert_int_equal(assert_true_outcomes(&table, "a new header"), 16);
    close_journal(journal, &table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(letters),    TEST(comes_back),    TEST(failed_then_ok), TEST(other_grids),   TEST(foreign),
        TEST(no_journal), TEST(torn_anywhere), TEST(damaged_line),   TEST(random_damage), TEST(long_lines),
        TEST(deceptions), TEST(groups),        TEST(one_user),       TEST(killed),        TEST(disk_full),
        TEST(lines),      TEST(not_begun),
        cmocka_unit_test_setup_teardown(hurt_in_mid_run, enter, leave),
        cmocka_unit_test_setup_teardown(hurt_before_a_new_header, enter, leave),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
