/* SPDX-License-Identifier: BSD-3-Clause */
/* Making way for others on the same processor. No outcome ever depends on it. */
#ifndef NSURF_BASE_PRIORITY_H
#define NSURF_BASE_PRIORITY_H

enum { PRIORITY_STEPS = 19 }; /* from where a process usually is down to the bottom */

/* Take `steps` steps down; steps below the bottom are not there to be taken. launcher: the process whose descendants
 * are the other ranks, 0 when there are none. Ranks: local. */
void priority_lower(int steps, long launcher);

/* Give the session back what was taken from it. The process itself stays below. Ranks: local. */
void priority_restore(void);

#endif
