/* SPDX-License-Identifier: BSD-3-Clause */
/* Packs: which trainings go together to one worker, the most expensive first. */
#ifndef NSURF_SWEEP_PACKS_H
#define NSURF_SWEEP_PACKS_H

#include "base/error.h"
#include "net/trainer.h"
#include "sweep/experiment.h"

#include <stddef.h>
#include <stdint.h>

/* Trainings grouped into packs; pack p holds members first[p] … first[p + 1] - 1. */
struct packs {
    size_t count;
    size_t *first;   /* [count + 1] */
    size_t *members; /* [trainings]: numbers of trainings, neighbours in a pack alike in topology */
    double *cost;    /* [count]: predicted flop, descending */
};

/* Group the trainings for which todo(training, arg) holds (NULL: all) into packs for this many workers. A pack holds
 * one cell's repeats first, then neighbours of the grid; it shrinks from PACK_MAX when there would be fewer packs than
 * workers. Owns: the caller, who calls packs_free. Ranks: rank 0. Errors: STATUS_INTERNAL. */
enum status packs_create(struct packs *packs, const struct experiment *experiment, size_t workers,
                         bool (*todo)(size_t training, const void *arg), const void *arg, struct error *err)
    __attribute__((warn_unused_result));
void packs_free(struct packs *packs);

#endif
