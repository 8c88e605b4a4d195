/* SPDX-License-Identifier: BSD-3-Clause */
/* Whether what a network file says makes sense; see network_layout.h. Its reader asks twice: in the process that reads
 * the file, for the name of what is wrong, and in the one that uses it, which does not trust the other. */
#include "store/network_layout.h"

#include "store/network_file.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

static bool are_finite(const float *values, size_t count)
{
    for (size_t k = 0; k < count; k++)
        if (!isfinite(values[k]))
            return false;
    return true;
}

static bool can_divide(const float *values, size_t count)
{
    for (size_t k = 0; k < count; k++)
        if (!isfinite(values[k]) || values[k] == 0)
            return false;
    return true;
}

/* Columns follow each other without a gap, and the classes of one are sorted: the reader of data relies on it. */
static bool in_order(const struct dataset *data)
{
    bool right = data->target_columns[0] == 0;
    for (size_t k = 1; right && k < data->targets; k++) {
        const uint32_t before = data->target_columns[k - 1], at = data->target_columns[k];
        const char *const name = data->target_names[k], *const last = data->target_names[k - 1];
        right = at == before + 1 || (at == before && name && last && strcmp(last, name) < 0);
    }
    return right;
}

/* What is one of a few words in the file. */
static const char *wrong_choice(const struct trained *trained, const struct experiment *experiment)
{
    if (trained->outcome.status != OUTCOME_OK && trained->outcome.status != OUTCOME_DIVERGED)
        return "status";
    if (experiment->hyper.hidden_activation >= ACTIVATION_SOFTMAX)
        return "hidden_activation";
    if (experiment->hyper.output_activation >= ACTIVATIONS)
        return "output_activation";
    if (experiment->data.missing >= MISSINGS)
        return "missing";
    if (experiment->data.scaling >= SCALINGS)
        return "scale";
    return experiment->data.target_scaling >= SCALINGS ? "scale_targets" : NULL;
}

static const char *wrong_weights(const struct trained *trained)
{
    if (trained->units[1] > HIDDEN_MAX || trained->units[2] > HIDDEN_MAX)
        return network_layers[1].weights;
    for (size_t l = 0; l < SPEC_LAYERS && trained->outcome.status == OUTCOME_OK; l++)
        if (!are_finite(trained->weights[l], network_layer_weights(trained->units, l)))
            return network_layers[l].weights;
    return NULL;
}

static const char *wrong_outline(const struct dataset *data)
{
    if (!are_finite(data->shift, data->inputs))
        return "shift";
    if (!can_divide(data->divisor, data->inputs))
        return "divisor";
    if (data->target_shift && !are_finite(data->target_shift, data->targets))
        return "target_shift";
    if (data->target_divisor && !can_divide(data->target_divisor, data->targets))
        return "target_divisor";
    if (data->mean && !are_finite(data->mean, data->inputs))
        return "mean";
    return in_order(data) ? NULL : "target_columns";
}

const char *network_wrong(const struct trained *trained, const struct experiment *experiment)
{
    const char *wrong = wrong_choice(trained, experiment);
    wrong = wrong ? wrong : wrong_weights(trained);
    return wrong ? wrong : wrong_outline(&experiment->data);
}
