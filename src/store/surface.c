/* SPDX-License-Identifier: BSD-3-Clause */
/* The surface files; see surface.h. Here the bytes of a renderer become a file; it knows no format. */
#include "store/surface.h"

#include "base/file.h"
#include "store/render.h"

#include <stdlib.h>

const char *const surface_suffixes[SURFACE_FILES] = {".tsv", ".dat", ".h5"};
static render *const forms[SURFACE_FILES] = {render_tsv, render_dat, render_hdf5};

/* digest receives the file's bytes too. */
static enum status write_file(const struct table *table, const struct ranking *ranking, const char *path, render *form,
                              struct digest *digest, struct error *err)
{
    struct file *file;
    enum status status = file_create(&file, path, err);
    if (status != STATUS_OK)
        return status;
    file_tap(file, digest);
    status = form(table, ranking, file, err);
    if (status == STATUS_OK)
        return file_commit(file, err);
    file_abort(file);
    return status;
}

/* All files. Errors: as surface_write. */
static enum status write_files(const struct table *table, const char *prefix, struct digest *digest, struct error *err)
{
    const bool several = experiment_cell_trainings(table->experiment) > 1;
    struct ranking ranking = {0};
    enum status status = several ? ranking_make(&ranking, table, table->shown, err) : STATUS_OK;
    for (size_t i = 0; i < SURFACE_FILES && status == STATUS_OK; i++) {
        char *path;
        status = file_name(&path, prefix, surface_suffixes[i], err);
        if (status == STATUS_OK)
            status = write_file(table, several ? &ranking : NULL, path, forms[i], digest, err);
        free(path);
    }
    ranking_free(&ranking);
    return status;
}

enum status surface_write(const struct table *table, const char *prefix, char text[DIGEST_TEXT], struct error *err)
{
    text[0] = '\0';
    struct digest *digest;
    enum status status = digest_create(&digest, err);
    if (status != STATUS_OK)
        return status;
    status = write_files(table, prefix, digest, err);
    if (status == STATUS_OK)
        return digest_finish(digest, text, err);
    char partial[DIGEST_TEXT]; /* of some of the files: incomplete, discarded */
    discard(digest_finish(digest, partial, NULL));
    return status;
}
