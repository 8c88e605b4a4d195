/* SPDX-License-Identifier: BSD-3-Clause */
/* How fast data are read: a file of each kind is written to the temporary folder and read, and MB/s of processor time,
 * with that of child processes, are printed: of the reading itself, digest included, from the file cache. For HDF5 also
 * what the library needs alone, and the digest.
 * Usage: bench_data [MB], 256 when not given. */
#define _POSIX_C_SOURCE 200809L
#include "data/source.h"

#include <hdf5.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

/* Processor time of this process and of its children that have ended. */
static double cpu_s(void)
{
    static const int whose[] = {RUSAGE_SELF, RUSAGE_CHILDREN};
    double sum = 0;
    for (int i = 0; i < 2; i++) {
        struct rusage used;
        getrusage(whose[i], &used);
        sum += (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
               1e-6 * (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
    }
    return sum;
}

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

/* Write two arrays of float32; read them by the library alone. */
static bool hdf5_file(const char *path, float *values, hsize_t samples, hsize_t inputs, bool reads)
{
    const hid_t file = reads ? H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT)
                             : H5Fcreate(path, H5F_ACC_TRUNC, 0, 0);
    bool done = file >= 0;
    for (int k = 0; done && k < 2; k++) {
        const char *const name = k ? "targets" : "inputs";
        const hid_t space = H5Screate_simple(2, (hsize_t[]){samples, k ? 1 : inputs}, NULL);
        const hid_t array = reads ? H5Dopen2(file, name, H5P_DEFAULT)
                                  : H5Dcreate2(file, name, H5T_IEEE_F32LE, space, 0, 0, 0);
        done = reads ? H5Dread(array, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0
                     : H5Dwrite(array, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0;
        H5Dclose(array);
        H5Sclose(space);
    }
    return file >= 0 && H5Fclose(file) >= 0 && done;
}

static int bench_hdf5(size_t bytes)
{
    enum { INPUTS = 784 };
    char path[] = "/tmp/bench_data.XXXXXX";
    const size_t samples = bytes / (INPUTS * sizeof(float));
    const int open = mkstemp(path);
    float *values = malloc(samples * INPUTS * sizeof *values);
    if (open < 0 || !values)
        return STATUS_IO;
    close(open);
    for (size_t i = 0; i < samples * INPUTS; i++)
        values[i] = (float)(draw() % 1000000) * 1e-6f;
    bool done = hdf5_file(path, values, samples, INPUTS, false);
    free(values);
    const double start = cpu_s();
    values = malloc(samples * INPUTS * sizeof *values); /* anew: its pages are part of the cost, here as there */
    done = values && done && hdf5_file(path, values, samples, INPUTS, true);
    const double library_s = cpu_s() - start;
    struct dataset data = {.samples = samples, .inputs = INPUTS, .x = values};
    struct error err = {0};
    done = done && dataset_digest(&data, &err) == STATUS_OK;
    const double digest_s = cpu_s() - start - library_s;
    free(values);
    const double again = cpu_s();
    done = done && source_load(&(struct source){.data = path}, &data, &err) == STATUS_OK;
    const double load_s = cpu_s() - again, mb = 1e-6 * (double)(samples * INPUTS * sizeof(float));
    unlink(path);
    if (!done) {
        fprintf(stderr, "bench_data: HDF5: %s\n", err.text);
        return STATUS_IO;
    }
    dataset_free(&data);
    printf("%-22s %6.0f MB, %9zu samples, %5.2f s, %4.0f MB/s; the library alone %.0f, the digest alone %.0f MB/s\n",
           "HDF5, float32", mb, samples, load_s, mb / load_s, mb / library_s, mb / digest_s);
    return 0;
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
        const double start = cpu_s();
        if (source_read(&(struct source){0}, file, kinds[k], &data, &err)) {
            fprintf(stderr, "bench_data: %s\n", err.text);
            return (int)err.status;
        }
        const double taken_s = cpu_s() - start;
        printf("%-22s %6.0f MB, %9zu samples, %5.2f s, %4.0f MB/s\n", kinds[k], 1e-6 * (double)size, data.samples,
               taken_s, 1e-6 * (double)size / taken_s);
        dataset_free(&data);
        fclose(file);
    }
    return bench_hdf5(bytes);
}
