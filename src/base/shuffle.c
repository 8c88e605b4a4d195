/* SPDX-License-Identifier: BSD-3-Clause */
/* Shuffling; see shuffle.h. The generator's counter is the block of draws and the three words of the purpose. */
#include "base/shuffle.h"

#include <Random123/philox.h>

void shuffle_order(uint64_t key, uint32_t word1, uint32_t word2, uint32_t word3, size_t count, uint32_t *order)
{
    enum { DRAWS = 4 };
    const philox4x32_key_t words = {{(uint32_t)key, (uint32_t)(key >> 32)}};
    philox4x32_ctr_t r = {{0, 0, 0, 0}};
    for (size_t i = 0; i < count; i++)
        order[i] = (uint32_t)i;
    for (size_t i = 0; i + 1 < count; i++) {
        if (i % DRAWS == 0) {
            const philox4x32_ctr_t counter = {{(uint32_t)(i / DRAWS), word1, word2, word3}};
            r = philox4x32(counter, words);
        }
        const size_t left = count - i;
        const size_t j = i + (size_t)((uint64_t)r.v[i % DRAWS] * left >> 32);
        const uint32_t swap = order[i];
        order[i] = order[j];
        order[j] = swap;
    }
}
