/* SPDX-License-Identifier: BSD-3-Clause */
/* The phases of a group: its networks run through their epochs in lock-step, are watched as early stopping asks for,
 * and are measured at each limit. A network that has stopped early or diverged keeps its lanes until all of its group
 * have, or until the others move to other groups, which they can wherever the group pauses: what happens to it
 * meanwhile changes no outcome. It knows one group, never the pack. Internal to this room. */
#ifndef NSURF_NET_PHASES_H
#define NSURF_NET_PHASES_H

#include "net/choice.h"
#include "net/measure.h"
#include "net/orders.h"
#include "net/stopping.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The targets as trainings of one fold learn them. */
struct learned {
    uint32_t fold;   /* FOLDS_MAX: none yet */
    float *targets; /* [samples][targets] */
};

/* What all groups have in common. */
struct task {
    const struct dataset *data;
    const uint32_t *limits; /* [limit_count], as trainer_create has them */
    size_t limit_count;
    bool classes;                        /* the targets are classes */
    const struct kernel *const *kernels; /* to choose from, as isa_kernels has them */
    struct caches caches;
    struct orders *orders;
    struct learned *learned; /* NULL: trainings learn the targets as they are */
};

/* What a group is at: an epoch; an error that early stopping asks for, in any training or in one that is to end at this
 * limit; the outcomes of the limit, or of networks that retire; and these are there. With early stopping a group pauses
 * before its first epoch and after each strip. */
enum phase { PHASE_TRAIN, PHASE_WATCH, PHASE_WATCH_LIMIT, PHASE_MEASURE, PHASE_READY, PHASE_PAUSE };

/* How far a network of the group is. */
struct progress {
    size_t member; /* its place in the pack */
    struct stopping stopping;
    bool finite;            /* its weights were, so far */
    uint32_t epoch;         /* after which they were not */
    bool known;             /* the outcome is that of all further limits */
    bool measured;          /* its errors are measured for the limit at hand */
    bool is_best;           /* … of its best state, not of the last one */
    bool ready;             /* PHASE_READY: it has an outcome for this limit */
    struct outcome outcome; /* of the limit at hand */
};

struct phases {
    const struct task *task;
    struct trial trials[LANES_MAX]; /* [choice.count] */
    struct choice choice;
    struct group group;
    enum phase phase;
    uint32_t epoch;                  /* in progress, or just finished */
    size_t limit;                    /* the next, or the one at hand */
    bool retiring;                   /* outcomes of those that have ended alone, for all further limits */
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

/* Begin with the initial weights. first: the place of trials[0] in the pack. task must outlive the group, and the group
 * must stay where it is in memory. */
void phases_begin(struct phases *phases, const struct task *task, const struct choice *choice,
                  const struct trial *trials, size_t first);

/* Or begin as a group that pauses, each of whose networks is then moved from one that pauses at the same epoch. */
void phases_gather(struct phases *phases, const struct task *task, const struct choice *choice,
                   const struct trial *trials);
void phases_move(struct phases *to, size_t to_slot, const struct phases *from, size_t from_slot);

/* Up to `count` samples of the phase at hand, but for those of a batch that are computed together; neither PHASE_READY
 * nor PHASE_PAUSE. Returns how many. */
size_t phases_advance(struct phases *phases, size_t count);

/* PHASE_PAUSE: begin the next epoch; or measure the networks that have ended, false where none have. */
void phases_go_on(struct phases *phases);
bool phases_retire(struct phases *phases);

/* Whether a network trains no longer; and how many of the group the phase at hand is for. */
bool phases_has_ended(const struct phases *phases, size_t slot);
size_t phases_live(const struct phases *phases);

/* PHASE_READY: whether the outcomes are the last ones, being those of all further limits too, or of the last limit.
 * After others, phases_resume goes on towards the next limit, or pauses. */
bool phases_are_over(const struct phases *phases);
void phases_resume(struct phases *phases);

/* The limits that outcomes of PHASE_READY are those of: from phases->limit on, below this one. */
size_t phases_limit_end(const struct phases *phases);

#endif
