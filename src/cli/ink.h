/* SPDX-License-Identifier: BSD-3-Clause */
/* Colours of a terminal, as the sequences of ECMA-48 that set them. It knows no picture. */
#ifndef NSURF_CLI_INK_H
#define NSURF_CLI_INK_H

#include <stdbool.h>
#include <stdio.h>

enum ink_colours { INK_NONE, INK_256, INK_TRUE };

struct ink {
    bool set; /* else the terminal's own */
    unsigned char red, green, blue;
};

/* Viridis, whatever eyes see as a way from dark to bright; t: 0 to 1. */
struct ink ink_viridis(double t);

/* What stands at the end of the text so far; zero it to begin a line. */
struct inks {
    struct ink front, back;
};

/* A character in colours, INK_256 or INK_TRUE; what stands already is not set again. */
void ink_put(FILE *out, enum ink_colours colours, struct inks *standing, struct ink front, struct ink back,
             const char *letter);

/* Back to the terminal's own. */
void ink_end(FILE *out, struct inks *standing);

#endif
