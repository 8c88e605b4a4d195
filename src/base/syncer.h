/* SPDX-License-Identifier: BSD-3-Clause */
/* A thread that does nothing but fsync one open file, so that its owner goes on meanwhile: a slow disk or file server
 * can take seconds for it. */
#ifndef NSURF_BASE_SYNCER_H
#define NSURF_BASE_SYNCER_H

#include <stdbool.h>

struct syncer;

/* NULL when there is no memory or no thread to be had: then the owner syncs by itself. fd must outlive the syncer.
 * Owns: the caller, who calls syncer_destroy. Ranks: local. */
struct syncer *syncer_create(int fd);

/* Begin to sync what was written so far; returns at once. The one before must be over. */
void syncer_start(struct syncer *syncer);

/* Whether nothing is being synced. Then *error is what the latest sync ended with, 0 or an error number. */
bool syncer_idle(struct syncer *syncer, int *error);

/* Wait until that is so; returns the error. */
int syncer_wait(struct syncer *syncer);

/* Wait, end the thread, free. syncer may be NULL. */
void syncer_destroy(struct syncer *syncer);

#endif
