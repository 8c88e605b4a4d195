/* SPDX-License-Identifier: BSD-3-Clause */
/* The options of the training; see training_options.h. */
#include "cli/training_options.h"

#include "cli/value.h"
#include "net/stopping.h"

#include <string.h>

/* Until finished: not given. */
static const float no_rate = -1;
static const uint32_t no_batch = UINT32_MAX;

struct hyperparameters training_options_start(void)
{
    struct hyperparameters training = hyper_default();
    training.learning_rate = no_rate;
    training.batch = no_batch;
    return training;
}

bool training_options_has(int letter)
{
    return letter == 'e' || letter == 'l' || letter == 's' ||
           (letter >= OPTION_NO_SHUFFLE && letter <= OPTION_OPTIMIZER);
}

static enum status read_batch(const char *text, uint32_t *batch, struct error *err)
{
    *batch = BATCH_ALL;
    return strcmp(text, "all") == 0 ? STATUS_OK : value_count(text, "--batch", 1, no_batch - 1, batch, err);
}

/* One constant of an optimizer, NAME=VALUE. */
static enum status read_constant(const char *text, struct hyperparameters *training, struct error *err)
{
    const size_t length = strcspn(text, "=");
    for (size_t c = 0; c < HYPER_CONSTANTS; c++) {
        const struct hyper_constant *const constant = &hyper_constants[c];
        if (constant->optimizer == training->optimizer && text[length] == '=' && strlen(constant->name) == length &&
            strncmp(text, constant->name, length) == 0)
            return value_real(text + length + 1, "--optimizer", hyper_constant(training, constant), err);
    }
    return error_set(err, STATUS_USAGE, "--optimizer: \"%.80s\": no constant of %s; `nsurf --help` lists them", text,
                     optimizer_names[training->optimizer]);
}

/* NAME[,CONSTANT=VALUE]... */
static enum status read_optimizer(const char *text, struct hyperparameters *training, struct error *err)
{
    char words[256], *rest;
    if (strlen(text) >= sizeof words)
        return error_set(err, STATUS_USAGE, "--optimizer: \"%.80s…\": too long", text);
    strcpy(words, text);
    const char *const name = strtok_r(words, ",", &rest);
    unsigned choice = 0;
    enum status status = value_choice(name ? name : "", "--optimizer", optimizer_names, OPTIMIZERS, &choice, err);
    training->optimizer = (enum optimizer)choice;
    struct hyperparameters usual = hyper_default();
    for (size_t c = 0; c < HYPER_CONSTANTS; c++) /* the last of several counts, as a whole */
        *hyper_constant(training, &hyper_constants[c]) = *hyper_constant(&usual, &hyper_constants[c]);
    for (const char *word; !status && (word = strtok_r(NULL, ",", &rest)) != NULL;)
        status = read_constant(word, training, err);
    return status;
}

enum status training_options_take(struct hyperparameters *training, int letter, const char *text, struct error *err)
{
    unsigned choice = 0;
    enum status status;
    switch (letter) {
    case 'e':
        return value_count(text, "--epochs", 0, UINT32_MAX, &training->epochs, err);
    case 'l':
        return value_real(text, "--learning-rate", &training->learning_rate, err);
    case 's':
        return value_whole(text, "--seed", 0, UINT64_MAX, &training->seed, err);
    case OPTION_EARLY_STOPPING:
        return stopping_parse(&training->stop, text, "--early-stopping", err);
    case OPTION_BATCH:
        return read_batch(text, &training->batch, err);
    case OPTION_RATE_DECAY:
        return value_real(text, "--rate-decay", &training->rate_decay, err);
    case OPTION_HIDDEN_ACTIVATION:
        status = value_choice(text, "--hidden-activation", activation_names, ACTIVATION_SOFTMAX, &choice, err);
        training->hidden_activation = (enum activation)choice;
        return status;
    case OPTION_OUTPUT_ACTIVATION:
        status = value_choice(text, "--output-activation", activation_names, ACTIVATIONS, &choice, err);
        training->output_activation = (enum activation)choice;
        return status;
    case OPTION_LOSS:
        status = value_choice(text, "--loss", loss_names, LOSSES, &choice, err);
        training->loss = (enum loss)choice;
        return status;
    case OPTION_WEIGHT_RANGE:
        return value_real(text, "--weight-range", &training->weight_range, err);
    case OPTION_WEIGHT_DECAY:
        return value_real(text, "--weight-decay", &training->weight_decay, err);
    case OPTION_OPTIMIZER:
        return read_optimizer(text, training, err);
    case OPTION_NO_SHUFFLE:
        training->shuffle = false;
        return STATUS_OK;
    default:
        return error_set(err, STATUS_INTERNAL, "option %d is no option of the training", letter);
    }
}

/* RPROP was made for whole batches; Adam steps by about its rate, whatever the gradient. */
void training_options_finish(struct hyperparameters *training)
{
    const float adam_rate = 0.001f, sgd_rate = 0.2f;
    if (training->learning_rate == no_rate)
        training->learning_rate = training->optimizer == OPTIMIZER_ADAM ? adam_rate : sgd_rate;
    if (training->batch == no_batch)
        training->batch = training->optimizer == OPTIMIZER_RPROP ? BATCH_ALL : 1;
}
