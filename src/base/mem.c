/* SPDX-License-Identifier: BSD-3-Clause */
/* Checked allocation; see mem.h. */
#include "base/mem.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { CACHE_LINE = 64 };

void *mem_array(size_t count, size_t size)
{
    if (size && count > (SIZE_MAX - CACHE_LINE) / size)
        return NULL;
    size_t bytes = (count * size + CACHE_LINE - 1) / CACHE_LINE * CACHE_LINE;
    if (bytes == 0)
        bytes = CACHE_LINE;
    void *memory = aligned_alloc(CACHE_LINE, bytes);
    if (memory)
        memset(memory, 0, bytes);
    return memory;
}
