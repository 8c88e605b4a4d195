/* SPDX-License-Identifier: BSD-3-Clause */
/* The one line that tells an error to the user. Only main, rank 0 and the handler of message-passing errors speak. */
#ifndef NSURF_BASE_LOG_H
#define NSURF_BASE_LOG_H

/* "nsurf: " and the text as a line on standard error, in a single write, so that lines of several processes never
 * mix. */
void log_line(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The same in lines of at most 80 columns, broken between words, for text that people read. */
void log_words(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
