/* SPDX-License-Identifier: BSD-3-Clause */
/* What outputs reach; see reach.h. */
#include "app/reach.h"

#include "base/log.h"

#include <math.h>

/* Widen the range to what trainings of this fold learn. */
static void learned_range(const struct dataset *data, size_t fold, float *least, float *most)
{
    for (size_t i = 0; i < dataset_count(data, SPLIT_TRAIN, fold); i++) {
        const float *const targets = data->t + dataset_row(data, SPLIT_TRAIN, fold, i) * data->targets;
        for (size_t k = 0; k < data->targets; k++) {
            const float learned = dataset_learned(data, fold, k, targets[k]);
            *least = fminf(*least, learned);
            *most = fmaxf(*most, learned);
        }
    }
}

void reach_warn(const struct experiment *experiment)
{
    const struct dataset *const data = &experiment->data;
    const enum activation activation = experiment->hyper.output_activation;
    const float low = activation_reach[activation][0], high = activation_reach[activation][1];
    float least = INFINITY, most = -INFINITY;
    if (experiment->program)
        return;
    if (experiment_axis(experiment, parameter_find("output_activation"))) /* some of them may reach all */
        return;
    for (size_t fold = 0; fold < data->folds && fold < 2; fold++) /* every sample trains in one of two folds */
        learned_range(data, fold, &least, &most);
    if (least < low || most > high)
        log_line("warning: the %straining targets go from %g to %g, and %s outputs cannot: take --scale-targets "
                 "minmax, or --output-activation linear",
                 data->target_shift ? "scaled " : "", (double)least, (double)most, activation_names[activation]);
}
