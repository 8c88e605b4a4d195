/* SPDX-License-Identifier: BSD-3-Clause */
/* Templates; see template.h. */
#include "program/template.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_MAX_LENGTH = 255 };

/* A command line as it is read, and the piece at hand. */
struct reader {
    struct template *template;
    const char *text, *at, *option;
    struct error *err;
    char *room;   /* [strlen(text) + 1], the literal text of the piece */
    size_t used;
    bool word;    /* a word has begun, be it empty */
    size_t begun; /* pieces that the word at hand has */
};

static enum status complain(const struct reader *r, const char *what)
{
    return error_set(r->err, STATUS_USAGE, "%s: \"%.80s\", character %zu: %s", r->option, r->text,
                     (size_t)(r->at - r->text) + 1, what);
}

static enum status put(struct template *t, const char *text, size_t length, bool name, struct error *err)
{
    if (t->count == t->capacity) {
        const size_t capacity = t->capacity ? 2 * t->capacity : 16;
        struct piece *const larger = realloc(t->pieces, capacity * sizeof *larger);
        if (!larger)
            return error_memory(err, "the command");
        t->pieces = larger;
        t->capacity = capacity;
    }
    char *const copy = strndup(text, length);
    if (!copy)
        return error_memory(err, "the command");
    t->pieces[t->count++] = (struct piece){.text = copy, .name = name};
    return STATUS_OK;
}

/* The literal text so far becomes a piece. */
static enum status end_piece(struct reader *r)
{
    if (r->used == 0)
        return STATUS_OK;
    const enum status status = put(r->template, r->room, r->used, false, r->err);
    r->used = 0;
    r->begun++;
    return status;
}

static enum status end_word(struct reader *r)
{
    enum status status = end_piece(r);
    if (!status && r->word && r->begun == 0)
        status = put(r->template, "", 0, false, r->err);
    if (!status && r->word)
        r->template->pieces[r->template->count - 1].last = true;
    r->word = false;
    r->begun = 0;
    return status;
}

static void add(struct reader *r, char c)
{
    r->room[r->used++] = c;
    r->word = true;
}

/* {NAME}, at the brace. A name may hold what a name of a file may, behind a colon. */
static enum status read_name(struct reader *r)
{
    const char *const begin = r->at + 1, *const end = strchr(begin, '}');
    const size_t length = end ? (size_t)(end - begin) : 0;
    const size_t plain = strspn(begin, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
    if (length == 0 || length > NAME_MAX_LENGTH || (plain != length && begin[plain] != ':') || isdigit(*begin))
        return complain(r, "expected {NAME}; write {{ for a brace");
    enum status status = end_piece(r);
    if (!status)
        status = put(r->template, begin, length, true, r->err);
    r->word = true;
    r->begun++;
    r->at = end + 1;
    return status;
}

/* A character as it is, or what a brace begins. */
static enum status read_plain(struct reader *r)
{
    if (*r->at != '{') {
        add(r, *r->at++);
        return STATUS_OK;
    }
    if (r->at[1] != '{')
        return read_name(r);
    add(r, '{');
    r->at += 2;
    return STATUS_OK;
}

/* From one quote to the next. */
static enum status read_quoted(struct reader *r, char quote)
{
    const char *const begin = r->at++;
    enum status status = STATUS_OK;
    r->word = true;
    while (!status && *r->at && *r->at != quote) {
        if (quote == '"' && strchr("$`", *r->at))
            return complain(r, "the shell would expand this, and there is none; quote it by '…', or give --shell");
        if (quote == '"' && *r->at == '\\' && r->at[1] && strchr("\"\\$`", r->at[1])) {
            add(r, r->at[1]);
            r->at += 2;
        } else {
            status = read_plain(r);
        }
    }
    if (status || *r->at)
        r->at += !status;
    else {
        r->at = begin;
        status = complain(r, "this quote has no end");
    }
    return status;
}

static enum status read_one(struct reader *r)
{
    const char c = *r->at;
    if (c == ' ' || c == '\t' || c == '\n') {
        r->at++;
        return end_word(r);
    }
    if (c == '\'' || c == '"')
        return read_quoted(r, c);
    if (strchr("|&;<>()$`", c))
        return complain(r, "this would be an operator of the shell, and there is none; quote it, or give --shell");
    if (c != '\\')
        return read_plain(r);
    if (r->at[1] == '\0')
        return complain(r, "nothing follows the backslash");
    if (r->at[1] != '\n')
        add(r, r->at[1]);
    r->at += 2;
    return STATUS_OK;
}

enum status template_parse(struct template *template, const char *text, const char *option, struct error *err)
{
    *template = (struct template){0};
    struct reader r = {.template = template, .text = text, .at = text, .option = option, .err = err};
    r.room = malloc(strlen(text) + 1);
    if (!r.room)
        return error_memory(err, "the command");
    enum status status = STATUS_OK;
    while (!status && *r.at)
        status = read_one(&r);
    if (!status)
        status = end_word(&r);
    if (!status && template->count == 0)
        status = error_set(err, STATUS_USAGE, "%s: names no program", option);
    free(r.room);
    return status;
}

enum status template_take(struct template *template, const char *text, struct error *err)
{
    *template = (struct template){0};
    const enum status status = put(template, text, strlen(text), false, err);
    if (!status)
        template->pieces[0].last = true;
    return status;
}

void template_free(struct template *template)
{
    for (size_t i = 0; i < template->count; i++)
        free(template->pieces[i].text);
    free(template->pieces);
    *template = (struct template){0};
}

bool template_uses(const struct template *template, const char *name)
{
    for (size_t i = 0; i < template->count; i++)
        if (template->pieces[i].name && strcmp(template->pieces[i].text, name) == 0)
            return true;
    return false;
}

const char *template_unknown(const struct template *template, bool (*known)(const char *name, const void *arg),
                             const void *arg)
{
    for (size_t i = 0; i < template->count; i++)
        if (template->pieces[i].name && !known(template->pieces[i].text, arg))
            return template->pieces[i].text;
    return NULL;
}

/* --- words -------------------------------------------------------------------------------------------------------- */

static enum status append(struct words *words, const char *text, size_t length, struct error *err)
{
    if (words->capacity - words->size < length) {
        const size_t capacity = 2 * (words->size + length) + 64;
        char *const larger = realloc(words->bytes, capacity);
        if (!larger)
            return error_memory(err, "the words of a command");
        words->bytes = larger;
        words->capacity = capacity;
    }
    memcpy(words->bytes + words->size, text, length);
    words->size += length;
    return STATUS_OK;
}

enum status words_add(struct words *words, const char *word, struct error *err)
{
    words->count++;
    return append(words, word, strlen(word) + 1, err);
}

enum status template_fill(const struct template *template, const char *(*value)(const char *name, void *arg), void *arg,
                          struct words *words, struct error *err)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < template->count && !status; i++) {
        const struct piece *const piece = &template->pieces[i];
        const char *const text = piece->name ? value(piece->text, arg) : piece->text;
        status = append(words, text, strlen(text) + piece->last, err); /* with the end of the word */
        words->count += piece->last;
    }
    return status;
}

void words_free(struct words *words)
{
    free(words->bytes);
    *words = (struct words){0};
}

char *words_line(const struct words *words)
{
    char *const line = malloc(4 * words->size + 3 * words->count + 1), *at = line;
    if (!line)
        return NULL;
    for (const char *word = words->bytes; word < words->bytes + words->size; word += strlen(word) + 1) {
        const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./,:=@%+";
        const bool quoted = *word == '\0' || word[strspn(word, plain)] != '\0';
        if (word > words->bytes)
            *at++ = ' ';
        if (quoted)
            *at++ = '\'';
        for (const char *c = word; *c; c++)
            if (*c == '\'') {
                memcpy(at, "'\\''", 4);
                at += 4;
            } else {
                *at++ = *c;
            }
        if (quoted)
            *at++ = '\'';
    }
    *at = '\0';
    return line;
}
