/* SPDX-License-Identifier: BSD-3-Clause */
/* Bytes as compressed text; see pack.h. */
#include "base/pack.h"

#include <limits.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <zlib.h>

enum status pack_base64(char **text, const void *bytes, size_t size, struct error *err)
{
    *text = size < INT_MAX / 2 ? malloc((size + 2) / 3 * 4 + 1) : NULL;
    if (!*text)
        return error_memory(err, "bytes as text");
    EVP_EncodeBlock((unsigned char *)*text, bytes, (int)size); /* ends the string, too */
    return STATUS_OK;
}

enum status pack_text(char **text, const void *bytes, size_t size, struct error *err)
{
    uLongf packed = compressBound(size);
    unsigned char *const small = malloc(packed);
    *text = NULL;
    const enum status status = small && compress2(small, &packed, bytes, size, Z_BEST_COMPRESSION) == Z_OK
                                   ? pack_base64(text, small, packed, err)
                                   : error_memory(err, "compressed data");
    free(small);
    return status;
}
