/* SPDX-License-Identifier: BSD-3-Clause */
/* One line of a journal; see journal_line.h. */
#include "store/journal_line.h"

#include "base/error.h"
#include "base/number.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { SEAL = 9 }; /* a blank and 8 digits */

static void seal_of(char seal[SEAL + 1], const char *text, size_t length)
{
    discard(snprintf(seal, SEAL + 1, " %08lx", crc32(0, (const Bytef *)text, (uInt)length)));
}

static size_t finish(char *line, int length)
{
    assert(length > 0);
    const size_t room = JOURNAL_LINE - SEAL - 2; /* line feed, end of the string */
    size_t used = (size_t)length < room ? (size_t)length : room;
    char seal[SEAL + 1];
    seal_of(seal, line, used);
    memcpy(line + used, seal, SEAL);
    line[used + SEAL] = '\n';
    line[used + SEAL + 1] = '\0';
    return used + SEAL + 1;
}

size_t journal_line_remark(char *line, const char *name, const char *value)
{
    return finish(line, snprintf(line, JOURNAL_LINE, "# %s %s", name, value));
}

size_t journal_line_outcome(char *line, const struct trial_key *key, const struct outcome *outcome)
{
    char error[PARTS][NUMBER_TEXT];
    for (int part = 0; part < PARTS; part++)
        number_text(error[part], outcome->error[part]);
    return finish(line,
                  snprintf(line, JOURNAL_LINE,
                           "%" PRIu32 " %" PRIu32 " %" PRIu32 " %" PRIu32 " %" PRIu32 " %" PRIu32 " %s %s %s %" PRIu32
                           " %" PRIu32 " %" PRIu32,
                           key->hidden1, key->hidden2, key->fold, key->repeat, outcome->status,
                           outcome->epochs, error[PART_TRAIN], error[PART_VALIDATION], error[PART_TEST],
                           outcome->wrong[PART_TRAIN], outcome->wrong[PART_VALIDATION], outcome->wrong[PART_TEST]));
}

static bool read_remark(struct journal_line *line, size_t length)
{
    if (length < 4 || line->text[1] != ' ')
        return false;
    char *blank = strchr(line->text + 2, ' ');
    if (!blank || blank == line->text + 2)
        return false;
    *blank = '\0';
    line->remark = true;
    line->name = line->text + 2;
    line->value = blank + 1;
    return true;
}

/* Cut the next word off *text. */
static char *word(char **text)
{
    char *begin = *text, *blank = strchr(begin, ' ');
    if (blank)
        *blank = '\0';
    *text = blank ? blank + 1 : begin + strlen(begin);
    return begin;
}

static bool read_count(char **text, uint32_t *value)
{
    const char *digits = word(text);
    if (*digits == '\0' || strlen(digits) > 10 || strspn(digits, "0123456789") != strlen(digits))
        return false;
    unsigned long long number = strtoull(digits, NULL, 10);
    *value = (uint32_t)number;
    return number <= UINT32_MAX;
}

/* A number of 0 or more; NaN where a part has no samples, or without an outcome. */
static bool read_error(char **text, double *error)
{
    const char *const number = word(text);
    *error = (double)NAN;
    return strcmp(number, "NaN") == 0 || (number_read(number, error) == NUMBER_OK && *error >= 0);
}

static bool read_outcome(struct journal_line *line)
{
    char *text = line->text;
    struct trial_key *key = &line->key;
    struct outcome *outcome = &line->outcome;
    if (!read_count(&text, &key->hidden1) || !read_count(&text, &key->hidden2) ||
        !read_count(&text, &key->fold) || !read_count(&text, &key->repeat) ||
        !read_count(&text, &outcome->status) || !read_count(&text, &outcome->epochs))
        return false;
    for (int part = 0; part < PARTS; part++)
        if (!read_error(&text, &outcome->error[part]))
            return false;
    for (int part = 0; part < PARTS; part++)
        if (!read_count(&text, &outcome->wrong[part]))
            return false;
    if (key->hidden1 < 1 || key->hidden1 > HIDDEN_MAX || key->hidden2 < 1 ||
        key->hidden2 > HIDDEN_MAX || key->repeat >= REPEATS_MAX || key->fold >= FOLDS_MAX)
        return false;
    bool any_error = false, any_wrong = false;
    for (int part = 0; part < PARTS; part++) {
        any_error = any_error || !isnan(outcome->error[part]);
        any_wrong = any_wrong || outcome->wrong[part] > 0;
    }
    switch (outcome->status) {
    case OUTCOME_OK:
        return !isnan(outcome->error[PART_TRAIN]);
    case OUTCOME_DIVERGED:
    case OUTCOME_FAILED:
        return !any_error && !any_wrong;
    default:
        return false;
    }
}

bool journal_line_read(struct journal_line *line, const char *bytes, size_t length)
{
    if (length <= SEAL || length >= JOURNAL_LINE || memchr(bytes, '\0', length))
        return false;
    size_t sealed = length - SEAL;
    char seal[SEAL + 1];
    seal_of(seal, bytes, sealed);
    if (memcmp(bytes + sealed, seal, SEAL) != 0)
        return false;
    memcpy(line->text, bytes, sealed);
    line->text[sealed] = '\0';
    line->remark = false;
    if (*bytes == '#')
        return read_remark(line, sealed);
    if (!read_outcome(line))
        return false;
    /* What reads well but was not written by us (a leading zero, a second blank) is damage as well. */
    char again[JOURNAL_LINE];
    size_t written = journal_line_outcome(again, &line->key, &line->outcome);
    return written == length + 1 && memcmp(again, bytes, length) == 0;
}
