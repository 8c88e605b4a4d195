/* SPDX-License-Identifier: BSD-3-Clause */
/* Data sets: samples of inputs and targets, read from a stream or carried by the program. This room knows formats and
 * scaling; it never knows networks or ranks. */
#ifndef NSURF_DATA_DATASET_H
#define NSURF_DATA_DATASET_H

#include "base/digest.h"
#include "base/error.h"

#include <stddef.h>
#include <stdio.h>

struct dataset {
    size_t samples, inputs, targets;
    float *x;                 /* [samples][inputs], row-major */
    float *t;                 /* [samples][targets], row-major */
    char name[256];           /* for people: "iris", or the file's name as given */
    char digest[DIGEST_TEXT]; /* of counts and values, equal on every machine */
};

/* Fisher's iris data: 150 samples, 4 inputs scaled to 0..1 by column, 3 one-hot targets, in the published order.
 * Source: R. A. Fisher, The use of multiple measurements in taxonomic problems, Annals of Eugenics 7 (1936), 179-188.
 * Owns: the caller, who calls dataset_free. Ranks: rank 0. Errors: STATUS_INTERNAL. */
enum status dataset_iris(struct dataset *data, struct error *err) __attribute__((warn_unused_result));

/* Read numbers separated by white space, commas or tabs, one sample a line, after an optional header line; empty
 * lines and lines that begin with # are passed over. The last `targets` columns are the targets.
 * stream: read to its end, not closed. name: what error lines call it.
 * Owns: the caller, who calls dataset_free. Ranks: rank 0.
 * Errors: STATUS_DATA, with name, line and column, for a field that is no finite float32 number, a row of another
 * length, no row at all, fewer than targets + 1 columns; STATUS_IO when reading fails; STATUS_INTERNAL out of memory. */
enum status dataset_read(struct dataset *data, FILE *stream, const char *name, size_t targets, struct error *err)
    __attribute__((warn_unused_result));

/* Allocate x and t for the counts already set in data (to receive a broadcast). Errors: STATUS_INTERNAL. */
enum status dataset_alloc(struct dataset *data, struct error *err) __attribute__((warn_unused_result));

void dataset_free(struct dataset *data);

#endif
