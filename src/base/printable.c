/* SPDX-License-Identifier: BSD-3-Clause */
/* Text for a terminal; see printable.h. */
#include "base/printable.h"

#include "base/error.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

size_t printable_utf8(const unsigned char *text)
{
    if (text[0] < 0x80)
        return 1;
    size_t length = text[0] >= 0xF0 ? 4 : text[0] >= 0xE0 ? 3 : 2;
    if (text[0] < 0xC2 || text[0] > 0xF4)
        return 0;
    for (size_t i = 1; i < length; i++)
        if ((text[i] & 0xC0) != 0x80) /* also stops at the end of the string */
            return 0;
    bool overlong = (text[0] == 0xE0 && text[1] < 0xA0) || (text[0] == 0xF0 && text[1] < 0x90);
    bool surrogate = text[0] == 0xED && text[1] >= 0xA0;
    bool beyond = text[0] == 0xF4 && text[1] >= 0x90;
    return overlong || surrogate || beyond ? 0 : length;
}

/* Unicode's controls: below the blank, DEL, and those of two bytes, of which terminals know some. */
static bool is_control(const unsigned char *at, size_t length)
{
    return length == 1 ? *at < 0x20 || *at == 0x7F : length == 2 && at[0] == 0xC2 && at[1] < 0xA0;
}

/* to: [4 * strlen(from) + 1]. Returns the length. */
static size_t make_visible(char *to, const char *from)
{
    size_t used = 0;
    for (const unsigned char *at = (const unsigned char *)from; *at;) {
        const size_t length = printable_utf8(at);
        if (length > 0 && !is_control(at, length)) {
            memcpy(to + used, at, length);
            used += length;
            at += length;
            continue;
        }
        for (size_t i = 0; i < (length ? length : 1); i++, at++)
            used += (size_t)snprintf(to + used, 5, "\\x%02x", *at);
    }
    to[used] = '\0';
    return used;
}

static bool inside_character(char byte)
{
    return ((unsigned char)byte & 0xC0) == 0x80;
}

/* line: [size]. Returns its length. A third is enough to know a path by its start. */
static size_t shorten(char *line, size_t size, const char *text, size_t length)
{
    static const char gap[] = "…";
    if (length < size) {
        memcpy(line, text, length + 1);
        return length;
    }
    const size_t room = size - sizeof gap;
    size_t head = room / 3, tail = length - (room - head);
    while (head > 0 && inside_character(text[head]))
        head--;
    while (inside_character(text[tail]))
        tail++;
    return (size_t)snprintf(line, size, "%.*s%s%s", (int)head, text, gap, text + tail);
}

size_t printable_line(char *line, size_t size, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    const int length = vsnprintf(line, size, format, args);
    const size_t whole = length < 0 ? 0 : (size_t)length;
    char *const text = malloc(5 * (whole + 1)), *const visible = text ? text + whole + 1 : NULL;
    size_t used = whole < size ? whole : size - 1;
    if (length < 0)
        line[0] = '\0';
    else if (text && vsnprintf(text, whole + 1, format, again) == length)
        used = shorten(line, size, visible, make_visible(visible, text));
    else /* short of memory: its start is better than nothing */
        for (size_t i = 0; i < used; i++)
            line[i] = (unsigned char)line[i] < 0x20 || (unsigned char)line[i] >= 0x7F ? '?' : line[i];
    free(text);
    va_end(again);
    return used;
}
