/* SPDX-License-Identifier: BSD-3-Clause */
/* Checked allocation: a product that overflows is a failed allocation, never a small one. */
#ifndef NSURF_BASE_MEM_H
#define NSURF_BASE_MEM_H

#include <stddef.h>

/* count objects of size bytes, zeroed, aligned to 64 bytes (a cache line, a SIMD register).
 * Returns NULL when count * size overflows or there is no memory; never NULL for a count of 0.
 * Owns: the caller, who calls free(). Ranks: local. */
void *mem_array(size_t count, size_t size) __attribute__((warn_unused_result));

#endif
