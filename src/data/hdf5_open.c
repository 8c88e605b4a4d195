/* SPDX-License-Identifier: BSD-3-Clause */
/* Opening what stands in one HDF5 file alone; see hdf5_open.h. */
#include "data/hdf5_open.h"

#include "base/error.h"

#include <stdbool.h>
#include <string.h>

static const char elsewhere[] = "refers to another file, which is not followed; copy the values into this one";

void hdf5_begin(void)
{
    discard(H5dont_atexit());                       /* fails when it was called before, which is as good */
    discard(H5Eset_auto2(H5E_DEFAULT, NULL, NULL)); /* our line is the only one */
    discard(H5Lunregister(H5L_TYPE_EXTERNAL));
}

/* Whether a link on the way to this name leads into another file. */
static bool is_linked(hid_t file, const char *name)
{
    char path[256];
    for (size_t end = 1; end <= strlen(name) && end < sizeof path; end++) {
        H5L_info_t link;
        if (name[end] != '/' && name[end] != '\0')
            continue;
        memcpy(path, name, end);
        path[end] = '\0';
        if (H5Lget_info(file, path, &link, H5P_DEFAULT) < 0)
            return false;
        if (link.type != H5L_TYPE_HARD && link.type != H5L_TYPE_SOFT)
            return true;
    }
    return false;
}

/* This asks the list of its creation, because the library opens a virtual array's files when asked for its shape. */
static bool is_elsewhere(hid_t array)
{
    const hid_t creation = H5Dget_create_plist(array);
    const bool inside = creation >= 0 && H5Pget_external_count(creation) == 0 && H5Pget_layout(creation) >= 0 &&
                        H5Pget_layout(creation) != H5D_VIRTUAL;
    if (creation >= 0)
        discard(H5Pclose(creation));
    return !inside;
}

bool hdf5_open(struct hdf5_array *array, hid_t file, const char *name, const char **why)
{
    *array = (struct hdf5_array){H5Dopen2(file, name, H5P_DEFAULT), -1, -1, 0, {0}};
    const bool refers = array->dataset >= 0 ? is_elsewhere(array->dataset) : is_linked(file, name);
    if (why)
        *why = refers ? elsewhere : NULL;
    if (array->dataset < 0 || refers)
        return false;
    array->space = H5Dget_space(array->dataset);
    array->type = H5Dget_type(array->dataset);
    array->rank = H5Sget_simple_extent_ndims(array->space);
    return array->space >= 0 && array->type >= 0 && array->rank >= 0 &&
           H5Sget_simple_extent_dims(array->space, array->dims, NULL) == array->rank;
}

void hdf5_close(struct hdf5_array *array)
{
    if (array->type >= 0)
        discard(H5Tclose(array->type));
    if (array->space >= 0)
        discard(H5Sclose(array->space));
    if (array->dataset >= 0)
        discard(H5Dclose(array->dataset));
    *array = (struct hdf5_array){-1, -1, -1, 0, {0}};
}

bool hdf5_is(const struct hdf5_array *array, H5T_class_t class, int rank, const hsize_t *dims)
{
    const hsize_t stored = H5Dget_storage_size(array->dataset);
    hsize_t values = 1;
    if (H5Tget_class(array->type) != class || array->rank != rank)
        return false;
    for (int a = 0; a < rank; a++) {
        if (array->dims[a] != dims[a])
            return false;
        values *= dims[a];
    }
    return H5Tis_variable_str(array->type) > 0 ? stored > 0 : stored == values * H5Tget_size(array->type);
}

bool hdf5_read(const struct hdf5_array *array, hid_t type, const hsize_t *start, const hsize_t *count, void *values)
{
    if (!start)
        return H5Dread(array->dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0;
    const hid_t memory = H5Screate_simple(array->rank, count, NULL), space = H5Scopy(array->space);
    const bool read = memory >= 0 && space >= 0 &&
                      H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, count, NULL) >= 0 &&
                      H5Dread(array->dataset, type, memory, space, H5P_DEFAULT, values) >= 0;
    if (space >= 0)
        discard(H5Sclose(space));
    if (memory >= 0)
        discard(H5Sclose(memory));
    return read;
}

hsize_t hdf5_chunk_rows(const struct hdf5_array *array)
{
    const hid_t creation = H5Dget_create_plist(array->dataset);
    hsize_t chunk[H5S_MAX_RANK] = {1};
    if (creation >= 0 && H5Pget_layout(creation) == H5D_CHUNKED &&
        H5Pget_chunk(creation, H5S_MAX_RANK, chunk) != array->rank)
        chunk[0] = 1;
    if (creation >= 0)
        discard(H5Pclose(creation));
    return chunk[0] > 0 ? chunk[0] : 1;
}
