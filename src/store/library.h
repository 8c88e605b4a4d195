/* SPDX-License-Identifier: BSD-3-Clause */
/* The HDF5 library that the program runs with. */
#ifndef NSURF_STORE_LIBRARY_H
#define NSURF_STORE_LIBRARY_H

enum { LIBRARY_TEXT = 32 };

/* Its version, "1.10.8". Ranks: local. */
void library_hdf5(char text[LIBRARY_TEXT]);

#endif
