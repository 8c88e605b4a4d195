/* SPDX-License-Identifier: BSD-3-Clause */
/* The findings in words; see findings.h. It knows how figures read well, never how they are found. */
#include "app/findings.h"

#include "base/number.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { LINE = 640, NETWORK = 192, QUANTITY = 48 };

static const char *const split_words[SPLITS] = {"training", "validation", "test"};

/* "training error", or what the value of a program is called. */
static void quantity_text(char text[QUANTITY], const struct table *table, enum split split)
{
    const struct program *const program = table->experiment->program;
    if (program)
        discard(snprintf(text, QUANTITY, "%s", program->values[split].name));
    else
        discard(snprintf(text, QUANTITY, "%s error", split_words[split]));
}

/* "(6, 14) learning_rate=0.1, 193 weights": the layers, and the values of further axes. Of a program: "a=6 b=14". */
static void network_text(char text[NETWORK], const struct table *table, const struct ranked *ranked)
{
    const struct experiment *const experiment = table->experiment;
    const bool layers = !experiment->program;
    size_t places[AXES_MAX], used = 0;
    if (layers)
        used = (size_t)snprintf(text, NETWORK, "(%" PRIu32 ", %" PRIu32 ")", ranked->hidden1, ranked->hidden2);
    experiment_places(experiment, ranked->cell, places);
    for (size_t a = layers ? AXIS_HIDDEN2 + 1 : 0; a < experiment->axis_count && used < NETWORK; a++) {
        char name[PARAMETER_NAME], value[PARAMETER_TEXT_MAX];
        parameter_file_name(name, experiment->axes[a].parameter);
        axis_value_text(value, &experiment->axes[a], places[a]);
        used += (size_t)snprintf(text + used, NETWORK - used, "%s%s=%.24s", used ? " " : "", name, value);
    }
    if (layers && used < NETWORK)
        discard(snprintf(text + used, NETWORK - used, ", %.0f weights", ranked->weights));
}

/* The standard errors of a cell's mean error: what other trainings would change, and what other samples would.
 * text: [CHANCES]; empty where neither is known. */
enum { CHANCES = 96 };
static void chances_text(char text[CHANCES], const struct table *table, enum split split, size_t cell)
{
    const double trainings = table_cell_standard_error(table, split, cell);
    const double samples = split == SPLIT_TRAIN ? (double)NAN : table_cell_sample_error(table, split, cell);
    *text = '\0';
    if (!isnan(trainings) && !isnan(samples))
        discard(snprintf(text, CHANCES, "standard error %.2g by %s, %.2g by its samples", trainings,
                         table->experiment->data.folds > 1 ? "fold" : "training", samples));
    else if (!isnan(trainings))
        discard(snprintf(text, CHANCES, "standard error %.2g", trainings));
    else if (!isnan(samples))
        discard(snprintf(text, CHANCES, "standard error %.2g by its samples alone", samples));
}

/* What the choice is worth: an error that chose is no longer a measure of what it chose. */
static void tell_worth(const struct ranking *ranking, const struct table *table, findings_outlet *say)
{
    char line[LINE], first[CHANCES], small[CHANCES];
    if (table->experiment->program)
        return;
    const struct statistics best = table_cell_error(table, SPLIT_TEST, ranking->set[0].cell);
    const struct statistics smallest = table_cell_error(table, SPLIT_TEST, ranking->smallest.cell);
    chances_text(first, table, SPLIT_TEST, ranking->set[0].cell);
    chances_text(small, table, SPLIT_TEST, ranking->smallest.cell);
    if (ranking->split == SPLIT_TEST) {
        say("chosen by the test error, which is no longer a test of them, and too low");
    } else if (isnan(best.mean)) {
        say(ranking->split == SPLIT_TRAIN
                ? "chosen by the training error, which says nothing of other samples"
                : "chosen by the validation error, which is too low for them; a test would tell");
    } else if (ranking->blocks == 1) {
        discard(snprintf(line, sizeof line, "its test error: %.4g%s%s", best.mean, *first ? ", " : "", first));
        say(line);
    } else {
        discard(snprintf(line, sizeof line, "test error of the first %.4g (%s), of the smallest %.4g (%s)", best.mean,
                         first, smallest.mean, small));
        say(line);
    }
}

/* What the lowest of many is too low by. */
static void tell_optimism(const struct ranking *ranking, findings_outlet *say)
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
static void tell_chance(const struct ranking *ranking, findings_outlet *say)
{
    char line[LINE], medians[128] = "", noisy[96] = "";
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
        if (comparison->noisy > 0)
            discard(snprintf(noisy, sizeof noisy, ", without the excess noise of %s",
                             number_counted(comparison->noisy, "cell").text));
        if (!isnan(comparison->chance_median))
            discard(snprintf(medians, sizeof medians, " (%.0f %% by medians%s)", 100 * comparison->chance_median,
                             noisy));
        discard(snprintf(line, sizeof line,
                         "chance: %.0f %% of the variance between the cells' means%s; a %s's noise, without what all "
                         "cells share, has sd %.2g",
                         100 * comparison->chance, medians, block, comparison->within_sd));
    }
    say(line);
}

static void tell_set(const struct ranking *ranking, const struct table *table, findings_outlet *say)
{
    char line[LINE], network[NETWORK], large[NETWORK];
    const int percent = (int)(100 * COMPARISON_CONFIDENCE + 0.5);
    if (ranking->blocks < 2 || ranking->compared < 2)
        return;
    if (ranking->set_count == 1) {
        discard(snprintf(line, sizeof line, "%d %% confidence set of the best: no other cell", percent));
    } else if (table->experiment->program || !(ranking->smallest.weights < ranking->largest.weights)) {
        discard(snprintf(line, sizeof line, "%d %% confidence set of the best: %s", percent,
                         number_counted(ranking->set_count, "cell").text));
    } else {
        network_text(network, table, &ranking->smallest);
        network_text(large, table, &ranking->largest);
        discard(snprintf(line, sizeof line,
                         "%d %% confidence set of the best: %s; the smallest %s: %.4g; the largest %s: %.4g",
                         percent, number_counted(ranking->set_count, "cell").text, network,
                         ranking->smallest.error.mean, large, ranking->largest.error.mean));
    }
    say(line);
    if (ranking->blocks == 2) {
        discard(snprintf(line, sizeof line, "two %ss say little about the noise: more of them make the set smaller",
                         ranking->folds ? "fold" : "repeat"));
        say(line);
    }
}

/* What needs no network, and whether the best is any better. */
static void tell_baseline(const struct ranking *ranking, const struct table *table, findings_outlet *say)
{
    char line[LINE], frequent[128] = "";
    const struct experiment *const experiment = table->experiment;
    const double error = experiment->baseline.error[ranking->split];
    const double misclassified = experiment->baseline.misclassified[ranking->split];
    if (!experiment->baseline.known || isnan(error))
        return;
    if (!isnan(misclassified)) {
        const double best = table_cell_misclassified(table, ranking->split, ranking->set[0].cell).mean;
        discard(snprintf(frequent, sizeof frequent,
                         ", and the most frequent class %.3g %% misclassified; the lowest cell has %.3g %%",
                         100 * misclassified, 100 * best));
    }
    if (ranking->set[0].error.mean < error)
        discard(snprintf(line, sizeof line, "always answering the mean of the training targets gives %.4g%s", error,
                         frequent));
    else
        discard(snprintf(line, sizeof line,
                         "no cell is better than always answering the mean of the training targets: %.4g%s", error,
                         frequent));
    say(line);
}

static void tell_cells(const struct ranking *ranking, const struct table *table, findings_outlet *say)
{
    char line[LINE], network[NETWORK], trainings[112], chances[CHANCES], quantity[QUANTITY];
    const struct ranked *const best = &ranking->set[0];
    const struct counted cells = number_counted(ranking->compared, "cell");
    network_text(network, table, best);
    quantity_text(quantity, table, ranking->split);
    chances_text(chances, table, ranking->split, best->cell);
    if (ranking->folds)
        discard(snprintf(trainings, sizeof trainings, "%s x %s", number_counted(ranking->folds, "fold").text,
                         number_counted(ranking->trainings / ranking->folds, "repeat").text));
    else
        discard(snprintf(trainings, sizeof trainings, "%s", number_counted(ranking->blocks, "repeat").text));
    if (ranking->trainings > 1)
        discard(snprintf(line, sizeof line, "lowest mean %s of %s: %s: %.4g%s%s (%s)", quantity,
                         cells.text, network, best->error.mean, *chances ? ", " : "", chances, trainings));
    else
        discard(snprintf(line, sizeof line, "lowest %s of %s: %s: %.4g%s%s", quantity, cells.text, network,
                         best->error.mean, *chances ? ", " : "", chances));
    say(line);
    tell_baseline(ranking, table, say);
    tell_set(ranking, table, say);
}

/* Which axis matters, the most first. */
static void tell_effects(const struct findings *findings, const struct table *table, findings_outlet *say)
{
    const struct effects *const effects = &findings->effects;
    char line[LINE];
    size_t order[AXES_MAX], count = 0;
    for (size_t a = 0; a < effects->axis_count; a++) {
        size_t place = count;
        if (isnan(effects->share[a]))
            continue;
        for (; place > 0 && effects->share[order[place - 1]] < effects->share[a]; place--)
            order[place] = order[place - 1];
        order[place] = a;
        count++;
    }
    if (count < 2)
        return;
    size_t used = (size_t)snprintf(line, sizeof line, "main effects:");
    for (size_t i = 0; i < count && used < sizeof line; i++) {
        char name[PARAMETER_NAME];
        parameter_file_name(name, table->experiment->axes[order[i]].parameter);
        used += (size_t)snprintf(line + used, sizeof line - used, "%s %s %.0f %%", i > 0 ? "," : "", name,
                                 100 * effects->share[order[i]]);
    }
    if (used < sizeof line)
        discard(snprintf(line + used, sizeof line - used,
                         " of the variance between cells, interactions %.0f %%, each with its part of chance%s",
                         100 * effects->rest,
                         findings->ranking.left_out > 0 ? " (additive model of the cells that are compared)" : ""));
    say(line);
}

/* Whether a value is the first or the last of an axis that goes on beyond it. */
static bool at_end(const struct axis *axis, size_t place)
{
    const struct parameter *const parameter = axis->parameter;
    const bool first = place == 0;
    if (parameter->type == PARAMETER_CHOICE || axis->count < 3 || (!first && place + 1 < axis->count))
        return false;
    const union parameter_value value = axis->values[place];
    const double number = parameter->type == PARAMETER_REAL    ? (double)value.real
                          : parameter->type == PARAMETER_WHOLE ? (double)value.whole
                                                               : (double)value.count;
    return first ? number > parameter->low : number < parameter->high;
}

/* Of which axes the lowest lies at an end. */
static void tell_ends(const struct ranking *ranking, const struct experiment *experiment, findings_outlet *say)
{
    char line[LINE];
    size_t places[AXES_MAX], used = 0;
    experiment_places(experiment, ranking->set[0].cell, places);
    for (size_t a = 0; a < experiment->axis_count && used < sizeof line; a++) {
        char name[PARAMETER_NAME];
        parameter_file_name(name, experiment->axes[a].parameter);
        if (strcmp(name, "seed") == 0 || !at_end(&experiment->axes[a], places[a])) /* a seed is chance */
            continue;
        used += (size_t)snprintf(line + used, sizeof line - used, "%s%s",
                                 used ? ", " : "the lowest lies at the end of ", name);
    }
    if (used > 0 && used < sizeof line) {
        discard(snprintf(line + used, sizeof line - used, ": a wider range may hold a lower one"));
        say(line);
    }
}

void findings_tell(const struct findings *findings, const struct table *table, findings_outlet *say)
{
    const struct ranking *const ranking = &findings->ranking;
    char line[LINE];
    if (table->done < table->count) {
        discard(snprintf(line, sizeof line, "%zu of %s so far", table->done,
                         number_counted(table->count, experiment_word(table->experiment)).text));
        say(line);
    }
    if (table->experiment->data.target_scaling != SCALING_NONE && ranking->compared > 0)
        say("targets were scaled; errors are in their own units, squared");
    if (ranking->compared > 0) {
        tell_cells(ranking, table, say);
        tell_optimism(ranking, say);
        tell_worth(ranking, table, say);
        tell_chance(ranking, say);
        tell_effects(findings, table, say);
        tell_ends(ranking, table->experiment, say);
    }
    if (ranking->left_out > 0) {
        discard(snprintf(line, sizeof line, "%s left out: not each %s there ended ok",
                         number_counted(ranking->left_out, "cell").text, experiment_word(table->experiment)));
        say(line);
    }
}

enum status findings_make(struct findings *findings, const struct table *table, enum split split, struct error *err)
{
    *findings = (struct findings){0};
    enum status status = ranking_make(&findings->ranking, table, split, err);
    if (!status && findings->ranking.compared > 0)
        status = effects_make(&findings->effects, &findings->ranking, table, err);
    return status;
}

void findings_free(struct findings *findings)
{
    effects_free(&findings->effects);
    ranking_free(&findings->ranking);
}
