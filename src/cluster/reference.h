/* SPDX-License-Identifier: BSD-3-Clause */
/* What tells whether two processes train alike: the digest of their program, and the outcomes of a few short trainings,
 * done by the very kernels that the sweep will use here. Hosts of one run may have other builds installed. */
#ifndef NSURF_CLUSTER_REFERENCE_H
#define NSURF_CLUSTER_REFERENCE_H

#include "base/digest.h"
#include "net/hyperparameters.h"

struct reference {
    char program[DIGEST_TEXT];  /* of the file that runs here; empty when it cannot be read */
    char outcomes[DIGEST_TEXT]; /* of the trainings */
};

/* Train three small networks on the iris data with these hyperparameters, for two epochs at the most; takes a few
 * milliseconds. Ranks: local. Errors: STATUS_INTERNAL; STATUS_USAGE for an NSURF_ISA that this processor lacks. */
enum status reference_make(struct reference *reference, const struct hyperparameters *hyper, struct error *err)
    __attribute__((warn_unused_result));

/* Refuse a process whose trainings have other bits than rank 0's. Ranks: local. Errors: STATUS_MPI. */
enum status reference_check(const struct reference *mine, const struct reference *first, struct error *err)
    __attribute__((warn_unused_result));

#endif
