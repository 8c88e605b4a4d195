/* SPDX-License-Identifier: BSD-3-Clause */
/* Who is lost, and what becomes of the packs that they held: handed out again once, then failed. */
#include "base/number.h"
#include "cluster/manager.h"

#include "cluster/todo.h"

#include <stdint.h>
#include <stdio.h>

/* Seconds between two looks at who is lost. */
static const double look_s = 0.1;

/* A pack that takes so many times what its worker's own record says, or in want of one the others', will hardly ever
 * come back. Generous: processors differ tenfold, and a core may be shared. */
static const double overdue = 50;

/* A pack was lost with two workers: its trainings fail. */
static enum status give_up(struct manager *m, int rank, size_t pack, struct error *err)
{
    const struct outcome failed = outcome_without(OUTCOME_FAILED, 0);
    const struct experiment *const experiment = m->sweep->table->experiment;
    const uint32_t *const members = packs_members(m->sweep->packs, pack);
    const size_t limits = experiment->limit_count ? experiment->limit_count : 1;
    enum status status = STATUS_OK;
    for (size_t i = 0; i < limits * m->sweep->packs->list[pack].count && !status; i++) {
        size_t training = members[i / limits];
        const uint32_t most = experiment_trial(experiment, training).hyper.epochs;
        if (experiment->limit_count && experiment->limits[i % limits] <= most)
            training = experiment_at_epochs(experiment, training, experiment->limits[i % limits]);
        if (!table_is_open(m->sweep->table, training) || m->sweep->table->outcomes[training].status == OUTCOME_FAILED)
            continue;
        manager_member(m, rank)->about.failed++;
        table_set(m->sweep->table, training, &failed);
        if (m->sweep->keep)
            status = m->sweep->keep(training, &failed, manager_member(m, rank)->about.host, m->sweep->arg, err);
    }
    return status;
}

static void tell_lost(struct manager *m, const struct run_worker *about, size_t again)
{
    char line[400], failed[120] = "";
    const char *const word = experiment_word(m->sweep->table->experiment);
    if (!m->sweep->lost)
        return;
    if (about->failed > 0)
        discard(snprintf(failed, sizeof failed, "; %s failed, because this was the second loss there",
                         number_counted(about->failed, word).text));
    discard(snprintf(line, sizeof line, "rank %u%s%s is lost: %s; %s handed out again%s", (unsigned)about->rank,
                     about->host[0] ? " on " : "", about->host, about->reason, number_counted(again, "pack").text,
                     failed));
    m->sweep->lost(line, m->sweep->arg);
}

/* A worker is lost: what it held is handed out again, or fails. */
static enum status lose(struct manager *m, int rank, struct error *err)
{
    struct scheduler_loss loss;
    enum status status = STATUS_OK;
    scheduler_lost(m->scheduler, (size_t)rank, &loss);
    m->out -= loss.again_count + loss.given_up_count;
    for (size_t i = 0; i < loss.again_count; i++)
        m->out_cost -= todo_cost(m->sweep, loss.again[i]);
    for (size_t i = 0; i < loss.given_up_count && !status; i++) {
        m->out_cost -= todo_cost(m->sweep, loss.given_up[i]);
        status = give_up(m, rank, loss.given_up[i], err);
    }
    m->unable -= manager_member(m, rank)->unable;
    m->report->lost_workers++;
    m->report->repeated_packs += loss.again_count;
    tell_lost(m, &manager_member(m, rank)->about, loss.again_count);
    return status;
}

/* Why a worker has to be given up that no connection reports; NULL while it has not. */
static const char *trouble(const struct manager *m, int rank)
{
    const struct workers *const workers = &m->cluster->workers;
    const struct member *const worker = manager_member(m, rank);
    const size_t pack = scheduler_pack(m->scheduler, (size_t)rank, 0);
    const char *const silence = workers_silence(workers, rank);
    if (silence || worker->about.lost || pack == SCHEDULER_NONE || !evaluator_foretells(m->cluster->evaluator))
        return silence;
    /* As if no training stopped early. */
    const struct cost *const record = worker->speed.cost > 0 ? &worker->speed : &m->speed;
    const double predicted_s = cost_left_s(record, todo_cost(m->sweep, pack), 1);
    return workers->clock_s - worker->fed_s > workers->timeout_s + overdue * predicted_s /* false when that is NaN */
               ? "takes far longer than predicted"
               : NULL;
}

void manager_remark(struct manager *m, bool end)
{
    char line[400];
    while (workers_remark(&m->cluster->workers, end, line, sizeof line))
        if (m->sweep->remark)
            m->sweep->remark(line, m->sweep->arg);
}

enum status manager_look(struct manager *m, struct error *err)
{
    const uint64_t lost = m->report->lost_workers;
    enum status status = STATUS_OK;
    int rank;
    workers_tick(&m->cluster->workers, m->now_s);
    if (m->now_s - m->looked_s < look_s)
        return STATUS_OK;
    m->looked_s = m->now_s;
    while (!status && workers_lost(&m->cluster->workers, &rank))
        status = lose(m, rank, err);
    for (rank = m->cluster->here; rank < m->cluster->size && !status; rank++) {
        const char *const reason = trouble(m, rank);
        if (reason) {
            workers_give_up(&m->cluster->workers, rank, reason);
            status = lose(m, rank, err);
        } else if (workers_must_ask(&m->cluster->workers, rank)) {
            status = outbox_send(&m->cluster->outbox, rank, TAG_PING, "", 1, err);
        }
    }
    manager_remark(m, false);
    /* Only when all who are gone are known: a host may have taken many along. */
    for (rank = m->cluster->here; rank < m->cluster->size && !status && m->report->lost_workers > lost; rank++)
        status = manager_feed(m, rank, err);
    const bool nobody = m->cluster->workers.here == 0 && m->sweep->dedicated_manager;
    if (!status && nobody && !scheduler_finished(m->scheduler))
        status = error_set(err, STATUS_STOPPED, "all workers are lost: %zu of %s done", table_kept(m->sweep->table),
                           number_counted(m->sweep->table->count, experiment_word(m->sweep->table->experiment)).text);
    return status;
}
