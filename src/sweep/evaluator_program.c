/* SPDX-License-Identifier: BSD-3-Clause */
/* The evaluator that runs the user's program, through the process that was split off for it before MPI started. */
#include "base/clock.h"
#include "base/mem.h"
#include "base/statistics.h"
#include "net/trainer.h"
#include "sweep/evaluator_ways.h"

#include <errno.h>
#include <inttypes.h>
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
    struct trial_outcome outcome; /* where `ended` */
    struct words words, variables;
    char text[PARAMETER_TEXT_MAX], why[WHY]; /* why: empty unless the latest failed */
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

static const char *value_of(const char *name, void *arg)
{
    struct programs *const p = arg;
    const struct trial *const trial = &p->trials[p->member];
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

/* The words of the trial, and the same values in the environment. */
static enum status fill(struct programs *p, struct error *err)
{
    const struct program *const program = p->experiment->program;
    const struct parameters all = experiment_parameters(p->experiment);
    enum status status = STATUS_OK;
    p->words.count = p->words.size = p->variables.count = p->variables.size = 0;
    if (program->shell) {
        status = words_add(&p->words, "/bin/sh", err);
        status = status ? status : words_add(&p->words, "-c", err);
    }
    if (!status)
        status = template_fill(&program->template, value_of, p, &p->words, err);
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
                                    .timeout_s = p->timeout_s};
    p->running = true;
    p->start_s = clock_now_s();
    return spawner_run(p->spawner, &job, err);
}

/* What became of it, in words. */
static void describe(char *text, size_t size, const struct spawner_end *end, double timeout_s)
{
    switch (end->how) {
    case SPAWNER_EXITED:
        discard(snprintf(text, size, "exit code %d", end->code));
        break;
    case SPAWNER_KILLED:
        discard(snprintf(text, size, "killed by signal %d, %s", end->code, strsignal(end->code)));
        break;
    case SPAWNER_TIMEOUT:
        discard(snprintf(text, size, "ended after %.6g s, see --command-timeout", timeout_s));
        break;
    case SPAWNER_NOTHING:
        discard(snprintf(text, size, "could not be started: %s", strerror(end->code)));
        break;
    }
}

/* What whoever looks for the reason needs: a line that says it, the command to paste, and the end of its errors. */
static void explain(struct programs *p, const struct spawner_end *end, const char *missing)
{
    char how[128], host[65] = "";
    const struct program *const program = p->experiment->program;
    char *const line = words_line(&p->words);
    const int errors = (int)end->errors_size;
    describe(how, sizeof how, end, p->timeout_s);
    if (gethostname(host, sizeof host - 1) != 0)
        host[0] = '\0';
    size_t used = (size_t)snprintf(p->why, sizeof p->why, "%s%s%s; %.3f s on %s\n", how, *missing ? ", but " : "",
                                   missing, end->seconds, host);
    for (const char *v = p->variables.bytes; program->shell && v < p->variables.bytes + p->variables.size;
         v += strlen(v) + 1)
        used += used < WHY ? (size_t)snprintf(p->why + used, WHY - used, "%s ", v) : 0;
    if (used < WHY)
        used += (size_t)snprintf(p->why + used, WHY - used, "%s%s%s\n", line ? line : "",
                                 *program->input_name ? " <" : "", program->input_name);
    if (used < WHY && errors > 0)
        discard(snprintf(p->why + used, WHY - used, "%.*s%s", errors, end->errors,
                         end->errors[errors - 1] == '\n' ? "" : "\n"));
    free(line);
}

/* Its values; false, and why, where one is missing. */
static bool find_values(const struct program *program, const struct spawner_end *end, double values[SPLITS], char *why,
                        size_t size)
{
    const bool cut = end->written > end->output_size;
    for (size_t v = 0; v < program->value_count; v++)
        if (!value_find(&program->values[v], end->output, end->output_size, cut, &values[v], why, size))
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
    case SPAWNER_NOTHING:
        break;
    }
    return end->code == ENOENT || end->code == EACCES || end->code == ENOEXEC ? RUN_ABSENT : RUN_NOTHING;
}

static void conclude(struct programs *p, const struct spawner_end *end)
{
    const struct program *const program = p->experiment->program;
    const bool well = end->how == SPAWNER_EXITED && end->code == 0;
    struct outcome outcome = outcome_without(OUTCOME_FAILED, 0);
    char missing[128] = "";
    double values[SPLITS] = {(double)NAN, (double)NAN, (double)NAN};
    if (well && find_values(program, end, values, missing, sizeof missing)) {
        outcome.status = OUTCOME_OK;
        for (size_t v = 0; v < program->value_count; v++)
            outcome.status = isfinite(values[v]) ? outcome.status : OUTCOME_DIVERGED;
        if (outcome.status == OUTCOME_OK)
            memcpy(outcome.error, values, sizeof values);
    }
    outcome.run = (struct outcome_run){.code = code_of(end),
                                       .attempts = 1,
                                       .seconds = (float)end->seconds};
    if (outcome.status == OUTCOME_FAILED)
        explain(p, end, missing);
    if (outcome.status != OUTCOME_FAILED)
        recent.took_s[recent.count++ % RECENT] = end->seconds;
    p->outcome = (struct trial_outcome){.member = (uint32_t)p->member, .outcome = outcome};
    p->running = false;
    p->ended = true;
    p->busy_s += clock_now_s() - p->start_s;
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
        conclude(p, &end);
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
    *evaluator = &p->evaluator;
    const enum status status =
        program->input ? spawner_input(p->spawner, program->input, program->input_size, err) : STATUS_OK;
    if (status) {
        destroy(*evaluator);
        *evaluator = NULL;
    }
    return status;
}
