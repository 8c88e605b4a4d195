/* SPDX-License-Identifier: BSD-3-Clause */
/* The crew; see crew.h. */
#include "cluster/crew.h"

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

/* The most that a round of rank 0 adds to the time that it has listened: while it writes a file, or is stopped itself,
 * nobody is silent. */
static const double round_s = 1;

enum status crew_create(struct crew *crew, size_t count, double timeout_s, struct error *err)
{
    crew->count = count;
    crew->here = count - 1;
    crew->timeout_s = timeout_s;
    crew->members = mem_array(count, sizeof *crew->members);
    if (!crew->members)
        return error_memory(err, "the list of workers");
    for (size_t rank = 0; rank < count; rank++)
        crew->members[rank].about.rank = (uint32_t)rank;
    return STATUS_OK;
}

void crew_free(struct crew *crew)
{
    lines_close(&crew->lines);
    free(crew->members);
    *crew = (struct crew){0};
}

void crew_tick(struct crew *crew, double now_s)
{
    const double passed_s = crew->tick_s > 0 ? now_s - crew->tick_s : 0;
    crew->clock_s += passed_s < round_s ? passed_s : round_s;
    crew->tick_s = now_s;
}

static void set_host(struct member *member, const char *host)
{
    discard(snprintf(member->about.host, sizeof member->about.host, "%.*s", RUN_HOST_TEXT - 1, host));
}

void crew_hello(struct crew *crew, int rank, const char *host, const char *isa)
{
    struct run_worker *const about = &crew->members[rank].about;
    set_host(&crew->members[rank], host);
    discard(snprintf(about->isa, sizeof about->isa, "%.*s", (int)sizeof about->isa - 1, isa));
}

void crew_heard(struct crew *crew, int rank)
{
    crew->members[rank].heard_s = crew->clock_s;
}

static void lose(struct crew *crew, struct member *member, const char *reason)
{
    discard(snprintf(member->about.reason, sizeof member->about.reason, "%s", reason));
    member->about.lost = true;
    member->wants = 0;
    crew->here--;
}

/* Whether a word from a line is the end of a worker that had not left. */
static bool is_loss(struct crew *crew, const struct line_word *word)
{
    char reason[sizeof crew->members->about.reason] = "its host or its supervisor is gone";
    if (word->rank == 0 || word->rank >= crew->count)
        return false;
    struct member *const member = &crew->members[word->rank];
    if (member->left || member->about.lost)
        return false;
    if (word->news == LINE_UP) {
        member->line = true;
        set_host(member, word->host);
        return false;
    }
    if (word->news == LINE_DOWN && crew->released) { /* faster than its BYE */
        member->left = true;
        crew->here--;
        return false;
    }
    if (word->news == LINE_ENDED)
        supervisor_ending(reason, sizeof reason, word->status);
    lose(crew, member, reason);
    return true;
}

bool crew_lost(struct crew *crew, int *rank)
{
    struct line_word word;
    while (lines_next(&crew->lines, &word))
        if (is_loss(crew, &word)) {
            *rank = (int)word.rank;
            return true;
        }
    return false;
}

void crew_give_up(struct crew *crew, int rank, const char *reason)
{
    lose(crew, &crew->members[rank], reason);
    crew->members[rank].stuck = !crew->members[rank].line;
    lines_cut(&crew->lines, (uint32_t)rank);
}

/* Send END to all that may hear it; returns whether it could be sent. */
static bool send_end(struct crew *crew, struct outbox *outbox, enum status status)
{
    const struct end end = {.status = (uint32_t)status};
    crew->released = true;
    for (size_t rank = 1; rank < crew->count; rank++)
        if (!crew->members[rank].left && !crew->members[rank].about.lost &&
            outbox_send(outbox, (int)rank, TAG_END, &end, sizeof end, NULL))
            return false;
    return true;
}

static void end_silent(struct crew *crew)
{
    for (size_t rank = 1; rank < crew->count; rank++) {
        const struct member *const member = &crew->members[rank];
        if (member->left || member->about.lost)
            continue;
        log_line("rank %zu on %s does not answer and is ended", rank, member->about.host);
        crew_give_up(crew, (int)rank, "does not answer at the end");
    }
}

static bool any_stuck(const struct crew *crew)
{
    for (size_t rank = 1; rank < crew->count; rank++)
        if (crew->members[rank].stuck)
            return true;
    return false;
}

bool crew_release(struct crew *crew, struct outbox *outbox, enum status status)
{
    struct patience patience = {0};
    const double until_s = clock_now_s() + release_s;
    if (!send_end(crew, outbox, status))
        return false;
    while (crew->here > 0) {
        union message message;
        enum message_tag tag;
        int from;
        while (crew_lost(crew, &from))
            ;
        outbox_tend(outbox);
        if (message_receive(outbox->comm, MPI_ANY_SOURCE, &message, &from, &tag)) {
            patience_reward(&patience);
            struct member *const member = &crew->members[from];
            if (tag == TAG_BYE && !member->left && !member->about.lost) {
                member->left = true;
                crew->here--;
            }
        } else if (clock_now_s() > until_s) {
            end_silent(crew);
        } else {
            patience_wait(&patience);
        }
    }
    return !any_stuck(crew);
}
