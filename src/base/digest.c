/* SPDX-License-Identifier: BSD-3-Clause */
/* SHA-256 by libcrypto; see digest.h. */
#include "base/digest.h"

#include <openssl/evp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

struct digest {
    EVP_MD_CTX *context;
    bool failed; /* kept until digest_finish, so that updates need no check */
};

static enum status fail(struct error *err)
{
    return error_set(err, STATUS_INTERNAL, "SHA-256 failed in libcrypto; check the OpenSSL installation");
}

static void destroy(struct digest *digest)
{
    EVP_MD_CTX_free(digest->context);
    free(digest);
}

enum status digest_create(struct digest **result, struct error *err)
{
    *result = NULL;
    struct digest *digest = malloc(sizeof *digest);
    if (!digest)
        return error_memory(err, "a digest");
    *digest = (struct digest){.context = EVP_MD_CTX_new()};
    if (!digest->context) {
        destroy(digest);
        return error_memory(err, "a digest");
    }
    if (EVP_DigestInit_ex(digest->context, EVP_sha256(), NULL) != 1) {
        destroy(digest);
        return fail(err);
    }
    *result = digest;
    return STATUS_OK;
}

void digest_update(struct digest *digest, const void *bytes, size_t size)
{
    if (EVP_DigestUpdate(digest->context, bytes, size) != 1)
        digest->failed = true;
}

enum status digest_finish(struct digest *digest, char text[DIGEST_TEXT], struct error *err)
{
    unsigned char bytes[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    bool done = !digest->failed && EVP_DigestFinal_ex(digest->context, bytes, &size) == 1 && 2 * size < DIGEST_TEXT;
    destroy(digest);
    text[0] = '\0';
    if (!done)
        return fail(err);
    for (unsigned int i = 0; i < size; i++)
        discard(snprintf(text + 2 * i, 3, "%02x", bytes[i]));
    return STATUS_OK;
}

void digest_program(char text[DIGEST_TEXT])
{
    struct digest *digest;
    char bytes[1 << 14];
    size_t got;
    text[0] = '\0';
    FILE *const file = fopen("/proc/self/exe", "rb"); /* Linux: what runs, whatever stands at its path by now */
    if (!file)
        return;
    if (digest_create(&digest, NULL) == STATUS_OK) {
        while ((got = fread(bytes, 1, sizeof bytes, file)) > 0)
            digest_update(digest, bytes, got);
        if (digest_finish(digest, text, NULL) != STATUS_OK || ferror(file))
            text[0] = '\0';
    }
    discard(fclose(file));
}
