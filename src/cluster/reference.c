/* SPDX-License-Identifier: BSD-3-Clause */
/* Whether two processes train alike; see reference.h. */
#include "cluster/reference.h"

#include "data/dataset.h"
#include "net/trainer.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

/* Epochs: the second begins with weights that the first has trained. */
enum { EPOCHS = 2 };

/* Networks that fill no register, a part of one, and several; a first and a later repeat. */
static const struct {
    uint32_t hidden1, hidden2, repeat;
} networks[] = {{3, 2, 0}, {9, 20, 0}, {9, 20, 1}};
enum { NETWORKS = sizeof networks / sizeof *networks };

/* Train them and add their outcomes to the digest. */
static enum status train(const struct dataset *data, const struct hyperparameters *hyper, struct digest *digest,
                         struct error *err)
{
    struct trainer *trainer;
    enum status status = trainer_create(&trainer, data, NULL, 0, err);
    for (size_t n = 0; n < NETWORKS && !status; n++) {
        struct trial trial = {.hyper = *hyper, .repeat = networks[n].repeat};
        struct trial_outcome taken;
        trial.hyper.hidden1 = networks[n].hidden1;
        trial.hyper.hidden2 = networks[n].hidden2;
        status = trainer_load(trainer, &trial, 1, err);
        while (!status && !trainer_run(trainer, INFINITY))
            ;
        while (!status && trainer_take(trainer, &taken, 1) > 0) {
            digest_update(digest, taken.outcome.error, sizeof taken.outcome.error);
            digest_update(digest, taken.outcome.spread, sizeof taken.outcome.spread);
            digest_update(digest, &taken.outcome.status, sizeof taken.outcome.status);
        }
    }
    if (trainer)
        trainer_destroy(trainer);
    return status;
}

enum status reference_make(struct reference *reference, const struct hyperparameters *hyper, struct error *err)
{
    struct hyperparameters brief = *hyper;
    struct dataset data;
    struct digest *digest;
    hyper_resolve(&brief); /* of several optimizers the first */
    brief.epochs = hyper->epochs < EPOCHS ? hyper->epochs : EPOCHS;
    brief.stop = (struct stopping_rules){0}; /* there are no validation samples */
    *reference = (struct reference){0};
    digest_program(reference->program);
    enum status status = dataset_iris(&data, err);
    if (status)
        return status;
    status = digest_create(&digest, err);
    if (!status) {
        status = train(&data, &brief, digest, err);
        const enum status finished = digest_finish(digest, reference->outcomes, status ? NULL : err);
        status = status ? status : finished;
    }
    dataset_free(&data);
    return status;
}

enum status reference_check(const struct reference *mine, const struct reference *first, struct error *err)
{
    if (strcmp(mine->outcomes, first->outcomes) == 0)
        return STATUS_OK;
    const bool same = mine->program[0] && strcmp(mine->program, first->program) == 0;
    return error_set(err, STATUS_MPI,
                     "the same training ends with other bits here than on rank 0 (reference %.12s, not %.12s; %s "
                     "%.12s, not %.12s); install the same build on all hosts",
                     mine->outcomes, first->outcomes, same ? "though the program is the same," : "another program,",
                     mine->program, first->program);
}
