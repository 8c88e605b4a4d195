/* SPDX-License-Identifier: BSD-3-Clause */
/* HDF5 files that others made: opened so that nothing but the file itself is read. It is for a child process of
 * base/isolated.h, because a damaged file may make the library crash. */
#ifndef NSURF_DATA_HDF5_OPEN_H
#define NSURF_DATA_HDF5_OPEN_H

#include <hdf5.h>
#include <stdbool.h>

/* To be called before the library opens a file: it says nothing by itself, and follows no link into another file.
 * Ranks: local. */
void hdf5_begin(void);

/* An array whose values stand in the file. */
struct hdf5_array {
    hid_t dataset, space, type; /* below 0: not open */
    int rank;
    hsize_t dims[H5S_MAX_RANK]; /* [rank] */
};

/* Open one. Returns false where there is no such array, or it refers to another file (external storage, an external
 * link, a virtual data set): then *why says so, else it is NULL. why may be NULL.
 * Owns: the caller, who calls hdf5_close, on failure too. Ranks: local. */
bool hdf5_open(struct hdf5_array *array, hid_t file, const char *name, const char **why)
    __attribute__((warn_unused_result));
void hdf5_close(struct hdf5_array *array);

/* Whether it has exactly this class and shape and the file holds all its values (of strings, some): of others the
 * library would make zeros. dims: [rank]. Ranks: local. */
bool hdf5_is(const struct hdf5_array *array, H5T_class_t class, int rank, const hsize_t *dims);

/* Read a block of it, as values of this type. start, count: [rank]; NULL: all of it. Ranks: local. */
bool hdf5_read(const struct hdf5_array *array, hid_t type, const hsize_t *start, const hsize_t *count, void *values)
    __attribute__((warn_unused_result));

/* How many rows of its first axis, together, the library unpacks at once; 1 where nothing is packed. Ranks: local. */
hsize_t hdf5_chunk_rows(const struct hdf5_array *array);

#endif
