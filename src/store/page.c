/* SPDX-License-Identifier: BSD-3-Clause */
/* The page of `nsurf report`; see page.h. */
#include "store/page.h"

#include "base/file.h"
#include "base/input.h"
#include "base/pack.h"

#include <stdlib.h>
#include <string.h>

/* plots/report.html as a string: the Makefile makes it. */
extern const char page_template[];

static const char d3_of_debian[] = "/usr/share/nodejs/d3/dist/d3.min.js";
enum { D3_MAX = 4 << 20 }; /* bytes; version 7 has 280,000 */

/* What the template holds a place for. */
static const char d3_place[] = "@D3@", data_place[] = "@DATA@";

/* Owns: the caller, who calls free(). Errors: as page_write. */
static enum status read_d3(char **text, size_t *size, const char *path, struct error *err)
{
    FILE *stream;
    *text = NULL;
    if (input_open(&stream, path ? path : d3_of_debian, err))
        return error_set(err, STATUS_USAGE,
                         "the page needs D3, and %s cannot be opened; `apt-get install node-d3`, or --d3 FILE names a "
                         "copy of d3.min.js",
                         path ? path : d3_of_debian);
    *text = malloc(D3_MAX);
    *size = *text ? fread(*text, 1, D3_MAX - 1, stream) : 0;
    input_close(stream);
    if (!*text)
        return error_memory(err, "D3");
    (*text)[*size] = '\0';
    if (!strstr(*text, "d3js.org") || !strstr(*text, "contours"))
        return error_set(err, STATUS_USAGE, "--d3 %s: is no d3.min.js of version 5 or later",
                         path ? path : d3_of_debian);
    return STATUS_OK;
}

/* The surface, packed. */
static enum status pack_surface(char **text, const struct surface_source *source, struct error *err)
{
    char *json = NULL;
    size_t size = 0;
    FILE *const out = open_memstream(&json, &size);
    *text = NULL;
    enum status status = out ? surface_json(source, true, out, err) : STATUS_INTERNAL;
    if (!out || (fclose(out) != 0 && !status))
        status = error_memory(err, "the surface as JSON");
    if (!status)
        status = pack_text(text, json, size, err);
    free(json);
    return status;
}

static enum status write_page(const char *path, const char *d3, const char *data, struct error *err)
{
    const char *const first = strstr(page_template, d3_place), *const second = strstr(page_template, data_place);
    struct file *file;
    const enum status status = file_create(&file, path, err);
    if (status)
        return status;
    file_write(file, page_template, (size_t)(first - page_template));
    file_write(file, d3, strlen(d3));
    file_write(file, first + sizeof d3_place - 1, (size_t)(second - first) - (sizeof d3_place - 1));
    file_write(file, data, strlen(data));
    file_write(file, second + sizeof data_place - 1, strlen(second) - (sizeof data_place - 1));
    return file_commit(file, err);
}

enum status page_write(const char *path, const struct surface_source *source, const char *d3, struct error *err)
{
    char *script = NULL, *packed = NULL, *data = NULL;
    size_t size = 0;
    enum status status = read_d3(&script, &size, d3, err);
    if (!status)
        status = pack_text(&packed, script, size, err);
    if (!status)
        status = pack_surface(&data, source, err);
    if (!status)
        status = write_page(path, packed, data, err);
    free(script);
    free(packed);
    free(data);
    return status;
}

bool page_is_there(const char *path)
{
    const size_t length = (size_t)(strchr(page_template, '\n') - page_template);
    char start[256] = "";
    FILE *stream;
    if (input_open(&stream, path, NULL))
        return false;
    const size_t got = fread(start, 1, length < sizeof start ? length : sizeof start - 1, stream);
    input_close(stream);
    return got == length && memcmp(start, page_template, length) == 0;
}
