/* SPDX-License-Identifier: BSD-3-Clause */
/* The arguments of options as values. Each refuses what it cannot read with one line that begins with the option's name
 * and says what is needed. Ranks: local. Errors: STATUS_USAGE. */
#ifndef NSURF_CLI_VALUE_H
#define NSURF_CLI_VALUE_H

#include "base/error.h"

#include <stdint.h>

/* A whole number, digits and nothing else, from low to high; value_count one of 32 bits. */
enum status value_whole(const char *text, const char *option, uint64_t low, uint64_t high, uint64_t *value,
                        struct error *err) __attribute__((warn_unused_result));
enum status value_count(const char *text, const char *option, uint32_t low, uint32_t high, uint32_t *value,
                        struct error *err) __attribute__((warn_unused_result));

/* A finite number, 0 or more. */
enum status value_real(const char *text, const char *option, float *value, struct error *err)
    __attribute__((warn_unused_result));

/* One of several words: choice is its place in names: [count]. */
enum status value_choice(const char *text, const char *option, const char *const *names, unsigned count,
                         unsigned *choice, struct error *err) __attribute__((warn_unused_result));

/* A name that is not empty; name keeps the pointer. */
enum status value_name(const char *text, const char *option, const char **name, struct error *err)
    __attribute__((warn_unused_result));

#endif
