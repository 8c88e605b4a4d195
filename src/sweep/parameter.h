/* SPDX-License-Identifier: BSD-3-Clause */
/* The table of parameters: one row for each thing that a user can say of an experiment, and all that the program knows
 * of it. Reading options, help, manual, completion, header lines, attributes, the journal and the axes of the grid loop
 * over it. A new parameter is a row here, its arithmetic, and `make update-manual`.
 *
 * It knows names and values, never files, and nothing of how an option is found on a command line. The options of a run
 * that say nothing of the experiment are rows of the same kind in cli/options_rows.c. */
#ifndef NSURF_SWEEP_PARAMETER_H
#define NSURF_SWEEP_PARAMETER_H

#include "base/error.h"
#include "net/hyperparameters.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum parameter_type {
    PARAMETER_FLAG,   /* bool; as an option it takes no argument and sets it, in files it is `yes` or `no` */
    PARAMETER_COUNT,  /* uint32_t */
    PARAMETER_WHOLE,  /* uint64_t */
    PARAMETER_REAL,   /* float */
    PARAMETER_CHOICE, /* an enum, by the names of its values */
    PARAMETER_TEXT,   /* const char *, of the command line; not empty */
    PARAMETER_OTHER   /* whatever `read` makes of it */
};

/* The structure that holds the value: a training's hyperparameters, the rest of the experiment's description, or the
 * options of a run. */
enum parameter_home { HOME_HYPER, HOME_SOURCE, HOME_OPTIONS };

/* Under which title an option stands in the help. */
enum parameter_group {
    GROUP_GRID,
    GROUP_TRAINING,
    GROUP_DATA,
    GROUP_SPLIT,
    GROUP_PROGRAM,
    GROUP_OUTPUT,
    GROUP_PROCESSES,
    GROUP_COMMAND
};

enum command {
    COMMAND_RUN,
    COMMAND_PLAN,
    COMMAND_TRAIN,
    COMMAND_PREDICT,
    COMMAND_BEST,
    COMMAND_WATCH,
    COMMAND_REPORT,
    COMMAND_EXPORT,
    COMMANDS
};

/* Commands as bits: those that train, or foretell it, take the same options. */
#define ONLY(command) (1u << (command))
#define TRAINING_COMMANDS (ONLY(COMMAND_RUN) | ONLY(COMMAND_PLAN) | ONLY(COMMAND_TRAIN))

struct parameter {
    const char *name; /* of the option, without its dashes; in files with _ for - */
    char letter;      /* 0: none */
    enum parameter_type type;
    enum parameter_home home;
    size_t offset;
    enum parameter_group group;
    unsigned commands;    /* that take it, as bits; 0: none, it is hidden */
    const char *argument; /* what the help calls its value; NULL: it takes none */
    const char *usual;    /* the default, for the help; NULL: nothing to say */
    const char *help;
    double low, high;     /* of a number; high itself is too much where `open` */
    bool open;
    const char *zero;           /* the word for 0, or NULL */
    bool unset;                 /* 0 says that it was not given, and is no value */
    const char *const *choices; /* [choice_count] */
    unsigned choice_count;
    bool listed; /* for people, behind the help line, which does not name them */
    const char *unit;          /* of a number, in the plural, or NULL */
    bool optional; /* the argument may be left out */
    bool inverted; /* a flag that unsets its value */
    const char *file; /* its name in files where that is another */

    bool outcome;        /* outcomes depend on it */
    bool axis;           /* it may have several values */
    bool mixed;          /* networks that differ in it may share registers */
    bool own;            /* the user named it: an axis of a program, made at run time */
    unsigned optimizers; /* as bits, those that it has an effect on; 0: all */

    /* PARAMETER_OTHER: text to value; and back, for what stands in files. option: for error lines. */
    enum status (*read)(void *place, const char *text, const char *option, struct error *err);
    void (*write)(char *text, size_t size, const void *place);
};

/* What determines the training of one network; hidden1 and hidden2 come first. */
extern const struct parameter hyper_parameters[HYPER_PARAMETERS];

/* Those that outcomes of an experiment may depend on: of networks the above, of a program its seed and the axes that
 * the user named. */
struct parameters {
    const struct parameter *rows; /* [count] */
    size_t count;
};

/* The row of this name in files, NULL where there is none. */
const struct parameter *parameters_find(struct parameters parameters, const char *file_name);

/* What the command line says of the data, of struct source. */
enum { SOURCE_PARAMETERS = 16 };
extern const struct parameter source_parameters[SOURCE_PARAMETERS];

/* A value of a parameter that may be an axis. */
union parameter_value {
    uint32_t count;
    uint64_t whole;
    float real;
    unsigned choice;
};

/* The longest name in files, and the longest value as text, with the end of the string. */
enum { PARAMETER_NAME = 32, PARAMETER_TEXT_MAX = 272 };

/* The name in files: letters, digits and _. name: [PARAMETER_NAME]. */
void parameter_file_name(char *name, const struct parameter *parameter);

/* Read one value, as it stands after the option or in a file, into its place in a structure of its home.
 * option: how error lines call it, such as `--epochs`. Ranks: local. Errors: STATUS_USAGE. */
enum status parameter_read(const struct parameter *parameter, void *home, const char *text, const char *option,
                           struct error *err) __attribute__((warn_unused_result));

/* The value in a structure of its home as text that reads back; numbers in their shortest form.
 * text: [PARAMETER_TEXT_MAX]. */
void parameter_write(char *text, const struct parameter *parameter, const void *home);

/* The value of a hyperparameter, and another in its place. */
union parameter_value parameter_get(const struct parameter *parameter, const struct hyperparameters *hyper);
void parameter_set(const struct parameter *parameter, struct hyperparameters *hyper, union parameter_value value);

/* Of one type: below, at or above 0 as `one` is less, equal or more. */
int parameter_compare(const struct parameter *parameter, union parameter_value one, union parameter_value other);

/* A number as the parameter's type; false where it does not fit, is out of bounds or not whole. */
bool parameter_of_number(const struct parameter *parameter, double number, union parameter_value *value);

/* What a parameter's value must be: "a whole number from 1 to 10000". text: [PARAMETER_TEXT_MAX]. */
void parameter_needed(char *text, const struct parameter *parameter);

/* The row of this name in files, NULL where there is none. */
const struct parameter *parameter_find(const char *file_name);

/* Refuse numbers out of their bounds, however they came there. Ranks: local. Errors: STATUS_USAGE. */
enum status parameter_check(const struct hyperparameters *hyper, struct error *err)
    __attribute__((warn_unused_result));

/* Whether the outcome of this training depends on the parameter. */
bool parameter_counts(const struct parameter *parameter, const struct hyperparameters *hyper);

/* Whether both trainings have the same value in it. */
bool parameter_same(const struct parameter *parameter, const struct hyperparameters *one,
                    const struct hyperparameters *other);

#endif
