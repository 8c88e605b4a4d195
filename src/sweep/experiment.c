/* SPDX-License-Identifier: BSD-3-Clause */
/* Experiments: axes of the grid, the numbering of trainings, and the limits; see experiment.h. It never knows where
 * the values came from, nor who will train. */
#include "sweep/experiment.h"

#include "base/mem.h"

#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* A place in the text of a range, and what an error line needs. */
struct cursor {
    const char *text, *at, *option;
};

static enum status complain(const struct cursor *cursor, const char *needed, struct error *err)
{
    return error_set(err, STATUS_USAGE, "%s: \"%.80s\", column %td: %s", cursor->option, cursor->text,
                     cursor->at - cursor->text + 1, needed);
}

/* Read a number from `low` to HIDDEN_MAX; below: what to say when it is smaller. */
static enum status read_number(struct cursor *cursor, uint32_t low, const char *below, uint32_t *value,
                               struct error *err)
{
    const char *const start = cursor->at;
    uint32_t number = 0;
    while (*cursor->at >= '0' && *cursor->at <= '9') {
        if (number <= HIDDEN_MAX) /* larger ones are refused below, whatever follows */
            number = number * 10 + (uint32_t)(*cursor->at - '0');
        cursor->at++;
    }
    if (cursor->at == start)
        return complain(cursor, "expected a whole number; a range is 8, 1:64, 1:64:4 or 1,2,4,8", err);
    *value = number;
    if (number < low || number > HIDDEN_MAX) {
        cursor->at = start;
        return complain(cursor, number < low ? below : "at most 10000 neurons a layer", err);
    }
    return STATUS_OK;
}

_Static_assert(HIDDEN_MAX == 10000, "the texts above name the limit");

/* Read `first`, `first:last` or `first:last:step` and mark its values. marked: [HIDDEN_MAX + 1]. */
static enum status read_range(struct cursor *cursor, bool *marked, struct error *err)
{
    uint32_t first = 0, step = 1;
    enum status status = read_number(cursor, 1, "a layer has at least 1 neuron", &first, err);
    uint32_t last = first;
    if (!status && *cursor->at == ':') {
        cursor->at++;
        status = read_number(cursor, first, "the range ends before it begins", &last, err);
        if (!status && *cursor->at == ':') {
            cursor->at++;
            status = read_number(cursor, 1, "the step is at least 1", &step, err);
        }
    }
    if (status)
        return status;
    for (uint32_t value = first; value <= last; value += step)
        marked[value] = true;
    return STATUS_OK;
}

enum status axis_parse(struct axis *axis, const char *text, const char *option, struct error *err)
{
    *axis = (struct axis){0};
    bool marked[HIDDEN_MAX + 1] = {false};
    struct cursor cursor = {text, text, option};
    for (;;) {
        const enum status status = read_range(&cursor, marked, err);
        if (status)
            return status;
        if (*cursor.at == '\0')
            break;
        if (*cursor.at != ',')
            return complain(&cursor, "expected `:`, `,` or the end; a range is 8, 1:64, 1:64:4 or 1,2,4,8", err);
        cursor.at++;
    }
    size_t count = 0;
    for (size_t value = 1; value <= HIDDEN_MAX; value++)
        count += marked[value];
    axis->values = mem_array(count, sizeof *axis->values);
    if (!axis->values)
        return error_memory(err, "an axis of the grid");
    for (uint32_t value = 1; value <= HIDDEN_MAX; value++)
        if (marked[value])
            axis->values[axis->count++] = value;
    return STATUS_OK;
}

void axis_free(struct axis *axis)
{
    free(axis->values);
    *axis = (struct axis){0};
}

size_t experiment_cell_trainings(const struct experiment *experiment)
{
    const size_t folds = experiment->data.folds;
    return folds > 1 ? folds * experiment->repeats : experiment->repeats;
}

size_t experiment_trainings(const struct experiment *experiment)
{
    return experiment->hidden1.count * experiment->hidden2.count * experiment_cell_trainings(experiment);
}

struct trial experiment_trial(const struct experiment *experiment, size_t training)
{
    const size_t each = experiment_cell_trainings(experiment), cell = training / each;
    struct trial trial = {.hyper = experiment->training,
                          .repeat = (uint32_t)(training % experiment->repeats),
                          .fold = (uint32_t)(training % each / experiment->repeats)};
    trial.hyper.hidden1 = experiment->hidden1.values[cell / experiment->hidden2.count];
    trial.hyper.hidden2 = experiment->hidden2.values[cell % experiment->hidden2.count];
    return trial;
}

enum status experiment_check(const struct experiment *experiment, struct error *err)
{
    const uint64_t rows = experiment->hidden1.count, columns = experiment->hidden2.count;
    if (rows == 0 || columns == 0)
        return error_set(err, STATUS_USAGE, "the grid has no cell; give --hidden1 and --hidden2 a value each");
    if (experiment->repeats == 0 || experiment->repeats > REPEATS_MAX)
        return error_set(err, STATUS_USAGE, "--repeats: %" PRIu32 ": a whole number from 1 to %d is needed",
                         experiment->repeats, REPEATS_MAX);
    const enum status status = hyper_check(&experiment->training, err);
    if (status != STATUS_OK)
        return status;
    /* No overflow: axes have at most HIDDEN_MAX values, so the product stays below 10^4 * 10^4 * 2^20 * 2^16. */
    const uint64_t trainings = experiment_trainings(experiment);
    if (trainings > TRAININGS_MAX)
        return error_set(err, STATUS_USAGE,
                         "--hidden1, --hidden2, --repeats: %" PRIu64 " x %" PRIu64 " cells x %zu"
                         " repeats are %" PRIu64 " trainings, more than the %d that one run can hold; split the grid",
                         rows, columns, experiment_cell_trainings(experiment), trainings, TRAININGS_MAX);
    if (experiment->data.samples == 0 || experiment->data.inputs == 0 || experiment->data.targets == 0)
        return error_set(err, STATUS_DATA, "%s: a data set needs a sample, an input and a target at least",
                         experiment->data.name);
    const bool softmax = experiment->training.output_activation == ACTIVATION_SOFTMAX;
    if (experiment->training.loss == LOSS_CROSS_ENTROPY && !dataset_is_probable(&experiment->data, softmax))
        return error_set(err, STATUS_DATA, "%s: --loss cross-entropy: targets must be from 0 to 1%s",
                         experiment->data.name,
                         softmax ? ", two or more a sample, and with softmax sum to 1" : "");
    if (experiment->training.stop.every > 0 && dataset_count(&experiment->data, PART_VALIDATION, 0) == 0)
        return error_set(err, STATUS_USAGE,
                         "--early-stopping: there are no validation samples; --validation or --split give some%s",
                         experiment->data.folds > 1 ? ", --folds cannot" : "");
    return STATUS_OK;
}

void experiment_free(struct experiment *experiment)
{
    dataset_free(&experiment->data);
    axis_free(&experiment->hidden1);
    axis_free(&experiment->hidden2);
}
