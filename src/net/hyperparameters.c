/* SPDX-License-Identifier: BSD-3-Clause */
/* The settings of a training: their names, defaults and limits; see training.h. It trains nothing. */
#include "net/hyperparameters.h"

const char *const activation_names[ACTIVATIONS] = {"logistic", "tanh", "relu", "softsign", "linear", "softmax"};
const float activation_reach[ACTIVATIONS][2] = {{0, 1},  {-1, 1},                {0, INFINITY},
                                                {-1, 1}, {-INFINITY, INFINITY}, {0, 1}};
const char *const loss_names[LOSSES] = {"squared", "cross-entropy"};

const char *const arithmetic_names[ARITHMETICS] = {"online", "batch", "repeats"};
const unsigned arithmetic_versions[ARITHMETICS] = {1, 2, 2};

struct hyperparameters hyper_default(void)
{
    return (struct hyperparameters){
        .seed = 1,
        .epochs = 1000,
        .learning_rate = 0.2f,
        .shuffle = true,
        .batch = 1,
        .constants = optimizer_usual_constants,
    };
}

void hyper_resolve(struct hyperparameters *hyper)
{
    if (hyper->learning_rate == RATE_USUAL)
        hyper->learning_rate = optimizer_usual_rate[hyper->optimizer];
    if (hyper->batch == BATCH_USUAL)
        hyper->batch = optimizer_usual_batch[hyper->optimizer];
}

enum status hyper_check(const struct hyperparameters *hyper, struct error *err)
{
    const enum status status = optimizer_check(hyper->optimizer, &hyper->constants, err);
    if (status)
        return status;
    if (hyper->hidden_activation == ACTIVATION_SOFTMAX)
        return error_set(err, STATUS_USAGE, "--hidden-activation: softmax is for the output layer alone");
    if (hyper->loss == LOSS_CROSS_ENTROPY && hyper->output_activation != ACTIVATION_SOFTMAX &&
        hyper->output_activation != ACTIVATION_LOGISTIC)
        return error_set(err, STATUS_USAGE,
                         "--loss cross-entropy: outputs are probabilities then; give --output-activation softmax or "
                         "logistic, not %s",
                         activation_names[hyper->output_activation]);
    if (hyper->loss != LOSS_CROSS_ENTROPY && hyper->output_activation == ACTIVATION_SOFTMAX)
        return error_set(err, STATUS_USAGE, "--output-activation softmax: give --loss cross-entropy too");
    return STATUS_OK;
}

double network_weights(const struct dataset *data, uint32_t hidden1, uint32_t hidden2)
{
    const double inputs = (double)data->inputs, a = hidden1, b = hidden2, targets = (double)data->targets;
    return (inputs + 1) * a + (a + 1) * b + (b + 1) * targets;
}

void outcome_set_error(struct outcome *outcome, enum split split, const struct error_sums *sums, size_t samples,
                       size_t targets)
{
    const double n = (double)samples, outputs = (double)targets;
    const double above = sums->squares - sums->sum * (sums->sum / n); /* of the squares, less those of the mean */
    outcome->error[split] = sums->sum / (n * outputs);
    outcome->spread[split] = samples > 1 ? sqrt((above > 0 ? above : 0) / (n - 1)) / outputs : (double)NAN;
}
