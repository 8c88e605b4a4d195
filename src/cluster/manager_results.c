/* SPDX-License-Identifier: BSD-3-Clause */
/* What becomes of a result: its outcomes are kept, a trial that failed is tried again, and a worker that lacks the
 * user's program gets no more. */
#include "cluster/manager.h"

#include "cluster/todo.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* How often a trial that fails is tried again: it may be the host's fault; and one that asks for it. */
static const unsigned attempts_failed = 1, attempts_later = 4;

void manager_note_why(struct manager *m, int rank, const char *text, size_t size)
{
    struct member *const worker = manager_member(m, rank);
    char *const longer = realloc(worker->why, worker->why_size + size + 1);
    if (!longer)
        return;
    memcpy(longer + worker->why_size, text, size);
    worker->why = longer;
    worker->why_size += size;
    worker->why[worker->why_size] = '\0';
}

static void forget_why(struct member *worker)
{
    free(worker->why);
    worker->why = NULL;
    worker->why_size = 0;
}

/* Whether a trial that failed gets another chance, elsewhere where there is somebody else. Those that others did before
 * have had theirs: that they fail is what is looked for. */
static bool may_try_again(const struct manager *m, int rank, const struct result *result)
{
    const unsigned before = scheduler_attempts(m->scheduler, result->pack);
    if (result->count != 1 || !result->last || result->outcomes[0].status != OUTCOME_FAILED || m->stop_s > 0)
        return false;
    if (manager_member(m, rank)->unable && manager_able_ranks(m) > 0)
        return true;
    if (result->outcomes[0].run.code == RUN_LATER)
        return before < attempts_later;
    return before < attempts_failed && !m->sweep->others;
}

/* The pack goes back, and those who have nothing to do may take it. */
static enum status try_again(struct manager *m, int rank, const struct result *result, struct error *err)
{
    struct member *const worker = manager_member(m, rank);
    enum status status = STATUS_OK;
    m->out--;
    m->out_cost -= todo_cost(m->sweep, result->pack);
    m->report->again++;
    m->report->busy_s += result->busy_s;
    worker->about.busy_s += result->busy_s;
    worker->fed_s = m->cluster->workers.clock_s;
    for (int other = m->cluster->here; other < m->cluster->size && !status; other++)
        status = manager_feed(m, other, err);
    return status;
}

/* An outcome as it is kept: a program is told how many attempts it took. */
static struct outcome to_keep(const struct manager *m, const struct result *result, uint32_t i)
{
    struct outcome outcome = result->outcomes[i];
    if (m->cluster->evaluator == EVALUATOR_PROGRAM)
        outcome.run.attempts += scheduler_attempts(m->scheduler, result->pack);
    return outcome;
}

/* The outcomes of a pack, or of a part. Those of a worker that was given up are as good as any: they are used unless
 * another was faster. */
static enum status collect(struct manager *m, int rank, const struct result *result, struct error *err)
{
    struct member *const worker = manager_member(m, rank);
    struct run_worker *const about = &worker->about;
    enum status status = STATUS_OK;
    double cost = 0, flop = 0;
    uint32_t count = 0;
    for (uint32_t i = 0; i < result->count && !status; i++) {
        const size_t training =
            experiment_at_epochs(m->sweep->table->experiment, result->trainings[i], result->epochs[i]);
        const bool open = table_is_open(m->sweep->table, training);
        if (!open && about->lost)
            continue;
        const struct todo_cost predicted = todo_outcome_cost(m->sweep, result->pack, training);
        cost += predicted.cost; /* of fewer epochs too, which were done before: they are trained again on the way */
        flop += predicted.flop;
        if (!open)
            continue;
        count++;
        const struct outcome outcome = to_keep(m, result, i);
        table_set(m->sweep->table, training, &outcome);
        if (m->sweep->ranks)
            m->sweep->ranks[training] = (uint32_t)rank;
        if (m->sweep->why && worker->why)
            m->sweep->why(training, &outcome, (uint32_t)rank, false, worker->why, m->sweep->arg);
        if (m->sweep->keep)
            status = m->sweep->keep(training, &outcome, about->host, m->sweep->arg, err);
    }
    forget_why(worker);
    const struct span span = {.rank = (uint32_t)rank,
                              .start_s = m->now_s - m->start_s - result->busy_s,
                              .end_s = m->now_s - m->start_s,
                              .busy_s = result->busy_s,
                              .trainings = count};
    if (!status)
        status = spans_add(&m->report->spans, &span, (size_t)m->cluster->size, err);
    about->trainings += count;
    about->busy_s += result->busy_s;
    about->flop += flop * result->share;
    about->last_s = m->now_s - m->start_s;
    m->report->flop += flop * result->share;
    m->report->busy_s += result->busy_s;
    cost_follow(&m->cost, cost, result->span_s, manager_training_ranks(m));
    cost_learn(&m->speed, cost * result->share, result->span_s);
    cost_learn(&worker->speed, cost * result->share, result->span_s);
    m->done_cost += cost;
    m->done += count;
    m->last_s = m->now_s;
    worker->fed_s = m->cluster->workers.clock_s;
    worker->pack_s += result->busy_s;
    if (!about->lost)
        m->out_cost -= cost;
    if (result->last && scheduler_done(m->scheduler, (size_t)rank, result->pack)) {
        about->packs++;
        m->out--;
    }
    manager_learn(m);
    if (result->last) {
        m->longest_s = worker->pack_s > m->longest_s ? worker->pack_s : m->longest_s;
        worker->pack_s = 0;
    }
    return status;
}

void manager_learn(struct manager *m)
{
    struct packs *const packs = m->sweep->packs;
    const size_t fresh = scheduler_fresh(m->scheduler);
    if (!m->run_time ||
        !run_time_order(m->run_time, m->sweep->table, packs, fresh > packs->early ? fresh : packs->early))
        return;
    m->done_cost = m->out_cost = 0;
    for (size_t p = 0; p < fresh; p++)
        m->done_cost += packs->list[p].cost - todo_cost(m->sweep, p);
    for (size_t worker = 0; worker < (size_t)m->cluster->size; worker++)
        for (size_t place = 0; place < scheduler_held(m->scheduler, worker); place++)
            m->out_cost += todo_cost(m->sweep, scheduler_pack(m->scheduler, worker, place));
    m->cost = (struct cost){EVALUATOR_SPEED * m->cost.span_s, m->cost.span_s}; /* in true seconds from here on */
}

/* Whether this worker lacks the program of which rank 0 has found the file. */
static void look_for_program(struct manager *m, int rank, const struct result *result)
{
    const struct program *const program = m->sweep->table->experiment->program;
    struct member *const worker = manager_member(m, rank);
    char line[200];
    if (!program || !*program->file_digest || rank < m->cluster->here || worker->unable || worker->about.lost ||
        result->count != 1 || result->outcomes[0].run.code != RUN_ABSENT)
        return;
    worker->unable = true;
    m->unable++;
    discard(snprintf(line, sizeof line, "rank %d on %s finds no such program, and gets no more work", rank,
                     worker->about.host));
    if (m->sweep->remark)
        m->sweep->remark(line, m->sweep->arg);
}

bool manager_is_ours(const struct manager *m, const struct result *result)
{
    bool ours = result->pack < m->sweep->packs->count;
    for (uint32_t i = 0; i < result->count && ours; i++)
        ours = result->trainings[i] < m->sweep->table->count;
    return ours;
}

enum status manager_take(struct manager *m, int rank, const struct result *result, struct error *err)
{
    look_for_program(m, rank, result);
    const bool counts = !manager_member(m, rank)->unable || manager_able_ranks(m) == 0;
    if (!may_try_again(m, rank, result) || !scheduler_again(m->scheduler, (size_t)rank, result->pack, counts))
        return collect(m, rank, result, err);
    struct member *const worker = manager_member(m, rank);
    const struct outcome *const failed = &result->outcomes[0];
    if (m->sweep->why && worker->why && !worker->unable && failed->run.code != RUN_LATER)
        m->sweep->why(result->trainings[0], failed, (uint32_t)rank, true, worker->why, m->sweep->arg);
    forget_why(worker);
    return try_again(m, rank, result, err);
}
