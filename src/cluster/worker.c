/* SPDX-License-Identifier: BSD-3-Clause */
/* The worker's loop: take packs, train, send outcomes, until released. It knows no grid and no other worker. */
#include "cluster/cluster.h"

#include "base/clock.h"
#include "cluster/executor.h"
#include "cluster/inner.h"
#include "cluster/supervisor.h"

#include <stdio.h>
#include <string.h>

/* Results that may be on their way before the worker waits for the manager to keep up. */
enum { UNSENT_MAX = 4 };

/* Signs of life within the time after which a silent worker is given up. */
enum { SIGNS_OF_LIFE = 8 };

/* Between looks at the messages nobody waits for this worker. The fewer looks the better where there are more workers
 * than cores, because each look is an offer to change places with another. */
static const double slice_s = 5e-3;

struct worker {
    struct cluster *cluster;
    struct executor executor;
    size_t asked;  /* packs asked for and not here yet */
    double sent_s; /* when it last spoke */
    bool released;
    enum status verdict;
};

/* Packs to ask for now. */
static uint32_t wants(struct worker *w)
{
    const size_t wanted = executor_wanted(&w->executor), coming = w->executor.held + w->asked;
    const uint32_t more = wanted > coming ? (uint32_t)(wanted - coming) : 0;
    w->asked += more;
    return more;
}

static enum status send(struct worker *w, enum message_tag tag, const void *message, size_t size, struct error *err)
{
    w->sent_s = clock_now_s();
    return outbox_send(&w->cluster->outbox, 0, tag, message, size, err);
}

/* A manager that hears nothing for long takes this worker for lost. */
static enum status say_alive(struct worker *w, struct error *err)
{
    const char nothing = 0;
    if (clock_now_s() - w->sent_s < w->cluster->timeout_s / SIGNS_OF_LIFE)
        return STATUS_OK;
    return send(w, TAG_ALIVE, &nothing, sizeof nothing, err);
}

static enum status say_hello(struct worker *w, struct error *err)
{
    struct hello hello = {.wants = wants(w)};
    cluster_host(hello.host);
    const char *const isa = trainer_isa(NULL);
    hello.other_program = w->cluster->other_program;
    discard(snprintf(hello.isa, sizeof hello.isa, "%s", isa ? isa : ""));
    return send(w, TAG_HELLO, &hello, sizeof hello, err);
}

/* Take what the manager sent; sets *any when there was something. */
static enum status receive(struct worker *w, bool *any, struct error *err)
{
    union message message;
    enum message_tag tag;
    int from;
    enum status status = STATUS_OK;
    while (!w->released && !status && message_receive(w->cluster->comm, 0, &message, &from, &tag)) {
        *any = true;
        if (tag == TAG_END) {
            w->released = true;
            w->verdict = (enum status)message.end.status;
        } else if (tag == TAG_PING) {
            w->sent_s = 0;
        } else if (tag == TAG_WORK && w->asked > 0) {
            w->asked--;
            status = executor_take(&w->executor, &message.work, err);
        } else if (tag == TAG_UNREADABLE) {
            status = error_set(err, STATUS_INTERNAL,
                               "rank %d: rank 0 sent a message that this build does not read; start the same build on "
                               "all hosts",
                               w->cluster->rank);
        } else {
            status = error_set(err, STATUS_INTERNAL, "rank %d: a message of kind %d that nobody asked for",
                               w->cluster->rank, (int)tag);
        }
    }
    return status;
}

/* In pieces, before the result that they are of. */
static enum status say_why(struct worker *w, const char *text, struct error *err)
{
    enum status status = STATUS_OK;
    for (size_t left = strlen(text); left > 0 && !status;) {
        struct why why = {.size = (uint32_t)(left < sizeof why.text ? left : sizeof why.text)};
        memcpy(why.text, text, why.size);
        status = send(w, TAG_WHY, &why, offsetof(struct why, text) + why.size, err);
        text += why.size;
        left -= why.size;
    }
    return status;
}

/* Train a slice, send what it finished, ask for what is needed next. */
static enum status train(struct worker *w, struct error *err)
{
    struct result result;
    bool any;
    enum status status = executor_run(&w->executor, &result, &any, err);
    if (status)
        return status;
    const struct ask ask = {.wants = wants(w)};
    const char *const why = any ? executor_why(&w->executor) : NULL;
    if (why)
        status = say_why(w, why, err);
    if (status)
        return status;
    if (any) {
        result.wants = ask.wants;
        return send(w, TAG_RESULT, &result, message_result_size(&result), err);
    }
    return ask.wants ? send(w, TAG_ASK, &ask, sizeof ask, err) : STATUS_OK;
}

/* Until released. Errors: what keeps this rank from training. */
static enum status serve(struct worker *w, struct error *err)
{
    struct patience patience = {0};
    enum status status = say_hello(w, err);
    while (!status && !w->released) {
        bool any = false;
        status = receive(w, &any, err);
        if (!status && !w->released)
            status = say_alive(w, err);
        if (!status && !w->released && w->executor.held > 0 && outbox_tend(&w->cluster->outbox) <= UNSENT_MAX) {
            status = train(w, err);
            any = true;
        }
        if (any)
            patience_reward(&patience);
        else
            patience_wait(&patience);
    }
    return status;
}

/* After an error: nothing but the release matters any more. */
static void await_release(struct worker *w)
{
    struct patience patience = {0};
    union message message;
    enum message_tag tag;
    int from;
    for (;;) {
        if (!message_receive(w->cluster->comm, 0, &message, &from, &tag)) {
            patience_wait(&patience);
        } else if (tag == TAG_END) {
            w->verdict = (enum status)message.end.status;
            return;
        }
    }
}

/* The last message; then all are on their way before MPI_Finalize. */
static enum status say_bye(struct worker *w, struct error *err)
{
    const char nothing = 0;
    const enum status status = send(w, TAG_BYE, &nothing, sizeof nothing, err);
    struct patience patience = {0};
    while (outbox_tend(&w->cluster->outbox) > 0)
        patience_wait(&patience);
    return status;
}

enum status cluster_work(struct cluster *cluster, const struct experiment *experiment, struct error *err)
{
    struct worker worker = {.cluster = cluster};
    enum status status = executor_open(&worker.executor, experiment, cluster->evaluator, 0, slice_s, err);
    status = cluster_agree(cluster, status, err);
    if (status == STATUS_OK) {
        struct error trouble;
        supervisor_work(&cluster->address, cluster->rank);
        status = serve(&worker, &trouble);
        if (status) {
            if (send(&worker, TAG_FAILED, &trouble, sizeof trouble, NULL)) /* nothing is left to tell the manager */
                discard(MPI_Abort(cluster->comm, (int)status));
            await_release(&worker);
        }
        status = say_bye(&worker, err);
        if (status == STATUS_OK)
            status = worker.verdict;
    }
    executor_close(&worker.executor);
    return status;
}
