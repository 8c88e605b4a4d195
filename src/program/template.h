/* SPDX-License-Identifier: BSD-3-Clause */
/* The template of a command line: it is split into words once, as a shell would, and names in braces are replaced
 * inside the words, so that no value can become a second word or an operator. It knows text alone, never what a name
 * stands for, nor who runs the words. */
#ifndef NSURF_PROGRAM_TEMPLATE_H
#define NSURF_PROGRAM_TEMPLATE_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

/* A part of a word: text as it is, or a name. */
struct piece {
    char *text;
    bool name; /* it stood in braces */
    bool last; /* of its word */
};

struct template {
    size_t count, capacity;
    struct piece *pieces; /* [count] */
};

/* Split a command line by the quoting rules of the shell: blanks separate words; '…' takes all, "…" all but \" \\ \$
 * and \`, and a backslash the character behind it. Nothing is expanded: an operator of the shell ( | & ; < > ( ) $ ` )
 * outside of quotes is refused, because it would not do what it seems to. Then, quoted or not, {NAME} is a name
 * and {{ a brace. option: for error lines. Owns: the caller, who calls template_free, on failure too. Ranks: local.
 * Errors: STATUS_USAGE, STATUS_INTERNAL. */
enum status template_parse(struct template *template, const char *text, const char *option, struct error *err)
    __attribute__((warn_unused_result));

/* The text as one word, whose braces mean nothing: for a shell. */
enum status template_take(struct template *template, const char *text, struct error *err)
    __attribute__((warn_unused_result));
void template_free(struct template *template);

/* Whether it uses the name. */
bool template_uses(const struct template *template, const char *name);

/* The first name that is not known; NULL where all are. */
const char *template_unknown(const struct template *template, bool (*known)(const char *name, const void *arg),
                             const void *arg);

/* Words, one after the other, each with a zero byte behind it. */
struct words {
    size_t count, size, capacity;
    char *bytes; /* [size] */
};

/* The words with a value for each name, added to those that are there. value: never NULL. Owns: the caller, who calls
 * words_free. Errors: STATUS_INTERNAL out of memory. */
enum status template_fill(const struct template *template, const char *(*value)(const char *name, void *arg), void *arg,
                          struct words *words, struct error *err) __attribute__((warn_unused_result));

/* One more word. */
enum status words_add(struct words *words, const char *word, struct error *err) __attribute__((warn_unused_result));
void words_free(struct words *words);

/* Words as a line for a shell: quoted where they have to be. Owns: the caller, who calls free(); NULL out of memory. */
char *words_line(const struct words *words);

#endif
