/* SPDX-License-Identifier: BSD-3-Clause */
/* SHA-256 digests (FIPS 180-4), by libcrypto: what a user can repeat with sha256sum. */
#ifndef NSURF_BASE_DIGEST_H
#define NSURF_BASE_DIGEST_H

#include "base/error.h"

#include <stddef.h>

enum { DIGEST_TEXT = 65 }; /* 64 hexadecimal digits and the end of the string */

struct digest;

/* Owns: the caller, until digest_finish. Errors: STATUS_INTERNAL. Ranks: local. */
enum status digest_create(struct digest **digest, struct error *err) __attribute__((warn_unused_result));
void digest_update(struct digest *digest, const void *bytes, size_t size);

/* The digest of all that was added, in hexadecimal. Frees digest. */
enum status digest_finish(struct digest *digest, char text[DIGEST_TEXT], struct error *err)
    __attribute__((warn_unused_result));

/* The digest of the program's own file, empty when it cannot be read. Ranks: local. */
void digest_program(char text[DIGEST_TEXT]);

#endif
