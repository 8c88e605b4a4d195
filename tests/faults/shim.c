/* SPDX-License-Identifier: BSD-3-Clause */
/* A library for LD_PRELOAD in which the n-th call of one function fails, and no other: FAULT_CALL names the function,
 * FAULT_N says which call, counted from 1; FAULT_ERRNO the error. Of calls, only those that nsurf makes itself count:
 * files by their names (FAULT_PREFIX stands in it, or it is FAULT_FOLDER) and descriptors opened under such a name,
 * memory by the return address lying in the program. MPI and HDF5 open, close and allocate at will, differently from
 * run to run, so that the n-th call would mean nothing there. FAULT_LOG receives the name that the fault has struck.
 * With FAULT_GROWS the call is fsync, and fails only when its file does not grow within ten seconds while it waits:
 * then somebody stood still for it.
 * FAULT_DISORDER receives a line for what a power cut would undo: a file that is closed or renamed before fsync has
 * followed the last write, a folder that is not synced after the last rename or before a new journal is.
 * WITHOUT_MEMORY leaves memory alone, for programs that bring their own allocation. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <unistd.h>

/* The function behind ours. ISO C knows no cast from dlsym's result; this form is the one that POSIX gives. */
#define FIND(real, name) (*(void **)&(real) = dlsym(RTLD_NEXT, name))

enum { DESCRIPTORS = 1024, NAME = 128 };
static struct {
    bool ours;       /* opened under the prefix, or the folder of it */
    bool folder;     /* the latter */
    bool written;    /* to, ever */
    bool unsynced;   /* written to since the last fsync */
    char name[NAME]; /* as opened; the end of it */
} files[DESCRIPTORS];
static bool renamed, made; /* since the last fsync of the folder; made: not as a temporary file */
static long counted;

/* Append a line to the file that an environment variable names. */
static void note(const char *variable, const char *line)
{
    const char *const path = getenv(variable);
    int (*real_open)(const char *, int, ...), (*real_close)(int);
    ssize_t (*real_write)(int, const void *, size_t);
    FIND(real_open, "open");
    FIND(real_close, "close");
    FIND(real_write, "write");
    const int fd = path ? real_open(path, O_CREAT | O_WRONLY | O_APPEND, 0600) : -1;
    if (fd < 0)
        return;
    if (real_write(fd, line, strlen(line)) < 0 || real_write(fd, "\n", 1) < 0)
        abort();
    real_close(fd);
}

/* Whether this call of `call` is the one to fail; name: what it is about. */
static bool strikes(const char *call, const char *name)
{
    const char *const wanted = getenv("FAULT_CALL"), *const n = getenv("FAULT_N");
    if (!wanted || !n || strcmp(wanted, call) != 0 || ++counted != atol(n))
        return false;
    const char *const number = getenv("FAULT_ERRNO");
    note("FAULT_LOG", name);
    errno = number ? atoi(number) : EIO;
    return true;
}

static bool is_ours(int fd)
{
    return fd >= 0 && fd < DESCRIPTORS && files[fd].ours;
}

static bool is_folder(const char *path)
{
    const char *const folder = getenv("FAULT_FOLDER");
    return folder && strcmp(path, folder) == 0;
}

static bool named(const char *path)
{
    const char *const prefix = getenv("FAULT_PREFIX");
    return (prefix && strstr(path, prefix)) || is_folder(path);
}

static int opened(int fd, const char *path)
{
    if (fd < 0 || fd >= DESCRIPTORS)
        return fd;
    memset(&files[fd], 0, sizeof files[fd]);
    if (named(path)) {
        files[fd].ours = true;
        files[fd].folder = is_folder(path);
        const size_t length = strlen(path);
        strcpy(files[fd].name, length < NAME ? path : path + length - NAME + 1);
    }
    return fd;
}

/* Whether the file grows while its sync takes its time. */
static bool grows(int fd)
{
    struct stat before, now;
    if (!getenv("FAULT_GROWS") || fstat(fd, &before) != 0)
        return false;
    for (int n = 0; n < 1000; n++) {
        usleep(10000);
        if (fstat(fd, &now) == 0 && now.st_size > before.st_size)
            return true;
    }
    errno = EIO;
    return false;
}

/* fsync, by the function behind ours. What another thread writes meanwhile is unsynced. */
static int synced(int fd, int (*real)(int))
{
    const bool before = is_ours(fd) && files[fd].unsynced;
    if (is_ours(fd))
        files[fd].unsynced = false;
    const int result = real(fd);
    if (result != 0 && before)
        files[fd].unsynced = true;
    if (result == 0 && is_ours(fd)) {
        renamed = renamed && !files[fd].folder;
        made = made && !files[fd].folder;
        if (made && !strstr(files[fd].name, ".tmp-"))
            note("FAULT_DISORDER", "a new file is synced before its folder");
    }
    return result;
}

static int moved(const char *name, int result)
{
    if (!named(name))
        return result;
    for (int fd = 0; fd < DESCRIPTORS; fd++)
        if (files[fd].unsynced)
            note("FAULT_DISORDER", "renamed while something is unsynced");
    renamed = renamed || result == 0;
    return result;
}

__attribute__((destructor)) static void end(void)
{
    for (int fd = 0; fd < DESCRIPTORS; fd++)
        if (files[fd].unsynced)
            note("FAULT_DISORDER", "a file is unsynced at the end");
    if (renamed)
        note("FAULT_DISORDER", "the folder is unsynced at the end");
}

int open(const char *path, int flags, ...)
{
    static int (*real)(const char *, int, ...);
    if (!real)
        FIND(real, "open");
    va_list args;
    va_start(args, flags);
    const int mode = flags & O_CREAT ? va_arg(args, int) : 0;
    va_end(args);
    if (named(path) && strikes("open", path))
        return -1;
    made = made || (named(path) && flags & O_CREAT && access(path, F_OK) != 0);
    return opened(real(path, flags, mode), path);
}

int openat(int folder, const char *path, int flags, ...)
{
    static int (*real)(int, const char *, int, ...);
    if (!real)
        FIND(real, "openat");
    va_list args;
    va_start(args, flags);
    const int mode = flags & O_CREAT ? va_arg(args, int) : 0;
    va_end(args);
    return named(path) && strikes("open", path) ? -1 : opened(real(folder, path, flags, mode), path);
}

int close(int fd)
{
    static int (*real)(int);
    if (!real)
        FIND(real, "close");
    const bool mine = is_ours(fd);
    char name[NAME + sizeof " unwritten"] = "";
    if (mine) {
        strcpy(name, files[fd].name);
        strcat(name, files[fd].written ? "" : " unwritten");
        if (files[fd].unsynced)
            note("FAULT_DISORDER", "a file is closed unsynced");
    }
    opened(fd, "");
    const int result = real(fd); /* as in Linux: the descriptor is gone, whatever close says */
    return mine && strikes("close", name) ? -1 : result;
}

ssize_t write(int fd, const void *bytes, size_t size)
{
    static ssize_t (*real)(int, const void *, size_t);
    if (!real)
        FIND(real, "write");
    if (is_ours(fd))
        files[fd].written = files[fd].unsynced = true;
    if (!is_ours(fd) || !strikes("write", files[fd].name))
        return real(fd, bytes, size);
    const int number = errno;
    if (size > 1) /* as a disk does that fills up: a part is there already */
        return real(fd, bytes, size / 2) < 0 ? -1 : (errno = number, -1);
    return -1;
}

int fsync(int fd)
{
    static int (*real)(int);
    if (!real)
        FIND(real, "fsync");
    if (is_ours(fd) && strikes("fsync", files[fd].name) && !grows(fd))
        return -1;
    return synced(fd, real);
}

int fdatasync(int fd)
{
    static int (*real)(int);
    if (!real)
        FIND(real, "fdatasync");
    if (is_ours(fd) && strikes("fsync", files[fd].name) && !grows(fd))
        return -1;
    return synced(fd, real);
}

int renameat(int from, const char *old, int to, const char *new)
{
    static int (*real)(int, const char *, int, const char *);
    if (!real)
        FIND(real, "renameat");
    return named(new) && strikes("rename", new) ? -1 : moved(new, real(from, old, to, new));
}

int rename(const char *old, const char *new)
{
    static int (*real)(const char *, const char *);
    if (!real)
        FIND(real, "rename");
    return named(new) && strikes("rename", new) ? -1 : moved(new, real(old, new));
}

#ifndef WITHOUT_MEMORY
/* Whether the caller is the program itself. */
static bool from_program(const void *caller)
{
    Dl_info self;
    static const void *base;
    if (!base && dladdr((const void *)getauxval(AT_ENTRY), &self)) /* where the program begins */
        base = self.dli_fbase;
    Dl_info info;
    return base && dladdr(caller, &info) && info.dli_fbase == base;
}

/* Memory is looked at only when it is memory that fails: dladdr and dlsym may themselves allocate. */
static bool memory_strikes(const void *caller)
{
    static const char *wanted;
    static bool asked, busy;
    if (!asked) {
        asked = true;
        wanted = getenv("FAULT_CALL");
    }
    if (!wanted || busy || strcmp(wanted, "malloc") != 0)
        return false;
    busy = true;
    const bool struck = from_program(caller) && strikes("malloc", "memory");
    busy = false;
    if (struck)
        errno = ENOMEM;
    return struck;
}

/* The C library's own, under names that need no dlsym. */
extern void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t), *__libc_realloc(void *, size_t),
    *__libc_memalign(size_t, size_t);

void *malloc(size_t size)
{
    return memory_strikes(__builtin_return_address(0)) ? NULL : __libc_malloc(size);
}
void *calloc(size_t count, size_t size)
{
    return memory_strikes(__builtin_return_address(0)) ? NULL : __libc_calloc(count, size);
}
void *realloc(void *memory, size_t size)
{
    return memory_strikes(__builtin_return_address(0)) ? NULL : __libc_realloc(memory, size);
}
void *aligned_alloc(size_t alignment, size_t size)
{
    return memory_strikes(__builtin_return_address(0)) ? NULL : __libc_memalign(alignment, size);
}
#endif
