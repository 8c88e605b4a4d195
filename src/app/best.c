/* SPDX-License-Identifier: BSD-3-Clause */
/* The best cells as a table; see best.h. The lines before it are those of findings.h. */
#include "app/best.h"

#include "app/findings.h"
#include "app/reach.h"
#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/number.h"
#include "store/results.h"
#include "sweep/slice.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE = 640 };

static void to_log(const char *line)
{
    log_words("%s", line);
}

static void to_output(const char *line)
{
    printf("# %s\n", line);
}

/* Without the end of the line. */
static void print_row(const char *role, const struct table *table, const struct ranked *ranked)
{
    const struct experiment *const experiment = table->experiment;
    size_t places[AXES_MAX];
    char mean[NUMBER_TEXT], sd[NUMBER_TEXT], standard_error[NUMBER_TEXT];
    number_text(mean, ranked->error.mean);
    number_text(sd, ranked->error.sd);
    number_text(standard_error, ranked->standard_error);
    experiment_places(experiment, ranked->cell, places);
    printf("%s", role);
    for (size_t a = 0; a < experiment->axis_count; a++) {
        char value[PARAMETER_TEXT_MAX];
        axis_value_text(value, &experiment->axes[a], places[a]);
        printf("\t%s", value);
    }
    if (!experiment->program)
        printf("\t%.0f", ranked->weights);
    printf("\t%s\t%s\t%s", mean, sd, standard_error);
}

static void print_line(const char *role, const struct table *table, const struct ranked *ranked)
{
    print_row(role, table, ranked);
    printf("\n");
}

static void print_head(const struct table *table)
{
    printf("#role");
    for (size_t a = 0; a < table->experiment->axis_count; a++) {
        char name[PARAMETER_NAME];
        parameter_file_name(name, table->experiment->axes[a].parameter);
        printf("\t%s", name);
    }
    printf("%s\terror\terror_sd\tstandard_error", table->experiment->program ? "" : "\tweights");
}

static void print_table(const struct ranking *ranking, const struct table *table)
{
    print_head(table);
    printf("\n");
    if (ranking->compared == 0)
        return;
    print_line("best", table, &ranking->set[0]);
    if (ranking->blocks < 2)
        return;
    if (!table->experiment->program) {
        print_line("smallest", table, &ranking->smallest);
        print_line("largest", table, &ranking->largest);
    }
    for (size_t i = 0; i < ranking->set_count; i++)
        print_line("candidate", table, &ranking->set[i]);
}

/* The best cell for each value of an axis; of equal ones the first. best: [the axis's count], numbers of compared
 * cells, or as many as these where there is none. */
static void print_by(const struct findings *findings, const struct table *table, size_t axis, size_t *best)
{
    const struct axis *const values = &table->experiment->axes[axis];
    const struct ranking *const ranking = &findings->ranking;
    const struct comparison *const comparison = &ranking->comparison;
    print_head(table);
    printf("\tmarginal_mean\n");
    for (size_t v = 0; v < values->count; v++)
        best[v] = ranking->compared;
    for (size_t number = 0; number < ranking->compared; number++) {
        size_t places[AXES_MAX];
        experiment_places(table->experiment, ranking->cells[number], places);
        size_t *const of_value = &best[places[axis]];
        if (*of_value == ranking->compared || comparison->means[number] < comparison->means[*of_value])
            *of_value = number;
    }
    for (size_t v = 0; v < values->count; v++) {
        if (best[v] == ranking->compared)
            continue; /* they are among those that are said to be left out */
        char mean[NUMBER_TEXT];
        const struct ranked ranked = ranking_cell(table, ranking->split, ranking->cells[best[v]]);
        number_text(mean, findings->effects.means[axis][v]);
        print_row(best[v] == comparison->best                                             ? "best"
                  : ranking->blocks > 1 && comparison_holds(comparison, best[v]) ? "candidate"
                                                                                          : "other",
                  table, &ranked);
        printf("\t%s\n", mean);
    }
}

/* by: NULL without --by. */
static enum status find_by(const struct axis **by, const struct experiment *experiment, const char *name,
                           const char *path, struct error *err)
{
    const struct parameter *parameter;
    *by = NULL;
    if (!name)
        return STATUS_OK;
    const enum status status = slice_parameter(&parameter, experiment_parameters(experiment), name, "--by", err);
    *by = status ? NULL : experiment_axis(experiment, parameter);
    return status || *by ? status
                         : error_set(err, STATUS_USAGE, "--by %s: is no axis of %s", parameter->name, path);
}

static enum status print(struct table *table, const struct options *options, const char *path, struct error *err)
{
    const struct experiment *const experiment = table->experiment;
    const struct axis *by;
    enum status status = ranking_choose(table, options->error_of, path, err);
    if (!status)
        status = find_by(&by, experiment, options->by, path, err);
    if (status)
        return status;
    struct findings findings;
    size_t *const best = mem_array(by ? by->count : 1, sizeof *best);
    status = best ? STATUS_OK : error_memory(err, "the values of an axis");
    if (!status) {
        status = findings_make(&findings, table, table->shown, err);
        if (!status) {
            findings_tell(&findings, table, to_output);
            if (by)
                print_by(&findings, table, (size_t)(by - experiment->axes), best);
            else
                print_table(&findings.ranking, table);
        }
        findings_free(&findings);
    }
    free(best);
    return status ? status : best_check(table, err);
}

/* "at learning_rate=0.1, hidden1=1:8" */
static void tell_slice(const struct slice *slice)
{
    char line[LINE];
    size_t used = (size_t)snprintf(line, sizeof line, "at");
    for (size_t s = 0; s < slice->count && used < sizeof line; s++) {
        char name[PARAMETER_NAME];
        parameter_file_name(name, slice->axes[s].parameter);
        used += (size_t)snprintf(line + used, sizeof line - used, "%s %s=%s", s > 0 ? "," : "", name, slice->given[s]);
    }
    to_output(line);
}

static enum status print_slice(const struct table *whole, const struct options *options, const char *path,
                               struct error *err)
{
    const struct parameters all = experiment_parameters(whole->experiment);
    struct slice slice = {0};
    struct experiment experiment;
    struct table table;
    enum status status = STATUS_OK;
    for (size_t a = 0; a < options->at_count && !status; a++)
        status = slice_add(&slice, all, options->at[a], "--at", err);
    if (!status) {
        status = slice_table(&slice, &experiment, &table, whole, err);
        if (!status) {
            tell_slice(&slice);
            status = print(&table, options, path, err);
        }
        slice_table_free(&experiment, &table);
    }
    slice_free(&slice);
    return status;
}

enum status best_check(const struct table *table, struct error *err)
{
    if (!table_diverged(table))
        return STATUS_OK;
    return error_set(err, STATUS_INCOMPLETE, "%s",
                     table->experiment->program ? "every run of the program ended with NaN or an infinity"
                                                : "every training diverged; try a smaller --learning-rate");
}

/* Counts again of the shares that the file has. */
static void set_misclassified(struct experiment *experiment, struct table *table, const struct facts *facts)
{
    const size_t each = experiment_cell_trainings(experiment);
    for (int split = 0; split < SPLITS; split++) {
        if (!facts->misclassified[split])
            experiment->baseline.misclassified[split] = (double)NAN; /* there is nothing beside which to say it */
        for (size_t t = 0; t < table->count && facts->misclassified[split]; t++) {
            const size_t samples = dataset_count(&experiment->data, (enum split)split, t % each / experiment->repeats);
            const double count = facts->misclassified[split][t] * (double)samples;
            if (count >= 0) /* and not NaN */
                table->outcomes[t].misclassified[split] = (uint32_t)fmin(count + 0.5, UINT32_MAX);
        }
    }
}

enum status best_print(const struct options *options, struct error *err)
{
    struct experiment experiment;
    struct table table;
    char *path;
    const size_t length = strlen(options->prefix);
    const bool whole = length > 3 && strcmp(options->prefix + length - 3, ".h5") == 0; /* the file's own name */
    enum status status = file_name(&path, options->prefix, whole ? "" : ".h5", err);
    if (status)
        return status;
    struct facts facts;
    status = results_read(&experiment, &table, &facts, path, err);
    if (!status && !experiment.program) {
        const char *const activation = facts_find(&facts, "output_activation");
        if (reach_misses(&experiment, activation))
            printf("# warning: %s outputs cannot reach the training targets: take --scale-targets minmax, or "
                   "--output-activation linear and a smaller --learning-rate\n",
                   activation);
        set_misclassified(&experiment, &table, &facts);
    }
    facts_free(&facts);
    if (!status)
        status = options->at_count > 0 ? print_slice(&table, options, path, err) : print(&table, options, path, err);
    table_free(&table);
    experiment_free(&experiment);
    free(path);
    return status;
}

enum status best_report(const struct table *table, struct error *err)
{
    struct findings findings;
    const enum status status = findings_make(&findings, table, table->shown, err);
    if (!status)
        findings_tell(&findings, table, to_log);
    findings_free(&findings);
    return status;
}
