/* SPDX-License-Identifier: BSD-3-Clause */
/* Where a data set comes from and what is made of it on the way: files, formats, missing values, splits, scaling. */
#ifndef NSURF_DATA_SOURCE_H
#define NSURF_DATA_SOURCE_H

#include "base/error.h"
#include "data/dataset.h"
#include "data/format.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* What the command line says of the data. All zeros, and NULL, for the iris data as it is. */
struct source {
    const char *data, *validation, *test; /* files; `-` is standard input; NULL for none, data: for iris */
    enum format format;
    size_t targets;                               /* columns, from the right; 0: not said */
    bool decimal_comma;                           /* of numbers in text; then no comma separates unless CSV is said */
    bool classes;                                 /* targets are class names, even where they look like numbers */
    const char *inputs_dataset, *targets_dataset; /* of HDF5; NULL: not said */
    enum missing missing;
    enum scaling scaling, target_scaling;
    double holdout;      /* below 1: the test part's share of the samples, else their number; 0: none */
    double split[SPLITS]; /* shares of train, validation, test, of any sum; all 0: none */
    uint32_t folds;      /* 0: none, else 2 or more */
    uint64_t seed;       /* of the split */
    /* For samples that are to be like others, to use what was trained on those: their inputs, class names, means and
     * scaling count, and targets may be left out. like: has no samples; NULL: whatever the files hold. */
    const struct dataset *like;
    bool no_targets; /* what stands in the place of targets is ignored; with `like` */
};

/* Read, split, fill in, scale.
 *
 * Formats: white space, CSV, TSV (with or without a header line: one without any number in it), FANN, Proben1, LIBSVM,
 * HDF5; src/data/format.h says how they are told apart. In tables, a target column of words holds class names: it
 * becomes a target of 0 and 1 for each class, the classes of all files together, sorted by the bytes of their names.
 * Missing values (empty, NA, NaN, ?) are refused, or their samples dropped, or filled with the mean of the training
 * samples. A split is stratified: it takes the samples of each class in a shuffled order, so that splits and folds have
 * its share of each class; within a split the samples keep the order of the file. Scaling is fitted on the training
 * samples alone; it changes inputs, while targets stay in their own units.
 *
 * With `like` all columns of a table after its inputs are targets: one for each target column of its data set, one for
 * each of its targets, or none. Nothing is split or fitted.
 *
 * Owns: the caller, who calls dataset_free. Ranks: rank 0. What source says must agree with itself.
 * Errors: STATUS_DATA, as name:line:column (columns count fields, from 1) where there is one; STATUS_USAGE for options
 * that do not fit each other or the data; STATUS_IO when reading fails; STATUS_INTERNAL out of memory. */
enum status source_load(const struct source *source, struct dataset *data, struct error *err)
    __attribute__((warn_unused_result));

/* The same for one file that is open already, in any format but HDF5. The stream is read to its end, not closed.
 * name: what error lines call it. Errors: as source_load. */
enum status source_read(const struct source *source, FILE *stream, const char *name, struct dataset *data,
                        struct error *err) __attribute__((warn_unused_result));

#endif
