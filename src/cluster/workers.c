/* SPDX-License-Identifier: BSD-3-Clause */
/* The workers; see workers.h. */
#include "cluster/workers.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "cluster/supervisor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A worker looks at its messages every slice of a millisecond, or between two samples of a very large network. One
 * that does not answer for so long is stopped or gone. */
static const double release_s = 10;

/* How long a supervisor may take to call, and to call again. */
static const double call_s = 3, remark_s = 10;

/* How long a supervisor may take to end its worker. */
static const double ending_s = 5;

/* The most that a round of rank 0 adds to the time that it has listened: while it writes a file, or is stopped itself,
 * nobody is silent. */
static const double round_s = 1;

enum status workers_create(struct workers *workers, size_t count, double timeout_s, struct error *err)
{
    workers->members = mem_array(count, sizeof *workers->members);
    if (!workers->members)
        return error_memory(err, "the list of workers");
    workers->count = count;
    workers->here = count - 1;
    workers->timeout_s = timeout_s;
    for (size_t rank = 0; rank < count; rank++)
        workers->members[rank].about.rank = (uint32_t)rank;
    return STATUS_OK;
}

void workers_free(struct workers *workers)
{
    liveness_server_close(&workers->liveness);
    for (size_t m = 0; m < workers->count; m++)
        free(workers->members[m].why);
    free(workers->members);
    *workers = (struct workers){0};
}

void workers_tick(struct workers *workers, double now_s)
{
    const double passed_s = workers->tick_s > 0 ? now_s - workers->tick_s : 0;
    workers->clock_s += passed_s < round_s ? passed_s : round_s;
    workers->tick_s = now_s;
}

static void set_host(struct member *member, const char *host)
{
    discard(snprintf(member->about.host, sizeof member->about.host, "%.*s", RUN_HOST_TEXT - 1, host));
}

void workers_hello(struct workers *workers, int rank, const struct hello *hello)
{
    struct member *const member = &workers->members[rank];
    set_host(member, hello->host);
    discard(snprintf(member->about.isa, sizeof member->about.isa, "%.*s", (int)sizeof member->about.isa - 1,
                     hello->isa));
    member->other_program = hello->other_program;
    if (rank > 0)
        workers->hellos++;
    if (rank > 0 && !member->connected)
        member->down_s = workers->clock_s;
}

void workers_heard(struct workers *workers, int rank)
{
    workers->members[rank].heard_s = workers->clock_s;
}

static void lose(struct workers *workers, struct member *member, const char *reason)
{
    discard(snprintf(member->about.reason, sizeof member->about.reason, "%s", reason));
    member->about.lost = true;
    member->wants = 0;
    workers->here--;
}

/* The connection of a worker is there, or is not any more. */
static void set_connected(struct workers *workers, struct member *member, bool connected)
{
    member->connected = connected;
    member->broke = !connected;
    member->down_s = connected ? 0 : workers->clock_s;
    member->asked_s = 0;
}

/* Whether a word from a connection is the end of a worker that had not left. */
static bool is_loss(struct workers *workers, const struct liveness_message *word)
{
    char reason[sizeof workers->members->about.reason];
    if (word->rank == 0 || word->rank >= workers->count)
        return false;
    struct member *const member = &workers->members[word->rank];
    if (word->news == LIVENESS_UP)
        set_host(member, word->host);
    if (word->news != LIVENESS_ENDED && !member->about.lost)
        set_connected(workers, member, word->news == LIVENESS_UP);
    if (word->news != LIVENESS_UP)
        member->ending = false;
    if (word->news == LIVENESS_DOWN && workers->released && !member->left && !member->about.lost) { /* before its BYE */
        member->left = true;
        workers->here--;
    }
    if (word->news != LIVENESS_ENDED || member->left || member->about.lost)
        return false;
    supervisor_ending(reason, sizeof reason, word->value);
    lose(workers, member, reason);
    return true;
}

bool workers_lost(struct workers *workers, int *rank)
{
    struct liveness_message word;
    while (liveness_server_next(&workers->liveness, &word))
        if (is_loss(workers, &word)) {
            *rank = (int)word.rank;
            return true;
        }
    return false;
}

bool workers_must_ask(struct workers *workers, int rank)
{
    struct member *const member = &workers->members[rank];
    if (!member->broke || member->asked_s > 0 || member->left || member->about.lost ||
        workers->clock_s - member->down_s < call_s)
        return false;
    member->asked_s = workers->clock_s;
    return true;
}

const char *workers_silence(const struct workers *workers, int rank)
{
    const struct member *const member = &workers->members[rank];
    if (member->left || member->about.lost)
        return NULL;
    if (workers->clock_s - member->heard_s > workers->timeout_s)
        return "silent for longer than --worker-timeout";
    const bool asked = member->asked_s > 0 && member->heard_s <= member->asked_s;
    return asked && workers->clock_s - member->asked_s > release_s ? "its host or its supervisor is gone" : NULL;
}

void workers_give_up(struct workers *workers, int rank, const char *reason)
{
    struct member *const member = &workers->members[rank];
    const bool gone = member->asked_s > 0 && member->heard_s <= member->asked_s;
    lose(workers, member, reason);
    member->ending = liveness_server_end(&workers->liveness, (uint32_t)rank, 0);
    member->stuck = !member->ending && !gone;
}

int workers_unwatched(const struct workers *workers)
{
    for (size_t rank = 1; rank < workers->count; rank++) {
        const struct member *const member = &workers->members[rank];
        if (member->broke && !member->left && !member->about.lost && workers->clock_s - member->down_s < remark_s)
            return (int)rank;
    }
    return -1;
}

/* Whether this worker is well, has been without a connection for so long, and nobody was told. */
static bool is_cut_off(const struct workers *workers, const struct member *member, double for_s)
{
    return !member->connected && !member->told && !member->about.lost && !member->left &&
           member->about.host[0] != '\0' && workers->clock_s - member->down_s >= for_s &&
           member->heard_s > member->asked_s;
}

/* Workers without a connection: all of them as soon as one has been so for long. */
static bool remark_connections(struct workers *workers, char *text, size_t size)
{
    size_t count = 0, first = 1;
    while (first < workers->count && !is_cut_off(workers, &workers->members[first], remark_s))
        first++;
    if (first >= workers->count)
        return false;
    for (size_t rank = 1; rank < workers->count; rank++) {
        struct member *const member = &workers->members[rank];
        if (!is_cut_off(workers, member, call_s))
            continue;
        member->told = true;
        count++;
    }
    discard(snprintf(text, size,
                     "no connection from the supervisor%s of rank %zu on %s%s; let TCP through to rank 0 and name the "
                     "ports by --worker-ports; the run goes on, and what dies there is noticed after --worker-timeout",
                     count > 1 ? "s" : "", first, workers->members[first].about.host,
                     count > 1 ? " and of others" : ""));
    return true;
}

/* Hosts that run another program; the same for all ranks of a host. */
static bool remark_programs(struct workers *workers, bool end, char *text, size_t size)
{
    if (workers->compared || (workers->hellos + 1 < workers->count && !end))
        return false;
    workers->compared = true;
    size_t used = 0;
    const char *last = "";
    for (size_t rank = 1; rank < workers->count; rank++) {
        const struct member *const member = &workers->members[rank];
        if (!member->other_program || strcmp(member->about.host, last) == 0)
            continue;
        last = member->about.host;
        const char *const format =
            used ? ", %s" : "another build of nsurf, which trains to the same bits, runs on %s";
        const int length = snprintf(text + used, size - used, format, last);
        used += length > 0 && (size_t)length < size - used ? (size_t)length : 0;
    }
    return used > 0;
}

bool workers_remark(struct workers *workers, bool end, char *text, size_t size)
{
    if (workers->liveness.count > 0 && remark_connections(workers, text, size))
        return true;
    return remark_programs(workers, end, text, size);
}

/* Send END to all that may hear it, those included that were only taken for lost; returns whether it could be sent. */
static bool send_end(struct workers *workers, struct outbox *outbox, enum status status)
{
    const struct end end = {.status = (uint32_t)status};
    workers->released = true;
    for (size_t rank = 1; rank < workers->count; rank++)
        if (!workers->members[rank].left && (!workers->members[rank].about.lost || workers->members[rank].broke) &&
            outbox_send(outbox, (int)rank, TAG_END, &end, sizeof end, NULL))
            return false;
    return true;
}

static void end_silent(struct workers *workers)
{
    for (size_t rank = 1; rank < workers->count; rank++) {
        const struct member *const member = &workers->members[rank];
        if (member->left || member->about.lost)
            continue;
        log_line("rank %zu on %s does not answer and is ended", rank, member->about.host);
        workers_give_up(workers, (int)rank, "does not answer at the end");
    }
}

/* Whether a supervisor has still to end its worker. */
static bool any_ending(const struct workers *workers)
{
    for (size_t rank = 1; rank < workers->count; rank++)
        if (workers->members[rank].ending)
            return true;
    return false;
}

/* Whether nobody can end a worker, or its supervisor does not. */
static bool any_stuck(const struct workers *workers)
{
    for (size_t rank = 1; rank < workers->count; rank++) {
        const struct member *const member = &workers->members[rank];
        if (!member->stuck && !member->ending)
            continue;
        log_line("rank %zu on %s and its supervisor do not answer", rank, member->about.host);
        return true;
    }
    return false;
}

bool workers_release(struct workers *workers, struct outbox *outbox, enum status status)
{
    struct patience patience = {0};
    double until_s = clock_now_s() + release_s;
    if (!send_end(workers, outbox, status))
        return false;
    while (workers->here > 0 || (any_ending(workers) && clock_now_s() < until_s)) {
        union message message;
        enum message_tag tag;
        int from;
        while (workers_lost(workers, &from))
            ;
        outbox_tend(outbox);
        if (message_receive(outbox->comm, MPI_ANY_SOURCE, &message, &from, &tag)) {
            patience_reward(&patience);
            struct member *const member = &workers->members[from];
            if (tag == TAG_BYE && !member->left && !member->about.lost) {
                member->left = true;
                workers->here--;
            }
        } else if (clock_now_s() > until_s) {
            end_silent(workers);
            until_s = clock_now_s() + ending_s;
        } else {
            patience_wait(&patience);
        }
    }
    return !any_stuck(workers);
}
