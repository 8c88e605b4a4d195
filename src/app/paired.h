/* SPDX-License-Identifier: BSD-3-Clause */
/* Two networks on the same samples, in words: `nsurf predict --against`. It knows outputs, never networks or files. */
#ifndef NSURF_APP_PAIRED_H
#define NSURF_APP_PAIRED_H

#include "data/dataset.h"

#include <stdbool.h>
#include <stdio.h>

/* Write the mean errors of both over the samples of data, the difference sample by sample with its standard error and
 * the p of Student's paired test; with classes, the same of the misclassified samples, whose p is that of McNemar's
 * exact test. Both take the samples as drawn independently, and the networks as given: they say nothing of what other
 * trainings of them would give.
 * Shapes: outputs: [2][samples][targets]; data has targets. Ranks: local.
 * Source: Q. McNemar, Psychometrika 12 (1947) 153; T. Dietterich, Neural Computation 10 (1998) 1895, section 3.1. */
void paired_put(FILE *stream, const struct dataset *data, const float *const outputs[2], bool classes);

#endif
