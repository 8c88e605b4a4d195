/* SPDX-License-Identifier: BSD-3-Clause */
/* The executor where a rank trains: one pack in training, the next in hand. The manager has one as every worker has. It
 * knows packs, the evaluator and its speed, never where packs come from. */
#ifndef NSURF_CLUSTER_EXECUTOR_H
#define NSURF_CLUSTER_EXECUTOR_H

#include "cluster/message.h"
#include "sweep/evaluator.h"
#include "sweep/experiment.h"
#include "sweep/scheduler.h"

struct executor {
    struct evaluator *evaluator;
    const struct experiment *experiment;
    struct work packs[SCHEDULER_HOLD];
    double slice_s;  /* how long to train between looks at the messages */
    size_t held;     /* packs[0] is in training, packs[1] in hand */
    uint64_t passes; /* over the samples, of those */
    double busy_s;   /* spent on packs[0] since its latest result */
    double start_s;  /* when packs[0] began, or its latest result */
    double pack_s;   /* spent on packs[0] up to its latest result */
    double speed;    /* flop a second, of late */
    bool quick;      /* the last pack took less than the time to fetch the next */
};

/* experiment must outlive the executor; of it the data, the hyperparameters and the limits are used. place: of this
 * process's executors, from 0. slice_s: 0 for one of several that run programs, which work whether they are looked at
 * or not. Owns: the caller, who calls executor_close. Ranks: local. Errors: STATUS_INTERNAL; STATUS_USAGE for an
 * NSURF_ISA that this processor lacks. */
enum status executor_open(struct executor *executor, const struct experiment *experiment, enum evaluator_kind kind,
                          size_t place, double slice_s, struct error *err) __attribute__((warn_unused_result));
void executor_close(struct executor *executor);

/* Put a pack onto the executor, which must hold fewer than SCHEDULER_HOLD. Errors: STATUS_INTERNAL out of memory. */
enum status executor_take(struct executor *executor, const struct work *work, struct error *err)
    __attribute__((warn_unused_result));

/* Train a slice. When that finishes trainings, *any is set and result holds all but its `wants`; when they are the
 * last of their pack, the pack in hand moves up. Errors: STATUS_INTERNAL out of memory. */
enum status executor_run(struct executor *executor, struct result *result, bool *any, struct error *err)
    __attribute__((warn_unused_result));

/* Why the latest outcome failed, see evaluator_why. */
const char *executor_why(const struct executor *executor);

/* How many packs the executor should hold or have asked for by now: one more than it needs when the pack in training is
 * about to end, and no earlier, because a pack that waits here might be trained elsewhere. */
size_t executor_wanted(const struct executor *executor);

#endif
