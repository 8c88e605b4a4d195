/* SPDX-License-Identifier: BSD-3-Clause */
/* HDF5 files built in memory; see image.h. */
#include "store/image.h"

#include "base/build.h"
#include "store/library.h"
#include "store/settings.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { CORE_INCREMENT = 1 << 20 }; /* bytes by which the file in memory grows */

/* Of links and attributes, as netCDF has it. */
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
    struct setting settings[SETTINGS];
    settings_list(experiment, settings);
    for (size_t i = 0; i < SETTINGS; i++)
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
    hid_t group =
        image_check(image, H5Gcreate2(image->file, name, H5P_DEFAULT, creation, H5P_DEFAULT), "create", name);
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

/* With no backing store: the library never writes it to disk. */
void image_begin(struct image *image)
{
    *image = (struct image){.file = -1, .text_type = -1};
    discard(H5dont_atexit()); /* fails when it was called before, which is as good */
    image_check(image, H5Eset_auto2(H5E_DEFAULT, NULL, NULL), "silence", "the library"); /* our line is the only one */
    hid_t access = image_check(image, H5Pcreate(H5P_FILE_ACCESS), "prepare", whole);
    image_check(image, H5Pset_fapl_core(access, CORE_INCREMENT, false), "prepare", whole);
    hid_t creation = image_check(image, H5Pcreate(H5P_FILE_CREATE), "prepare", whole);
    image_check(image, H5Pset_obj_track_times(creation, false), "prepare", whole);
    image_check(image, H5Pset_link_creation_order(creation, ordered), "prepare", whole);
    image_check(image, H5Pset_attr_creation_order(creation, ordered), "prepare", whole);
    image->file = image_check(image, H5Fcreate("nsurf.h5", H5F_ACC_TRUNC, creation, access), "create", whole);
    image_check(image, H5Pclose(creation), "prepare", whole);
    image_check(image, H5Pclose(access), "prepare", whole);
    image->text_type = image_check(image, H5Tcopy(H5T_C_S1), "prepare", "text");
    image_check(image, H5Tset_size(image->text_type, H5T_VARIABLE), "prepare", "text");
    image_check(image, H5Tset_cset(image->text_type, H5T_CSET_UTF8), "prepare", "text");
}

static void write_bytes(struct image *image, struct file *file)
{
    image_check(image, H5Fflush(image->file, H5F_SCOPE_GLOBAL), "flush", whole);
    ssize_t size = H5Fget_file_image(image->file, NULL, 0);
    image_check(image, size, "measure", whole);
    if (image->step)
        return;
    void *bytes = malloc((size_t)size);
    if (!bytes)
        image_check(image, -1, "copy", whole);
    else if (image_check(image, H5Fget_file_image(image->file, bytes, (size_t)size), "copy", whole) == size)
        file_write(file, bytes, (size_t)size);
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
