/* SPDX-License-Identifier: BSD-3-Clause */
/* Numbers as text, the same in every locale: what is written reads back to the same bits. */
#ifndef NSURF_BASE_NUMBER_H
#define NSURF_BASE_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

enum { NUMBER_TEXT = 32 }; /* longest: -2.2250738585072014e-308, and the end of the string */

/* The shortest decimal form that reads back to value ("0.1", "1e-05"), or NaN, Inf, -Inf. (At a power of two it may be
 * one digit longer than the shortest.) */
void number_text(char text[NUMBER_TEXT], double value);

/* The same, reading back to the same float32. */
void number_text_float(char text[NUMBER_TEXT], float value);

/* A count with its noun: "1 cell", "2 cells", "0 processes". For an argument of printf: it lives as long as
 * the call. */
struct counted {
    char text[48];
};
struct counted number_counted(uint64_t count, const char *noun);

/* value rounded to so many significant decimal digits; NaN and infinities stay. */
double number_rounded(double value, int digits);

enum number {
    NUMBER_OK,
    NUMBER_GARBAGE,   /* no decimal number, or something follows it */
    NUMBER_NOT_FINITE /* nan, inf, or too large for the type */
};

/* Read a whole text as a decimal number: sign, digits, point, exponent; no blanks, no hexadecimal. Rounds to nearest;
 * what is too small becomes 0. *value is set for NUMBER_OK alone. */
enum number number_read(const char *text, double *value);
enum number number_read_float(const char *text, float *value);

/* Read the digits that a text begins with as a whole number: no sign, no blanks. *end is what follows them, always;
 * NUMBER_GARBAGE without a digit, NUMBER_NOT_FINITE above `most`. *value is set for NUMBER_OK alone. */
enum number number_read_whole(const char *text, uint64_t most, uint64_t *value, const char **end);

/* The same, for a text that holds nothing else: NUMBER_GARBAGE where something follows. */
enum number number_read_count(const char *text, uint64_t most, uint64_t *value);

/* Read the number of 0 or more, or NaN, that a text as number_text writes it begins with, within a few units of its
 * last place: several times as fast, for nsurf watch. False where there is none. *end is what follows. */
bool number_glance(const char *text, double *value, const char **end);

/* The 8 hexadecimal digits, in lower case, that a text begins with; false where there are not so many. */
bool number_read_hex(const char *text, uint32_t *value);

#endif
