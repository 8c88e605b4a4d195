/* SPDX-License-Identifier: BSD-3-Clause */
/* Numbers as text; see number.h. The C library rounds correctly; what it needs is the right locale. */
#include "base/number.h"

#include "base/error.h"

#include <assert.h>
#include <float.h>
#include <inttypes.h>
#include <locale.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Set the C locale for this thread; returns what to hand to restore(). */
static locale_t plain(locale_t *before)
{
    locale_t locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    assert(locale != (locale_t)0); /* the C locale always exists and costs no memory */
    *before = uselocale(locale);
    return locale;
}

static void restore(locale_t locale, locale_t before)
{
    uselocale(before);
    freelocale(locale);
}

static int not_finite(char text[NUMBER_TEXT], double value)
{
    if (isfinite(value))
        return 0;
    strcpy(text, isnan(value) ? "NaN" : value > 0 ? "Inf" : "-Inf");
    return 1;
}

/* Decimals of up to DBL_DIG digits survive the way into a double and back, so the search can begin there. Subnormal
 * numbers have fewer digits. */
void number_text(char text[NUMBER_TEXT], double value)
{
    if (not_finite(text, value))
        return;
    locale_t before, locale = plain(&before);
    int digits = fabs(value) < DBL_MIN ? 1 : DBL_DIG;
    do
        discard(snprintf(text, NUMBER_TEXT, "%.*g", digits, value));
    while (strtod(text, NULL) != value && ++digits <= DBL_DECIMAL_DIG);
    restore(locale, before);
}

void number_text_float(char text[NUMBER_TEXT], float value)
{
    if (not_finite(text, (double)value))
        return;
    locale_t before, locale = plain(&before);
    int digits = fabsf(value) < FLT_MIN ? 1 : FLT_DIG;
    do
        discard(snprintf(text, NUMBER_TEXT, "%.*g", digits, (double)value));
    while (strtof(text, NULL) != value && ++digits <= FLT_DECIMAL_DIG);
    restore(locale, before);
}

struct counted number_counted(uint64_t count, const char *noun)
{
    struct counted counted;
    const size_t length = strlen(noun);
    const char *const ending = count == 1 ? "" : length > 0 && noun[length - 1] == 's' ? "es" : "s";
    discard(snprintf(counted.text, sizeof counted.text, "%" PRIu64 " %s%s", count, noun, ending));
    return counted;
}

double number_rounded(double value, int digits)
{
    char text[NUMBER_TEXT];
    locale_t before, locale = plain(&before);
    discard(snprintf(text, sizeof text, "%.*e", digits - 1, value));
    const double rounded = strtod(text, NULL);
    restore(locale, before);
    return rounded;
}

/* Powers of ten that a double holds exactly. */
static const double tens[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                              1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
enum { TENS_MAX = 22, DIGITS_MAX = 19 /* a 64-bit integer holds them */, EXPONENT_MAX = 9999 };

static bool is_digit(char c)
{
    return (unsigned)(c - '0') < 10;
}

/* A decimal taken apart: +-digits * 10^exponent. */
struct decimal {
    bool negative;
    uint64_t digits;
    int exponent;
};

/* Zeros in front are no digits. False for more than DIGITS_MAX digits, for powers beyond those of the table, and for
 * what is no plain decimal number. */
static inline bool take_apart(const char *text, struct decimal *decimal)
{
    const char *at = text + (*text == '+' || *text == '-');
    const char *const whole = at;
    uint64_t value = 0; /* wraps where there are too many digits */
    while (*at == '0')
        at++;
    const char *first = at;
    while (is_digit(*at))
        value = 10 * value + (uint64_t)(*at++ - '0');
    ptrdiff_t count = at - first;
    bool any = at > whole;
    int exponent = 0;
    if (*at == '.') {
        const char *const fraction = ++at;
        while (count == 0 && *at == '0')
            at++;
        first = at;
        while (is_digit(*at))
            value = 10 * value + (uint64_t)(*at++ - '0');
        count += at - first;
        exponent = -(int)(at - fraction);
        any = any || at > fraction;
    }
    if (any && (*at == 'e' || *at == 'E')) {
        const bool down = *++at == '-';
        int power = 0;
        at += *at == '+' || *at == '-';
        any = is_digit(*at);
        for (; is_digit(*at) && power <= EXPONENT_MAX; at++)
            power = 10 * power + (*at - '0');
        exponent += down ? -power : power;
    }
    *decimal = (struct decimal){.negative = *text == '-', .digits = value, .exponent = exponent};
    return any && *at == '\0' && count <= DIGITS_MAX && exponent >= -TENS_MAX && exponent <= TENS_MAX;
}

/* The short way: digits and power are exact in a double, so that the one operation rounds correctly. Most numbers that
 * people write pass. False for the others.
 * Source: W. D. Clinger, How to read floating point numbers accurately, PLDI 1990. */
static bool read_short(const char *text, double *value)
{
    struct decimal d;
    if (!take_apart(text, &d) || d.digits > UINT64_C(1) << DBL_MANT_DIG)
        return false;
    const double digits = (double)d.digits;
    const double size = d.exponent < 0 ? digits / tens[-d.exponent] : digits * tens[d.exponent];
    *value = d.negative ? -size : size;
    return true;
}

/* 10^-22 to 10^22, rounded: what multiplies by them need not wait for a division. */
static const double rounded_tens[] = {
    1e-22, 1e-21, 1e-20, 1e-19, 1e-18, 1e-17, 1e-16, 1e-15, 1e-14, 1e-13, 1e-12, 1e-11, 1e-10, 1e-9, 1e-8, 1e-7,
    1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13,
    1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22
};

/* The short way to a float: a double that is nearly right is rounded to the right float, unless it lies next to the
 * middle between two of them, where the bits that a float lacks are 1000...0. Digits, power and product are rounded, by
 * a share of 2^-53 each at the most: so it is off by no more than 3 units of the double's last place, and 4 are left to
 * the C library, as is what a float cannot hold. Powers of ten to 10^22 keep it far from what is subnormal. */
static bool read_short_float(const char *text, float *value)
{
    enum { SPARE = DBL_MANT_DIG - FLT_MANT_DIG, OFF = 4 };
    const uint64_t middle = UINT64_C(1) << (SPARE - 1), mask = 2 * middle - 1;
    struct decimal d;
    if (!take_apart(text, &d))
        return false;
    const double size = (double)d.digits * rounded_tens[d.exponent + TENS_MAX];
    uint64_t bits;
    memcpy(&bits, &size, sizeof bits);
    if ((bits & mask) - (middle - OFF) <= 2 * OFF || size > 1e38)
        return false;
    *value = (float)(d.negative ? -size : size);
    return true;
}

/* strtod also takes hexadecimal, "nan(...)" and leading blanks: keep to decimals, and to the words that name what is
 * not finite, so that these can be refused by their right name. */
static enum number looks(const char *text)
{
    const char *word = text + (*text == '+' || *text == '-');
    if (strcasecmp(word, "nan") == 0 || strcasecmp(word, "inf") == 0 || strcasecmp(word, "infinity") == 0)
        return NUMBER_NOT_FINITE;
    return *text && text[strspn(text, "+-.0123456789eE")] == '\0' ? NUMBER_OK : NUMBER_GARBAGE;
}

enum number number_read(const char *text, double *value)
{
    if (read_short(text, value))
        return NUMBER_OK;
    enum number form = looks(text);
    if (form != NUMBER_OK)
        return form;
    char *end;
    locale_t before, locale = plain(&before);
    double number = strtod(text, &end);
    restore(locale, before);
    if (end == text || *end)
        return NUMBER_GARBAGE;
    if (!isfinite(number))
        return NUMBER_NOT_FINITE;
    *value = number;
    return NUMBER_OK;
}

enum number number_read_float(const char *text, float *value)
{
    if (read_short_float(text, value))
        return NUMBER_OK;
    enum number form = looks(text);
    if (form != NUMBER_OK)
        return form;
    char *end;
    locale_t before, locale = plain(&before);
    float number = strtof(text, &end);
    restore(locale, before);
    if (end == text || *end)
        return NUMBER_GARBAGE;
    if (!isfinite(number))
        return NUMBER_NOT_FINITE;
    *value = number;
    return NUMBER_OK;
}

enum number number_read_whole(const char *text, uint64_t most, uint64_t *value, const char **end)
{
    uint64_t number = 0;
    bool high = false;
    const char *at = text;
    for (; is_digit(*at); at++) {
        const uint64_t digit = (uint64_t)(*at - '0');
        high = high || number > UINT64_MAX / 10 || 10 * number > UINT64_MAX - digit;
        number = 10 * number + digit;
    }
    *end = at;
    if (at == text)
        return NUMBER_GARBAGE;
    if (high || number > most)
        return NUMBER_NOT_FINITE;
    *value = number;
    return NUMBER_OK;
}

enum number number_read_count(const char *text, uint64_t most, uint64_t *value)
{
    const char *end;
    uint64_t number;
    const enum number form = number_read_whole(text, most, &number, &end);
    if (*end)
        return NUMBER_GARBAGE;
    if (form == NUMBER_OK)
        *value = number;
    return form;
}

bool number_glance(const char *text, double *value, const char **end)
{
    static const double powers[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
    const int most = (int)(sizeof powers / sizeof *powers) - 1;
    const char *at = text;
    uint64_t digits = 0;
    int exponent = 0, power = 0;
    *value = (double)NAN;
    *end = text + 3;
    if (strncmp(text, "NaN", 3) == 0)
        return true;
    for (bool fraction = false; is_digit(*at) || (*at == '.' && !fraction); at++) {
        if (*at == '.') {
            fraction = true;
        } else if (digits < UINT64_MAX / 16) {
            digits = 10 * digits + (uint64_t)(*at - '0');
            exponent -= fraction;
        }
    }
    if (at > text && *at == 'e') {
        const bool down = *++at == '-';
        for (at += down || *at == '+'; is_digit(*at); at++)
            power = power < EXPONENT_MAX ? 10 * power + (*at - '0') : power;
        exponent += down ? -power : power;
    }
    double scale = 1;
    for (int e = exponent < 0 ? -exponent : exponent; e > 0; e -= e < most ? e : most)
        scale *= powers[e < most ? e : most];
    *value = exponent < 0 ? (double)digits / scale : (double)digits * scale;
    *end = at;
    return at > text;
}

bool number_read_hex(const char *text, uint32_t *value)
{
    enum { DIGITS = 8 };
    *value = 0;
    for (int i = 0; i < DIGITS; i++) {
        const char digit = text[i];
        if (!is_digit(digit) && (digit < 'a' || digit > 'f'))
            return false;
        *value = *value << 4 | (uint32_t)(is_digit(digit) ? digit - '0' : digit - 'a' + 10);
    }
    return true;
}
