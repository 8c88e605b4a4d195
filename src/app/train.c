/* SPDX-License-Identifier: BSD-3-Clause */
/* Training one network; see train.h. It knows no MPI. */
#include "app/train.h"

#include "app/load.h"
#include "app/outputs.h"
#include "app/reach.h"
#include "app/run.h"
#include "net/trainer.h"
#include "store/journal_line.h"
#include "store/network_file.h"

#include <stdio.h>
#include <string.h>

/* Between two looks at whether it is finished: no one waits for the end of a slice here. */
static const double slice_flop = 1e9;

/* Train for so many epochs. trained: has its network; receives the outcome and, where it has room for them, the
 * weights, initial and final. */
static enum status train(const struct experiment *experiment, const struct trial *trial, struct trained *trained,
                         struct error *err)
{
    struct trainer *trainer = NULL;
    struct trial_outcome outcome = {0};
    enum status status = trainer_create(&trainer, &experiment->data, NULL, 0, err);
    if (!status)
        status = trainer_load(trainer, trial, 1, err);
    if (!status) {
        for (size_t l = 0; l < SPEC_LAYERS && trained->initial[l]; l++)
            trainer_weights(trainer, l, trained->initial[l]);
        while (!trainer_run(trainer, slice_flop))
            ;
        for (size_t l = 0; l < SPEC_LAYERS && trained->weights[l]; l++)
            trainer_weights(trainer, l, trained->weights[l]);
        discard((long)trainer_take(trainer, &outcome, 1));
        trained->outcome = outcome.outcome;
    }
    trainer_destroy(trainer);
    return status;
}

/* As the journal has it, without the checksum. */
static void print(const struct trial *trial, const struct outcome *outcome)
{
    char line[JOURNAL_LINE];
    const struct journal_form form = {
        .format = 3, .base = &trial->hyper, .all = {hyper_parameters, HYPER_PARAMETERS}};
    discard((long)journal_line_outcome(line, &form, trial, outcome, NULL));
    *strrchr(line, ' ') = '\0';
    printf("# hidden1 hidden2 fold repeat status epochs train_error validation_error test_error train_wrong "
           "validation_wrong test_wrong train_spread validation_spread test_spread\n%s\n",
           line);
}

/* Before hours of training: the network can be kept. */
static enum status check_file(const struct options *options, struct error *err)
{
    return options->save ? outputs_check_file(options, "--save", options->save, err) : STATUS_OK;
}

enum status train_print(struct options *options, struct error *err)
{
    struct experiment experiment = {0};
    struct trained trained = {0};
    struct trial trial;
    enum status status = check_file(options, err);
    if (!status)
        status = load_experiment(&experiment, options, err);
    if (!status) {
        if (!options->quiet)
            reach_warn(&experiment);
        trial = experiment_trial(&experiment, 0);
        trial.repeat = options->repeat;
        trial.fold = options->fold;
        const uint32_t a = trial.hyper.hidden1, b = trial.hyper.hidden2;
        trained = (struct trained){.network = {a, b, options->repeat, options->fold},
                                   .classes = dataset_is_classes(&experiment.data),
                                   .units = {experiment.data.inputs, a, b, experiment.data.targets}};
    }
    if (!status && options->save)
        status = trained_alloc(&trained, err);
    if (!status)
        status = train(&experiment, &trial, &trained, err);
    if (!status && options->save)
        status = network_file_write(&trained, &experiment, options->save, err);
    if (!status)
        print(&trial, &trained.outcome);
    trained_free(&trained);
    experiment_free(&experiment);
    return status;
}
