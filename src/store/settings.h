/* SPDX-License-Identifier: BSD-3-Clause */
/* The settings of an experiment as a list, made in one place for all that is written of them: header lines, HDF5
 * attributes, the journal's identity. It knows no file format. */
#ifndef NSURF_STORE_SETTINGS_H
#define NSURF_STORE_SETTINGS_H

#include "base/digest.h"
#include "base/error.h"
#include "sweep/experiment.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum setting_type { SETTING_TEXT, SETTING_COUNT, SETTING_REAL };

enum { SETTINGS = 26, SETTING_VALUE = 266 };

struct setting {
    const char *name; /* also of the HDF5 attribute: letters, digits and _ */
    bool identity;    /* two experiments that differ in it share no outcome */
    enum setting_type type;
    uint64_t count;           /* SETTING_COUNT */
    float real;               /* SETTING_REAL */
    char text[SETTING_VALUE]; /* the value for people, whatever its type; one line, no control characters */
};

/* settings: [SETTINGS], always in the same order. The repeats and the grid are no identity: a cell's outcome does not
 * depend on which other cells there are. Nor is what was made of the data: their digest says more. Ranks: local. */
void settings_list(const struct experiment *experiment, struct setting settings[SETTINGS]);

/* What identifies the experiment: SHA-256 of a line `name text` for each setting of its identity.
 * Errors: STATUS_INTERNAL. */
enum status settings_digest(const struct setting settings[SETTINGS], char text[DIGEST_TEXT], struct error *err)
    __attribute__((warn_unused_result));

#endif
