/* SPDX-License-Identifier: BSD-3-Clause */
/* Colours of a terminal; see ink.h. */
#include "cli/ink.h"

#include <math.h>
#include <string.h>

static unsigned char byte_of(double share)
{
    return (unsigned char)(255 * fmin(fmax(share, 0), 1) + 0.5);
}

/* A polynomial, which is within a few 1/255 of it.
 * Source: N. Smith, S. van der Walt, matplotlib 1.5 (CC0); fit by M. Zucker, shadertoy WlfXRN (CC0). */
struct ink ink_viridis(double t)
{
    static const double c[3][7] = {
        {0.2777273272234177, 0.1050930431085774, -0.3308618287255563, -4.634230498983486, 6.228269936347081,
         4.776384997670288, -5.435455855934631},
        {0.005407344544966578, 1.404613529898575, 0.214847559468213, -5.799100973351585, 14.17993336680509,
         -13.74514537774601, 4.645852612178535},
        {0.3340998053353061, 1.384590162594685, 0.09509516302823659, -19.33244095627987, 56.69055260068105,
         -65.35303263337234, 26.3124352495832}};
    double channel[3];
    for (int k = 0; k < 3; k++) {
        channel[k] = 0;
        for (int i = 7; i-- > 0;)
            channel[k] = channel[k] * t + c[k][i];
    }
    return (struct ink){true, byte_of(channel[0]), byte_of(channel[1]), byte_of(channel[2])};
}

/* The nearest colour of the cube that all terminals with 256 colours have. */
static int of_256(const struct ink *ink)
{
    const unsigned char channels[] = {ink->red, ink->green, ink->blue};
    int index = 0;
    for (int k = 0; k < 3; k++)
        index = 6 * index + (channels[k] < 48 ? 0 : channels[k] < 115 ? 1 : (channels[k] - 35) / 40);
    return 16 + index;
}

/* layer: 38 for the letters, 48 for what is behind them. */
static void put(FILE *out, enum ink_colours colours, int layer, struct ink ink)
{
    if (!ink.set)
        fprintf(out, "\x1b[%dm", layer + 1);
    else if (colours == INK_TRUE)
        fprintf(out, "\x1b[%d;2;%d;%d;%dm", layer, ink.red, ink.green, ink.blue);
    else
        fprintf(out, "\x1b[%d;5;%dm", layer, of_256(&ink));
}

void ink_put(FILE *out, enum ink_colours colours, struct inks *standing, struct ink front, struct ink back,
             const char *letter)
{
    if (memcmp(&front, &standing->front, sizeof front) != 0)
        put(out, colours, 38, front);
    if (memcmp(&back, &standing->back, sizeof back) != 0)
        put(out, colours, 48, back);
    fputs(letter, out);
    *standing = (struct inks){front, back};
}

void ink_end(FILE *out, struct inks *standing)
{
    if (standing->front.set || standing->back.set)
        fputs("\x1b[0m", out);
    *standing = (struct inks){{0}, {0}};
}
