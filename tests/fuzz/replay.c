/* SPDX-License-Identifier: BSD-3-Clause */
/* A main for the harnesses where there is no libFuzzer: feed each file that is named on the command line. */
#include "base/error.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int main(int argc, char **argv)
{
    enum { SIZE_MAX_HERE = 1 << 20 }; /* no file of the corpus comes near */
    for (int i = 1; i < argc; i++) {
        FILE *const file = fopen(argv[i], "rb");
        uint8_t *const bytes = malloc(SIZE_MAX_HERE);
        if (!file || !bytes) {
            perror(argv[i]);
            return 1;
        }
        const size_t size = fread(bytes, 1, SIZE_MAX_HERE, file);
        discard(fclose(file));
        discard(LLVMFuzzerTestOneInput(bytes, size));
        free(bytes);
    }
    return 0;
}
