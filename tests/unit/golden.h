/* SPDX-License-Identifier: BSD-3-Clause */
/* The outcomes of tests/unit/test_golden.c, written by make update-golden. */
#include <math.h>
#include <stdint.h>

static const struct golden {
    double error; /* of the training samples */
    uint32_t epochs, status;
    const char *arithmetic;
} golden[] = {
    {0x1.79e67f9e494c1p-4, 100, 0, "online 1"},
    {0x1.b1cc7e57edddep-7, 100, 0, "online 1"},
    {0x1.d7ceac44496cbp-6, 50, 0, "online 1"},
    {0x1.89f3c60478274p-4, 20, 0, "online 1"},
    {0x1.809852b8dcb51p-5, 100, 0, "online 1"},
    {0x1.ca0b37932c80dp-3, 20, 0, "online 1, repeats 2"},
    {0x1.242aca969eef9p-2, 0, 0, "online 1"},
    {0x1.8eda86089fe26p-4, 20, 0, "online 1, repeats 2"},
    {(double)NAN, 1, 1, "online 1"},
    {0x1.34269f3a3b655p-6, 30, 0, "batch 2"},
    {0x1.4cae2bfdb0416p-4, 40, 0, "batch 2, repeats 2"},
    {0x1.88c6dc93b1933p-6, 20, 0, "batch 2"},
};
