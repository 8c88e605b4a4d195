/* SPDX-License-Identifier: BSD-3-Clause */
/* Old results, opened for the commands that show or export them. */
#ifndef NSURF_APP_OPENED_H
#define NSURF_APP_OPENED_H

#include "base/digest.h"
#include "base/error.h"
#include "store/results.h"
#include "store/surface_json.h"

struct opened {
    struct experiment experiment;
    struct table table;
    struct facts facts;
    char digest[DIGEST_TEXT]; /* of the HDF5 file */
    char *command;            /* that repeats the sweep */
    const char *unknown;      /* why it may be another; NULL: it is not */
    struct surface_source source; /* all of that */
};

/* The name PREFIX and ending; prefix may be the whole name of PREFIX.h5. Owns: the caller, who calls free().
 * Ranks: local. Errors: STATUS_INTERNAL. */
enum status opened_name(char **name, const char *prefix, const char *ending, struct error *err)
    __attribute__((warn_unused_result));

/* Read PREFIX.h5. error_of: the split of the data whose error chooses, SPLITS: as the run did. The source points
 * into opened, which must not move. Owns: the caller, who calls opened_free, on failure too. Ranks: local.
 * Errors: STATUS_USAGE, no errors of such samples; STATUS_DATA; STATUS_INTERNAL. */
enum status opened_read(struct opened *opened, const char *prefix, enum split error_of, struct error *err)
    __attribute__((warn_unused_result));
void opened_free(struct opened *opened);

#endif
