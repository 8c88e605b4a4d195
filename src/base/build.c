/* SPDX-License-Identifier: BSD-3-Clause */
/* How this program was built; see build.h. This is the one file that is compiled with the NSURF_ macros, so that a new
 * revision compiles one small file anew. */
#include "base/build.h"

#ifndef NSURF_VERSION
#define NSURF_VERSION "unknown"
#endif
#ifndef NSURF_REVISION
#define NSURF_REVISION "unknown"
#endif
#ifndef NSURF_COMPILER
#define NSURF_COMPILER __VERSION__ /* gcc and clang define it */
#endif
#ifndef NSURF_FLAGS
#define NSURF_FLAGS "unknown"
#endif
#ifndef NSURF_MPI_VERSION
#define NSURF_MPI_VERSION "unknown"
#endif

const char *build_version(void)
{
    return NSURF_VERSION;
}

const char *build_revision(void)
{
    return NSURF_REVISION;
}

const char *build_compiler(void)
{
    return NSURF_COMPILER;
}

const char *build_flags(void)
{
    return NSURF_FLAGS;
}

const char *build_mpi(void)
{
    return NSURF_MPI_VERSION;
}
