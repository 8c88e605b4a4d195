/* SPDX-License-Identifier: BSD-3-Clause */
/* Which cells are shown; see watch_cells.h. */
#include "app/watch_cells.h"

#include "base/mem.h"
#include "sweep/ranking.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct heatmap_cell watch_look_at(const struct watch *watch, size_t cell)
{
    const struct table *const table = &watch->follow.table;
    const size_t each = experiment_cell_trainings(table->experiment);
    double sum = 0;
    size_t count = 0;
    for (size_t t = cell * each; t < (cell + 1) * each; t++) {
        const double error = table_error(table, watch->split, t);
        sum += isnan(error) ? 0 : error;
        count += isnan(error) ? 0 : 1;
    }
    if (count > 0)
        return (struct heatmap_cell){HEAT_ERROR, sum / (double)count};
    const uint32_t status = table_cell_status(table, cell);
    return (struct heatmap_cell){status == OUTCOME_FAILED     ? HEAT_FAILED
                                 : status == OUTCOME_DIVERGED ? HEAT_DIVERGED
                                                              : HEAT_PENDING,
                                 NAN};
}

/* The cell of the lowest error; of those that have equally many trainings to come, as few as any. */
static void find_best(struct watch *watch)
{
    const struct table *const table = &watch->follow.table;
    const size_t each = experiment_cell_trainings(table->experiment);
    double least = INFINITY;
    bool whole = false;
    watch->best = SIZE_MAX;
    for (size_t cell = 0; cell < table_cells(table); cell++) {
        const struct heatmap_cell looks = watch_look_at(watch, cell);
        if (looks.heat != HEAT_ERROR)
            continue;
        const bool all = table_cell_ok(table, cell) == each; /* whose trainings all ended ok, as nsurf best compares */
        if ((all && !whole) || (all == whole && looks.error < least)) {
            least = looks.error;
            watch->best = cell;
            whole = all;
        }
    }
}

size_t watch_cell_at(const struct watch *watch, const size_t *places)
{
    const struct experiment *const experiment = &watch->follow.experiment;
    size_t cell = 0;
    for (size_t a = 0; a < experiment->axis_count; a++)
        cell = cell * experiment->axes[a].count + places[a];
    return cell;
}

/* The first axes of several values go across and up, the next is stepped along. */
static void choose_axes(struct watch *watch)
{
    const struct experiment *const experiment = &watch->follow.experiment;
    size_t order[AXES_MAX] = {0}, count = 0;
    for (int several = 1; several >= 0; several--)
        for (size_t a = 0; a < experiment->axis_count; a++)
            if ((experiment->axes[a].count > 1) == several)
                order[count++] = a;
    watch->axes[0] = order[0] < order[1] || count < 2 ? order[0] : order[1];
    watch->axes[1] = count < 2 ? AXES_MAX : order[0] < order[1] ? order[1] : order[0];
    watch->stepped = count > 2 && experiment->axes[order[2]].count > 1 ? order[2] : AXES_MAX;
    watch->chosen = false;
    memset(watch->places, 0, sizeof watch->places);
}

enum status watch_take_stock(struct watch *watch, struct error *err)
{
    const struct experiment *const experiment = &watch->follow.experiment;
    struct table *const table = &watch->follow.table;
    if (watch->follow.state == FOLLOW_ABSENT)
        return STATUS_OK;
    if (!watch->follow.chosen)
        table->shown = ranking_guess(table);
    const enum status status = ranking_choose(table, watch->options->error_of, watch->path, err);
    if (status)
        return status;
    watch->split = table->shown;
    if (watch->experiment != watch->follow.experiments)
        choose_axes(watch);
    watch->experiment = watch->follow.experiments;
    watch->cell_count = table_cells(table);
    find_best(watch);
    if (!watch->chosen && watch->best != SIZE_MAX)
        experiment_places(experiment, watch->best, watch->places);
    return STATUS_OK;
}

const struct axis *watch_up(const struct watch *watch)
{
    return watch->axes[1] == AXES_MAX ? NULL : &watch->follow.experiment.axes[watch->axes[1]];
}

enum status watch_fill(struct watch *watch, struct error *err)
{
    const struct experiment *const experiment = &watch->follow.experiment;
    const size_t wide = experiment->axes[watch->axes[0]].count, high = watch_up(watch) ? watch_up(watch)->count : 1;
    size_t places[AXES_MAX + 1]; /* of no axis, too */
    free(watch->shown);
    watch->shown = mem_array(wide * high, sizeof *watch->shown);
    if (!watch->shown)
        return error_memory(err, "the picture");
    memcpy(places, watch->places, sizeof watch->places);
    for (size_t y = 0; y < high; y++)
        for (size_t x = 0; x < wide; x++) {
            places[watch->axes[0]] = x;
            places[watch->axes[1]] = y;
            watch->shown[y * wide + x] = watch_look_at(watch, watch_cell_at(watch, places));
        }
    return STATUS_OK;
}

void watch_move(struct watch *watch, size_t axis, int by)
{
    if (axis == AXES_MAX || watch->follow.state == FOLLOW_ABSENT)
        return;
    const size_t count = watch->follow.experiment.axes[axis].count, place = watch->places[axis];
    watch->chosen = true;
    if (by < 0)
        watch->places[axis] = place > 0 ? place - 1 : 0;
    else
        watch->places[axis] = place + 1 < count ? place + 1 : place;
}

void watch_step_axis(struct watch *watch)
{
    const struct experiment *const experiment = &watch->follow.experiment;
    if (watch->stepped == AXES_MAX || watch->follow.state == FOLLOW_ABSENT)
        return;
    do
        watch->stepped = (watch->stepped + 1) % experiment->axis_count;
    while (watch->stepped == watch->axes[0] || watch->stepped == watch->axes[1] ||
           experiment->axes[watch->stepped].count < 2);
}

void watch_exchange(struct watch *watch)
{
    if (watch->stepped == AXES_MAX || watch->follow.state == FOLLOW_ABSENT)
        return;
    const size_t up = watch->axes[1];
    watch->axes[1] = watch->stepped;
    watch->stepped = up;
}

void watch_go_best(struct watch *watch)
{
    watch->chosen = false;
    if (watch->best != SIZE_MAX)
        experiment_places(&watch->follow.experiment, watch->best, watch->places);
}
