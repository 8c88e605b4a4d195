/* SPDX-License-Identifier: BSD-3-Clause */
/* The kernels for any processor, in plain C; see kernel_body.h and kernel_batch_body.h. */
#include "net/activation.h"
#include "net/kernel_common.h"
#include "net/kernel.h"
#include "net/kernel_step.h"
#include "net/vector.h"

#include <stdbool.h>
#include <string.h>

#define KERNEL_ISA "plain"

#define KERNEL_Q 4
#define KERNEL(name) name##_q4
#include "net/kernel_body.h"

#define KERNEL_Q 1
#define KERNEL(name) name##_q1
#include "net/kernel_body.h"

#define KERNEL_Q 4
#define KERNEL(name) name##_batch_q4
#include "net/kernel_batch_body.h"

#define KERNEL_Q 1
#define KERNEL(name) name##_batch_q1
#include "net/kernel_batch_body.h"

const struct kernel *const kernels_plain[] = {
    &kernel_q4, &kernel_q1,
    &kernel_steps_q4, &kernel_steps_q1,
    &kernel_batch_q4, &kernel_batch_q1,
    NULL,
};
