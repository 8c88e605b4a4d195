/* SPDX-License-Identifier: BSD-3-Clause */
/* Experiments: the numbering of trials, and the limits; see experiment.h. It never knows where the values came from,
 * nor who will train. */
#include "sweep/experiment.h"

#include "base/mem.h"
#include "sweep/own_axes.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct parameters experiment_parameters(const struct experiment *experiment)
{
    return experiment->program ? (struct parameters){experiment->own, experiment->own_count}
                               : (struct parameters){hyper_parameters, HYPER_PARAMETERS};
}

/* Whether it is an axis even with a single value. */
static bool is_always_there(const struct parameter *parameter)
{
    return parameter->own || parameter == &hyper_parameters[AXIS_HIDDEN1] ||
           parameter == &hyper_parameters[AXIS_HIDDEN2];
}

static bool is_epochs(const struct parameter *parameter)
{
    return parameter->offset == offsetof(struct hyperparameters, epochs);
}

enum status experiment_add_axis(struct experiment *experiment, struct axis *axis, struct error *err)
{
    if (axis->count == 1 && !is_always_there(axis->parameter)) {
        parameter_set(axis->parameter, &experiment->hyper, axis->values[0]);
        axis_free(axis);
        return STATUS_OK;
    }
    size_t varied = axis->count > 1;
    for (size_t a = 0; a < experiment->axis_count; a++)
        varied += experiment->axes[a].count > 1;
    if (varied > AXES_VARIED_MAX)
        return error_set(err, STATUS_USAGE, "--%s: %zu axes with several values; %d are the most",
                         axis->parameter->name, varied, AXES_VARIED_MAX);
    if (is_epochs(axis->parameter)) {
        experiment->limits = mem_array(axis->count, sizeof *experiment->limits);
        if (!experiment->limits)
            return error_memory(err, "an axis of the grid");
        for (; experiment->limit_count < axis->count; experiment->limit_count++)
            experiment->limits[experiment->limit_count] = axis->values[experiment->limit_count].count;
    }
    size_t place = experiment->axis_count++;
    for (; place > 0 && experiment->axes[place - 1].parameter > axis->parameter; place--) /* rows of one table */
        experiment->axes[place] = experiment->axes[place - 1];
    experiment->axes[place] = *axis;
    *axis = (struct axis){.parameter = axis->parameter};
    return STATUS_OK;
}

const struct axis *experiment_axis(const struct experiment *experiment, const struct parameter *parameter)
{
    for (size_t a = 0; a < experiment->axis_count; a++)
        if (experiment->axes[a].parameter == parameter)
            return &experiment->axes[a];
    return NULL;
}

size_t experiment_cells(const struct experiment *experiment)
{
    size_t cells = experiment->axis_count > 0;
    for (size_t a = 0; a < experiment->axis_count; a++)
        cells *= experiment->axes[a].count;
    return cells;
}

size_t experiment_cell_trainings(const struct experiment *experiment)
{
    const size_t folds = experiment->data.folds;
    return folds > 1 ? folds * experiment->repeats : experiment->repeats;
}

size_t experiment_trainings(const struct experiment *experiment)
{
    return experiment_cells(experiment) * experiment_cell_trainings(experiment);
}

void experiment_places(const struct experiment *experiment, size_t cell, size_t *places)
{
    for (size_t a = experiment->axis_count; a-- > 0; cell /= experiment->axes[a].count)
        places[a] = cell % experiment->axes[a].count;
}

size_t experiment_cell_text(char *text, size_t size, const struct experiment *experiment, size_t training)
{
    size_t places[AXES_MAX], used = 0;
    experiment_places(experiment, training / experiment_cell_trainings(experiment), places);
    for (size_t a = 0; a < experiment->axis_count && used < size; a++) {
        char name[PARAMETER_NAME], value[PARAMETER_TEXT_MAX];
        parameter_file_name(name, experiment->axes[a].parameter);
        axis_value_text(value, &experiment->axes[a], places[a]);
        used += (size_t)snprintf(text + used, size - used, "%s%s=%s", a ? " " : "", name, value);
    }
    return used;
}

const char *experiment_word(const struct experiment *experiment)
{
    return experiment->program ? "run" : "training";
}

struct trial experiment_trial(const struct experiment *experiment, size_t training)
{
    const size_t each = experiment_cell_trainings(experiment);
    struct trial trial = {.hyper = experiment->hyper,
                          .repeat = (uint32_t)(training % experiment->repeats),
                          .fold = (uint32_t)(training % each / experiment->repeats)};
    size_t places[AXES_MAX];
    experiment_places(experiment, training / each, places);
    for (size_t a = 0; a < experiment->axis_count; a++)
        parameter_set(experiment->axes[a].parameter, &trial.hyper, experiment->axes[a].values[places[a]]);
    hyper_resolve(&trial.hyper);
    return trial;
}

enum experiment_found experiment_find(const struct experiment *experiment, const struct trial *trial, size_t *training,
                                      const struct parameter **other)
{
    const size_t each = experiment_cell_trainings(experiment), folds = each / experiment->repeats;
    size_t cell = 0;
    if (trial->repeat >= experiment->repeats || trial->fold >= folds)
        return EXPERIMENT_OUTSIDE;
    for (size_t a = 0; a < experiment->axis_count; a++) {
        const struct axis *const axis = &experiment->axes[a];
        size_t place;
        if (!axis_find(axis, parameter_get(axis->parameter, &trial->hyper), &place))
            return EXPERIMENT_OUTSIDE;
        cell = cell * axis->count + place;
    }
    *training = cell * each + trial->fold * experiment->repeats + trial->repeat;
    const struct trial ours = experiment_trial(experiment, *training);
    const struct parameters all = experiment_parameters(experiment);
    for (const struct parameter *p = all.rows; p < all.rows + all.count; p++)
        if (parameter_counts(p, &ours.hyper) && !parameter_same(p, &ours.hyper, &trial->hyper)) {
            *other = p;
            return EXPERIMENT_OTHER;
        }
    return EXPERIMENT_FOUND;
}

/* --- epochs ------------------------------------------------------------------------------------------------------- */

/* The axis of epochs, and how far apart its values stand among the trials. */
static const struct axis *epochs_axis(const struct experiment *experiment, size_t *stride)
{
    *stride = experiment_cell_trainings(experiment);
    for (size_t a = experiment->axis_count; a-- > 0; *stride *= experiment->axes[a].count)
        if (is_epochs(experiment->axes[a].parameter))
            return &experiment->axes[a];
    return NULL;
}

size_t experiment_at_epochs(const struct experiment *experiment, size_t training, uint32_t epochs)
{
    size_t stride, place;
    const struct axis *const axis = epochs_axis(experiment, &stride);
    if (!axis || !axis_find(axis, (union parameter_value){.count = epochs}, &place))
        return training;
    const size_t before = training / stride % axis->count;
    return training + place * stride - before * stride;
}

uint32_t experiment_limit_before(const struct experiment *experiment, uint32_t epochs)
{
    uint32_t before = 0;
    for (size_t l = 0; l < experiment->limit_count && experiment->limits[l] < epochs; l++)
        before = experiment->limits[l];
    return before;
}

/* --- limits ------------------------------------------------------------------------------------------------------- */

/* What a trial's hyperparameters and the data say of each other. */
static enum status check_trial(const struct experiment *experiment, const struct hyperparameters *hyper,
                               struct error *err)
{
    const enum status status = parameter_check(hyper, err);
    const bool softmax = hyper->output_activation == ACTIVATION_SOFTMAX;
    if (status || hyper->loss != LOSS_CROSS_ENTROPY)
        return status;
    if (experiment->data.target_scaling != SCALING_NONE)
        return error_set(err, STATUS_USAGE,
                         "--scale-targets and --loss cross-entropy: its targets are probabilities as they are; leave "
                         "one of them out");
    if (dataset_is_probable(&experiment->data, softmax))
        return STATUS_OK;
    return error_set(err, STATUS_DATA, "%s: --loss cross-entropy: targets must be from 0 to 1%s", experiment->data.name,
                     softmax ? ", two or more a sample, and with softmax sum to 1" : "");
}

/* Whether values of this parameter have to fit those of others. */
static bool must_fit(const struct parameter *parameter)
{
    return parameter->type == PARAMETER_CHOICE || parameter->optimizers == ONLY(OPTIMIZER_RPROP);
}

/* All combinations of the values that have to fit each other, whatever the rest. */
static enum status check_combinations(const struct experiment *experiment, struct error *err)
{
    size_t places[AXES_MAX] = {0};
    enum status status = STATUS_OK;
    for (size_t a = 0; !status;) {
        struct hyperparameters hyper = experiment->hyper;
        for (size_t k = 0; k < experiment->axis_count; k++)
            parameter_set(experiment->axes[k].parameter, &hyper, experiment->axes[k].values[places[k]]);
        hyper_resolve(&hyper);
        status = check_trial(experiment, &hyper, err);
        for (a = 0; a < experiment->axis_count; a++) {
            if (must_fit(experiment->axes[a].parameter) && ++places[a] < experiment->axes[a].count)
                break;
            places[a] = 0;
        }
        if (a == experiment->axis_count)
            break;
    }
    return status;
}

/* How many trials there are, before anything is asked to hold them. */
static enum status check_size(const struct experiment *experiment, struct error *err)
{
    double trainings = (double)experiment_cell_trainings(experiment);
    char names[128] = "", product[128] = "", folds[32] = "";
    for (size_t a = 0; a < experiment->axis_count; a++) {
        const struct axis *const axis = &experiment->axes[a];
        const size_t named = strlen(names), multiplied = strlen(product);
        trainings *= (double)axis->count;
        discard(snprintf(names + named, sizeof names - named, "--%s%s, ", axis->parameter->own ? "axis " : "",
                         axis->parameter->name));
        discard(snprintf(product + multiplied, sizeof product - multiplied, "%s%zu", a ? " x " : "", axis->count));
    }
    if (trainings <= TRAININGS_MAX)
        return STATUS_OK;
    if (experiment->data.folds > 1)
        discard(snprintf(folds, sizeof folds, " x %zu folds", experiment->data.folds));
    return error_set(err, STATUS_USAGE,
                     "%s--repeats: %s cells%s x %" PRIu32 " repeats are %.0f %ss, more than the %d that one run can "
                     "hold; split the grid",
                     names, product, folds, experiment->repeats, trainings, experiment_word(experiment),
                     TRAININGS_MAX);
}

enum status experiment_check(const struct experiment *experiment, struct error *err)
{
    bool empty = experiment->program ? experiment->axis_count == 0 : experiment->axis_count <= AXIS_HIDDEN2;
    for (size_t a = 0; a < experiment->axis_count; a++)
        empty = empty || experiment->axes[a].count == 0;
    if (empty)
        return error_set(err, STATUS_USAGE, "the grid has no cell; give %s",
                         experiment->program ? "--axis NAME=RANGE" : "--hidden1 and --hidden2 a value each");
    if (experiment->repeats == 0 || experiment->repeats > REPEATS_MAX)
        return error_set(err, STATUS_USAGE, "--repeats: %" PRIu32 ": a whole number from 1 to %d is needed",
                         experiment->repeats, REPEATS_MAX);
    enum status status = check_size(experiment, err);
    if (status || experiment->program)
        return status;
    if (experiment->data.samples == 0 || experiment->data.inputs == 0 || experiment->data.targets == 0)
        return error_set(err, STATUS_DATA, "%s: a data set needs a sample, an input and a target at least",
                         experiment->data.name);
    status = check_combinations(experiment, err);
    if (status)
        return status;
    if (experiment->hyper.stop.every > 0 && dataset_count(&experiment->data, SPLIT_VALIDATION, 0) == 0)
        return error_set(err, STATUS_USAGE,
                         "--early-stopping: there are no validation samples; --validation or --split give some%s",
                         experiment->data.folds > 1 ? ", --folds cannot" : "");
    return STATUS_OK;
}

void experiment_free(struct experiment *experiment)
{
    program_free(experiment->program);
    own_axes_free(experiment->own, experiment->own_count);
    experiment->program = NULL;
    experiment->own = NULL;
    experiment->own_count = 0;
    dataset_free(&experiment->data);
    for (size_t a = 0; a < experiment->axis_count; a++)
        axis_free(&experiment->axes[a]);
    free(experiment->limits);
    experiment->limits = NULL;
    experiment->axis_count = experiment->limit_count = 0;
}
