/* SPDX-License-Identifier: BSD-3-Clause */
/* The crew; see crew.h. */
#include "cluster/crew.h"

#include "base/clock.h"
#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>

/* A worker looks at its messages every slice of a millisecond, or between two samples of a very large network. One
 * that does not answer for so long is stopped or gone. */
static const double release_s = 10;

enum status crew_create(struct crew *crew, size_t count, struct error *err)
{
    crew->count = count;
    crew->members = mem_array(count, sizeof *crew->members);
    if (!crew->members)
        return error_memory(err, "the list of workers");
    for (size_t rank = 0; rank < count; rank++)
        crew->members[rank].about.rank = (uint32_t)rank;
    return STATUS_OK;
}

void crew_free(struct crew *crew)
{
    free(crew->members);
    *crew = (struct crew){0};
}

void crew_hello(struct crew *crew, int rank, const char *host, const char *isa)
{
    struct run_worker *const about = &crew->members[rank].about;
    discard(snprintf(about->host, sizeof about->host, "%.*s", RUN_HOST_TEXT - 1, host));
    discard(snprintf(about->isa, sizeof about->isa, "%.*s", (int)sizeof about->isa - 1, isa));
}

bool crew_release(struct crew *crew, struct outbox *outbox, enum status status)
{
    const struct end end = {.status = (uint32_t)status};
    size_t waiting = 0;
    for (size_t rank = 1; rank < crew->count; rank++) {
        struct member *const member = &crew->members[rank];
        if (member->left || member->about.lost)
            continue;
        if (outbox_send(outbox, (int)rank, TAG_END, &end, sizeof end, NULL))
            return false;
        waiting++;
    }
    struct patience patience = {0};
    const double until_s = clock_now_s() + release_s;
    while (waiting > 0 || outbox_tend(outbox) > 0) {
        union message message;
        enum message_tag tag;
        int from;
        if (message_receive(outbox->comm, MPI_ANY_SOURCE, &message, &from, &tag)) {
            patience_reward(&patience);
            if (tag == TAG_BYE) {
                crew->members[from].left = true;
                waiting--;
            }
        } else if (clock_now_s() > until_s) {
            return false;
        } else {
            patience_wait(&patience);
        }
    }
    return true;
}
