/* SPDX-License-Identifier: BSD-3-Clause */
/* One line of a journal, to and from text. Every line ends with a blank and a CRC-32 (zlib's) in 8 hexadecimal digits;
 * so a line proves itself. There are two kinds:
 *     # NAME VALUE crc32
 *     HIDDEN1 HIDDEN2 FOLD REPEAT STATUS EPOCHS ERROR×3 WRONG×3 SPREAD×3 [NAME=VALUE]… crc32
 * or, of a program,
 *     REPEAT STATUS EXIT ATTEMPTS SECONDS HOST VALUE×3 [NAME=VALUE]… crc32
 * with the errors, the misclassified samples and the spreads of the three parts of the data, NaN and 0 where there is
 * nothing to measure; and the hyperparameters, as far as these have an effect or are axes, in which the trial differs
 * from those of the header. The checksum is that
 * of what stands before its blank, of an outcome begun with the header's identity: so a line of another experiment does
 * not pass for one of this.
 *
 * Format 2, of older programs, has no spreads, and all checksums begin with nothing. It knows no file. */
#ifndef NSURF_STORE_JOURNAL_LINE_H
#define NSURF_STORE_JOURNAL_LINE_H

#include "net/hyperparameters.h"
#include "sweep/parameter.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { JOURNAL_HOST = 65 };
enum { JOURNAL_LINE = 4096 }; /* longest line with its line feed and the string's end; a longer one is damaged. An
                               * outcome of the longest words fits */

/* How outcomes are written. */
struct journal_form {
    unsigned format;                    /* 2 or 3 */
    uint32_t seed;                      /* of the checksum, see journal_line_seed; 0 for format 2 */
    const struct hyperparameters *base; /* those of the header */
    struct parameters all;              /* of the experiment */
    bool program;
    uint32_t axes;                      /* rows of these, as bits, that are axes: of these a line tells the
                                         * value even where it has no effect on the trial */
};

struct journal_line {
    char text[JOURNAL_LINE]; /* NAME and VALUE point into it */
    bool remark;
    const char *name, *value; /* of a remark; value may be empty */
    struct trial trial;       /* of an outcome */
    struct outcome outcome;
    char host[JOURNAL_HOST]; /* of a program: where it ran */
    bool foreign;            /* of a program: an axis has a word that is not among its values; the trial is undefined */
};

/* Where the checksums of a journal with this identity, 64 digits, begin. */
uint32_t journal_line_seed(const char *identity);

/* line: [JOURNAL_LINE], receives the line with its line feed. Returns its length; a remark that is too long is cut.
 * host: of a program, below JOURNAL_HOST bytes; empty or NULL where it is not known. */
size_t journal_line_remark(char *line, const char *name, const char *value);
size_t journal_line_outcome(char *line, const struct journal_form *form, const struct trial *trial,
                            const struct outcome *outcome, const char *host);

/* Read a line of length bytes without its line feed. False, and nothing of *line counts, when anything about it is not
 * as the functions above write it. */
bool journal_line_read(struct journal_line *line, const struct journal_form *form, const char *bytes, size_t length);

/* An outcome at a glance, for nsurf watch: ten times as fast, since a checksum that holds is proof enough. */
struct journal_glance {
    uint32_t hidden1, hidden2, fold, repeat;
    struct outcome outcome;  /* its errors to 15 digits, without spreads */
    const char *differences; /* within the line, the words NAME=VALUE with a blank between two */
    size_t differences_length;
};

/* seed, format: as in journal_form. False when the checksum does not hold, or the line is no outcome. */
bool journal_line_glance(struct journal_glance *glance, uint32_t seed, unsigned format, const char *bytes,
                         size_t length);

#endif
