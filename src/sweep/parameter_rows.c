/* SPDX-License-Identifier: BSD-3-Clause */
/* The rows of the table; see parameter.h. */
#include "sweep/parameter.h"

#include "base/number.h"
#include "data/source.h"
#include "net/optimizer.h"
#include "net/stopping.h"

#include <float.h>
#include <stdio.h>
#include <string.h>

static enum status read_stopping(void *place, const char *text, const char *option, struct error *err)
{
    if (strcmp(text, "none") != 0)
        return stopping_parse(place, text, option, err);
    *(struct stopping_rules *)place = (struct stopping_rules){0};
    return STATUS_OK;
}

static void write_stopping(char *text, size_t size, const void *place)
{
    char rules[STOPPING_TEXT];
    stopping_text(rules, place);
    discard(snprintf(text, size, "%s", rules));
}

/* A share of the samples below 1, or their number. */
static enum status read_holdout(void *place, const char *text, const char *option, struct error *err)
{
    double *const holdout = place;
    if (number_read(text, holdout) == NUMBER_OK && *holdout > 0 && (*holdout < 1 || floor(*holdout) == *holdout))
        return STATUS_OK;
    return error_set(err, STATUS_USAGE,
                     "%s: \"%.80s\": a share of the samples such as 0.25, or their number, is needed", option, text);
}

/* TRAIN/VALIDATION/TEST, shares of any sum. */
static enum status read_split(void *place, const char *text, const char *option, struct error *err)
{
    double *const split = place;
    char share[NUMBER_TEXT];
    const char *at = text;
    bool right = true;
    for (size_t k = 0; k < SPLITS && right; k++) {
        const size_t length = strcspn(at, "/");
        right = length < sizeof share && at[length] == (k + 1 < SPLITS ? '/' : '\0');
        if (!right)
            break;
        memcpy(share, at, length);
        share[length] = '\0';
        at += length + 1;
        right = number_read(share, &split[k]) == NUMBER_OK && split[k] >= 0;
    }
    if (right && split[SPLIT_TRAIN] > 0 && isfinite(split[SPLIT_TRAIN] + split[SPLIT_VALIDATION] + split[SPLIT_TEST]))
        return STATUS_OK;
    return error_set(err, STATUS_USAGE,
                     "%s: \"%.80s\": three shares for training, validation and test are needed, such as 50/25/25; "
                     "the first is more than 0",
                     option, text);
}

static enum status read_targets(void *place, const char *text, const char *option, struct error *err)
{
    static const struct parameter count = {.type = PARAMETER_COUNT, .low = 1, .high = DATASET_COLUMNS_MAX - 1};
    uint32_t columns = 0;
    const enum status status = parameter_read(&count, &columns, text, option, err);
    *(size_t *)place = columns;
    return status;
}

/* What marks the decimals of numbers. */
static enum status read_decimal(void *place, const char *text, const char *option, struct error *err)
{
    static const char *const marks[] = {"point", "comma"};
    static const struct parameter mark = {.type = PARAMETER_CHOICE, .choices = marks, .choice_count = 2};
    unsigned choice = 0;
    const enum status status = parameter_read(&mark, &choice, text, option, err);
    *(bool *)place = choice == 1;
    return status;
}

static void write_decimal(char *text, size_t size, const void *place)
{
    discard(snprintf(text, size, "%s", *(const bool *)place ? "comma" : "point"));
}

/* Short words for the rows. */
#define HYPER(field) .home = HOME_HYPER, .offset = offsetof(struct hyperparameters, field), .outcome = true
#define SOURCE(field) .home = HOME_SOURCE, .offset = offsetof(struct source, field)
#define NUMBERS(least, most) .low = (least), .high = (most)
#define NAMES(names, count) .type = PARAMETER_CHOICE, .choices = (names), .choice_count = (count)
#define GRID .group = GROUP_GRID, .commands = TRAINING_COMMANDS
#define TRAINING .group = GROUP_TRAINING, .commands = TRAINING_COMMANDS
#define DATA .group = GROUP_DATA, .commands = TRAINING_COMMANDS
#define SPLIT .group = GROUP_SPLIT, .commands = TRAINING_COMMANDS
#define TO_PREDICT (TRAINING_COMMANDS | ONLY(COMMAND_PREDICT))
#define AXIS .axis = true
#define MIXED .axis = true, .mixed = true
#define SGD ONLY(OPTIMIZER_SGD)
#define RPROP ONLY(OPTIMIZER_RPROP)
#define ADAM ONLY(OPTIMIZER_ADAM)
#define CONSTANT(optimizer, field) \
    PARAMETER_REAL, HYPER(constants.field), TRAINING, MIXED, .argument = "X", .optimizers = (optimizer)

const struct parameter hyper_parameters[HYPER_PARAMETERS] = {
    {"hidden1", 'a', PARAMETER_COUNT, HYPER(hidden1), GRID, NUMBERS(1, HIDDEN_MAX), MIXED, .unit = "neurons a layer",
     .argument = "RANGE",
     .usual = "1:64", .help = "neurons in the first hidden layer"},
    {"hidden2", 'b', PARAMETER_COUNT, HYPER(hidden2), GRID, NUMBERS(1, HIDDEN_MAX), MIXED, .unit = "neurons a layer",
     .argument = "RANGE",
     .usual = "1:64", .help = "neurons in the second hidden layer"},
    {"epochs", 'e', PARAMETER_COUNT, HYPER(epochs), TRAINING, NUMBERS(0, UINT32_MAX), AXIS, .argument = "N",
     .usual = "1000", .help = "passes over the samples; several values are measured in one training"},
    {"early-stopping", 0, PARAMETER_OTHER, HYPER(stop), TRAINING, .argument = "RULES", .read = read_stopping,
     .write = write_stopping,
     .help = "report the state of the lowest validation error, and stop when a rule holds, as in gl=5,progress=0.1 or "
             "patience=20,every=10; --epochs are then the most"},
    {"learning-rate", 'l', PARAMETER_REAL, HYPER(learning_rate), TRAINING, NUMBERS(0, FLT_MAX), MIXED, .argument = "X",
     .usual = "0.2; 0.001 with adam", .optimizers = SGD | ADAM, .help = "size of a step along the gradient"},
    {"rate-decay", 0, PARAMETER_REAL, HYPER(rate_decay), TRAINING, NUMBERS(0, FLT_MAX), MIXED, .argument = "D",
     .usual = "0", .optimizers = SGD | ADAM, .help = "in epoch e, from 0, the rate is X / (1 + D e)"},
    {"batch", 0, PARAMETER_COUNT, HYPER(batch), TRAINING, NUMBERS(1, UINT32_MAX - 1), AXIS, .argument = "N",
     .zero = "all", .usual = "1; all with rprop", .help = "samples whose mean gradient makes a step, or all"},
    {"hidden-activation", 0, HYPER(hidden_activation), TRAINING, NAMES(activation_names, ACTIVATION_SOFTMAX), AXIS,
     .argument = "F", .usual = "logistic", .listed = true, .help = "the activation of the hidden units"},
    {"output-activation", 0, HYPER(output_activation), TRAINING, NAMES(activation_names, ACTIVATIONS), AXIS,
     .argument = "F", .usual = "logistic", .listed = true, .help = "the activation of the output units"},
    {"loss", 0, HYPER(loss), TRAINING, NAMES(loss_names, LOSSES), AXIS, .argument = "NAME", .usual = "squared",
     .help = "the loss that is minimized: squared or cross-entropy"},
    {"optimizer", 0, HYPER(optimizer), TRAINING, NAMES(optimizer_names, OPTIMIZERS), AXIS,
     .argument = "NAME[,CONSTANT=VALUE]...", .usual = "sgd",
     .help = "the method: sgd (with momentum), rprop (iRPROP-; with first, min, max, increase, decrease) or adam (with "
             "beta1, beta2, epsilon); the constants are options of their own, too"},
    {"momentum", 0, PARAMETER_REAL, HYPER(momentum), TRAINING, NUMBERS(0, 1), .open = true, MIXED, .argument = "M",
     .usual = "0", .optimizers = SGD, .help = "of sgd: the share of the last step in the next"},
    {"rprop-first", 0, CONSTANT(RPROP, rprop_first), NUMBERS(0, FLT_MAX), .usual = "0.1",
     .help = "of rprop: the first step of each weight"},
    {"rprop-min", 0, CONSTANT(RPROP, rprop_min), NUMBERS(0, FLT_MAX), .usual = "1e-06",
     .help = "of rprop: the smallest step"},
    {"rprop-max", 0, CONSTANT(RPROP, rprop_max), NUMBERS(0, FLT_MAX), .usual = "50",
     .help = "of rprop: the largest step"},
    {"rprop-increase", 0, CONSTANT(RPROP, rprop_increase), NUMBERS(1, FLT_MAX), .usual = "1.2",
     .help = "of rprop: the factor of a step whose direction stays"},
    {"rprop-decrease", 0, CONSTANT(RPROP, rprop_decrease), NUMBERS(0, 1), .usual = "0.5",
     .help = "of rprop: the factor of a step whose direction changes"},
    {"adam-beta1", 0, CONSTANT(ADAM, adam_beta1), NUMBERS(0, 1), .open = true, .usual = "0.9",
     .help = "of adam: decay of the mean gradient"},
    {"adam-beta2", 0, CONSTANT(ADAM, adam_beta2), NUMBERS(0, 1), .open = true, .usual = "0.999",
     .help = "of adam: decay of the mean square"},
    {"adam-epsilon", 0, CONSTANT(ADAM, adam_epsilon), NUMBERS(1e-30, FLT_MAX), .usual = "1e-08",
     .help = "of adam: added to the root of the mean square"},
    {"weight-range", 0, PARAMETER_REAL, HYPER(weight_range), TRAINING, NUMBERS(0, FLT_MAX), MIXED, .argument = "R",
     .unset = true, .usual = "1/sqrt(inputs of the unit)", .help = "initial weights are uniform in +-R"},
    {"weight-decay", 0, PARAMETER_REAL, HYPER(weight_decay), TRAINING, NUMBERS(0, FLT_MAX), MIXED, .argument = "D",
     .usual = "0", .help = "D times the weight is added to its gradient"},
    {"no-shuffle", 0, PARAMETER_FLAG, HYPER(shuffle), TRAINING, .inverted = true, .file = "shuffle",
     .help = "keep the samples in the file's order"},
    {"seed", 's', PARAMETER_WHOLE, HYPER(seed), TRAINING, NUMBERS(0, (double)UINT64_MAX), MIXED, .argument = "N",
     .usual = "1", .help = "for the initial weights and the order of the samples"},
};

const struct parameter source_parameters[SOURCE_PARAMETERS] = {
    {"data", 'd', PARAMETER_TEXT, SOURCE(data), DATA, .argument = "FILE", .usual = "iris",
     .help = "samples, inputs first, targets last (blanks, CSV, TSV; with or without a header line), or FANN, Proben1, "
             "LIBSVM, HDF5, recognised by the content; - is standard input"},
    {"targets", 't', PARAMETER_OTHER, SOURCE(targets), DATA, .argument = "N", .usual = "1, or what the file says",
     .read = read_targets, .help = "the last N columns are targets"},
    {"format", 0, SOURCE(format), .group = GROUP_DATA, .commands = TO_PREDICT, NAMES(format_names, FORMATS),
     .argument = "NAME", .help = "what the file is, where that is not recognised: whitespace, csv, tsv, fann, "
                                 "proben1, libsvm or hdf5"},
    {"decimal", 0, PARAMETER_OTHER, SOURCE(decimal_comma), .group = GROUP_DATA, .commands = TO_PREDICT,
     .argument = "MARK", .usual = "point", .read = read_decimal, .write = write_decimal,
     .help = "the decimal mark: point, or comma (0,5), where semicolons, tabs or blanks separate the numbers"},
    {"classes", 0, PARAMETER_FLAG, SOURCE(classes), DATA,
     .help = "targets are class names, even where they look like numbers"},
    {"inputs-dataset", 0, PARAMETER_TEXT, SOURCE(inputs_dataset), .group = GROUP_DATA, .commands = TO_PREDICT,
     .argument = "NAME", .usual = "inputs", .help = "the array of inputs in an HDF5 file"},
    {"targets-dataset", 0, PARAMETER_TEXT, SOURCE(targets_dataset), .group = GROUP_DATA, .commands = TO_PREDICT,
     .argument = "NAME", .usual = "targets", .help = "the array of targets in an HDF5 file"},
    {"missing", 0, SOURCE(missing), DATA, NAMES(dataset_missing_names, MISSINGS), .argument = "WAY", .usual = "refuse",
     .help = "what to do about missing values (empty, NA, NaN, ?): refuse the file, drop the sample, or put in the "
             "mean of the training samples"},
    {"scale", 0, SOURCE(scaling), DATA, NAMES(dataset_scaling_names, SCALINGS), .argument = "WAY", .usual = "none",
     .help = "how inputs are scaled, fitted to the training samples: none, minmax or zscore"},
    {"scale-targets", 0, SOURCE(target_scaling), DATA, NAMES(dataset_scaling_names, SCALINGS), .argument = "WAY",
     .usual = "none",
     .help = "the same for targets; errors and predictions stay in the units of the data"},
    {"validation", 0, PARAMETER_TEXT, SOURCE(validation), SPLIT, .argument = "FILE",
     .help = "more samples, for validation"},
    {"test", 0, PARAMETER_TEXT, SOURCE(test), SPLIT, .argument = "FILE", .help = "more samples, for the test"},
    {"holdout", 0, PARAMETER_OTHER, SOURCE(holdout), SPLIT, .argument = "F", .read = read_holdout,
     .help = "a share (0.25) or a number (30) of samples for the test"},
    {"split", 0, PARAMETER_OTHER, SOURCE(split), SPLIT, .argument = "A/B/C", .read = read_split,
     .help = "shares for training, validation and test, of any sum: 50/25/25"},
    {"folds", 0, PARAMETER_COUNT, SOURCE(folds), SPLIT, NUMBERS(2, FOLDS_MAX), .argument = "K",
     .help = "every sample is in the test of one of K trainings, and trains in the others"},
    {"no-targets", 0, PARAMETER_FLAG, SOURCE(no_targets), .group = GROUP_COMMAND, .commands = ONLY(COMMAND_PREDICT),
     .help = "ignore what stands in the place of targets"},
};
