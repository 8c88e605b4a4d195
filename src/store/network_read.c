/* SPDX-License-Identifier: BSD-3-Clause */
/* Reading network files; see network_file.h. The library reads the file, read-only, in a process of its own; what that
 * hands over is judged again. */
#define _POSIX_C_SOURCE 200809L /* strdup */
#include "store/network_file.h"

#include "base/input.h"
#include "base/isolated.h"
#include "base/mem.h"
#include "data/hdf5_open.h"
#include "store/image.h"
#include "store/network_layout.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A file that is open. The first thing that is not as it should be is kept. */
struct reader {
    hid_t file;
    const char *missing;
};

static bool note(struct reader *reader, bool right, const char *name)
{
    if (!right && !reader->missing)
        reader->missing = name;
    return right;
}

/* Read an array of exactly this class and shape. dims: [rank]. */
static bool read_array(struct reader *reader, const char *name, H5T_class_t class, int rank, const hsize_t *dims,
                       hid_t type, void *values)
{
    struct hdf5_array array;
    if (reader->missing)
        return false;
    const bool right = hdf5_open(&array, reader->file, name, NULL) && hdf5_is(&array, class, rank, dims) &&
                       hdf5_read(&array, type, NULL, NULL, values);
    hdf5_close(&array);
    return note(reader, right, name);
}

static void read_floats(struct reader *reader, const char *name, int rank, const hsize_t *dims, float *values)
{
    read_array(reader, name, H5T_FLOAT, rank, dims, H5T_NATIVE_FLOAT, values);
}

static bool read_matrix_dims(struct reader *reader, const char *name, hsize_t dims[2])
{
    struct hdf5_array array;
    const bool right = hdf5_open(&array, reader->file, name, NULL) && array.rank == 2;
    memcpy(dims, array.dims, 2 * sizeof *dims);
    hdf5_close(&array);
    return note(reader, right, name);
}

/* The text of an attribute, which is one of these; its place among them. */
static unsigned read_choice(struct reader *reader, const char *name, const char *const *choices, unsigned count)
{
    unsigned choice = count;
    char *text = NULL;
    if (image_read_attribute(reader->file, name, H5T_STRING, -1, &text) && text)
        for (choice = 0; choice < count && strcmp(text, choices[choice]) != 0;)
            choice++;
    discard(H5free_memory(text));
    return note(reader, choice < count, name) ? choice : 0;
}

static uint32_t read_count(struct reader *reader, const char *name)
{
    uint32_t count = 0;
    note(reader, image_read_attribute(reader->file, name, H5T_INTEGER, H5T_NATIVE_UINT32, &count), name);
    return count;
}

/* The samples of a step, which say in which order sums are taken. */
static void read_batch(struct reader *reader, struct hyperparameters *hyper)
{
    char *text = NULL;
    const bool there = image_read_attribute(reader->file, "batch", H5T_STRING, -1, &text) && text;
    note(reader, there && !parameter_read(parameter_find("batch"), hyper, text, "batch", NULL), "batch");
    discard(H5free_memory(text));
}

static void read_root(struct reader *reader, struct trained *trained, struct experiment *experiment)
{
    static const char *const truth[] = {"no", "yes"}, *const ends[] = {"ok", "diverged"};
    struct dataset *const data = &experiment->data;
    struct hyperparameters *const training = &experiment->hyper;
    training->hidden_activation =
        (enum activation)read_choice(reader, "hidden_activation", activation_names, ACTIVATION_SOFTMAX);
    training->output_activation =
        (enum activation)read_choice(reader, "output_activation", activation_names, ACTIVATIONS);
    read_batch(reader, training);
    trained->classes = read_choice(reader, "classes", truth, 2);
    trained->outcome = outcome_without((enum outcome_status)read_choice(reader, "status", ends, 2),
                                       read_count(reader, "epochs_trained"));
    trained->network.fold = read_count(reader, "fold");
    trained->network.repeat = read_count(reader, "repeat");
    data->missing = (enum missing)read_choice(reader, "missing", dataset_missing_names, MISSINGS);
    data->scaling = (enum scaling)read_choice(reader, "scale", dataset_scaling_names, SCALINGS);
    if (H5Aexists(reader->file, "scale_targets") > 0)
        data->target_scaling = (enum scaling)read_choice(reader, "scale_targets", dataset_scaling_names, SCALINGS);
}

/* The sizes of all layers, which must fit each other. */
static void read_units(struct reader *reader, struct trained *trained)
{
    for (size_t l = 0; l < SPEC_LAYERS && !reader->missing; l++) {
        hsize_t dims[2] = {0};
        const hsize_t most = DATASET_COLUMNS_MAX;
        if (!read_matrix_dims(reader, network_layers[l].weights, dims))
            return;
        note(reader, dims[0] > 0 && dims[1] > 0 && dims[0] <= most && dims[1] <= most, network_layers[l].weights);
        note(reader, l == 0 || dims[0] == trained->units[l], network_layers[l].weights);
        trained->units[l] = (size_t)dims[0];
        trained->units[l + 1] = (size_t)dims[1];
    }
    /* What the file cannot hold needs no memory. */
    hsize_t bytes = 0, weights = 0;
    discard(H5Fget_filesize(reader->file, &bytes));
    for (size_t l = 0; l < SPEC_LAYERS; l++)
        weights += network_layer_weights(trained->units, l);
    note(reader, weights <= bytes / sizeof(float), network_layers[1].weights);
    note(reader, trained->units[1] <= HIDDEN_MAX && trained->units[2] <= HIDDEN_MAX, network_layers[1].weights);
    trained->network.hidden1 = (uint32_t)trained->units[1];
    trained->network.hidden2 = (uint32_t)trained->units[2];
}

static void read_layers(struct reader *reader, const struct trained *trained)
{
    for (size_t l = 0; l < SPEC_LAYERS; l++) {
        const hsize_t dims[] = {trained->units[l], trained->units[l + 1]};
        read_floats(reader, network_layers[l].bias, 1, dims + 1, trained->weights[l]);
        read_floats(reader, network_layers[l].weights, 2, dims, trained->weights[l] + dims[1]);
        read_floats(reader, network_layers[l].initial_bias, 1, dims + 1, trained->initial[l]);
        read_floats(reader, network_layers[l].initial_weights, 2, dims, trained->initial[l] + dims[1]);
    }
}

/* Errors: STATUS_INTERNAL. */
static enum status read_names(struct reader *reader, struct dataset *data, struct error *err)
{
    const hsize_t dims[] = {data->targets};
    char **const texts = mem_array(data->targets, sizeof *texts);
    const hid_t type = H5Tcopy(H5T_C_S1), space = H5Screate_simple(1, dims, NULL);
    bool enough = texts, read = enough && type >= 0 && space >= 0 && H5Tset_size(type, H5T_VARIABLE) >= 0 &&
                                H5Tset_cset(type, H5T_CSET_UTF8) >= 0 &&
                                read_array(reader, "target_names", H5T_STRING, 1, dims, type, texts);
    note(reader, read, "target_names");
    for (size_t k = 0; read && k < data->targets; k++)
        if (texts[k] && *texts[k]) {
            note(reader, strlen(texts[k]) <= NETWORK_NAME_BYTES, "target_names");
            data->target_names[k] = strdup(texts[k]);
            enough = enough && data->target_names[k];
        }
    if (read)
        discard(H5Dvlen_reclaim(type, space, H5P_DEFAULT, texts));
    if (type >= 0)
        discard(H5Tclose(type));
    if (space >= 0)
        discard(H5Sclose(space));
    free(texts);
    return enough ? STATUS_OK : error_memory(err, "the class names");
}

/* Room for what data must look like. Errors: STATUS_INTERNAL. */
static enum status alloc_outline(struct dataset *data, struct error *err)
{
    const bool fills = data->missing == MISSING_MEAN, scales = data->target_scaling != SCALING_NONE;
    data->shift = mem_array(data->inputs, sizeof *data->shift);
    data->divisor = mem_array(data->inputs, sizeof *data->divisor);
    data->mean = fills ? mem_array(data->inputs, sizeof *data->mean) : NULL;
    data->target_shift = scales ? mem_array(data->targets, sizeof *data->target_shift) : NULL;
    data->target_divisor = scales ? mem_array(data->targets, sizeof *data->target_divisor) : NULL;
    data->target_names = mem_array(data->targets, sizeof *data->target_names);
    data->target_columns = mem_array(data->targets, sizeof *data->target_columns);
    return data->shift && data->divisor && (data->mean || !fills) &&
                   ((data->target_shift && data->target_divisor) || !scales) && data->target_names &&
                   data->target_columns
               ? STATUS_OK
               : error_memory(err, "what data must look like");
}

static void read_scaling(struct reader *reader, const char *shift_name, const char *divisor_name, size_t count,
                         float *shift, float *divisor)
{
    const hsize_t dims[] = {count};
    read_floats(reader, shift_name, 1, dims, shift);
    read_floats(reader, divisor_name, 1, dims, divisor);
}

/* What data must look like. Errors: STATUS_INTERNAL. */
static enum status read_outline(struct reader *reader, struct dataset *data, struct error *err)
{
    const hsize_t inputs[] = {data->inputs}, targets[] = {data->targets};
    enum status status = alloc_outline(data, err);
    if (status)
        return status;
    read_scaling(reader, "shift", "divisor", data->inputs, data->shift, data->divisor);
    if (data->target_shift)
        read_scaling(reader, "target_shift", "target_divisor", data->targets, data->target_shift,
                     data->target_divisor);
    if (data->mean)
        read_floats(reader, "mean", 1, inputs, data->mean);
    read_array(reader, "target_columns", H5T_INTEGER, 1, targets, H5T_NATIVE_UINT32, data->target_columns);
    return read_names(reader, data, err);
}

static enum status read_all(struct reader *reader, struct trained *trained, struct experiment *experiment,
                            struct error *err)
{
    read_root(reader, trained, experiment);
    read_units(reader, trained);
    if (reader->missing)
        return STATUS_OK;
    experiment->data.inputs = trained->units[0];
    experiment->data.targets = trained->units[SPEC_LAYERS];
    experiment->data.folds = 1;
    enum status status = trained_alloc(trained, err);
    if (status)
        return status;
    read_layers(reader, trained);
    status = read_outline(reader, &experiment->data, err);
    if (!status && !reader->missing)
        reader->missing = network_wrong(trained, experiment);
    return status;
}

/* What the child reads and hands over. */
struct request {
    const char *path, *name;
    struct trained trained;
    struct experiment experiment;
};

/* All that is no array. */
struct outline {
    size_t units[SPEC_LAYERS + 1];
    struct trial_key network;
    uint32_t classes; /* 0: no; of a bool, other bytes would be undefined */
    struct outcome outcome;
    uint32_t batch;
    enum activation hidden_activation, output_activation;
    enum missing missing;
    enum scaling scaling, target_scaling;
};

static enum status read_file(void *arg, struct error *err)
{
    struct request *const r = arg;
    FILE *stream;
    enum status status = input_open(&stream, r->path, err);
    struct reader reader = {.file = -1};
    if (!status)
        status = image_open(&reader.file, stream, r->name, NETWORK_KIND, "`nsurf train --save` makes one", err);
    if (!status)
        status = read_all(&reader, &r->trained, &r->experiment, err);
    if (!status && reader.missing)
        status = error_set(err, STATUS_DATA, "%.160s: %s is not there, or not as it should be; train the network again",
                           r->name, reader.missing);
    return status; /* the process ends soon, and with it what is open */
}

static void put_floats(const struct isolated *parent, const float *values, size_t count)
{
    if (values)
        isolated_put(parent, values, count * sizeof *values);
}

static void hand_over(const struct isolated *parent, const void *arg)
{
    const struct request *const r = arg;
    const struct trained *const trained = &r->trained;
    const struct dataset *const data = &r->experiment.data;
    const struct hyperparameters *const hyper = &r->experiment.hyper;
    struct outline o = {.network = trained->network,
                        .classes = trained->classes,
                        .outcome = trained->outcome,
                        .batch = hyper->batch,
                        .hidden_activation = hyper->hidden_activation,
                        .output_activation = hyper->output_activation,
                        .missing = data->missing,
                        .scaling = data->scaling,
                        .target_scaling = data->target_scaling};
    memcpy(o.units, trained->units, sizeof o.units);
    isolated_put(parent, &o, sizeof o);
    for (size_t l = 0; l < SPEC_LAYERS; l++) {
        put_floats(parent, trained->weights[l], network_layer_weights(o.units, l));
        put_floats(parent, trained->initial[l], network_layer_weights(o.units, l));
    }
    put_floats(parent, data->shift, data->inputs);
    put_floats(parent, data->divisor, data->inputs);
    put_floats(parent, data->mean, data->inputs);
    put_floats(parent, data->target_shift, data->targets);
    put_floats(parent, data->target_divisor, data->targets);
    isolated_put(parent, data->target_columns, data->targets * sizeof *data->target_columns);
    for (size_t k = 0; k < data->targets; k++) {
        const char *const name = data->target_names[k] ? data->target_names[k] : "";
        const size_t length = strlen(name);
        isolated_put(parent, &length, sizeof length);
        isolated_put(parent, name, length);
    }
}

static enum status take_floats(struct isolated *child, float *values, size_t count, struct error *err)
{
    return values ? isolated_get(child, values, count * sizeof *values, err) : STATUS_OK;
}

static enum status take_names(struct isolated *child, struct dataset *data, struct error *err)
{
    enum status status = STATUS_OK;
    for (size_t k = 0; !status && k < data->targets; k++) {
        size_t length = 0;
        status = isolated_get(child, &length, sizeof length, err);
        if (!status && length > NETWORK_NAME_BYTES)
            return isolated_refuse(child, err);
        if (status || length == 0)
            continue;
        data->target_names[k] = mem_array(length + 1, 1);
        status = data->target_names[k] ? isolated_get(child, data->target_names[k], length, err)
                                       : error_memory(err, "the class names");
    }
    return status;
}

static enum status take_arrays(struct isolated *child, struct trained *trained, struct dataset *data,
                               struct error *err)
{
    enum status status = trained_alloc(trained, err);
    for (size_t l = 0; !status && l < SPEC_LAYERS; l++) {
        status = take_floats(child, trained->weights[l], network_layer_weights(trained->units, l), err);
        if (!status)
            status = take_floats(child, trained->initial[l], network_layer_weights(trained->units, l), err);
    }
    if (!status)
        status = alloc_outline(data, err);
    if (!status)
        status = take_floats(child, data->shift, data->inputs, err);
    if (!status)
        status = take_floats(child, data->divisor, data->inputs, err);
    if (!status)
        status = take_floats(child, data->mean, data->inputs, err);
    if (!status)
        status = take_floats(child, data->target_shift, data->targets, err);
    if (!status)
        status = take_floats(child, data->target_divisor, data->targets, err);
    if (!status)
        status = isolated_get(child, data->target_columns, data->targets * sizeof *data->target_columns, err);
    return status ? status : take_names(child, data, err);
}

static enum status take(struct isolated *child, struct trained *trained, struct experiment *experiment,
                        struct error *err)
{
    struct outline o;
    enum status status = isolated_get(child, &o, sizeof o, err);
    if (status)
        return status;
    for (size_t l = 0; l <= SPEC_LAYERS; l++)
        if (o.units[l] < 1 || o.units[l] > DATASET_COLUMNS_MAX)
            return isolated_refuse(child, err);
    *trained = (struct trained){.network = o.network, .classes = o.classes != 0, .outcome = o.outcome};
    memcpy(trained->units, o.units, sizeof o.units);
    experiment->hyper.batch = o.batch;
    experiment->hyper.hidden_activation = o.hidden_activation;
    experiment->hyper.output_activation = o.output_activation;
    experiment->data = (struct dataset){.inputs = o.units[0],
                                        .targets = o.units[SPEC_LAYERS],
                                        .folds = 1,
                                        .missing = o.missing,
                                        .scaling = o.scaling,
                                        .target_scaling = o.target_scaling};
    status = take_arrays(child, trained, &experiment->data, err);
    return !status && network_wrong(trained, experiment) ? isolated_refuse(child, err) : status;
}

enum status network_file_read(struct trained *trained, struct experiment *experiment, const char *path,
                              struct error *err)
{
    *trained = (struct trained){0};
    *experiment = (struct experiment){.hyper = hyper_default()};
    struct request request = {.path = path, .name = strcmp(path, "-") == 0 ? "standard input" : path};
    request.experiment = *experiment;
    struct isolated child;
    enum status status = isolated_start(&child, request.name, read_file, hand_over, &request, err);
    if (status)
        return status;
    status = take(&child, trained, experiment, err);
    if (!status)
        discard(snprintf(experiment->data.name, sizeof experiment->data.name, "%s", request.name));
    isolated_end(&child);
    return status;
}
