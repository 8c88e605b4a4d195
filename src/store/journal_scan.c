/* SPDX-License-Identifier: BSD-3-Clause */
/* Reading a journal; see journal_scan.h. A line is believed when its checksum holds, wherever it stands: so doubled or
 * exchanged lines do no harm, and what a damaged header said is found in its digest or in its settings. Memory does
 * not depend on the length of the file or of its lines. */
#include "store/journal_scan.h"

#include "base/digest.h"
#include "store/journal_lines.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- the header ------------------------------------------------------------------------------------------------- */

static const char advice[] = "choose another -o, or start over with --force";

/* Refuse the journal of other data. */
static enum status check_facts(const struct journal_scan *scan, struct error *err)
{
    for (size_t i = 0; i < FACTS; i++) {
        const struct setting *const here = &scan->ours->facts[i], *const there = &scan->header.facts[i];
        const bool told = scan->seen[i] || (here->rare && scan->consistent);
        if (here->identity && told && !settings_same(here, there->text))
            return error_set(err, STATUS_DATA, "%s is of another experiment: %s is %.70s there and %.70s here; %s",
                             scan->path, here->name, *there->text ? there->text : "none",
                             *here->text ? here->text : "none", advice);
    }
    return STATUS_OK;
}

/* The first parameter in which the bases differ, though it is no axis here; of a header that lost a line only those of
 * which it tells. */
static const struct parameter *first_difference(const struct journal_scan *scan)
{
    const struct parameters all = experiment_parameters(scan->table->experiment);
    for (const struct parameter *p = all.rows; p < all.rows + all.count; p++)
        if (p->group != GROUP_GRID && parameter_counts(p, &scan->ours->base) &&
            (scan->consistent || (scan->told & UINT32_C(1) << (p - all.rows))) &&
            !experiment_axis(scan->table->experiment, p) && !parameter_same(p, &scan->header.base, &scan->ours->base))
            return p;
    return NULL;
}

static enum status refuse_parameter(const struct journal_scan *scan, const struct parameter *parameter,
                                    const char *there, struct error *err)
{
    char name[PARAMETER_NAME], here[PARAMETER_TEXT_MAX];
    parameter_file_name(name, parameter);
    parameter_write(here, parameter, &scan->ours->base);
    return error_set(err, STATUS_DATA, "%s is of another experiment: %s is %.70s there and %.70s here; %s", scan->path,
                     name, there, here, advice);
}

/* Refuse the journal of another experiment: of other data; or, where no line of it is ours, of another base. A header
 * that is not what its identity says is believed in nothing. */
static enum status check_identity(const struct journal_scan *scan, struct error *err)
{
    const enum status status = check_facts(scan, err);
    const struct parameter *const differs = scan->outcomes && scan->consistent ? NULL : first_difference(scan);
    char there[PARAMETER_TEXT_MAX];
    if (status)
        return status;
    if (differs) {
        parameter_write(there, differs, &scan->header.base);
        return refuse_parameter(scan, differs, there, err);
    }
    if (scan->other && !scan->outcomes)
        return refuse_parameter(scan, scan->other, scan->there, err);
    if (scan->other_identity)
        return error_set(err, STATUS_DATA, "%s is of another experiment: its %s is not %s; %s", scan->path,
                         JOURNAL_IDENTITY, scan->header.identity, advice);
    return STATUS_OK;
}

/* Whether enough of the header stands to know what the lines are of. */
static bool identity_known(const struct journal_scan *scan)
{
    bool all = true;
    for (size_t i = 0; i < FACTS; i++)
        all = all && (scan->seen[i] || !scan->ours->facts[i].identity || !settings_says(&scan->ours->facts[i]));
    return scan->identified || all;
}

/* The header is read: what its lines say, and whether that is what its identity says. */
static enum status finish_header(struct journal_scan *scan, struct error *err)
{
    const bool former = scan->header.format == (unsigned)atol(JOURNAL_FORMER);
    scan->read = true;
    const enum status status = settings_digest(scan->header.facts, scan->form.all, &scan->header.base,
                                               scan->header.identity, err);
    if (status)
        return status;
    scan->consistent =
        *scan->claimed && !*scan->refused && (former || strcmp(scan->claimed, scan->header.identity) == 0);
    scan->identified = scan->consistent;
    const bool claims_ours = strcmp(scan->claimed, scan->ours->identity) == 0;
    if (!former && !scan->consistent) {
        /* A line of it is lost: the outcomes tell, by their checksums, whether it is ours. */
        scan->other_identity = scan->other_identity || (*scan->claimed && !claims_ours);
        scan->identified = claims_ours;
        scan->form = journal_header_form(scan->ours, scan->table->experiment);
        return STATUS_OK;
    }
    scan->form = journal_header_form(&scan->header, scan->table->experiment);
    return STATUS_OK;
}

static bool is_arithmetic(const char *name, size_t *split)
{
    const size_t length = strlen(JOURNAL_ARITHMETIC);
    for (*split = 0; *split < ARITHMETICS; ++*split)
        if (strncmp(name, JOURNAL_ARITHMETIC, length) == 0 && strcmp(name + length, arithmetic_names[*split]) == 0)
            return true;
    return false;
}

static enum status take_format(struct journal_scan *scan, const char *value, struct error *err)
{
    if (strcmp(value, JOURNAL_FORMAT) != 0 && strcmp(value, JOURNAL_FORMER) != 0)
        return error_set(err, STATUS_DATA,
                         "%s has the format %.20s, and this program knows %s; use the program that wrote it, or choose "
                         "another -o",
                         scan->path, value, JOURNAL_FORMAT);
    scan->header.format = (unsigned)atol(value);
    return STATUS_OK;
}

static void note_refused(struct journal_scan *scan, const char *name)
{
    discard(snprintf(scan->refused, sizeof scan->refused, "%.100s", name));
}

static void take_value(struct journal_scan *scan, const struct parameter *parameter, const char *name,
                       const char *value)
{
    if (!parameter || parameter_read(parameter, &scan->header.base, value, name, NULL))
        note_refused(scan, name);
    else
        scan->told |= UINT32_C(1) << (parameter - experiment_parameters(scan->table->experiment).rows);
}

/* The optimizer of format 2, with its constants: `rprop,first=0.1,…`. */
static void take_former_optimizer(struct journal_scan *scan, const char *name, const char *value)
{
    char words[PARAMETER_TEXT_MAX], *rest;
    discard(snprintf(words, sizeof words, "%s", value));
    const char *const optimizer = strtok_r(words, ",", &rest);
    take_value(scan, parameter_find(name), name, optimizer ? optimizer : "");
    for (char *word; optimizer && (word = strtok_r(NULL, ",", &rest)) != NULL;) {
        char constant[PARAMETER_NAME];
        const char *const prefix = strcmp(optimizer, "sgd") == 0 ? "" : optimizer;
        char *const equals = strchr(word, '=');
        if (!equals) {
            note_refused(scan, name);
            return;
        }
        *equals = '\0';
        discard(snprintf(constant, sizeof constant, "%.8s%s%.16s", prefix, *prefix ? "_" : "", word));
        take_value(scan, parameter_find(constant), name, equals + 1);
    }
}

/* A line that names a value of the base. In format 2 one version counted for all parts of the arithmetic. */
static void take_parameter(struct journal_scan *scan, const char *name, const char *value)
{
    const bool former = scan->header.format == (unsigned)atol(JOURNAL_FORMER);
    const struct parameter *const p = parameters_find(experiment_parameters(scan->table->experiment), name);
    if (former && strcmp(name, "outcome_version") == 0)
        for (int split = 0; split < ARITHMETICS; split++)
            scan->header.versions[split] = (unsigned)atol(value);
    if (former && p && p->offset == offsetof(struct hyperparameters, optimizer))
        take_former_optimizer(scan, name, value);
    else if (p && p->group != GROUP_GRID && !p->own) /* whose values stand in outcomes alone */
        take_value(scan, p, name, value);
}

/* NAME_range, of a hyperparameter that is no axis here. An axis of a program may have the name of one. */
static void take_former_axis(struct journal_scan *scan, const char *name, const char *value)
{
    static const char ending[] = "_range";
    char parameter_name[PARAMETER_NAME], here[PARAMETER_TEXT_MAX];
    const size_t length = strlen(name), end = sizeof ending - 1;
    if (scan->table->experiment->program)
        return;
    if (length <= end || length - end >= sizeof parameter_name || strcmp(name + length - end, ending) != 0)
        return;
    discard(snprintf(parameter_name, sizeof parameter_name, "%.*s", (int)(length - end), name));
    const struct parameter *const p = parameter_find(parameter_name);
    if (!p || experiment_axis(scan->table->experiment, p))
        return;
    const uint32_t bit = UINT32_C(1) << (p - hyper_parameters);
    parameter_write(here, p, &scan->ours->base);
    scan->narrowed = strcmp(value, here) == 0 ? scan->narrowed & ~bit : scan->narrowed | bit;
}

static enum status take_remark(struct journal_scan *scan, const struct journal_line *line, struct error *err)
{
    size_t split;
    if (strcmp(line->name, JOURNAL_MARK) == 0)
        return take_format(scan, line->value, err);
    if (strcmp(line->name, JOURNAL_COLUMNS) == 0) {
        scan->complete = true;
    } else if (strcmp(line->name, JOURNAL_IDENTITY) == 0) {
        const bool again = *scan->claimed && strcmp(scan->claimed, line->value) != 0;
        scan->other_identity = scan->other_identity || again;
        discard(snprintf(scan->claimed, sizeof scan->claimed, "%s", again ? "" : line->value));
    } else if (is_arithmetic(line->name, &split)) {
        scan->header.versions[split] = (unsigned)atol(line->value);
    } else if (!scan->read) {
        take_parameter(scan, line->name, line->value);
    }
    take_former_axis(scan, line->name, line->value);
    for (size_t i = 0; i < scan->note_count; i++)
        journal_note_take(&scan->noted[i], &scan->notes[i], line);
    for (size_t i = 0; i < FACTS; i++) {
        struct setting *const fact = &scan->header.facts[i];
        if (strcmp(line->name, scan->ours->facts[i].name) != 0)
            continue;
        /* Once its identity differs it stays so: two headers in one file are two experiments. */
        const bool differs = scan->seen[i] && fact->identity && strcmp(fact->text, scan->ours->facts[i].text) != 0;
        if (!differs)
            discard(snprintf(fact->text, sizeof fact->text, "%.*s", SETTING_VALUE - 1, line->value));
        scan->seen[i] = true;
    }
    return STATUS_OK;
}

/* --- outcomes --------------------------------------------------------------------------------------------------- */

static enum status take_damage(struct journal_scan *scan, size_t number, struct error *err)
{
    scan->damaged++;
    if (scan->repair)
        return STATUS_OK;
    enum status status = check_identity(scan, err); /* a foreign journal needs no repair */
    if (status != STATUS_OK)
        return status;
    return error_set(err, STATUS_DATA, "%s:%zu: damaged line; --repair drops it and trains its network again",
                     scan->path, number);
}

static bool same_outcome(const struct outcome *a, const struct outcome *b)
{
    bool same = a->status == b->status && a->epochs == b->epochs;
    for (int split = 0; split < SPLITS; split++)
        same = same && a->misclassified[split] == b->misclassified[split] &&
               (a->error[split] == b->error[split] || (isnan(a->error[split]) && isnan(b->error[split])));
    return same;
}

/* Outcomes of another version of the arithmetic would not be the same to the bit. */
static enum status check_versions(const struct journal_scan *scan, const struct trial *trial, struct error *err)
{
    for (size_t split = 0; split < ARITHMETICS; split++)
        if (trial_uses(trial, (enum arithmetic)split) && scan->header.versions[split] != arithmetic_versions[split])
            return error_set(err, STATUS_DATA,
                             "%s is of version %u of the arithmetic of %s, and this program has version %u; %s",
                             scan->path, scan->header.versions[split],
                             split == ARITHMETIC_REPEATS ? "repeats and folds"
                             : split == ARITHMETIC_BATCH ? "batches"
                                                        : "on-line training",
                             arithmetic_versions[split], advice);
    return STATUS_OK;
}

static enum status take_outcome(struct journal_scan *scan, const struct journal_line *line, size_t number,
                                struct error *err)
{
    size_t training;
    const struct parameter *other = NULL;
    const enum status status = scan->form.program ? STATUS_OK : check_versions(scan, &line->trial, err);
    if (status)
        return status;
    if (line->foreign) {
        scan->outside++;
        return STATUS_OK;
    }
    const enum experiment_found found =
        experiment_find(scan->table->experiment, &line->trial, &training, &other);
    if (found != EXPERIMENT_FOUND) {
        if (other && !scan->other)
            parameter_write(scan->there, other, &line->trial.hyper);
        scan->other = scan->other ? scan->other : other;
        scan->outside++;
        return STATUS_OK;
    }
    const struct outcome *before = &scan->table->outcomes[training];
    if (table_is_open(scan->table, training)) {
        scan->outcomes += before->status == OUTCOME_PENDING;
        table_set(scan->table, training, &line->outcome);
    } else if (line->outcome.status != OUTCOME_FAILED && !same_outcome(before, &line->outcome)) {
        return scan->form.program
                   ? error_set(err, STATUS_DATA,
                               "%s:%zu: this cell, repeat %u has another outcome further up; start over with --force",
                               scan->path, number, (unsigned)line->trial.repeat)
                   : error_set(err, STATUS_DATA,
                               "%s:%zu: network %u, %u, repeat %u has another outcome further up; start "
                               "over with --force",
                               scan->path, number, (unsigned)line->trial.hyper.hidden1,
                               (unsigned)line->trial.hyper.hidden2, (unsigned)line->trial.repeat);
    }
    return STATUS_OK;
}

/* The first line that is no remark: the header has ended. */
static enum status begin_outcomes(struct journal_scan *scan, struct error *err)
{
    enum status status = scan->read ? STATUS_OK : finish_header(scan, err);
    /* Where the header has said that the journal is of other data, its outcomes need not be read. */
    return status ? status : check_facts(scan, err);
}

static enum status take_line(struct journal_scan *scan, const char *bytes, size_t length, size_t number,
                             struct error *err)
{
    struct journal_line line;
    if (length > 0 && *bytes != '#' && !scan->read) {
        const enum status status = begin_outcomes(scan, err);
        if (status)
            return status;
    }
    if (!journal_line_read(&line, &scan->form, bytes, length))
        return take_damage(scan, number, err);
    return line.remark ? take_remark(scan, &line, err) : take_outcome(scan, &line, number, err);
}

/* A file that does not begin as a journal does is not ours, and is left alone. */
static enum status check_mark(struct journal_scan *scan, struct error *err)
{
    static const char mark[] = "# " JOURNAL_MARK " ";
    char begin[sizeof mark - 1];
    ssize_t got = append_read(scan->file, begin, sizeof begin, 0, err);
    if (got < 0)
        return STATUS_IO;
    scan->unmarked = memcmp(begin, mark, (size_t)got) != 0;
    if (scan->unmarked && !scan->repair)
        return error_set(err, STATUS_DATA,
                         "%s:1: not the first line of a journal; choose another -o, or, if it is one, --repair",
                         scan->path);
    return STATUS_OK;
}

/* Before any line is read. */
static void begin(struct journal_scan *scan)
{
    scan->header = *scan->ours;
    scan->header.base = hyper_default();
    for (size_t i = 0; i < FACTS; i++)
        scan->header.facts[i].text[0] = '\0';
    scan->form = journal_header_form(scan->ours, scan->table->experiment);
    scan->note_count = settings_notes(scan->table->experiment, scan->notes);
}

enum status journal_scan(struct journal_scan *scan, struct error *err)
{
    enum status status = check_mark(scan, err);
    if (status != STATUS_OK)
        return status;
    begin(scan);
    struct journal_lines lines = {.file = scan->file};
    for (;;) {
        const char *line = NULL;
        size_t length = 0;
        enum journal_found found = journal_lines_next(&lines, &line, &length, err);
        if (found == FOUND_ERROR)
            return STATUS_IO;
        if (found == FOUND_END || found == FOUND_TORN)
            break;
        scan->whole = lines.offset - (lines.end - lines.begin);
        status = found == FOUND_LINE ? take_line(scan, line, length, lines.number, err)
                                     : take_damage(scan, lines.number, err);
        if (status != STATUS_OK)
            return status;
    }
    status = scan->read ? STATUS_OK : finish_header(scan, err);
    if (!status)
        status = check_facts(scan, err);
    if (!status && (scan->outcomes + scan->outside + scan->damaged > 0 || scan->complete))
        status = check_identity(scan, err);
    bool holds_something = scan->outcomes + scan->outside + scan->damaged > 0 || scan->unmarked;
    if (status == STATUS_OK && holds_something && !identity_known(scan))
        return error_set(err, STATUS_DATA,
                         "%s: too little is left of its header to know the experiment; start over "
                         "with --force",
                         scan->path);
    return status;
}

enum status journal_scan_copy(const struct journal_scan *scan, const struct journal_header *header, struct file *copy,
                              struct error *err)
{
    struct journal_form form = journal_header_form(header, scan->table->experiment);
    struct journal_lines lines = {.file = scan->file};
    for (;;) {
        const char *bytes = NULL;
        size_t length = 0;
        struct journal_line line;
        char text[JOURNAL_LINE];
        enum journal_found found = journal_lines_next(&lines, &bytes, &length, err);
        if (found == FOUND_ERROR)
            return STATUS_IO;
        if (found == FOUND_END || found == FOUND_TORN)
            return STATUS_OK;
        if (found != FOUND_LINE || !journal_line_read(&line, &scan->form, bytes, length) || line.remark)
            continue;
        if (line.foreign) /* as it stands */
            file_write(copy, bytes, length + 1);
        else
            file_write(copy, text, journal_line_outcome(text, &form, &line.trial, &line.outcome, line.host));
    }
}
