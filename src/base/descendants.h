/* SPDX-License-Identifier: BSD-3-Clause */
/* All processes that descend from this one, also where their parents are gone. On Linux. */
#ifndef NSURF_BASE_DESCENDANTS_H
#define NSURF_BASE_DESCENDANTS_H

#include <stdbool.h>

/* From here on this process is the parent of what its descendants leave behind. Ranks: local. */
void descendants_adopt(void);

/* Bury those that have ended. *status: how the process `pid` ended, when *ended becomes true. Returns whether any
 * descendant is left. */
bool descendants_bury(long pid, bool *ended, int *status);

/* Send all of them a signal. */
void descendants_signal(int number);

#endif
