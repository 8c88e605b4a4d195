/* SPDX-License-Identifier: BSD-3-Clause */
/* A program of the user's that evaluates the cells of a grid: its command line, its input, and where its values stand
 * in what it writes. It knows names and texts, never axes or ranks. */
#ifndef NSURF_PROGRAM_PROGRAM_H
#define NSURF_PROGRAM_PROGRAM_H

#include "base/digest.h"
#include "base/error.h"
#include "base/folder.h"
#include "data/dataset.h"
#include "program/template.h"
#include "program/value.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PROGRAM_FILES_MAX = 16, PROGRAM_AXES_MAX = 8, PROGRAM_VALUES_MAX = SPLITS, PROGRAM_TIMEOUT_MAX_S = 100000000 };

/* Whose folders stay: nobody's, those of runs that failed, all. */
enum program_keep { PROGRAM_KEEP_NONE, PROGRAM_KEEP_FAILED, PROGRAM_KEEP_ALL, PROGRAM_KEEPS };
extern const char *const program_keep_names[PROGRAM_KEEPS];

/* When a run is ended: after so many seconds, or so many times the median of those before it. Both 0: never. */
struct program_timeout {
    uint32_t seconds, times;
};

/* What the options say. The strings are those of the command line. */
struct program_options {
    const char *command;                     /* NULL: there is no program */
    const char *input;                       /* --stdin, a file; NULL: none */
    const char *axes[PROGRAM_AXES_MAX];      /* [axis_count], NAME=RANGE */
    const char *values[PROGRAM_VALUES_MAX];  /* [value_count], see value.h */
    const char *keep[PROGRAM_AXES_MAX];      /* [keep_count], see environment.h */
    size_t axis_count, value_count, keep_count;
    struct program_timeout timeout;
    enum program_keep keep_folders;
    bool shell, chdir;
};

/* {file:NAME} in the command; see files.h. */
struct program_file {
    char *name;               /* on rank 0, as given */
    uint64_t size;
    unsigned mode;            /* its rights */
    char digest[DIGEST_TEXT]; /* empty until it was looked at */
    char path[FOLDER_PATH];   /* of the copy on this node; empty before */
};

struct program {
    char *command; /* as given */
    bool shell;    /* /bin/sh -c runs it, with the values in its environment */
    bool chdir;    /* its current directory is its folder */
    enum program_keep keep_folders;
    char run_id[FOLDER_ID]; /* of the folders; made by rank 0, else empty: then there are none */
    struct program_timeout timeout;
    struct template template;
    size_t value_count; /* 1 or more */
    struct value values[PROGRAM_VALUES_MAX];
    size_t axis_count;
    char *axes[PROGRAM_AXES_MAX]; /* [axis_count], NAME=RANGE */
    char *input;                  /* what each finds on its standard input; NULL: nothing */
    size_t input_size;
    char input_name[128], input_digest[DIGEST_TEXT]; /* rank 0; empty without */
    char file_digest[DIGEST_TEXT];                   /* rank 0: of the program's file; empty where it is not found */
    size_t file_count;
    struct program_file files[PROGRAM_FILES_MAX]; /* [file_count] */
    struct folder folder;                         /* joined while there are copies */
};

/* Read a timeout, as 600 or 20x, of this option. Ranks: local. Errors: STATUS_USAGE. */
enum status program_timeout_read(struct program_timeout *timeout, const char *text, const char *option,
                                 struct error *err) __attribute__((warn_unused_result));

/* Read what the options say; --stdin, too, and the digest of the program. Owns: the caller, who calls program_free.
 * Ranks: rank 0. Errors: STATUS_USAGE; STATUS_DATA for the input; STATUS_INTERNAL. */
enum status program_create(struct program **program, const struct program_options *options, struct error *err)
    __attribute__((warn_unused_result));
void program_free(struct program *program); /* may be NULL */

/* The words of a program, but for its axes. */
enum { PROGRAM_WORDS = 4 + PROGRAM_VALUES_MAX };

/* A program of which no file is read, for who knows it already. Then all that another rank must know of a program but
 * for the input, as words; and a program of such words. Owns: the caller. Errors: STATUS_USAGE, STATUS_INTERNAL. */
enum status program_of_options(struct program **program, const struct program_options *options, struct error *err)
    __attribute__((warn_unused_result));
enum status program_words(const struct program *program, struct words *words, struct error *err)
    __attribute__((warn_unused_result));
enum status program_of_words(struct program **program, const struct words *words, struct error *err)
    __attribute__((warn_unused_result));

/* The names of the axes, with a blank between. text: [size] */
void program_axis_names(char *text, size_t size, const struct program *program);

/* A value as its option has it. Returns text. */
enum {
    PROGRAM_VALUE_TEXT = VALUE_NAME + VALUE_TEXT + 16,
    PROGRAM_VALUES_TEXT = PROGRAM_VALUES_MAX * PROGRAM_VALUE_TEXT
};
const char *program_value_text(char text[PROGRAM_VALUE_TEXT], const struct program *program, size_t place);

/* All of them, with a blank between. Whether program_split_values finds the same ones in the text: a label may have
 * anything. */
bool program_value_texts(char text[PROGRAM_VALUES_TEXT], const struct program *program);

/* The values of such a text, which is cut into them. What is no value by itself belongs to the one before. */
void program_split_values(struct program_options *options, char *text);

#endif
