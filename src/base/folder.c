/* SPDX-License-Identifier: BSD-3-Clause */
/* Temporary folders; see folder.h. Who holds a folder has a shared lock on it, which goes with the process; so whoever
 * gets the lock alone knows that nobody of this host is left, and of other hosts nobody uses it. */
#define _GNU_SOURCE /* O_PATH, realpath, getentropy, statx */
#include "base/folder.h"

#include "base/clock.h"
#include "base/error.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

static const char running[] = "nsurf-run-", staying[] = "nsurf-kept-";

enum { OURS_ALONE = 0700, ATTEMPTS = 1000 };

/* --- removing ----------------------------------------------------------------------------------------------------- */

/* Whether something is mounted on the folder that is open: another file system, or another part of this one. */
static bool is_mount(int parent, int fd)
{
    struct stat outer, inner;
    struct statx about;
    if (fstat(parent, &outer) != 0 || fstat(fd, &inner) != 0 || inner.st_dev != outer.st_dev)
        return true;
    return statx(fd, "", AT_EMPTY_PATH, 0, &about) == 0 && (about.stx_attributes & STATX_ATTR_MOUNT_ROOT);
}

/* Open a folder whatever its rights are, and give us all; -1 for what is none, such as a link, and for a mount. */
static int open_inside(int parent, const char *name)
{
    char path[64];
    const int at = openat(parent, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (at < 0)
        return -1;
    if (is_mount(parent, at)) {
        discard(close(at));
        return -1;
    }
    discard(snprintf(path, sizeof path, "/proc/self/fd/%d", at)); /* names what was opened, be it renamed or not */
    discard(chmod(path, OURS_ALONE));
    const int fd = openat(at, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    discard(close(at));
    return fd;
}

/* Remove what is no folder, or an empty one. */
static bool take(int parent, const char *name)
{
    return unlinkat(parent, name, 0) == 0 || unlinkat(parent, name, AT_REMOVEDIR) == 0 || errno == ENOENT;
}

static bool is_entry(const char *name)
{
    return strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}

/* The entries, from the first; the descriptor stays the caller's. NULL where they cannot be read. */
static DIR *list(int fd)
{
    const int own = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *const entries = own >= 0 ? fdopendir(own) : NULL;
    if (own >= 0 && !entries)
        discard(close(own));
    return entries;
}

/* Move a folder up to the top, under a name that is free there. */
static bool lift(int from, const char *name, int top, size_t *lifted)
{
    char free_name[32];
    const int fd = open_inside(from, name); /* to rename it, its rights are needed */
    if (fd < 0)
        return false;
    discard(close(fd));
    do {
        discard(snprintf(free_name, sizeof free_name, "lifted-%zu", (*lifted)++));
        if (renameat(from, name, top, free_name) == 0)
            return true;
    } while (errno == EEXIST || errno == ENOTEMPTY || errno == ENOTDIR);
    return false;
}

/* Empty a folder at the top: what is in it goes, but for folders that are not empty, which move up. Whether anything
 * went or moved. */
static bool thin(int top, const char *name, size_t *lifted)
{
    const int fd = open_inside(top, name);
    DIR *const entries = fd >= 0 ? list(fd) : NULL;
    bool any = false;
    for (struct dirent *entry; entries && (entry = readdir(entries)) != NULL;)
        if (is_entry(entry->d_name))
            any = take(fd, entry->d_name) || lift(fd, entry->d_name, top, lifted) || any;
    if (entries)
        discard(closedir(entries));
    if (fd >= 0)
        discard(close(fd));
    return any;
}

/* Remove all that is in a folder, in a few descriptors however deep it is: a tree is made flat from its top on. */
static void clear(int top)
{
    size_t lifted = 0;
    for (bool any = true; any;) {
        DIR *const entries = list(top);
        any = false;
        for (struct dirent *entry; entries && (entry = readdir(entries)) != NULL;)
            if (is_entry(entry->d_name)) {
                bool gone = take(top, entry->d_name);
                if (!gone && thin(top, entry->d_name, &lifted)) {
                    any = true;
                    gone = take(top, entry->d_name);
                }
                any = any || gone;
            }
        if (entries)
            discard(closedir(entries));
    }
}

/* Remove whatever has this name. */
static void drop(int parent, const char *name)
{
    if (unlinkat(parent, name, AT_REMOVEDIR) == 0 || take(parent, name))
        return;
    const int fd = open_inside(parent, name);
    if (fd < 0)
        return;
    clear(fd);
    discard(close(fd));
    discard((long)take(parent, name));
}

/* --- joining and leaving ------------------------------------------------------------------------------------------ */

bool folder_id(char *id)
{
    uint32_t random;
    if (getentropy(&random, sizeof random) != 0)
        return false;
    discard(snprintf(id, FOLDER_ID, "%08x", (unsigned)random));
    return true;
}

/* Whether the folder that is open still has its name, and is ours. */
static bool is_there(int parent, const char *name, int fd)
{
    struct stat named, opened;
    return fstatat(parent, name, &named, AT_SYMLINK_NOFOLLOW) == 0 && fstat(fd, &opened) == 0 &&
           named.st_dev == opened.st_dev && named.st_ino == opened.st_ino && opened.st_uid == geteuid();
}

/* What the folders of runs on this host are called, up to the run's id. name: [RUN_NAME] */
enum { RUN_NAME = sizeof running + FOLDER_ID + FOLDER_ID };
static size_t begin_name(char *name)
{
    char host[256] = "";
    discard(gethostname(host, sizeof host - 1));
    const uLong digits = crc32(crc32(0, NULL, 0), (const Bytef *)host, (uInt)strlen(host));
    return (size_t)snprintf(name, RUN_NAME, "%s%08lx-", running, digits);
}

static bool is_run(const char *name, const char *begins, size_t length)
{
    return strncmp(name, begins, length) == 0 && strspn(name + length, "0123456789abcdef") == FOLDER_ID - 1 &&
           strlen(name + length) == FOLDER_ID - 1;
}

/* What runs on this host have left that were killed. parent: [the temporary folder] */
static void sweep(int parent)
{
    char begins[RUN_NAME];
    const size_t length = begin_name(begins);
    DIR *const entries = list(parent);
    for (struct dirent *entry; entries && (entry = readdir(entries)) != NULL;) {
        if (!is_run(entry->d_name, begins, length))
            continue;
        const int fd = openat(parent, entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (fd < 0)
            continue;
        if (is_there(parent, entry->d_name, fd) && flock(fd, LOCK_EX | LOCK_NB) == 0 &&
            is_there(parent, entry->d_name, fd)) /* still, and not one that somebody has just made in its place */
            drop(parent, entry->d_name);
        discard(close(fd));
    }
    if (entries)
        discard(closedir(entries));
}

/* Make it or find it, and hold it: -1 with errno. *made: it was not there. */
static int hold(int parent, const char *name, bool kept, bool *made)
{
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        *made = mkdirat(parent, name, OURS_ALONE) == 0;
        if (!*made && errno != EEXIST)
            return -1;
        const int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (fd < 0 && errno != ENOENT)
            return -1;
        /* Where there are no locks, it is left to who leaves last by chance. */
        const bool busy = fd < 0 || (!kept && flock(fd, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK);
        if (!busy && is_there(parent, name, fd))
            return fd;
        if (fd >= 0)
            discard(close(fd));
        clock_sleep_s(1e-3); /* somebody is removing it */
    }
    errno = EBUSY;
    return -1;
}

static bool join_at(struct folder *folder, const char *place, const char *name)
{
    char whole[PATH_MAX];
    bool made = false;
    if (!realpath(place, whole))
        return false;
    if (strlen(whole) + strlen(name) + FOLDER_NAME + 2 > FOLDER_PATH) {
        errno = ENAMETOOLONG;
        return false;
    }
    const int parent = open(whole, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (parent < 0)
        return false;
    folder->fd = hold(parent, name, folder->kept, &made);
    const int reason = errno;
    folder->joined = folder->fd >= 0;
    if (folder->joined)
        discard(snprintf(folder->path, sizeof folder->path, "%.*s/%s", FOLDER_PATH - FOLDER_NAME, whole, name));
    if (made)
        sweep(parent);
    discard(close(parent));
    errno = reason;
    return folder->joined;
}

void folder_init(struct folder *folder, const char *id, bool kept)
{
    *folder = (struct folder){.fd = -1, .kept = kept};
    if (!folder_id(folder->own))
        discard(snprintf(folder->own, sizeof folder->own, "%08lx", (unsigned long)getpid() & 0xffffffff));
    discard(snprintf(folder->id, sizeof folder->id, "%.*s", FOLDER_ID - 1, id));
}

bool folder_join(struct folder *folder)
{
    const char *const places[] = {getenv("TMPDIR"), "/tmp", "/var/tmp"};
    char name[RUN_NAME];
    int reason = ENOENT;
    const size_t begins = folder->kept ? (size_t)snprintf(name, sizeof name, "%s", staying) : begin_name(name);
    discard(snprintf(name + begins, sizeof name - begins, "%s", folder->id));
    for (size_t p = 0; p < sizeof places / sizeof *places && !folder->joined; p++)
        if (places[p] && *places[p] && !join_at(folder, places[p], name))
            reason = errno;
    errno = reason;
    return folder->joined;
}

/* The one in it. */
static void drop_inner(struct folder *folder)
{
    if (*folder->name)
        drop(folder->fd, folder->name);
    folder->name[0] = '\0';
}

void folder_leave(struct folder *folder)
{
    if (!folder->joined)
        return;
    drop_inner(folder);
    if (!folder->kept && flock(folder->fd, LOCK_EX | LOCK_NB) == 0)
        clear(folder->fd);
    if (is_there(AT_FDCWD, folder->path, folder->fd)) /* and no other was made in its place */
        discard(rmdir(folder->path));                 /* refused while something is in it */
    discard(close(folder->fd));
    folder->joined = false;
    folder->fd = -1;
}

/* --- what is in it ------------------------------------------------------------------------------------------------ */

static bool is_empty(int parent, const char *name)
{
    const int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *const entries = fd >= 0 ? fdopendir(fd) : NULL;
    struct dirent *entry = NULL;
    while (entries && (entry = readdir(entries)) != NULL && !is_entry(entry->d_name))
        ;
    if (entries)
        discard(closedir(entries));
    else if (fd >= 0)
        discard(close(fd));
    return entries && !entry;
}

/* Whether there is one that is as it was made. To make and to remove folders can mean to wait for a disk. */
static bool is_fresh(const struct folder *folder)
{
    const struct stat *const fresh = &folder->fresh;
    struct stat now;
    return *folder->name && fstatat(folder->fd, folder->name, &now, AT_SYMLINK_NOFOLLOW) == 0 &&
           now.st_ino == fresh->st_ino && now.st_dev == fresh->st_dev && now.st_mode == fresh->st_mode &&
           now.st_ctim.tv_sec == fresh->st_ctim.tv_sec && now.st_ctim.tv_nsec == fresh->st_ctim.tv_nsec &&
           is_empty(folder->fd, folder->name);
}

static void tell_path(const struct folder *folder, char *path)
{
    discard(snprintf(path, FOLDER_PATH, "%.*s/%s", FOLDER_PATH - FOLDER_NAME, folder->path, folder->name));
}

static bool begin(struct folder *folder, char *path)
{
    int made;
    do {
        discard(snprintf(folder->name, sizeof folder->name, "%s.%zu", folder->own, ++folder->made));
        made = mkdirat(folder->fd, folder->name, OURS_ALONE);
    } while (made != 0 && errno == EEXIST);
    if (made == 0 &&
        fstatat(folder->fd, folder->name, &folder->fresh, AT_SYMLINK_NOFOLLOW) == 0) {
        tell_path(folder, path);
        return true;
    }
    folder->name[0] = '\0';
    return false;
}

bool folder_begin(struct folder *folder, char *path)
{
    if (is_fresh(folder)) {
        tell_path(folder, path);
        return true;
    }
    drop_inner(folder);
    if (!folder->joined && !folder_join(folder))
        return false;
    if (begin(folder, path))
        return true;
    if (errno != ENOENT)
        return false;
    folder_leave(folder);
    return folder_join(folder) && begin(folder, path);
}

static void name_it(const struct folder *folder, const char *stays, char name[FOLDER_NAME])
{
    discard(snprintf(name, FOLDER_NAME, "%.*s.%s", (int)(FOLDER_NAME - sizeof folder->name - 2), stays, folder->name));
}

void folder_end(struct folder *folder, const char *stays)
{
    char name[FOLDER_NAME];
    if (!*folder->name)
        return;
    if (stays) {
        name_it(folder, stays, name);
        discard(renameat(folder->fd, folder->name, folder->fd, name));
        folder->name[0] = '\0';
    } else if (!is_fresh(folder)) {
        drop_inner(folder);
    }
}

void folder_stays(const struct folder *folder, const char *stays, char *path)
{
    char name[FOLDER_NAME];
    name_it(folder, stays, name);
    discard(snprintf(path, FOLDER_PATH, "%.*s/%s", FOLDER_PATH - FOLDER_NAME - 1, folder->path, name));
}

int folder_put(struct folder *folder, const char *sub, const char *name, char *path)
{
    const int length = snprintf(path, FOLDER_PATH, "%s/%s/%s", folder->path, sub, name);
    if (length >= FOLDER_PATH) {
        errno = ENAMETOOLONG;
        return -1;
    }
    if (mkdirat(folder->fd, sub, OURS_ALONE) != 0)
        return -1;
    const int in = openat(folder->fd, sub, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    const int fd = in >= 0 ? openat(in, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600) : -1;
    const int reason = errno;
    if (in >= 0)
        discard(close(in));
    errno = reason;
    return fd;
}

bool folder_put_end(int fd, unsigned mode)
{
    const bool right = fchmod(fd, (mode_t)mode) == 0;
    const int reason = errno;
    const bool closed = close(fd) == 0;
    if (!right)
        errno = reason;
    return right && closed;
}
