/* SPDX-License-Identifier: BSD-3-Clause */
/* Journals seen from outside; see journal_follow.h. What is new in the file is read twice: first its remarks, since a
 * later run may have changed the axes, then its outcomes. When the axes have changed, all outcomes are read again. */
#include "store/journal_follow.h"

#include "base/append.h"
#include "base/file.h"
#include "base/mem.h"
#include "store/journal_header.h"
#include "store/journal_line.h"
#include "store/journal_lines.h"
#include "store/journal_outline.h"
#include "sweep/cost.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HEAD = 160 /* bytes: the mark and the identity */, TAIL = 64 };

static const char mark[] = "# " JOURNAL_MARK " ";

/* A parameter of which lines tell by name, and what was read last: the next line often has the same. */
struct told {
    char name[PARAMETER_NAME], text[PARAMETER_TEXT_MAX];
    size_t name_length, text_length;
    union parameter_value value;
};

struct load {
    double cost, flop;
};

struct follow_reader {
    const char *path;
    uint64_t id[2];
    char head[HEAD], tail[TAIL]; /* tail: the last bytes that were read */
    size_t head_length, tail_length;
    uint64_t remarks_to, outcomes_to; /* what has been read */

    struct journal_outline outline;
    struct load *loads; /* [cells] */
    struct told told[HYPER_PARAMETERS];
    struct journal_lines lines;
};

/* --- lines -------------------------------------------------------------------------------------------------------- */

typedef void taker(struct follow *follow, const char *line, size_t length);

/* Hand out the lines from *at on, without their line feeds, up to the last that has one, behind which *at moves. One of
 * JOURNAL_LINE bytes or more is not there whole. */
static enum status each_line(struct follow *follow, const struct append *file, uint64_t *at, taker *take,
                             struct error *err)
{
    struct journal_lines *const lines = &follow->reader->lines;
    *lines = (struct journal_lines){.file = file, .offset = *at};
    for (;;) {
        const char *line;
        size_t length;
        const enum journal_found found = journal_lines_next(lines, &line, &length, err);
        if (found == FOUND_ERROR)
            return STATUS_IO;
        if (found == FOUND_END || found == FOUND_TORN)
            return STATUS_OK;
        *at = lines->offset - (lines->end - lines->begin);
        take(follow, line, found == FOUND_LONG ? JOURNAL_LINE : length);
    }
}

/* --- remarks ------------------------------------------------------------------------------------------------------ */

static bool read_remark(const struct journal_outline *outline, struct journal_line *line, const char *bytes,
                        size_t length)
{
    const struct journal_form form = {.format = outline->format, .base = &outline->base};
    return length > 0 && *bytes == '#' && journal_line_read(line, &form, bytes, length) && line->remark;
}

static void take_remark(struct follow *follow, const char *bytes, size_t length)
{
    struct journal_outline *const outline = &follow->reader->outline;
    struct journal_line line;
    if (read_remark(outline, &line, bytes, length))
        outline_take(outline, &line);
}

/* What runs have noted of themselves, among the outcomes that they were writing. */
static void take_run(struct follow *follow, const struct journal_line *line)
{
    const char *words;
    const double moment = journal_run_read(line->value, &words);
    if (strcmp(line->name, journal_run_names[JOURNAL_RUN_STARTED]) == 0) {
        follow->started_s = moment;
        follow->ended_s = (double)NAN;
        follow->cost_before = follow->cost_done;
        follow->flop_before = follow->flop_done;
        follow->lost = 0;
        follow->state = FOLLOW_RUNNING;
    } else if (strcmp(line->name, journal_run_names[JOURNAL_RUN_CHOSEN]) == 0) {
        for (int split = 0; split < SPLITS; split++)
            if (strcmp(words, dataset_split_names[split]) == 0)
                follow->table.shown = (enum split)split, follow->chosen = true;
    } else if (strcmp(line->name, journal_run_names[JOURNAL_RUN_LOST]) == 0) {
        follow->lost++;
        discard(snprintf(follow->lost_words, sizeof follow->lost_words, "%.511s", words));
    } else if (strcmp(line->name, journal_run_names[JOURNAL_RUN_ENDED]) == 0) {
        follow->ended_s = moment;
        follow->state = FOLLOW_ENDED;
        discard(snprintf(follow->ended_words, sizeof follow->ended_words, "%.511s", words));
    }
}

/* --- the experiment ----------------------------------------------------------------------------------------------- */

/* What each cell costs. One training serves several numbers of epochs, each from the one before. */
static enum status make_loads(struct follow *follow, struct error *err)
{
    const struct experiment *const experiment = &follow->experiment;
    const size_t cells = experiment_cells(experiment), each = experiment_cell_trainings(experiment);
    struct load *const loads = mem_array(cells, sizeof *loads);
    if (!loads)
        return error_memory(err, "the costs");
    follow->cost = 0;
    for (size_t cell = 0; cell < cells; cell++) {
        struct trial trial = experiment_trial(experiment, cell * each);
        loads[cell].cost = cost_training(experiment, &trial);
        loads[cell].flop = experiment->program ? 0 : loads[cell].cost - cost_overhead(experiment, &trial);
        trial.hyper.epochs = experiment_limit_before(experiment, trial.hyper.epochs);
        if (trial.hyper.epochs > 0) {
            loads[cell].cost -= cost_training(experiment, &trial);
            loads[cell].flop -= cost_training(experiment, &trial) - cost_overhead(experiment, &trial);
        }
        follow->cost += loads[cell].cost * (double)each;
    }
    follow->reader->loads = loads;
    return STATUS_OK;
}

static void forget_outcomes(struct follow *follow)
{
    table_free(&follow->table);
    experiment_free(&follow->experiment);
    free(follow->reader->loads);
    follow->reader->loads = NULL;
    follow->experiment = (struct experiment){0};
    follow->reader->outcomes_to = 0;
    follow->cost = follow->cost_done = follow->flop_done = follow->cost_before = follow->flop_before = 0;
    follow->started_s = follow->ended_s = (double)NAN;
    follow->lost = follow->damaged = 0;
    follow->state = FOLLOW_ABSENT;
}

/* The experiment of the header and the notes, and a table without outcomes. */
static enum status make_experiment(struct follow *follow, struct error *err)
{
    struct follow_reader *const reader = follow->reader;
    forget_outcomes(follow);
    follow->experiments++;
    enum status status = outline_experiment(&reader->outline, &follow->experiment, reader->path, err);
    if (!status)
        status = table_create(&follow->table, &follow->experiment, err);
    return status ? status : make_loads(follow, err);
}

/* --- outcomes ----------------------------------------------------------------------------------------------------- */

/* The parameter of this name, and where its last value is kept; HYPER_PARAMETERS where there is none. */
static size_t find_told(struct follow_reader *reader, const char *name, size_t length)
{
    for (size_t row = 0; row < HYPER_PARAMETERS; row++) {
        struct told *const told = &reader->told[row];
        if (told->name_length == length && memcmp(told->name, name, length) == 0)
            return row;
    }
    return HYPER_PARAMETERS;
}

/* NAME=VALUE into hyper; false for an unknown name. */
static bool take_difference(struct follow_reader *reader, const char *word, size_t length,
                            struct hyperparameters *hyper)
{
    const char *const equals = memchr(word, '=', length);
    const size_t row = equals ? find_told(reader, word, (size_t)(equals - word)) : HYPER_PARAMETERS;
    if (row == HYPER_PARAMETERS)
        return false;
    const struct parameter *const parameter = &hyper_parameters[row];
    struct told *const told = &reader->told[row];
    const char *const text = equals + 1;
    const size_t text_length = length - (size_t)(text - word);
    if (text_length >= sizeof told->text)
        return false;
    if (text_length != told->text_length || memcmp(text, told->text, text_length) != 0 || !parameter->axis) {
        memcpy(told->text, text, text_length);
        told->text[text_length] = '\0';
        told->text_length = 0;
        if (parameter_read(parameter, hyper, told->text, told->name, NULL))
            return false;
        if (parameter->axis)
            told->value = parameter_get(parameter, hyper);
        told->text_length = text_length;
    } else {
        parameter_set(parameter, hyper, told->value);
    }
    return true;
}

/* The cell of such a trial; false where it is outside of the axes, or of what was an axis once. */
static bool find_cell(struct follow *follow, const struct hyperparameters *hyper, size_t *cell)
{
    const struct experiment *const experiment = &follow->experiment;
    struct follow_reader *const reader = follow->reader;
    bool found = true;
    *cell = 0;
    for (size_t a = 0; a < experiment->axis_count; a++) {
        const struct axis *const axis = &experiment->axes[a];
        const union parameter_value value = parameter_get(axis->parameter, hyper);
        size_t place = 0;
        if (!axis_find(axis, value, &place)) {
            outline_more(&reader->outline, axis, value);
            found = false;
        }
        *cell = *cell * axis->count + place;
    }
    for (size_t row = 0; row < HYPER_PARAMETERS && found && !experiment->program; row++)
        if (*reader->outline.ranges[row] && !experiment_axis(experiment, &hyper_parameters[row]))
            found = parameter_same(&hyper_parameters[row], hyper, &experiment->hyper);
    return found;
}

/* Set an outcome in the table, unless it is outside of the grid. */
static void set_outcome(struct follow *follow, const struct trial *trial, const struct outcome *outcome)
{
    const struct experiment *const experiment = &follow->experiment;
    const size_t each = experiment_cell_trainings(experiment);
    size_t cell;
    if (trial->repeat >= experiment->repeats || trial->fold >= each / experiment->repeats ||
        !find_cell(follow, &trial->hyper, &cell))
        return;
    const size_t training = cell * each + trial->fold * experiment->repeats + trial->repeat;
    if (!table_is_open(&follow->table, training)) /* the first one counts */
        return;
    const bool pending = follow->table.outcomes[training].status == OUTCOME_PENDING;
    table_set(&follow->table, training, outcome);
    follow->cost_done += pending ? follow->reader->loads[cell].cost : 0;
    follow->flop_done += pending ? follow->reader->loads[cell].flop : 0;
    follow->grown = true;
}

/* The outcome of a program: how it ended, and its values. False for what is none. */
static bool take_run_of_program(struct follow *follow, const char *bytes, size_t length)
{
    const struct journal_outline *const outline = &follow->reader->outline;
    const struct journal_form form = {.format = outline->format,
                                      .seed = outline->seed,
                                      .base = &outline->base,
                                      .all = experiment_parameters(&follow->experiment),
                                      .program = true};
    struct journal_line line;
    if (!journal_line_read(&line, &form, bytes, length))
        return false;
    if (!line.foreign)
        set_outcome(follow, &line.trial, &line.outcome);
    return true;
}

/* The outcome of a network. False for what is none. */
static bool take_training(struct follow *follow, const char *bytes, size_t length)
{
    struct follow_reader *const reader = follow->reader;
    struct journal_glance glance;
    if (!journal_line_glance(&glance, reader->outline.seed, reader->outline.format, bytes, length))
        return false;
    struct trial trial = {.hyper = reader->outline.base, .fold = glance.fold, .repeat = glance.repeat};
    trial.hyper.hidden1 = glance.hidden1;
    trial.hyper.hidden2 = glance.hidden2;
    for (const char *word = glance.differences, *const end = word + glance.differences_length; word < end;) {
        const char *const blank = memchr(word, ' ', (size_t)(end - word)), *const behind = blank ? blank : end;
        if (!take_difference(reader, word, (size_t)(behind - word), &trial.hyper))
            return false;
        word = behind + 1;
    }
    set_outcome(follow, &trial, &glance.outcome);
    return true;
}

static void take_outcome(struct follow *follow, const char *bytes, size_t length)
{
    struct journal_line line;
    const bool remark = length > 0 && *bytes == '#';
    const bool read = remark                        ? read_remark(&follow->reader->outline, &line, bytes, length)
                      : follow->experiment.program ? take_run_of_program(follow, bytes, length)
                                                   : take_training(follow, bytes, length);
    if (!read)
        follow->damaged++;
    else if (remark)
        take_run(follow, &line);
}

/* --- a look ------------------------------------------------------------------------------------------------------- */

static void forget(struct follow *follow)
{
    struct follow_reader *const reader = follow->reader;
    forget_outcomes(follow);
    outline_free(&reader->outline);
    outline_init(&reader->outline);
    reader->remarks_to = 0;
    reader->head_length = reader->tail_length = 0;
}

/* Whether the file goes on where the last look ended; else all is forgotten. A new file may have the number of an old
 * one, the same header, and be longer: the bytes where we ended tell, which hold a checksum. */
static enum status check_same(struct follow *follow, const struct append *file, struct error *err)
{
    struct follow_reader *const reader = follow->reader;
    char head[HEAD], tail[TAIL];
    uint64_t id[2];
    append_identity(file, id);
    const ssize_t got = append_read(file, head, sizeof head, 0, err);
    const ssize_t end = append_read(file, tail, reader->tail_length, reader->remarks_to - reader->tail_length, err);
    if (got < 0 || end < 0)
        return STATUS_IO;
    const size_t length = (size_t)got;
    const bool same = id[0] == reader->id[0] && id[1] == reader->id[1] && length >= reader->head_length &&
                      memcmp(head, reader->head, reader->head_length) == 0 && (size_t)end == reader->tail_length &&
                      memcmp(tail, reader->tail, reader->tail_length) == 0;
    if (!same)
        forget(follow);
    memcpy(reader->id, id, sizeof id);
    memcpy(reader->head, head, length);
    reader->head_length = length;
    if (memcmp(head, mark, length < sizeof mark - 1 ? length : sizeof mark - 1) != 0)
        return error_set(err, STATUS_DATA, "%s: is no journal of nsurf", reader->path);
    return STATUS_OK;
}

/* Keep the bytes where the reading ended. */
static enum status keep_tail(struct follow_reader *reader, const struct append *file, struct error *err)
{
    reader->tail_length = reader->remarks_to < TAIL ? (size_t)reader->remarks_to : TAIL;
    const ssize_t got =
        append_read(file, reader->tail, reader->tail_length, reader->remarks_to - reader->tail_length, err);
    if (got >= 0)
        reader->tail_length = (size_t)got;
    return got < 0 ? STATUS_IO : STATUS_OK;
}

/* Read on in the open file. */
static enum status read_on(struct follow *follow, const struct append *file, struct error *err)
{
    struct follow_reader *const reader = follow->reader;
    enum status status = check_same(follow, file, err);
    if (!status)
        status = each_line(follow, file, &reader->remarks_to, take_remark, err);
    if (!status)
        status = keep_tail(reader, file, err);
    if (!status && (reader->outline.format > 0 || reader->outline.complete))
        status = outline_check(&reader->outline, reader->path, err);
    if (status || !reader->outline.complete)
        return status;
    do {
        if (reader->outline.changed || !reader->loads) {
            status = make_experiment(follow, err);
            follow->grown = true;
        }
        if (!status)
            status = each_line(follow, file, &reader->outcomes_to, take_outcome, err);
    } while (!status && reader->outline.changed); /* values of an axis have come up that the header does not tell */
    return status;
}

enum status follow_look(struct follow *follow, struct error *err)
{
    struct follow_reader *const reader = follow->reader;
    struct append *file;
    follow->grown = false;
    if (!file_exists(reader->path)) {
        forget(follow);
        return STATUS_OK;
    }
    enum status status = append_open(&file, reader->path, APPEND_READ, err);
    if (status)
        return status;
    const enum follow_state before = follow->state;
    status = read_on(follow, file, err);
    if (!status && follow->state != FOLLOW_ENDED)
        follow->state = !reader->outline.complete       ? FOLLOW_ABSENT
                        : append_in_use(file) ? FOLLOW_RUNNING
                                              : FOLLOW_QUIET;
    follow->grown = follow->grown || follow->state != before;
    discard((long)append_close(file, NULL));
    return status;
}

enum status follow_open(struct follow *follow, const char *path, struct error *err)
{
    *follow = (struct follow){0};
    follow->reader = calloc(1, sizeof *follow->reader);
    if (!follow->reader)
        return error_memory(err, "the journal");
    follow->reader->path = path;
    for (size_t row = 0; row < HYPER_PARAMETERS; row++) {
        parameter_file_name(follow->reader->told[row].name, &hyper_parameters[row]);
        follow->reader->told[row].name_length = strlen(follow->reader->told[row].name);
    }
    forget(follow);
    return STATUS_OK;
}

void follow_close(struct follow *follow)
{
    if (!follow->reader)
        return;
    forget_outcomes(follow);
    outline_free(&follow->reader->outline);
    free(follow->reader);
    *follow = (struct follow){0};
}
