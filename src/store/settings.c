/* SPDX-License-Identifier: BSD-3-Clause */
/* The settings of an experiment as a list; see settings.h. */
#include "store/settings.h"

#include "base/number.h"
#include "net/stopping.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static struct setting count_of(const char *name, bool identity, uint64_t count)
{
    struct setting setting = {.name = name, .identity = identity, .type = SETTING_COUNT, .count = count};
    discard(snprintf(setting.text, sizeof setting.text, "%" PRIu64, count));
    return setting;
}

static struct setting real_of(const char *name, bool identity, float real)
{
    struct setting setting = {.name = name, .identity = identity, .type = SETTING_REAL, .real = real};
    number_text_float(setting.text, real);
    return setting;
}

/* A file's name may hold anything; a header line must stay a line. */
static struct setting text_of(const char *name, bool identity, const char *text)
{
    struct setting setting = {.name = name, .identity = identity, .type = SETTING_TEXT};
    discard(snprintf(setting.text, sizeof setting.text, "%s", text));
    for (char *c = setting.text; *c; c++)
        if ((unsigned char)*c < ' ' || *c == 127)
            *c = '?';
    return setting;
}

/* The axis as the option that makes it: first:last, first:last:step, or the values one by one; a number of values that
 * would not fit is only counted. */
static struct setting axis_of(const char *name, const struct axis *axis)
{
    struct setting setting = {.name = name, .type = SETTING_TEXT};
    const uint32_t *v = axis->values;
    size_t n = axis->count, used = 0;
    bool even = n > 2;
    for (size_t i = 2; i < n && even; i++)
        even = v[i] - v[i - 1] == v[1] - v[0];
    if (even || n == 2) {
        uint32_t step = v[1] - v[0];
        int written = snprintf(setting.text, sizeof setting.text, "%" PRIu32 ":%" PRIu32, v[0], v[n - 1]);
        if (step > 1)
            discard(snprintf(setting.text + written, sizeof setting.text - (size_t)written, ":%" PRIu32, step));
        return setting;
    }
    for (size_t i = 0; i < n && used < sizeof setting.text; i++)
        used += (size_t)snprintf(setting.text + used, sizeof setting.text - used, "%s%" PRIu32, i ? "," : "", v[i]);
    if (used >= sizeof setting.text)
        discard(
            snprintf(setting.text, sizeof setting.text, "%zu values from %" PRIu32 " to %" PRIu32, n, v[0], v[n - 1]));
    return setting;
}

/* As the option that makes it: the optimizer and its constants. */
static void optimizer_text(char text[SETTING_VALUE], const struct hyperparameters *training)
{
    struct hyperparameters copy = *training;
    size_t used = (size_t)snprintf(text, SETTING_VALUE, "%s", optimizer_names[training->optimizer]);
    for (size_t c = 0; c < HYPER_CONSTANTS; c++) {
        char value[NUMBER_TEXT];
        if (hyper_constants[c].optimizer != training->optimizer)
            continue;
        number_text_float(value, *hyper_constant(&copy, &hyper_constants[c]));
        used += (size_t)snprintf(text + used, SETTING_VALUE - used, ",%s=%s", hyper_constants[c].name, value);
    }
}

void settings_list(const struct experiment *experiment, struct setting settings[SETTINGS])
{
    const struct dataset *data = &experiment->data;
    const struct hyperparameters *training = &experiment->training;
    char stopping[STOPPING_TEXT];
    stopping_text(stopping, &training->stop);
    char optimizer[SETTING_VALUE], batch[SETTING_VALUE] = "all";
    optimizer_text(optimizer, training);
    if (training->batch != BATCH_ALL)
        discard(snprintf(batch, sizeof batch, "%" PRIu32, training->batch));
    const struct setting list[] = {
        count_of("outcome_version", true,
                 arithmetic_versions[training->batch == 1 ? ARITHMETIC_ONLINE : ARITHMETIC_BATCH]),
        text_of("data", false, data->name),
        count_of("samples", true, data->samples),
        count_of("inputs", true, data->inputs),
        count_of("targets", true, data->targets),
        text_of("data_sha256", true, data->digest),
        text_of("split", false, data->split),
        count_of("folds", false, data->folds),
        text_of("missing", false, dataset_missing_names[data->missing]),
        text_of("scale", false, dataset_scaling_names[data->scaling]),
        count_of("epochs", true, training->epochs),
        text_of("early_stopping", true, stopping),
        real_of("learning_rate", true, training->learning_rate),
        real_of("rate_decay", true, training->rate_decay),
        text_of("batch", true, batch),
        text_of("hidden_activation", true, activation_names[training->hidden_activation]),
        text_of("output_activation", true, activation_names[training->output_activation]),
        text_of("loss", true, loss_names[training->loss]),
        text_of("optimizer", true, optimizer),
        real_of("weight_range", true, training->weight_range),
        real_of("weight_decay", true, training->weight_decay),
        text_of("shuffle", true, training->shuffle ? "yes" : "no"),
        count_of("seed", true, training->seed),
        count_of("repeats", false, experiment->repeats),
        axis_of("hidden1_range", &experiment->hidden1),
        axis_of("hidden2_range", &experiment->hidden2),
    };
    _Static_assert(sizeof list / sizeof *list == SETTINGS, "SETTINGS counts the list");
    for (size_t i = 0; i < SETTINGS; i++)
        settings[i] = list[i];
}

enum status settings_digest(const struct setting settings[SETTINGS], char text[DIGEST_TEXT], struct error *err)
{
    struct digest *digest;
    enum status status = digest_create(&digest, err);
    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; i < SETTINGS; i++) {
        if (!settings[i].identity)
            continue;
        digest_update(digest, settings[i].name, strlen(settings[i].name));
        digest_update(digest, " ", 1);
        digest_update(digest, settings[i].text, strlen(settings[i].text));
        digest_update(digest, "\n", 1);
    }
    return digest_finish(digest, text, err);
}
