/* SPDX-License-Identifier: BSD-3-Clause */
/* The crew: what rank 0 knows of each process that may train, itself included. The one place that says who is here,
 * who is lost and who has left. It knows no packs. */
#ifndef NSURF_CLUSTER_CREW_H
#define NSURF_CLUSTER_CREW_H

#include "cluster/message.h"
#include "store/run.h"

struct member {
    struct run_worker about; /* rank, host, what it did, whether it is lost */
    uint32_t wants;          /* packs it asked for and did not get yet */
    bool left;               /* said BYE */
};

struct crew {
    size_t count;
    struct member *members; /* [count], by rank */
};

/* Owns: the caller, who calls crew_free. Ranks: rank 0. Errors: STATUS_INTERNAL. */
enum status crew_create(struct crew *crew, size_t count, struct error *err) __attribute__((warn_unused_result));
void crew_free(struct crew *crew);

/* A process introduced itself. */
void crew_hello(struct crew *crew, int rank, const char *host, const char *isa);

/* Tell every worker that is not lost to exit with this status, and wait for their BYE; what they still sent is
 * dropped. Returns whether all could be told and answered in time. */
bool crew_release(struct crew *crew, struct outbox *outbox, enum status status);

#endif
