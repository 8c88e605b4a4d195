/* SPDX-License-Identifier: BSD-3-Clause */
/* The command line; see options.h. */
#define _GNU_SOURCE /* getopt_long */
#include "cli/options.h"

#include "base/priority.h"
#include "cli/data_options.h"
#include "cli/training_options.h"
#include "cli/value.h"

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Options without a letter. */
enum {
    OPTION_FORCE = 256,
    OPTION_RESUME,
    OPTION_REPAIR,
    OPTION_DEDICATED_MANAGER,
    OPTION_NICE,
    OPTION_STOP_BEFORE,
    OPTION_WORKER_TIMEOUT,
    OPTION_WORKER_PORTS,
    OPTION_RANKS,
    OPTION_REPEAT,
    OPTION_FOLD,
    OPTION_SAVE,
    OPTION_NO_TARGETS,
    OPTION_ERROR,
    OPTION_NULL_TRAINING
};

/* A worker speaks many times within this; only one that is stopped, swapped out or cut off is silent for so long. */
enum { WORKER_TIMEOUT_S = 120, WORKER_TIMEOUT_MAX_S = 1000000 };

static const struct option long_options[] = {
    {"hidden1", required_argument, NULL, 'a'},
    {"hidden2", required_argument, NULL, 'b'},
    {"repeats", required_argument, NULL, 'r'},
    {"epochs", required_argument, NULL, 'e'},
    {"learning-rate", required_argument, NULL, 'l'},
    {"seed", required_argument, NULL, 's'},
    {"no-shuffle", no_argument, NULL, OPTION_NO_SHUFFLE},
    {"early-stopping", required_argument, NULL, OPTION_EARLY_STOPPING},
    {"batch", required_argument, NULL, OPTION_BATCH},
    {"rate-decay", required_argument, NULL, OPTION_RATE_DECAY},
    {"hidden-activation", required_argument, NULL, OPTION_HIDDEN_ACTIVATION},
    {"output-activation", required_argument, NULL, OPTION_OUTPUT_ACTIVATION},
    {"loss", required_argument, NULL, OPTION_LOSS},
    {"weight-range", required_argument, NULL, OPTION_WEIGHT_RANGE},
    {"weight-decay", required_argument, NULL, OPTION_WEIGHT_DECAY},
    {"optimizer", required_argument, NULL, OPTION_OPTIMIZER},
    {"data", required_argument, NULL, 'd'},
    {"targets", required_argument, NULL, 't'},
    {"format", required_argument, NULL, OPTION_FORMAT},
    {"decimal", required_argument, NULL, OPTION_DECIMAL},
    {"classes", no_argument, NULL, OPTION_CLASSES},
    {"inputs-dataset", required_argument, NULL, OPTION_INPUTS_DATASET},
    {"targets-dataset", required_argument, NULL, OPTION_TARGETS_DATASET},
    {"missing", required_argument, NULL, OPTION_MISSING},
    {"scale", required_argument, NULL, OPTION_SCALE},
    {"validation", required_argument, NULL, OPTION_VALIDATION},
    {"test", required_argument, NULL, OPTION_TEST},
    {"holdout", required_argument, NULL, OPTION_HOLDOUT},
    {"split", required_argument, NULL, OPTION_SPLIT},
    {"folds", required_argument, NULL, OPTION_FOLDS},
    {"output", required_argument, NULL, 'o'},
    {"error", required_argument, NULL, OPTION_ERROR},
    {"force", no_argument, NULL, OPTION_FORCE},
    {"resume", no_argument, NULL, OPTION_RESUME},
    {"repair", no_argument, NULL, OPTION_REPAIR},
    {"quiet", no_argument, NULL, 'q'},
    {"dedicated-manager", no_argument, NULL, OPTION_DEDICATED_MANAGER},
    {"nice", optional_argument, NULL, OPTION_NICE},
    {"stop-before", required_argument, NULL, OPTION_STOP_BEFORE},
    {"worker-timeout", required_argument, NULL, OPTION_WORKER_TIMEOUT},
    {"worker-ports", required_argument, NULL, OPTION_WORKER_PORTS},
    {"np", required_argument, NULL, OPTION_RANKS},
    {"repeat", required_argument, NULL, OPTION_REPEAT},
    {"fold", required_argument, NULL, OPTION_FOLD},
    {"save", required_argument, NULL, OPTION_SAVE},
    {"no-targets", no_argument, NULL, OPTION_NO_TARGETS},
    {"null-training", no_argument, NULL, OPTION_NULL_TRAINING},
    {"help", no_argument, NULL, 'h'},
    {"version", no_argument, NULL, 'V'},
    {NULL, 0, NULL, 0},
};

/* The colon in front makes getopt_long tell a missing argument from an unknown option. */
static const char short_options[] = ":a:b:r:e:l:s:d:t:o:qhV";

static const char *long_name(int letter)
{
    const struct option *option = long_options;
    while (option->name && option->val != letter)
        option++;
    return option->name;
}

const char *options_name(size_t n)
{
    return n < sizeof long_options / sizeof *long_options ? long_options[n].name : NULL;
}

static enum status read_axis(const char *text, const char *option, struct axis *axis, struct error *err)
{
    axis_free(axis); /* the last of several counts */
    return axis_parse(axis, text, option, err);
}

static enum status read_stop_before(const char *text, int64_t *seconds, struct error *err)
{
    uint32_t count = 0;
    const enum status status = value_count(text, "--stop-before", 0, UINT32_MAX, &count, err);
    *seconds = count;
    return status;
}

size_t options_next_ranks(const char **list)
{
    char *end = NULL;
    const size_t ranks = isdigit((unsigned char)**list) ? strtoull(*list, &end, 10) : 0;
    if (ranks > 0)
        *list = *end == ',' && isdigit((unsigned char)end[1]) ? end + 1 : end;
    return ranks;
}

static enum status read_ranks(const char *text, const char **list, struct error *err)
{
    const char *at = text;
    *list = text;
    size_t ranks, largest = 0;
    while ((ranks = options_next_ranks(&at)) > 0)
        largest = ranks > largest ? ranks : largest;
    if (largest > 0 && largest <= PLAN_RANKS_MAX && *at == '\0')
        return STATUS_OK;
    return error_set(err, STATUS_USAGE, "--np: \"%.80s\": numbers of processes from 1 to %d are needed, as 1,8,32",
                     text, PLAN_RANKS_MAX);
}

/* `7000` or `7000:7015`. */
static enum status read_ports(const char *text, struct options *options, struct error *err)
{
    enum { PORT_MAX = 65535 };
    char *end = NULL;
    const unsigned long first = isdigit((unsigned char)*text) ? strtoul(text, &end, 10) : 0;
    unsigned long last = first;
    if (first > 0 && *end == ':' && isdigit((unsigned char)end[1]))
        last = strtoul(end + 1, &end, 10);
    if (first == 0 || *end || last < first || last > PORT_MAX)
        return error_set(err, STATUS_USAGE,
                         "--worker-ports: \"%.80s\": a port from 1 to %d or a range of them is needed, as 7000:7015",
                         text, PORT_MAX);
    options->ports_first = (uint32_t)first;
    options->ports_last = (uint32_t)last;
    return STATUS_OK;
}

static enum status take(struct options *options, int letter, const char *text, struct error *err)
{
    unsigned choice = 0;
    enum status status;
    switch (letter) {
    case 'a':
        return read_axis(text, "--hidden1", &options->hidden1, err);
    case 'b':
        return read_axis(text, "--hidden2", &options->hidden2, err);
    case 'r':
        return value_count(text, "--repeats", 1, REPEATS_MAX, &options->repeats, err);
    case 'o':
        return value_name(text, "--output", &options->prefix, err);
    case OPTION_ERROR:
        status = value_choice(text, "--error", dataset_part_names, PARTS, &choice, err);
        options->error_of = (enum part)choice;
        return status;
    case 'q':
        options->quiet = true;
        break;
    case OPTION_FORCE:
        options->force = true;
        break;
    case OPTION_RESUME:
        options->resume = true;
        break;
    case OPTION_REPAIR:
        options->repair = true;
        break;
    case OPTION_DEDICATED_MANAGER:
        options->dedicated_manager = true;
        break;
    case OPTION_NICE:
        options->nice = PRIORITY_STEPS;
        return text ? value_count(text, "--nice", 0, PRIORITY_STEPS, &options->nice, err) : STATUS_OK;
    case OPTION_STOP_BEFORE:
        return read_stop_before(text, &options->stop_before_s, err);
    case OPTION_WORKER_TIMEOUT:
        return value_count(text, "--worker-timeout", 1, WORKER_TIMEOUT_MAX_S, &options->worker_timeout_s, err);
    case OPTION_WORKER_PORTS:
        return read_ports(text, options, err);
    case OPTION_RANKS:
        return read_ranks(text, &options->ranks, err);
    case OPTION_REPEAT:
        options->of_train = "--repeat";
        return value_count(text, "--repeat", 0, REPEATS_MAX - 1, &options->repeat, err);
    case OPTION_FOLD:
        options->of_train = "--fold";
        return value_count(text, "--fold", 0, FOLDS_MAX - 1, &options->fold, err);
    case OPTION_SAVE:
        options->of_train = "--save";
        return value_name(text, "--save", &options->save, err);
    case OPTION_NO_TARGETS:
        options->source.no_targets = true;
        break;
    case OPTION_NULL_TRAINING:
        options->null_training = true;
        break;
    case 'h':
        options->action = ACTION_HELP;
        break;
    case 'V':
        options->action = ACTION_VERSION;
        break;
    default:
        return training_options_has(letter) ? training_options_take(&options->training, letter, text, err)
                                            : data_options_take(&options->source, letter, text, err);
    }
    return STATUS_OK;
}

/* What getopt_long did not understand. */
static enum status refuse(int letter, char *const *argv, struct error *err)
{
    static const char hint[] = "`nsurf --help` lists the options";
    const char *const word = argv[optind - 1];
    if (letter == ':') {
        const char *const name = long_name(optopt);
        return error_set(err, STATUS_USAGE, "--%s: an argument is missing; %s", name ? name : word, hint);
    }
    if (strncmp(word, "--", 2) == 0 && optopt >= 'a') /* a known option with an argument that it does not take */
        return error_set(err, STATUS_USAGE, "%.80s: this option takes no argument; %s", word, hint);
    if (strncmp(word, "--", 2) == 0)
        return error_set(err, STATUS_USAGE, "%.80s: no such option, or the beginning of several; %s", word, hint);
    if (isgraph(optopt))
        return error_set(err, STATUS_USAGE, "-%c: no such option; %s", optopt, hint);
    return error_set(err, STATUS_USAGE, "no such option; %s", hint);
}

/* One training: a value for each axis, and a fold that there is. */
static enum status check_train(const struct options *options, struct error *err)
{
    const uint32_t folds = options->source.folds;
    if (options->hidden1.count != 1 || options->hidden2.count != 1)
        return error_set(err, STATUS_USAGE, "--hidden%d: train needs one number for each layer, as -a 11 -b 24",
                         options->hidden1.count != 1 ? 1 : 2);
    if (options->fold > 0 && folds == 0)
        return error_set(err, STATUS_USAGE, "--fold: there are no folds; --folds K makes K of them");
    if (folds > 0 && options->fold >= folds)
        return error_set(err, STATUS_USAGE, "--fold: %" PRIu32 ": counts from 0, and there are %" PRIu32 " of --folds",
                         options->fold, folds);
    return STATUS_OK;
}

/* The two files. */
static enum status take_predict(struct options *options, int argc, char *const *argv, struct error *err)
{
    if (argc - optind != 2)
        return error_set(err, STATUS_USAGE, "predict: needs a network and data: nsurf predict FILE.h5 DATA");
    options->network = argv[optind++];
    options->source.data = argv[optind++];
    return STATUS_OK;
}

/* What is left after the last option, and what fits no other. */
static enum status finish(struct options *options, int argc, char *const *argv, struct error *err)
{
    if (options->action == ACTION_PREDICT) {
        const enum status status = take_predict(options, argc, argv, err);
        if (status)
            return status;
    } else if (!options->prefix) {
        options->prefix = "nsurf";
    }
    if (options->source.no_targets && options->action != ACTION_PREDICT)
        return error_set(err, STATUS_USAGE, "--no-targets: belongs to `nsurf predict`; a training needs targets");
    if (options->action == ACTION_BEST && optind < argc) /* the prefix needs no option */
        options->prefix = argv[optind++];
    if (optind < argc)
        return error_set(err, STATUS_USAGE, "\"%.80s\": an argument that no option takes; `nsurf --help` lists them",
                         argv[optind]);
    if (options->ranks && options->action != ACTION_PLAN)
        return error_set(err, STATUS_USAGE, "--np: belongs to `nsurf plan`; `mpirun -np N nsurf` runs N processes");
    if (options->of_train && options->action != ACTION_TRAIN)
        return error_set(err, STATUS_USAGE, "%s: belongs to `nsurf train`, which trains one network",
                         options->of_train);
    if (options->force && (options->resume || options->repair))
        return error_set(err, STATUS_USAGE, "--force: starts over, while --%s goes on; give one of them",
                         options->resume ? "resume" : "repair");
    training_options_finish(&options->training);
    options->source.seed = options->training.seed;
    enum status status = hyper_check(&options->training, err);
    if (!status)
        status = data_options_check(&options->source, err);
    if (!status && options->action == ACTION_TRAIN)
        status = check_train(options, err);
    if (!status && options->hidden1.count == 0)
        status = axis_parse(&options->hidden1, "1:64", "--hidden1", err);
    if (!status && options->hidden2.count == 0)
        status = axis_parse(&options->hidden2, "1:64", "--hidden2", err);
    return status;
}

/* Actions that read what a run has left take few options: any other would seem to change what was trained. */
static enum status check_action(enum action action, int letter, struct error *err)
{
    const struct {
        enum action action;
        const int *takes; /* 0 behind the last */
        const char *why;
    } readers[] = {
        {ACTION_BEST,
         (const int[]){'o', OPTION_ERROR, 'h', 'V', 0},
         "`nsurf best` reads results, and takes --output and --error alone"},
        {ACTION_PREDICT,
         (const int[]){'o', OPTION_FORMAT, OPTION_DECIMAL, OPTION_INPUTS_DATASET, OPTION_TARGETS_DATASET,
                       OPTION_NO_TARGETS, OPTION_FORCE, 'h', 'V', 0},
         "`nsurf predict FILE.h5 DATA` trains nothing, and does to DATA what FILE.h5 says"},
    };
    for (size_t r = 0; r < sizeof readers / sizeof *readers; r++) {
        const int *takes = readers[r].takes;
        while (*takes && *takes != letter)
            takes++;
        if (readers[r].action == action && !*takes)
            return error_set(err, STATUS_USAGE, "--%s: %s; leave it out", long_name(letter), readers[r].why);
    }
    return STATUS_OK;
}

/* The action that the first argument names; anything else but an option is refused. */
static enum status read_action(const char *word, enum action *action, struct error *err)
{
    static const struct {
        const char *word;
        enum action action;
    } actions[] = {{"plan", ACTION_PLAN}, {"train", ACTION_TRAIN}, {"predict", ACTION_PREDICT}, {"best", ACTION_BEST}};
    for (size_t a = 0; a < sizeof actions / sizeof *actions; a++)
        if (strcmp(word, actions[a].word) == 0) {
            *action = actions[a].action;
            return STATUS_OK;
        }
    return error_set(err, STATUS_USAGE, "\"%.80s\": no such action; `nsurf --help` lists actions and options", word);
}

enum status options_parse(struct options *options, int argc, char *const *argv, struct error *err)
{
    *options = (struct options){
        .repeats = 1,
        .training = training_options_start(),
        .error_of = PARTS,
        .stop_before_s = -1,
        .worker_timeout_s = WORKER_TIMEOUT_S,
    };
    if (argc > 1 && argv[1][0] != '-') {
        const enum status status = read_action(argv[1], &options->action, err);
        if (status)
            return status;
        argc--; /* what follows has the action in the place of the program */
        argv++;
    }
    const enum action action = options->action;
    optind = 0; /* glibc: begin anew, with the words in any order */
    opterr = 0; /* rank 0 speaks, and in our words */
    for (;;) {
        optopt = 0;
        const int letter = getopt_long(argc, argv, short_options, long_options, NULL);
        if (letter == -1)
            break;
        enum status status = letter == '?' || letter == ':' ? refuse(letter, argv, err) : STATUS_OK;
        if (!status)
            status = check_action(action, letter, err);
        if (!status)
            status = take(options, letter, optarg, err);
        if (status || options->action != action) /* --help, --version: whatever else there is */
            return status;
    }
    return finish(options, argc, argv, err);
}

void options_free(struct options *options)
{
    axis_free(&options->hidden1);
    axis_free(&options->hidden2);
}
