/* SPDX-License-Identifier: BSD-3-Clause */
/* Journals seen from outside: whatever way the file comes to be, what is seen of it is what its writer put there. */
#include "store/journal_follow.h"

#include "store/journal.h"
#include "store/journal_line.h"
#include "sweep/cost.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char path[64], copy[64];

static int setup(void **state)
{
    (void)state;
    char folder[] = "/tmp/nsurf-follow-XXXXXX";
    assert_non_null(mkdtemp(folder));
    discard(snprintf(path, sizeof path, "%s/f.journal", folder));
    discard(snprintf(copy, sizeof copy, "%s/c.journal", folder));
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    discard((long)remove(path));
    discard((long)remove(copy));
    *strrchr(path, '/') = '\0';
    return rmdir(path);
}

static void add_axis(struct experiment *experiment, const char *name, const char *range)
{
    struct axis axis;
    struct error err;
    if (axis_parse(&axis, parameter_find(name), range, name, &err) || experiment_add_axis(experiment, &axis, &err))
        fail_msg("%s: %s", name, err.text);
}

static void make(struct experiment *experiment, struct table *table, uint32_t repeats, const char *hidden1,
                 const char *name, const char *range)
{
    struct error err;
    *experiment = (struct experiment){.repeats = repeats, .hyper = hyper_default()};
    assert_int_equal(dataset_iris(&experiment->data, &err), STATUS_OK);
    add_axis(experiment, "hidden1", hidden1);
    add_axis(experiment, "hidden2", "2,5,9");
    if (name)
        add_axis(experiment, name, range);
    assert_int_equal(table_create(table, experiment, &err), STATUS_OK);
}

static struct outcome outcome_at(size_t training)
{
    struct outcome outcome = outcome_without(training % 11 == 3   ? OUTCOME_DIVERGED
                                             : training % 11 == 5 ? OUTCOME_FAILED
                                                                  : OUTCOME_OK,
                                             (uint32_t)training);
    if (outcome.status == OUTCOME_OK)
        outcome.error[SPLIT_TRAIN] =
            training % 2 ? 1.0 / (1 + (double)training) : pow(1e20, (double)(training % 30) - 15);
    outcome.misclassified[SPLIT_TRAIN] = outcome.status == OUTCOME_OK ? (uint32_t)training % 7 : 0;
    return outcome;
}

/* Write the outcomes from `begin` to `end`, backwards: the longest first. */
static void write_some(const struct experiment *experiment, size_t begin, size_t end, const char *words)
{
    struct table table;
    struct journal *journal;
    struct error err;
    assert_int_equal(table_create(&table, experiment, &err), STATUS_OK);
    if (journal_open(&journal, path, JOURNAL_CONTINUE, &table, &err))
        fail_msg("%s", err.text);
    assert_int_equal(journal_note_run(journal, JOURNAL_RUN_STARTED, "4 processes", &err), STATUS_OK);
    for (size_t t = end; t-- > begin;) {
        const struct outcome outcome = outcome_at(t);
        if (!table_is_open(&table, t))
            continue;
        table_set(&table, t, &outcome);
        assert_int_equal(journal_append(journal, t, &outcome, NULL, &err), STATUS_OK);
    }
    if (words)
        assert_int_equal(journal_note_run(journal, JOURNAL_RUN_ENDED, words, &err), STATUS_OK);
    assert_int_equal(journal_close(journal, &err), STATUS_OK);
    table_free(&table);
}

static void look(struct follow *follow)
{
    struct error err;
    if (follow_look(follow, &err))
        fail_msg("%s", err.text);
}

/* The follower's cells have the values of the writer's, and the outcomes from `begin` on. */
static void compare(const struct follow *follow, const struct experiment *experiment, size_t begin, size_t end)
{
    double cost = 0;
    assert_int_equal(follow->experiment.axis_count, experiment->axis_count);
    assert_int_equal(follow->experiment.repeats, experiment->repeats);
    for (size_t a = 0; a < experiment->axis_count; a++) {
        assert_ptr_equal(follow->experiment.axes[a].parameter, experiment->axes[a].parameter);
        assert_int_equal(follow->experiment.axes[a].count, experiment->axes[a].count);
    }
    assert_int_equal(follow->table.count, experiment_trainings(experiment));
    for (size_t t = 0; t < follow->table.count; t++) {
        const struct outcome expected = t >= begin && t < end ? outcome_at(t) : outcome_without(OUTCOME_PENDING, 0);
        const struct outcome *const found = &follow->table.outcomes[t];
        const struct trial trial = experiment_trial(experiment, t);
        const double ratio = found->error[SPLIT_TRAIN] / expected.error[SPLIT_TRAIN];
        if (found->status != expected.status || found->epochs != expected.epochs ||
            found->misclassified[SPLIT_TRAIN] != expected.misclassified[SPLIT_TRAIN] ||
            (expected.status == OUTCOME_OK && !(fabs(ratio - 1) < 1e-14)))
            fail_msg("training %zu: status %u, error %.17g in place of %u, %.17g", t, (unsigned)found->status,
                     found->error[SPLIT_TRAIN], (unsigned)expected.status, expected.error[SPLIT_TRAIN]);
        cost += cost_training(experiment, &trial);
    }
    if (!experiment_axis(experiment, parameter_find("epochs")))
        assert_true(fabs(follow->cost / cost - 1) < 1e-12);
    assert_int_equal(follow->damaged, 0);
}

/* Axes of all kinds, of which the header tells all values, or only the ends. */
static void test_axes(void **state)
{
    (void)state;
    char many[1024] = "1";
    for (int i = 2; i < 130; i++) /* too many for the header, and by no rule */
        discard(snprintf(many + strlen(many), 8, ",%d", i * i % 991 + 300));
    const struct {
        uint32_t repeats;
        const char *hidden1, *name, *range;
    } cases[] = {{1, "1:4", NULL, NULL},
                 {3, "7", "learning_rate", "0.001:10:log64"},
                 {2, "1,4", "momentum", "0:0.9:lin50"},
                 {1, "3:5", "optimizer", "sgd,adam"},
                 {2, "3:5", "hidden_activation", "tanh,relu,logistic"},
                 {1, "3:5", "epochs", "10,20,40"},
                 {1, many, "batch", "1,2,all"}};
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        struct experiment experiment;
        struct table table;
        struct follow follow;
        struct error err;
        make(&experiment, &table, cases[c].repeats, cases[c].hidden1, cases[c].name, cases[c].range);
        const size_t all = experiment_trainings(&experiment), half = all / 2;
        assert_int_equal(follow_open(&follow, path, &err), STATUS_OK);
        look(&follow);
        assert_int_equal(follow.state, FOLLOW_ABSENT);
        write_some(&experiment, half, all, NULL);
        look(&follow);
        assert_int_equal(follow.state, FOLLOW_QUIET);
        assert_true(follow.grown);
        if (cases[c].hidden1 != many)
            compare(&follow, &experiment, half, all);
        look(&follow);
        assert_false(follow.grown);
        write_some(&experiment, 0, half, "complete");
        look(&follow);
        compare(&follow, &experiment, 0, all);
        assert_int_equal(follow.state, FOLLOW_ENDED);
        assert_string_equal(follow.ended_words, "complete");
        assert_true(follow.ended_s >= follow.started_s && follow.started_s > 1.7e9);
        assert_true(fabs(follow.cost_done / follow.cost - 1) < 1e-12);
        follow_close(&follow);
        assert_int_equal(remove(path), 0);
        table_free(&table);
        experiment_free(&experiment);
    }
}

/* Byte by byte: nothing is seen of a line that has no end yet, and then all of it. */
static void test_torn(void **state)
{
    (void)state;
    struct experiment experiment;
    struct table table;
    struct follow follow;
    struct error err;
    make(&experiment, &table, 1, "1:2", "learning_rate", "0.1,0.2");
    write_some(&experiment, 0, 12, "complete");
    FILE *const from = fopen(path, "r"), *const to = fopen(copy, "w");
    assert_true(from && to);
    assert_int_equal(follow_open(&follow, copy, &err), STATUS_OK);
    size_t lines = 0;
    for (int byte; (byte = getc(from)) != EOF;) {
        putc(byte, to);
        assert_int_equal(fflush(to), 0);
        look(&follow);
        lines += byte == '\n' && follow.state != FOLLOW_ABSENT;
        assert_int_equal(follow.damaged, 0);
        if (follow.state != FOLLOW_ABSENT && lines > 2 && lines < 15)
            assert_int_equal(follow.table.done, lines - 2); /* the header's last, and run_started */
    }
    compare(&follow, &experiment, 0, 12);
    assert_int_equal(follow.state, FOLLOW_ENDED);
    assert_int_equal(fclose(from), 0);
    assert_int_equal(fclose(to), 0);
    follow_close(&follow);
    table_free(&table);
    experiment_free(&experiment);
    assert_int_equal(remove(path), 0);
}

/* A later run that widens an axis, and one that gives it a single value: the cells are those of the latest. */
static void test_other_axes(void **state)
{
    (void)state;
    static const struct {
        const char *hidden1, *range;
        uint32_t repeats;
    } runs[] = {{"1:2", "0.1,0.2", 1},
                {"1:4", "0.1,0.2", 1},
                {"1:4", "0.1,0.2,0.4", 2},
                {"1:4", "0.4", 2},
                {"1:4", "0.1,0.4", 2}};
    struct follow follow;
    struct error err;
    assert_int_equal(follow_open(&follow, path, &err), STATUS_OK);
    for (size_t r = 0; r < sizeof runs / sizeof *runs; r++) {
        struct experiment experiment;
        struct table table;
        make(&experiment, &table, runs[r].repeats, runs[r].hidden1, "learning_rate", runs[r].range);
        write_some(&experiment, 0, 0, NULL);
        write_some(&experiment, 0, experiment_trainings(&experiment), NULL);
        look(&follow);
        assert_int_equal(follow.table.count, experiment_trainings(&experiment));
        assert_int_equal(follow.table.done, follow.table.count);
        table_free(&table);
        experiment_free(&experiment);
    }
    follow_close(&follow);
    assert_int_equal(remove(path), 0);
}

/* Other files at the same path, and none. */
static void test_replaced(void **state)
{
    (void)state;
    struct experiment experiment;
    struct table table;
    struct follow follow;
    struct error err;
    make(&experiment, &table, 1, "1:2", NULL, NULL);
    assert_int_equal(follow_open(&follow, path, &err), STATUS_OK);
    for (int time = 0; time < 2; time++) {
        write_some(&experiment, 0, 6, NULL);
        look(&follow);
        compare(&follow, &experiment, 0, 6);
        assert_int_equal(truncate(path, 700), 0); /* in the header */
        look(&follow);
        assert_int_equal(follow.state, FOLLOW_ABSENT);
        assert_int_equal(remove(path), 0);
        look(&follow);
        assert_int_equal(follow.state, FOLLOW_ABSENT);
        write_some(&experiment, 3, 6, NULL);
        look(&follow);
        compare(&follow, &experiment, 3, 6);
        assert_int_equal(remove(path), 0);
        write_some(&experiment, 0, 2, NULL);
        look(&follow);
        compare(&follow, &experiment, 0, 2);
        assert_int_equal(remove(path), 0);
    }
    follow_close(&follow);
    table_free(&table);
    experiment_free(&experiment);
}

/* What is no journal, or not one that this program understands. */
static void test_refused(void **state)
{
    (void)state;
    static const struct {
        const char *name, *value, *says;
    } cases[] = {{"nsurf_journal", "4", "format 4, and this program knows 3"},
                 {"nsurf_journal", "", ":1: damaged line"},
                 {"nsurf_surface", "3", "is no journal of nsurf"}};
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        char line[JOURNAL_LINE];
        struct follow follow;
        struct error err;
        FILE *const file = fopen(path, "w");
        assert_non_null(file);
        const size_t length = journal_line_remark(line, cases[c].name, cases[c].value);
        assert_int_equal(fwrite(line, 1, length, file), length);
        const size_t columns = journal_line_remark(line, "columns", "");
        assert_int_equal(fwrite(line, 1, columns, file), columns);
        assert_int_equal(fclose(file), 0);
        assert_int_equal(follow_open(&follow, path, &err), STATUS_OK);
        assert_int_equal(follow_look(&follow, &err), STATUS_DATA);
        assert_non_null(strstr(err.text, cases[c].says));
        follow_close(&follow);
    }
    assert_int_equal(remove(path), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_axes), cmocka_unit_test(test_torn),
                                       cmocka_unit_test(test_other_axes), cmocka_unit_test(test_replaced),
                                       cmocka_unit_test(test_refused)};
    return cmocka_run_group_tests(tests, setup, teardown);
}
