/* SPDX-License-Identifier: BSD-3-Clause */
/* The manager's loop: hand out packs, collect outcomes, train in between. It decides nothing itself (the scheduler
 * does), never waits for one worker, and knows no files and no terminal. */
#include "cluster/manager.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/number.h"
#include "cluster/todo.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* How long a stop waits for packs in training. mpirun kills its ranks a second after SIGTERM, and files are to be
 * written before. */
static const double grace_s = 0.7;

static const double progress_s = 0.1;

/* How long programs are left to themselves, without a look at clock and signals. */
static const double attend_s = 20e-3;

size_t manager_training_ranks(const struct manager *m)
{
    return m->cluster->workers.here + (m->sweep->dedicated_manager ? 0 : (size_t)m->cluster->here);
}

size_t manager_able_ranks(const struct manager *m)
{
    return manager_training_ranks(m) - m->unable;
}

static size_t next_pack(struct manager *m, int rank, bool fresh)
{
    if (manager_member(m, rank)->unable && manager_able_ranks(m) > 0)
        return SCHEDULER_NONE;
    const size_t pack = scheduler_next(m->scheduler, (size_t)rank, fresh);
    return pack != SCHEDULER_NONE ? pack : scheduler_retry(m->scheduler, (size_t)rank,
                                                          m->cluster->alone || manager_able_ranks(m) < 2);
}

/* The next pack for this rank as a message, if there is one. */
static bool next_work(struct manager *m, int rank, struct work *work)
{
    /* Rank 0 avoids packs that were lost while another can take them: its own death would end the run. */
    const bool fresh = rank == 0 && m->cluster->workers.here > m->unable;
    size_t pack;
    while (m->stop_s == 0 && (pack = next_pack(m, rank, fresh)) != SCHEDULER_NONE) {
        todo_work(m->sweep, pack, work);
        if (work->count > 0) {
            m->out++;
            m->out_cost += todo_cost(m->sweep, pack);
            return true;
        }
        discard(scheduler_done(m->scheduler, (size_t)rank, pack)); /* what was missing came late, but came */
    }
    return false;
}

enum status manager_feed(struct manager *m, int rank, struct error *err)
{
    struct work work;
    enum status status = STATUS_OK;
    while (!status && manager_member(m, rank)->wants > 0 && next_work(m, rank, &work)) {
        manager_member(m, rank)->wants--;
        if (scheduler_held(m->scheduler, (size_t)rank) == 1)
            manager_member(m, rank)->fed_s = m->cluster->workers.clock_s;
        status = outbox_send(&m->cluster->outbox, rank, TAG_WORK, &work, message_work_size(&work), err);
    }
    return status;
}

static enum status refuse(const struct manager *m, int rank, struct error *err)
{
    return error_set(err, STATUS_INTERNAL,
                     "rank %d on %s sent a message that this build does not read; start the same build on all hosts",
                     rank, manager_member(m, rank)->about.host);
}

static enum status handle(struct manager *m, int rank, enum message_tag tag, const union message *message,
                          struct error *err)
{
    workers_heard(&m->cluster->workers, rank);
    if (manager_member(m, rank)->about.lost && (tag != TAG_RESULT || !manager_is_ours(m, &message->result)))
        return STATUS_OK; /* it comes too late to be of use */
    switch (tag) {
    case TAG_ALIVE:
        return STATUS_OK;
    case TAG_HELLO:
        workers_hello(&m->cluster->workers, rank, &message->hello);
        manager_member(m, rank)->wants += message->hello.wants;
        return manager_feed(m, rank, err);
    case TAG_ASK:
        manager_member(m, rank)->wants += message->ask.wants;
        return manager_feed(m, rank, err);
    case TAG_RESULT: {
        if (!manager_is_ours(m, &message->result))
            return refuse(m, rank, err);
        const enum status status = manager_take(m, rank, &message->result, err);
        manager_member(m, rank)->wants += message->result.wants;
        return status ? status : manager_feed(m, rank, err);
    }
    case TAG_WHY:
        manager_note_why(m, rank, message->why.text, message->why.size);
        return STATUS_OK;
    case TAG_FAILED:
        return error_set(err, message->failed.status ? (enum status)message->failed.status : STATUS_INTERNAL,
                         "%.*s (rank %d on %s)", (int)sizeof message->failed.text, message->failed.text, rank,
                         manager_member(m, rank)->about.host);
    case TAG_UNREADABLE:
        return refuse(m, rank, err);
    case TAG_BYE:
    case TAG_WORK:
    case TAG_PING:
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

/* A slice at an executor of this process. It takes a pack only when it has none: it needs no message to get one. */
static enum status train(struct manager *m, int rank, bool *any, struct error *err)
{
    struct executor *const executor = &m->executors[rank];
    struct work work;
    struct result result;
    bool finished = false;
    enum status status = STATUS_OK;
    if (executor->held == 0 && next_work(m, rank, &work))
        status = executor_take(executor, &work, err);
    if (status || executor->held == 0)
        return status;
    status = executor_run(executor, &result, &finished, err);
    *any = *any || finished || executor->slice_s > 0;
    if (!status && finished) {
        m->now_s = clock_now_s();
        const char *const why = executor_why(executor);
        if (why)
            manager_note_why(m, rank, why, strlen(why));
        status = manager_take(m, rank, &result, err);
    }
    return status;
}

/* At all of them. Without MPI there is nothing to listen to meanwhile: until one of several programs ends, wait. */
static enum status train_all(struct manager *m, bool *any, struct error *err)
{
    const struct experiment *const experiment = m->sweep->table->experiment;
    enum status status = STATUS_OK;
    for (int rank = 0; rank < m->cluster->here && !status; rank++)
        status = train(m, rank, any, err);
    if (m->cluster->alone && !*any) {
        spawner_wait_any(experiment->spawners, experiment->spawner_count, attend_s);
        *any = true;
    }
    return status;
}

static void tell_progress(struct manager *m)
{
    if (!m->sweep->progress || (m->now_s - m->told_s < progress_s && !scheduler_finished(m->scheduler)))
        return;
    m->told_s = m->now_s;
    /* What is handed out is half done on average. */
    const double left = m->sweep->packs->cost - m->done_cost - 0.5 * m->out_cost;
    const struct sweep_state state = {.done = m->sweep->table->done,
                                      .trainings = m->sweep->table->count,
                                      .resumed = m->sweep->table->count - m->to_do,
                                      .cost_done = m->done_cost,
                                      .cost = m->sweep->packs->cost,
                                      .elapsed_s = m->now_s - m->start_s,
                                      .left_s = cost_left_s(&m->cost, left, manager_training_ranks(m)),
                                      .rate = m->report->flop / (m->now_s - m->start_s)};
    m->sweep->progress(&state, m->sweep->arg);
}

/* Stopped, and why. */
static enum status stopped(const struct manager *m, const char *stop, struct error *err)
{
    char because[160] = "";
    const int unwatched = workers_unwatched(&m->cluster->workers);
    if (unwatched > 0)
        discard(snprintf(because, sizeof because, ", just after the supervisor of rank %d on %s was gone", unwatched,
                         m->cluster->workers.members[unwatched].about.host));
    return error_set(err, STATUS_STOPPED, "stopped by %s%s: %zu of %s done", stop, because,
                     table_kept(m->sweep->table),
                     number_counted(m->sweep->table->count, experiment_word(m->sweep->table->experiment)).text);
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
            return stopped(m, stop, err);
        if (!status)
            status = m->cluster->alone ? STATUS_OK : serve(m, &any, err);
        if (!status)
            status = manager_look(m, err);
        if (!status && !m->sweep->dedicated_manager)
            status = train_all(m, &any, err);
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
    const struct workers *const workers = &m->cluster->workers;
    const size_t first = m->sweep->dedicated_manager ? 1 : 0;
    r->ranks = (uint32_t)workers->count;
    r->dedicated_manager = m->sweep->dedicated_manager;
    r->messages += m->cluster->outbox.sent;
    r->trained = m->done;
    r->training_s = m->last_s - m->start_s;
    const double even_s = r->busy_s / (double)r->ranks;
    r->bound_s = even_s > m->longest_s ? even_s : m->longest_s;
    r->efficiency = r->training_s > 0 ? even_s / r->training_s : 0;
    r->workers = mem_array(workers->count, sizeof *r->workers);
    if (!r->workers)
        return error_memory(err, "the report");
    double idle_s = r->training_s; /* when the first worker had no more to do */
    r->worker_count = 0;
    for (size_t w = first; w < workers->count; w++) {
        const struct run_worker *const about = &workers->members[w].about;
        r->packs += about->packs;
        if (!about->lost && about->last_s < idle_s)
            idle_s = about->last_s;
        if (about->host[0] != '\0') /* else it came after all was done */
            r->workers[r->worker_count++] = *about;
    }
    r->idle_tail_s = r->training_s - idle_s;
    return STATUS_OK;
}

static enum status open_executors(struct manager *m, struct error *err)
{
    const struct cluster *const cluster = m->cluster;
    enum status status = STATUS_OK;
    m->executors = mem_array((size_t)cluster->here, sizeof *m->executors);
    if (!m->executors)
        return error_memory(err, "the executors");
    for (int place = 0; place < cluster->here && !status; place++)
        status = executor_open(&m->executors[place], m->sweep->table->experiment, cluster->evaluator, (size_t)place,
                               cluster->alone ? 0 : SCHEDULER_SLICE_S, err);
    return status;
}

/* Who trains in this process needs no message to introduce itself. */
static void introduce(struct cluster *cluster)
{
    struct workers *const workers = &cluster->workers;
    struct hello hello = {0};
    const char *const isa = trainer_isa(NULL);
    cluster_host(hello.host);
    discard(snprintf(hello.isa, sizeof hello.isa, "%s", isa ? isa : ""));
    workers_hello(workers, 0, &hello);
    workers->here = workers->count - (size_t)cluster->here;
    for (uint32_t rank = 1; rank < (uint32_t)cluster->here; rank++) {
        workers->members[rank].about = workers->members[0].about;
        workers->members[rank].about.rank = rank;
    }
}

/* All packs to others than those who are not to do them. */
static enum status to_others(struct manager *m, struct error *err)
{
    enum status status = STATUS_OK;
    for (size_t p = 0; p < m->sweep->packs->count && !status; p++)
        status = scheduler_avoid(m->scheduler, m->sweep->others[packs_members(m->sweep->packs, p)[0]], err);
    return status;
}

/* The workers of an earlier sweep: those that are left have asked for work. */
static enum status meet_again(struct manager *m, struct error *err)
{
    enum status status = STATUS_OK;
    for (int rank = 0; rank < m->cluster->size; rank++) {
        struct scheduler_loss loss;
        if (manager_member(m, rank)->about.lost)
            scheduler_lost(m->scheduler, (size_t)rank, &loss);
        else
            m->unable += manager_member(m, rank)->unable;
    }
    for (int rank = m->cluster->here; rank < m->cluster->size && !status; rank++)
        status = manager_feed(m, rank, err);
    return status;
}

enum status cluster_manage(struct cluster *cluster, const struct sweep *sweep, struct run_report *report,
                           struct error *err)
{
    struct manager m = {.cluster = cluster, .sweep = sweep, .report = report};
    const size_t ranks = (size_t)cluster->size;
    const bool again = cluster->workers.members != NULL;
    enum status status = open_executors(&m, err);
    if (!status)
        status = scheduler_create(&m.scheduler, sweep->packs->count, ranks, err);
    if (!status && cluster->evaluator == EVALUATOR_PROGRAM)
        status = run_time_create(&m.run_time, sweep->table->experiment, err);
    if (!status && sweep->others)
        status = to_others(&m, err);
    if (!status && !again)
        status = workers_create(&cluster->workers, ranks, cluster->timeout_s, err);
    if (!again)
        status = cluster_agree(cluster, status, err);
    else if (!status)
        status = meet_again(&m, err);
    if (!status) {
        if (!again)
            introduce(cluster);
        for (size_t t = 0; t < sweep->table->count; t++)
            m.to_do += table_is_open(sweep->table, t);
        manager_learn(&m); /* from an earlier run */
        m.start_s = m.last_s = clock_now_s();
        status = manage(&m, err);
        manager_remark(&m, true);
        if (status == STATUS_OK || status == STATUS_STOPPED) {
            const enum status reported = fill_report(&m, err);
            if (reported)
                status = reported;
        }
    } else if (!again) {
        workers_free(&cluster->workers); /* no worker is waiting to be released */
    }
    scheduler_destroy(m.scheduler);
    run_time_destroy(m.run_time);
    for (int place = 0; place < cluster->here && m.executors; place++)
        executor_close(&m.executors[place]);
    free(m.executors);
    return status;
}
