/* SPDX-License-Identifier: BSD-3-Clause */
/* Any bytes as a data set of any format: it is read, and then all of it is finite and every sample in a part, or it is
 * refused in one line. The first byte chooses the targets and what is made of the samples, the second the format; from
 * 128 on they make the samples be like others, and without targets. HDF5 is left out: its bytes are read by its own
 * library alone. */
#include "data/source.h"

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

/* Two inputs, a column of classes, a number. */
static char *names[] = {"a", "b", NULL};
static uint32_t columns[] = {0, 0, 1};
static float zeros[] = {0, 0}, ones[] = {1, 1};
static const struct dataset like = {.inputs = 2,
                                    .targets = 3,
                                    .target_names = names,
                                    .target_columns = columns,
                                    .mean = ones,
                                    .shift = zeros,
                                    .divisor = ones,
                                    .name = "like"};

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    if (size < 3)
        return 0;
    const bool alike = bytes[0] & 128;
    const struct source source = {.targets = alike ? 0 : bytes[0] % 3U,
                                  .classes = bytes[0] & 4,
                                  .missing = (enum missing)(bytes[0] / 8 % MISSINGS),
                                  .scaling = bytes[0] & 32 ? SCALING_ZSCORE : SCALING_NONE,
                                  .holdout = !alike && bytes[0] & 64 ? 0.3 : 0,
                                  .like = alike ? &like : NULL,
                                  .no_targets = alike && bytes[1] & 128,
                                  .format = (enum format)(bytes[1] % FORMAT_HDF5)};
    FILE *const stream = fmemopen((void *)(uintptr_t)(bytes + 2), size - 2, "r");
    demand(stream);
    struct dataset data = {0};
    struct error err = {0};
    const enum status status = source_read(&source, stream, "fuzz", &data, &err);
    discard(fclose(stream));
    if (status) {
        demand(status == STATUS_DATA || status == STATUS_USAGE);
        demand(err.text[0] && !strchr(err.text, '\n'));
    } else {
        demand(data.samples > 0 && data.inputs > 0 && (data.targets > 0 || alike));
        demand(data.splits[SPLIT_TRAIN] > 0 || alike);
        demand(!alike || (data.inputs == like.inputs && (data.targets == 0 || data.targets == like.targets)));
        demand(data.splits[SPLIT_TRAIN] + data.splits[SPLIT_VALIDATION] + data.splits[SPLIT_TEST] == data.samples);
        for (size_t i = 0; i < data.samples * data.inputs; i++)
            demand(isfinite(data.x[i]));
        for (size_t i = 0; i < data.samples * data.targets; i++)
            demand(isfinite(data.t[i]));
    }
    dataset_free(&data);
    return 0;
}
