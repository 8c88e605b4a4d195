/* SPDX-License-Identifier: BSD-3-Clause */
/* How fast data are read: a file of each kind of text is written to the temporary folder and read, and MB/s of
 * processor time are printed: of the reading itself, digest included, from the file cache.
 * Usage: bench_data [MB], 256 when not given. */
#include "data/source.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static uint64_t state = 88172645463325252;
static uint64_t draw(void) /* xorshift: G. Marsaglia, Xorshift RNGs, 2003 */
{
    state ^= state << 13;
    state ^= state >> 7;
    return state ^= state << 17;
}

enum { COLUMNS = 10 };

/* A line of this kind; returns its length. */
static size_t write_line(FILE *file, const char *kind)
{
    size_t size = 0;
    for (int k = 0; k < COLUMNS; k++) {
        const unsigned thousandth = (unsigned)(draw() % 1000), millionth = (unsigned)(draw() % 1000000);
        if (kind[0] == 'd') /* of all digits that a double has */
            size += (size_t)fprintf(file, "%u.%06u%09u,", thousandth, millionth, (unsigned)(draw() % 1000000000));
        else if (kind[0] == 'l')
            size += k ? (size_t)fprintf(file, " %d:0.%06u", k, millionth) : (size_t)fprintf(file, "%u", millionth % 2);
        else
            size += (size_t)fprintf(file, kind[0] == 'w' ? "%u.%03u " : "%u.%03u,", thousandth, millionth / 1000);
    }
    return size + (size_t)fprintf(file,
                                  kind[0] == 'c'   ? "class %u\n"
                                  : kind[0] == 'l' ? "\n"
                                                   : "1\n",
                                  (unsigned)(draw() % 3));
}

int main(int argc, char **argv)
{
    static const char *const kinds[] = {"white space", "csv with class names", "double digits, csv", "libsvm"};
    const size_t bytes = (argc > 1 ? strtoul(argv[1], NULL, 10) : 256) * 1000000;
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        FILE *const file = tmpfile();
        if (!file) {
            perror("bench_data: a temporary file");
            return STATUS_IO;
        }
        size_t size = 0;
        while (size < bytes)
            size += write_line(file, kinds[k]);
        rewind(file);
        struct dataset data;
        struct error err;
        const clock_t start = clock();
        if (source_read(&(struct source){0}, file, kinds[k], &data, &err)) {
            fprintf(stderr, "bench_data: %s\n", err.text);
            return (int)err.status;
        }
        const double cpu_s = (double)(clock() - start) / CLOCKS_PER_SEC;
        printf("%-22s %6.0f MB, %9zu samples, %5.2f s, %4.0f MB/s\n", kinds[k], 1e-6 * (double)size, data.samples,
               cpu_s, 1e-6 * (double)size / cpu_s);
        dataset_free(&data);
        fclose(file);
    }
    return 0;
}
