/* SPDX-License-Identifier: BSD-3-Clause */
/* Data sets: samples of inputs and targets, read from a stream or carried by the program. This room knows formats and
 * scaling; it never knows networks or ranks. */
#ifndef NSURF_DATA_DATASET_H
#define NSURF_DATA_DATASET_H

#include "base/digest.h"
#include "base/error.h"

#include <stddef.h>
#include <stdio.h>

/* Refused before memory is asked for: a file beyond these is a mistake, or needs another program. */
enum { DATASET_COLUMNS_MAX = 1 << 20, DATASET_VALUES_MAX = 1 << 30 /* 4 GiB of float32 */ };

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

/* Read numbers separated by white space, commas or tabs, one sample a line, after an optional header line (one without
 * any number in it); empty lines and lines that begin with # are passed over. Lines end with LF, CR LF or CR; the last
 * one may lack its end. The last `targets` columns are the targets. Values are taken as they are, not scaled.
 * stream: read to its end, not closed. name: what error lines call it.
 * Owns: the caller, who calls dataset_free. Ranks: rank 0.
 * Errors: STATUS_DATA, as name:line:column (columns count fields, from 1), for a field that is no finite float32
 * number, an empty field between commas, a row of another length, no row at all, fewer than targets + 1 columns, more
 * columns or values than DATASET_COLUMNS_MAX and DATASET_VALUES_MAX; STATUS_USAGE for no target; STATUS_IO when
 * reading fails; STATUS_INTERNAL out of memory. */
enum status dataset_read(struct dataset *data, FILE *stream, const char *name, size_t targets, struct error *err)
    __attribute__((warn_unused_result));

/* Allocate x and t for the counts already set in data (to receive a broadcast). Errors: STATUS_INTERNAL. */
enum status dataset_alloc(struct dataset *data, struct error *err) __attribute__((warn_unused_result));

/* Set the digest: SHA-256 of samples, inputs, targets (64 bits each), x and t (32 bits a value), all little-endian.
 * Errors: STATUS_INTERNAL. */
enum status dataset_digest(struct dataset *data, struct error *err) __attribute__((warn_unused_result));

void dataset_free(struct dataset *data);

#endif
