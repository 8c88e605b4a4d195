/* SPDX-License-Identifier: BSD-3-Clause */
/* The settings of a training: their names, defaults and limits; see training.h. It trains nothing. */
#include "net/training.h"

const char *const activation_names[ACTIVATIONS] = {"logistic", "tanh", "relu", "softsign", "linear", "softmax"};
const char *const loss_names[LOSSES] = {"squared", "cross-entropy"};
const char *const optimizer_names[OPTIMIZERS] = {"sgd", "rprop", "adam"};

struct training training_default(void)
{
    return (struct training){
        .seed = 1,
        .epochs = 1000,
        .learning_rate = 0.2f,
        .shuffle = true,
        .batch = 1,
        .rprop_first = 0.1f, /* these five: M. Riedmiller, H. Braun, ICNN 1993 */
        .rprop_min = 1e-6f,
        .rprop_max = 50.0f,
        .rprop_increase = 1.2f,
        .rprop_decrease = 0.5f,
        .beta1 = 0.9f,
        .beta2 = 0.999f,
        .epsilon = 1e-8f,
    };
}

/* A setting that must be a number from low to high; high itself is too much where it is open. */
struct limit {
    const char *option;
    float value, low, high;
    bool open;
};

enum status training_check(const struct training *training, struct error *err)
{
    const float any = 3.4e38f; /* a finite number */
    const struct limit limits[] = {
        {"--learning-rate", training->learning_rate, 0, any, false},
        {"--rate-decay", training->rate_decay, 0, any, false},
        {"--weight-range", training->weight_range, 0, any, false},
        {"--weight-decay", training->weight_decay, 0, any, false},
        {"--optimizer sgd,momentum", training->momentum, 0, 1, true},
        {"--optimizer rprop,first", training->rprop_first, 0, any, false},
        {"--optimizer rprop,min", training->rprop_min, 0, any, false},
        {"--optimizer rprop,max", training->rprop_max, training->rprop_min, any, false},
        {"--optimizer rprop,increase", training->rprop_increase, 1, any, false},
        {"--optimizer rprop,decrease", training->rprop_decrease, 0, 1, false},
        {"--optimizer adam,beta1", training->beta1, 0, 1, true},
        {"--optimizer adam,beta2", training->beta2, 0, 1, true},
        {"--optimizer adam,epsilon", training->epsilon, 1e-30f, any, false},
    };
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        const struct limit *const limit = &limits[i];
        const float value = limit->value, high = limit->high;
        if (!(value >= limit->low && value <= high) || (limit->open && value == high))
            return error_set(err, STATUS_USAGE, "%s: %g: a number from %g to %s%g is needed", limit->option,
                             (double)value, (double)limit->low, limit->open ? "below " : "", (double)high);
    }
    if (training->hidden == ACTIVATION_SOFTMAX)
        return error_set(err, STATUS_USAGE, "--hidden-activation: softmax is for the output layer alone");
    if (training->loss == LOSS_CROSS_ENTROPY && training->output != ACTIVATION_SOFTMAX &&
        training->output != ACTIVATION_LOGISTIC)
        return error_set(err, STATUS_USAGE,
                         "--loss cross-entropy: outputs are probabilities then; give --output-activation softmax or "
                         "logistic, not %s",
                         activation_names[training->output]);
    if (training->loss != LOSS_CROSS_ENTROPY && training->output == ACTIVATION_SOFTMAX)
        return error_set(err, STATUS_USAGE, "--output-activation softmax: give --loss cross-entropy too");
    return STATUS_OK;
}
