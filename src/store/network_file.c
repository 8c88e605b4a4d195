/* SPDX-License-Identifier: BSD-3-Clause */
/* Network files; see network_file.h. */
#define _POSIX_C_SOURCE 200809L /* strdup */
#include "store/network_file.h"

#include "base/input.h"
#include "base/isolated.h"
#include "base/mem.h"
#include "data/hdf5_open.h"
#include "store/image.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The first line of the file; another number for another layout. */
static const char kind[] = "nsurf network 1";

/* Of a class name, at the most. */
enum { NAME_BYTES = 1 << 12 };

static const struct {
    const char *weights, *bias, *initial_weights, *initial_bias;
} names[SPEC_LAYERS] = {
    {"weights1", "bias1", "initial_weights1", "initial_bias1"},
    {"weights2", "bias2", "initial_weights2", "initial_bias2"},
    {"weights3", "bias3", "initial_weights3", "initial_bias3"},
};

static size_t weights_of(const size_t units[SPEC_LAYERS + 1], size_t l)
{
    return (units[l] + 1) * units[l + 1];
}

enum status trained_alloc(struct trained *trained, struct error *err)
{
    size_t weights = 0; /* layers are smaller than 2^20 x 2^20, so that nothing overflows */
    for (size_t l = 0; l < SPEC_LAYERS; l++)
        weights += weights_of(trained->units, l);
    if (weights > NETWORK_WEIGHTS_MAX)
        return error_set(err, STATUS_USAGE, "a network of %zu weights is too large for a file; %d are the most",
                         weights, NETWORK_WEIGHTS_MAX);
    bool all = true;
    for (size_t l = 0; l < SPEC_LAYERS; l++) {
        trained->initial[l] = mem_array(weights_of(trained->units, l), sizeof(float));
        trained->weights[l] = mem_array(weights_of(trained->units, l), sizeof(float));
        all = all && trained->initial[l] && trained->weights[l];
    }
    return all ? STATUS_OK : error_memory(err, "the weights of a network");
}

void trained_free(struct trained *trained)
{
    for (size_t l = 0; l < SPEC_LAYERS; l++) {
        free(trained->initial[l]);
        free(trained->weights[l]);
    }
    *trained = (struct trained){0};
}

/* --- writing ---------------------------------------------------------------------------------------------------- */

/* dims: [rank]; a matrix has both, a vector the second alone. */
static void write_array(struct image *image, const char *name, int rank, const hsize_t dims[2], hid_t file_type,
                        hid_t memory_type, const void *values)
{
    hid_t space = image_check(image, H5Screate_simple(rank, dims + 2 - rank, NULL), "describe", name);
    hid_t dataset = image_dataset(image, name, file_type, space);
    image_check(image, H5Dwrite(dataset, memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values), "write", name);
    image_check(image, H5Dclose(dataset), "close", name);
    image_check(image, H5Sclose(space), "close the shape of", name);
}

static void write_floats(struct image *image, const char *name, int rank, const hsize_t dims[2], const float *values)
{
    write_array(image, name, rank, dims, H5T_IEEE_F32LE, H5T_NATIVE_FLOAT, values);
}

static void write_count(struct image *image, const char *name, uint32_t count)
{
    image_attribute(image, image->file, name, H5T_STD_U32LE, H5T_NATIVE_UINT32, 1, &count);
}

static void write_real(struct image *image, const char *name, double real)
{
    image_attribute(image, image->file, name, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, 1, &real);
}

/* How well it was trained, for the parts that have samples. */
static void write_outcome(struct image *image, const struct trained *trained, const struct dataset *data)
{
    static const char *const errors[PARTS] = {"train_error", "validation_error", "test_error"};
    static const char *const shares[PARTS] = {"train_misclassified", "validation_misclassified", "test_misclassified"};
    const struct outcome *const outcome = &trained->outcome;
    image_text(image, image->file, "status", outcome->status == OUTCOME_OK ? "ok" : "diverged");
    write_count(image, "epochs_trained", outcome->epochs);
    for (int part = 0; part < PARTS; part++) {
        const size_t count = dataset_count(data, (enum part)part, trained->network.fold);
        if (count == 0)
            continue;
        write_real(image, errors[part], outcome->error[part]);
        if (trained->classes)
            write_real(image, shares[part], outcome->wrong[part] / (double)count);
    }
}

static void write_root(struct image *image, const struct trained *trained, const struct experiment *experiment)
{
    image_text(image, image->file, "title", "A trained network with two hidden layers");
    image_text(image, image->file, "comment",
               "x = (inputs - shift) / divisor; y1 = f(x @ weights1 + bias1); y2 = f(y1 @ weights2 + bias2); outputs = "
               "g(y2 @ weights3 + bias3); f: hidden_activation, g: output_activation");
    image_text(image, image->file, "classes", trained->classes ? "yes" : "no");
    write_count(image, "hidden1", trained->network.hidden1);
    write_count(image, "hidden2", trained->network.hidden2);
    write_count(image, "fold", trained->network.fold);
    write_count(image, "repeat", trained->network.repeat);
    write_outcome(image, trained, &experiment->data);
    image_settings(image, experiment);
    image_build(image);
}

static void write_scaling(struct image *image, const struct dataset *data, const float *zeros, const float *ones)
{
    const hsize_t dims[] = {0, data->inputs};
    write_floats(image, "shift", 1, dims, data->shift ? data->shift : zeros);
    write_floats(image, "divisor", 1, dims, data->divisor ? data->divisor : ones);
    if (data->mean)
        write_floats(image, "mean", 1, dims, data->mean);
}

/* texts: [targets], room for them; columns likewise. */
static void write_targets(struct image *image, const struct dataset *data, const char **texts, uint32_t *columns)
{
    const hsize_t dims[] = {0, data->targets};
    for (size_t k = 0; k < data->targets; k++) {
        texts[k] = data->target_names && data->target_names[k] ? data->target_names[k] : "";
        columns[k] = data->target_columns ? data->target_columns[k] : (uint32_t)k;
    }
    write_array(image, "target_names", 1, dims, image->text_type, image->text_type, texts);
    write_array(image, "target_columns", 1, dims, H5T_STD_U32LE, H5T_NATIVE_UINT32, columns);
}

static void write_layers(struct image *image, const struct trained *trained)
{
    for (size_t l = 0; l < SPEC_LAYERS; l++) {
        const hsize_t dims[] = {trained->units[l], trained->units[l + 1]};
        write_floats(image, names[l].bias, 1, dims, trained->weights[l]);
        write_floats(image, names[l].weights, 2, dims, trained->weights[l] + dims[1]);
        write_floats(image, names[l].initial_bias, 1, dims, trained->initial[l]);
        write_floats(image, names[l].initial_weights, 2, dims, trained->initial[l] + dims[1]);
    }
}

static enum status render(const struct trained *trained, const struct experiment *experiment, struct file *file,
                          struct error *err)
{
    const struct dataset *const data = &experiment->data;
    float *const zeros = mem_array(data->inputs, sizeof *zeros), *const ones = mem_array(data->inputs, sizeof *ones);
    const char **const texts = mem_array(data->targets, sizeof *texts);
    uint32_t *const columns = mem_array(data->targets, sizeof *columns);
    enum status status = STATUS_OK;
    if (zeros && ones && texts && columns) {
        for (size_t k = 0; k < data->inputs; k++)
            ones[k] = 1;
        struct image image;
        image_begin(&image, kind);
        write_root(&image, trained, experiment);
        write_scaling(&image, data, zeros, ones);
        write_layers(&image, trained);
        write_targets(&image, data, texts, columns);
        status = image_finish(&image, file, "is there enough memory for a smaller network?", err);
    } else {
        status = error_memory(err, "a network file");
    }
    free(zeros);
    free(ones);
    free(texts);
    free(columns);
    return status;
}

enum status network_file_write(const struct trained *trained, const struct experiment *experiment, const char *path,
                               struct error *err)
{
    struct file *file;
    enum status status = file_create(&file, path, err);
    if (status)
        return status;
    status = render(trained, experiment, file, err);
    if (!status)
        return file_commit(file, err);
    file_abort(file);
    return status;
}

/* --- reading ---------------------------------------------------------------------------------------------------- */

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
    const hid_t array = reader->missing ? -1 : image_open_array(reader->file, name, class, rank, dims);
    const bool right = array >= 0 && H5Dread(array, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0;
    if (array >= 0)
        discard(H5Dclose(array));
    return note(reader, right, name);
}

static void read_floats(struct reader *reader, const char *name, int rank, const hsize_t *dims, float *values)
{
    read_array(reader, name, H5T_FLOAT, rank, dims, H5T_NATIVE_FLOAT, values);
}

static bool read_matrix_dims(struct reader *reader, const char *name, hsize_t dims[2])
{
    const hid_t array = hdf5_open(reader->file, name, NULL), space = array < 0 ? -1 : H5Dget_space(array);
    const bool right = space >= 0 && H5Sget_simple_extent_ndims(space) == 2 &&
                       H5Sget_simple_extent_dims(space, dims, NULL) == 2;
    if (space >= 0)
        discard(H5Sclose(space));
    if (array >= 0)
        discard(H5Dclose(array));
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

static void read_root(struct reader *reader, struct trained *trained, struct experiment *experiment)
{
    static const char *const truth[] = {"no", "yes"}, *const ends[] = {"ok", "diverged"};
    struct dataset *const data = &experiment->data;
    struct hyperparameters *const training = &experiment->hyper;
    training->hidden_activation =
        (enum activation)read_choice(reader, "hidden_activation", activation_names, ACTIVATION_SOFTMAX);
    training->output_activation =
        (enum activation)read_choice(reader, "output_activation", activation_names, ACTIVATIONS);
    trained->classes = read_choice(reader, "classes", truth, 2);
    trained->outcome = outcome_without((enum outcome_status)read_choice(reader, "status", ends, 2),
                                       read_count(reader, "epochs_trained"));
    trained->network.fold = read_count(reader, "fold");
    trained->network.repeat = read_count(reader, "repeat");
    data->missing = (enum missing)read_choice(reader, "missing", dataset_missing_names, MISSINGS);
    data->scaling = (enum scaling)read_choice(reader, "scale", dataset_scaling_names, SCALINGS);
}

/* The sizes of all layers, which must fit each other. */
static void read_units(struct reader *reader, struct trained *trained)
{
    for (size_t l = 0; l < SPEC_LAYERS && !reader->missing; l++) {
        hsize_t dims[2] = {0};
        const hsize_t most = DATASET_COLUMNS_MAX;
        if (!read_matrix_dims(reader, names[l].weights, dims))
            return;
        note(reader, dims[0] > 0 && dims[1] > 0 && dims[0] <= most && dims[1] <= most, names[l].weights);
        note(reader, l == 0 || dims[0] == trained->units[l], names[l].weights);
        trained->units[l] = (size_t)dims[0];
        trained->units[l + 1] = (size_t)dims[1];
    }
    /* What the file cannot hold needs no memory. */
    hsize_t bytes = 0, weights = 0;
    discard(H5Fget_filesize(reader->file, &bytes));
    for (size_t l = 0; l < SPEC_LAYERS; l++)
        weights += weights_of(trained->units, l);
    note(reader, weights <= bytes / sizeof(float), names[1].weights);
    note(reader, trained->units[1] <= HIDDEN_MAX && trained->units[2] <= HIDDEN_MAX, names[1].weights);
    trained->network.hidden1 = (uint32_t)trained->units[1];
    trained->network.hidden2 = (uint32_t)trained->units[2];
}

static bool are_finite(const float *values, size_t count)
{
    for (size_t k = 0; k < count; k++)
        if (!isfinite(values[k]))
            return false;
    return true;
}

static void read_layers(struct reader *reader, const struct trained *trained)
{
    for (size_t l = 0; l < SPEC_LAYERS; l++) {
        const hsize_t dims[] = {trained->units[l], trained->units[l + 1]};
        read_floats(reader, names[l].bias, 1, dims + 1, trained->weights[l]);
        read_floats(reader, names[l].weights, 2, dims, trained->weights[l] + dims[1]);
        read_floats(reader, names[l].initial_bias, 1, dims + 1, trained->initial[l]);
        read_floats(reader, names[l].initial_weights, 2, dims, trained->initial[l] + dims[1]);
        note(reader, trained->outcome.status != OUTCOME_OK || are_finite(trained->weights[l], (dims[0] + 1) * dims[1]),
             names[l].weights);
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
            note(reader, strlen(texts[k]) <= NAME_BYTES, "target_names");
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

/* Columns follow each other without a gap, and the classes of one are sorted: the reader of data relies on it. */
static bool in_order(const struct dataset *data)
{
    bool right = data->target_columns[0] == 0;
    for (size_t k = 1; right && k < data->targets; k++) {
        const uint32_t before = data->target_columns[k - 1], at = data->target_columns[k];
        const char *const name = data->target_names[k], *const last = data->target_names[k - 1];
        right = at == before + 1 || (at == before && name && last && strcmp(last, name) < 0);
    }
    return right;
}

/* Room for what data must look like. Errors: STATUS_INTERNAL. */
static enum status alloc_outline(struct dataset *data, struct error *err)
{
    const bool fills = data->missing == MISSING_MEAN;
    data->shift = mem_array(data->inputs, sizeof *data->shift);
    data->divisor = mem_array(data->inputs, sizeof *data->divisor);
    data->mean = fills ? mem_array(data->inputs, sizeof *data->mean) : NULL;
    data->target_names = mem_array(data->targets, sizeof *data->target_names);
    data->target_columns = mem_array(data->targets, sizeof *data->target_columns);
    return data->shift && data->divisor && (data->mean || !fills) && data->target_names && data->target_columns
               ? STATUS_OK
               : error_memory(err, "what data must look like");
}

/* What data must look like. Errors: STATUS_INTERNAL. */
static enum status read_outline(struct reader *reader, struct dataset *data, struct error *err)
{
    const hsize_t inputs[] = {data->inputs}, targets[] = {data->targets};
    enum status status = alloc_outline(data, err);
    if (status)
        return status;
    read_floats(reader, "shift", 1, inputs, data->shift);
    read_floats(reader, "divisor", 1, inputs, data->divisor);
    note(reader, are_finite(data->shift, data->inputs), "shift");
    for (size_t i = 0; i < data->inputs; i++)
        note(reader, isfinite(data->divisor[i]) && data->divisor[i] != 0, "divisor");
    if (data->mean)
        read_floats(reader, "mean", 1, inputs, data->mean);
    read_array(reader, "target_columns", H5T_INTEGER, 1, targets, H5T_NATIVE_UINT32, data->target_columns);
    status = read_names(reader, data, err);
    if (!status && !reader->missing)
        note(reader, in_order(data), "target_columns");
    return status;
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
    return read_outline(reader, &experiment->data, err);
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
    bool classes;
    struct outcome outcome;
    enum activation hidden_activation, output_activation;
    enum missing missing;
    enum scaling scaling;
};

static enum status read_file(void *arg, struct error *err)
{
    struct request *const r = arg;
    FILE *stream;
    enum status status = input_open(&stream, r->path, err);
    struct reader reader = {.file = -1};
    if (!status)
        status = image_open(&reader.file, stream, r->name, kind, "`nsurf train --save` makes one", err);
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
                        .hidden_activation = hyper->hidden_activation,
                        .output_activation = hyper->output_activation,
                        .missing = data->missing,
                        .scaling = data->scaling};
    memcpy(o.units, trained->units, sizeof o.units);
    isolated_put(parent, &o, sizeof o);
    for (size_t l = 0; l < SPEC_LAYERS; l++) {
        put_floats(parent, trained->weights[l], weights_of(o.units, l));
        put_floats(parent, trained->initial[l], weights_of(o.units, l));
    }
    put_floats(parent, data->shift, data->inputs);
    put_floats(parent, data->divisor, data->inputs);
    put_floats(parent, data->mean, data->inputs);
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
        if (!status && length > NAME_BYTES)
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
        status = take_floats(child, trained->weights[l], weights_of(trained->units, l), err);
        if (!status)
            status = take_floats(child, trained->initial[l], weights_of(trained->units, l), err);
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
        status = isolated_get(child, data->target_columns, data->targets * sizeof *data->target_columns, err);
    return status ? status : take_names(child, data, err);
}

static enum status take(struct isolated *child, struct trained *trained, struct experiment *experiment,
                        struct error *err)
{
    struct outline o;
    const enum status status = isolated_get(child, &o, sizeof o, err);
    if (status)
        return status;
    for (size_t l = 0; l <= SPEC_LAYERS; l++)
        if (o.units[l] < 1 || o.units[l] > DATASET_COLUMNS_MAX)
            return isolated_refuse(child, err);
    *trained = (struct trained){.network = o.network, .classes = o.classes, .outcome = o.outcome};
    memcpy(trained->units, o.units, sizeof o.units);
    experiment->hyper.hidden_activation = o.hidden_activation;
    experiment->hyper.output_activation = o.output_activation;
    experiment->data = (struct dataset){.inputs = o.units[0],
                                        .targets = o.units[SPEC_LAYERS],
                                        .folds = 1,
                                        .missing = o.missing,
                                        .scaling = o.scaling};
    return take_arrays(child, trained, &experiment->data, err);
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
