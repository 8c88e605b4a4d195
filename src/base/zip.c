/* SPDX-License-Identifier: BSD-3-Clause */
/* Zip archives; see zip.h. minizip goes back to where a file began, which a pipe cannot: so the archive is made in
 * memory. */
#include "base/zip.h"

#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <zip.h>

struct zip {
    char *bytes;
    size_t size;
    FILE *memory; /* closed by minizip */
    zipFile file;
    bool open, failed;
};

/* minizip opens by name: what stands for the name is the stream. */
static void *take_stream(void *stream, const void *name, int mode)
{
    (void)name, (void)mode;
    return stream;
}

enum status zip_create(struct zip **zip, struct error *err)
{
    struct zip *const z = calloc(1, sizeof *z);
    *zip = z;
    if (!z)
        return error_memory(err, "an archive");
    z->memory = open_memstream(&z->bytes, &z->size);
    zlib_filefunc64_def functions;
    fill_fopen64_filefunc(&functions);
    functions.zopen64_file = take_stream;
    functions.opaque = z->memory;
    z->file = z->memory ? zipOpen2_64("", APPEND_STATUS_CREATE, NULL, &functions) : NULL;
    if (z->file)
        return STATUS_OK;
    if (z->memory)
        fclose(z->memory);
    free(z->bytes);
    free(z);
    *zip = NULL;
    return error_memory(err, "an archive");
}

static void check(struct zip *zip, int result)
{
    zip->failed = zip->failed || result != ZIP_OK;
}

static void close_file(struct zip *zip)
{
    if (zip->open)
        check(zip, zipCloseFileInZip(zip->file));
    zip->open = false;
}

void zip_file(struct zip *zip, const char *name, uint64_t size)
{
    static const zip_fileinfo first_day = {.tmz_date = {.tm_mday = 1, .tm_year = 1980}}; /* that zip can tell */
    close_file(zip);
    check(zip, zipOpenNewFileInZip64(zip->file, name, &first_day, NULL, 0, NULL, 0, NULL, 0, 0, size >= UINT32_MAX));
    zip->open = !zip->failed;
}

void zip_write(struct zip *zip, const void *bytes, size_t size)
{
    for (const char *at = bytes; size > 0 && !zip->failed;) {
        const unsigned part = size < INT_MAX ? (unsigned)size : INT_MAX;
        check(zip, zipWriteInFileInZip(zip->file, at, part));
        at += part;
        size -= part;
    }
}

enum status zip_finish(struct zip *zip, FILE *out, struct error *err)
{
    close_file(zip);
    check(zip, zipClose(zip->file, NULL));
    const enum status status = zip->failed ? error_memory(err, "an archive") : STATUS_OK;
    if (!status && out)
        fwrite(zip->bytes, 1, zip->size, out);
    free(zip->bytes);
    free(zip);
    return status;
}
