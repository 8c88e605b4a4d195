/* SPDX-License-Identifier: BSD-3-Clause */
/* A cohort: the groups of a pack that train side by side, and how their outcomes are taken. With early stopping, as
 * many networks as memory allows run strip by strip (of `every` epochs), one group after the other. So all that are
 * alike are at the same epoch after each round, and where some have ended, the others leave their groups and are put
 * together anew: into fewer registers, or into kernels that give a network more lanes. Without early stopping a cohort
 * is one group. It changes no bit of any outcome. Internal to this room. */
#ifndef NSURF_NET_COHORT_H
#define NSURF_NET_COHORT_H

#include "net/phases.h"
#include "net/trainer.h"

#include <stdbool.h>
#include <stddef.h>

struct cohort {
    const struct task *task;
    struct phases *groups, *spare; /* [PACK_MAX]; those to come, while networks move */
    size_t group_count, at;        /* the one in training; group_count: all are over */
    bool over[PACK_MAX];
    bool retiring;                   /* networks that have ended are measured, so that the others can move */
    size_t ended;                    /* networks when a move was last thought of */
    struct choice planned[PACK_MAX]; /* [planned_count], of the groups to come */
    size_t planned_count;

    /* Outcomes to be taken: of the group in training, the next being that of `slot`, for some limits. */
    size_t slot, limit, limit_end;

    /* Work so far, in samples times networks: that the lanes of all groups had room for, and that was done for networks
     * still in training or in measuring. */
    double room, used;
};

/* Errors: STATUS_INTERNAL. Owns: the caller, who calls cohort_free. Ranks: local. */
enum status cohort_create(struct cohort *cohort, const struct task *task, struct error *err)
    __attribute__((warn_unused_result));
void cohort_free(struct cohort *cohort);

/* Make room for a cohort of the first of these trials; then begin with their initial weights, which cannot fail. Return
 * how many it takes, the same in both. first: the place of trials[0] in the pack. Errors: STATUS_INTERNAL. */
enum status cohort_reserve(struct cohort *cohort, const struct trial *trials, size_t count, size_t *taken,
                           struct error *err) __attribute__((warn_unused_result));
size_t cohort_begin(struct cohort *cohort, const struct trial *trials, size_t first, size_t count);

/* The group in training, unless all are over. */
const struct phases *cohort_group(const struct cohort *cohort);

/* Up to `count` samples of that group, as phases_advance, where no outcomes are to be taken. Returns how many. */
size_t cohort_advance(struct cohort *cohort, size_t count);

/* Take up to `most` outcomes that are there; returns how many. */
size_t cohort_take(struct cohort *cohort, struct trial_outcome *outcomes, size_t most);

/* Whether there are outcomes; whether these are the last; whether all were taken. */
bool cohort_is_ready(const struct cohort *cohort);
bool cohort_is_done(const struct cohort *cohort);
bool cohort_is_over(const struct cohort *cohort);

#endif
