/* SPDX-License-Identifier: BSD-3-Clause */
/* What `nsurf watch` shows: which cells of the grid, in which slice, and what is said of them. It knows the experiment
 * and how figures read well, never files or keys. */
#ifndef NSURF_APP_WATCH_FRAME_H
#define NSURF_APP_WATCH_FRAME_H

#include "base/error.h"
#include "cli/heatmap.h"
#include "cli/options.h"
#include "store/journal_follow.h"

#include <stdbool.h>
#include <stddef.h>

enum { WATCH_LINE = 512, WATCH_LINES = 5 };

struct watch {
    struct follow follow;
    const char *path;
    const struct options *options;
    enum split split;           /* whose error is shown */
    size_t axes[2];           /* that go across and up */
    size_t stepped;           /* the axis that keys step along; AXES_MAX: none is left */
    size_t places[AXES_MAX];  /* of the cursor, on all axes */
    bool chosen;              /* the user moved it: else it stays on the best cell */
    size_t best;              /* cell; SIZE_MAX: none yet */
    size_t experiment;        /* that axes and places are of, by number; 0: none yet */
    size_t cell_count;        /* of it */
    struct heatmap_cell *shown; /* [places up][places across] */
    char title[WATCH_LINE], brief[64], lines[WATCH_LINES][WATCH_LINE];
    size_t line_count;
};

/* After a look that has found something new: which error, which cell is best, where the cursor stands.
 * Errors: STATUS_USAGE for an error that has no samples; STATUS_INTERNAL. */
enum status watch_take_stock(struct watch *watch, struct error *err) __attribute__((warn_unused_result));

/* The cursor one place down (by < 0) or up an axis; AXES_MAX: nowhere. */
void watch_move(struct watch *watch, size_t axis, int by);

/* Back to the best cell, and stay on it. */
void watch_go_best(struct watch *watch);

/* Step along the next axis of several values that is not shown; exchange it with the one that goes up. */
void watch_step_axis(struct watch *watch);
void watch_exchange(struct watch *watch);

/* The words, into watch->title, brief and lines. */
void watch_compose(struct watch *watch);

/* Words and picture. Owns: the caller, who calls free(*text). Errors: STATUS_INTERNAL. */
enum status watch_frame(struct watch *watch, const struct heatmap_screen *screen, char **text, struct error *err)
    __attribute__((warn_unused_result));

#endif
