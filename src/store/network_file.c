/* SPDX-License-Identifier: BSD-3-Clause */
/* Network files, and writing them; see network_file.h. Reading is network_read.c's. */
#include "store/network_file.h"

#include "base/mem.h"
#include "store/image.h"
#include "store/network_layout.h"

#include <stdlib.h>

const struct network_layer network_layers[SPEC_LAYERS] = {
    {"weights1", "bias1", "initial_weights1", "initial_bias1"},
    {"weights2", "bias2", "initial_weights2", "initial_bias2"},
    {"weights3", "bias3", "initial_weights3", "initial_bias3"},
};

enum status trained_alloc(struct trained *trained, struct error *err)
{
    size_t weights = 0; /* layers are smaller than 2^20 x 2^20, so that nothing overflows */
    for (size_t l = 0; l < SPEC_LAYERS; l++)
        weights += network_layer_weights(trained->units, l);
    if (weights > NETWORK_WEIGHTS_MAX)
        return error_set(err, STATUS_USAGE, "a network of %zu weights is too large for a file; %d are the most",
                         weights, NETWORK_WEIGHTS_MAX);
    bool all = true;
    for (size_t l = 0; l < SPEC_LAYERS; l++) {
        trained->initial[l] = mem_array(network_layer_weights(trained->units, l), sizeof(float));
        trained->weights[l] = mem_array(network_layer_weights(trained->units, l), sizeof(float));
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
    static const char *const errors[SPLITS] = {"train_error", "validation_error", "test_error"};
    static const char *const shares[SPLITS] = {"train_misclassified", "validation_misclassified", "test_misclassified"};
    const struct outcome *const outcome = &trained->outcome;
    image_text(image, image->file, "status", outcome->status == OUTCOME_OK ? "ok" : "diverged");
    write_count(image, "epochs_trained", outcome->epochs);
    for (int split = 0; split < SPLITS; split++) {
        const size_t count = dataset_count(data, (enum split)split, trained->network.fold);
        if (count == 0)
            continue;
        write_real(image, errors[split], outcome->error[split]);
        if (trained->classes)
            write_real(image, shares[split], outcome->misclassified[split] / (double)count);
    }
}

static void write_root(struct image *image, const struct trained *trained, const struct experiment *experiment)
{
    image_text(image, image->file, "title", "A trained network with two hidden layers");
    image_text(image, image->file, "comment",
               "x = (inputs - shift) / divisor; y1 = f(x @ weights1 + bias1); y2 = f(y1 @ weights2 + bias2); outputs = "
               "g(y2 @ weights3 + bias3); f: hidden_activation, g: output_activation");
    if (experiment->data.target_shift)
        image_text(image, image->file, "comment_targets", "answers = outputs * target_divisor + target_shift");
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

/* The scaling in the fold of this network. */
static void write_target_scaling(struct image *image, const struct dataset *data, uint32_t fold)
{
    const hsize_t dims[] = {0, data->targets};
    if (!data->target_shift)
        return;
    write_floats(image, "target_shift", 1, dims, data->target_shift + fold * data->targets);
    write_floats(image, "target_divisor", 1, dims, data->target_divisor + fold * data->targets);
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
        write_floats(image, network_layers[l].bias, 1, dims, trained->weights[l]);
        write_floats(image, network_layers[l].weights, 2, dims, trained->weights[l] + dims[1]);
        write_floats(image, network_layers[l].initial_bias, 1, dims, trained->initial[l]);
        write_floats(image, network_layers[l].initial_weights, 2, dims, trained->initial[l] + dims[1]);
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
        image_begin(&image, NETWORK_KIND);
        write_root(&image, trained, experiment);
        write_scaling(&image, data, zeros, ones);
        write_target_scaling(&image, data, trained->network.fold);
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
