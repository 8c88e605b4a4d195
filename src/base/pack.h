/* SPDX-License-Identifier: BSD-3-Clause */
/* Bytes made small and printable, for a text file to carry: zlib (RFC 1950), then base64 (RFC 4648). */
#ifndef NSURF_BASE_PACK_H
#define NSURF_BASE_PACK_H

#include "base/error.h"

#include <stddef.h>

/* The same bytes give the same text, with the same zlib. Owns: the caller, who calls free(). Ranks: local.
 * Errors: STATUS_INTERNAL out of memory. */
enum status pack_text(char **text, const void *bytes, size_t size, struct error *err)
    __attribute__((warn_unused_result));

/* The same without making them small. */
enum status pack_base64(char **text, const void *bytes, size_t size, struct error *err)
    __attribute__((warn_unused_result));

#endif
