/* SPDX-License-Identifier: BSD-3-Clause */
/* Values; see value.h. */
#include "program/value.h"

#include "base/number.h"

#include <ctype.h>
#include <json-c/json.h>
#include <json-c/json_pointer.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { FIELD_MAX = 1000000 };

static const char blanks[] = " \t\r\v\f";

/* --- what is asked for -------------------------------------------------------------------------------------------- */

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

static bool is_kind(const char *text)
{
    return begins(text, "field:") || begins(text, "label:") || begins(text, "json:") || begins(text, "file:") ||
           strcmp(text, "line") == 0;
}

/* NAME= before the kind, if it is there. */
static const char *take_name(struct value *value, const char *text)
{
    const size_t length = strcspn(text, "=");
    const size_t plain = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
    if (is_kind(text) || text[length] != '=' || plain != length || length == 0 || length >= VALUE_NAME ||
        isdigit((unsigned char)*text))
        return text;
    memcpy(value->name, text, length);
    return text + length + 1;
}

/* A file in a folder, and nowhere else. */
static bool is_inside(const char *name)
{
    bool inside = *name != '\0' && *name != '/';
    for (const char *at = name; at && inside; at = strchr(at, '/') ? strchr(at, '/') + 1 : NULL)
        inside = !(begins(at, "..") && (at[2] == '/' || at[2] == '\0'));
    return inside;
}

enum status value_parse(struct value *value, const char *text, const char *option, struct error *err)
{
    *value = (struct value){.kind = VALUE_LINE};
    const char *const what = take_name(value, text), *const colon = strchr(what, ':');
    const char *const rest = colon ? colon + 1 : "";
    uint64_t field = 0;
    bool right = is_kind(what) && strlen(rest) < VALUE_TEXT;
    if (begins(what, "field:")) {
        value->kind = VALUE_FIELD;
        right = right && number_read_count(rest, FIELD_MAX, &field) == NUMBER_OK && field > 0;
        value->field = (uint32_t)field;
    } else if (begins(what, "label:")) {
        value->kind = VALUE_LABEL;
        right = right && *rest && !strchr(rest, '\n');
    } else if (begins(what, "json:")) {
        value->kind = VALUE_JSON;
        right = right && (*rest == '/' || *rest == '\0');
    } else if (begins(what, "file:")) {
        value->kind = VALUE_FILE;
        right = right && is_inside(rest) && !strchr(rest, '\n');
    }
    if (!right)
        return error_set(err, STATUS_USAGE,
                         "%s: \"%.80s\": field:N, label:TEXT, json:/POINTER, file:NAME in the run's folder or line "
                         "is needed, or NAME= and one of these",
                         option, text);
    discard(snprintf(value->text, sizeof value->text, "%s", rest));
    return STATUS_OK;
}

/* --- what is there ------------------------------------------------------------------------------------------------ */

static bool complain(char *why, size_t size, const char *what, const char *text, size_t length)
{
    discard(snprintf(why, size, "%s%s%.*s%s", what, length ? ": \"" : "", (int)(length < 60 ? length : 60), text,
                     length ? "\"" : ""));
    return false;
}

/* A word that is a number, and nothing else; one that is not finite is NaN. */
static bool read_word(const char *word, size_t length, double *number, char *why, size_t size)
{
    char text[128];
    if (length == 0)
        return complain(why, size, "there is no number", "", 0);
    if (length >= sizeof text)
        return complain(why, size, "not a number", word, length);
    memcpy(text, word, length);
    text[length] = '\0';
    const enum number read = number_read(text, number);
    if (read == NUMBER_NOT_FINITE)
        *number = (double)NAN;
    return read != NUMBER_GARBAGE || complain(why, size, "not a number", word, length);
}

struct line {
    const char *begin, *end;
};

static bool is_blank(const struct line *line)
{
    for (const char *c = line->begin; c < line->end; c++)
        if (!isspace((unsigned char)*c))
            return false;
    return true;
}

/* The line before `line`, in the text that begins at `first`; false where it was the first. */
static bool go_back(struct line *line, const char *first)
{
    if (line->begin == first)
        return false;
    line->end = line->begin - 1;
    line->begin = line->end;
    while (line->begin > first && line->begin[-1] != '\n')
        line->begin--;
    return true;
}

/* The next word of a line, NULL behind the last. */
static const char *next_word(const char **at, const char *end, size_t *length)
{
    while (*at < end && strchr(blanks, **at))
        ++*at;
    const char *const word = *at;
    while (*at < end && !strchr(blanks, **at))
        ++*at;
    *length = (size_t)(*at - word);
    return *length ? word : NULL;
}

static bool find_field(const struct line *line, uint32_t field, double *number, char *why, size_t size)
{
    const char *at = line->begin, *word = NULL;
    size_t length = 0;
    for (uint32_t f = 0; f < field; f++)
        if (!(word = next_word(&at, line->end, &length))) {
            discard(snprintf(why, size, "its last line has %s: \"%.*s\"", number_counted(f, "field").text,
                             (int)(line->end - line->begin < 60 ? line->end - line->begin : 60), line->begin));
            return false;
        }
    return read_word(word, length, number, why, size);
}

/* The only word of the line. */
static bool find_line(const struct line *line, double *number, char *why, size_t size)
{
    const char *at = line->begin;
    size_t length = 0, second = 0;
    const char *const word = next_word(&at, line->end, &length);
    if (!word || next_word(&at, line->end, &second))
        return complain(why, size, "its last line is not one number", line->begin, (size_t)(line->end - line->begin));
    return read_word(word, length, number, why, size);
}

/* Behind the last label of the line: the number, after blanks and one : or =, without a comma that follows it. */
static bool find_label(const struct line *line, const char *found, const char *label, double *number, char *why,
                       size_t size)
{
    const char *at = found + strlen(label);
    size_t length;
    while (at < line->end && strchr(blanks, *at))
        at++;
    if (at < line->end && (*at == ':' || *at == '='))
        at++;
    const char *const word = next_word(&at, line->end, &length);
    if (!word)
        return complain(why, size, "no number follows the label", label, strlen(label));
    while (length > 1 && strchr(",;", word[length - 1]))
        length--;
    return read_word(word, length, number, why, size);
}

static const char *last_in(const struct line *line, const char *label)
{
    const size_t length = strlen(label);
    for (const char *c = line->end; c-- > line->begin;)
        if ((size_t)(line->end - c) >= length && memcmp(c, label, length) == 0)
            return c;
    return NULL;
}

/* The object, NULL unless the bytes are one JSON text and nothing else. */
static struct json_object *parse(struct json_tokener *tokener, const char *bytes, size_t size)
{
    struct json_object *root = size < INT32_MAX ? json_tokener_parse_ex(tokener, bytes, (int)size) : NULL;
    size_t end = json_tokener_get_parse_end(tokener);
    if (!root && json_tokener_get_error(tokener) == json_tokener_continue) { /* a number may go on */
        root = json_tokener_parse_ex(tokener, "", 1);
        end = size;
    }
    while (root && end < size && isspace((unsigned char)bytes[end]))
        end++;
    if (!root || end == size)
        return root;
    discard(json_object_put(root));
    return NULL;
}

/* Of a whole number that has no room in 64 bits the library keeps the nearest that has. */
static bool is_saturated(const struct json_object *object)
{
    return json_object_is_type(object, json_type_int) &&
           (json_object_get_uint64(object) == UINT64_MAX || json_object_get_int64(object) == INT64_MIN);
}

static bool find_json(const struct value *value, const char *output, size_t size, bool cut, double *number, char *why,
                      size_t size_why)
{
    if (cut)
        return complain(why, size_why, "its output is too long for JSON", "", 0);
    struct json_tokener *const tokener = json_tokener_new();
    struct json_object *const root = tokener ? parse(tokener, output, size) : NULL;
    struct json_object *object = NULL;
    bool found = false;
    if (!root)
        complain(why, size_why, "its output is no JSON", "", 0);
    else if (json_pointer_get(root, value->text, &object) != 0)
        complain(why, size_why, "its JSON has nothing at", value->text, strlen(value->text));
    else if (!json_object_is_type(object, json_type_double) && !json_object_is_type(object, json_type_int))
        complain(why, size_why, "its JSON has no number at", value->text, strlen(value->text));
    else if (is_saturated(object))
        complain(why, size_why, "its JSON has a whole number too large to be read at", value->text,
                 strlen(value->text));
    else
        found = true;
    if (found)
        *number = json_object_get_double(object);
    discard(root ? json_object_put(root) : 0);
    if (tokener)
        json_tokener_free(tokener);
    return found;
}

bool value_find(const struct value *value, const char *output, size_t size, bool cut, double *number, char *why,
                size_t size_why)
{
    if (value->kind == VALUE_JSON)
        return find_json(value, output, size, cut, number, why, size_why);
    struct line line = {output + size, output + size};
    while (line.begin > output && line.begin[-1] != '\n')
        line.begin--;
    do {
        const char *const found = value->kind == VALUE_LABEL ? last_in(&line, value->text) : NULL;
        if (found)
            return find_label(&line, found, value->text, number, why, size_why);
        if (value->kind != VALUE_LABEL && !is_blank(&line))
            return value->kind == VALUE_FIELD ? find_field(&line, value->field, number, why, size_why)
                                              : find_line(&line, number, why, size_why);
    } while (go_back(&line, output));
    if (value->kind == VALUE_LABEL)
        return complain(why, size_why, "no line has the label", value->text, strlen(value->text));
    if (value->kind == VALUE_FILE)
        return complain(why, size_why, "nothing is in its file", value->text, strlen(value->text));
    return complain(why, size_why, "it wrote nothing", "", 0);
}
