/* SPDX-License-Identifier: BSD-3-Clause */
/* The best cells in words; see best.h. It knows how figures read well, never how they are found. */
#include "app/best.h"

#include "base/file.h"
#include "base/log.h"
#include "base/number.h"
#include "store/results.h"
#include "sweep/ranking.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE = 640, NETWORK = 192 };

/* Where the lines for people go. */
typedef void outlet(const char *line);

static void to_log(const char *line)
{
    log_line("%s", line);
}

static void to_output(const char *line)
{
    printf("# %s\n", line);
}

static const char *const part_words[PARTS] = {"training", "validation", "test"};

/* "(6, 14) learning_rate=0.1, 193 weights": the layers, and the values of further axes. */
static void network_text(char text[NETWORK], const struct table *table, const struct ranked *ranked)
{
    const struct experiment *const experiment = table->experiment;
    size_t places[AXES_MAX], used = (size_t)snprintf(text, NETWORK, "(%" PRIu32 ", %" PRIu32 ")", ranked->hidden1,
                                                     ranked->hidden2);
    experiment_places(experiment, ranked->cell, places);
    for (size_t a = AXIS_HIDDEN2 + 1; a < experiment->axis_count && used < NETWORK; a++) {
        char name[PARAMETER_NAME], value[PARAMETER_TEXT_MAX];
        parameter_file_name(name, experiment->axes[a].parameter);
        axis_value_text(value, &experiment->axes[a], places[a]);
        used += (size_t)snprintf(text + used, NETWORK - used, " %s=%.24s", name, value);
    }
    if (used < NETWORK)
        discard(snprintf(text + used, NETWORK - used, ", %.0f weights", ranked->weights));
}

/* What the choice is worth: an error that chose is no longer a measure of what it chose. */
static void tell_worth(const struct ranking *ranking, const struct table *table, outlet *say)
{
    char line[LINE];
    const struct statistics best = table_cell_error(table, PART_TEST, ranking->set[0].cell);
    const struct statistics smallest = table_cell_error(table, PART_TEST, ranking->smallest.cell);
    if (ranking->part == PART_TEST) {
        say("chosen by the test error, which is no longer a test of them, and too low");
    } else if (isnan(best.mean)) {
        say(ranking->part == PART_TRAIN
                ? "chosen by the training error, which says nothing of other samples"
                : "chosen by the validation error, which is too low for them; a test would tell");
    } else if (ranking->blocks == 1) {
        discard(snprintf(line, sizeof line, "its test error: %.4g", best.mean));
        say(line);
    } else {
        discard(snprintf(line, sizeof line,
                         "test error of the first %.4g (standard error %.2g), of the smallest %.4g "
                         "(%.2g)",
                         best.mean, table_cell_standard_error(table, PART_TEST, ranking->set[0].cell), smallest.mean,
                         table_cell_standard_error(table, PART_TEST, ranking->smallest.cell)));
        say(line);
    }
}

/* What the lowest of many is too low by. */
static void tell_optimism(const struct ranking *ranking, outlet *say)
{
    char line[LINE];
    const struct comparison *const comparison = &ranking->comparison;
    if (isnan(comparison->optimism))
        return;
    discard(
        snprintf(line, sizeof line, "expected optimism of the lowest of %zu: %.2g; so again it would have about %.4g",
                 ranking->compared, comparison->optimism, comparison->means[comparison->best] + comparison->optimism));
    say(line);
}

/* The parts of chance, and its share of what is seen. */
static void tell_chance(const struct ranking *ranking, outlet *say)
{
    char line[LINE], medians[64] = "";
    const struct comparison *const comparison = &ranking->comparison;
    const char *const block = ranking->folds ? "fold" : "repeat";
    if (ranking->folds && !isnan(ranking->of_repeats)) {
        const double folds = (double)ranking->folds, of_mean = ranking->of_repeats / sqrt((double)ranking->trainings);
        discard(snprintf(line, sizeof line,
                         "a cell's errors spread between folds by sd %.2g, between repeats of a fold by %.2g: "
                         "standard error of a mean %.2g (all repeats of one fold: %.2g)",
                         ranking->between_folds, ranking->of_repeats,
                         hypot(ranking->between_folds / sqrt(folds), of_mean),
                         hypot(ranking->between_folds, of_mean * sqrt(folds))));
        say(line);
    }
    if (ranking->blocks == 1) {
        discard(snprintf(line, sizeof line,
                         ranking->compared == 1
                             ? "one cell, one training: nothing to compare"
                             : "cells spread by sd %.2g; one training each cannot tell how much of it is chance: "
                               "--repeats can",
                         comparison->between_sd));
    } else if (ranking->compared == 1) {
        discard(snprintf(line, sizeof line, "%ss of the cell spread by sd %.2g", block, comparison->within_sd));
    } else if (isnan(comparison->chance)) {
        discard(snprintf(line, sizeof line, "chance: the cells' means do not differ"));
    } else {
        if (!isnan(comparison->chance_median))
            discard(snprintf(medians, sizeof medians, " (%.0f %% by medians)", 100 * comparison->chance_median));
        discard(snprintf(line, sizeof line,
                         "chance: %.0f %% of the variance between the cells' means%s; a %s's noise, without what all "
                         "cells share, has sd %.2g",
                         100 * comparison->chance, medians, block, comparison->within_sd));
    }
    say(line);
}

static void tell_set(const struct ranking *ranking, const struct table *table, outlet *say)
{
    char line[LINE], network[NETWORK], large[NETWORK];
    const int percent = (int)(100 * COMPARISON_CONFIDENCE + 0.5);
    if (ranking->blocks < 2 || ranking->compared < 2)
        return;
    if (ranking->set_count == 1) {
        discard(snprintf(line, sizeof line, "%d %% confidence set of the best: no other cell", percent));
    } else {
        network_text(network, table, &ranking->smallest);
        network_text(large, table, &ranking->largest);
        discard(snprintf(line, sizeof line,
                         "%d %% confidence set of the best: %zu cells; the smallest %s: %.4g; the largest %s: %.4g",
                         percent, ranking->set_count, network, ranking->smallest.error.mean, large,
                         ranking->largest.error.mean));
    }
    say(line);
    if (ranking->blocks == 2) {
        discard(snprintf(line, sizeof line, "two %ss say little of the noise: more make the set surer and smaller",
                         ranking->folds ? "fold" : "repeat"));
        say(line);
    }
}

static void tell_cells(const struct ranking *ranking, const struct table *table, outlet *say)
{
    char line[LINE], network[NETWORK], trainings[64];
    const struct ranked *const best = &ranking->set[0];
    network_text(network, table, best);
    if (ranking->folds)
        discard(snprintf(trainings, sizeof trainings, "by fold; %zu folds x %zu repeats", ranking->folds,
                         ranking->trainings / ranking->folds));
    else
        discard(snprintf(trainings, sizeof trainings, "%zu repeats", ranking->blocks));
    if (ranking->trainings > 1)
        discard(snprintf(line, sizeof line, "lowest mean %s error of %zu cells: %s: %.4g, standard error %.2g (%s)",
                         part_words[ranking->part], ranking->compared, network, best->error.mean, best->standard_error,
                         trainings));
    else
        discard(snprintf(line, sizeof line, "lowest %s error of %zu cells: %s: %.4g", part_words[ranking->part],
                         ranking->compared, network, best->error.mean));
    say(line);
    tell_set(ranking, table, say);
}

static void tell(const struct ranking *ranking, const struct table *table, outlet *say)
{
    char line[LINE];
    if (table->done < table->count) {
        discard(snprintf(line, sizeof line, "%zu of %zu trainings so far", table->done, table->count));
        say(line);
    }
    if (ranking->compared > 0) {
        tell_cells(ranking, table, say);
        tell_optimism(ranking, say);
        tell_worth(ranking, table, say);
        tell_chance(ranking, say);
    }
    if (ranking->left_out > 0) {
        discard(snprintf(line, sizeof line, "%zu cell%s left out: not all of their trainings ended ok",
                         ranking->left_out, ranking->left_out == 1 ? "" : "s"));
        say(line);
    }
}

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
    printf("\t%.0f\t%s\t%s\t%s\n", ranked->weights, mean, sd, standard_error);
}

static void print_table(const struct ranking *ranking, const struct table *table)
{
    printf("#role");
    for (size_t a = 0; a < table->experiment->axis_count; a++) {
        char name[PARAMETER_NAME];
        parameter_file_name(name, table->experiment->axes[a].parameter);
        printf("\t%s", name);
    }
    printf("\tweights\terror\terror_sd\tstandard_error\n");
    if (ranking->compared == 0)
        return;
    print_row("best", table, &ranking->set[0]);
    if (ranking->blocks < 2)
        return;
    print_row("smallest", table, &ranking->smallest);
    print_row("largest", table, &ranking->largest);
    for (size_t i = 0; i < ranking->set_count; i++)
        print_row("candidate", table, &ranking->set[i]);
}

static enum status print(const struct table *table, enum part told, const char *path, struct error *err)
{
    const enum part part = told == PARTS ? ranking_part(table) : told;
    if (told != PARTS && !ranking_has(table, part) && !table_diverged(table))
        return error_set(err, STATUS_USAGE, "--error %s: %s holds no errors of such samples",
                         dataset_part_names[part], path);
    struct ranking ranking;
    const enum status status = ranking_make(&ranking, table, part, err);
    if (!status) {
        tell(&ranking, table, to_output);
        print_table(&ranking, table);
    }
    ranking_free(&ranking);
    return status ? status : best_check(table, err);
}

enum status best_check(const struct table *table, struct error *err)
{
    return table_diverged(table) ? error_set(err, STATUS_INCOMPLETE,
                                             "every training diverged; try a smaller --learning-rate")
                                 : STATUS_OK;
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
    status = results_read(&experiment, &table, NULL, path, err);
    if (!status)
        status = print(&table, options->error_of, path, err);
    table_free(&table);
    experiment_free(&experiment);
    free(path);
    return status;
}

enum status best_report(const struct table *table, enum part part, struct error *err)
{
    struct ranking ranking;
    const enum status status = ranking_make(&ranking, table, part == PARTS ? ranking_part(table) : part, err);
    if (!status)
        tell(&ranking, table, to_log);
    ranking_free(&ranking);
    return status;
}
