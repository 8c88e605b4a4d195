/* SPDX-License-Identifier: BSD-3-Clause */
/* What `nsurf watch` shows; see watch_frame.h. */
#include "app/watch_frame.h"

#include "app/watch_cells.h"
#include "base/file.h"
#include "base/number.h"
#include "cli/progress.h"
#include "store/columns.h"

#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* --- words -------------------------------------------------------------------------------------------------------- */

static double now_s(void)
{
    struct timespec now = {0};
    discard(clock_gettime(CLOCK_REALTIME, &now));
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* Add to a line. */
static void say(char *line, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void say(char *line, const char *format, ...)
{
    const size_t used = strlen(line);
    va_list args;
    va_start(args, format);
    discard(vsnprintf(line + used, WATCH_LINE - used, format, args));
    va_end(args);
}

static char *next_line(struct watch *watch)
{
    char *const line = watch->lines[watch->line_count++];
    *line = '\0';
    return line;
}

static const char *name_of(const struct axis *axis)
{
    return axis->parameter->name;
}

/* The values of a cell on the axes that have several. */
static void say_cell(char *line, const struct watch *watch, const size_t *places)
{
    const struct experiment *const experiment = &watch->follow.experiment;
    const char *between = "";
    for (size_t a = 0; a < experiment->axis_count; a++) {
        char value[PARAMETER_TEXT_MAX];
        if (experiment->axes[a].count < 2 && watch->cell_count > 1)
            continue;
        axis_value_text(value, &experiment->axes[a], places[a]);
        say(line, "%s%s %.40s", between, name_of(&experiment->axes[a]), value);
        between = ", ";
    }
}

static void tell_best(struct watch *watch)
{
    size_t places[AXES_MAX];
    char *const line = next_line(watch);
    if (watch->best == SIZE_MAX) {
        say(line, "best so far: none yet");
        return;
    }
    experiment_places(&watch->follow.experiment, watch->best, places);
    say(line, "best so far: %.4g at ", watch_look_at(watch, watch->best).error);
    say_cell(line, watch, places);
}

/* How long the runs of a cell took, and how the one ended that failed. */
static void tell_runs(char *line, const struct outcome *outcomes, size_t count)
{
    double seconds = 0;
    size_t ran = 0;
    for (size_t i = 0; i < count; i++) {
        const struct outcome_run *const run = &outcomes[i].run;
        if (outcomes[i].status == OUTCOME_PENDING)
            continue;
        seconds += (double)run->seconds;
        ran++;
        if (outcomes[i].status != OUTCOME_FAILED)
            continue;
        if (run->code == RUN_TIMEOUT)
            say(line, "ended by --command-timeout, ");
        else if (run->code == RUN_NOTHING || run->code == RUN_ABSENT)
            say(line, "could not be started, ");
        else
            say(line, "%s %d, ", run->code < 0 ? "signal" : "exit code", abs(run->code));
    }
    if (ran > 0)
        say(line, "%.3g s a run", seconds / (double)ran);
}

static void tell_cursor(struct watch *watch)
{
    static const char *const words[] = {[OUTCOME_DIVERGED] = "diverged", [OUTCOME_FAILED] = "failed",
                                        [OUTCOME_PENDING] = "pending"};
    const struct table *const table = &watch->follow.table;
    const struct experiment *const experiment = table->experiment;
    const size_t cell = watch_cell_at(watch, watch->places), each = experiment_cell_trainings(experiment);
    const uint32_t ok = table_cell_ok(table, cell), status = table_cell_status(table, cell);
    const struct trial trial = experiment_trial(experiment, cell * each);
    char *const line = next_line(watch);
    say(line, "cursor: ");
    say_cell(line, watch, watch->places);
    say(line, ": ");
    for (int split = 0; split < SPLITS && ok > 0; split++) {
        const struct statistics error = table_cell_error(table, (enum split)split, cell);
        if (error.count > 0)
            say(line, "%s %.4g", columns_split_name(experiment, (enum split)split), error.mean);
        if (error.count > 1)
            say(line, " sd %.2g", error.sd);
        if (error.count > 0)
            say(line, ", ");
    }
    if (each > 1)
        say(line, "%u of %s ok%s%s, ", (unsigned)ok, number_counted(each, experiment_word(experiment)).text,
            ok < each ? ", " : "", ok < each ? words[status] : "");
    else if (ok == 0)
        say(line, "%s, ", words[status]);
    if (experiment->program) {
        tell_runs(line, &table->outcomes[cell * each], each);
        return;
    }
    if (status != OUTCOME_PENDING)
        say(line, "epochs %u, ", (unsigned)table_cell_epochs(table, cell));
    say(line, "weights %.0f", network_weights(&experiment->data, trial.hyper.hidden1, trial.hyper.hidden2));
}

/* How far it is, how fast it goes, how long it takes, who is lost. */
static void tell_progress(struct watch *watch)
{
    const struct follow *const follow = &watch->follow;
    const struct table *const table = &follow->table;
    char *const line = next_line(watch), number[32];
    const bool single = experiment_cell_trainings(table->experiment) == 1;
    say(line, "%.0f %% of the cost, %zu of %s", floor(100 * follow->cost_done / follow->cost), table->done,
        number_counted(table->count, single ? "cell" : experiment_word(table->experiment)).text);
    const double until = follow->state == FOLLOW_ENDED ? follow->ended_s : now_s(), took = until - follow->started_s;
    const double cost = follow->cost_done - follow->cost_before, left = follow->cost - follow->cost_done;
    if (took > 0 && follow->flop_done > 0 && cost > 0 && follow->state != FOLLOW_QUIET) {
        progress_number(number, sizeof number, (follow->flop_done - follow->flop_before) / took);
        say(line, ", %sflop/s", number);
    }
    if (took > 0 && cost > 0 && follow->state == FOLLOW_RUNNING) {
        progress_duration(number, sizeof number, left * took / cost);
        say(line, ", %s left", number);
    }
    if (follow->damaged > 0)
        say(line, ", %s", number_counted(follow->damaged, "damaged line").text);
    if (follow->lost > 0)
        say(line, "; lost %zu: %s", follow->lost, follow->lost_words);
}

static void tell_state(struct watch *watch)
{
    const struct follow *const follow = &watch->follow;
    char when[JOURNAL_RUN_TEXT];
    switch (follow->state) {
    case FOLLOW_ABSENT:
        say(watch->title, "waiting");
        return;
    case FOLLOW_RUNNING:
        say(watch->title, "running");
        return;
    case FOLLOW_QUIET:
        say(watch->title, "%s", follow->table.done == follow->table.count
                                    ? "ended, complete"
                                    : "no run goes on: it was killed, or this file system has no locks");
        return;
    case FOLLOW_ENDED:
        journal_run_write(when, follow->ended_s, "");
        say(watch->title, "ended %s: %s", when, follow->ended_words);
        return;
    }
}

static void tell_keys(struct watch *watch)
{
    char *const line = next_line(watch);
    say(line, "q quit, arrows cell, b best");
    if (watch->stepped == AXES_MAX)
        return;
    const struct axis *const axis = &watch->follow.experiment.axes[watch->stepped];
    char value[PARAMETER_TEXT_MAX];
    axis_value_text(value, axis, watch->places[watch->stepped]);
    say(line, ", [ ] slice of %s: %.40s (%zu of %zu), Tab next axis, x exchange", name_of(axis), value,
        watch->places[watch->stepped] + 1, axis->count);
}

void watch_compose(struct watch *watch)
{
    const struct follow *const follow = &watch->follow;
    *watch->title = '\0';
    watch->line_count = 0;
    if (follow->state == FOLLOW_ABSENT) {
        discard(snprintf(watch->title, WATCH_LINE, "waiting for %.300s", watch->path));
        discard(snprintf(watch->brief, sizeof watch->brief, "waiting"));
        return;
    }
    discard(snprintf(watch->brief, sizeof watch->brief, "%.0f %%", floor(100 * follow->cost_done / follow->cost)));
    tell_progress(watch);
    tell_best(watch);
    if (!watch->options->once) {
        tell_cursor(watch);
        tell_keys(watch);
    }
    say(watch->title, "%.100s, %s%s, ", watch->options->prefix,
        columns_split_name(&follow->experiment, watch->split), follow->experiment.program ? "" : " error");
    tell_state(watch);
}

/* --- the picture -------------------------------------------------------------------------------------------------- */

static void label(char *text, size_t size, bool across, size_t place, const void *arg)
{
    const struct watch *const watch = arg;
    char value[PARAMETER_TEXT_MAX];
    *value = '\0';
    if (across || watch_up(watch))
        axis_value_text(value, &watch->follow.experiment.axes[watch->axes[across ? 0 : 1]], place);
    discard(snprintf(text, size, "%.*s", (int)size - 1, value));
}

/* Whether the cell is in the slice that is shown, and which of its cells. */
static size_t shown_of(const struct watch *watch, size_t cell)
{
    const struct experiment *const experiment = &watch->follow.experiment;
    size_t places[AXES_MAX];
    if (cell == SIZE_MAX)
        return SIZE_MAX;
    experiment_places(experiment, cell, places);
    for (size_t a = 0; a < experiment->axis_count; a++)
        if (a != watch->axes[0] && a != watch->axes[1] && places[a] != watch->places[a])
            return SIZE_MAX;
    const size_t row = watch_up(watch) ? places[watch->axes[1]] : 0;
    return row * experiment->axes[watch->axes[0]].count + places[watch->axes[0]];
}

enum status watch_frame(struct watch *watch, const struct heatmap_screen *screen, char **text, struct error *err)
{
    const struct experiment *const experiment = &watch->follow.experiment;
    const char *lines[WATCH_LINES];
    watch_compose(watch);
    if (watch->follow.state == FOLLOW_ABSENT)
        return file_name(text, watch->title, "\n", err);
    const struct axis *const across = &experiment->axes[watch->axes[0]], *const up = watch_up(watch);
    for (size_t l = 0; l < watch->line_count; l++)
        lines[l] = watch->lines[l];
    const size_t cursor = watch->options->once ? SIZE_MAX : shown_of(watch, watch_cell_at(watch, watch->places));
    const enum status status = watch_fill(watch, err);
    const struct heatmap map = {.wide = across->count,
                                .high = up ? up->count : 1,
                                .cells = watch->shown,
                                .across = name_of(across),
                                .up = up ? name_of(up) : "",
                                .label = label,
                                .arg = watch,
                                .best = shown_of(watch, watch->best),
                                .cursor = cursor,
                                .title = watch->title,
                                .brief = watch->brief,
                                .lines = lines,
                                .line_count = watch->line_count};
    return status ? status : heatmap_text(text, &map, screen, err);
}
