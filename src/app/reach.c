/* SPDX-License-Identifier: BSD-3-Clause */
/* What outputs reach; see reach.h. */
#include "app/reach.h"

#include "base/log.h"

#include <math.h>
#include <string.h>

/* The targets that trainings learn. */
struct range {
    float least, most;
    bool whole; /* numbers */
};

/* Widen the range to what trainings of this fold learn. */
static void learned_range(const struct dataset *data, size_t fold, struct range *range)
{
    for (size_t i = 0; i < dataset_count(data, SPLIT_TRAIN, fold); i++) {
        const float *const targets = data->t + dataset_row(data, SPLIT_TRAIN, fold, i) * data->targets;
        for (size_t k = 0; k < data->targets; k++) {
            const float learned = dataset_learned(data, fold, k, targets[k]);
            range->least = fminf(range->least, learned);
            range->most = fmaxf(range->most, learned);
            range->whole = range->whole && learned == floorf(learned);
        }
    }
}

void reach_warn(const struct experiment *experiment)
{
    const float classes_most = 20; /* more whole numbers than that are rather counts than classes */
    const struct dataset *const data = &experiment->data;
    const enum activation activation = experiment->hyper.output_activation;
    const float low = activation_reach[activation][0], high = activation_reach[activation][1];
    struct range range = {INFINITY, -INFINITY, true};
    if (experiment->program)
        return;
    if (experiment_axis(experiment, parameter_find("output_activation"))) /* some of them may reach all */
        return;
    for (size_t fold = 0; fold < data->folds && fold < 2; fold++) /* every sample trains in one of two folds */
        learned_range(data, fold, &range);
    const bool classes =
        !data->target_shift && data->targets == 1 && range.whole && range.most - range.least < classes_most;
    if (range.least < low || range.most > high)
        log_line("warning: the %straining targets go from %g to %g, and %s outputs cannot: take %s--scale-targets "
                 "minmax, or --output-activation linear and a smaller --learning-rate",
                 data->target_shift ? "scaled " : "", (double)range.least, (double)range.most,
                 activation_names[activation], classes ? "--classes where they are classes, " : "");
}

bool reach_misses(const struct experiment *experiment, const char *activation)
{
    const double error = experiment->baseline.error[SPLIT_TRAIN];
    for (int a = 0; a < ACTIVATIONS && activation; a++) {
        const double half = ((double)activation_reach[a][1] - (double)activation_reach[a][0]) / 2;
        if (strcmp(activation, activation_names[a]) == 0)
            return experiment->data.target_scaling == SCALING_NONE &&
                   error > (double)experiment->data.targets * half * half;
    }
    return false;
}
