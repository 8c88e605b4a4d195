/* SPDX-License-Identifier: BSD-3-Clause */
/* The formats: their names, how a file of each begins, and who reads it; see format.h. */
#include "data/format.h"

#include "base/number.h"
#include "data/rows.h"
#include "data/text.h"

#include <string.h>

const char *const format_names[FORMATS] = {"auto", "whitespace", "csv", "tsv", "fann", "proben1", "libsvm", "hdf5"};

/* A line of the bytes: its ends are no part of it. */
struct line {
    const unsigned char *at, *end;
};

static bool is_blank(unsigned char c)
{
    return c == ' ' || c == '\t' || c == '\v' || c == '\f';
}

/* The next line that counts, without blanks at its ends. False at the end of the bytes. */
static bool next_line(struct line *rest, struct line *line)
{
    while (rest->at < rest->end) {
        line->at = rest->at;
        while (rest->at < rest->end && *rest->at != '\n' && *rest->at != '\r')
            rest->at++;
        line->end = rest->at;
        if (rest->at < rest->end)
            rest->at++;
        while (line->at < line->end && is_blank(*line->at))
            line->at++;
        while (line->at < line->end && is_blank(line->end[-1]))
            line->end--;
        if (line->at < line->end && *line->at != '#')
            return true;
    }
    return false;
}

/* The next field between blanks or separators; TEXT_BLANKS: blanks alone. */
static bool next_field(struct line *line, char separator, struct line *field)
{
    while (line->at < line->end && (is_blank(*line->at) || *line->at == separator))
        line->at++;
    field->at = line->at;
    while (line->at < line->end && !is_blank(*line->at) && *line->at != separator)
        line->at++;
    field->end = line->at;
    return field->at < field->end;
}

static size_t count_fields(struct line line)
{
    size_t count = 0;
    struct line field;
    while (next_field(&line, TEXT_BLANKS, &field))
        count++;
    return count;
}

/* The whole number at the beginning of a field, cut to a limit beyond which none counts; 0 where there is none. *rest:
 * of the field, what follows the number. No zero byte ends the field, so it is copied. */
static size_t whole(const struct line *field, struct line *rest)
{
    char text[NUMBER_TEXT] = "";
    const size_t length = (size_t)(field->end - field->at);
    const char *end;
    uint64_t value = 0;
    memcpy(text, field->at, length < sizeof text ? length : sizeof text - 1);
    const bool high = number_read_whole(text, DATASET_VALUES_MAX, &value, &end) == NUMBER_NOT_FINITE;
    *rest = (struct line){field->at + (end - text), field->end};
    return high ? (size_t)DATASET_VALUES_MAX + 1 : value;
}

/* What a line says, given FANN's form: three whole numbers of 1 or more. */
static bool has_counts(struct line line, size_t counts[3])
{
    struct line field;
    for (size_t i = 0; i < 3; i++) {
        struct line rest;
        if (!next_field(&line, TEXT_BLANKS, &field))
            return false;
        counts[i] = whole(&field, &rest);
        if (counts[i] == 0 || rest.at < rest.end)
            return false;
    }
    return !next_field(&line, TEXT_BLANKS, &field);
}

/* index:value and the like, after a first field. */
static bool has_entries(struct line line, char separator)
{
    struct line field;
    bool any = false;
    discard(next_field(&line, separator, &field));
    while (next_field(&line, separator, &field)) {
        struct line rest;
        if (*field.at == '#' && any)
            return true;
        discard((long)whole(&field, &rest));
        if (rest.at == field.at || rest.at == rest.end || *rest.at != ':')
            return false;
        any = true;
    }
    return any;
}

static bool is_number(const struct line *word)
{
    bool number = true;
    for (const unsigned char *c = word->at; c < word->end; c++)
        number = number && strchr("+-.,0123456789eE", *c);
    return number;
}

/* Whether a field between separators and outside of quotes holds several numbers: then blanks separate too. */
static bool mixes_blanks(struct line line, char separator)
{
    bool after_number = false, quoted = false; /* of the same field between separators */
    while (line.at < line.end) {
        quoted ^= *line.at == '"';
        if (*line.at == separator)
            after_number = false;
        if (quoted || *line.at == separator || *line.at == '"' || is_blank(*line.at)) {
            line.at++;
            continue;
        }
        struct line word;
        discard(next_field(&line, separator, &word));
        const bool number = is_number(&word);
        if (number && after_number)
            return true;
        after_number = number;
    }
    return false;
}

/* The first of the characters that stands outside of quotes in the line that begins the bytes; a line end inside of
 * quotes does not end it. 0 when there is none. */
static char find_outside(struct line bytes, const char *characters)
{
    bool inside = false;
    for (const unsigned char *at = bytes.at; at < bytes.end; at++) {
        if (*at == '"')
            inside = !inside;
        if (inside)
            continue;
        if (*at == '\n' || *at == '\r')
            break;
        if (*at && strchr(characters, *at))
            return (char)*at;
    }
    return 0;
}

static struct line all(const unsigned char *bytes, size_t size)
{
    return (struct line){bytes, bytes + size};
}

char format_separator(enum format format, const unsigned char *bytes, size_t size, bool decimal_comma)
{
    struct line rest = all(bytes, size), first = {bytes, bytes};
    discard(next_line(&rest, &first));
    const struct line from = {first.at, bytes + size};
    if (format != FORMAT_CSV)
        return format == FORMAT_TSV ? '\t' : TEXT_BLANKS;
    return find_outside(from, ";") && (decimal_comma || !find_outside(from, ",")) ? ';' : ',';
}

/* Among the tables. first: the first line; end: of the bytes. */
static enum status recognise_table(const struct line *first, const unsigned char *end, bool decimal_comma,
                                   const char *name, enum format *format, struct error *err)
{
    const struct line bytes = {first->at, end};
    const bool comma = !decimal_comma && find_outside(bytes, ","), semicolon = find_outside(bytes, ";");
    if (comma && semicolon)
        return error_set(err, STATUS_DATA,
                         "%.160s: commas and semicolons both may separate the first line; say --decimal comma if "
                         "semicolons do, --format csv if commas do, or put text into quotes",
                         name);
    if ((comma || semicolon) && mixes_blanks(*first, comma ? ',' : ';'))
        return error_set(err, STATUS_DATA,
                         "%.160s: blanks and %s both may separate the first line; say %s or --format csv", name,
                         comma ? "commas" : "semicolons",
                         comma ? "--decimal comma, --format whitespace" : "--format whitespace");
    if (comma && has_entries(*first, ','))
        return error_set(err, STATUS_DATA,
                         "%.160s: index:value between commas; LIBSVM has blanks there: replace the commas, or say "
                         "--format csv",
                         name);
    *format = comma || semicolon                                             ? FORMAT_CSV
              : find_outside(bytes, "\t") && !mixes_blanks(*first, '\t') ? FORMAT_TSV
                                                                             : FORMAT_WHITESPACE;
    return STATUS_OK;
}

enum status format_recognise(const unsigned char *bytes, size_t size, bool decimal_comma, const char *name,
                             enum format *format, struct error *err)
{
    static const char signature[] = "\x89HDF\r\n\x1a\n", proben1[] = "bool_in=";
    struct line rest = all(bytes, size), first = {bytes, bytes}, second, third;
    if (size >= sizeof signature - 1 && memcmp(bytes, signature, sizeof signature - 1) == 0) {
        *format = FORMAT_HDF5;
        return STATUS_OK;
    }
    *format = FORMAT_WHITESPACE;
    if (!next_line(&rest, &first))
        return STATUS_OK;
    if ((size_t)(first.end - first.at) >= sizeof proben1 - 1 && memcmp(first.at, proben1, sizeof proben1 - 1) == 0) {
        *format = FORMAT_PROBEN1;
        return STATUS_OK;
    }
    size_t counts[3];
    struct line sparse = first, after = rest;
    if (has_counts(first, counts) && next_line(&rest, &second) && next_line(&rest, &third) &&
        count_fields(second) == counts[1] && count_fields(third) == counts[2]) {
        if (counts[1] == 3 && counts[2] == 3)
            return error_set(err, STATUS_DATA,
                             "%s: may be FANN's form with 3 inputs and 3 targets, or a table of 3 columns; say "
                             "--format fann or --format whitespace",
                             name);
        *format = FORMAT_FANN;
        return STATUS_OK;
    }
    while (count_fields(sparse) < 2 && next_line(&after, &sparse))
        ;
    if (!has_entries(sparse, TEXT_BLANKS))
        return recognise_table(&first, bytes + size, decimal_comma, name, format, err);
    *format = FORMAT_LIBSVM;
    return STATUS_OK;
}

enum status format_read(struct rows *rows, struct text *text, enum format format, bool own_split, struct error *err)
{
    const size_t size = (size_t)(text->end - text->at);
    text_separate(text, format_separator(format, text->at, size, rows->source->decimal_comma));
    switch (format) {
    case FORMAT_FANN:
        return read_fann(rows, text, err);
    case FORMAT_PROBEN1:
        return read_proben1(rows, text, own_split, err);
    case FORMAT_LIBSVM:
        return read_libsvm(rows, text, err);
    case FORMAT_ANY:
    case FORMAT_WHITESPACE:
    case FORMAT_CSV:
    case FORMAT_TSV:
    case FORMAT_HDF5:
    case FORMATS:
        break;
    }
    return read_table(rows, text, err);
}
