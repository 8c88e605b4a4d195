/* SPDX-License-Identifier: BSD-3-Clause */
/* The floating-point environment; see float_env.h. */
#include "base/float_env.h"

#include <fenv.h>
#include <float.h>
#include <stdbool.h>

/* A float expression that is computed in a wider type is rounded twice. */
#if FLT_EVAL_METHOD != 0
#error "float arithmetic must be float: leave out -mfpmath=387 and the like"
#endif

/* The same questions to the processor, at run time: volatile keeps the compiler from answering them. */
static bool is_nearest(void)
{
    const volatile float one = 1, less = FLT_EPSILON / 4, more = 3 * (FLT_EPSILON / 4);
    const float same = one + less, next = one + more, negative = -one - less;
    return same == one && next == one + FLT_EPSILON && negative == -one;
}

static bool has_subnormals(void)
{
    const volatile float least = FLT_MIN, two = 2;
    const volatile float half = least / two; /* zero where results are flushed */
    const float again = half * two;          /* zero where operands are */
    return half > 0 && again == least;
}

enum status float_env_set(struct error *err)
{
    if (fesetenv(FE_DFL_ENV) == 0 && is_nearest() && has_subnormals())
        return STATUS_OK;
    return error_set(err, STATUS_INTERNAL, "floating-point arithmetic does not round to nearest, or loses subnormal "
                                           "numbers, and cannot be set to; build without -ffast-math");
}
