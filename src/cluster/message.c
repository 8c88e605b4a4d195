/* SPDX-License-Identifier: BSD-3-Clause */
/* Messages; see message.h. It knows how they travel, never what follows from them. Errors of MPI calls end the job in
 * the handler of the communicator, so return codes are not looked at here. */
#include "cluster/message.h"

#include "base/clock.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

_Static_assert(sizeof(union message) < 4096, "a message must not need the receiver's help to be sent");

size_t message_result_size(const struct result *result)
{
    return offsetof(struct result, outcomes) + result->count * sizeof *result->outcomes;
}

size_t message_work_size(const struct work *work)
{
    return offsetof(struct work, trials) + work->count * sizeof *work->trials;
}

static enum status grow(struct outbox *outbox, struct error *err)
{
    const size_t capacity = outbox->capacity ? 2 * outbox->capacity : 4;
    MPI_Request *const requests = realloc(outbox->requests, capacity * sizeof *requests);
    if (!requests)
        return error_memory(err, "messages");
    outbox->requests = requests;
    union message **const letters = realloc(outbox->letters, capacity * sizeof *letters);
    if (!letters)
        return error_memory(err, "messages");
    outbox->letters = letters;
    int *const sent_now = realloc(outbox->sent_now, capacity * sizeof *sent_now);
    if (!sent_now)
        return error_memory(err, "messages");
    outbox->sent_now = sent_now;
    for (; outbox->capacity < capacity; outbox->capacity++) {
        letters[outbox->capacity] = mem_array(1, sizeof **letters);
        if (!letters[outbox->capacity])
            return error_memory(err, "messages");
    }
    return STATUS_OK;
}

enum status outbox_send(struct outbox *outbox, int rank, enum message_tag tag, const void *message, size_t size,
                        struct error *err)
{
    if (outbox->active == outbox->capacity) {
        const enum status status = grow(outbox, err);
        if (status)
            return status;
    }
    union message *const letter = outbox->letters[outbox->active];
    memcpy(letter, message, size);
    MPI_Isend(letter, (int)size, MPI_BYTE, rank, (int)tag, outbox->comm, &outbox->requests[outbox->active++]);
    outbox->sent++;
    return STATUS_OK;
}

size_t outbox_tend(struct outbox *outbox)
{
    int sent = 0;
    if (outbox->active > 0) /* one call for all: where ranks share a core, one that finds nothing gives it away */
        MPI_Testsome((int)outbox->active, outbox->requests, &sent, outbox->sent_now, MPI_STATUSES_IGNORE);
    for (size_t i = 0; i < outbox->active && sent > 0;) {
        if (outbox->requests[i] != MPI_REQUEST_NULL) {
            i++;
            continue;
        }
        const size_t last = --outbox->active;
        union message *const free_letter = outbox->letters[i];
        outbox->letters[i] = outbox->letters[last];
        outbox->requests[i] = outbox->requests[last];
        outbox->letters[last] = free_letter;
    }
    return outbox->active;
}

void outbox_free(struct outbox *outbox)
{
    for (size_t i = outbox->active; i < outbox->capacity; i++)
        free(outbox->letters[i]);
    free(outbox->letters);
    free(outbox->requests);
    free(outbox->sent_now);
    *outbox = (struct outbox){.comm = outbox->comm};
}

static bool is_result(const struct result *result, size_t size)
{
    if (size < offsetof(struct result, trainings) || result->count > PACK_MAX || size != message_result_size(result))
        return false;
    uint32_t i = 0;
    while (i < result->count && result->outcomes[i].status <= OUTCOME_FAILED)
        i++;
    return i == result->count;
}

/* Whether a message has the size of its kind, which for some is in its head. A single byte says nothing. */
static bool is_readable(enum message_tag tag, const union message *message, size_t size)
{
    switch (tag) {
    case TAG_HELLO:
        return size == sizeof message->hello;
    case TAG_ASK:
        return size == sizeof message->ask;
    case TAG_RESULT:
        return is_result(&message->result, size);
    case TAG_WHY:
        return size >= offsetof(struct why, text) && message->why.size <= sizeof message->why.text &&
               size == offsetof(struct why, text) + message->why.size;
    case TAG_FAILED:
        return size == sizeof message->failed;
    case TAG_WORK:
        return size >= offsetof(struct work, trainings) && message->work.count >= 1 &&
               message->work.count <= PACK_MAX && size == message_work_size(&message->work);
    case TAG_END:
        return size == sizeof message->end;
    case TAG_ALIVE:
    case TAG_BYE:
    case TAG_PING:
        return size == 1;
    case TAG_UNREADABLE:
        break;
    }
    return false;
}

/* A message longer than any of ours is received all the same, so that the next one can be; where there is no memory for
 * it, it stays. */
static void drop(MPI_Comm comm, int size, MPI_Status *status)
{
    void *const room = size > 0 ? mem_array((size_t)size, 1) : NULL;
    if (room)
        MPI_Recv(room, size, MPI_BYTE, status->MPI_SOURCE, status->MPI_TAG, comm, status);
    free(room);
}

bool message_receive(MPI_Comm comm, int source, union message *message, int *from, enum message_tag *tag)
{
    int there = 0, size = 0;
    MPI_Status status;
    MPI_Iprobe(source, MPI_ANY_TAG, comm, &there, &status);
    if (!there)
        return false;
    MPI_Get_count(&status, MPI_BYTE, &size);
    *from = status.MPI_SOURCE;
    *tag = (enum message_tag)status.MPI_TAG;
    const bool fits = size >= 0 && (size_t)size <= sizeof *message; /* a size beyond int is negative */
    if (fits)
        MPI_Recv(message, (int)sizeof *message, MPI_BYTE, *from, (int)*tag, comm, &status);
    else
        drop(comm, size, &status);
    if (!fits || !is_readable(*tag, message, (size_t)size))
        *tag = TAG_UNREADABLE;
    return true;
}

/* Measured with Open MPI 4.1 on Linux: an answer over shared memory takes 2 us, a probe 0.06 us, a sleep at least 100
 * us, whatever was asked for; a process that probes every millisecond needs about 1 % of a core. */
static const double busy_s = 200e-6, shortest_s = 50e-6, longest_s = 1e-3;

void patience_wait(struct patience *patience)
{
    if (patience->sleep_s == 0) {
        const double now_s = clock_now_s();
        if (patience->since_s == 0)
            patience->since_s = now_s;
        if (now_s - patience->since_s < busy_s)
            return;
        patience->sleep_s = shortest_s;
    }
    clock_sleep_s(patience->sleep_s);
    patience->sleep_s *= 1.5;
    if (patience->sleep_s > longest_s)
        patience->sleep_s = longest_s;
}

/* A single message after a long silence shortens the sleeps, and only several in a row lead to busy waiting: or else a
 * manager with a few messages a second would spend more on the time after each than on the message. */
void patience_reward(struct patience *patience)
{
    patience->sleep_s /= 8;
    if (patience->sleep_s < shortest_s)
        patience->sleep_s = 0;
    patience->since_s = 0;
}

void message_await(MPI_Request *request)
{
    struct patience patience = {0};
    int done = 0;
    for (MPI_Test(request, &done, MPI_STATUS_IGNORE); !done; MPI_Test(request, &done, MPI_STATUS_IGNORE))
        patience_wait(&patience);
}
