/* SPDX-License-Identifier: BSD-3-Clause */
/* HDF5 files in memory: the library makes and reads bytes and never touches the disk, where it loses errors and crashes
 * in its exit handler. With object times off, equal contents give equal bytes.
 *
 * A file begins with a block of text that HDF5 ignores, and that names its kind, the number of bytes that follow
 * and their SHA-256: so damage is found before the library, which may crash of it, sees a byte.
 * It knows attributes and datasets, settings and the build, never surfaces or networks. */
#ifndef NSURF_STORE_IMAGE_H
#define NSURF_STORE_IMAGE_H

#include "base/error.h"
#include "base/file.h"
#include "sweep/experiment.h"

#include <hdf5.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* The first failure is kept and told at the end; after it every call gets an invalid identifier somewhere and fails as
 * well, harmlessly. So calls need no check of their own. */
struct image {
    hid_t file, text_type;
    const char *step;   /* the first that failed, or NULL */
    const char *object; /* … and its object */
    char reason[96];    /* … and what the library says */
    const char *kind;
};

/* Begin an empty file. kind: the first line of its block of text. Owns: the caller, who calls image_finish.
 * Ranks: rank 0. */
void image_begin(struct image *image, const char *kind);

/* Hand on what a call of the library returned, and keep its failure. step, object: constants, for the error line
 * "HDF5 cannot STEP OBJECT". */
hid_t image_check(struct image *image, hid_t result, const char *step, const char *object);

/* An attribute of the file or of a dataset: one value, or an array of count. */
void image_attribute(struct image *image, hid_t object, const char *name, hid_t file_type, hid_t memory_type,
                     size_t count, const void *value);

/* Text of variable length in UTF-8: what h5py hands out as str. */
void image_text(struct image *image, hid_t object, const char *name, const char *text);

/* All settings of an experiment as attributes of the file; and what program, compiler and libraries made it. */
void image_settings(struct image *image, const struct experiment *experiment);
void image_build(struct image *image);

/* A group of the file, for names such as "group/dataset". Owns: the caller, who calls H5Gclose. */
hid_t image_group(struct image *image, const char *name);

/* A dataset of this shape, empty. Owns: the caller, who calls H5Dclose. */
hid_t image_dataset(struct image *image, const char *name, hid_t file_type, hid_t space);

/* Write the bytes to file, and free all. advice: what to do when memory is short, the end of an error line.
 * Errors: STATUS_INTERNAL with the first failure. */
enum status image_finish(struct image *image, struct file *file, const char *advice, struct error *err)
    __attribute__((warn_unused_result));

/* Read the stream to its end and open what it holds, a file of this kind. name: what error lines call it; advice: where
 * to get one, their end. For a child of base/isolated.h. Owns: the caller. Ranks: local.
 * Errors: STATUS_DATA for any other file, and for one that is not, to the byte, as it was written; STATUS_IO when
 * reading fails; STATUS_INTERNAL. */
enum status image_open(hid_t *file, FILE *stream, const char *name, const char *kind, const char *advice,
                       struct error *err) __attribute__((warn_unused_result));

/* Read an attribute that holds exactly one value of this class; of text, *(char **)value is the reader's to free with
 * H5free_memory. A file may hold anything there. Ranks: local. Returns whether it was so. */
bool image_read_attribute(hid_t file, const char *name, H5T_class_t class, hid_t memory_type, void *value)
    __attribute__((warn_unused_result));

#endif
