/* SPDX-License-Identifier: BSD-3-Clause */
/* Grids of layers alone, for tests and benches. */
#ifndef NSURF_TESTS_LAYERS_H
#define NSURF_TESTS_LAYERS_H

#include "sweep/experiment.h"

/* The ranges of hidden1 and hidden2. */
static inline enum status set_layers(struct experiment *experiment, const char *hidden1, const char *hidden2)
{
    enum status status = STATUS_OK;
    for (size_t layer = 0; layer < 2 && !status; layer++) {
        struct axis axis;
        status = axis_parse(&axis, &hyper_parameters[layer], layer ? hidden2 : hidden1, "a layer", NULL);
        if (!status)
            status = experiment_add_axis(experiment, &axis, NULL);
    }
    return status;
}

/* Two axes of values that somebody else owns. */
#define LAYERS(count1, values1, count2, values2)                                                                       \
    .axis_count = 2, .axes = {{&hyper_parameters[AXIS_HIDDEN1], (count1), (values1)},                                  \
                              {&hyper_parameters[AXIS_HIDDEN2], (count2), (values2)}}

#endif
