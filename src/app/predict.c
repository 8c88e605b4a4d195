/* SPDX-License-Identifier: BSD-3-Clause */
/* Predicting; see predict.h. The trainer computes outputs and errors, with the bits of the training. It knows no MPI.
 */
#define _POSIX_C_SOURCE 200809L /* open_memstream */
#include "app/predict.h"

#include "app/outputs.h"
#include "app/paired.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/number.h"
#include "net/trainer.h"
#include "store/network_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What is known at the end. */
struct prediction {
    struct experiment experiment; /* as the network file has it: what data must look like */
    struct trained trained;
    struct dataset data;
    float *outputs;       /* [samples][targets of the network] */
    bool judged, classes; /* there are targets; and they are classes, as the network's are */
    struct outcome outcome;
};

/* A name in a line of fields. */
static void put_name(FILE *stream, const char *name)
{
    for (; *name; name++)
        putc((unsigned char)*name < ' ' || *name == 127 ? '?' : *name, stream);
}

static void put_target(FILE *stream, const struct dataset *like, size_t k)
{
    if (like->target_names[k])
        put_name(stream, like->target_names[k]);
    else
        fprintf(stream, "output%zu", k + 1);
}

/* The errors of one split of the data; most have but one. */
static void put_errors(FILE *stream, const struct prediction *p, enum split split)
{
    const size_t count = p->data.splits[split];
    const bool whole = count == p->data.samples;
    const char *const name = whole ? "" : dataset_split_names[split], *const line = whole ? "" : "_";
    char number[NUMBER_TEXT];
    number_text(number, p->outcome.error[split]);
    fprintf(stream, "# %s%serror %s\n", name, line, number);
    number_text(number, p->outcome.misclassified[split] / (double)count);
    if (p->classes)
        fprintf(stream, "# %s%smisclassified %s\n", name, line, number);
}

static void put_head(FILE *stream, const struct prediction *p)
{
    const struct dataset *const like = &p->experiment.data;
    fprintf(stream, "# nsurf: outputs of the network (%u,%u)\n# network ", p->trained.network.hidden1,
            p->trained.network.hidden2);
    put_name(stream, like->name);
    fputs("\n# data ", stream);
    put_name(stream, p->data.name);
    fprintf(stream, "\n# samples %zu\n", p->data.samples);
    if (p->data.dropped > 0)
        fprintf(stream, "# dropped %zu\n", p->data.dropped);
    for (int split = 0; split < SPLITS && p->judged; split++)
        if (p->data.splits[split] > 0)
            put_errors(stream, p, (enum split)split);
    fputs("# ", stream);
    for (size_t k = 0; k < like->targets; k++) {
        fputs(k ? "\t" : "", stream);
        put_target(stream, like, k);
    }
    fputs(p->trained.classes ? "\twinner\n" : "\n", stream);
}

static void put_sample(FILE *stream, const struct prediction *p, const float *outputs)
{
    const struct dataset *const like = &p->experiment.data;
    size_t winner = 0;
    for (size_t k = 0; k < like->targets; k++) {
        char number[NUMBER_TEXT];
        number_text_float(number, outputs[k]);
        fprintf(stream, "%s%s", k ? "\t" : "", number);
        winner = outputs[k] > outputs[winner] ? k : winner;
    }
    if (p->trained.classes) {
        putc('\t', stream);
        put_target(stream, like, winner);
    }
    putc('\n', stream);
}

static void put_outputs(FILE *stream, const struct prediction *p)
{
    put_head(stream, p);
    for (size_t s = 0; s < p->data.samples; s++)
        put_sample(stream, p, p->outputs + s * p->experiment.data.targets);
}

/* Two networks on the same samples. */
static void put_comparison(FILE *stream, const struct prediction *p, const struct prediction *other)
{
    const struct prediction *const both[2] = {p, other};
    fputs("# nsurf: two networks on the same samples\n", stream);
    for (size_t i = 0; i < 2; i++)
        fprintf(stream, "# %s network (%u,%u)\n", i ? "second" : "first", both[i]->trained.network.hidden1,
                both[i]->trained.network.hidden2);
    fputs("# data ", stream);
    put_name(stream, p->data.name);
    fprintf(stream, "\n# samples %zu\n", p->data.samples);
    paired_put(stream, &p->data, (const float *const[2]){p->outputs, other->outputs}, p->classes && other->classes);
}

/* To the file, whole, or to standard output, which main looks after. other: NULL: there is but one network. */
static enum status put_all(const struct prediction *p, const struct prediction *other, const char *path,
                           struct error *err)
{
    char *text = NULL;
    size_t size = 0;
    FILE *const stream = open_memstream(&text, &size);
    if (!stream)
        return error_memory(err, "the outputs");
    if (other)
        put_comparison(stream, p, other);
    else
        put_outputs(stream, p);
    struct file *file;
    enum status status = fclose(stream) == 0 ? STATUS_OK : error_memory(err, "the outputs");
    if (!status && !path)
        discard((long)fwrite(text, 1, size, stdout));
    else if (!status)
        status = file_create(&file, path, err);
    if (!status && path) {
        file_write(file, text, size);
        status = file_commit(file, err);
    }
    free(text);
    return status;
}

/* Let the trainer take up the network as if it had been trained: it then computes outputs, and measures errors. */
static enum status compute(struct prediction *p, struct error *err)
{
    struct trial trial = {.hyper = p->experiment.hyper, .repeat = p->trained.network.repeat};
    trial.hyper.hidden1 = p->trained.network.hidden1;
    trial.hyper.hidden2 = p->trained.network.hidden2;
    trial.hyper.epochs = 0;
    trial.hyper.shuffle = false;
    const size_t targets = p->experiment.data.targets;
    struct dataset data = p->data;
    p->judged = data.targets > 0;
    p->classes = p->judged && p->trained.classes && dataset_is_classes(&data);
    if (!p->judged) {
        data.targets = targets;
        data.t = NULL;
    }
    struct trainer *trainer = NULL;
    p->outputs = mem_array(data.samples * targets, sizeof *p->outputs);
    enum status status = p->outputs ? STATUS_OK : error_memory(err, "the outputs");
    if (!status)
        status = trainer_create(&trainer, &data, NULL, 0, err);
    if (!status)
        status = trainer_load(trainer, &trial, 1, err);
    if (!status) {
        for (size_t l = 0; l < SPEC_LAYERS; l++)
            trainer_put_weights(trainer, l, p->trained.weights[l]);
        for (size_t s = 0; s < data.samples; s++)
            trainer_outputs(trainer, data.x + s * data.inputs, p->outputs + s * targets);
        while (p->judged && !trainer_run(trainer, INFINITY))
            ;
        struct trial_outcome outcome = {0};
        discard((long)trainer_take(trainer, &outcome, 1));
        p->outcome = outcome.outcome;
    }
    trainer_destroy(trainer);
    return status;
}

/* A network, and the data as it wants them. */
static enum status read(struct prediction *p, const struct options *options, const char *network, struct error *err)
{
    struct source source = options->source;
    const enum status status = network_file_read(&p->trained, &p->experiment, network, err);
    if (status)
        return status;
    if (p->trained.outcome.status != OUTCOME_OK)
        return error_set(err, STATUS_DATA, "%s: the training of this network diverged; it predicts nothing", network);
    source.like = &p->experiment.data;
    source.missing = p->experiment.data.missing;
    source.scaling = p->experiment.data.scaling;
    source.target_scaling = p->experiment.data.target_scaling;
    return source_load(&source, &p->data, err);
}

/* Both must see the same samples and targets. */
static enum status check_pair(const struct prediction *p, const struct prediction *other, struct error *err)
{
    const struct dataset *const one = &p->data, *const two = &other->data;
    if (one->targets == 0)
        return error_set(err, STATUS_DATA, "%s: holds no targets, and --against compares the errors", one->name);
    if (one->samples != two->samples || one->targets != two->targets ||
        memcmp(one->t, two->t, one->samples * one->targets * sizeof *one->t) != 0)
        return error_set(err, STATUS_DATA, "%s: the two networks do not see the same samples and targets in it",
                         one->name);
    return STATUS_OK;
}

static void prediction_free(struct prediction *p)
{
    free(p->outputs);
    dataset_free(&p->data);
    trained_free(&p->trained);
    experiment_free(&p->experiment);
}

enum status predict_print(const struct options *options, struct error *err)
{
    struct prediction p = {0}, other = {0};
    const char *const path = options->prefix, *const against = options->against;
    enum status status = path ? outputs_check_file(options, "--output", path, err) : STATUS_OK;
    if (!status && against && options->source.no_targets)
        status = error_set(err, STATUS_USAGE, "--against: compares errors, of which --no-targets leaves none");
    if (!status && against && strcmp(options->source.data, "-") == 0)
        status = error_set(err, STATUS_USAGE, "--against: reads the data twice; give a file");
    if (!status)
        status = read(&p, options, options->network, err);
    if (!status && against)
        status = read(&other, options, against, err);
    if (!status && against)
        status = check_pair(&p, &other, err);
    if (!status)
        status = compute(&p, err);
    if (!status && against)
        status = compute(&other, err);
    if (!status)
        status = put_all(&p, against ? &other : NULL, path, err);
    prediction_free(&p);
    prediction_free(&other);
    return status;
}
