/* SPDX-License-Identifier: BSD-3-Clause */
/* The arguments of options; see value.h. */
#include "cli/value.h"

#include "base/number.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Digits and nothing else: strtoull alone takes blanks and signs too. */
enum status value_whole(const char *text, const char *option, uint64_t low, uint64_t high, uint64_t *value,
                        struct error *err)
{
    errno = 0;
    char *end = NULL;
    *value = isdigit((unsigned char)text[0]) ? strtoull(text, &end, 10) : 0;
    if (!end || *end != '\0' || errno == ERANGE || *value < low || *value > high)
        return error_set(err, STATUS_USAGE, "%s: \"%.80s\": a whole number from %" PRIu64 " to %" PRIu64 " is needed",
                         option, text, low, high);
    return STATUS_OK;
}

enum status value_count(const char *text, const char *option, uint32_t low, uint32_t high, uint32_t *value,
                        struct error *err)
{
    uint64_t wide = 0;
    const enum status status = value_whole(text, option, low, high, &wide, err);
    *value = (uint32_t)wide;
    return status;
}

enum status value_real(const char *text, const char *option, float *value, struct error *err)
{
    float read;
    if (number_read_float(text, &read) != NUMBER_OK || read < 0)
        return error_set(err, STATUS_USAGE, "%s: \"%.80s\": a finite number, 0 or more, is needed", option, text);
    *value = read;
    return STATUS_OK;
}

enum status value_choice(const char *text, const char *option, const char *const *names, unsigned count,
                         unsigned *choice, struct error *err)
{
    char list[128] = "";
    for (unsigned i = 0; i < count; i++) {
        if (strcmp(text, names[i]) == 0) {
            *choice = i;
            return STATUS_OK;
        }
        const size_t used = strlen(list);
        discard(snprintf(list + used, sizeof list - used, "%s%s",
                         i == 0          ? ""
                         : i + 1 < count ? ", "
                                         : " or ",
                         names[i]));
    }
    return error_set(err, STATUS_USAGE, "%s: \"%.80s\": %s is needed", option, text, list);
}

enum status value_name(const char *text, const char *option, const char **name, struct error *err)
{
    *name = text;
    return *text ? STATUS_OK : error_set(err, STATUS_USAGE, "%s: the name is empty", option);
}
