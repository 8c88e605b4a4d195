/* SPDX-License-Identifier: BSD-3-Clause */
/* Counter-based random numbers; see random.h. The counter's four words say what a number is for: its block within the
 * stream, and three words that name the stream. */
#include "net/random.h"

#include "base/shuffle.h"

#include <math.h>

#include <Random123/philox.h>

enum stream { STREAM_WEIGHTS = 1, STREAM_ORDER = 2 }; /* 3: data/split.c */

/* Repeats stay below 2^20, layers below 2^4, neurons of a layer below 2^14 and folds up to 2^16. */
enum { DRAWS = 4, LAYER_SHIFT = 20, STREAM_SHIFT = 24, FOLD_SHIFT = 16 };

static philox4x32_ctr_t draw(uint64_t seed, uint32_t block, uint32_t word1, uint32_t word2, uint32_t word3)
{
    const philox4x32_key_t key = {{(uint32_t)seed, (uint32_t)(seed >> 32)}};
    const philox4x32_ctr_t counter = {{block, word1, word2, word3}};
    return philox4x32(counter, key);
}

/* An odd multiple of 2^-24 in (-1, 1): symmetric, exact in a float, never 0. */
static float symmetric(uint32_t bits)
{
    return (float)(2 * (int32_t)(bits >> 8) + 1 - (1 << 24)) * 0x1p-24f;
}

void random_weights(const struct trial *trial, uint32_t layer, size_t inputs, size_t units, float *weights)
{
    const struct hyperparameters *const hyper = &trial->hyper;
    const uint32_t stream = (uint32_t)STREAM_WEIGHTS << STREAM_SHIFT | layer << LAYER_SHIFT | trial->repeat;
    const uint32_t first = hyper->hidden1 | trial->fold << FOLD_SHIFT;
    const float bound = hyper->weight_range > 0 ? hyper->weight_range : 1.0f / sqrtf((float)inputs);
    const size_t count = (inputs + 1) * units;
    for (size_t k = 0; k < count; k += DRAWS) {
        const philox4x32_ctr_t r = draw(hyper->seed, (uint32_t)(k / DRAWS), first, hyper->hidden2, stream);
        for (size_t i = 0; i < DRAWS && k + i < count; i++)
            weights[k + i] = bound * symmetric(r.v[i]);
    }
}

void random_order(const struct trial *trial, uint32_t epoch, size_t samples, uint32_t *order)
{
    const uint32_t stream = (uint32_t)STREAM_ORDER << STREAM_SHIFT | trial->repeat;
    shuffle_order(trial->hyper.seed, epoch, trial->fold, stream, samples, order);
}

bool random_same_order(const struct trial *one, const struct trial *other)
{
    return one->fold == other->fold &&
           ((!one->hyper.shuffle && !other->hyper.shuffle) ||
            (one->hyper.shuffle && other->hyper.shuffle && one->hyper.seed == other->hyper.seed &&
             one->repeat == other->repeat));
}
