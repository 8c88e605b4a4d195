/* SPDX-License-Identifier: BSD-3-Clause */
/* How near words are to each other; see nearest.h. */
#include "base/nearest.h"

#include <stdint.h>
#include <string.h>

enum { WORD_MAX = 64 };

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

size_t nearest_distance(const char *one, const char *other)
{
    const size_t n = strlen(one), m = strlen(other);
    size_t rows[3][WORD_MAX]; /* of the table of distances between beginnings: this row and the two above */
    if (n >= WORD_MAX || m >= WORD_MAX)
        return SIZE_MAX;
    for (size_t j = 0; j <= m; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= n; i++) {
        size_t *const row = rows[i % 3], *const above = rows[(i + 2) % 3], *const before = rows[(i + 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= m; j++) {
            row[j] = least(least(row[j - 1], above[j]) + 1, above[j - 1] + (one[i - 1] != other[j - 1]));
            if (i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1])
                row[j] = least(row[j], before[j - 2] + 1);
        }
    }
    return rows[n % 3][m];
}

int nearest_enough(const char *word, size_t distance)
{
    const size_t allowed = strlen(word) / 3;
    return distance <= (allowed > 1 ? allowed : 1);
}
