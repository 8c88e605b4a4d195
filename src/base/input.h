/* SPDX-License-Identifier: BSD-3-Clause */
/* Files that are read. */
#ifndef NSURF_BASE_INPUT_H
#define NSURF_BASE_INPUT_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Open a file for reading; `-` is standard input. Owns: the caller, who calls input_close. Ranks: rank 0.
 * Errors: STATUS_DATA, for a file that cannot be opened or is a folder. */
enum status input_open(FILE **stream, const char *path, struct error *err) __attribute__((warn_unused_result));

/* The same for a file alone, no pipe or device. mode: receives its rights. */
enum status input_open_file(FILE **stream, const char *path, unsigned *mode, struct error *err)
    __attribute__((warn_unused_result));

void input_close(FILE *stream); /* may be NULL */

/* Read the end of a file that a program has left: its last bytes, at most size of them, *cut where there were more.
 * Nothing but a file is waited for. path: relative to folder. Ranks: local. False with errno. */
bool input_end(const char *folder, const char *path, char *bytes, size_t size, size_t *got, bool *cut);

#endif
