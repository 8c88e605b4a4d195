/* SPDX-License-Identifier: BSD-3-Clause */
/* Numbers as text; see number.h. The C library rounds correctly; what it needs is the right locale. */
#include "base/number.h"

#include "base/error.h"

#include <assert.h>
#include <float.h>
#include <locale.h>
#include <math.h>
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
