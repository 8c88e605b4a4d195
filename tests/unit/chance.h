/* SPDX-License-Identifier: BSD-3-Clause */
/* Random numbers for tests, the same in every run; from a generator of their own, so that the tests do not lean on what
 * they test (Marsaglia's xorshift). */
#ifndef NSURF_TESTS_CHANCE_H
#define NSURF_TESTS_CHANCE_H

#include <stdint.h>

static uint64_t chance_state = 88172645463325252u;

static inline uint32_t below(uint32_t limit)
{
    chance_state ^= chance_state << 13;
    chance_state ^= chance_state >> 7;
    chance_state ^= chance_state << 17;
    return (uint32_t)(chance_state >> 32) % limit;
}

/* -1 … 1 */
static inline float value(void)
{
    return (float)below(20001) / 10000.0f - 1.0f;
}

#endif
