/* SPDX-License-Identifier: BSD-3-Clause */
/* The manager's loop: hand out packs, collect outcomes, train in between. It decides nothing itself (the scheduler
 * does), never waits for one worker, and knows no files and no terminal. */
#include "cluster/cluster.h"

#include "base/clock.h"
#include "base/mem.h"
#include "cluster/executor.h"
#include "cluster/inner.h"
#include "cluster/todo.h"
#include "sweep/cost.h"
#include "sweep/scheduler.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* How long a stop waits for packs in training. mpirun kills its ranks a second after SIGTERM, and files are to be
 * written before. */
static const double grace_s = 0.7;

static const double progress_s = 0.1;

/* How long programs are left to themselves, without a look at clock and signals. */
static const double attend_s = 20e-3;

/* Seconds between two looks at who is lost. */
static const double look_s = 0.1;

/* A pack that takes so many times what its worker's own record says, or in want of one the others', will hardly ever
 * come back. Generous: processors differ tenfold, and a core may be shared. */
static const double overdue = 50;

/* How often a trial that fails is tried again: it may be the host's fault; and one that asks for it. */
static const unsigned attempts_failed = 1, attempts_later = 4;

struct manager {
    struct cluster *cluster;
    const struct sweep *sweep;
    struct run_report *report;
    struct scheduler *scheduler;
    struct executor *executors; /* [cluster->here], of the ranks in this process */
    struct cost cost, speed;       /* by what was predicted; by what was trained, less where early stopping ended it */
    double start_s, now_s, last_s; /* of the sweep; of this round; the latest outcome */
    double longest_s;              /* the longest pack */
    double looked_s;               /* the latest look at who is lost */
    double out_cost, done_cost;    /* of packs that are handed out, and of those returned */
    size_t unable;                 /* workers that are here, and lack the user's program */
    size_t out, done, to_do;       /* packs handed out; trials that came back, and all of this run */
    double stop_s;                 /* when a stop ends its grace, 0 when none was asked for */
    double told_s;                 /* the latest progress */
};

static struct member *member(const struct manager *m, int rank)
{
    return &m->cluster->workers.members[rank];
}

static size_t training_ranks(const struct manager *m)
{
    return m->cluster->workers.here + (m->sweep->dedicated_manager ? 0 : (size_t)m->cluster->here);
}

/* Those of them that lack the user's program get no more work while there are others. */
static size_t able_ranks(const struct manager *m)
{
    return training_ranks(m) - m->unable;
}

static size_t next_pack(struct manager *m, int rank, bool fresh)
{
    if (member(m, rank)->unable && able_ranks(m) > 0)
        return SCHEDULER_NONE;
    const size_t pack = scheduler_next(m->scheduler, (size_t)rank, fresh);
    return pack != SCHEDULER_NONE ? pack : scheduler_retry(m->scheduler, (size_t)rank,
                                                          m->cluster->alone || able_ranks(m) < 2);
}

/* The next pack for this rank as a message, if there is one. */
static bool next_work(struct manager *m, int rank, struct work *work)
{
    /* Rank 0 avoids packs that were lost while another can take them: its own death would end the run. */
    const bool fresh = rank == 0 && m->cluster->workers.here > 0;
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

static enum status feed(struct manager *m, int rank, struct error *err)
{
    struct work work;
    enum status status = STATUS_OK;
    while (!status && member(m, rank)->wants > 0 && next_work(m, rank, &work)) {
        member(m, rank)->wants--;
        if (scheduler_held(m->scheduler, (size_t)rank) == 1)
            member(m, rank)->fed_s = m->cluster->workers.clock_s;
        status = outbox_send(&m->cluster->outbox, rank, TAG_WORK, &work, message_work_size(&work), err);
    }
    return status;
}

/* What a worker says of its next result. Without memory for it, it stays unsaid. */
static void note_why(struct manager *m, int rank, const char *text, size_t size)
{
    struct member *const worker = member(m, rank);
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

/* Whether a trial that failed gets another chance, elsewhere where there is somebody else. */
static bool may_try_again(const struct manager *m, int rank, const struct result *result)
{
    const unsigned before = scheduler_attempts(m->scheduler, result->pack);
    if (result->count != 1 || !result->last || result->outcomes[0].status != OUTCOME_FAILED || m->stop_s > 0)
        return false;
    if (member(m, rank)->unable && able_ranks(m) > 0)
        return true;
    return before < (result->outcomes[0].run.code == RUN_LATER ? attempts_later : attempts_failed);
}

/* The pack goes back, and those who have nothing to do may take it. */
static enum status try_again(struct manager *m, int rank, const struct result *result, struct error *err)
{
    struct member *const worker = member(m, rank);
    enum status status = STATUS_OK;
    m->out--;
    m->out_cost -= todo_cost(m->sweep, result->pack);
    m->report->busy_s += result->busy_s;
    worker->about.busy_s += result->busy_s;
    worker->fed_s = m->cluster->workers.clock_s;
    for (int other = m->cluster->here; other < m->cluster->size && !status; other++)
        status = feed(m, other, err);
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
    struct member *const worker = member(m, rank);
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
        const struct todo_cost predicted = todo_outcome_cost(m->sweep, training);
        cost += predicted.cost; /* of fewer epochs too, which were done before: they are trained again on the way */
        flop += predicted.flop;
        if (!open)
            continue;
        count++;
        const struct outcome outcome = to_keep(m, result, i);
        table_set(m->sweep->table, training, &outcome);
        if (m->sweep->why && worker->why)
            m->sweep->why(training, &outcome, worker->why, m->sweep->arg);
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
    cost_follow(&m->cost, cost, result->span_s, training_ranks(m));
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
    if (result->last) {
        m->longest_s = worker->pack_s > m->longest_s ? worker->pack_s : m->longest_s;
        worker->pack_s = 0;
    }
    return status;
}

/* Whether this worker lacks the program of which rank 0 has found the file. */
static void look_for_program(struct manager *m, int rank, const struct result *result)
{
    const struct program *const program = m->sweep->table->experiment->program;
    struct member *const worker = member(m, rank);
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

/* Whether a result is of this sweep. */
static bool is_ours(const struct manager *m, const struct result *result)
{
    bool ours = result->pack < m->sweep->packs->count;
    for (uint32_t i = 0; i < result->count && ours; i++)
        ours = result->trainings[i] < m->sweep->table->count;
    return ours;
}

static enum status refuse(const struct manager *m, int rank, struct error *err)
{
    return error_set(err, STATUS_INTERNAL,
                     "rank %d on %s sent a message that this build does not read; start the same build on all hosts",
                     rank, member(m, rank)->about.host);
}

/* A result that counts, or a pack that goes back. */
static enum status take_result(struct manager *m, int rank, const struct result *result, struct error *err)
{
    look_for_program(m, rank, result);
    const bool counts = !member(m, rank)->unable || able_ranks(m) == 0;
    if (!may_try_again(m, rank, result) || !scheduler_again(m->scheduler, (size_t)rank, result->pack, counts))
        return collect(m, rank, result, err);
    forget_why(member(m, rank));
    return try_again(m, rank, result, err);
}

static enum status handle(struct manager *m, int rank, enum message_tag tag, const union message *message,
                          struct error *err)
{
    workers_heard(&m->cluster->workers, rank);
    if (member(m, rank)->about.lost && (tag != TAG_RESULT || !is_ours(m, &message->result)))
        return STATUS_OK; /* it comes too late to be of use */
    switch (tag) {
    case TAG_ALIVE:
        return STATUS_OK;
    case TAG_HELLO:
        workers_hello(&m->cluster->workers, rank, &message->hello);
        member(m, rank)->wants += message->hello.wants;
        return feed(m, rank, err);
    case TAG_ASK:
        member(m, rank)->wants += message->ask.wants;
        return feed(m, rank, err);
    case TAG_RESULT: {
        if (!is_ours(m, &message->result))
            return refuse(m, rank, err);
        const enum status status = take_result(m, rank, &message->result, err);
        member(m, rank)->wants += message->result.wants;
        return status ? status : feed(m, rank, err);
    }
    case TAG_WHY:
        note_why(m, rank, message->why.text, message->why.size);
        return STATUS_OK;
    case TAG_FAILED:
        return error_set(err, message->failed.status ? (enum status)message->failed.status : STATUS_INTERNAL,
                         "%.*s (rank %d on %s)", (int)sizeof message->failed.text, message->failed.text, rank,
                         member(m, rank)->about.host);
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
            note_why(m, rank, why, strlen(why));
        status = take_result(m, rank, &result, err);
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
        member(m, rank)->about.failed++;
        table_set(m->sweep->table, training, &failed);
        if (m->sweep->keep)
            status = m->sweep->keep(training, &failed, member(m, rank)->about.host, m->sweep->arg, err);
    }
    return status;
}

static void tell_lost(struct manager *m, const struct run_worker *about, size_t again)
{
    char line[400], failed[120] = "";
    if (!m->sweep->lost)
        return;
    if (about->failed > 0)
        discard(snprintf(failed, sizeof failed, "; %ju trainings failed, because this was the second loss with them",
                         (uintmax_t)about->failed));
    discard(snprintf(line, sizeof line, "rank %u%s%s is lost: %s; %zu pack%s handed out again%s", (unsigned)about->rank,
                     about->host[0] ? " on " : "", about->host, about->reason, again, again == 1 ? " is" : "s are",
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
    m->unable -= member(m, rank)->unable;
    m->report->lost_workers++;
    m->report->repeated_packs += loss.again_count;
    tell_lost(m, &member(m, rank)->about, loss.again_count);
    return status;
}

/* Why a worker has to be given up that no connection reports; NULL while it has not. */
static const char *trouble(const struct manager *m, int rank)
{
    const struct workers *const workers = &m->cluster->workers;
    const struct member *const worker = member(m, rank);
    const size_t pack = scheduler_training(m->scheduler, (size_t)rank);
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

/* What else the user should know of the workers. */
static void remark(struct manager *m, bool end)
{
    char line[400];
    while (workers_remark(&m->cluster->workers, end, line, sizeof line))
        if (m->sweep->remark)
            m->sweep->remark(line, m->sweep->arg);
}

/* Who is lost, by the connections and by the clock. */
static enum status look(struct manager *m, struct error *err)
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
    remark(m, false);
    /* Only when all who are gone are known: a host may have taken many along. */
    for (rank = m->cluster->here; rank < m->cluster->size && !status && m->report->lost_workers > lost; rank++)
        status = feed(m, rank, err);
    const bool nobody = m->cluster->workers.here == 0 && m->sweep->dedicated_manager;
    if (!status && nobody && !scheduler_finished(m->scheduler))
        status = error_set(err, STATUS_STOPPED, "all workers are lost: %zu of %zu trainings are done",
                           m->sweep->table->done, m->sweep->table->count);
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
                                      .left_s = cost_left_s(&m->cost, left, training_ranks(m)),
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
    return error_set(err, STATUS_STOPPED, "stopped by %s%s: %zu of %zu trainings are done", stop, because,
                     m->sweep->table->done, m->sweep->table->count);
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
            status = look(m, err);
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

enum status cluster_manage(struct cluster *cluster, const struct sweep *sweep, struct run_report *report,
                           struct error *err)
{
    struct manager m = {.cluster = cluster, .sweep = sweep, .report = report};
    const size_t ranks = (size_t)cluster->size;
    enum status status = open_executors(&m, err);
    if (!status)
        status = scheduler_create(&m.scheduler, sweep->packs->count, ranks, err);
    if (!status)
        status = workers_create(&cluster->workers, ranks, cluster->timeout_s, err);
    status = cluster_agree(cluster, status, err);
    if (!status) {
        introduce(cluster);
        for (size_t t = 0; t < sweep->table->count; t++)
            m.to_do += table_is_open(sweep->table, t);
        m.start_s = m.last_s = clock_now_s();
        status = manage(&m, err);
        remark(&m, true);
        if (status == STATUS_OK || status == STATUS_STOPPED) {
            const enum status reported = fill_report(&m, err);
            if (reported)
                status = reported;
        }
    } else {
        workers_free(&cluster->workers); /* no worker is waiting to be released */
    }
    scheduler_destroy(m.scheduler);
    for (int place = 0; place < cluster->here && m.executors; place++)
        executor_close(&m.executors[place]);
    free(m.executors);
    return status;
}
