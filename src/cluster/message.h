/* SPDX-License-Identifier: BSD-3-Clause */
/* Messages between the manager and its workers: what they say, sending without waiting, and waiting without spinning.
 *
 *     worker -> manager   HELLO    I am here                       once, first
 *                         ASK      I want packs                    when the pack in training is nearly done
 *                         RESULT   outcomes of a pack or of a part, and ASK
 *                         WHY      why the next RESULT failed, or a piece of it
 *                         ALIVE    nothing to tell                 after a long silence, and answers PING
 *                         FAILED   I cannot go on, and why
 *                         BYE      nothing more comes from me      once, last, answers END
 *     manager -> worker   WORK     a pack
 *                         PING     are you there?                  when the connection to its parent is gone
 *                         END      drop what you hold, and exit    once, last
 *
 * A worker has at most SCHEDULER_HOLD packs and so as many results on their way; all messages are far below 4 KB, the
 * size from which Open MPI would need the receiver's help to send. They go as bytes: builds that train to the same bits
 * have messages of the same layout, and what is not of this layout is refused. */
#ifndef NSURF_CLUSTER_MESSAGE_H
#define NSURF_CLUSTER_MESSAGE_H

#include "base/error.h"
#include "net/trainer.h"
#include "sweep/report.h"

#include <mpi.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum message_tag {
    TAG_UNREADABLE, /* never sent: what was, is none of these */
    TAG_HELLO,
    TAG_ASK,
    TAG_RESULT,
    TAG_WHY,
    TAG_ALIVE,
    TAG_FAILED,
    TAG_BYE,
    TAG_WORK,
    TAG_PING,
    TAG_END
};

struct hello {
    uint32_t wants; /* packs */
    uint32_t other_program; /* 1 when it is not the file that runs on rank 0 */
    char host[RUN_HOST_TEXT], isa[16];
};

struct ask {
    uint32_t wants;
};

/* Networks that shared registers are finished together, and their outcomes sent at once. */
struct result {
    uint32_t pack, count, wants;
    uint32_t last;                     /* 1 when all of the pack is done */
    double busy_s;                     /* spent in training since the pack began or the result before */
    double span_s;                     /* that passed since then, whatever came between */
    double share;                      /* of what was predicted, 1 unless early stopping left some of it out */
    uint32_t trainings[PACK_MAX];      /* [count], as the work had them */
    uint32_t epochs[PACK_MAX];         /* [count], of which one training brings several outcomes */
    struct outcome outcomes[PACK_MAX]; /* [count] */
};

/* Text for people, without the end of a string. */
struct why {
    uint32_t size;
    char text[2048]; /* [size] */
};

struct work {
    uint32_t pack, count;
    double flop;                       /* predicted */
    uint32_t trainings[PACK_MAX];      /* [count], which these are to the manager */
    struct trial trials[PACK_MAX]; /* [count] */
};

struct end {
    uint32_t status;
};

union message {
    struct hello hello;
    struct ask ask;
    struct result result;
    struct why why;
    struct error failed;
    struct work work;
    struct end end;
};

/* The bytes of a message that are in use. */
size_t message_result_size(const struct result *result);
size_t message_work_size(const struct work *work);

/* Messages being sent. Each is copied, so the sender goes on at once. Zero it to begin, with comm set. */
struct outbox {
    MPI_Comm comm;
    MPI_Request *requests;   /* [capacity], the first `active` are in use */
    union message **letters; /* [capacity] */
    int *sent_now;           /* [capacity], for MPI_Testsome */
    size_t active, capacity;
    uint64_t sent;
};

/* Start to send. Ranks: local. Errors: STATUS_INTERNAL out of memory. */
enum status outbox_send(struct outbox *outbox, int rank, enum message_tag tag, const void *message, size_t size,
                        struct error *err) __attribute__((warn_unused_result));

/* Look after messages that are not sent yet; returns how many are left. Those to a process that died stay for ever. */
size_t outbox_tend(struct outbox *outbox);

/* Free the memory, which must not be in use by a message any more: one that is not sent yet is left alone. */
void outbox_free(struct outbox *outbox);

/* Receive the next message that is there, from source (or MPI_ANY_SOURCE); false when there is none. One that is not of
 * the size of its kind, or has an outcome of no known status, comes as TAG_UNREADABLE: it is of another build. */
bool message_receive(MPI_Comm comm, int source, union message *message, int *from, enum message_tag *tag);

/* How to wait for messages without spinning; zero it to begin. */
struct patience {
    double sleep_s; /* the next sleep, 0 while waiting is still busy */
    double since_s; /* when the busy waiting began, 0 when it did not */
};

/* Nothing has come: return at once for a few microseconds, then after ever longer sleeps. */
void patience_wait(struct patience *patience);

/* Something has come: wait less long from here on. */
void patience_reward(struct patience *patience);

/* Wait for a request without spinning. */
void message_await(MPI_Request *request);

#endif
