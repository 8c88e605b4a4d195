/* SPDX-License-Identifier: BSD-3-Clause */
/* Files that are read; see input.h. */
#include "base/input.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum status input_open(FILE **stream, const char *path, struct error *err)
{
    *stream = NULL;
    if (strcmp(path, "-") == 0) {
        *stream = stdin;
        return STATUS_OK;
    }
    struct stat about;
    FILE *const file = fopen(path, "r");
    if (!file)
        return error_set(err, STATUS_DATA, "%s: cannot be opened: %s", path, strerror(errno));
    if (fstat(fileno(file), &about) == 0 && S_ISDIR(about.st_mode)) {
        discard(fclose(file));
        return error_set(err, STATUS_DATA, "%s: is a folder; a file is needed", path);
    }
    *stream = file;
    return STATUS_OK;
}

enum status input_open_file(FILE **stream, const char *path, unsigned *mode, struct error *err)
{
    struct stat about;
    *stream = NULL;
    if (stat(path, &about) == 0 && !S_ISREG(about.st_mode)) /* to open a pipe is to wait */
        return error_set(err, STATUS_DATA, "%s: is no file", path);
    FILE *const file = fopen(path, "r");
    if (!file)
        return error_set(err, STATUS_DATA, "%s: cannot be opened: %s", path, strerror(errno));
    if (fstat(fileno(file), &about) != 0 || !S_ISREG(about.st_mode)) {
        discard(fclose(file));
        return error_set(err, STATUS_DATA, "%s: is no file", path);
    }
    *mode = (unsigned)about.st_mode & 0777;
    *stream = file;
    return STATUS_OK;
}

void input_close(FILE *stream)
{
    if (stream && stream != stdin)
        discard(fclose(stream)); /* nothing was written */
}

/* The last bytes of an open file. */
static bool read_end(int fd, char *bytes, size_t size, size_t *got, bool *cut)
{
    struct stat about;
    if (fstat(fd, &about) != 0)
        return false;
    if (!S_ISREG(about.st_mode)) {
        errno = S_ISDIR(about.st_mode) ? EISDIR : EINVAL;
        return false;
    }
    *cut = about.st_size > (off_t)size;
    const off_t at = *cut ? about.st_size - (off_t)size : 0;
    ssize_t read_now = 1;
    for (*got = 0; *got < size && read_now != 0;) {
        read_now = pread(fd, bytes + *got, size - *got, at + (off_t)*got);
        if (read_now < 0 && errno != EINTR)
            return false;
        *got += read_now > 0 ? (size_t)read_now : 0;
    }
    return true;
}

bool input_end(const char *folder, const char *path, char *bytes, size_t size, size_t *got, bool *cut)
{
    const int inside = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const int fd = inside >= 0 ? openat(inside, path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC) : -1;
    const bool read = fd >= 0 && read_end(fd, bytes, size, got, cut);
    const int reason = errno;
    if (fd >= 0)
        discard(close(fd));
    if (inside >= 0)
        discard(close(inside));
    errno = reason;
    return read;
}
