/* SPDX-License-Identifier: BSD-3-Clause */
/* A library for LD_PRELOAD in which the n-th call of one function fails, and no other: FAULT_CALL names the function,
 * FAULT_N says which call, counted from 1; FAULT_ERRNO the error. Of calls, only those that nsurf makes itself count:
 * files by their names (FAULT_PREFIX stands in it, or it is FAULT_FOLDER) and descriptors opened under such a name,
 * memory by the return address lying in the program. MPI and HDF5 open, close and allocate at will, differently from
 * run to run, so that the n-th call would mean nothing there. FAULT_LOG is created when the fault has struck.
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
#include <unistd.h>

/* The function behind ours. ISO C knows no cast from dlsym's result; this form is the one that POSIX gives. */
#define FIND(real, name) (*(void **)&(real) = dlsym(RTLD_NEXT, name))

enum { DESCRIPTORS = 1024 };
static bool ours[DESCRIPTORS]; /* opened under the prefix, or the folder of it */
static long counted;

/* Whether this call of `call` is the one to fail. */
static bool strikes(const char *call)
{
    const char *const wanted = getenv("FAULT_CALL"), *const n = getenv("FAULT_N");
    if (!wanted || !n || strcmp(wanted, call) != 0 || ++counted != atol(n))
        return false;
    const char *const log = getenv("FAULT_LOG"), *const number = getenv("FAULT_ERRNO");
    int (*real_open)(const char *, int, ...), (*real_close)(int);
    FIND(real_open, "open");
    FIND(real_close, "close");
    if (log)
        real_close(real_open(log, O_CREAT | O_WRONLY, 0600));
    errno = number ? atoi(number) : EIO;
    return true;
}

static bool is_ours(int fd)
{
    return fd >= 0 && fd < DESCRIPTORS && ours[fd];
}

static bool named(const char *path)
{
    const char *const prefix = getenv("FAULT_PREFIX");
    const char *const folder = getenv("FAULT_FOLDER");
    return (prefix && strstr(path, prefix)) || (folder && strcmp(path, folder) == 0);
}

static int opened(int fd, bool mine)
{
    if (fd >= 0 && fd < DESCRIPTORS)
        ours[fd] = mine;
    return fd;
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
    const bool mine = named(path);
    return mine && strikes("open") ? -1 : opened(real(path, flags, mode), mine);
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
    const bool mine = named(path);
    return mine && strikes("open") ? -1 : opened(real(folder, path, flags, mode), mine);
}

int close(int fd)
{
    static int (*real)(int);
    if (!real)
        FIND(real, "close");
    const bool mine = is_ours(fd);
    opened(fd, false);
    const int result = real(fd); /* as in Linux: the descriptor is gone, whatever close says */
    return mine && strikes("close") ? -1 : result;
}

ssize_t write(int fd, const void *bytes, size_t size)
{
    static ssize_t (*real)(int, const void *, size_t);
    if (!real)
        FIND(real, "write");
    if (!is_ours(fd) || !strikes("write"))
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
    return is_ours(fd) && strikes("fsync") ? -1 : real(fd);
}

int fdatasync(int fd)
{
    static int (*real)(int);
    if (!real)
        FIND(real, "fdatasync");
    return is_ours(fd) && strikes("fsync") ? -1 : real(fd);
}

int renameat(int from, const char *old, int to, const char *new)
{
    static int (*real)(int, const char *, int, const char *);
    if (!real)
        FIND(real, "renameat");
    return strikes("rename") ? -1 : real(from, old, to, new);
}

int rename(const char *old, const char *new)
{
    static int (*real)(const char *, const char *);
    if (!real)
        FIND(real, "rename");
    return named(new) && strikes("rename") ? -1 : real(old, new);
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
    const bool struck = from_program(caller) && strikes("malloc");
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
