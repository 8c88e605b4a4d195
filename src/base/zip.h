/* SPDX-License-Identifier: BSD-3-Clause */
/* A zip archive (APPNOTE 6.3) of uncompressed files, by minizip: the same files make the same bytes, whatever the time
 * and the version of zlib. */
#ifndef NSURF_BASE_ZIP_H
#define NSURF_BASE_ZIP_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct zip;

/* Owns: the caller, who calls zip_finish. Ranks: local. Errors: STATUS_INTERNAL out of memory. */
enum status zip_create(struct zip **zip, struct error *err) __attribute__((warn_unused_result));

/* The next file, of so many bytes, and some of its bytes. What fails here, zip_finish tells. */
void zip_file(struct zip *zip, const char *name, uint64_t size);
void zip_write(struct zip *zip, const void *bytes, size_t size);

/* Write the archive, and free it. out: NULL writes nothing. What fails in the stream is for the caller to see.
 * Ranks: local. Errors: STATUS_INTERNAL out of memory. */
enum status zip_finish(struct zip *zip, FILE *out, struct error *err) __attribute__((warn_unused_result));

#endif
