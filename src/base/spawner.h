/* SPDX-License-Identifier: BSD-3-Clause */
/* A process that runs programs for this one, one at a time, and never does anything else. It is split off before MPI
 * starts, so that no process that has initialised MPI ever forks, and no program inherits what MPI opened. A program
 * has a session of its own; what it writes is read always, and its end kept; and nothing that descends from it outlives
 * it, nor this process, however either ends. It knows nothing of what the programs are for. */
#ifndef NSURF_BASE_SPAWNER_H
#define NSURF_BASE_SPAWNER_H

#include "base/error.h"
#include "base/folder.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes that are kept of what a program writes, from its end. */
enum { SPAWNER_OUTPUT = 1 << 18, SPAWNER_ERRORS = 4096 };

struct spawner;

struct spawner_settings {
    const char *const *keep; /* [keep_count], see environment.h */
    size_t keep_count;
    uint32_t nice; /* steps to lower the programs' priority */
};

/* Split it off. This process must have one thread. Owns: the caller, who calls spawner_stop. Ranks: local.
 * Errors: STATUS_INTERNAL. */
enum status spawner_start(struct spawner **spawner, const struct spawner_settings *settings, struct error *err)
    __attribute__((warn_unused_result));

/* End what runs, and the spawner: SIGTERM, and SIGKILL 5 s later, for which nobody waits here; where nothing runs, wait
 * until all that it made is removed. spawner may be NULL. */
void spawner_stop(struct spawner *spawner);

/* What each program finds on its standard input, from the beginning; nothing without. Errors: STATUS_INTERNAL. */
enum status spawner_input(struct spawner *spawner, const void *bytes, size_t size, struct error *err)
    __attribute__((warn_unused_result));

/* Each program from here on has a folder of its own, fresh and empty, in that of the run on this node (see folder.h),
 * and finds its path as NSURF_FOLDER and TMPDIR in its environment; the latter unless `keep` of the settings names it.
 * id: of the run. kept: some of them may stay. held: the folder of the run has more in it, which is to stay for as long
 * as the spawner. Errors: STATUS_INTERNAL. */
enum status spawner_folders(struct spawner *spawner, const char *id, bool kept, bool held, struct error *err)
    __attribute__((warn_unused_result));

/* A program to run: texts that end with a zero byte, one after the other. */
struct spawner_job {
    const char *words, *variables; /* the first word is the program; NAME=VALUE, in addition to the environment */
    size_t words_size, words_count, variables_size, variables_count;
    double timeout_s; /* then it is ended; infinite for never */
    const char *folder; /* where it stays, its folder's name begins with this; NULL: it has none */
    bool inside;        /* its current directory is that folder */
    bool goes;          /* the folder is removed when the program has ended, without spawner_settle */
};

/* Start it; none must be running. Errors: STATUS_INTERNAL when the spawner is gone. */
enum status spawner_run(struct spawner *spawner, const struct spawner_job *job, struct error *err)
    __attribute__((warn_unused_result));

enum spawner_how {
    SPAWNER_EXITED,   /* code: its exit code */
    SPAWNER_KILLED,   /* code: the signal */
    SPAWNER_TIMEOUT,  /* it was ended */
    SPAWNER_NOTHING,  /* it could not be started; code: errno */
    SPAWNER_NO_FOLDER /* no folder could be made for it; code: errno */
};

struct spawner_end {
    enum spawner_how how;
    int code;
    double seconds;
    uint64_t written;              /* bytes on standard output, of which the last stand in output */
    size_t output_size, errors_size;
    const char *output, *errors;   /* of the spawner, until the next spawner_run; not ended by a zero byte */
    char folder[FOLDER_PATH], stays[FOLDER_PATH]; /* its folder until spawner_settle, and where it may stay; or empty */
};

/* Wait at most so long for the end of the program; *ended tells whether it came. Errors: STATUS_INTERNAL when the
 * spawner is gone. */
enum status spawner_wait(struct spawner *spawner, double wait_s, bool *ended, struct spawner_end *end,
                         struct error *err) __attribute__((warn_unused_result));

/* After the end of a program: remove its folder, or let it stay. Errors: STATUS_INTERNAL when the spawner is gone. */
enum status spawner_settle(struct spawner *spawner, bool keep, struct error *err) __attribute__((warn_unused_result));

/* Wait at most so long until spawner_wait has something to do for one of several. spawners: [count] */
void spawner_wait_any(struct spawner *const *spawners, size_t count, double wait_s);

#endif
