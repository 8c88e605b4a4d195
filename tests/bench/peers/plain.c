/* SPDX-License-Identifier: BSD-3-Clause */
/* On-line back-propagation as one writes it in plain C, one network at a time: logistic units, squared error, a matrix
 * [units][inputs + 1] for each layer, the update in the loop of the way back. Built by `make bench-peers` with -O3
 * -march=native -ffast-math, to compare nsurf with what a compiler makes of it.
 * Usage: plain A B EPOCHS: prints the processor time of a sample in us, and the last error, so that all is computed. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { SAMPLES = 150, INPUTS = 4, OUTPUTS = 3, UNITS_MAX = 1024, LAYERS = 3 };

static float x[SAMPLES][INPUTS], t[SAMPLES][OUTPUTS];
static float y[LAYERS][UNITS_MAX], delta[LAYERS][UNITS_MAX], *weights[LAYERS];
static int units[LAYERS + 1];

static float draw(void)
{
    static unsigned state = 1;
    state = state * 1664525u + 1013904223u;
    return (float)(state >> 8) / (float)(1 << 24);
}

static void forward(int l, const float *restrict in)
{
    const int n = units[l];
    for (int i = 0; i < units[l + 1]; i++) {
        const float *restrict w = weights[l] + (long)i * (n + 1);
        float sum = w[n];
        for (int j = 0; j < n; j++)
            sum += w[j] * in[j];
        y[l][i] = sum;
    }
    for (int i = 0; i < units[l + 1]; i++)
        y[l][i] = 1.0f / (1.0f + expf(-y[l][i]));
}

static void backward(int l, const float *restrict in, float *restrict back, float rate)
{
    const int n = units[l];
    for (int j = 0; back && j < n; j++)
        back[j] = 0;
    for (int i = 0; i < units[l + 1]; i++) {
        float *restrict w = weights[l] + (long)i * (n + 1);
        const float d = delta[l][i], step = rate * d;
        if (back)
            for (int j = 0; j < n; j++) {
                back[j] += d * w[j];
                w[j] += step * in[j];
            }
        else
            for (int j = 0; j < n; j++)
                w[j] += step * in[j];
        w[n] += step;
    }
    for (int j = 0; back && j < n; j++)
        back[j] *= in[j] * (1 - in[j]);
}

static void train(const float *in, const float *target)
{
    const float rate = 0.2f;
    forward(0, in);
    forward(1, y[0]);
    forward(2, y[1]);
    for (int k = 0; k < OUTPUTS; k++)
        delta[2][k] = (target[k] - y[2][k]) * y[2][k] * (1 - y[2][k]);
    backward(2, y[1], delta[1], rate);
    backward(1, y[0], delta[0], rate);
    backward(0, in, NULL, rate);
}

int main(int argc, char **argv)
{
    const int a = argc > 3 ? atoi(argv[1]) : 0, b = argc > 3 ? atoi(argv[2]) : 0, epochs = argc > 3 ? atoi(argv[3]) : 0;
    if (a < 1 || b < 1 || a > UNITS_MAX || b > UNITS_MAX || epochs < 1)
        return 64;
    units[0] = INPUTS, units[1] = a, units[2] = b, units[3] = OUTPUTS;
    for (int l = 0; l < LAYERS; l++) {
        const long count = (long)units[l + 1] * (units[l] + 1);
        weights[l] = malloc((size_t)count * sizeof *weights[l]);
        if (!weights[l])
            return 70;
        for (long k = 0; k < count; k++)
            weights[l][k] = 2 * draw() - 1;
    }
    for (int s = 0; s < SAMPLES; s++) {
        for (int k = 0; k < INPUTS; k++)
            x[s][k] = draw();
        t[s][s % OUTPUTS] = 1;
    }
    const clock_t begin = clock();
    for (int e = 0; e < epochs; e++)
        for (int s = 0; s < SAMPLES; s++)
            train(x[s], t[s]);
    const double taken_s = (double)(clock() - begin) / CLOCKS_PER_SEC;
    printf("%.6f %g\n", 1e6 * taken_s / ((double)epochs * SAMPLES), (double)(t[0][0] - y[2][0]));
    return 0;
}
