/* SPDX-License-Identifier: BSD-3-Clause */
/* How this program was built. The facts come from the Makefile; they are for people and for the HDF5 file, and no
 * outcome ever depends on them. */
#ifndef NSURF_BASE_BUILD_H
#define NSURF_BASE_BUILD_H

const char *build_version(void);  /* "1.0.0" */
const char *build_revision(void); /* of the source, "unknown" outside of a checkout */
const char *build_compiler(void); /* "gcc 12.2.0" */
const char *build_flags(void);    /* of the compiler */
const char *build_mpi(void);      /* "Open MPI 4.1.4" */

#endif
