/* SPDX-License-Identifier: BSD-3-Clause */
/* Files that grow in place: opened and locked for one process at a time, read, cut and appended to. What is synced is
 * there after a power cut. It knows bytes, never lines. */
#ifndef NSURF_BASE_APPEND_H
#define NSURF_BASE_APPEND_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct append;

enum append_mode {
    APPEND_READ,  /* an existing file, to read alone, without a lock */
    APPEND_CREATE /* read and write, made when it is missing, locked until append_close */
};

/* Open a regular file; a symbolic link is not followed. The lock is fcntl's: advisory, gone when the process ends, and
 * seen by other hosts where the file system can do that; on one that has no locks at all none is taken.
 * Owns: the caller, who calls append_close. Ranks: rank 0.
 * Errors: STATUS_IO, naming the step; also when another process has the lock, naming that process. STATUS_INTERNAL. */
enum status append_open(struct append **append, const char *path, enum append_mode mode, struct error *err)
    __attribute__((warn_unused_result));

/* Bytes in the file. */
uint64_t append_size(const struct append *append);

/* Which file it is: its device and its number there. id: [2]. */
void append_identity(const struct append *append, uint64_t *id);

/* Whether another process has it locked, as far as this file system tells. */
bool append_in_use(const struct append *append);

/* Whether it is locked against other processes: not on a file system without locks, and not with APPEND_READ. */
bool append_locked(const struct append *append);

/* Whether the file still stands at its path, with as many bytes as were read or written: it is advisory locks that
 * keep others away. Ranks: local. */
bool append_intact(const struct append *append);

/* Read up to size bytes at offset. Returns how many, 0 at the end, -1 with err set (STATUS_IO). */
ssize_t append_read(const struct append *append, void *bytes, size_t size, uint64_t offset, struct error *err);

/* Keep only the first size bytes. Errors: STATUS_IO. */
enum status append_cut(struct append *append, uint64_t size, struct error *err) __attribute__((warn_unused_result));

/* Write at the end. When it fails, what came to be written is cut off again. Errors: STATUS_IO. */
enum status append_write(struct append *append, const void *bytes, size_t size, struct error *err)
    __attribute__((warn_unused_result));

/* Put all that was written on the disk. After a failure it is not known what is there: open the file again.
 * Errors: STATUS_IO. */
enum status append_sync(struct append *append, struct error *err) __attribute__((warn_unused_result));

/* Begin the same and return at once; the one begun before must be over. Errors: STATUS_IO. */
enum status append_sync_begin(struct append *append, struct error *err) __attribute__((warn_unused_result));

/* Whether what append_sync_begin began is over: *over. Errors: STATUS_IO, how it ended. */
enum status append_sync_look(struct append *append, bool *over, struct error *err)
    __attribute__((warn_unused_result));

/* Unlock, close and free. append may be NULL. Errors: STATUS_IO. */
enum status append_close(struct append *append, struct error *err);

#endif
