/* SPDX-License-Identifier: BSD-3-Clause */
/* The surface files; see surface.h. Here the bytes of a renderer become a file; it knows no format. */
#include "store/surface.h"

#include "base/file.h"
#include "store/render.h"

#include <stdlib.h>
#include <string.h>

/* digest: receives the file's bytes too, unless NULL. */
static enum status write_file(const struct table *table, const char *path, render *form, struct digest *digest,
                              struct error *err)
{
    struct file *file;
    enum status status = file_create(&file, path, err);
    if (status != STATUS_OK)
        return status;
    file_tap(file, digest);
    status = form(table, file, err);
    if (status == STATUS_OK)
        return file_commit(file, err);
    file_abort(file);
    return status;
}

enum status surface_write_tsv(const struct table *table, const char *path, struct error *err)
{
    return write_file(table, path, render_tsv, NULL, err);
}

enum status surface_write_dat(const struct table *table, const char *path, struct error *err)
{
    return write_file(table, path, render_dat, NULL, err);
}

enum status surface_write_hdf5(const struct table *table, const char *path, struct error *err)
{
    return write_file(table, path, render_hdf5, NULL, err);
}

enum status surface_write(const struct table *table, const char *prefix, char text[DIGEST_TEXT], struct error *err)
{
    static const struct {
        const char *suffix;
        render *form;
    } files[] = {{".tsv", render_tsv}, {".dat", render_dat}, {".h5", render_hdf5}};

    text[0] = '\0';
    size_t length = strlen(prefix);
    char *path = malloc(length + sizeof ".tsv");
    if (!path)
        return error_memory(err, "a path");
    memcpy(path, prefix, length);
    struct digest *digest;
    enum status status = digest_create(&digest, err);
    if (status != STATUS_OK) {
        free(path);
        return status;
    }
    for (size_t i = 0; i < sizeof files / sizeof *files && status == STATUS_OK; i++) {
        strcpy(path + length, files[i].suffix);
        status = write_file(table, path, files[i].form, digest, err);
    }
    free(path);
    if (status == STATUS_OK)
        return digest_finish(digest, text, err);
    char partial[DIGEST_TEXT]; /* of half the files: nobody's */
    discard(digest_finish(digest, partial, NULL));
    return status;
}
