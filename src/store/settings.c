/* SPDX-License-Identifier: BSD-3-Clause */
/* Experiments as lists; see settings.h. */
#include "store/settings.h"

#include "base/number.h"
#include "data/source.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void name_it(struct setting *setting, const char *name)
{
    discard(snprintf(setting->name, sizeof setting->name, "%s", name));
}

static struct setting count_of(const char *name, bool identity, uint64_t count)
{
    struct setting setting = {.identity = identity, .type = SETTING_COUNT, .count = count};
    name_it(&setting, name);
    discard(snprintf(setting.text, sizeof setting.text, "%" PRIu64, count));
    return setting;
}

/* A file's name may hold anything; a header line must stay a line. */
static struct setting text_of(const char *name, bool identity, const char *text)
{
    struct setting setting = {.identity = identity, .type = SETTING_TEXT};
    name_it(&setting, name);
    discard(snprintf(setting.text, sizeof setting.text, "%s", text));
    for (char *c = setting.text; *c; c++)
        if ((unsigned char)*c < ' ' || *c == 127)
            *c = '?';
    return setting;
}

/* A fact of which most experiments say nothing. */
static struct setting rare_of(const char *name, const char *text)
{
    struct setting setting = text_of(name, true, text);
    setting.rare = true;
    return setting;
}

bool settings_same(const struct setting *here, const char *there)
{
    return strcmp(here->text, there) == 0 || (*here->former && strcmp(here->former, there) == 0);
}

bool settings_says(const struct setting *fact)
{
    return !fact->rare || *fact->text;
}

/* A text that cannot stand there as it is, being long or of several lines, is as good as its digest. */
static struct setting long_text_of(const char *name, const char *text)
{
    char cut[SETTING_VALUE], sum[DIGEST_TEXT] = "";
    struct digest *digest;
    const struct setting plain = text_of(name, true, text);
    if (strcmp(plain.text, text) == 0 || digest_create(&digest, NULL))
        return plain;
    digest_update(digest, text, strlen(text));
    discard((long)digest_finish(digest, sum, NULL));
    discard(snprintf(cut, sizeof cut, "%.180s... sha256 %s", text, sum));
    struct setting setting = text_of(name, true, cut);
    if (strlen(text) < SETTING_VALUE)
        memcpy(setting.former, plain.text, sizeof setting.former);
    return setting;
}

/* NAME, and what its digest begins with. */
static struct setting files_of(const struct program *program)
{
    char text[PROGRAM_FILES_MAX * 300] = "";
    size_t used = 0;
    for (size_t f = 0; f < program->file_count && used < sizeof text; f++)
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s %.16s", used ? ", " : "",
                                 program->files[f].name, program->files[f].digest);
    struct setting setting = long_text_of("files_sha256", text);
    setting.rare = true;
    return setting;
}

/* NAME=WHICH of a value, where the text of them all does not tell: it is cut, and its digest has to do, or it may be of
 * other values, from which this then has to tell it. */
static struct setting value_of(const struct program *program, size_t place, bool cut, bool splits)
{
    char name[16], text[PROGRAM_VALUE_TEXT];
    const bool there = place < program->value_count && (cut || !splits);
    discard(snprintf(name, sizeof name, "value_%zu", place + 1));
    struct setting setting = rare_of(name, there ? program_value_text(text, program, place) : "");
    setting.identity = !there || !splits;
    return setting;
}

static void facts_of_program(const struct program *program, struct setting *facts)
{
    char values[PROGRAM_VALUES_TEXT], axes[SETTING_VALUE * 2];
    const bool splits = program_value_texts(values, program), cut = strlen(values) >= SETTING_VALUE;
    program_axis_names(axes, sizeof axes, program);
    const struct setting list[] = {
        long_text_of("command", program->command),
        text_of("shell", true, program->shell ? "yes" : "no"),
        rare_of("chdir", program->chdir ? "yes" : ""),
        files_of(program),
        long_text_of("values", values),
        long_text_of("axis_names", axes),
        text_of("program_sha256", true, *program->file_digest ? program->file_digest : "unknown"),
        text_of("stdin", false, *program->input_name ? program->input_name : "none"),
        text_of("stdin_sha256", true, *program->input_digest ? program->input_digest : "none"),
        text_of("reproducible", false, "unknown"),
        count_of("folds", false, 1),
        value_of(program, 0, cut, splits),
        value_of(program, 1, cut, splits),
        value_of(program, 2, cut, splits),
    };
    _Static_assert(PROGRAM_VALUES_MAX == 3, "a fact for each value");
    _Static_assert(sizeof list / sizeof *list == FACTS, "FACTS counts the list");
    memcpy(facts, list, sizeof list);
}

void settings_facts(const struct experiment *experiment, struct setting *facts)
{
    const struct dataset *const data = &experiment->data;
    if (experiment->program) {
        facts_of_program(experiment->program, facts);
        return;
    }
    const struct setting list[] = {
        text_of("data", false, data->name),
        count_of("samples", true, data->samples),
        count_of("inputs", true, data->inputs),
        count_of("targets", true, data->targets),
        text_of("data_sha256", true, data->digest),
        text_of("split", false, data->split),
        count_of("folds", false, data->folds),
        text_of("missing", false, dataset_missing_names[data->missing]),
        text_of("scale", false, dataset_scaling_names[data->scaling]),
        rare_of("", ""),
        rare_of("", ""),
        rare_of("", ""),
        rare_of("", ""),
        rare_of("", ""),
    };
    _Static_assert(sizeof list / sizeof *list == FACTS, "FACTS counts the list");
    memcpy(facts, list, sizeof list);
}

const char *const settings_of_source[SETTINGS_OF_SOURCE] = {
    "targets", "format", "decimal", "classes", "inputs-dataset", "targets-dataset", "validation", "test"};

static const struct parameter *source_row(const char *name)
{
    const struct parameter *row = source_parameters;
    while (strcmp(row->name, name) != 0)
        row++;
    return row;
}

/* See SETTINGS_SOURCE. settings: [SETTINGS_OF_SOURCE]. */
static size_t list_source(const struct experiment *experiment, struct setting *settings)
{
    static const struct source usual = {0};
    const struct dataset *const data = &experiment->data;
    const struct source *const source = experiment->source;
    size_t count = 0;
    if (!source || !source->data)
        return 0;
    if (data->targets > 1)
        settings[count++] = count_of(SETTINGS_SOURCE "targets", false, dataset_target_columns(data));
    for (size_t i = 1; i < SETTINGS_OF_SOURCE; i++) {
        const struct parameter *const row = source_row(settings_of_source[i]);
        char name[PARAMETER_NAME], text[PARAMETER_TEXT_MAX], without[PARAMETER_TEXT_MAX];
        parameter_write(text, row, source);
        parameter_write(without, row, &usual);
        if (strcmp(text, without) == 0)
            continue;
        parameter_file_name(name, row);
        settings[count] = text_of("", false, text);
        discard(snprintf(settings[count++].name, sizeof settings->name, SETTINGS_SOURCE "%s", name));
    }
    return count;
}

static struct setting of_parameter(const struct parameter *parameter, const struct hyperparameters *hyper)
{
    char name[PARAMETER_NAME], text[PARAMETER_TEXT_MAX];
    parameter_file_name(name, parameter);
    parameter_write(text, parameter, hyper);
    const bool rate = parameter->offset == offsetof(struct hyperparameters, learning_rate);
    const bool batch = parameter->offset == offsetof(struct hyperparameters, batch);
    if ((rate && hyper->learning_rate == RATE_USUAL) || (batch && hyper->batch == BATCH_USUAL))
        return text_of(name, true, parameter->usual);
    struct setting setting = text_of(name, true, text);
    if (parameter->type == PARAMETER_REAL) {
        setting.type = SETTING_REAL;
        setting.real = parameter_get(parameter, hyper).real;
    } else if ((parameter->type == PARAMETER_COUNT && !parameter->zero) || parameter->type == PARAMETER_WHOLE) {
        setting.type = SETTING_COUNT;
        setting.count = parameter->type == PARAMETER_WHOLE ? parameter_get(parameter, hyper).whole
                                                           : parameter_get(parameter, hyper).count;
    }
    return setting;
}

/* Whether the outcome of some trial depends on it. With several optimizers, all their constants count. */
static bool has_effect(const struct experiment *experiment, const struct parameter *parameter)
{
    const struct axis *const optimizers = experiment_axis(experiment, parameter_find("optimizer"));
    struct hyperparameters hyper = experiment->hyper;
    bool any = parameter_counts(parameter, &hyper);
    for (size_t i = 0; optimizers && i < optimizers->count; i++) {
        parameter_set(optimizers->parameter, &hyper, optimizers->values[i]);
        any = i == 0 ? parameter_counts(parameter, &hyper) : any || parameter_counts(parameter, &hyper);
    }
    return any;
}

/* The versions of those parts of the arithmetic that some trial uses. */
static size_t list_versions(const struct experiment *experiment, struct setting *settings)
{
    const struct axis *const batches = experiment_axis(experiment, parameter_find("batch"));
    const bool repeats = experiment_cell_trainings(experiment) > 1;
    bool uses[ARITHMETICS] = {[ARITHMETIC_REPEATS] = repeats};
    size_t count = 0;
    for (size_t i = 0; i < (batches ? batches->count : 1); i++) {
        struct hyperparameters hyper = experiment->hyper;
        if (batches)
            parameter_set(batches->parameter, &hyper, batches->values[i]);
        hyper_resolve(&hyper);
        const struct trial trial = {.hyper = hyper};
        uses[ARITHMETIC_ONLINE] |= trial_uses(&trial, ARITHMETIC_ONLINE);
        uses[ARITHMETIC_BATCH] |= trial_uses(&trial, ARITHMETIC_BATCH);
    }
    for (int part = 0; part < ARITHMETICS; part++)
        if (uses[part]) {
            char name[48];
            discard(snprintf(name, sizeof name, "arithmetic_%s", arithmetic_names[part]));
            settings[count++] = count_of(name, true, arithmetic_versions[part]);
        }
    return count;
}

size_t settings_notes(const struct experiment *experiment, struct setting *notes)
{
    const enum scaling scaling = experiment->data.target_scaling;
    size_t count = 0;
    notes[count++] = count_of("repeats", false, experiment->repeats);
    if (scaling != SCALING_NONE)
        notes[count++] = text_of("scale_targets", false, dataset_scaling_names[scaling]);
    for (size_t a = 0; a < experiment->axis_count; a++) {
        char name[PARAMETER_NAME], text[SETTING_VALUE];
        parameter_file_name(name, experiment->axes[a].parameter);
        const bool all = axis_text(text, sizeof text, &experiment->axes[a]);
        notes[count] = text_of("", false, text);
        notes[count].axis = all ? NULL : &experiment->axes[a];
        discard(snprintf(notes[count].name, sizeof notes->name, "%.40s_range", name));
        count++;
    }
    return count;
}

size_t settings_list(const struct experiment *experiment, struct setting *settings)
{
    const struct parameters all = experiment_parameters(experiment);
    size_t count = experiment->program ? 0 : list_versions(experiment, settings);
    struct setting facts[FACTS];
    settings_facts(experiment, facts);
    for (size_t i = 0; i < FACTS; i++)
        if (settings_says(&facts[i]))
            settings[count++] = facts[i];
    count += list_source(experiment, settings + count);
    for (const struct parameter *p = all.rows; p < all.rows + all.count; p++)
        if (!experiment_axis(experiment, p) && p->group != GROUP_GRID && has_effect(experiment, p))
            settings[count++] = of_parameter(p, &experiment->hyper);
    return count + settings_notes(experiment, settings + count);
}

bool settings_differs(const struct parameter *parameter, const struct hyperparameters *base)
{
    const struct hyperparameters usual = hyper_default();
    return parameter->group != GROUP_GRID && !parameter->own && parameter_counts(parameter, base) &&
           !parameter_same(parameter, base, &usual);
}

static void add_line(struct digest *digest, const char *name, const char *text)
{
    digest_update(digest, name, strlen(name));
    digest_update(digest, " ", 1);
    digest_update(digest, text, strlen(text));
    digest_update(digest, "\n", 1);
}

enum status settings_digest(const struct setting *facts, struct parameters all, const struct hyperparameters *base,
                            char text[DIGEST_TEXT], struct error *err)
{
    struct digest *digest;
    enum status status = digest_create(&digest, err);
    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; i < FACTS; i++)
        if (facts[i].identity && settings_says(&facts[i]))
            add_line(digest, facts[i].name, facts[i].text);
    for (const struct parameter *p = all.rows; p < all.rows + all.count; p++) {
        char name[PARAMETER_NAME], value[PARAMETER_TEXT_MAX];
        if (!settings_differs(p, base))
            continue;
        parameter_file_name(name, p);
        parameter_write(value, p, base);
        add_line(digest, name, value);
    }
    return digest_finish(digest, text, err);
}
