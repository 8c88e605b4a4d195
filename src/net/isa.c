/* SPDX-License-Identifier: BSD-3-Clause */
/* Choice of the instruction set; see isa.h. */
#include "net/isa.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static bool has_avx512(void)
{
#if defined __x86_64__
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("fma");
#else
    return false;
#endif
}

static bool has_avx2(void)
{
#if defined __x86_64__
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#else
    return false;
#endif
}

static bool has_always(void)
{
    return true;
}

static const struct {
    const char *name;
    const struct kernel *const *kernels;
    bool (*here)(void);
} isas[] = {
    /* the fastest first */
    {"avx512", kernels_avx512, has_avx512},
    {"avx2", kernels_avx2, has_avx2},
    {"neon", kernels_neon, has_always}, /* part of every AArch64; the table is empty elsewhere */
    {"plain", kernels_plain, has_always},
};

/* Whether this processor has it, and NSURF_HIDE_ISA does not hide that. No name is part of another. */
static bool is_here(size_t k)
{
    const char *const hidden = getenv("NSURF_HIDE_ISA");
    if (!isas[k].kernels[0] || !isas[k].here())
        return false;
    return isas[k].kernels == kernels_plain || !hidden || !strstr(hidden, isas[k].name);
}

enum status isa_kernels(const struct kernel *const **kernels, struct error *err)
{
    const char *const wanted = getenv("NSURF_ISA");
    for (size_t k = 0; k < sizeof isas / sizeof *isas; k++) {
        const bool named = wanted && *wanted && strcmp(wanted, isas[k].name) == 0;
        if (wanted && *wanted && !named)
            continue;
        if (is_here(k)) {
            *kernels = isas[k].kernels;
            return STATUS_OK;
        }
        if (named)
            return error_set(err, STATUS_USAGE, "NSURF_ISA=%s: this processor has no %s; unset NSURF_ISA", wanted,
                             wanted);
    }
    return error_set(err, STATUS_USAGE, "NSURF_ISA=%s: unknown; use avx512, avx2, neon or plain, or unset it",
                     wanted ? wanted : "");
}
