/* SPDX-License-Identifier: BSD-3-Clause */
/* Two networks on the same samples; see paired.h. */
#include "app/paired.h"

#include "base/number.h"
#include "sweep/comparison.h"

#include <math.h>
#include <stddef.h>

/* Sums over samples of two measures and of their difference. */
struct sums {
    double of[2], difference, squares;
};

static void add(struct sums *sums, double first, double second)
{
    sums->of[0] += first;
    sums->of[1] += second;
    sums->difference += first - second;
    sums->squares += (first - second) * (first - second);
}

static double squared_error(const struct dataset *data, size_t sample, const float *outputs)
{
    double sum = 0;
    for (size_t k = 0; k < data->targets; k++)
        sum += pow((double)outputs[k] - (double)data->t[sample * data->targets + k], 2);
    return sum / (double)data->targets;
}

static size_t winner(const float *values, size_t count)
{
    size_t best = 0;
    for (size_t k = 1; k < count; k++)
        best = values[k] > values[best] ? k : best;
    return best;
}

/* The standard error of the mean difference. */
static double standard_error(const struct sums *sums, size_t samples)
{
    const double n = (double)samples, mean = sums->difference / n;
    return samples > 1 ? sqrt(fmax(0, sums->squares - n * mean * mean) / (n - 1) / n) : (double)NAN;
}

static void put_row(FILE *stream, const char *name, const struct sums *sums, size_t samples, double p)
{
    const double n = (double)samples;
    const double values[] = {sums->of[0] / n, sums->of[1] / n, sums->difference / n, standard_error(sums, samples), p};
    fputs(name, stream);
    for (size_t v = 0; v < sizeof values / sizeof *values; v++) {
        char number[NUMBER_TEXT];
        number_text(number, values[v]);
        fprintf(stream, "\t%s", number);
    }
    putc('\n', stream);
}

void paired_put(FILE *stream, const struct dataset *data, const float *const outputs[2], bool classes)
{
    struct sums errors = {0}, misses = {0};
    size_t alone[2] = {0, 0}; /* misclassified by the one, and not by the other */
    for (size_t s = 0; s < data->samples; s++) {
        const float *const first = outputs[0] + s * data->targets, *const second = outputs[1] + s * data->targets;
        const size_t wanted = winner(data->t + s * data->targets, data->targets);
        const bool miss = winner(first, data->targets) != wanted, other = winner(second, data->targets) != wanted;
        add(&errors, squared_error(data, s, first), squared_error(data, s, second));
        add(&misses, miss, other);
        alone[0] += miss && !other;
        alone[1] += other && !miss;
    }
    if (classes)
        fprintf(stream, "# misclassified by the first alone %zu, by the second alone %zu\n", alone[0], alone[1]);
    fputs("# p: by chance of the samples, for two given networks, if neither was trained or chosen by these samples\n"
          "#measure\tfirst\tsecond\tdifference\tstandard_error\tp\n",
          stream);
    const double t = errors.difference / (double)data->samples / standard_error(&errors, data->samples);
    put_row(stream, "error", &errors, data->samples, comparison_paired_p(t, (double)data->samples - 1));
    if (classes)
        put_row(stream, "misclassified", &misses, data->samples, comparison_mcnemar_p(alone[0], alone[1]));
}
