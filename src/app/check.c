/* SPDX-License-Identifier: BSD-3-Clause */
/* Runs done again; see check.h. They are a second sweep, with a table of its own and without a journal: what it finds
 * never becomes an outcome. */
#include "app/check.h"

#include "base/log.h"
#include "base/mem.h"
#include "base/number.h"
#include "base/shuffle.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct check {
    struct run *run;
    struct table table; /* of what came out the second time */
    struct packs packs;
    size_t count;        /* trials that are run again */
    bool *chosen;        /* [trainings] */
    uint32_t *ranks;     /* [trainings]: who ran them the second time */
};

static bool is_chosen(size_t training, const void *arg)
{
    return ((const bool *)arg)[training];
}

/* So many of those that have an outcome. */
static enum status choose(struct check *check, size_t count, struct error *err)
{
    enum { PURPOSE = 0x636865 }; /* "che" */
    const struct table *const table = &check->run->table;
    uint32_t *const order = mem_array(table->count, sizeof *order);
    check->chosen = mem_array(table->count, sizeof *check->chosen);
    check->ranks = mem_array(table->count, sizeof *check->ranks);
    if (!order || !check->chosen || !check->ranks) {
        free(order);
        return error_memory(err, "the check");
    }
    shuffle_order(check->run->experiment.hyper.seed, PURPOSE, 0, 0, table->count, order);
    for (size_t o = 0; o < table->count && check->count < count; o++)
        if (!table_is_open(table, order[o])) {
            check->chosen[order[o]] = true;
            check->count++;
        }
    free(order);
    return STATUS_OK;
}

/* A run that failed the second time differs, too. */
static bool differs(const struct outcome *one, const struct outcome *other)
{
    return one->status != other->status ||
           (one->status == OUTCOME_OK && memcmp(one->error, other->error, sizeof one->error) != 0);
}

/* The first value that differs; 0 where that is how the runs ended. */
static size_t differing_value(const struct outcome *one, const struct outcome *other)
{
    size_t v = 0;
    while (v < SPLITS && memcmp(&one->error[v], &other->error[v], sizeof one->error[v]) == 0)
        v++;
    return one->status == OUTCOME_OK && other->status == OUTCOME_OK && v < SPLITS ? v : 0;
}

static void describe(char text[NUMBER_TEXT], const struct outcome *outcome, size_t value)
{
    if (outcome->status == OUTCOME_OK)
        number_text(text, outcome->error[value]);
    else
        strcpy(text, outcome->status == OUTCOME_FAILED ? "failed" : "diverged");
}

/* What was seen; ranks: of the first time. */
static enum status tell(const struct check *check, const uint32_t *ranks, bool alone, struct error *err)
{
    const struct table *const table = &check->run->table;
    size_t differ = 0, first = 0, same = 0, unknown = 0;
    char where[160] = "", cell[256] = "", one[NUMBER_TEXT], other[NUMBER_TEXT];
    for (size_t t = table->count; t-- > 0;) {
        if (!check->chosen[t])
            continue;
        unknown += ranks[t] == SWEEP_NO_RANK;
        same += ranks[t] == check->ranks[t];
        if (!differs(&table->outcomes[t], &check->table.outcomes[t]))
            continue;
        differ++;
        first = t;
    }
    if (alone)
        discard(snprintf(where, sizeof where, " on this machine"));
    else if (unknown > 0)
        discard(snprintf(where, sizeof where, " (of %zu the first run was before this command)", unknown));
    else if (same > 0)
        discard(snprintf(where, sizeof where, " (%zu by the same rank)", same));
    else
        discard(snprintf(where, sizeof where, " by different ranks"));
    log_line("%s done twice%s: %s", number_counted(check->count, "run").text, where,
             number_counted(differ, "difference").text);
    if (differ == 0)
        return STATUS_OK;
    discard((long)experiment_cell_text(cell, sizeof cell, table->experiment, first));
    const size_t value = differing_value(&table->outcomes[first], &check->table.outcomes[first]);
    describe(one, &table->outcomes[first], value);
    describe(other, &check->table.outcomes[first], value);
    return error_set(err, STATUS_INCOMPLETE,
                     "--check: %zu of %s came out otherwise the second time, as %s: %s %s, then %s; the results "
                     "have the first",
                     differ, number_counted(check->count, "run").text, cell,
                     table->experiment->program->values[value].name, one, other);
}

static enum status attend(double now_s, const char **stop, void *arg, struct error *err)
{
    return keeper_attend(&((struct check *)arg)->run->keeper, now_s, stop, err);
}

static void say(const char *line, void *arg)
{
    (void)arg;
    log_line("%s", line);
}

static enum status again(struct check *check, struct cluster *cluster, const struct options *options,
                         const uint32_t *ranks, struct error *err)
{
    struct run_report report = {0};
    const struct sweep sweep = {.packs = &check->packs,
                                .table = &check->table,
                                .dedicated_manager = options->dedicated_manager,
                                .ranks = check->ranks,
                                .others = ranks,
                                .attend = attend,
                                .lost = say,
                                .remark = say,
                                .arg = check};
    const enum status status = cluster_manage(cluster, &sweep, &report, err);
    free(report.workers);
    spans_free(&report.spans);
    if (status != STATUS_STOPPED)
        return status;
    const struct error plain = *err;
    return error_set(err, status, "--check: %zu of %s done twice, and the results are complete; %.200s",
                     check->table.done, number_counted(check->count, "run").text, plain.text);
}

enum status check_runs(struct run *run, struct cluster *cluster, const struct options *options, const uint32_t *ranks,
                       struct error *err)
{
    struct check check = {.run = run};
    enum status status = choose(&check, options->check, err);
    if (!status)
        status = table_create(&check.table, &run->experiment, err);
    if (!status)
        status = packs_create(&check.packs, &run->experiment, (size_t)cluster_size(cluster), is_chosen, check.chosen,
                              err);
    if (!status)
        status = again(&check, cluster, options, ranks, err);
    if (!status)
        status = tell(&check, ranks, !cluster_launched(), err);
    packs_free(&check.packs);
    table_free(&check.table);
    free(check.chosen);
    free(check.ranks);
    return status;
}
