/* SPDX-License-Identifier: BSD-3-Clause */
/* The forms of the surface, as bytes for a file that the caller opened and will commit or abort; only surface.c asks
 * for them. A renderer keeps to the outcome table: nothing of the host, the time or the run enters a result file. */
#ifndef NSURF_STORE_RENDER_H
#define NSURF_STORE_RENDER_H

#include "base/error.h"
#include "base/file.h"
#include "sweep/ranking.h"
#include "sweep/table.h"

/* ranking: by the error that chooses unless the user does; NULL with one training a cell. Errors of all: what the file
 * itself does not report at file_commit. Ranks: rank 0. */
typedef enum status render(const struct table *table, const struct ranking *ranking, struct file *file,
                           struct error *err);

render render_tsv;  /* STATUS_INTERNAL: out of memory */
render render_dat;  /* the same */
render render_hdf5; /* STATUS_INTERNAL: the library failed, or out of memory */

#endif
