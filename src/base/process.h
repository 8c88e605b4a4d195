/* SPDX-License-Identifier: BSD-3-Clause */
/* What a process has to be before it does anything. */
#ifndef NSURF_BASE_PROCESS_H
#define NSURF_BASE_PROCESS_H

/* Let what cannot be written be an error, where it would end the process (beyond `ulimit -f`, to a pipe that nobody
 * reads) or go into a file that was opened under the number of a standard stream that is closed. To be called first of
 * all. Ranks: local. */
void process_prepare(void);

#endif
