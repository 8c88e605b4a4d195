/* SPDX-License-Identifier: BSD-3-Clause */
/* JSON (RFC 8259); see json.h. */
#include "store/json.h"

#include "base/number.h"
#include "base/printable.h"

#include <inttypes.h>
#include <math.h>

/* A string in quotes. A byte that is no UTF-8 becomes U+FFFD, the replacement character. */
static void put_string(struct json *json, const char *text)
{
    putc('"', json->out);
    for (const unsigned char *at = (const unsigned char *)text; *at;) {
        size_t length = printable_utf8(at);
        if (length == 0)
            fprintf(json->out, "\\ufffd");
        else if (*at == '"' || *at == '\\')
            fprintf(json->out, "\\%c", *at);
        else if (*at < 0x20 || *at == 0x7F)
            fprintf(json->out, "\\u%04x", *at);
        else
            fwrite(at, 1, length, json->out);
        at += length ? length : 1;
    }
    putc('"', json->out);
}

/* A new line with its indentation, after a comma if need be, and the member's name unless NULL (in an array). */
static void member(struct json *json, const char *name)
{
    fprintf(json->out, "%s\n%*s", json->first ? "" : ",", 2 * json->depth, "");
    json->first = false;
    if (name) {
        put_string(json, name);
        fputs(": ", json->out);
    }
}

void json_open(struct json *json, const char *name, char bracket)
{
    if (json->depth > 0)
        member(json, name);
    putc(bracket, json->out);
    json->depth++;
    json->first = true;
}

void json_close(struct json *json, char bracket)
{
    json->depth--;
    if (!json->first)
        fprintf(json->out, "\n%*s", 2 * json->depth, "");
    putc(bracket, json->out);
    json->first = false;
}

void json_string(struct json *json, const char *name, const char *text)
{
    member(json, name);
    if (text)
        put_string(json, text);
    else
        fprintf(json->out, "null");
}

void json_count(struct json *json, const char *name, uint64_t value)
{
    member(json, name);
    fprintf(json->out, "%" PRIu64, value);
}

void json_number(struct json *json, const char *name, const char *text)
{
    member(json, name);
    fputs(text, json->out);
}

void json_truth(struct json *json, const char *name, bool value)
{
    member(json, name);
    fprintf(json->out, value ? "true" : "false");
}

void json_real(struct json *json, const char *name, double value)
{
    char text[NUMBER_TEXT] = "null";
    if (isfinite(value))
        number_text(text, value);
    member(json, name);
    fprintf(json->out, "%s", text);
}

void json_reals(struct json *json, const char *name, const double *values, size_t count, int digits)
{
    char text[NUMBER_TEXT];
    member(json, name);
    for (size_t i = 0; i < count; i++) {
        if (!isfinite(values[i]))
            fputs(i ? ",null" : "[null", json->out);
        else if (digits > 0 && values[i] == floor(values[i]) && fabs(values[i]) < 1e9)
            fprintf(json->out, "%c%.0f", i ? ',' : '[', values[i]);
        else {
            number_text(text, digits > 0 ? number_rounded(values[i], digits) : values[i]);
            fprintf(json->out, "%c%s", i ? ',' : '[', text);
        }
    }
    fputs(count ? "]" : "[]", json->out);
}

bool json_end(struct json *json)
{
    putc('\n', json->out);
    return fflush(json->out) == 0 && !ferror(json->out);
}
