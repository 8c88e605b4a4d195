/* SPDX-License-Identifier: BSD-3-Clause */
/* The way of the samples: files, rows, parts, values filled in, values scaled, digest; see source.h. */
#include "data/source.h"

#include "base/input.h"
#include "base/mem.h"
#include "base/number.h"
#include "data/format.h"
#include "data/prepare.h"
#include "data/rows.h"
#include "data/text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* The samples are split at random, whatever parts the files have. */
static bool deals_anew(const struct source *source)
{
    return source->split[SPLIT_TRAIN] > 0 || source->holdout > 0 || source->folds > 0;
}

/* Packed files that people have: named, so that they are not taken for damaged text. */
static enum status refuse_packed(const struct text *text, const char *name, struct error *err)
{
    static const struct {
        const char *begin, *name, *unpack;
    } packed[] = {{"\x1f\x8b", "gzip", "zcat"}, {"BZh", "bzip2", "bzcat"}, {"\xfd" "7zXZ", "xz", "xzcat"}};
    const size_t size = (size_t)(text->end - text->at);
    for (size_t p = 0; p < sizeof packed / sizeof *packed; p++) {
        const size_t length = strlen(packed[p].begin);
        if (size >= length && memcmp(text->at, packed[p].begin, length) == 0)
            return error_set(err, STATUS_DATA, "%s: is packed by %s; unpack it, or: %s FILE | nsurf --data - ...", name,
                             packed[p].name, packed[p].unpack);
    }
    return STATUS_OK;
}

/* Add the rows of one file. path: NULL for a stream that has no other name, and so is no HDF5. */
static enum status read_stream(struct rows *rows, FILE *stream, const char *name, const char *path, struct error *err)
{
    const struct source *const source = rows->source;
    struct text text;
    text_begin(&text, stream, name);
    enum format format = source->format;
    const bool first = rows->split == SPLIT_TRAIN, own_split = first && !deals_anew(source);
    const size_t before = rows->count, dropped = rows->dropped;
    enum status status = refuse_packed(&text, name, err);
    if (!status && format == FORMAT_ANY)
        status = format_recognise(text.at, (size_t)(text.end - text.at), source->decimal_comma, name, &format, err);
    if (!status && format == FORMAT_HDF5 && !path)
        status =
            error_set(err, STATUS_DATA, "%s: HDF5 cannot be read from a stream; give the name of a file", name);
    if (!status && format == FORMAT_HDF5 && first && source->decimal_comma && !source->validation && !source->test)
        status = error_set(err, STATUS_USAGE, "--decimal: is for numbers as text, and %s is HDF5; leave it out", name);
    if (!status && format != FORMAT_HDF5 && (source->inputs_dataset || source->targets_dataset))
        status = error_set(err, STATUS_USAGE, "%s: names an array of an HDF5 file, and %s is none; leave it out",
                           source->inputs_dataset ? "--inputs-dataset" : "--targets-dataset", name);
    if (!status)
        status = format == FORMAT_HDF5 ? read_hdf5(rows, path, err) : format_read(rows, &text, format, own_split, err);
    if (ferror(stream)) /* a field that ends with the disk's failure proves nothing */
        return error_set(err, STATUS_IO, "cannot read %s: %s; see to the file and try again", name,
                         strerror(errno));
    if (status)
        return status;
    if (rows->count == before)
        return rows->dropped > dropped
                   ? error_set(err, STATUS_DATA,
                               "%s: no sample is left of %zu, as each misses a value; fill some in", name,
                               rows->dropped - dropped)
                   : error_set(err, STATUS_DATA, "%s:%zu:1: no sample; give at least one line of numbers", name,
                               text.place.line);
    if (first && rows->splits[SPLIT_TRAIN] == 0 && !source->like)
        return error_set(err, STATUS_DATA, "%s: has no training sample; --split draws them at random", name);
    return STATUS_OK;
}

static enum status read_file(struct rows *rows, const char *path, enum split split, struct error *err)
{
    if (!path)
        return STATUS_OK;
    FILE *stream;
    enum status status = input_open(&stream, path, err);
    if (status)
        return status;
    const bool standard = strcmp(path, "-") == 0;
    rows->split = split;
    status = read_stream(rows, stream, standard ? "standard input" : path, standard ? NULL : path, err);
    input_close(stream);
    return status;
}

/* In words, for the files of results: which samples are for what. */
static void describe(const struct source *source, struct dataset *data)
{
    char share[SPLITS][NUMBER_TEXT];
    for (size_t k = 0; k < SPLITS; k++)
        number_text(share[k], source->split[k]);
    if (source->split[SPLIT_TRAIN] > 0)
        discard(snprintf(data->split, sizeof data->split, "%s/%s/%s", share[0], share[1], share[2]));
    else if (source->holdout > 0) {
        number_text(share[0], source->holdout);
        discard(snprintf(data->split, sizeof data->split, "holdout %s", share[0]));
    } else
        discard(snprintf(data->split, sizeof data->split, "%s",
                         data->folds > 1                            ? "folds"
                         : source->validation || source->test         ? "files"
                         : data->splits[SPLIT_TRAIN] != data->samples ? "own"
                                                                      : "none"));
}

static float *copy(const float *values, size_t count)
{
    float *const copy = values ? mem_array(count, sizeof *copy) : NULL;
    if (copy)
        memcpy(copy, values, count * sizeof *copy);
    return copy;
}

/* Take over what the samples of another data set were prepared with. Errors: STATUS_INTERNAL. */
static enum status take_over(const struct dataset *like, struct dataset *data, struct error *err)
{
    data->mean = copy(like->mean, data->inputs);
    data->shift = copy(like->shift, data->inputs);
    data->divisor = copy(like->divisor, data->inputs);
    data->target_shift = copy(like->target_shift, like->targets);
    data->target_divisor = copy(like->target_divisor, like->targets);
    const bool all = !data->mean == !like->mean && !data->shift == !like->shift && !data->divisor == !like->divisor &&
                     !data->target_shift == !like->target_shift && !data->target_divisor == !like->target_divisor;
    return all ? STATUS_OK : error_memory(err, "the scaling");
}

/* From the samples in the order of the files on. */
static enum status finish(const struct source *source, struct dataset *data, struct error *err)
{
    enum status status = source->like ? take_over(source->like, data, err) : prepare_split(source, data, err);
    if (!status && source->missing == MISSING_MEAN)
        status = prepare_fill(data, err);
    if (!status)
        status = prepare_scale(data, source->scaling, err);
    if (!status)
        status = prepare_targets(data, source->target_scaling, err);
    data->missing = source->missing;
    describe(source, data);
    if (!status)
        status = dataset_digest(data, err);
    if (status)
        dataset_free(data);
    return status;
}

/* The rows as a data set that bears this name. */
static enum status make(struct rows *rows, const char *name, struct dataset *data, struct error *err)
{
    *data = (struct dataset){.folds = 1};
    discard(snprintf(data->name, sizeof data->name, "%s", name));
    const enum status status = rows_finish(rows, data, err);
    return status ? status : finish(rows->source, data, err);
}

enum status source_read(const struct source *source, FILE *stream, const char *name, struct dataset *data,
                        struct error *err)
{
    *data = (struct dataset){0};
    struct rows rows = {.source = source};
    enum status status = read_stream(&rows, stream, name, NULL, err);
    if (!status)
        status = make(&rows, name, data, err);
    rows_free(&rows);
    return status;
}

enum status source_load(const struct source *source, struct dataset *data, struct error *err)
{
    *data = (struct dataset){0};
    if (!source->data) {
        const enum status carried = dataset_iris(data, err);
        return carried ? carried : finish(source, data, err);
    }
    struct rows rows = {.source = source};
    enum status status = read_file(&rows, source->data, SPLIT_TRAIN, err);
    if (!status && (source->validation || source->test) && rows.splits[SPLIT_TRAIN] != rows.count)
        status =
            error_set(err, STATUS_USAGE, "--%s: %s has validation or test samples of its own; give one of them",
                      source->test ? "test" : "validation", source->data);
    if (!status)
        status = read_file(&rows, source->validation, SPLIT_VALIDATION, err);
    if (!status)
        status = read_file(&rows, source->test, SPLIT_TEST, err);
    if (!status)
        status = make(&rows, strcmp(source->data, "-") == 0 ? "standard input" : source->data, data, err);
    rows_free(&rows);
    return status;
}
