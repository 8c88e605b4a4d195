/* SPDX-License-Identifier: BSD-3-Clause */
/* From attributes to facts; see facts_hdf5.h. */
#include "store/facts_hdf5.h"

#include "base/mem.h"
#include "base/number.h"
#include "data/hdf5_open.h"
#include "store/image.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- the child ---------------------------------------------------------------------------------------------------- */

static enum status refuse(const char *path, const char *object, struct error *err)
{
    return error_set(err, STATUS_DATA, "%s: %s: cannot be read; is the file damaged?", path, object);
}

static char *number_of(hid_t type, const char *name, hid_t file)
{
    char text[NUMBER_TEXT];
    uint64_t count;
    double real;
    if (H5Tget_class(type) == H5T_INTEGER) {
        if (!image_read_attribute(file, name, H5T_INTEGER, H5T_NATIVE_UINT64, &count))
            return NULL;
        discard(snprintf(text, sizeof text, "%" PRIu64, count));
        return strdup(text);
    }
    if (!image_read_attribute(file, name, H5T_FLOAT, H5T_NATIVE_DOUBLE, &real))
        return NULL;
    if (H5Tget_size(type) == sizeof(float))
        number_text_float(text, (float)real);
    else
        number_text(text, real);
    return strdup(text);
}

/* An attribute with one value, as text; NULL for another. */
static char *text_of(hid_t file, hid_t attribute, const char *name)
{
    const hid_t type = H5Aget_type(attribute);
    char *found = NULL, *text = NULL;
    if (H5Tget_class(type) != H5T_STRING)
        text = number_of(type, name, file);
    else if (image_read_attribute(file, name, H5T_STRING, type, &found) && found) {
        text = strndup(found, FACT_TEXT_MAX);
        discard(H5free_memory(found));
    }
    discard(H5Tclose(type));
    return text;
}

static enum status read_attributes(struct facts *facts, hid_t file, const char *path, struct error *err)
{
    H5O_info_t about;
    if (H5Oget_info2(file, &about, H5O_INFO_NUM_ATTRS) < 0 || about.num_attrs > FACT_COUNT_MAX)
        return refuse(path, "attributes", err);
    facts->list = mem_array((size_t)about.num_attrs, sizeof *facts->list);
    if (!facts->list)
        return error_memory(err, "the attributes of the results");
    for (hsize_t i = 0; i < about.num_attrs; i++) {
        struct fact *const fact = &facts->list[facts->count];
        const hid_t attribute = H5Aopen_by_idx(file, ".", H5_INDEX_NAME, H5_ITER_INC, i, H5P_DEFAULT, H5P_DEFAULT);
        if (attribute < 0)
            return refuse(path, "attributes", err);
        if (H5Aget_name(attribute, sizeof fact->name, fact->name) > 0)
            fact->text = text_of(file, attribute, fact->name);
        facts->count += fact->text != NULL;
        discard(H5Aclose(attribute));
    }
    return STATUS_OK;
}

/* The misclassified samples of one split, where the file has them. count: of values. */
static enum status read_misclassified(double **values, size_t count, const struct hdf5_array *array, const char *path,
                                      const char *name, struct error *err)
{
    isolated_allow(count * sizeof **values);
    *values = mem_array(count, sizeof **values);
    if (!*values)
        return error_memory(err, "the misclassified samples");
    return hdf5_read(array, H5T_NATIVE_DOUBLE, NULL, NULL, *values) ? STATUS_OK : refuse(path, name, err);
}

enum status facts_read(struct facts *facts, hid_t file, const char *path, const struct experiment *experiment, int rank,
                       const hsize_t *dims, struct error *err)
{
    const size_t count = experiment_trainings(experiment);
    const bool several = experiment_cell_trainings(experiment) > 1;
    *facts = (struct facts){0};
    enum status status = read_attributes(facts, file, path, err);
    for (int split = 0; split < SPLITS && !status && !experiment->program; split++) {
        char name[FACT_NAME];
        discard(snprintf(name, sizeof name, "%s%s_misclassified", several ? "trainings/" : "",
                         dataset_split_names[split]));
        if (H5Lexists(file, name, H5P_DEFAULT) <= 0)
            continue;
        struct hdf5_array array;
        const bool right = hdf5_open(&array, file, name, NULL) && hdf5_is(&array, H5T_FLOAT, rank, dims);
        status = right ? read_misclassified(&facts->misclassified[split], count, &array, path, name, err)
                       : refuse(path, name, err);
        hdf5_close(&array);
    }
    return status;
}

/* What goes before the facts, and before the text of one. */
struct outline {
    size_t count;
    uint8_t misclassified[SPLITS]; /* 0 or 1 */
};
struct fact_outline {
    char name[FACT_NAME];
    size_t length;
};

void facts_put(const struct isolated *parent, const struct facts *facts, size_t trainings)
{
    struct outline outline = {.count = facts->count};
    for (int split = 0; split < SPLITS; split++)
        outline.misclassified[split] = facts->misclassified[split] != NULL;
    isolated_put(parent, &outline, sizeof outline);
    for (size_t i = 0; i < facts->count; i++) {
        struct fact_outline about = {.length = strlen(facts->list[i].text)};
        memcpy(about.name, facts->list[i].name, sizeof about.name);
        isolated_put(parent, &about, sizeof about);
        isolated_put(parent, facts->list[i].text, about.length);
    }
    for (int split = 0; split < SPLITS; split++)
        if (facts->misclassified[split])
            isolated_put(parent, facts->misclassified[split], trainings * sizeof(double));
}

/* --- the parent --------------------------------------------------------------------------------------------------- */

static enum status take_fact(struct isolated *child, struct fact *fact, struct error *err)
{
    struct fact_outline about;
    enum status status = isolated_get(child, &about, sizeof about, err);
    if (status)
        return status;
    if (about.length > FACT_TEXT_MAX || !memchr(about.name, '\0', sizeof about.name))
        return isolated_refuse(child, err);
    fact->text = calloc(about.length + 1, 1);
    if (!fact->text)
        return error_memory(err, "an attribute of the results");
    memcpy(fact->name, about.name, sizeof fact->name);
    return isolated_get(child, fact->text, about.length, err);
}

enum status facts_take(struct isolated *child, struct facts *facts, size_t trainings, struct error *err)
{
    struct outline outline;
    *facts = (struct facts){0};
    enum status status = isolated_get(child, &outline, sizeof outline, err);
    if (status)
        return status;
    if (outline.count > FACT_COUNT_MAX)
        return isolated_refuse(child, err);
    facts->list = mem_array(outline.count, sizeof *facts->list);
    if (!facts->list)
        return error_memory(err, "the attributes of the results");
    for (; facts->count < outline.count && !status; facts->count++)
        status = take_fact(child, &facts->list[facts->count], err);
    for (int split = 0; split < SPLITS && !status; split++) {
        if (!outline.misclassified[split])
            continue;
        facts->misclassified[split] = mem_array(trainings, sizeof(double));
        status = facts->misclassified[split]
                     ? isolated_get(child, facts->misclassified[split], trainings * sizeof(double), err)
                     : error_memory(err, "the misclassified samples");
    }
    return status;
}
