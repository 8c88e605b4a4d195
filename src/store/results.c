/* SPDX-License-Identifier: BSD-3-Clause */
/* Old results; see results.h. The library reads the file, read-only, in a process of its own (results_hdf5.h); what
 * that hands over is judged here. */
#include "store/results.h"

#include "base/file.h"
#include "base/isolated.h"
#include "base/mem.h"
#include "store/facts_hdf5.h"
#include "store/results_hdf5.h"
#include "store/results_program.h"

#include <string.h>

/* What the child reads and hands over. */
struct request {
    const char *path;
    struct experiment experiment;
    struct table table;
    struct facts *facts; /* NULL: not asked for */
};

/* The sizes, before the axes and the outcomes. */
struct outline {
    uint32_t repeats;
    size_t folds, inputs, targets, axes, samples, splits[SPLITS];
    struct baseline baseline;
    enum scaling target_scaling;
    enum split shown; /* of the table */
};

/* … of an axis, before its values. */
struct axis_outline {
    size_t row, count;
};

static enum status read_file(void *arg, struct error *err)
{
    struct request *const r = arg;
    return results_hdf5_read(&r->experiment, &r->table, r->facts, r->path, err);
}

static void hand_over(const struct isolated *parent, const void *arg)
{
    const struct request *const r = arg;
    const struct experiment *const e = &r->experiment;
    const struct outline outline = {e->repeats, e->data.folds, e->data.inputs, e->data.targets, e->axis_count,
                                    e->data.samples, {e->data.splits[0], e->data.splits[1], e->data.splits[2]},
                                    e->baseline, e->data.target_scaling, r->table.shown};
    isolated_put(parent, &outline, sizeof outline);
    results_put_program(parent, e);
    for (size_t a = 0; a < e->axis_count; a++) {
        const struct axis *const axis = &e->axes[a];
        const struct axis_outline about = {(size_t)(axis->parameter - experiment_parameters(e).rows), axis->count};
        isolated_put(parent, &about, sizeof about);
        isolated_put(parent, axis->values, axis->count * sizeof *axis->values);
    }
    isolated_put(parent, r->table.outcomes, r->table.count * sizeof *r->table.outcomes);
    if (r->facts)
        facts_put(parent, r->facts, r->table.count);
}

static enum status take_axis(struct isolated *child, struct experiment *experiment, struct error *err)
{
    struct axis_outline about;
    enum status status = isolated_get(child, &about, sizeof about, err);
    if (status)
        return status;
    const struct parameters all = experiment_parameters(experiment);
    if (about.row >= all.count || about.count < 1 || about.count > AXIS_VALUES_MAX)
        return isolated_refuse(child, err);
    struct axis axis = {&all.rows[about.row], about.count, mem_array(about.count, sizeof *axis.values)};
    status = axis.values ? isolated_get(child, axis.values, axis.count * sizeof *axis.values, err)
                         : error_memory(err, "an axis of the grid");
    for (size_t v = 0; v < axis.count && !status; v++)
        if (!axis_allows(&axis, v))
            status = isolated_refuse(child, err);
    if (!status)
        status = experiment_add_axis(experiment, &axis, err);
    axis_free(&axis);
    return status;
}

static enum status take_experiment(struct isolated *child, struct experiment *experiment, enum split *shown,
                                   struct error *err)
{
    struct outline o;
    enum status status = isolated_get(child, &o, sizeof o, err);
    if (status)
        return status;
    status = results_take_program(child, experiment, err);
    if (status)
        return status;
    if (o.repeats < 1 || o.repeats > REPEATS_MAX || o.folds < 1 || o.folds > FOLDS_MAX || o.axes > AXES_MAX ||
        o.axes <= (experiment->program ? 0 : AXIS_HIDDEN2) || (unsigned)o.target_scaling >= SCALINGS ||
        (unsigned)o.shown >= SPLITS)
        return isolated_refuse(child, err);
    experiment->repeats = o.repeats;
    experiment->data.folds = o.folds;
    experiment->data.inputs = o.inputs;
    experiment->data.targets = o.targets;
    experiment->data.target_scaling = o.target_scaling;
    experiment->baseline = o.baseline;
    *shown = o.shown;
    experiment->data.samples = o.samples;
    memcpy(experiment->data.splits, o.splits, sizeof o.splits);
    for (size_t a = 0; a < o.axes && !status; a++)
        status = take_axis(child, experiment, err);
    if (!status && experiment->axis_count != o.axes)
        status = isolated_refuse(child, err);
    return status;
}

static enum status take_table(struct isolated *child, struct table *table, const struct experiment *experiment,
                              struct error *err)
{
    if (experiment_trainings(experiment) > TRAININGS_MAX)
        return isolated_refuse(child, err);
    enum status status = table_create(table, experiment, err);
    for (size_t t = 0; !status && t < table->count; t++) {
        struct outcome outcome;
        status = isolated_get(child, &outcome, sizeof outcome, err);
        if (!status && outcome.status > OUTCOME_PENDING)
            status = isolated_refuse(child, err);
        if (!status)
            table_set(table, t, &outcome);
    }
    return status;
}

enum status results_read(struct experiment *experiment, struct table *table, struct facts *facts, const char *path,
                         struct error *err)
{
    *experiment = (struct experiment){0};
    *table = (struct table){0};
    if (facts)
        *facts = (struct facts){0};
    if (!file_exists(path))
        return error_set(err, STATUS_DATA, "%s: is not there; --output PREFIX names the results to read", path);
    struct request request = {.path = path, .facts = facts};
    struct isolated child;
    enum status status = isolated_start(&child, path, read_file, hand_over, &request, err);
    if (status)
        return status;
    enum split shown = SPLIT_TRAIN;
    status = take_experiment(&child, experiment, &shown, err);
    if (!status)
        status = take_table(&child, table, experiment, err);
    if (!status)
        table->shown = shown;
    if (!status && facts)
        status = facts_take(&child, facts, table->count, err);
    isolated_end(&child);
    return status;
}
