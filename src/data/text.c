/* SPDX-License-Identifier: BSD-3-Clause */
/* Lines and fields; see text.h. */
#include "data/text.h"

#include <string.h>

/* Fill the empty buffer; false at the end, or when reading failed. */
static bool refill(struct text *text)
{
    const size_t count = fread(text->buffer, 1, sizeof text->buffer, text->stream);
    text->at = text->buffer;
    text->end = text->buffer + count;
    return count > 0;
}

static int peek(struct text *text)
{
    return text->at < text->end || refill(text) ? *text->at : EOF;
}

/* The next character; every kind of line end becomes '\n'. */
static int next(struct text *text)
{
    const int c = peek(text);
    if (c == EOF)
        return c;
    text->at++;
    if (c != '\r')
        return c;
    if (peek(text) == '\n')
        text->at++;
    return '\n';
}

static bool is_line_end(int c)
{
    return c == '\n' || c == '\r' || c == EOF;
}

static int skip_blanks(struct text *text)
{
    int c;
    while ((c = peek(text)) != EOF && text->kind[c] & TEXT_BLANK)
        text->at++;
    return c;
}

void text_begin(struct text *text, FILE *stream, const char *name)
{
    *text = (struct text){.stream = stream, .place = {.name = name}};
    discard(refill(text));
    /* Windows programs open a file with these three bytes; they mean nothing. */
    if (text->end - text->at >= 3 && memcmp(text->at, "\xEF\xBB\xBF", 3) == 0)
        text->at += 3;
    text_separate(text, TEXT_BLANKS);
}

void text_separate(struct text *text, char separator)
{
    static const char blanks[] = " \t\v\f";
    const bool by_blanks = separator == TEXT_BLANKS;
    text->separator = separator;
    memset(text->kind, 0, sizeof text->kind);
    for (const char *blank = blanks; *blank; blank++)
        text->kind[(unsigned char)*blank] = by_blanks ? TEXT_BLANK | TEXT_ENDS : TEXT_BLANK;
    if (!by_blanks)
        text->kind[(unsigned char)separator] = TEXT_ENDS;
    /* A zero byte ends none, but needs a second look. */
    text->kind['\n'] = text->kind['\r'] = text->kind['\0'] = TEXT_ENDS;
}

static void skip_line(struct text *text)
{
    int c;
    do
        c = next(text);
    while (c != '\n' && c != EOF);
}

bool text_line(struct text *text)
{
    if (text->more)
        skip_line(text);
    for (;;) {
        text->place.line++;
        const int c = skip_blanks(text);
        text->more = !is_line_end(c) && c != '#';
        text->place.column = c == EOF;
        if (text->more || c == EOF)
            return text->more;
        skip_line(text);
    }
}

/* Take what follows a field: blanks, then a separator or the end of the line. False for anything else. */
static bool take_end(struct text *text)
{
    const unsigned char *const before = text->at;
    const int c = skip_blanks(text);
    const bool blank = text->at != before;
    text->more = false;
    if (is_line_end(c)) {
        discard(next(text));
        return true;
    }
    text->more = true;
    if (text->separator == TEXT_BLANKS)
        return blank;
    if (c != text->separator)
        return false;
    text->at++;
    discard(skip_blanks(text));
    return true;
}

/* Keep what fits of a field. False when it is so long that it may have no end. */
static bool add(struct text *text, size_t *length, int c)
{
    if (*length < TEXT_FIELD)
        text->field[*length] = (char)(c ? c : '?'); /* a zero byte would end the field */
    return ++*length < TEXT_LONGEST;
}

static void finish(struct text *text, size_t length)
{
    if (length >= TEXT_FIELD)
        memcpy(text->field + TEXT_FIELD - 1, "?", 2);
    else
        text->field[length] = '\0';
}

static enum status endless(const struct text *text, size_t line, struct error *err)
{
    return error_set(err, STATUS_DATA, PLACE "a field of %d characters or more; is this a table of numbers?",
                     text->place.name, line, text->place.column, TEXT_LONGEST);
}

/* The rest of a field whose opening mark was taken. */
static enum status quoted_field(struct text *text, struct error *err)
{
    const size_t line = text->place.line;
    size_t length = 0;
    for (;;) {
        const int c = next(text);
        if (c == EOF)
            return error_set(err, STATUS_DATA,
                             PLACE "a quotation mark opens here and none closes; close it or take it out",
                             text->place.name, line, text->place.column);
        text->place.line += c == '\n';
        if (c == '"' && peek(text) != '"')
            break;
        if (c == '"')
            text->at++;
        if (!add(text, &length, c))
            return endless(text, line, err);
    }
    finish(text, length);
    if (take_end(text))
        return STATUS_OK;
    return error_set(err, STATUS_DATA,
                     PLACE "characters follow the closing quotation mark; write a mark inside of a field twice",
                     AT(&text->place));
}

/* What is left of a field of which *length characters were taken: after a zero byte, or the end of the buffer, or for
 * one that is too long. */
static enum status field_rest(struct text *text, size_t *length, struct error *err)
{
    for (;;) {
        const int c = peek(text);
        if (c == EOF || (c != '\0' && text->kind[c] & TEXT_ENDS))
            return STATUS_OK;
        if (!add(text, length, c))
            return endless(text, text->place.line, err);
        text->at++;
    }
}

enum status text_field(struct text *text, struct error *err)
{
    text->place.column++;
    if (peek(text) == '"') {
        text->at++;
        return quoted_field(text, err);
    }
    const unsigned char *const begin = text->at, *at = begin;
    const unsigned char *const end = text->end - begin < TEXT_FIELD ? text->end : begin + TEXT_FIELD;
    while (at < end && !(text->kind[*at] & TEXT_ENDS))
        at++;
    size_t length = (size_t)(at - begin);
    memcpy(text->field, begin, length);
    text->at = at;
    if (at == end || *at == '\0') {
        const enum status status = field_rest(text, &length, err);
        if (status)
            return status;
    }
    if (text->separator != TEXT_BLANKS && length < TEXT_FIELD)
        while (length > 0 && text->kind[(unsigned char)text->field[length - 1]] & TEXT_BLANK)
            length--;
    finish(text, length);
    discard(take_end(text)); /* it stands at the end of a field */
    return STATUS_OK;
}

const char *text_shown(const char *field, char shown[TEXT_SHOWN])
{
    size_t n = 0;
    for (; n < TEXT_SHOWN - 4 && field[n]; n++)
        shown[n] = (char)(field[n] >= ' ' && field[n] <= '~' ? field[n] : '?');
    strcpy(shown + n, field[n] ? "..." : "");
    return shown;
}
