/* SPDX-License-Identifier: BSD-3-Clause */
/* Any bytes as a data set: it is read, and then all of it is finite, or refused in one line. The first byte chooses
 * the number of targets. */
#include "data/dataset.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void demand(bool truth)
{
    if (!truth)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    if (size < 2)
        return 0;
    const size_t targets = bytes[0] % 5U;
    FILE *const stream = fmemopen((void *)(uintptr_t)(bytes + 1), size - 1, "r");
    demand(stream);
    struct dataset data = {0};
    struct error err = {0};
    const enum status status = dataset_read(&data, stream, "fuzz", targets, &err);
    discard(fclose(stream));
    if (status) {
        demand(status == STATUS_DATA || status == STATUS_USAGE);
        demand(err.text[0] && !strchr(err.text, '\n'));
    } else {
        demand(data.samples > 0 && data.inputs > 0 && data.targets == targets);
        for (size_t i = 0; i < data.samples * data.inputs; i++)
            demand(isfinite(data.x[i]));
        for (size_t i = 0; i < data.samples * data.targets; i++)
            demand(isfinite(data.t[i]));
    }
    dataset_free(&data);
    return 0;
}
