/* SPDX-License-Identifier: BSD-3-Clause */
/* Errors are values. A function that can fail returns a status and writes the one line that the user will read into
 * the caller's struct error: what went wrong, where (file, line, column or option), and what to do. Main prints it;
 * what is told on the way, such as a lost worker, goes through base/log.h. */
#ifndef NSURF_BASE_ERROR_H
#define NSURF_BASE_ERROR_H

/* The program's exit codes; all stay below 125, so that mpirun and shells hand them on unchanged. */
enum status {
    STATUS_OK = 0,        /* complete */
    STATUS_INCOMPLETE = 1,/* complete, but some trainings failed, or all diverged */
    STATUS_USAGE = 64,    /* an option that makes no sense */
    STATUS_DATA = 65,     /* a data set, journal or result file that makes no sense */
    STATUS_INTERNAL = 70, /* out of memory, or a defect of the program */
    STATUS_MPI = 71,      /* the message passing failed */
    STATUS_IO = 74,       /* reading or writing a file failed */
    STATUS_STOPPED = 75   /* stopped early; the same command resumes */
};

struct error {
    enum status status;
    char text[480];
};

/* Write the text into err and return status, so that failing is one expression. Names and values may be of any length
 * and hold any bytes, see printable.h. err may be NULL. Ranks: local. */
enum status error_set(struct error *err, enum status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same for out of memory, naming what the memory was for. */
enum status error_memory(struct error *err, const char *what);

/* For a result that is of no interest, where the compiler insists on it being looked at. */
static inline void discard(long result)
{
    (void)result;
}

#endif
