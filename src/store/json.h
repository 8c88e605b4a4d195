/* SPDX-License-Identifier: BSD-3-Clause */
/* JSON (RFC 8259), written member by member. It knows the grammar, never what is written. */
#ifndef NSURF_STORE_JSON_H
#define NSURF_STORE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Where the writer is. Set out and first to begin; json_end tells at the end whether all was written. */
struct json {
    FILE *out;
    int depth;
    bool first; /* no comma before the next member */
};

/* An object or an array: bracket is `{` or `[`, or their ends. name: NULL inside an array, here and below. */
void json_open(struct json *json, const char *name, char bracket);
void json_close(struct json *json, char bracket);

/* text: NULL becomes null, a byte that is no UTF-8 becomes U+FFFD, the replacement character. */
void json_string(struct json *json, const char *name, const char *text);
void json_count(struct json *json, const char *name, uint64_t value);
/* A number that is text already. */
void json_number(struct json *json, const char *name, const char *text);
void json_truth(struct json *json, const char *name, bool value);
/* JSON knows no NaN and no infinity: they become null. */
void json_real(struct json *json, const char *name, double value);

/* An array of numbers in one line. digits: significant ones, 0 for as many as read back to the same double.
 * Shapes: values: [count]. */
void json_reals(struct json *json, const char *name, const double *values, size_t count, int digits);

/* End the last line. Returns false when the stream failed since the beginning. */
bool json_end(struct json *json) __attribute__((warn_unused_result));

#endif
