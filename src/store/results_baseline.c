/* SPDX-License-Identifier: BSD-3-Clause */
/* What is said of targets; see results_baseline.h. */
#include "store/results_baseline.h"

#include "store/image.h"
#include "store/results.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* An error or a share that is told; NaN where there is none. */
static double read_told(hid_t file, enum split split, const char *of)
{
    char name[RESULTS_NAME];
    double value = (double)NAN;
    discard(snprintf(name, sizeof name, "%s_%s", dataset_split_names[split], of));
    if (H5Aexists(file, name) > 0 && !image_read_attribute(file, name, H5T_FLOAT, H5T_NATIVE_DOUBLE, &value))
        value = (double)NAN;
    return value;
}

static enum scaling read_scaling(hid_t file)
{
    char *name = NULL;
    enum scaling scaling = SCALING_NONE;
    if (H5Aexists(file, "scale_targets") > 0 &&
        image_read_attribute(file, "scale_targets", H5T_STRING, -1, &name) && name)
        for (int s = 0; s < SCALINGS; s++)
            scaling = strcmp(name, dataset_scaling_names[s]) == 0 ? (enum scaling)s : scaling;
    discard(H5free_memory(name));
    return scaling;
}

void results_read_baseline(struct experiment *experiment, hid_t file)
{
    struct baseline *const baseline = &experiment->baseline;
    for (int split = 0; split < SPLITS; split++) {
        baseline->error[split] = read_told(file, (enum split)split, RESULTS_MEAN);
        baseline->misclassified[split] = read_told(file, (enum split)split, RESULTS_FREQUENT);
        baseline->known = baseline->known || !isnan(baseline->error[split]);
    }
    experiment->data.target_scaling = read_scaling(file);
}
