/* SPDX-License-Identifier: BSD-3-Clause */
/* A fake of those MPI functions that the sweep calls, for tests of one rank in one process: the linker takes these
 * before the library's. What the rank sends goes to fake_sent; what comes to it waits in letters, in the order of each
 * sender, as MPI promises, and among senders in any. */
#ifndef NSURF_TESTS_FAKE_MPI_H
#define NSURF_TESTS_FAKE_MPI_H

#include "cluster/message.h"

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

struct letter {
    int from, tag;
    size_t size;
    unsigned char bytes[2 * sizeof(union message)];
};

enum { FAKE_RANKS = 16, FAKE_LETTERS = 4096 };
static struct letter fake_letters[FAKE_LETTERS]; /* from fake_first on, in the order sent */
static size_t fake_count;
static uint64_t fake_random_state = 1;

/* Of the test: a letter of the rank under test is on its way; time passes, in which others may fake_send. */
static void fake_sent(int to, const struct letter *letter);
static void fake_pass(void);

static uint32_t fake_random(uint32_t below)
{
    fake_random_state = fake_random_state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(fake_random_state >> 33) % below;
}

/* Begin anew: nothing is on its way. */
static void fake_begin(uint64_t seed);

static void fake_send(int from, int tag, const void *bytes, size_t size)
{
    assert(fake_count < FAKE_LETTERS && size <= sizeof fake_letters->bytes);
    struct letter *const letter = &fake_letters[fake_count++];
    *letter = (struct letter){.from = from, .tag = tag, .size = size};
    memcpy(letter->bytes, bytes, size);
}

/* The first letter of a sender chosen at random, or of this one. fake_count when there is none. */
static size_t fake_find(int source)
{
    if (source == MPI_ANY_SOURCE && fake_count > 0)
        source = fake_letters[fake_random((uint32_t)fake_count)].from;
    size_t i = 0;
    while (i < fake_count && fake_letters[i].from != source)
        i++;
    return i;
}

static size_t fake_probed; /* which letter the latest probe found */

int MPI_Iprobe(int source, int tag, MPI_Comm comm, int *flag, MPI_Status *status)
{
    (void)tag, (void)comm;
    fake_pass();
    fake_probed = fake_find(source);
    *flag = fake_probed < fake_count;
    if (*flag) {
        status->MPI_SOURCE = fake_letters[fake_probed].from;
        status->MPI_TAG = fake_letters[fake_probed].tag;
    }
    return MPI_SUCCESS;
}

int MPI_Get_count(const MPI_Status *status, MPI_Datatype type, int *count)
{
    (void)status, (void)type;
    *count = (int)fake_letters[fake_probed].size;
    return MPI_SUCCESS;
}

int MPI_Recv(void *buffer, int count, MPI_Datatype type, int source, int tag, MPI_Comm comm, MPI_Status *status)
{
    (void)type, (void)source, (void)tag, (void)comm, (void)status;
    const struct letter *const letter = &fake_letters[fake_probed];
    assert(letter->size <= (size_t)count); /* the real one would end the job */
    memcpy(buffer, letter->bytes, letter->size);
    memmove(&fake_letters[fake_probed], &fake_letters[fake_probed + 1],
            (fake_count - fake_probed - 1) * sizeof *fake_letters);
    fake_count--;
    return MPI_SUCCESS;
}

/* What is on its way must not change: the bytes as they were, beside where they are. */
enum { FAKE_FLYING = 256 };
static struct {
    const void *at;
    struct letter letter;
} fake_flying[FAKE_FLYING];
static bool fake_stuck; /* nothing gets through */

int MPI_Isend(const void *buffer, int count, MPI_Datatype type, int to, int tag, MPI_Comm comm, MPI_Request *request)
{
    (void)type, (void)comm;
    size_t i = 0;
    while (i < FAKE_FLYING && fake_flying[i].at)
        i++;
    assert(i < FAKE_FLYING);
    fake_flying[i].at = buffer;
    struct letter *const letter = &fake_flying[i].letter;
    *letter = (struct letter){.from = -1, .tag = tag, .size = (size_t)count};
    memcpy(letter->bytes, buffer, letter->size);
    *request = (MPI_Request)(uintptr_t)(i + 1);
    fake_sent(to, letter);
    return MPI_SUCCESS;
}

/* Some are sent by now, at random. */
int MPI_Testsome(int count, MPI_Request *requests, int *sent, int *which, MPI_Status *statuses)
{
    (void)statuses;
    *sent = 0;
    for (int i = 0; i < count; i++) {
        const size_t flying = (size_t)(uintptr_t)requests[i] - 1;
        assert(flying < FAKE_FLYING && fake_flying[flying].at);
        assert(memcmp(fake_flying[flying].at, fake_flying[flying].letter.bytes, fake_flying[flying].letter.size) == 0);
        if (fake_stuck || fake_random(2))
            continue;
        fake_flying[flying].at = NULL;
        requests[i] = MPI_REQUEST_NULL;
        which[(*sent)++] = i;
    }
    return MPI_SUCCESS;
}

int MPI_Test(MPI_Request *request, int *flag, MPI_Status *status)
{
    (void)status;
    *request = MPI_REQUEST_NULL;
    *flag = 1;
    return MPI_SUCCESS;
}

/* The others are well. */
int MPI_Iallreduce(const void *mine, void *all, int count, MPI_Datatype type, MPI_Op op, MPI_Comm comm,
                   MPI_Request *request)
{
    (void)count, (void)type, (void)op, (void)comm;
    memcpy(all, mine, sizeof(int));
    *request = (MPI_Request)(uintptr_t)1;
    return MPI_SUCCESS;
}

int MPI_Ibcast(void *buffer, int count, MPI_Datatype type, int root, MPI_Comm comm, MPI_Request *request)
{
    (void)buffer, (void)count, (void)type, (void)root, (void)comm;
    *request = (MPI_Request)(uintptr_t)1;
    return MPI_SUCCESS;
}

static void fake_begin(uint64_t seed)
{
    memset(fake_flying, 0, sizeof fake_flying);
    fake_count = 0;
    fake_stuck = false;
    fake_random_state = seed;
}

#endif
