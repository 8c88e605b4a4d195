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

/* Asked of the list of its creation, because the library opens a virtual array's files when asked for its shape. */
static bool is_elsewhere(hid_t array)
{
    const hid_t creation = H5Dget_create_plist(array);
    const bool inside = creation >= 0 && H5Pget_external_count(creation) == 0 && H5Pget_layout(creation) >= 0 &&
                        H5Pget_layout(creation) != H5D_VIRTUAL;
    if (creation >= 0)
        discard(H5Pclose(creation));
    return !inside;
}

hid_t hdf5_open(hid_t file, const char *name, const char **why)
{
    const hid_t array = H5Dopen2(file, name, H5P_DEFAULT);
    const bool refers = array >= 0 ? is_elsewhere(array) : is_linked(file, name);
    if (why)
        *why = refers ? elsewhere : NULL;
    if (array < 0 || !refers)
        return array;
    discard(H5Dclose(array));
    return -1;
}
