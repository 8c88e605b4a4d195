/* SPDX-License-Identifier: BSD-3-Clause */
/* The surface of the carried data set over a reduced grid, by the trainer alone: hidden1, hidden2, error, as in the
 * TSV. Built for another processor, without the rooms above it. */
#include "net/trainer.h"

#include <stdio.h>

int main(void)
{
    enum { FROM = 1, TO = 64, STEP = 9, EPOCHS = 20 };
    struct error err;
    struct dataset data;
    struct trainer *trainer;
    if (dataset_iris(&data, &err) != STATUS_OK || trainer_create(&trainer, &data, NULL, 0, &err) != STATUS_OK)
        return (int)err.status;
    for (uint32_t a = FROM; a <= TO; a += STEP) {
        struct trial trials[PACK_MAX];
        struct trial_outcome outcomes[PACK_MAX];
        size_t count = 0;
        for (uint32_t b = FROM; b <= TO; b += STEP, count++) {
            trials[count] = (struct trial){.hyper = hyper_default()};
            trials[count].hyper.hidden1 = a;
            trials[count].hyper.hidden2 = b;
            trials[count].hyper.epochs = EPOCHS;
        }
        if (trainer_load(trainer, trials, count, &err) != STATUS_OK)
            return (int)err.status;
        for (bool finished = false; !finished;) {
            finished = trainer_run(trainer, 1e9);
            for (size_t n = trainer_take(trainer, outcomes, PACK_MAX), i = 0; i < n; i++) {
                const struct hyperparameters *const hyper = &trials[outcomes[i].member].hyper;
                printf("%u\t%u\t%.17g\n", hyper->hidden1, hyper->hidden2, outcomes[i].outcome.error[SPLIT_TRAIN]);
            }
        }
    }
    trainer_destroy(trainer);
    dataset_free(&data);
    return 0;
}
