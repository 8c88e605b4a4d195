/* SPDX-License-Identifier: BSD-3-Clause */
/* The wish to stop: SIGTERM, SIGINT, SIGHUP and SIGUSR1 set a flag; SIGUSR2 sets another, for a look
 * at what is there so far. What stopping means is up to those who look. */
#ifndef NSURF_BASE_STOP_H
#define NSURF_BASE_STOP_H

#include <stdbool.h>

/* Until stop_listen, while nothing is there to complete: these signals call `leave`, in the handler, to end the process
 * at once; SIGUSR2 is kept for later. Ignored ones stay so. Ranks: local. */
void stop_at_once(void (*leave)(int signal));

/* Watch for these signals from now on. SIGHUP or SIGINT that were ignored at the start (nohup, background jobs) stay
 * ignored. A second SIGINT ends the process at once. Ranks: local. */
void stop_listen(void);

/* Whether SIGUSR2 has asked for partial result files since the last call. */
bool stop_wants_partial(void);

/* The first signal that asked to stop, 0 when none has. */
int stop_signal(void);

/* Its name, for people: "SIGTERM". */
const char *stop_signal_name(int signal);

#endif
