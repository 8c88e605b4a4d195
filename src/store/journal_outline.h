/* SPDX-License-Identifier: BSD-3-Clause */
/* What the remarks of a journal say of its experiment, without the data or the command line that it came from. It knows
 * lines, never files or outcomes. */
#ifndef NSURF_STORE_JOURNAL_OUTLINE_H
#define NSURF_STORE_JOURNAL_OUTLINE_H

#include "base/error.h"
#include "store/journal_line.h"
#include "store/settings.h"
#include "sweep/experiment.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Values of an axis that are too many for its range: as the lines behind it list them; without these, of older
 * programs, as they come up in outcomes. */
struct journal_list {
    char *text; /* [size], with commas between the values */
    size_t size, count;
};
struct journal_more {
    union parameter_value *values; /* [count] */
    size_t count;
};

struct journal_outline {
    unsigned format; /* 0: not known yet */
    uint32_t seed;   /* see journal_line_seed */
    struct setting facts[FACTS];
    struct hyperparameters base;
    uint32_t repeats;
    char ranges[HYPER_PARAMETERS][SETTING_VALUE]; /* by row, of a program by axis; empty: no axis */
    struct journal_list lists[HYPER_PARAMETERS];
    struct journal_more more[HYPER_PARAMETERS];
    bool complete; /* the header is */
    bool program;  /* the facts are those of one */
    bool changed;  /* since the latest outline_experiment */
};

/* Owns: the caller, who calls outline_free. */
void outline_init(struct journal_outline *outline);
void outline_free(struct journal_outline *outline);

/* Take up a remark: of the header, or of a later run that has other axes. */
void outline_take(struct journal_outline *outline, const struct journal_line *line);

/* Refuse what this program does not understand. path: for the error line. Errors: STATUS_DATA. */
enum status outline_check(const struct journal_outline *outline, const char *path, struct error *err)
    __attribute__((warn_unused_result));

/* The experiment; its data have counts and a name, no values. experiment: empty.
 * Owns: the caller, who calls experiment_free, on failure too. Errors: STATUS_DATA, STATUS_INTERNAL. */
enum status outline_experiment(struct journal_outline *outline, struct experiment *experiment, const char *path,
                               struct error *err) __attribute__((warn_unused_result));

/* A value that is none of the axis: where its range told only the first and the last, it is one from now on. */
void outline_more(struct journal_outline *outline, const struct axis *axis, union parameter_value value);

#endif
