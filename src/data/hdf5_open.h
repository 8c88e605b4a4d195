/* SPDX-License-Identifier: BSD-3-Clause */
/* HDF5 files that others made: opened so that nothing but the file itself is read. It is for a child process of
 * base/isolated.h, because a damaged file may make the library crash. */
#ifndef NSURF_DATA_HDF5_OPEN_H
#define NSURF_DATA_HDF5_OPEN_H

#include <hdf5.h>

/* To be called before the library opens a file: it says nothing by itself, and follows no link into another file.
 * Ranks: local. */
void hdf5_begin(void);

/* Open an array whose values stand in the file. Owns: the caller, who calls H5Dclose. Ranks: local. Below 0 where there
 * is no such array, or it refers to another file (external storage, an external link, a virtual data set): then *why
 * says so, else it is NULL. why may be NULL. */
hid_t hdf5_open(hid_t file, const char *name, const char **why) __attribute__((warn_unused_result));

#endif
