/* SPDX-License-Identifier: BSD-3-Clause */
/* The evaluator that runs the user's program, through the process that was split off for it before MPI started. */
#include "base/clock.h"
#include "base/input.h"
#include "base/mem.h"
#include "base/statistics.h"
#include "net/trainer.h"
#include "program/failed_run.h"
#include "program/files.h"
#include "sweep/evaluator_ways.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { WHY = 3 * SPAWNER_ERRORS + 4096 };

/* Runs that a median is taken of: at least, at most. It never ends a run within a second. */
enum { ENOUGH = 5, RECENT = 101 };
static const double least_s = 1;

struct programs {
    struct evaluator evaluator;
    const struct experiment *experiment;
    struct spawner *spawner;
    struct trial trials[PACK_MAX];
    size_t count, member; /* trials, and the one that runs */
    double start_s, busy_s;
    double timeout_s;      /* of the run */
    bool running, ended;
    bool looks_into; /* folders of runs are needed when they have ended */
    bool for_people; /* a command to paste has the user's files */
    struct trial_outcome outcome; /* where `ended` */
    struct words words, variables;
    char left[SPAWNER_OUTPUT]; /* the end of a file that a program left */
    char text[PARAMETER_TEXT_MAX], folder[FOLDER_NAME], why[WHY]; /* why: empty unless the latest failed */
};

/* --- what names stand for ----------------------------------------------------------------------------------------- */

static void add(uint64_t *hash, const char *text)
{
    for (; *text; text++)
        *hash = (*hash ^ (uint64_t)(unsigned char)*text) * UINT64_C(1099511628211); /* FNV-1a */
}

/* Depends on the seed, the cell's values and the repeat alone, not on the rest of the grid: 31 bits, so that it fits
 * whatever a program reads a seed into. */
static uint32_t seed_of(const struct programs *p, const struct trial *trial)
{
    const struct parameters all = experiment_parameters(p->experiment);
    uint64_t hash = UINT64_C(14695981039346656037);
    char text[PARAMETER_TEXT_MAX];
    for (const struct parameter *row = all.rows; row < all.rows + all.count; row++) {
        parameter_write(text, row, &trial->hyper);
        add(&hash, row->name);
        add(&hash, "=");
        add(&hash, text);
        add(&hash, " ");
    }
    discard(snprintf(text, sizeof text, "%" PRIu32, trial->repeat));
    add(&hash, text);
    hash ^= hash >> 32;
    hash *= UINT64_C(0xd6e8feb86659fd93); /* a last mix: the high bits of FNV change little with the last letter */
    hash ^= hash >> 32;
    return (uint32_t)(hash & 0x7fffffff);
}

/* From the root, away from the user's folder; size is enough for both. */
static const char *from_root(char *path, size_t size, const char *name)
{
    char here[PATH_MAX];
    if (*name == '/' || !getcwd(here, sizeof here))
        return name;
    discard(snprintf(path, size, "%s/%s", here, name + (strncmp(name, "./", 2) == 0 ? 2 : 0)));
    return path;
}

/* The user's file, of which the program has a copy; where it is the program, no shell is to search for it. */
static const char *given(const struct program_file *file, const struct program *program)
{
    static char path[2 * PATH_MAX];
    if (program->chdir)
        return from_root(path, sizeof path, file->name);
    discard(snprintf(path, sizeof path, "%s%s", strchr(file->name, '/') ? "" : "./", file->name));
    return path;
}

static const char *value_of(const char *name, void *arg)
{
    struct programs *const p = arg;
    const struct trial *const trial = &p->trials[p->member];
    const struct program_file *const file = files_find(p->experiment->program, name);
    if (file)
        return p->for_people ? given(file, p->experiment->program) : file->path;
    if (strcmp(name, "repeat") == 0)
        discard(snprintf(p->text, sizeof p->text, "%" PRIu32, trial->repeat));
    else if (strcmp(name, "seed") == 0)
        discard(snprintf(p->text, sizeof p->text, "%" PRIu32, seed_of(p, trial)));
    else
        parameter_write(p->text, parameters_find(experiment_parameters(p->experiment), name), &trial->hyper);
    return p->text;
}

static enum status add_variable(struct programs *p, const char *name, struct error *err)
{
    char variable[PARAMETER_TEXT_MAX + PARAMETER_NAME + 16];
    discard(snprintf(variable, sizeof variable, "NSURF_%s=%s", name, value_of(name, p)));
    return words_add(&p->variables, variable, err);
}

/* What the trial's folder is called: after the cell, in letters that no shell takes for something else. */
static void name_folder(struct programs *p)
{
    const struct parameters all = experiment_parameters(p->experiment);
    size_t used = 0;
    for (size_t r = 1; r <= all.count && used < sizeof p->folder; r++) {
        const char *const name = r < all.count ? all.rows[r].name : "repeat";
        used += (size_t)snprintf(p->folder + used, sizeof p->folder - used, "%s%s=%s", used ? "," : "", name,
                                 value_of(name, p));
    }
    for (char *c = p->folder; *c; c++)
        if (!isalnum((unsigned char)*c) && !strchr("=,._+-", *c))
            *c = '_';
}

/* A program that is named from the user's folder is named from the root. */
static enum status name_program(struct words *line, struct error *err)
{
    char path[2 * PATH_MAX];
    struct words words = {0};
    const char *const program = line->bytes;
    if (!strchr(program, '/'))
        return STATUS_OK;
    enum status status = words_add(&words, from_root(path, sizeof path, program), err);
    for (const char *word = program + strlen(program) + 1; word < line->bytes + line->size && !status;
         word += strlen(word) + 1)
        status = words_add(&words, word, err);
    words_free(line);
    *line = words;
    return status;
}

/* The words of the trial. */
static enum status fill_words(struct programs *p, struct words *words, struct error *err)
{
    const struct program *const program = p->experiment->program;
    enum status status = STATUS_OK;
    words->count = words->size = 0;
    if (program->shell) {
        status = words_add(words, "/bin/sh", err);
        status = status ? status : words_add(words, "-c", err);
    }
    if (!status)
        status = template_fill(&program->template, value_of, p, words, err);
    return status || !program->chdir ? status : name_program(words, err);
}

/* They, and the same values in the environment. */
static enum status fill(struct programs *p, struct error *err)
{
    const struct parameters all = experiment_parameters(p->experiment);
    enum status status = fill_words(p, &p->words, err);
    p->variables.count = p->variables.size = 0;
    name_folder(p);
    for (size_t r = 1; r < all.count && !status; r++)
        status = add_variable(p, all.rows[r].name, err);
    if (!status)
        status = add_variable(p, "repeat", err);
    return status ? status : add_variable(p, "seed", err);
}

/* --- a trial ------------------------------------------------------------------------------------------------------ */

/* What the last runs of this process took that ended well, in a ring: all evaluators of a process learn from all. */
static struct {
    double took_s[RECENT];
    size_t count;
} recent;

static double timeout_of(const struct program_timeout *timeout)
{
    double sorted[RECENT];
    const size_t count = recent.count < RECENT ? recent.count : RECENT;
    if (timeout->seconds > 0)
        return timeout->seconds;
    if (timeout->times == 0 || count < ENOUGH)
        return (double)INFINITY;
    memcpy(sorted, recent.took_s, count * sizeof *sorted);
    return fmax(least_s, timeout->times * statistics_of(sorted, count).median);
}

static enum status start(struct programs *p, struct error *err)
{
    const struct program *const program = p->experiment->program;
    const enum status status = fill(p, err);
    if (status)
        return status;
    p->timeout_s = timeout_of(&program->timeout);
    const struct spawner_job job = {.words = p->words.bytes,
                                    .words_size = p->words.size,
                                    .words_count = p->words.count,
                                    .variables = p->variables.bytes,
                                    .variables_size = p->variables.size,
                                    .variables_count = p->variables.count,
                                    .timeout_s = p->timeout_s,
                                    .folder = p->folder,
                                    .inside = program->chdir,
                                    .goes = !p->looks_into};
    p->running = true;
    p->start_s = clock_now_s();
    return spawner_run(p->spawner, &job, err);
}

/* A value of what it wrote, or left in its folder; false, and why, where it is missing. */
static bool find_value(struct programs *p, const struct value *value, const struct spawner_end *end, double *number,
                       char *why, size_t size)
{
    bool cut = false;
    size_t got = 0;
    if (value->kind != VALUE_FILE)
        return value_find(value, end->output, end->output_size, end->written > end->output_size, number, why, size);
    if (input_end(end->folder, value->text, p->left, sizeof p->left, &got, &cut))
        return value_find(value, p->left, got, cut, number, why, size);
    discard(snprintf(why, size, "its file \"%.60s\" cannot be read: %s", value->text, strerror(errno)));
    return false;
}

static bool find_values(struct programs *p, const struct spawner_end *end, double values[SPLITS], char *why,
                        size_t size)
{
    const struct program *const program = p->experiment->program;
    for (size_t v = 0; v < program->value_count; v++)
        if (!find_value(p, &program->values[v], end, &values[v], why, size))
            return false;
    return true;
}

static int32_t code_of(const struct spawner_end *end)
{
    switch (end->how) {
    case SPAWNER_EXITED:
        return end->code;
    case SPAWNER_KILLED:
        return -end->code;
    case SPAWNER_TIMEOUT:
        return RUN_TIMEOUT;
    case SPAWNER_NO_FOLDER:
        return RUN_NOTHING;
    case SPAWNER_NOTHING:
        break;
    }
    return end->code == ENOENT || end->code == EACCES || end->code == ENOEXEC ? RUN_ABSENT : RUN_NOTHING;
}

/* What explains a failure; the command to paste has the user's files, since copies go. */
static void explain(struct programs *p, const struct spawner_end *end, const char *missing, const char *stays)
{
    struct words words = {0};
    p->for_people = true;
    const struct failed_run failed = {.program = p->experiment->program,
                                      .words = fill_words(p, &words, NULL) ? &p->words : &words,
                                      .variables = &p->variables,
                                      .end = end,
                                      .timeout_s = p->timeout_s,
                                      .missing = missing,
                                      .stays = stays};
    failed_run_explain(&failed, p->why, sizeof p->why);
    p->for_people = false;
    words_free(&words);
}

static enum status conclude(struct programs *p, const struct spawner_end *end, struct error *err)
{
    const struct program *const program = p->experiment->program;
    const bool well = end->how == SPAWNER_EXITED && end->code == 0;
    struct outcome outcome = outcome_without(OUTCOME_FAILED, 0);
    char missing[160] = "";
    double values[SPLITS] = {(double)NAN, (double)NAN, (double)NAN};
    if (well && find_values(p, end, values, missing, sizeof missing)) {
        outcome.status = OUTCOME_OK;
        for (size_t v = 0; v < program->value_count; v++)
            outcome.status = isfinite(values[v]) ? outcome.status : OUTCOME_DIVERGED;
        if (outcome.status == OUTCOME_OK)
            memcpy(outcome.error, values, sizeof values);
    }
    outcome.run = (struct outcome_run){.code = code_of(end),
                                       .attempts = 1,
                                       .seconds = (float)end->seconds};
    const bool kept = *end->folder && (program->keep_folders == PROGRAM_KEEP_ALL ||
                                       (program->keep_folders && outcome.status == OUTCOME_FAILED));
    if (outcome.status == OUTCOME_FAILED)
        explain(p, end, missing, kept ? end->stays : "");
    if (outcome.status != OUTCOME_FAILED)
        recent.took_s[recent.count++ % RECENT] = end->seconds;
    p->outcome = (struct trial_outcome){.member = (uint32_t)p->member, .outcome = outcome};
    p->running = false;
    p->ended = true;
    p->busy_s += clock_now_s() - p->start_s;
    return p->looks_into ? spawner_settle(p->spawner, kept, err) : STATUS_OK;
}

/* --- the seam ----------------------------------------------------------------------------------------------------- */

static enum status load(struct evaluator *evaluator, const struct trial *trials, size_t count, struct error *err)
{
    struct programs *const p = (struct programs *)evaluator;
    memcpy(p->trials, trials, count * sizeof *trials);
    p->count = count;
    p->member = 0;
    p->busy_s = 0;
    p->ended = false;
    return start(p, err);
}

static enum status run(struct evaluator *evaluator, double flop, struct error *err)
{
    struct programs *const p = (struct programs *)evaluator;
    struct spawner_end end = {0};
    bool ended = false;
    enum status status = STATUS_OK;
    if (p->ended || p->member == p->count)
        return STATUS_OK;
    p->why[0] = '\0';
    if (!p->running)
        status = start(p, err);
    if (!status)
        status = spawner_wait(p->spawner, flop / EVALUATOR_SPEED, &ended, &end, err);
    if (!status && ended)
        status = conclude(p, &end, err);
    return status;
}

static size_t take(struct evaluator *evaluator, struct trial_outcome *outcomes, size_t most)
{
    struct programs *const p = (struct programs *)evaluator;
    if (!p->ended || most == 0)
        return 0;
    *outcomes = p->outcome;
    p->ended = false;
    p->member++;
    return 1;
}

static bool finished(const struct evaluator *evaluator)
{
    const struct programs *const p = (const struct programs *)evaluator;
    return p->member == p->count;
}

static const char *why(const struct evaluator *evaluator)
{
    const struct programs *const p = (const struct programs *)evaluator;
    return *p->why ? p->why : NULL;
}

static double flop(const struct evaluator *evaluator)
{
    const struct programs *const p = (const struct programs *)evaluator;
    return EVALUATOR_SPEED * (p->busy_s + (p->running ? clock_now_s() - p->start_s : 0));
}

static void destroy(struct evaluator *evaluator)
{
    struct programs *const p = (struct programs *)evaluator;
    words_free(&p->words);
    words_free(&p->variables);
    free(p);
}

enum status evaluator_create_program(struct evaluator **evaluator, const struct experiment *experiment,
                                     size_t place, struct error *err)
{
    static const struct evaluator_ways ways = {.load = load,
                                               .run = run,
                                               .take = take,
                                               .finished = finished,
                                               .why = why,
                                               .flop = flop,
                                               .destroy = destroy};
    const struct program *const program = experiment->program;
    struct programs *const p = mem_array(1, sizeof *p);
    if (!p)
        return error_memory(err, "the evaluator");
    p->evaluator.ways = &ways;
    p->experiment = experiment;
    p->spawner = experiment->spawners[place];
    p->looks_into = program->keep_folders;
    for (size_t v = 0; v < program->value_count; v++)
        p->looks_into = p->looks_into || program->values[v].kind == VALUE_FILE;
    *evaluator = &p->evaluator;
    enum status status =
        spawner_folders(p->spawner, program->run_id, program->keep_folders, program->file_count > 0, err);
    if (!status && program->input)
        status = spawner_input(p->spawner, program->input, program->input_size, err);
    if (status) {
        destroy(*evaluator);
        *evaluator = NULL;
    }
    return status;
}
