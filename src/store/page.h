/* SPDX-License-Identifier: BSD-3-Clause */
/* The page of `nsurf report`: plots/report.html, which is a part of the program, with D3 and a surface packed into it.
 * It needs no network and no other file. It knows nothing of what the page shows. */
#ifndef NSURF_STORE_PAGE_H
#define NSURF_STORE_PAGE_H

#include "base/error.h"
#include "store/surface_json.h"

/* Write the page to path, whole or not at all; the same surface, D3 and zlib give the same bytes. d3: D3's file
 * d3.min.js, version 5 or later; NULL: where Debian has it. Ranks: local. Errors: STATUS_USAGE, there is no such file,
 * or it is no D3; STATUS_IO; STATUS_INTERNAL. */
enum status page_write(const char *path, const struct surface_source *source, const char *d3, struct error *err)
    __attribute__((warn_unused_result));

/* Whether a page of nsurf stands at path: its first line says so. */
bool page_is_there(const char *path);

#endif
