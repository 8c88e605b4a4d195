/* SPDX-License-Identifier: BSD-3-Clause */
/* Old results in the forms of other programs; see export.h. */
#include "app/export.h"

#include "app/opened.h"
#include "app/outputs.h"
#include "base/file.h"

#include <stdlib.h>

/* To a file, whole or not at all. */
static enum status put_file(const struct surface_source *source, const struct options *options, struct error *err)
{
    char *text = NULL;
    size_t size = 0;
    FILE *const out = open_memstream(&text, &size);
    enum status status = out ? export_write(source, options->form, out, err) : error_memory(err, "a file");
    if (out && fclose(out) != 0 && !status)
        status = error_memory(err, "a file");
    if (!status)
        status = file_put(options->prefix, text, size, err);
    free(text);
    return status;
}

/* It is none of the results that it is made of. */
static enum status check_place(const struct options *options, struct error *err)
{
    char *results;
    enum status status = opened_name(&results, options->results, ".h5", err);
    if (status)
        return status;
    if (file_same(results, options->prefix))
        status = error_set(err, STATUS_USAGE, "--output: %s holds the results themselves; choose another name",
                           options->prefix);
    free(results);
    return status ? status : outputs_check_file(options, "--output", options->prefix, err);
}

enum status export_print(const struct options *options, struct error *err)
{
    const enum status place = options->prefix ? check_place(options, err) : STATUS_OK;
    if (place)
        return place;
    struct opened opened;
    enum status status = opened_read(&opened, options->results, options->error_of, err);
    if (!status)
        status = options->prefix ? put_file(&opened.source, options, err)
                                 : export_write(&opened.source, options->form, stdout, err);
    opened_free(&opened);
    return status;
}
