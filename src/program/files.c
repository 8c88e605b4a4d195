/* SPDX-License-Identifier: BSD-3-Clause */
/* Files of a program; see files.h. */
#include "program/files.h"

#include "base/file.h"
#include "base/input.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char mark[] = "file:";

/* What is sent at once. */
static char bytes[1 << 20];

const struct program_file *files_find(const struct program *program, const char *name)
{
    for (size_t f = 0; f < program->file_count; f++)
        if (strncmp(name, mark, sizeof mark - 1) == 0 && strcmp(name + sizeof mark - 1, program->files[f].name) == 0)
            return &program->files[f];
    return NULL;
}

enum status files_list(struct program *program, struct error *err)
{
    for (size_t i = 0; i < program->template.count; i++) {
        const struct piece *const name = &program->template.pieces[i];
        if (!name->name || strncmp(name->text, mark, sizeof mark - 1) != 0 || files_find(program, name->text))
            continue;
        if (program->file_count == PROGRAM_FILES_MAX)
            return error_set(err, STATUS_USAGE, "--command: names more than %d files", PROGRAM_FILES_MAX);
        struct program_file *const file = &program->files[program->file_count];
        file->name = strdup(name->text + sizeof mark - 1);
        if (!file->name)
            return error_memory(err, "the name of a file");
        program->file_count++;
    }
    return STATUS_OK;
}

static enum status look_at(struct program_file *file, struct error *err)
{
    FILE *stream;
    struct digest *sum;
    size_t got;
    enum status status = input_open_file(&stream, file->name, &file->mode, err);
    if (!status)
        status = digest_create(&sum, err);
    if (status) {
        input_close(stream);
        return status;
    }
    while ((got = fread(bytes, 1, sizeof bytes, stream)) > 0) {
        digest_update(sum, bytes, got);
        file->size += got;
    }
    const bool whole = !ferror(stream);
    input_close(stream);
    status = digest_finish(sum, file->digest, err);
    return whole || status ? status : error_set(err, STATUS_DATA, "%s: cannot be read to its end", file->name);
}

enum status files_look(struct program *program, struct error *err)
{
    const struct piece *const first = program->template.pieces;
    const struct program_file *const run = first->name && first->last ? files_find(program, first->text) : NULL;
    enum status status = STATUS_OK;
    for (size_t f = 0; f < program->file_count && !status; f++)
        status = look_at(&program->files[f], err);
    if (!status && run && !(run->mode & 0111))
        return error_set(err, STATUS_USAGE, "--command: %.80s may not be run; chmod +x makes it a program", run->name);
    return status;
}

/* --- copies ------------------------------------------------------------------------------------------------------- */

static const char *last_part(const char *name)
{
    const char *const slash = strrchr(name, '/');
    return slash ? slash + 1 : name;
}

static enum status open_both(FILE **from, int *to, struct program *program, size_t f, const struct files_way *way,
                             struct error *err)
{
    struct program_file *const file = &program->files[f];
    unsigned mode;
    char sub[32];
    enum status status = way->source ? input_open_file(from, file->name, &mode, err) : STATUS_OK;
    if (status || !way->target)
        return status;
    discard(snprintf(sub, sizeof sub, "file%zu-%d", f + 1, way->number));
    *to = folder_put(&program->folder, sub, last_part(file->name), file->path);
    return *to >= 0 ? STATUS_OK : file_error(err, "create", file->path, errno);
}

static enum status changed(const struct program_file *file, struct error *err)
{
    return error_set(err, STATUS_DATA, "%s: has changed since it was read first; start again", file->name);
}

/* The bytes of one file. Who has failed goes along, so that the others do not wait. */
static enum status copy(struct program_file *file, FILE *from, int to, const struct files_way *way, enum status status,
                        struct digest *sum, struct error *err)
{
    size_t size;
    for (uint64_t left = file->size; left > 0; left -= size) {
        size = left < sizeof bytes ? (size_t)left : sizeof bytes;
        if (way->source && !status && fread(bytes, 1, size, from) != size)
            status = changed(file, err);
        if (way->pass)
            way->pass(bytes, size, way->arg);
        if (sum)
            digest_update(sum, bytes, size);
        if (way->target && !status && !file_write_all(to, bytes, size))
            status = file_error(err, "write", file->path, errno);
    }
    return status;
}

static enum status place(struct program *program, size_t f, const struct files_way *way, struct error *err)
{
    struct program_file *const file = &program->files[f];
    FILE *from = NULL;
    int to = -1;
    char digest[DIGEST_TEXT] = "";
    struct digest *sum = NULL;
    enum status status = digest_create(&sum, err);
    if (!status)
        status = open_both(&from, &to, program, f, way, err);
    status = copy(file, from, to, way, status, sum, err);
    if (way->source && !status && fgetc(from) != EOF)
        status = changed(file, err);
    input_close(from);
    if (to >= 0 && !folder_put_end(to, file->mode) && !status)
        status = file_error(err, "close", file->path, errno);
    const enum status summed = sum ? digest_finish(sum, digest, status ? NULL : err) : STATUS_OK;
    if (status || summed)
        return status ? status : summed;
    return strcmp(digest, file->digest) == 0 ? STATUS_OK : changed(file, err);
}

enum status files_place(struct program *program, const struct files_way *way, struct error *err)
{
    enum status status = STATUS_OK;
    for (size_t f = 0; f < program->file_count; f++) {
        struct error trouble;
        const enum status placed = place(program, f, way, &trouble);
        if (placed && !status)
            *err = trouble;
        status = status ? status : placed;
    }
    return status;
}

enum status files_join(struct program *program, struct error *err)
{
    folder_init(&program->folder, program->run_id, false);
    return folder_join(&program->folder)
               ? STATUS_OK
               : file_error(err, "make a folder", "in $TMPDIR, /tmp or /var/tmp", errno);
}

enum status files_copy(struct program *program, struct error *err)
{
    const struct files_way way = {.source = true, .target = true};
    const enum status status = program->file_count ? files_join(program, err) : STATUS_OK;
    return status ? status : files_place(program, &way, err);
}
