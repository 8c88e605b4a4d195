/* SPDX-License-Identifier: BSD-3-Clause */
/* The best cells in words; see best.h. It knows how figures read well, never how they are found. */
#include "cli/best.h"

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

enum { LINE = 240 };

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

/* "(6, 14), 193 weights" */
static void network_text(char *text, size_t size, const struct ranked *ranked)
{
    discard(snprintf(text, size, "(%" PRIu32 ", %" PRIu32 "), %.0f weights", ranked->hidden1, ranked->hidden2,
                     ranked->weights));
}

/* What the choice is worth: an error that chose is no longer a measure of what it chose. */
static void tell_worth(const struct ranking *ranking, const struct table *table, outlet *say)
{
    char line[LINE];
    const struct statistics best = table_cell_error(table, PART_TEST, ranking->equals[0].cell);
    const struct statistics smallest = table_cell_error(table, PART_TEST, ranking->smallest.cell);
    if (ranking->part == PART_TEST) {
        say("chosen by the test error, which is no longer a test of them, and too low");
    } else if (isnan(best.mean)) {
        say(ranking->part == PART_TRAIN
                ? "chosen by the training error, which says nothing of other samples"
                : "chosen by the validation error, which is too low for them; a test would tell");
    } else if (ranking->trainings == 1) {
        discard(snprintf(line, sizeof line, "its test error: %.4g", best.mean));
        say(line);
    } else {
        discard(snprintf(line, sizeof line,
                         "test error of the first %.4g (standard error %.2g), of the smallest %.4g "
                         "(%.2g)",
                         best.mean, statistics_standard_error(&best), smallest.mean,
                         statistics_standard_error(&smallest)));
        say(line);
    }
}

static void tell_spread(const struct ranking *ranking, outlet *say)
{
    char line[LINE];
    if (isnan(ranking->between_sd) && ranking->trainings == 1)
        discard(snprintf(line, sizeof line, "one cell, one training: nothing to compare"));
    else if (isnan(ranking->between_sd))
        discard(snprintf(line, sizeof line, "noise: trainings of the cell spread by sd %.2g (%.2g for a mean)",
                         ranking->within_sd, ranking->within_sd / sqrt((double)ranking->trainings)));
    else if (ranking->trainings == 1)
        discard(snprintf(line, sizeof line,
                         "cells spread by sd %.2g; one training each cannot tell how much of it is luck: --repeats can",
                         ranking->between_sd));
    else
        discard(snprintf(line, sizeof line,
                         "noise: trainings of a cell spread by sd %.2g (pooled; %.2g for a mean), the cells' means by "
                         "%.2g",
                         ranking->within_sd, ranking->within_sd / sqrt((double)ranking->trainings),
                         ranking->between_sd));
    say(line);
}

static void tell_cells(const struct ranking *ranking, outlet *say)
{
    char line[LINE], network[64];
    const struct ranked *const best = &ranking->equals[0];
    const bool several = ranking->trainings > 1;
    network_text(network, sizeof network, best);
    if (several)
        discard(snprintf(line, sizeof line,
                         "lowest mean %s error of %zu cells: %s: %.4g, sd %.2g, standard error %.2g (%zu trainings)",
                         part_words[ranking->part], ranking->compared, network, best->error.mean, best->error.sd,
                         statistics_standard_error(&best->error), ranking->trainings));
    else
        discard(snprintf(line, sizeof line, "lowest %s error of %zu cells: %s: %.4g", part_words[ranking->part],
                         ranking->compared, network, best->error.mean));
    say(line);
    if (several && ranking->equals_count == 1) {
        say("within one standard error of it: no other cell");
    } else if (several) {
        network_text(network, sizeof network, &ranking->smallest);
        discard(snprintf(line, sizeof line, "within one standard error of it: %zu cells, the smallest %s: %.4g",
                         ranking->equals_count, network, ranking->smallest.error.mean));
        say(line);
    }
    if (ranking->largest.cell == best->cell) {
        say("within 5 % of it: no larger network");
        return;
    }
    network_text(network, sizeof network, &ranking->largest);
    discard(snprintf(line, sizeof line, "within 5 %% of it: the largest network %s: %.4g", network,
                     ranking->largest.error.mean));
    say(line);
}

static void tell(const struct ranking *ranking, const struct table *table, outlet *say)
{
    char line[LINE];
    if (table->done < table->count) {
        discard(snprintf(line, sizeof line, "%zu of %zu trainings so far", table->done, table->count));
        say(line);
    }
    if (ranking->compared > 0) {
        tell_cells(ranking, say);
        tell_worth(ranking, table, say);
        tell_spread(ranking, say);
    }
    if (ranking->left_out > 0) {
        discard(snprintf(line, sizeof line, "%zu cell%s left out: not all of their trainings ended ok",
                         ranking->left_out, ranking->left_out == 1 ? "" : "s"));
        say(line);
    }
}

static void print_row(const char *role, const struct ranked *ranked)
{
    char mean[NUMBER_TEXT], sd[NUMBER_TEXT], standard_error[NUMBER_TEXT];
    number_text(mean, ranked->error.mean);
    number_text(sd, ranked->error.sd);
    number_text(standard_error, statistics_standard_error(&ranked->error));
    printf("%s\t%" PRIu32 "\t%" PRIu32 "\t%.0f\t%s\t%s\t%s\n", role, ranked->hidden1, ranked->hidden2, ranked->weights,
           mean, sd, standard_error);
}

static void print_table(const struct ranking *ranking)
{
    printf("#role\thidden1\thidden2\tweights\terror\terror_sd\tstandard_error\n");
    if (ranking->compared == 0)
        return;
    print_row("best", &ranking->equals[0]);
    if (ranking->trainings > 1)
        print_row("smallest", &ranking->smallest);
    print_row("largest", &ranking->largest);
    for (size_t i = 0; i < ranking->equals_count && ranking->trainings > 1; i++)
        print_row("close", &ranking->equals[i]);
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
        print_table(&ranking);
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
    status = results_read(&experiment, &table, path, err);
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
