/* SPDX-License-Identifier: BSD-3-Clause */
/* Packs: which trainings go together to one worker, the most expensive first. It knows the grid and predicted costs,
 * never who trains what, nor when. */
#ifndef NSURF_SWEEP_PACKS_H
#define NSURF_SWEEP_PACKS_H

#include "base/error.h"
#include "net/trainer.h"
#include "sweep/experiment.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pack {
    double cost;           /* predicted, see cost.h */
    uint32_t first, count; /* of its trainings in packs.members; count is 1 to PACK_MAX */
};

struct packs {
    size_t count;
    struct pack *list;  /* [count], cost descending */
    uint32_t *members;  /* [trainings]: numbers of trainings, neighbours in a pack alike in topology */
    size_t trainings;   /* summed over packs */
    double cost;        /* summed over packs */
    size_t early;       /* the first so many are for a picture early, see preview.h */
    uint32_t pack_size; /* members of a full pack */
    double speed;       /* at which packs of this size train, relative to those of PACK_MAX */
};

/* Group the trainings for which todo(training, arg) holds (NULL: all) into packs for this many workers (1 or more).
 * A pack holds one cell's repeats first, then neighbours of the grid; it shrinks from PACK_MAX when the run would else
 * wait for its longest packs. The same arguments give the same packs.
 * Owns: the caller, who calls packs_free. Ranks: rank 0. Errors: STATUS_INTERNAL. */
enum status packs_create(struct packs *packs, const struct experiment *experiment, size_t workers,
                         bool (*todo)(size_t training, const void *arg), const void *arg, struct error *err)
    __attribute__((warn_unused_result));
void packs_free(struct packs *packs);

/* Predict the costs of all packs anew, by the costs of their trainings, and sort those from `first` on, cost
 * descending, which numbers them anew. */
void packs_sort(struct packs *packs, size_t first, double (*cost)(size_t training, const void *arg), const void *arg);

/* The trainings of a pack, [packs->list[pack].count], by number and as trials. */
const uint32_t *packs_members(const struct packs *packs, size_t pack);
void packs_trials(const struct packs *packs, size_t pack, const struct experiment *experiment, struct trial *trials);

#endif
