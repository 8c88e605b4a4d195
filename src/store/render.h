/* SPDX-License-Identifier: BSD-3-Clause */
/* The forms of the surface, as bytes for a file that the caller opened and will commit or abort; only surface.c asks
 * for them. A renderer keeps to the outcome table: nothing of the host, the time or the run enters a result file. */
#ifndef NSURF_STORE_RENDER_H
#define NSURF_STORE_RENDER_H

#include "base/error.h"
#include "base/file.h"
#include "sweep/table.h"

/* Errors of all: what the file itself does not report at file_commit. Ranks: rank 0. */
typedef enum status render(const struct table *table, struct file *file, struct error *err);

render render_tsv;  /* never fails */
render render_dat;  /* never fails */
render render_hdf5; /* STATUS_INTERNAL: the library failed, or out of memory */

#endif
