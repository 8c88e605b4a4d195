/* SPDX-License-Identifier: BSD-3-Clause */
/* The manager's loop: hand out packs, collect outcomes, train in between. It decides nothing itself (the scheduler
 * does), never waits for one worker, and knows no files and no terminal. */
#include "cluster/cluster.h"

#include "base/clock.h"
#include "base/mem.h"
#include "cluster/desk.h"
#include "cluster/inner.h"
#include "sweep/cost.h"
#include "sweep/scheduler.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* How long a stop waits for packs in training. mpirun kills its ranks a second after SIGTERM, and files are to be
 * written before. */
static const double grace_s = 0.7;

static const double progress_s = 0.1;

struct manager {
    struct cluster *cluster;
    const struct sweep *sweep;
    struct run_report *report;
    struct scheduler *scheduler;
    struct desk desk;
    struct cost cost;
    double start_s, now_s, last_s; /* of the sweep; of this round; the latest outcome */
    double longest_s;              /* the longest pack */
    double out_cost, done_cost;    /* of packs that are handed out, and of those returned */
    size_t out, done;              /* packs handed out, trainings returned */
    double stop_s;                 /* when a stop ends its grace, 0 when none was asked for */
    double told_s;                 /* the latest progress */
};

static struct member *member(const struct manager *m, int rank)
{
    return &m->cluster->crew.members[rank];
}

static double pack_flop(const struct manager *m, const struct pack *pack)
{
    return pack->cost - pack->count * cost_overhead(m->sweep->table->experiment);
}

/* The next pack for this rank as a message, if there is one. */
static bool next_work(struct manager *m, int rank, struct work *work)
{
    if (m->stop_s > 0)
        return false;
    const size_t pack = scheduler_next(m->scheduler, (size_t)rank);
    if (pack == SCHEDULER_NONE)
        return false;
    const struct packs *const packs = m->sweep->packs;
    work->pack = (uint32_t)pack;
    work->count = packs->list[pack].count;
    work->flop = pack_flop(m, &packs->list[pack]);
    packs_networks(packs, pack, m->sweep->table->experiment, work->networks);
    m->out++;
    m->out_cost += packs->list[pack].cost;
    return true;
}

static enum status feed(struct manager *m, int rank, struct error *err)
{
    struct work work;
    enum status status = STATUS_OK;
    while (!status && member(m, rank)->wants > 0 && next_work(m, rank, &work)) {
        member(m, rank)->wants--;
        status = outbox_send(&m->cluster->outbox, rank, TAG_WORK, &work, message_work_size(&work), err);
    }
    return status;
}

static enum status collect(struct manager *m, int rank, const struct result *result, struct error *err)
{
    if (!scheduler_done(m->scheduler, (size_t)rank, result->pack))
        return STATUS_OK; /* from a worker that was given up; another has trained this pack, or will */
    const struct pack *const pack = &m->sweep->packs->list[result->pack];
    const uint32_t *const members = packs_members(m->sweep->packs, result->pack);
    enum status status = STATUS_OK;
    for (uint32_t i = 0; i < pack->count; i++) {
        table_set(m->sweep->table, members[i], &result->outcomes[i]);
        if (!status && m->sweep->keep)
            status = m->sweep->keep(members[i], &result->outcomes[i], m->sweep->arg, err);
    }
    struct run_worker *const about = &member(m, rank)->about;
    about->packs++;
    about->trainings += pack->count;
    about->busy_s += result->busy_s;
    about->flop += pack_flop(m, pack);
    m->report->flop += pack_flop(m, pack);
    about->last_s = m->now_s - m->start_s;
    cost_learn(&m->cost, pack->cost, result->span_s);
    m->report->busy_s += result->busy_s;
    m->out--;
    m->out_cost -= pack->cost;
    m->done_cost += pack->cost;
    m->done += pack->count;
    m->last_s = m->now_s;
    if (result->busy_s > m->longest_s)
        m->longest_s = result->busy_s;
    return status;
}

static enum status handle(struct manager *m, int rank, enum message_tag tag, const union message *message,
                          struct error *err)
{
    switch (tag) {
    case TAG_HELLO:
        crew_hello(&m->cluster->crew, rank, message->hello.host, message->hello.isa);
        member(m, rank)->wants += message->hello.wants;
        return feed(m, rank, err);
    case TAG_ASK:
        member(m, rank)->wants += message->ask.wants;
        return feed(m, rank, err);
    case TAG_RESULT: {
        const enum status status = collect(m, rank, &message->result, err);
        member(m, rank)->wants += message->result.wants;
        return status ? status : feed(m, rank, err);
    }
    case TAG_FAILED:
        return error_set(err, message->failed.status, "%s (rank %d on %s)", message->failed.text, rank,
                         member(m, rank)->about.host);
    case TAG_BYE:
    case TAG_WORK:
    case TAG_END:
        break;
    }
    return error_set(err, STATUS_INTERNAL, "rank %d sent a message of kind %d, which no worker sends now", rank,
                     (int)tag);
}

/* Handle what is there; sets *any when there was something. */
static enum status serve(struct manager *m, bool *any, struct error *err)
{
    union message message;
    enum message_tag tag;
    int rank, count = 0;
    enum status status = STATUS_OK;
    double end_s = m->now_s; /* without the last probe, which finds nothing and may give our core to others */
    while (!status && count < SCHEDULER_ROUND &&
           message_receive(m->cluster->comm, MPI_ANY_SOURCE, &message, &rank, &tag)) {
        status = handle(m, rank, tag, &message, err);
        end_s = clock_now_s();
        count++;
    }
    outbox_tend(&m->cluster->outbox);
    if (count > 0) {
        *any = true;
        m->report->messages += (uint64_t)count;
        m->report->service_s += end_s - m->now_s;
    }
    return status;
}

/* A slice at rank 0's own desk. It takes a pack only when it has none: it needs no message to get one. */
static enum status train(struct manager *m, bool *any, struct error *err)
{
    struct work work;
    struct result result;
    bool finished = false;
    enum status status = STATUS_OK;
    if (m->desk.held == 0 && next_work(m, 0, &work))
        status = desk_take(&m->desk, &work, err);
    if (status || m->desk.held == 0)
        return status;
    *any = true;
    status = desk_run(&m->desk, &result, &finished, err);
    if (!status && finished) {
        m->now_s = clock_now_s();
        status = collect(m, 0, &result, err);
    }
    return status;
}

static void tell_progress(struct manager *m)
{
    if (!m->sweep->progress || (m->now_s - m->told_s < progress_s && !scheduler_finished(m->scheduler)))
        return;
    m->told_s = m->now_s;
    const size_t workers = m->cluster->crew.count - (m->sweep->dedicated_manager ? 1 : 0);
    /* What is handed out is half done on average. */
    const double left = m->sweep->packs->cost - m->done_cost - 0.5 * m->out_cost;
    const struct sweep_state state = {.done = m->done,
                                      .trainings = m->sweep->packs->trainings,
                                      .cost_done = m->done_cost,
                                      .cost = m->sweep->packs->cost,
                                      .elapsed_s = m->now_s - m->start_s,
                                      .left_s = cost_left_s(&m->cost, left, workers),
                                      .rate = m->report->flop / (m->now_s - m->start_s)};
    m->sweep->progress(&state, m->sweep->arg);
}

/* Until every pack is done, or a stop has waited long enough. */
static enum status manage(struct manager *m, struct error *err)
{
    struct patience patience = {0};
    const char *stop = NULL;
    enum status status = STATUS_OK;
    while (!status && !scheduler_finished(m->scheduler)) {
        bool any = false;
        m->now_s = clock_now_s();
        if (m->sweep->attend)
            status = m->sweep->attend(m->now_s, &stop, m->sweep->arg, err);
        if (stop && m->stop_s == 0)
            m->stop_s = m->now_s + grace_s;
        if (!status && m->stop_s > 0 && (m->now_s > m->stop_s || m->out == 0))
            return error_set(err, STATUS_STOPPED, "stopped by %s: %zu of %zu trainings are done", stop,
                             m->sweep->table->done, m->sweep->table->count);
        if (!status)
            status = serve(m, &any, err);
        if (!status && !m->sweep->dedicated_manager)
            status = train(m, &any, err);
        tell_progress(m);
        if (any)
            patience_reward(&patience);
        else
            patience_wait(&patience);
    }
    return status;
}

/* The figures of the sweep; workers are those that may have trained. */
static enum status fill_report(struct manager *m, struct error *err)
{
    struct run_report *const r = m->report;
    const struct crew *const crew = &m->cluster->crew;
    const size_t first = m->sweep->dedicated_manager ? 1 : 0;
    r->ranks = (uint32_t)crew->count;
    r->dedicated_manager = m->sweep->dedicated_manager;
    r->messages += m->cluster->outbox.sent;
    r->trained = m->done;
    r->training_s = m->last_s - m->start_s;
    const double even_s = r->busy_s / (double)r->ranks;
    r->bound_s = even_s > m->longest_s ? even_s : m->longest_s;
    r->efficiency = r->training_s > 0 ? even_s / r->training_s : 0;
    r->workers = mem_array(crew->count, sizeof *r->workers);
    if (!r->workers)
        return error_memory(err, "the report");
    double idle_s = r->training_s; /* when the first worker had no more to do */
    r->worker_count = 0;
    for (size_t w = first; w < crew->count; w++) {
        const struct run_worker *const about = &crew->members[w].about;
        r->packs += about->packs;
        if (!about->lost && about->last_s < idle_s)
            idle_s = about->last_s;
        if (about->host[0] != '\0') /* else it came after all was done */
            r->workers[r->worker_count++] = *about;
    }
    r->idle_tail_s = r->training_s - idle_s;
    return STATUS_OK;
}

enum status cluster_manage(struct cluster *cluster, const struct sweep *sweep, struct run_report *report,
                           struct error *err)
{
    struct manager m = {.cluster = cluster, .sweep = sweep, .report = report};
    const size_t ranks = (size_t)cluster->size;
    enum status status = desk_open(&m.desk, sweep->table->experiment, cluster->null_training, SCHEDULER_SLICE_S, err);
    if (!status)
        status = scheduler_create(&m.scheduler, sweep->packs->count, ranks, err);
    if (!status)
        status = crew_create(&cluster->crew, ranks, err);
    status = cluster_agree(cluster, status, err);
    if (!status) {
        char host[RUN_HOST_TEXT];
        const char *const isa = trainer_isa(NULL);
        cluster_host(host);
        crew_hello(&cluster->crew, 0, host, isa ? isa : "");
        m.start_s = m.last_s = clock_now_s();
        status = manage(&m, err);
        if (status == STATUS_OK || status == STATUS_STOPPED) {
            const enum status reported = fill_report(&m, err);
            if (reported)
                status = reported;
        }
    } else {
        crew_free(&cluster->crew); /* no worker is waiting to be released */
    }
    scheduler_destroy(m.scheduler);
    desk_close(&m.desk);
    return status;
}
