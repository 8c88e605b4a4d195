/* SPDX-License-Identifier: BSD-3-Clause */
/* Files that are read; see input.h. */
#include "base/input.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

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

void input_close(FILE *stream)
{
    if (stream && stream != stdin)
        discard(fclose(stream)); /* nothing was written */
}
