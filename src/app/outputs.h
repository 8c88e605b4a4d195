/* SPDX-License-Identifier: BSD-3-Clause */
/* What a command may write: none of the files that it reads, no earlier result unasked, and nothing where no file can
 * be. All of it is found out before hours of training. */
#ifndef NSURF_APP_OUTPUTS_H
#define NSURF_APP_OUTPUTS_H

#include "base/error.h"
#include "cli/options.h"
#include "program/program.h"

/* Of the report of a run, PREFIX.run.json. */
extern const char outputs_report_suffix[];

/* Refuse to write path where it is a file that the options name to be read, by whatever name. option: which one names
 * path, for the error line. Ranks: rank 0. Errors: STATUS_USAGE. */
enum status outputs_spare(const struct options *options, const char *option, const char *path, struct error *err)
    __attribute__((warn_unused_result));

/* The same for all files that a run writes or removes, and all that it reads: {file:NAME} of the program, too. program:
 * may be NULL. */
enum status outputs_spare_files(const struct options *options, const struct program *program, struct error *err)
    __attribute__((warn_unused_result));

/* A file to write can be written, is not read, and replaces none unasked. Ranks: rank 0.
 * Errors: STATUS_USAGE, STATUS_IO. */
enum status outputs_check_file(const struct options *options, const char *option, const char *path, struct error *err)
    __attribute__((warn_unused_result));

/* The same for the results of a run: those beside a journal are made from it again. Ranks: rank 0.
 * Errors: STATUS_USAGE, STATUS_IO. */
enum status outputs_check_run(const struct options *options, struct error *err) __attribute__((warn_unused_result));

/* Take away what killed runs have left of such files. Errors: STATUS_IO. */
enum status outputs_remove_temporaries(const char *prefix, struct error *err) __attribute__((warn_unused_result));

#endif
