/* SPDX-License-Identifier: BSD-3-Clause */
/* The report of a run as a file, PREFIX.run.json: the one file that differs from run to run. It knows how to write the
 * figures, never how they were measured. */
#ifndef NSURF_STORE_RUN_JSON_H
#define NSURF_STORE_RUN_JSON_H

#include "base/error.h"
#include "sweep/report.h"

/* Write the report as JSON. A figure that is not finite becomes null. Ranks: rank 0.
 * Errors: STATUS_IO with the path and the step that failed (an old file is then untouched); STATUS_INTERNAL. */
enum status run_json_write(const struct run_report *report, const char *path, struct error *err)
    __attribute__((warn_unused_result));

#endif
