/* SPDX-License-Identifier: BSD-3-Clause */
/* The phases of a group: its networks run through their epochs in lock-step, are watched as early stopping asks for,
 * and are measured at each limit. A network that has stopped early or diverged keeps its lanes until all of its group
 * have: what happens to it meanwhile changes no outcome. It knows one group, never the pack. Internal to this room. */
#ifndef NSURF_NET_PHASES_H
#define NSURF_NET_PHASES_H

#include "net/choice.h"
#include "net/measure.h"
#include "net/orders.h"
#include "net/stopping.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What all groups have in common. */
struct task {
    const struct dataset *data;
    const uint32_t *limits; /* [limit_count], as trainer_create has them */
    size_t limit_count;
    bool classes; /* the targets are classes */
    struct orders *orders;
};

/* What a group is at: an epoch; an error that early stopping asks for, in any training or in one that is to end at this
 * limit; the outcomes of the limit; and these are there. */
enum phase { PHASE_TRAIN, PHASE_WATCH, PHASE_WATCH_LIMIT, PHASE_MEASURE, PHASE_READY };

/* How far a network of the group is. */
struct progress {
    struct stopping stopping;
    bool finite;            /* its weights were, so far */
    uint32_t epoch;         /* after which they were not */
    bool known;             /* the outcome is that of all further limits */
    bool measured;          /* its errors are measured for the limit at hand */
    bool is_best;           /* … of its best state, not of the last one */
    struct outcome outcome; /* of the limit at hand */
};

struct phases {
    const struct task *task;
    const struct trial *trials; /* [choice.count] */
    struct choice choice;
    struct group group;
    enum phase phase;
    uint32_t epoch;                  /* in progress, or just finished */
    size_t limit;                    /* the next, or the one at hand */
    size_t sample;                   /* done of this epoch */
    size_t batched;                  /* samples whose gradients make the next step */
    const uint32_t *rows[LANES_MAX]; /* of this epoch, as orders_get has them; of the first alone, unless own */
    struct measure measure;
    struct progress progress[LANES_MAX]; /* [choice.count] */
};

/* Make room for a group of the first choice->count of these trials: phases_begin with it cannot fail then. phases must
 * be zeroed or in use before. Owns: the caller, who calls phases_free. Ranks: local. Errors: STATUS_INTERNAL. */
enum status phases_reserve(struct phases *phases, const struct task *task, const struct choice *choice,
                           const struct trial *trials, struct error *err) __attribute__((warn_unused_result));
void phases_free(struct phases *phases);

/* Begin with the initial weights. task and trials must outlive the group. */
void phases_begin(struct phases *phases, const struct task *task, const struct choice *choice,
                  const struct trial *trials);

/* Up to `count` samples of the phase at hand, but for those of a batch that are computed together; not PHASE_READY.
 * Returns how many. */
size_t phases_advance(struct phases *phases, size_t count);

/* PHASE_READY: whether the outcomes are the last ones, being those of all further limits too, or of the last limit.
 * After others, phases_resume goes on towards the next limit. */
bool phases_are_over(const struct phases *phases);
void phases_resume(struct phases *phases);

/* The limits that outcomes of PHASE_READY are those of: from phases->limit on, below this one. */
size_t phases_limit_end(const struct phases *phases);

#endif
