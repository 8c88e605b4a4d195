/* SPDX-License-Identifier: BSD-3-Clause */
/* The command line; see options.h. */
#define _GNU_SOURCE /* getopt_long */
#include "cli/options.h"

#include "base/nearest.h"
#include "cli/options_check.h"
#include "cli/options_hyper.h"

#include <ctype.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

/* A worker speaks many times within this; only one that is stopped, swapped out or cut off is silent for so long. */
enum { WORKER_TIMEOUT_S = 120 };
/* What getopt_long returns for a long option: its row, above all letters. */
enum { FIRST_ROW = UCHAR_MAX + 1 };

/* --- what is wrong ------------------------------------------------------------------------------------------------ */

static bool takes(enum command command, const struct parameter *row)
{
    return row->commands & ONLY(command);
}

/* The options that a word begins, or else the one that it may have been meant for. */
static void list_nearest(char *list, size_t size, const char *word, enum command command)
{
    char name[PARAMETER_NAME];
    size_t used = 0, least = SIZE_MAX;
    const struct parameter *nearest = NULL;
    discard(snprintf(name, sizeof name, "%.*s", (int)strcspn(word, "="), word));
    *list = '\0';
    const struct parameter *row;
    for (size_t r = 0; (row = options_row(r)); r++) {
        const size_t distance = nearest_distance(name, row->name);
        if (!takes(command, row) || !row->help)
            continue;
        if (*name && strncmp(row->name, name, strlen(name)) == 0 && used < size)
            used += (size_t)snprintf(list + used, size - used, "%s--%s",
                                     used ? ", " : ", or the beginning of several: ", row->name);
        nearest = distance < least ? row : nearest;
        least = distance < least ? distance : least;
    }
    if (!used && nearest && nearest_enough(name, least))
        discard(snprintf(list, size, "; did you mean --%s?", nearest->name));
}

/* What getopt_long did not understand. */
static enum status refuse(int letter, char *const *argv, const struct parameter *row, enum command command,
                          struct error *err)
{
    static const char hint[] = "`nsurf --help` lists the options";
    const bool bundled = optopt != 0 && optopt < FIRST_ROW; /* a letter: optind may stand before its word */
    const char *const word = argv[optind - 1];
    char list[256];
    if (letter == '?' && bundled)
        return isgraph(optopt) ? error_set(err, STATUS_USAGE, "-%c: no such option; %s", optopt, hint)
                               : error_set(err, STATUS_USAGE, "no such option; %s", hint);
    if (letter == ':')
        return error_set(err, STATUS_USAGE, "--%s: an argument is missing; %s", row ? row->name : word, hint);
    if (row) /* a known option with an argument that it does not take */
        return error_set(err, STATUS_USAGE, "%.80s: this option takes no argument; %s", word, hint);
    list_nearest(list, sizeof list, word + 2, command);
    return error_set(err, STATUS_USAGE, "%.80s: no such option%s%s %s", word, list, strchr(list, '?') ? "" : ";", hint);
}

/* An option of other commands: any that was taken would seem to change what the command does. */
static enum status refuse_foreign(enum command command, const struct parameter *row, struct error *err)
{
    static const char *const why[COMMANDS] = {
        [COMMAND_PREDICT] = "`nsurf predict FILE.h5 DATA` trains nothing, and does to DATA what FILE.h5 says",
        [COMMAND_BEST] = "`nsurf best` reads results, and takes --output, --error, --at and --by alone",
        [COMMAND_WATCH] = "`nsurf watch` reads a journal, and takes --output, --error and --once alone",
        [COMMAND_REPORT] = "`nsurf report` reads results, and takes --output, --error, --d3, --force and --quiet alone",
        [COMMAND_EXPORT] = "`nsurf export` reads results, and takes --to, --output, --error and --force alone",
    };
    for (unsigned c = 0; c < COMMANDS && !why[command]; c++)
        if (row->commands & ONLY(c))
            return error_set(err, STATUS_USAGE, "--%s: belongs to `nsurf %s`%s; leave it out", row->name,
                             command_words[c].word,
                             c == COMMAND_PLAN      ? "; `mpirun -np N nsurf` runs N processes"
                             : c == COMMAND_TRAIN   ? ", which trains one network"
                             : c == COMMAND_PREDICT ? "; a training needs targets"
                             : c == COMMAND_WATCH   ? ", which looks on"
                             : c == COMMAND_REPORT  ? ", which puts it into a page"
                             : c == COMMAND_EXPORT  ? ", which writes results in another form"
                                                    : "");
    return error_set(err, STATUS_USAGE, "--%s: %s; leave it out", row->name, why[command] ? why[command] : "foreign");
}

/* --- reading ------------------------------------------------------------------------------------------------------ */

static void *home_of(struct options *options, const struct parameter *row)
{
    return row->home == HOME_HYPER    ? (void *)&options->hyper
           : row->home == HOME_SOURCE ? (void *)&options->source
                                      : (void *)options;
}

static enum status take(struct options *options, const struct parameter *row, const char *text, struct error *err)
{
    char option[PARAMETER_TEXT_MAX];
    discard(snprintf(option, sizeof option, "--%s", row->name));
    if (row->type == PARAMETER_FLAG)
        *(bool *)((char *)home_of(options, row) + row->offset) = !row->inverted;
    else if (!text) /* --nice alone */
        *(uint32_t *)(void *)((char *)home_of(options, row) + row->offset) = (uint32_t)row->high;
    else if (row->home == HOME_HYPER)
        return options_take_hyper(options, row, text, option, err);
    else
        return parameter_read(row, home_of(options, row), text, option, err);
    return STATUS_OK;
}

/* --- the whole line ----------------------------------------------------------------------------------------------- */

/* The layers that were not given. */
static enum status fill_layers(struct options *options, struct error *err)
{
    enum status status = STATUS_OK;
    for (size_t r = 0; r < HYPER_PARAMETERS && !status; r++)
        if (hyper_parameters[r].group == GROUP_GRID && options->axes[r].count == 0)
            status = axis_parse(&options->axes[r], &hyper_parameters[r], hyper_parameters[r].usual, "--hidden", err);
    return status;
}

/* Where several optimizers are compared each has what is usual with it. */
static void resolve(struct options *options)
{
    if (options->axes[parameter_find("optimizer") - hyper_parameters].count == 0)
        hyper_resolve(&options->hyper);
}

/* The words behind the options: files of predict, the prefix of results that are read. */
static enum status take_words(struct options *options, int argc, char *const *argv, struct error *err)
{
    if (options->command == COMMAND_PREDICT) {
        if (argc - optind != 2)
            return error_set(err, STATUS_USAGE, "predict: needs a network and data: nsurf predict FILE.h5 DATA");
        options->network = argv[optind++];
        options->source.data = argv[optind++];
    } else if (options->command == COMMAND_EXPORT) {
        options->results = optind < argc ? argv[optind++] : "nsurf";
        if (options->form == EXPORTS)
            return error_set(err, STATUS_USAGE, "export: --to FORM is needed: csv, trials, json, vtr or matrix");
    }
    const bool reads = options->command == COMMAND_BEST || options->command == COMMAND_WATCH ||
                       options->command == COMMAND_REPORT;
    if (reads && optind < argc && options->prefix)
        return error_set(err, STATUS_USAGE, "\"%.80s\" and --output: both name the results; give one of them",
                         argv[optind]);
    if (reads && optind < argc) /* the prefix needs no option */
        options->prefix = argv[optind++];
    if (!options->prefix && options->command != COMMAND_PREDICT && options->command != COMMAND_EXPORT)
        options->prefix = "nsurf";
    if (optind < argc)
        return error_set(err, STATUS_USAGE, "\"%.80s\": an argument that no option takes; `nsurf --help` lists them",
                         argv[optind]);
    return STATUS_OK;
}
static enum status finish(struct options *options, int argc, char *const *argv, struct error *err)
{
    enum status status = take_words(options, argc, argv, err);
    if (status)
        return status;
    options->source.seed = options->hyper.seed;
    resolve(options);
    status = options_check(options, err);
    return status || options->program.command ? status : fill_layers(options, err);
}

/* The command that a word names; COMMANDS where it names none. */
static enum command command_of(const char *word)
{
    enum command command = COMMAND_RUN;
    while (command < COMMANDS && strcmp(word, command_words[command].word) != 0)
        command++;
    return command;
}

static enum status refuse_word(const char *word, struct error *err)
{
    size_t nearest = COMMANDS, least = SIZE_MAX;
    for (size_t c = 0; c < COMMANDS; c++) {
        const size_t distance = nearest_distance(word, command_words[c].word);
        nearest = distance < least ? c : nearest;
        least = distance < least ? distance : least;
    }
    if (nearest_enough(word, least))
        return error_set(err, STATUS_USAGE, "\"%.80s\": no such command; did you mean `nsurf %s`?", word,
                         command_words[nearest].word);
    const bool file = strchr(word, '.') || strchr(word, '/');
    return error_set(err, STATUS_USAGE, "\"%.80s\": no such command; %s%s%s`nsurf --help` lists commands and options",
                     word, file ? "did you mean --data " : "", file ? word : "", file ? "? " : "");
}

/* The first word, when it is no option. words: how many it takes. */
static enum status read_command(struct options *options, int argc, char *const *argv, struct error *err)
{
    const char *const word = argv[1];
    options->command = command_of(word);
    if (options->command < COMMANDS)
        return STATUS_OK;
    options->command = COMMAND_RUN;
    if (strcmp(word, "version") == 0) {
        options->asked = ASKED_VERSION;
        return STATUS_OK;
    }
    if (strcmp(word, "help") != 0)
        return refuse_word(word, err);
    const char *topic = argc > 2 ? argv[2] : "";
    const char *const more = argc > 3 ? argv[3] : "";
    options->asked = strcmp(topic, "manual") == 0        ? ASKED_MANUAL
                     : strcmp(topic, "completion") != 0 ? ASKED_HELP
                     : strcmp(more, "zsh") == 0         ? ASKED_ZSH
                                                        : ASKED_BASH;
    if (options->asked == ASKED_BASH && *more && strcmp(more, "bash") != 0)
        return error_set(err, STATUS_USAGE, "\"%.80s\": no completion for it; there is one for bash, and one for zsh",
                         more);
    if (options->asked == ASKED_MANUAL) /* of a command, which follows */
        topic = more;
    options->help_of = command_of(topic);
    const bool wrong = *topic && options->help_of == COMMANDS;
    return wrong && (options->asked == ASKED_HELP || options->asked == ASKED_MANUAL) ? refuse_word(topic, err)
                                                                                    : STATUS_OK;
}

/* A row by the letter that getopt_long returns; NULL where there is none. */
static const struct parameter *row_of(int letter)
{
    for (size_t r = 0; options_row(r); r++)
        if (letter == (int)(FIRST_ROW + r) || (letter > 0 && letter == options_row(r)->letter))
            return options_row(r);
    return NULL;
}

/* longs: [OPTION_ROWS + 1], shorts: [3 * OPTION_ROWS + 2]. The colon in front makes getopt_long tell a missing
 * argument from an unknown option. */
static void list_for_getopt(struct option *longs, char *shorts)
{
    *shorts++ = ':';
    const struct parameter *row;
    size_t r;
    for (r = 0; (row = options_row(r)); r++) {
        const int argument = row->type == PARAMETER_FLAG ? no_argument
                             : row->optional             ? optional_argument
                                                         : required_argument;
        longs[r] = (struct option){row->name, argument, NULL, (int)(FIRST_ROW + r)};
        if (!row->letter)
            continue;
        *shorts++ = row->letter;
        if (argument == required_argument)
            *shorts++ = ':';
    }
    longs[r] = (struct option){0};
    *shorts = '\0';
}

/* Whether it says something of networks alone. */
static bool is_of_networks(const struct parameter *row)
{
    return (row->home == HOME_HYPER && row->offset != offsetof(struct hyperparameters, seed)) ||
           row->home == HOME_SOURCE || row->offset == offsetof(struct options, error_of);
}

/* One option after the other. */
static enum status read_options(struct options *options, int argc, char *const *argv, struct error *err)
{
    struct option longs[OPTION_ROWS + 1];
    char shorts[3 * OPTION_ROWS + 2];
    list_for_getopt(longs, shorts);
    optind = 0; /* glibc: begin anew, with the words in any order */
    opterr = 0; /* rank 0 speaks, and in our words */
    for (;;) {
        optopt = 0;
        const int letter = getopt_long(argc, argv, shorts, longs, NULL);
        if (letter == -1)
            return STATUS_OK;
        const bool wrong = letter == '?' || letter == ':';
        const struct parameter *const row = row_of(wrong ? optopt : letter);
        enum status status = STATUS_OK;
        if (wrong)
            status = refuse(letter, argv, row, options->command, err);
        else if (!takes(options->command, row))
            status = refuse_foreign(options->command, row, err);
        if (!status && !options->of_networks && is_of_networks(row))
            options->of_networks = row;
        if (!status)
            status = take(options, row, optarg, err);
        options->brief = letter == 'h' && options->command == COMMAND_RUN;
        if (status || options->help || options->version) /* whatever else there is */
            return status;
    }
}

enum status options_parse(struct options *options, int argc, char *const *argv, struct error *err)
{
    *options = (struct options){.repeats = 1,
                                .hyper = hyper_default(),
                                .help_of = COMMANDS,
                                .error_of = SPLITS,
                                .form = EXPORTS,
                                .stop_before_s = -1,
                                .worker_timeout_s = WORKER_TIMEOUT_S};
    options->hyper.learning_rate = RATE_USUAL;
    options->hyper.batch = BATCH_USUAL;
    if (argc > 1 && argv[1][0] != '-') {
        const enum status status = read_command(options, argc, argv, err);
        if (status || options->asked)
            return status;
        options->help_of = options->command;
        argc--; /* what follows has the command in the place of the program */
        argv++;
    }
    const enum status status = read_options(options, argc, argv, err);
    options->asked = options->brief     ? ASKED_BRIEF
                     : options->help    ? ASKED_HELP
                     : options->version ? ASKED_VERSION
                                        : ASKED_NOTHING;
    return status || options->asked ? status : finish(options, argc, argv, err);
}

void options_free(struct options *options)
{
    for (size_t r = 0; r < HYPER_PARAMETERS; r++)
        axis_free(&options->axes[r]);
}
