/* SPDX-License-Identifier: BSD-3-Clause */
/* One line of a journal, to and from text. Every line ends with a blank and the CRC-32 (zlib's) of what stands before
 * that blank, in 8 hexadecimal digits; so a line proves itself, wherever it stands. There are two kinds:
 *     # NAME VALUE crc32
 *     HIDDEN1 HIDDEN2 FOLD REPEAT STATUS EPOCHS ERROR VALIDATION TEST WRONG WRONG WRONG crc32
 * with the errors and the wrong winners of the three parts of the data, NaN and 0 where there is nothing to measure.
 * It knows no file and no experiment. */
#ifndef NSURF_STORE_JOURNAL_LINE_H
#define NSURF_STORE_JOURNAL_LINE_H

#include "net/hyperparameters.h"

#include <stdbool.h>
#include <stddef.h>

enum { JOURNAL_LINE = 512 }; /* longest line with its line feed and the string's end; a longer one is damaged */

struct journal_line {
    char text[JOURNAL_LINE]; /* NAME and VALUE point into it */
    bool remark;
    const char *name, *value; /* of a remark; value may be empty */
    struct trial_key key;   /* of an outcome */
    struct outcome outcome;
};

/* line: [JOURNAL_LINE], receives the line with its line feed. Returns its length; a value that is too long is cut. */
size_t journal_line_remark(char *line, const char *name, const char *value);
size_t journal_line_outcome(char *line, const struct trial_key *key, const struct outcome *outcome);

/* Read a line of length bytes without its line feed. False, and nothing of *line counts, when anything about it is not
 * as the functions above write it. */
bool journal_line_read(struct journal_line *line, const char *bytes, size_t length);

#endif
