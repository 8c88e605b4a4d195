/* SPDX-License-Identifier: BSD-3-Clause */
/* What an experiment is made of as a list of names and values, for all that is written of it: header lines, HDF5
 * attributes, the journal. It is the data's facts and the table of parameters; it knows no file format. */
#ifndef NSURF_STORE_SETTINGS_H
#define NSURF_STORE_SETTINGS_H

#include "base/digest.h"
#include "base/error.h"
#include "sweep/experiment.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum setting_type { SETTING_TEXT, SETTING_COUNT, SETTING_REAL };

enum {
    FACTS = 11 + PROGRAM_VALUES_MAX,
    NOTES_MAX = 2 + AXES_MAX,
    SETTINGS_OF_SOURCE = 8,
    SETTINGS_MAX = FACTS + ARITHMETICS + SETTINGS_OF_SOURCE + HYPER_PARAMETERS + NOTES_MAX,
    SETTING_VALUE = PARAMETER_TEXT_MAX
};

struct setting {
    char name[48]; /* also of the HDF5 attribute: letters, digits and _ */
    bool identity; /* of a fact: two experiments that differ in it share no outcome */
    bool rare;     /* of a fact: where its text is empty it stands nowhere, and is of no identity */
    enum setting_type type;
    uint64_t count;           /* SETTING_COUNT */
    float real;               /* SETTING_REAL */
    char text[SETTING_VALUE]; /* the value for people, whatever its type; one line, no control characters */
    const struct axis *axis;  /* of a note: the experiment's axis whose values are too many for its text; else NULL */
    char former[SETTING_VALUE]; /* what stands there in journals of earlier versions; empty: the same */
};

/* What the data are: how many, their digest, what was made of them. Of a program: its command, its values (one by one
 * where the list of them does not tell), the names of its axes, and the digests of its input and its file.
 * facts: [FACTS]. Ranks: local. */
void settings_facts(const struct experiment *experiment, struct setting *facts);

/* What a journal notes for its readers when it changes: the repeats, what scales the targets if anything does, and the
 * axes as the options that make them (NAME_range). notes: [NOTES_MAX]; returns how many. Ranks: local. */
size_t settings_notes(const struct experiment *experiment, struct setting *notes);

/* What an option said of the data that no fact tells is a setting of this name and the option's. Of several targets the
 * number of their columns is told whether or not an option said it; so a file that does not tell it is an older one,
 * whose options are not known. Nothing is told of the data that the program carries. */
#define SETTINGS_SOURCE "data_"
extern const char *const settings_of_source[SETTINGS_OF_SOURCE]; /* names of options, first the number of columns */

/* The versions of the arithmetic, the facts, those options of the data, the repeats, each parameter that has an effect
 * and is no axis, and the notes. settings: [SETTINGS_MAX]; returns how many. Ranks: local. */
size_t settings_list(const struct experiment *experiment, struct setting *settings);

/* What identifies the base of a journal, the facts of its data and the hyperparameters that its lines need not name:
 * SHA-256 of a line `name text` for each fact of the identity and each parameter that differs from the default. So a
 * parameter that was not given changes nothing. facts: [FACTS]; all: the experiment's. Errors: STATUS_INTERNAL. */
enum status settings_digest(const struct setting *facts, struct parameters all, const struct hyperparameters *base,
                            char text[DIGEST_TEXT], struct error *err) __attribute__((warn_unused_result));

/* Whether a journal that says this of a fact is of the same experiment. */
bool settings_same(const struct setting *here, const char *there);

/* Whether there is something to say of a fact. */
bool settings_says(const struct setting *fact);

/* Whether the parameter belongs to that identity. */
bool settings_differs(const struct parameter *parameter, const struct hyperparameters *base);

#endif
