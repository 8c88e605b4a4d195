/* SPDX-License-Identifier: BSD-3-Clause */
/* A text as lines of fields, for the readers of all text formats. It knows how fields are told apart and where they
 * stand, never what they mean. It keeps one field, never a line, so that no input, however long its lines, asks for
 * more memory than its values need.
 *
 * Written here although libraries for CSV exist: every refusal names line and column, and none of them tells both. */
#ifndef NSURF_DATA_TEXT_H
#define NSURF_DATA_TEXT_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum {
    TEXT_FIELD = 128,       /* float32 has no decimal form that needs more; what is longer is no number meant for us */
    TEXT_LONGEST = 1 << 16, /* a field of so many characters is refused: it may have no end */
    TEXT_BUFFER = 1 << 16,  /* the first so many bytes are looked at to recognise the format */
    TEXT_SHOWN = 28         /* of a field in an error line, with its end */
};

/* The separator of fields: white space of any kind and length, or exactly one of ',' ';' '\t'. */
enum { TEXT_BLANKS = ' ' };

/* Where something stands, for error lines. */
struct place {
    const char *name;    /* of the file */
    size_t line, column; /* from 1; columns count fields */
};

enum { TEXT_ENDS = 1, TEXT_BLANK = 2 };

struct text {
    FILE *stream;
    struct place place;         /* of the field at hand */
    char field[TEXT_FIELD + 1]; /* the field at hand, without its quotes; one that is too long is cut to this, and ends
                                 * with a question mark, so that no number is made of it */
    bool more;                  /* another field follows in this line */
    char separator;
    const unsigned char *at, *end; /* what was read and not yet taken */
    unsigned char kind[256];       /* of each byte: TEXT_ENDS a field, is a TEXT_BLANK around fields */
    unsigned char buffer[TEXT_BUFFER];
};

/* The beginning of an error line, and what error_set needs for it. */
#define PLACE "%s:%zu:%zu: "
#define AT(place) (place)->name, (place)->line, (place)->column

/* Begin with what the stream holds: fill the buffer, pass over a byte order mark. Fields are separated by blanks until
 * text_separate. The stream is read, not closed; after the last call, ferror(stream) tells whether reading failed. */
void text_begin(struct text *text, FILE *stream, const char *name);

/* What tells fields apart from here on. */
void text_separate(struct text *text, char separator);

/* Go to the next line that holds a field. Empty lines and lines that begin with # are ignored. Lines end with LF,
 * CR LF or CR; the last one may lack its end. What is left of the line at hand is skipped. False at the end. */
bool text_line(struct text *text);

/* Read the next field of the line, which has one: `more` was set. Blanks around it are no part of it. A field that
 * begins with a quotation mark ends with one and may hold separators and line ends; two marks stand for one (RFC 4180).
 * Errors: STATUS_DATA. */
enum status text_field(struct text *text, struct error *err) __attribute__((warn_unused_result));

/* A field for an error line: cut, and without what would spoil a terminal. */
const char *text_shown(const char *field, char shown[TEXT_SHOWN]);

#endif
