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
    const struct hyperparameters training = {.seed = 1, .epochs = EPOCHS, .learning_rate = 0.2f, .shuffle = true, .batch = 1};
    if (dataset_iris(&data, &err) != STATUS_OK || trainer_create(&trainer, &data, &training, &err) != STATUS_OK)
        return (int)err.status;
    for (uint32_t a = FROM; a <= TO; a += STEP) {
        struct network networks[PACK_MAX];
        struct outcome outcomes[PACK_MAX];
        size_t count = 0;
        for (uint32_t b = FROM; b <= TO; b += STEP)
            networks[count++] = (struct network){a, b, 0, 0};
        if (trainer_load(trainer, networks, count, &err) != STATUS_OK)
            return (int)err.status;
        while (!trainer_run(trainer, 1e9))
            ;
        trainer_outcomes(trainer, outcomes);
        for (size_t n = 0; n < count; n++)
            printf("%u\t%u\t%.17g\n", networks[n].hidden1, networks[n].hidden2, outcomes[n].error[PART_TRAIN]);
    }
    trainer_destroy(trainer);
    dataset_free(&data);
    return 0;
}
