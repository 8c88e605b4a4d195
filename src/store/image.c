/* SPDX-License-Identifier: BSD-3-Clause */
/* HDF5 files built in memory; see image.h. */
#include "store/image.h"

#include "base/build.h"
#include "base/digest.h"
#include "base/isolated.h"
#include "base/number.h"
#include "data/hdf5_open.h"
#include "store/library.h"
#include "store/settings.h"
#include "sweep/experiment.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    CORE_INCREMENT = 1 << 20, /* bytes by which the file in memory grows */
    COPIES = 4,               /* of a file in memory: as read, the library's, what is made of it, and room to grow */
    BLOCK = 512               /* of text before an HDF5 file: a power of two, 512 at the least */
};

/* No file of ours is larger: of a training, all arrays together have less than 256 bytes. */
static const size_t bytes_max = (size_t)TRAININGS_MAX * 256;

/* The order of links and attributes, as netCDF has it. */
static const unsigned ordered = H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED;

static herr_t take_reason(unsigned depth, const H5E_error2_t *entry, void *arg)
{
    struct image *image = arg;
    if (depth == 0 && entry->desc)
        discard(snprintf(image->reason, sizeof image->reason, "%s", entry->desc));
    return 0;
}

hid_t image_check(struct image *image, hid_t result, const char *step, const char *object)
{
    if (result < 0 && !image->step) {
        image->step = step;
        image->object = object;
        discard(H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, take_reason, image));
    }
    return result;
}

void image_attribute(struct image *image, hid_t object, const char *name, hid_t file_type, hid_t memory_type,
                     size_t count, const void *value)
{
    hsize_t dims[] = {count};
    hid_t space =
        image_check(image, count == 1 ? H5Screate(H5S_SCALAR) : H5Screate_simple(1, dims, NULL), "describe", name);
    hid_t attribute = image_check(image, H5Acreate2(object, name, file_type, space, H5P_DEFAULT, H5P_DEFAULT),
                                  "create attribute", name);
    image_check(image, H5Awrite(attribute, memory_type, value), "write attribute", name);
    image_check(image, H5Aclose(attribute), "close attribute", name);
    image_check(image, H5Sclose(space), "close the shape of", name);
}

void image_text(struct image *image, hid_t object, const char *name, const char *text)
{
    image_attribute(image, object, name, image->text_type, image->text_type, 1, &text);
}

static void write_setting(struct image *image, const struct setting *setting)
{
    switch (setting->type) {
    case SETTING_TEXT:
        image_text(image, image->file, setting->name, setting->text);
        break;
    case SETTING_COUNT:
        image_attribute(image, image->file, setting->name, H5T_STD_U64LE, H5T_NATIVE_UINT64, 1, &setting->count);
        break;
    case SETTING_REAL:
        image_attribute(image, image->file, setting->name, H5T_IEEE_F32LE, H5T_NATIVE_FLOAT, 1, &setting->real);
        break;
    }
}

void image_settings(struct image *image, const struct experiment *experiment)
{
    struct setting settings[SETTINGS_MAX];
    const size_t count = settings_list(experiment, settings);
    for (size_t i = 0; i < count; i++)
        write_setting(image, &settings[i]);
}

void image_build(struct image *image)
{
    char hdf5[LIBRARY_TEXT];
    library_hdf5(hdf5);
    const struct {
        const char *name, *text;
    } facts[] = {
        {"build_version", build_version()},
        {"build_revision", build_revision()},
        {"build_compiler", build_compiler()},
        {"build_flags", build_flags()},
        {"build_hdf5", hdf5},
        {"build_mpi", build_mpi()},
    };
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
        image_text(image, image->file, facts[i].name, facts[i].text);
}

hid_t image_group(struct image *image, const char *name)
{
    hid_t creation = image_check(image, H5Pcreate(H5P_GROUP_CREATE), "prepare", name);
    image_check(image, H5Pset_obj_track_times(creation, false), "prepare", name);
    image_check(image, H5Pset_link_creation_order(creation, ordered), "prepare", name);
    image_check(image, H5Pset_attr_creation_order(creation, ordered), "prepare", name);
    hid_t group = image_check(image, H5Gcreate2(image->file, name, H5P_DEFAULT, creation, H5P_DEFAULT), "create", name);
    image_check(image, H5Pclose(creation), "prepare", name);
    return group;
}

hid_t image_dataset(struct image *image, const char *name, hid_t file_type, hid_t space)
{
    hid_t creation = image_check(image, H5Pcreate(H5P_DATASET_CREATE), "prepare", name);
    image_check(image, H5Pset_obj_track_times(creation, false), "prepare", name);
    image_check(image, H5Pset_attr_creation_order(creation, ordered), "prepare", name);
    hid_t dataset = image_check(
        image, H5Dcreate2(image->file, name, file_type, space, H5P_DEFAULT, creation, H5P_DEFAULT), "create", name);
    image_check(image, H5Pclose(creation), "prepare", name);
    return dataset;
}

static const char whole[] = "the file in memory";

/* The library looks for a file of the name that it is told, though it is to keep all in memory, and opens no image when
 * there is one: so this is the name of none. */
static const char nowhere[] = "/dev/null/nsurf.h5";

/* With no backing store: the library never writes it to disk. */
void image_begin(struct image *image, const char *kind)
{
    *image = (struct image){.file = -1, .text_type = -1, .kind = kind};
    discard(H5dont_atexit()); /* fails when it was called before, which is as good */
    image_check(image, H5Eset_auto2(H5E_DEFAULT, NULL, NULL), "silence", "the library"); /* our line is the only one */
    hid_t access = image_check(image, H5Pcreate(H5P_FILE_ACCESS), "prepare", whole);
    image_check(image, H5Pset_fapl_core(access, CORE_INCREMENT, false), "prepare", whole);
    hid_t creation = image_check(image, H5Pcreate(H5P_FILE_CREATE), "prepare", whole);
    image_check(image, H5Pset_obj_track_times(creation, false), "prepare", whole);
    image_check(image, H5Pset_link_creation_order(creation, ordered), "prepare", whole);
    image_check(image, H5Pset_attr_creation_order(creation, ordered), "prepare", whole);
    image->file = image_check(image, H5Fcreate(nowhere, H5F_ACC_TRUNC, creation, access), "create", whole);
    image_check(image, H5Pclose(creation), "prepare", whole);
    image_check(image, H5Pclose(access), "prepare", whole);
    image->text_type = image_check(image, H5Tcopy(H5T_C_S1), "prepare", "text");
    image_check(image, H5Tset_size(image->text_type, H5T_VARIABLE), "prepare", "text");
    image_check(image, H5Tset_cset(image->text_type, H5T_CSET_UTF8), "prepare", "text");
}

/* The block of text before these bytes. Errors: STATUS_INTERNAL. */
static enum status make_block(char block[BLOCK], const char *kind, const void *bytes, size_t size, struct error *err)
{
    struct digest *digest;
    char sum[DIGEST_TEXT];
    enum status status = digest_create(&digest, err);
    if (status)
        return status;
    digest_update(digest, bytes, size);
    status = digest_finish(digest, sum, err);
    memset(block, 0, BLOCK);
    discard(snprintf(block, BLOCK, "%s\nbytes %zu\nsha256 %s\n", kind, size, sum));
    return status;
}

static void write_bytes(struct image *image, struct file *file)
{
    image_check(image, H5Fflush(image->file, H5F_SCOPE_GLOBAL), "flush", whole);
    ssize_t size = H5Fget_file_image(image->file, NULL, 0);
    image_check(image, size, "measure", whole);
    if (image->step)
        return;
    void *bytes = malloc((size_t)size);
    char block[BLOCK];
    if (!bytes)
        image_check(image, -1, "copy", whole);
    else if (image_check(image, H5Fget_file_image(image->file, bytes, (size_t)size), "copy", whole) == size) {
        /* What stands before the bytes shifts all addresses, which HDF5 sees by where its signature is. */
        if (make_block(block, image->kind, bytes, (size_t)size, NULL))
            image_check(image, -1, "digest", whole);
        file_write(file, block, BLOCK);
        file_write(file, bytes, (size_t)size);
    }
    free(bytes);
}

enum status image_finish(struct image *image, struct file *file, const char *advice, struct error *err)
{
    image_check(image, H5Tclose(image->text_type), "close", "text");
    write_bytes(image, file);
    image_check(image, H5Fclose(image->file), "close", whole);
    image_check(image, H5close(), "end", "the library");
    if (!image->step)
        return STATUS_OK;
    return error_set(err, STATUS_INTERNAL, "HDF5 cannot %s %s: %s; %s", image->step, image->object,
                     image->reason[0] ? image->reason : "no reason given", advice);
}

/* Bytes that were read so far. */
struct bytes {
    char *at;
    size_t size, capacity;
};

/* Read up to `limit` bytes in all; fewer when the stream ends before. False when memory does. */
static bool read_to(struct bytes *bytes, FILE *stream, size_t limit)
{
    size_t got = 1;
    while (got > 0 && bytes->size < limit) {
        if (bytes->size == bytes->capacity) { /* not at once: a wrong number may promise anything */
            const size_t more = 2 * bytes->capacity + (1 << 16), capacity = more < limit ? more : limit;
            char *const at = realloc(bytes->at, capacity);
            if (!at)
                return false;
            bytes->at = at;
            bytes->capacity = capacity;
        }
        got = fread(bytes->at + bytes->size, 1, bytes->capacity - bytes->size, stream);
        bytes->size += got;
    }
    return true;
}

/* The bytes that the block says follow it; 0 where it does not begin as one of this kind. */
static size_t promised(const struct bytes *bytes, const char *kind)
{
    char start[BLOCK + 1] = "";
    const char *end;
    uint64_t size;
    memcpy(start, bytes->at, bytes->size < BLOCK ? bytes->size : BLOCK);
    const size_t length = strlen(kind);
    if (strncmp(start, kind, length) != 0 || strncmp(start + length, "\nbytes ", 7) != 0)
        return 0;
    const enum number form = number_read_whole(start + length + 7, bytes_max, &size, &end);
    return form == NUMBER_OK ? (size_t)size : form == NUMBER_NOT_FINITE ? bytes_max : 0;
}

/* Errors: as image_open. */
static enum status read_bytes(struct bytes *bytes, FILE *stream, const char *name, const char *kind, const char *advice,
                              struct error *err)
{
    bool enough = read_to(bytes, stream, BLOCK);
    const size_t size = enough && bytes->size > 0 ? promised(bytes, kind) : 0;
    isolated_allow(size < bytes_max ? COPIES * size : 0);
    if (enough && size > 0 && size < bytes_max)
        enough = read_to(bytes, stream, BLOCK + size + 1); /* one more than there should be */
    if (ferror(stream))
        return error_set(err, STATUS_IO, "cannot read %s: %s; see to the file and try again", name,
                         strerror(errno));
    if (!enough)
        return error_memory(err, "the file to be read");
    if (size == 0)
        return error_set(err, STATUS_DATA, "%s: does not begin with `%s`; %s", name, kind, advice);
    char block[BLOCK];
    const bool whole_size = bytes->size == BLOCK + size;
    const enum status status =
        whole_size ? make_block(block, kind, bytes->at + BLOCK, bytes->size - BLOCK, err) : STATUS_OK;
    if (status)
        return status;
    return whole_size && memcmp(block, bytes->at, BLOCK) == 0
               ? STATUS_OK
               : error_set(err, STATUS_DATA,
                           "%s: is not as it was written: damaged, or changed by another program; %s", name,
                           advice);
}

/* The library takes a copy. Below 0 when it cannot make a file of the bytes. */
static hid_t open_bytes(const struct bytes *bytes)
{
    const hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    hid_t file = -1;
    if (access >= 0 && H5Pset_fapl_core(access, CORE_INCREMENT, false) >= 0 &&
        H5Pset_file_image(access, bytes->at, bytes->size) >= 0)
        file = H5Fopen(nowhere, H5F_ACC_RDONLY, access);
    if (access >= 0)
        discard(H5Pclose(access));
    return file;
}

enum status image_open(hid_t *file, FILE *stream, const char *name, const char *kind, const char *advice,
                       struct error *err)
{
    struct bytes bytes = {0};
    *file = -1;
    const enum status status = read_bytes(&bytes, stream, name, kind, advice, err);
    if (!status) {
        hdf5_begin();
        *file = open_bytes(&bytes);
    }
    free(bytes.at);
    if (status || *file >= 0)
        return status;
    return error_set(err, STATUS_DATA, "%s: HDF5 cannot open it; was it made by a newer HDF5?", name);
}

bool image_read_attribute(hid_t file, const char *name, H5T_class_t class, hid_t memory_type, void *value)
{
    const hid_t attribute = H5Aopen(file, name, H5P_DEFAULT);
    if (attribute < 0)
        return false;
    const hid_t space = H5Aget_space(attribute), type = H5Aget_type(attribute);
    const bool right = H5Sget_simple_extent_npoints(space) == 1 && H5Tget_class(type) == class &&
                       (class != H5T_STRING || H5Tis_variable_str(type) > 0) &&
                       H5Aread(attribute, class == H5T_STRING ? type : memory_type, value) >= 0;
    discard(H5Tclose(type));
    discard(H5Sclose(space));
    discard(H5Aclose(attribute));
    return right;
}
