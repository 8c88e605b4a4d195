/* SPDX-License-Identifier: BSD-3-Clause */
/* The kernels for AVX2 with FMA; see kernel_body.h and kernel_batch_body.h. Run only where
 * the processor has these instructions. */
#include "net/kernel.h"

#include <stdbool.h>
#include <string.h>

#if defined __AVX2__ && defined __FMA__

#include "net/activation.h"
#include "net/kernel_common.h"
#include "net/kernel_step.h"
#include "net/vector.h"

#define KERNEL_ISA "avx2"

#define KERNEL_Q 8
#define KERNEL(name) name##_q8
#include "net/kernel_body.h"

#define KERNEL_Q 4
#define KERNEL(name) name##_q4
#include "net/kernel_body.h"

#define KERNEL_Q 1
#define KERNEL(name) name##_q1
#include "net/kernel_body.h"

#define KERNEL_Q 8
#define KERNEL(name) name##_batch_q8
#include "net/kernel_batch_body.h"

#define KERNEL_Q 1
#define KERNEL(name) name##_batch_q1
#include "net/kernel_batch_body.h"

const struct kernel *const kernels_avx2[] = {
    &kernel_q8, &kernel_q4, &kernel_q1,
    &kernel_steps_q8, &kernel_steps_q4, &kernel_steps_q1,
    &kernel_batch_q8, &kernel_batch_q1,
    NULL,
};

#else

const struct kernel *const kernels_avx2[] = {NULL};

#endif
