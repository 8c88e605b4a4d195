/* SPDX-License-Identifier: BSD-3-Clause */
/* Files that grow in place; see append.h. */
#include "base/append.h"

#include "base/file.h"
#include "base/syncer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ATTEMPTS = 16 };

struct append {
    int fd;
    char *path; /* as given, for error lines */
    bool locked;
    uint64_t size;
    struct syncer *syncer; /* made when it is first needed */
};

/* Whether path still names the file that is open: another process may have put a new one there. */
static bool still_there(int fd, const char *path)
{
    struct stat ours, theirs;
    return fstat(fd, &ours) == 0 && lstat(path, &theirs) == 0 && ours.st_dev == theirs.st_dev &&
           ours.st_ino == theirs.st_ino;
}

static enum status in_use(int fd, const char *path, struct error *err)
{
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    if (fcntl(fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK && lock.l_pid > 0)
        return error_set(err, STATUS_IO, "%s is in use by process %ld; wait for its end, or choose another place",
                         path, (long)lock.l_pid);
    return error_set(err, STATUS_IO, "%s is in use by another process; wait for its end, or choose another place",
                     path);
}

static enum status take_lock(struct append *append, struct error *err)
{
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET}; /* the whole file */
    append->locked = fcntl(append->fd, F_SETLK, &lock) == 0;
    if (append->locked)
        return STATUS_OK;
    if (errno == EACCES || errno == EAGAIN)
        return in_use(append->fd, append->path, err);
    /* Some network file systems have no locks; keeping to one run at a time is then up to the user. */
    if (errno == ENOLCK || errno == ENOSYS || errno == ENOTSUP || errno == EOPNOTSUPP)
        return STATUS_OK;
    return file_error(err, "lock", append->path, errno);
}

/* Open the file at append->path, also when another takes its place meanwhile, which happens once in a while: an earlier
 * run repairs its journal. */
static enum status open_locked(struct append *append, enum append_mode mode, struct error *err)
{
    /* O_NONBLOCK: a named pipe must not make us wait; regular files do not mind. */
    const int flags = O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | (mode == APPEND_READ ? O_RDONLY : O_RDWR | O_APPEND);
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        append->fd = open(append->path, flags | (mode == APPEND_CREATE ? O_CREAT : 0), 0666);
        if (append->fd < 0)
            return file_error(err, "open", append->path, errno);
        struct stat info;
        if (fstat(append->fd, &info) != 0)
            return file_error(err, "look at", append->path, errno);
        if (!S_ISREG(info.st_mode))
            return error_set(err, STATUS_IO, "%s is no regular file; choose another place", append->path);
        if (mode == APPEND_READ)
            return STATUS_OK;
        enum status status = take_lock(append, err);
        if (status != STATUS_OK || still_there(append->fd, append->path))
            return status;
        discard(close(append->fd));
        append->fd = -1;
    }
    return error_set(err, STATUS_IO, "%s is replaced again and again; end what does so, or choose another place",
                     append->path);
}

static void release(struct append *append)
{
    if (append->fd >= 0)
        discard(close(append->fd));
    free(append->path);
    free(append);
}

enum status append_open(struct append **result, const char *path, enum append_mode mode, struct error *err)
{
    *result = NULL;
    struct append *append = malloc(sizeof *append);
    if (!append)
        return error_memory(err, "a file");
    *append = (struct append){.fd = -1, .path = strdup(path)};
    struct stat info;
    enum status status = append->path ? open_locked(append, mode, err) : error_memory(err, "a path");
    if (status == STATUS_OK && fstat(append->fd, &info) != 0)
        status = file_error(err, "look at", path, errno);
    if (status == STATUS_OK && mode == APPEND_CREATE && info.st_size == 0)
        status = file_sync_folder(path, err);
    if (status != STATUS_OK) {
        release(append);
        return status;
    }
    append->size = (uint64_t)info.st_size;
    *result = append;
    return STATUS_OK;
}

uint64_t append_size(const struct append *append)
{
    return append->size;
}

void append_identity(const struct append *append, uint64_t *id)
{
    struct stat info = {0};
    discard(fstat(append->fd, &info)); /* it succeeded when the file was opened */
    id[0] = (uint64_t)info.st_dev;
    id[1] = (uint64_t)info.st_ino;
}

bool append_in_use(const struct append *append)
{
    struct flock lock = {.l_type = F_RDLCK, .l_whence = SEEK_SET}; /* which the lock of a writer would refuse */
    return fcntl(append->fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

bool append_locked(const struct append *append)
{
    return append->locked;
}

bool append_intact(const struct append *append)
{
    struct stat info;
    return still_there(append->fd, append->path) && fstat(append->fd, &info) == 0 &&
           (uint64_t)info.st_size == append->size;
}

ssize_t append_read(const struct append *append, void *bytes, size_t size, uint64_t offset, struct error *err)
{
    for (;;) {
        ssize_t got = pread(append->fd, bytes, size, (off_t)offset);
        if (got >= 0)
            return got;
        if (errno != EINTR) {
            discard(file_error(err, "read", append->path, errno));
            return -1;
        }
    }
}

enum status append_cut(struct append *append, uint64_t size, struct error *err)
{
    if (ftruncate(append->fd, (off_t)size) != 0)
        return file_error(err, "cut", append->path, errno);
    append->size = size;
    return append_sync(append, err);
}

enum status append_write(struct append *append, const void *bytes, size_t size, struct error *err)
{
    if (!file_write_all(append->fd, bytes, size)) {
        enum status status = file_error(err, "write", append->path, errno);
        discard(ftruncate(append->fd, (off_t)append->size)); /* if this fails too, the reader cuts it off */
        return status;
    }
    append->size += size;
    return STATUS_OK;
}

enum status append_sync(struct append *append, struct error *err)
{
    const int error = append->syncer ? syncer_wait(append->syncer) : 0;
    if (error)
        return file_error(err, "sync", append->path, error);
    return file_sync_all(append->fd) ? STATUS_OK : file_error(err, "sync", append->path, errno);
}

enum status append_sync_begin(struct append *append, struct error *err)
{
    if (!append->syncer)
        append->syncer = syncer_create(append->fd);
    if (!append->syncer) /* slower, and as good */
        return append_sync(append, err);
    syncer_start(append->syncer);
    return STATUS_OK;
}

enum status append_sync_look(struct append *append, bool *over, struct error *err)
{
    int error = 0;
    *over = !append->syncer || syncer_idle(append->syncer, &error);
    return *over && error ? file_error(err, "sync", append->path, error) : STATUS_OK;
}

enum status append_close(struct append *append, struct error *err)
{
    if (!append)
        return STATUS_OK;
    int fd = append->fd;
    syncer_destroy(append->syncer);
    append->syncer = NULL;
    append->fd = -1;
    enum status status = close(fd) == 0 ? STATUS_OK : file_error(err, "close", append->path, errno);
    release(append);
    return status;
}
