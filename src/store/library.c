/* SPDX-License-Identifier: BSD-3-Clause */
/* The HDF5 library's version; see library.h. */
#include "store/library.h"

#include "base/error.h"

#include <hdf5.h>
#include <stdio.h>

void library_hdf5(char text[LIBRARY_TEXT])
{
    unsigned major = H5_VERS_MAJOR, minor = H5_VERS_MINOR, release = H5_VERS_RELEASE; /* should the call fail */
    discard(H5dont_atexit()); /* before any other call: the exit code stays ours */
    discard(H5get_libversion(&major, &minor, &release));
    discard(snprintf(text, LIBRARY_TEXT, "%u.%u.%u", major, minor, release));
}
