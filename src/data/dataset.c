/* SPDX-License-Identifier: BSD-3-Clause */
/* Memory and digest of a data set; see dataset.h. It knows no format. */
#include "data/dataset.h"

#include "base/mem.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum status dataset_alloc(struct dataset *data, struct error *err)
{
    data->x = NULL;
    data->t = NULL;
    if ((data->inputs && data->samples > SIZE_MAX / data->inputs) ||
        (data->targets && data->samples > SIZE_MAX / data->targets))
        return error_memory(err, "the data set");
    data->x = mem_array(data->samples * data->inputs, sizeof *data->x);
    data->t = mem_array(data->samples * data->targets, sizeof *data->t);
    if (data->x && data->t)
        return STATUS_OK;
    dataset_free(data);
    return error_memory(err, "the data set");
}

void dataset_free(struct dataset *data)
{
    free(data->x);
    free(data->t);
    data->x = NULL;
    data->t = NULL;
}

/* Little-endian, so that the digest is the same on every machine. */
static void put_bytes(unsigned char *at, uint64_t value, int bytes)
{
    for (int i = 0; i < bytes; i++)
        at[i] = (unsigned char)(value >> (8 * i));
}

static void update_count(struct digest *digest, size_t count)
{
    unsigned char bytes[8];
    put_bytes(bytes, count, sizeof bytes);
    digest_update(digest, bytes, sizeof bytes);
}

static void update_floats(struct digest *digest, const float *values, size_t count)
{
    enum { BLOCK = 4096 };
    unsigned char bytes[4 * BLOCK];
    for (size_t begin = 0; begin < count; begin += BLOCK) {
        size_t n = count - begin < BLOCK ? count - begin : BLOCK;
        for (size_t i = 0; i < n; i++) {
            uint32_t bits;
            memcpy(&bits, &values[begin + i], sizeof bits);
            put_bytes(bytes + 4 * i, bits, 4);
        }
        digest_update(digest, bytes, 4 * n);
    }
}

enum status dataset_digest(struct dataset *data, struct error *err)
{
    struct digest *digest;
    enum status status = digest_create(&digest, err);
    if (status != STATUS_OK)
        return status;
    update_count(digest, data->samples);
    update_count(digest, data->inputs);
    update_count(digest, data->targets);
    update_floats(digest, data->x, data->samples * data->inputs);
    update_floats(digest, data->t, data->samples * data->targets);
    return digest_finish(digest, data->digest, err);
}
