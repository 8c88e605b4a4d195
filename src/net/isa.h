/* SPDX-License-Identifier: BSD-3-Clause */
/* Which instruction sets this processor has, and their kernels. The only place that asks the processor. */
#ifndef NSURF_NET_ISA_H
#define NSURF_NET_ISA_H

#include "base/error.h"
#include "net/kernel.h"

/* The kernels of the fastest instruction set of this processor, or of the one that the environment variable NSURF_ISA
 * names. For tests, NSURF_HIDE_ISA names instruction sets that the processor then counts as lacking: avx512,avx2.
 * kernels: NULL-terminated, the largest Q first. Ranks: local.
 * Errors: STATUS_USAGE when NSURF_ISA names one that does not exist or that this processor lacks. */
enum status isa_kernels(const struct kernel *const **kernels, struct error *err) __attribute__((warn_unused_result));

#endif
