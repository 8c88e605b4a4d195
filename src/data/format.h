/* SPDX-License-Identifier: BSD-3-Clause */
/* The formats of this room: how they are told apart, and a reader for each. Each reader adds the rows of one file. */
#ifndef NSURF_DATA_FORMAT_H
#define NSURF_DATA_FORMAT_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

struct rows;
struct text;

enum format {
    FORMAT_ANY, /* recognised by the content */
    FORMAT_WHITESPACE,
    FORMAT_CSV,
    FORMAT_TSV,
    FORMAT_FANN,
    FORMAT_PROBEN1,
    FORMAT_LIBSVM,
    FORMAT_HDF5,
    FORMATS
};

extern const char *const format_names[FORMATS]; /* as --format has them */

/* The format of a file that begins with these bytes, by the first of these that holds:
 *   HDF5        its signature
 *   Proben1     the first line begins with bool_in=
 *   FANN        the first line is three whole numbers N, I, O, the second has I fields and the third O
 *   LIBSVM      in the first line that has two fields, all after the first are index:value
 *   CSV         the first line has a comma or a semicolon outside of quotes; with decimal commas, a semicolon
 *   TSV         the first line has a tab, and no field between its tabs is a list of numbers
 *   whitespace  all else
 * Lines that are empty or begin with # do not count. decimal_comma: numbers are written so.
 * Errors: STATUS_DATA for what may be FANN or a table, and for a first line that two separators divide. */
enum status format_recognise(const unsigned char *bytes, size_t size, bool decimal_comma, const char *name,
                             enum format *format, struct error *err) __attribute__((warn_unused_result));

/* The separator of a table: comma, semicolon, tab or TEXT_BLANKS. bytes, decimal_comma: as above. */
char format_separator(enum format format, const unsigned char *bytes, size_t size, bool decimal_comma);

/* Add the rows of a text in this format, which is none of HDF5. own_split: as read_proben1 has it. Errors: STATUS_DATA;
 * those of rows.h. */
enum status format_read(struct rows *rows, struct text *text, enum format format, bool own_split, struct error *err)
    __attribute__((warn_unused_result));

/* Whitespace, CSV, TSV: the separator is set. */
enum status read_table(struct rows *rows, struct text *text, struct error *err) __attribute__((warn_unused_result));

/* Source: S. Nissen, FANN: the file of fann_read_train_from_file. */
enum status read_fann(struct rows *rows, struct text *text, struct error *err) __attribute__((warn_unused_result));

/* Source: L. Prechelt, PROBEN1, Technical Report 21/94, University of Karlsruhe, 1994. own_split: use the file's
 * parts; else all rows belong to rows->split. */
enum status read_proben1(struct rows *rows, struct text *text, bool own_split, struct error *err)
    __attribute__((warn_unused_result));

/* Source: C.-C. Chang, C.-J. Lin, LIBSVM: label index:value ..., indices from 1, ascending; what is left out is 0. */
enum status read_libsvm(struct rows *rows, struct text *text, struct error *err) __attribute__((warn_unused_result));

/* path: opened by the library, read-only. */
enum status read_hdf5(struct rows *rows, const char *path, struct error *err) __attribute__((warn_unused_result));

#endif
