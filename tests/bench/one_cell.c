/* SPDX-License-Identifier: BSD-3-Clause */
/* One cell by itself, for comparison with other programs that train one topology:
 *
 *     one_cell DATA TARGETS A B EPOCHS RATE [REPEAT]
 *
 * trains a full pack, PACK_MAX repeats of (A,B), on the samples in the file's order, and does so REPEAT times. A line
 * each: seconds that one network of the pack took, the pack's divided by PACK_MAX; the first network's final mean
 * squared error; processor seconds, divided alike. Drawing the weights and measuring the error are no training: what
 * they cost, the same pack with 0 epochs, is taken off. */
#define _GNU_SOURCE
#include "base/clock.h"
#include "data/source.h"
#include "net/trainer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct times {
    double wall_s, cpu_s;
};

static struct times now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (struct times){clock_now_s(), (double)t.tv_sec + 1e-9 * (double)t.tv_nsec};
}

static void must(enum status status, const struct error *err)
{
    if (status != STATUS_OK) {
        fprintf(stderr, "one_cell: %s\n", err->text);
        exit((int)status);
    }
}

static unsigned long whole(const char *text)
{
    char *end;
    errno = 0;
    const unsigned long value = strtoul(text, &end, 10);
    if (errno || end == text || *end) {
        fprintf(stderr, "one_cell: %s is no whole number\n", text);
        exit(STATUS_USAGE);
    }
    return value;
}

/* Train a pack of repeats of this trial; what it took, and the first network's error. */
static struct times train(const struct dataset *data, const struct trial *trial, double *error)
{
    struct error err;
    struct trial trials[PACK_MAX];
    struct trial_outcome outcomes[PACK_MAX];
    for (uint32_t repeat = 0; repeat < PACK_MAX; repeat++) {
        trials[repeat] = *trial;
        trials[repeat].repeat = repeat;
    }
    struct trainer *trainer;
    must(trainer_create(&trainer, data, NULL, 0, &err), &err);
    const struct times start = now();
    must(trainer_load(trainer, trials, PACK_MAX, &err), &err);
    for (bool finished = false, first = true; !finished;) {
        finished = trainer_run(trainer, 1e9);
        if (trainer_take(trainer, outcomes, PACK_MAX) > 0 && first) {
            *error = outcomes[0].outcome.error[SPLIT_TRAIN];
            first = false;
        }
    }
    const struct times end = now();
    trainer_destroy(trainer);
    return (struct times){end.wall_s - start.wall_s, end.cpu_s - start.cpu_s};
}

int main(int argc, char **argv)
{
    if (argc < 7 || argc > 8) {
        fprintf(stderr, "usage: one_cell DATA TARGETS A B EPOCHS RATE [REPEAT]\n");
        return STATUS_USAGE;
    }
    struct error err;
    struct dataset data;
    must(source_load(&(struct source){.data = argv[1], .targets = whole(argv[2])}, &data, &err), &err);
    const struct trial trial = {.hyper = {.hidden1 = (uint32_t)whole(argv[3]),
                                          .hidden2 = (uint32_t)whole(argv[4]),
                                          .seed = 1,
                                          .epochs = (uint32_t)whole(argv[5]),
                                          .learning_rate = strtof(argv[6], NULL),
                                          .batch = 1}};
    struct trial nothing = trial;
    nothing.hyper.epochs = 0;
    const unsigned long repeats = argc > 7 ? whole(argv[7]) : 1;
    for (unsigned long r = 0; r < repeats; r++) {
        double error;
        const struct times aside = train(&data, &nothing, &error);
        const struct times took = train(&data, &trial, &error);
        printf("%.9f %.8f %.9f\n", (took.wall_s - aside.wall_s) / PACK_MAX, error,
               (took.cpu_s - aside.cpu_s) / PACK_MAX);
    }
    dataset_free(&data);
    return 0;
}
