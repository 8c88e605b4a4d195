/* SPDX-License-Identifier: BSD-3-Clause */
/* Files: the only place that opens, writes, syncs and renames.
 *
 * A result file is the old one or the new one, whole. file_create opens a temporary file beside the target; file_commit
 * writes it out, syncs, closes, renames it over the target and syncs the folder; anything that fails on the way, or
 * file_abort, removes the temporary file and leaves the target as it was. */
#ifndef NSURF_BASE_FILE_H
#define NSURF_BASE_FILE_H

#include "base/digest.h"
#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

struct file;

/* The name PREFIX and ending. Owns: the caller, who calls free(). Ranks: local. Errors: STATUS_INTERNAL. */
enum status file_name(char **name, const char *prefix, const char *ending, struct error *err)
    __attribute__((warn_unused_result));

/* Open a temporary file PATH.tmp-<16 hexadecimal digits> beside path (same folder, exclusive, symbolic links not
 * followed, mode 0666 less the umask). Only a sudden end of the process before file_commit leaves it behind. A folder,
 * pipe or device at path, or a link to one, is refused: a file shall not take its place.
 * Owns: the caller, until file_commit or file_abort. Ranks: rank 0.
 * Errors: STATUS_IO, naming the step and path; STATUS_INTERNAL out of memory. */
enum status file_create(struct file **file, const char *path, struct error *err) __attribute__((warn_unused_result));

/* Append size bytes, buffered. The first failure is kept and reported by file_commit, so that a writer of many small
 * pieces needs no check at each. */
void file_write(struct file *file, const void *bytes, size_t size);

/* The same for text. A number that is not whole comes from number_text, which knows no locale. */
void file_printf(struct file *file, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* From now on, add what is written to digest too. digest must outlive the file. */
void file_tap(struct file *file, struct digest *digest);

/* Put the file in place of its target, or leave the target as it was and say which step failed. Frees file.
 * Errors: STATUS_IO; when only the folder could not be synced, the new file stands but may not outlive a power cut. */
enum status file_commit(struct file *file, struct error *err) __attribute__((warn_unused_result));

/* Give up: remove the temporary file. file may be NULL. Frees file. */
void file_abort(struct file *file);

/* A whole file of these bytes, by file_create and file_commit. Ranks: rank 0. Errors: theirs. */
enum status file_put(const char *path, const void *bytes, size_t size, struct error *err)
    __attribute__((warn_unused_result));

/* Create and at once remove a file beside path, to learn before hours of training whether results can be kept there.
 * Errors: STATUS_IO. */
enum status file_probe(const char *path, struct error *err) __attribute__((warn_unused_result));

/* Take away what stands at path, if anything does. Errors: STATUS_IO. */
enum status file_remove(const char *path, struct error *err) __attribute__((warn_unused_result));

/* Take away the temporary files that killed processes have left of PREFIX and each of these endings: no process may be
 * writing them. endings: [count]. Errors: STATUS_IO, when the folder cannot be read. */
enum status file_remove_temporaries(const char *prefix, const char *const *endings, size_t count, struct error *err)
    __attribute__((warn_unused_result));

/* Whether something stands at path; whether that is more than an empty file; whether both names lead to one file. */
bool file_exists(const char *path);
bool file_holds(const char *path);
bool file_same(const char *one, const char *other);

/* For the files that grow in place (see append.h): write(2) until all is written; false with errno. */
bool file_write_all(int fd, const void *bytes, size_t size);

/* … and fsync(2), whatever signals come meanwhile; false with errno. */
bool file_sync_all(int fd);

/* Sync the folder that path lies in: a new file's name must outlive a power cut as its content does.
 * Errors: STATUS_IO, STATUS_INTERNAL. */
enum status file_sync_folder(const char *path, struct error *err) __attribute__((warn_unused_result));

/* Write the error line of a failed step ("open", "sync") at path, with advice by errno; returns STATUS_IO. */
enum status file_error(struct error *err, const char *step, const char *path, int error_number);

#endif
