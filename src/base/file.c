/* SPDX-License-Identifier: BSD-3-Clause */
/* Atomic replacement of files; see file.h. It knows bytes and paths, never what they mean. */
#define _DEFAULT_SOURCE /* getentropy */
#include "base/file.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    BUFFER = 1 << 16,    /* one write(2) for many small pieces; larger brings nothing on local disks */
    TEMP_ATTEMPTS = 16,  /* names of 64 random bits: one that is taken is no accident */
    TEMP_MARK = 5,       /* bytes of ".tmp-" */
    TEMP_DIGITS = 16,    /* hexadecimal */
    TEMP_SUFFIX = TEMP_MARK + TEMP_DIGITS
};
static const char temp_mark[] = ".tmp-";

struct file {
    int folder, fd;
    char *path;         /* as given, for error lines */
    const char *name;   /* its last part, relative to folder */
    char *temp;         /* name of the temporary file, relative to folder */
    const char *step;   /* the first step that failed, or NULL */
    int error_number;   /* its errno */
    struct digest *tap; /* or NULL */
    size_t used;
    unsigned char buffer[BUFFER];
};

/* What the user can do about an errno. */
static const char *advice(int error_number)
{
    switch (error_number) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
        return "make room or raise the limit, and run again";
    case ENOENT:
        return "create the folder first";
    case EACCES:
    case EPERM:
    case EROFS:
    case EISDIR:
    case ENOTDIR:
    case ENAMETOOLONG:
    case ELOOP: /* a symbolic link, where none is followed */
        return "choose another place or name";
    default:
        return "see to the disk, or choose another place";
    }
}

enum status file_error(struct error *err, const char *step, const char *path, int error_number)
{
    return error_set(err, STATUS_IO, "cannot %s %s: %s; %s", step, path, strerror(error_number),
                     advice(error_number));
}

/* Open the folder of path; *name receives the last part of path. Returns -1 with errno. */
static int open_folder(const char *path, const char **name)
{
    const char *slash = strrchr(path, '/');
    *name = slash ? slash + 1 : path;
    if (**name == '\0') {
        errno = *path ? EISDIR : ENOENT;
        return -1;
    }
    if (!slash)
        return open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    size_t length = slash == path ? 1 : (size_t)(slash - path);
    char *folder = strndup(path, length);
    if (!folder)
        return -1;
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int error_number = errno;
    free(folder);
    errno = error_number;
    return fd;
}

enum status file_name(char **name, const char *prefix, const char *ending, struct error *err)
{
    const size_t size = strlen(prefix) + strlen(ending) + 1;
    *name = malloc(size);
    if (!*name)
        return error_memory(err, "the name of a file");
    discard(snprintf(*name, size, "%s%s", prefix, ending));
    return STATUS_OK;
}

static void keep_failure(struct file *file, const char *step)
{
    if (!file->step) {
        file->step = step;
        file->error_number = errno;
    }
}

/* O_EXCL follows no symbolic link and opens no file that exists; an unpredictable name keeps two runs apart. */
static bool open_temp(struct file *file)
{
    size_t size = strlen(file->name) + TEMP_SUFFIX + 1;
    for (int attempt = 0; attempt < TEMP_ATTEMPTS; attempt++) {
        uint64_t random;
        if (getentropy(&random, sizeof random) != 0)
            return false;
        discard(snprintf(file->temp, size, "%s%s%016llx", file->name, temp_mark, (unsigned long long)random));
        file->fd = openat(file->folder, file->temp, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
        if (file->fd >= 0 || errno != EEXIST)
            break;
    }
    return file->fd >= 0;
}

static void release(struct file *file)
{
    if (file->folder >= 0)
        discard(close(file->folder));
    free(file->temp);
    free(file->path);
    free(file);
}

/* What a file may take the place of: nothing, a file, or a link to one. */
static enum status check_place(const char *path, struct error *err)
{
    struct stat info;
    if (stat(path, &info) != 0 || S_ISREG(info.st_mode))
        return STATUS_OK; /* what else is wrong shows when the file is created */
    if (S_ISDIR(info.st_mode))
        return file_error(err, "write", path, EISDIR);
    return error_set(err, STATUS_IO, "%s is no regular file, and is not replaced by one; choose another place or name",
                     path);
}

enum status file_create(struct file **result, const char *path, struct error *err)
{
    *result = NULL;
    const enum status place = check_place(path, err);
    if (place)
        return place;
    struct file *file = malloc(sizeof *file);
    if (!file)
        return error_memory(err, "writing a file");
    *file = (struct file){.folder = -1, .fd = -1, .path = strdup(path), .temp = malloc(strlen(path) + TEMP_SUFFIX + 1)};
    if (!file->path || !file->temp) {
        release(file);
        return error_memory(err, "writing a file");
    }
    file->folder = open_folder(file->path, &file->name);
    const char *step = file->folder < 0 ? "open the folder of" : open_temp(file) ? NULL : "create a file beside";
    if (step) {
        enum status status = file_error(err, step, path, errno);
        release(file);
        return status;
    }
    *result = file;
    return STATUS_OK;
}

bool file_write_all(int fd, const void *bytes, size_t size)
{
    const unsigned char *at = bytes;
    while (size > 0) {
        /* Linux writes at most 0x7ffff000 bytes at a time; others fail above INT_MAX. */
        ssize_t written = write(fd, at, size < INT_MAX / 2 ? size : INT_MAX / 2);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0) {
            if (written == 0)
                errno = EIO;
            return false;
        }
        at += written;
        size -= (size_t)written;
    }
    return true;
}

bool file_sync_all(int fd)
{
    int result;
    do
        result = fsync(fd);
    while (result != 0 && errno == EINTR);
    return result == 0;
}

static void flush(struct file *file)
{
    if (!file->step && !file_write_all(file->fd, file->buffer, file->used))
        keep_failure(file, "write");
    file->used = 0;
}

void file_tap(struct file *file, struct digest *digest)
{
    file->tap = digest;
}

void file_write(struct file *file, const void *bytes, size_t size)
{
    if (file->step || size == 0)
        return;
    if (file->tap)
        digest_update(file->tap, bytes, size);
    if (size > BUFFER - file->used)
        flush(file);
    if (size >= BUFFER) {
        if (!file->step && !file_write_all(file->fd, bytes, size))
            keep_failure(file, "write");
        return;
    }
    memcpy(file->buffer + file->used, bytes, size);
    file->used += size;
}

void file_printf(struct file *file, const char *format, ...)
{
    char text[1024];
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int length = vsnprintf(text, sizeof text, format, args);
    if (length < 0) {
        keep_failure(file, "format");
    } else if ((size_t)length < sizeof text) {
        file_write(file, text, (size_t)length);
    } else {
        char *longer = malloc((size_t)length + 1);
        if (longer && vsnprintf(longer, (size_t)length + 1, format, again) == length)
            file_write(file, longer, (size_t)length);
        else
            keep_failure(file, "format");
        free(longer);
    }
    va_end(again);
    va_end(args);
}

/* Some file systems cannot sync a folder and say EINVAL; their rename is then as durable as it gets. */
static bool sync_folder(int folder)
{
    return file_sync_all(folder) || errno == EINVAL;
}

enum status file_sync_folder(const char *path, struct error *err)
{
    const char *name;
    const int folder = open_folder(path, &name);
    enum status status = STATUS_OK;
    if (folder < 0 || !sync_folder(folder))
        status = file_error(err, "sync the folder of", path, errno);
    if (folder >= 0)
        discard(close(folder));
    return status;
}

enum status file_commit(struct file *file, struct error *err)
{
    flush(file);
    if (!file->step && !file_sync_all(file->fd))
        keep_failure(file, "sync");
    if (close(file->fd) != 0)
        keep_failure(file, "close");
    if (!file->step && renameat(file->folder, file->temp, file->folder, file->name) != 0)
        keep_failure(file, "rename the new file to");
    enum status status = STATUS_OK;
    if (file->step) {
        discard(unlinkat(file->folder, file->temp, 0));
        status = file_error(err, file->step, file->path, file->error_number);
    } else if (!sync_folder(file->folder)) {
        status = file_error(err, "sync the folder of", file->path, errno);
    }
    release(file);
    return status;
}

void file_abort(struct file *file)
{
    if (!file)
        return;
    discard(close(file->fd));
    discard(unlinkat(file->folder, file->temp, 0));
    release(file);
}

enum status file_put(const char *path, const void *bytes, size_t size, struct error *err)
{
    struct file *file;
    const enum status status = file_create(&file, path, err);
    if (status)
        return status;
    file_write(file, bytes, size);
    return file_commit(file, err);
}

enum status file_probe(const char *path, struct error *err)
{
    struct file *file;
    enum status status = file_create(&file, path, err);
    if (status == STATUS_OK)
        file_abort(file);
    return status;
}

enum status file_remove(const char *path, struct error *err)
{
    return unlink(path) == 0 || errno == ENOENT ? STATUS_OK : file_error(err, "remove", path, errno);
}

/* The name of a temporary file of NAME and one of the endings, to the letter: others belong to others. */
static bool is_temporary(const char *entry, const char *name, const char *const *endings, size_t count)
{
    const size_t length = strlen(name);
    if (strncmp(entry, name, length) != 0)
        return false;
    for (size_t e = 0; e < count; e++) {
        const size_t ending = strlen(endings[e]);
        if (strncmp(entry + length, endings[e], ending) != 0)
            continue;
        const char *const suffix = entry + length + ending;
        if (strlen(suffix) == TEMP_SUFFIX && strncmp(suffix, temp_mark, TEMP_MARK) == 0 &&
            strspn(suffix + TEMP_MARK, "0123456789abcdef") == TEMP_DIGITS)
            return true;
    }
    return false;
}

enum status file_remove_temporaries(const char *prefix, const char *const *endings, size_t count, struct error *err)
{
    const char *name;
    const int folder = open_folder(prefix, &name);
    DIR *const entries = folder < 0 ? NULL : fdopendir(folder); /* takes folder over */
    if (!entries) {
        const enum status status = file_error(err, "open the folder of", prefix, errno);
        if (folder >= 0)
            discard(close(folder));
        return status;
    }
    for (const struct dirent *entry; (entry = readdir(entries)) != NULL;)
        if (is_temporary(entry->d_name, name, endings, count))
            discard(unlinkat(folder, entry->d_name, 0)); /* one that stays does no harm */
    discard(closedir(entries));
    return STATUS_OK;
}

bool file_exists(const char *path)
{
    struct stat info;
    return lstat(path, &info) == 0;
}

bool file_holds(const char *path)
{
    struct stat info;
    return lstat(path, &info) == 0 && !(S_ISREG(info.st_mode) && info.st_size == 0);
}

bool file_same(const char *one, const char *other)
{
    struct stat first, second;
    return stat(one, &first) == 0 && stat(other, &second) == 0 && first.st_dev == second.st_dev &&
           first.st_ino == second.st_ino;
}
