/* SPDX-License-Identifier: BSD-3-Clause */
/* How busy early stopping leaves the lanes:
 *
 *     lanes DATA A B EPOCHS RULES REPEATS METHOD
 *
 * trains so many repeats of (A,B) with early stopping by RULES in full packs, METHOD being online or rprop, and prints
 * the share of the lanes' time that went to networks still in training, processor seconds, and the mean of the epochs
 * of the best states. */
#include "base/clock.h"
#include "data/source.h"
#include "net/stopping.h"
#include "net/trainer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void must(enum status status, const struct error *err)
{
    if (status != STATUS_OK) {
        fprintf(stderr, "lanes: %s\n", err->text);
        exit((int)status);
    }
}

int main(int argc, char **argv)
{
    if (argc != 8) {
        fprintf(stderr, "usage: lanes DATA A B EPOCHS RULES REPEATS METHOD\n");
        return STATUS_USAGE;
    }
    struct error err;
    struct dataset data;
    struct trainer *trainer;
    must(source_load(&(struct source){.data = argv[1]}, &data, &err), &err);
    must(trainer_create(&trainer, &data, NULL, 0, &err), &err);
    struct hyperparameters hyper = hyper_default();
    hyper.hidden1 = (uint32_t)strtoul(argv[2], NULL, 10);
    hyper.hidden2 = (uint32_t)strtoul(argv[3], NULL, 10);
    hyper.epochs = (uint32_t)strtoul(argv[4], NULL, 10);
    must(stopping_parse(&hyper.stop, argv[5], "RULES", &err), &err);
    hyper.optimizer = strcmp(argv[7], "rprop") == 0 ? OPTIMIZER_RPROP : OPTIMIZER_SGD;
    hyper.batch = BATCH_USUAL;
    hyper.learning_rate = RATE_USUAL;
    hyper_resolve(&hyper);
    const size_t repeats = strtoul(argv[6], NULL, 10);
    double epochs = 0;
    const clock_t start = clock();
    for (size_t first = 0; first < repeats; first += PACK_MAX) {
        struct trial trials[PACK_MAX];
        struct trial_outcome outcomes[PACK_MAX];
        const size_t count = repeats - first < PACK_MAX ? repeats - first : PACK_MAX;
        for (size_t n = 0; n < count; n++)
            trials[n] = (struct trial){.hyper = hyper, .repeat = (uint32_t)(first + n)};
        must(trainer_load(trainer, trials, count, &err), &err);
        for (bool finished = false; !finished;) {
            finished = trainer_run(trainer, 1e9);
            for (size_t n = trainer_take(trainer, outcomes, PACK_MAX), i = 0; i < n; i++)
                epochs += outcomes[i].outcome.epochs;
        }
    }
    printf("%.1f %% of the lanes busy, %.2f s, best state after %.1f epochs\n", 100 * trainer_busy(trainer),
           (double)(clock() - start) / CLOCKS_PER_SEC, epochs / (double)repeats);
    trainer_destroy(trainer);
    dataset_free(&data);
    return 0;
}
