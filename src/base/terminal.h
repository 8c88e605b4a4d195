/* SPDX-License-Identifier: BSD-3-Clause */
/* A terminal as a screen that is drawn anew: its size, single keys, and the way back, whatever ends the process. It
 * knows bytes, never what they show. */
#ifndef NSURF_BASE_TERMINAL_H
#define NSURF_BASE_TERMINAL_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

/* Whether standard input and output both are one; whether standard output is. */
bool terminal_is_interactive(void);
bool terminal_is_output(void);

/* Columns and rows of standard output; where it is no terminal, what COLUMNS and LINES say, else 80 and 24. */
void terminal_size(size_t *columns, size_t *rows);

/* Take over the screen: a second screen without a cursor, keys one by one and unechoed. SIGINT, SIGTERM, SIGHUP and
 * SIGQUIT become keys, SIGTSTP gives the terminal back before it stops the process. One at a time.
 * Owns: the caller, who calls terminal_leave. Errors: STATUS_IO. */
enum status terminal_enter(struct error *err) __attribute__((warn_unused_result));

/* What terminal_key returns besides characters. */
enum {
    KEY_NONE = 0, /* the time is over, the size has changed, or the process was stopped and goes on */
    KEY_UP = 256,
    KEY_DOWN,
    KEY_LEFT,
    KEY_RIGHT,
    KEY_HOME,
    KEY_END,
    KEY_PAGE_UP,
    KEY_PAGE_DOWN,
    KEY_INTERRUPT, /* SIGINT */
    KEY_ENDED      /* another signal asks for the end, or the terminal is gone */
};

/* The next key; waits so long at the most. */
int terminal_key(double wait_s);

/* Draw: from the upper left corner, each line in place of the one that stands there, nothing below. lines: each with
 * its line feed. Errors: STATUS_IO. */
enum status terminal_draw(const char *lines, struct error *err) __attribute__((warn_unused_result));

/* Give the terminal back as it was. Does nothing when it was not taken. */
void terminal_leave(void);

#endif
