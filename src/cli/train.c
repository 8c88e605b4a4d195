/* SPDX-License-Identifier: BSD-3-Clause */
/* Training one network; see train.h. It knows no MPI. */
#include "cli/train.h"

#include "cli/run.h"
#include "net/trainer.h"
#include "store/journal_line.h"

#include <stdio.h>
#include <string.h>

/* Between two looks at whether it is finished: no one waits for the end of a slice here. */
static const double slice_flop = 1e9;

static enum status train(const struct experiment *experiment, const struct network *network, struct outcome *outcome,
                         struct error *err)
{
    struct trainer *trainer = NULL;
    enum status status = trainer_create(&trainer, &experiment->data, &experiment->training, err);
    if (!status)
        status = trainer_load(trainer, network, 1, err);
    if (!status) {
        while (!trainer_run(trainer, slice_flop))
            ;
        trainer_outcomes(trainer, outcome);
    }
    trainer_destroy(trainer);
    return status;
}

/* As the journal has it, without the seal. */
static void print(const struct network *network, const struct outcome *outcome)
{
    char line[JOURNAL_LINE];
    discard((long)journal_line_outcome(line, network, outcome));
    *strrchr(line, ' ') = '\0';
    printf("# hidden1 hidden2 fold repeat status epochs train_error validation_error test_error train_wrong "
           "validation_wrong test_wrong\n%s\n",
           line);
}

enum status train_print(struct options *options, struct error *err)
{
    struct experiment experiment = {0};
    struct outcome outcome;
    enum status status = run_experiment(&experiment, options, err);
    if (!status) {
        const struct network network = {.hidden1 = experiment.hidden1.values[0],
                                        .hidden2 = experiment.hidden2.values[0],
                                        .repeat = options->repeat,
                                        .fold = options->fold};
        status = train(&experiment, &network, &outcome, err);
        if (!status)
            print(&network, &outcome);
    }
    experiment_free(&experiment);
    return status;
}
