/* SPDX-License-Identifier: BSD-3-Clause */
/* One line of a journal; see journal_line.h. */
#include "store/journal_line.h"

#include "base/error.h"
#include "base/number.h"
#include "sweep/parameter.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <zlib.h>

enum { CHECK = 9 }; /* a blank and 8 digits */

uint32_t journal_line_seed(const char *identity)
{
    return (uint32_t)crc32(0, (const Bytef *)identity, (uInt)strlen(identity));
}

static void checksum(char check[CHECK + 1], uint32_t seed, const char *text, size_t length)
{
    discard(snprintf(check, CHECK + 1, " %08lx", crc32(seed, (const Bytef *)text, (uInt)length)));
}

_Static_assert(JOURNAL_LINE >= 10 * NUMBER_TEXT + JOURNAL_HOST + OWN_MAX * (PARAMETER_NAME + PARAMETER_TEXT_MAX),
               "the longest outcome of a program fits, for a cut one would pass for that of another cell");

/* used: of the line, a remark, cut where it is too long for what ends it. */
static size_t finish(char *line, uint32_t seed, size_t used)
{
    const size_t room = JOURNAL_LINE - CHECK - 2; /* line feed, end of the string */
    char check[CHECK + 1];
    used = used < room ? used : room;
    checksum(check, seed, line, used);
    memcpy(line + used, check, CHECK);
    line[used + CHECK] = '\n';
    line[used + CHECK + 1] = '\0';
    return used + CHECK + 1;
}

size_t journal_line_remark(char *line, const char *name, const char *value)
{
    return finish(line, 0, (size_t)snprintf(line, JOURNAL_LINE, "# %s %s", name, value));
}

_Static_assert(HYPER_PARAMETERS <= 32, "a bit each");

static uint32_t bit_of(const struct journal_form *form, const struct parameter *parameter)
{
    return UINT32_C(1) << (parameter - form->all.rows);
}

/* In what the trial differs from the base: whatever is an axis or was another when the journal began. */
static size_t write_differences(char *line, size_t used, const struct trial *trial, const struct journal_form *form)
{
    for (const struct parameter *p = form->all.rows; p < form->all.rows + form->all.count; p++) {
        char name[PARAMETER_NAME], value[PARAMETER_TEXT_MAX];
        const bool tells = parameter_counts(p, &trial->hyper) || (form->axes & bit_of(form, p));
        const bool same = !p->own && parameter_same(p, &trial->hyper, form->base);
        if (p->group == GROUP_GRID || !tells || same || used >= JOURNAL_LINE)
            continue;
        parameter_file_name(name, p);
        parameter_write(value, p, &trial->hyper);
        used += (size_t)snprintf(line + used, JOURNAL_LINE - used, " %s=%s", name, value);
    }
    return used;
}

/* How a program was run, and what it said. */
static size_t write_run(char *line, const struct trial *trial, const struct outcome *outcome, const char *host)
{
    char number[NUMBER_TEXT];
    number_text_float(number, outcome->run.seconds);
    size_t used = (size_t)snprintf(line, JOURNAL_LINE, "%" PRIu32 " %" PRIu32 " %" PRId32 " %" PRIu32 " %s %s",
                                   trial->repeat, outcome->status, outcome->run.code, outcome->run.attempts, number,
                                   host && *host ? host : "-");
    for (int split = 0; split < SPLITS; split++) {
        number_text(number, outcome->error[split]);
        used += (size_t)snprintf(line + used, JOURNAL_LINE - used, " %s", number);
    }
    return used;
}

size_t journal_line_outcome(char *line, const struct journal_form *form, const struct trial *trial,
                            const struct outcome *outcome, const char *host)
{
    if (form->program)
        return finish(line, form->seed,
                      write_differences(line, write_run(line, trial, outcome, host), trial, form));
    size_t used = (size_t)snprintf(line, JOURNAL_LINE,
                                   "%" PRIu32 " %" PRIu32 " %" PRIu32 " %" PRIu32 " %" PRIu32 " %" PRIu32,
                                   trial->hyper.hidden1, trial->hyper.hidden2, trial->fold, trial->repeat,
                                   outcome->status, outcome->epochs);
    char number[NUMBER_TEXT];
    for (int split = 0; split < SPLITS; split++) {
        number_text(number, outcome->error[split]);
        used += (size_t)snprintf(line + used, JOURNAL_LINE - used, " %s", number);
    }
    for (int split = 0; split < SPLITS; split++)
        used += (size_t)snprintf(line + used, JOURNAL_LINE - used, " %" PRIu32, outcome->misclassified[split]);
    for (int split = 0; split < SPLITS && form->format > 2; split++) {
        number_text(number, outcome->spread[split]);
        used += (size_t)snprintf(line + used, JOURNAL_LINE - used, " %s", number);
    }
    if (form->format > 2)
        used = write_differences(line, used, trial, form);
    return finish(line, form->seed, used);
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
    uint64_t number = 0;
    const bool right = number_read_count(digits, UINT32_MAX, &number) == NUMBER_OK;
    *value = (uint32_t)number;
    return right;
}

/* A number of 0 or more; NaN where a part has no samples, or without an outcome. */
static bool read_error(char **text, double *error)
{
    const char *const number = word(text);
    *error = (double)NAN;
    return strcmp(number, "NaN") == 0 || (number_read(number, error) == NUMBER_OK && *error >= 0);
}

/* NAME=VALUE of what differs from the base. */
static bool read_difference(char **text, struct journal_line *line, const struct journal_form *form, uint32_t *told)
{
    char *const name = word(text), *const equals = strchr(name, '=');
    if (!equals)
        return false;
    *equals = '\0';
    const struct parameter *const parameter = parameters_find(form->all, name);
    *told |= parameter ? bit_of(form, parameter) : 0;
    if (!parameter || parameter->group == GROUP_GRID)
        return false;
    if (parameter_read(parameter, &line->trial.hyper, equals + 1, name, NULL) == STATUS_OK)
        return true;
    line->foreign = line->foreign || parameter->own; /* of wider axes */
    return parameter->own;
}

static bool read_numbers(char **text, struct outcome *outcome, unsigned format)
{
    bool right = true;
    for (int split = 0; split < SPLITS && right; split++)
        right = read_error(text, &outcome->error[split]);
    for (int split = 0; split < SPLITS && right; split++)
        right = read_count(text, &outcome->misclassified[split]);
    for (int split = 0; split < SPLITS && right; split++) {
        outcome->spread[split] = (double)NAN;
        right = format <= 2 || read_error(text, &outcome->spread[split]);
    }
    return right;
}

/* A status and what it may come with. */
static bool makes_sense(const struct outcome *outcome)
{
    bool any = false;
    for (int split = 0; split < SPLITS; split++) {
        any =
            any || !isnan(outcome->error[split]) || outcome->misclassified[split] > 0 || !isnan(outcome->spread[split]);
        if (isnan(outcome->error[split]) && !isnan(outcome->spread[split]))
            return false;
    }
    switch (outcome->status) {
    case OUTCOME_OK:
        return !isnan(outcome->error[SPLIT_TRAIN]);
    case OUTCOME_DIVERGED:
    case OUTCOME_FAILED:
        return !any;
    default: /* pending, and what is no status */
        return false;
    }
}

static bool read_code(char **text, int32_t *code)
{
    const char *const digits = word(text);
    const bool negative = *digits == '-';
    uint64_t number = 0;
    const bool right = number_read_count(digits + negative, INT32_MAX, &number) == NUMBER_OK;
    *code = negative ? -(int32_t)number : (int32_t)number;
    return right;
}

/* The values of a program may be of any sign, and those after the last are missing. */
static bool read_values(char **text, struct outcome *outcome)
{
    for (int split = 0; split < SPLITS; split++) {
        const char *const number = word(text);
        outcome->error[split] = outcome->spread[split] = (double)NAN;
        if (strcmp(number, "NaN") != 0 && number_read(number, &outcome->error[split]) != NUMBER_OK)
            return false;
    }
    return (outcome->status == OUTCOME_OK) == !isnan(outcome->error[0]) && outcome->status < OUTCOME_PENDING;
}

static bool read_run(struct journal_line *line, const struct journal_form *form, uint32_t *told)
{
    char *text = line->text;
    struct outcome *const outcome = &line->outcome;
    line->trial.hyper = *form->base;
    line->trial.fold = 0;
    outcome->epochs = 0;
    if (!read_count(&text, &line->trial.repeat) || !read_count(&text, &outcome->status) ||
        !read_code(&text, &outcome->run.code) || !read_count(&text, &outcome->run.attempts) ||
        number_read_float(word(&text), &outcome->run.seconds) != NUMBER_OK)
        return false;
    discard(snprintf(line->host, sizeof line->host, "%s", word(&text)));
    if (!read_values(&text, outcome))
        return false;
    while (*text)
        if (!read_difference(&text, line, form, told))
            return false;
    return line->trial.repeat < REPEATS_MAX;
}

/* told: receives the rows of which the line tells. */
static bool read_outcome(struct journal_line *line, const struct journal_form *form, uint32_t *told)
{
    char *text = line->text;
    struct trial *const trial = &line->trial;
    struct outcome *const outcome = &line->outcome;
    trial->hyper = *form->base;
    if (!read_count(&text, &trial->hyper.hidden1) || !read_count(&text, &trial->hyper.hidden2) ||
        !read_count(&text, &trial->fold) || !read_count(&text, &trial->repeat) ||
        !read_count(&text, &outcome->status) || !read_count(&text, &outcome->epochs) ||
        !read_numbers(&text, outcome, form->format))
        return false;
    while (form->format > 2 && *text)
        if (!read_difference(&text, line, form, told))
            return false;
    const uint32_t a = trial->hyper.hidden1, b = trial->hyper.hidden2;
    return a >= 1 && a <= HIDDEN_MAX && b >= 1 && b <= HIDDEN_MAX && trial->repeat < REPEATS_MAX &&
           trial->fold < FOLDS_MAX && makes_sense(outcome);
}

bool journal_line_read(struct journal_line *line, const struct journal_form *form, const char *bytes, size_t length)
{
    if (length <= CHECK || length >= JOURNAL_LINE || memchr(bytes, '\0', length))
        return false;
    const size_t checked = length - CHECK;
    char check[CHECK + 1];
    checksum(check, *bytes == '#' ? 0 : form->seed, bytes, checked);
    if (memcmp(bytes + checked, check, CHECK) != 0)
        return false;
    memcpy(line->text, bytes, checked);
    line->text[checked] = '\0';
    line->remark = line->foreign = false;
    line->host[0] = '\0';
    if (*bytes == '#')
        return read_remark(line, checked);
    struct journal_form as_written = *form;
    as_written.axes = 0;
    if (!(form->program ? read_run(line, form, &as_written.axes) : read_outcome(line, form, &as_written.axes)))
        return false;
    if (line->foreign)
        return true;
    /* What reads well but was not written by us (a leading zero, a second blank) is damage as well. */
    char again[JOURNAL_LINE];
    const size_t written = journal_line_outcome(again, &as_written, &line->trial, &line->outcome, line->host);
    return written == length + 1 && memcmp(again, bytes, length) == 0;
}

/* --- at a glance -------------------------------------------------------------------------------------------------- */

/* Whether the line ends with its checksum. */
static bool proves_itself(const char *bytes, size_t length, uint32_t seed)
{
    uint32_t claimed;
    return length > CHECK && length < JOURNAL_LINE && bytes[length - CHECK] == ' ' &&
           number_read_hex(bytes + length - CHECK + 1, &claimed) &&
           claimed == (uint32_t)crc32(seed, (const Bytef *)bytes, (uInt)(length - CHECK));
}

/* The whole number at *at, which moves on behind the blank that follows it. The line does not end with a digit. */
static bool glance_count(const char **at, uint32_t *value)
{
    uint64_t number;
    if (number_read_whole(*at, UINT32_MAX, &number, at) != NUMBER_OK || **at != ' ')
        return false;
    *value = (uint32_t)number;
    ++*at;
    return true;
}

/* The same for a number of 0 or more, or NaN. */
static bool glance_real(const char **at, double *value)
{
    if (!number_glance(*at, value, at) || **at != ' ')
        return false;
    ++*at;
    return true;
}

bool journal_line_glance(struct journal_glance *glance, uint32_t seed, unsigned format, const char *bytes,
                         size_t length)
{
    if (!proves_itself(bytes, length, seed))
        return false;
    struct outcome *const outcome = &glance->outcome;
    const char *at = bytes, *const end = bytes + length - CHECK;
    bool right = glance_count(&at, &glance->hidden1) && glance_count(&at, &glance->hidden2) &&
                 glance_count(&at, &glance->fold) && glance_count(&at, &glance->repeat) &&
                 glance_count(&at, &outcome->status) && glance_count(&at, &outcome->epochs);
    for (int split = 0; split < SPLITS && right; split++)
        right = glance_real(&at, &outcome->error[split]);
    for (int split = 0; split < SPLITS && right; split++)
        right = glance_count(&at, &outcome->misclassified[split]);
    for (int split = 0; split < SPLITS; split++) {
        outcome->spread[split] = (double)NAN;
        const char *const blank = format > 2 ? memchr(at, ' ', (size_t)(end - at)) : at - 1;
        at = blank ? blank + 1 : end;
    }
    glance->differences = at < end ? at : end; /* behind the last is the checksum's blank */
    glance->differences_length = (size_t)(end - glance->differences);
    return right && makes_sense(outcome);
}
