/* SPDX-License-Identifier: BSD-3-Clause */
/* Early stopping: when the errors of a training say that it is over, and which of its states was the best. It sees
 * errors alone, never a network or a data set; the specification and the trainer both ask it.
 *
 * E_tr(t) and E_va(t) are the mean squared errors of the training and the validation samples after epoch t. E_va is
 * measured at the end of each strip of k = `every` epochs, and after the last epoch. With E_opt(t) the lowest E_va up
 * to t, a training stops at the first such t where
 *
 *   gl        GL(t)   = 100 (E_va(t) / E_opt(t) - 1) > gl                               generalization loss, in percent
 *   progress  P_k(t)  = 1000 (sum of E_tr over the strip / (k min E_tr in the strip) - 1) < progress
 *   pq        GL(t) / P_k(t) > pq
 *   up        E_va was higher than one strip before, `up` times in a row
 *   patience  E_va was no new minimum, `patience` times in a row
 *
 * The state before the first epoch is none of those compared: Prechelt measures at the ends of strips. GL is 0 where
 * E_va = E_opt, and P_k is 0 where all E_tr of the strip are equal, also where they are 0. An E_va that is not finite
 * ends the training as an infinite GL would; the best state before it is what comes out.
 *
 * Source: L. Prechelt, PROBEN1, TR 21/94, Karlsruhe 1994 (GL and P, and stopping by either); Automatic early stopping
 * using cross validation: quantifying the criteria, Neural Networks 11 (1998) 761-767 (PQ, UP, E_tr after epochs). */
#ifndef NSURF_NET_STOPPING_H
#define NSURF_NET_STOPPING_H

#include "base/error.h"
#include "net/hyperparameters.h"

/* The longest text of rules, and the end of the string. */
enum { STOPPING_TEXT = 192 };

/* Read rules as `gl=5,progress=0.1,every=5`: any of them, in any order, `every` 5 when not given. option: the option's
 * name, for the error line. Ranks: local. Errors: STATUS_USAGE. */
enum status stopping_parse(struct stopping_rules *rules, const char *text, const char *option, struct error *err)
    __attribute__((warn_unused_result));

/* The text that reads back to the same rules, in one order; "none" without early stopping. */
void stopping_text(char text[STOPPING_TEXT], const struct stopping_rules *rules);

/* Whether the error of this split has to be measured after this epoch, 1 to training->epochs, for the rules. Where both
 * have to, the training samples come first. */
bool stopping_watches(const struct hyperparameters *hyper, enum split split, uint32_t epoch);

/* What is known of one training. Zero it to begin. */
struct stopping {
    bool stopped;
    bool found;       /* a state that is the best so far */
    uint32_t epoch;   /* of the best state; where none is found when stopped, of the stop */
    double best;      /* E_opt */
    double last;      /* E_va one strip before */
    uint32_t rises;   /* in a row */
    uint32_t worse;   /* validations in a row without a new minimum */
    uint32_t trained; /* epochs of this strip whose E_tr is known, their sum and the lowest */
    double sum, lowest;
};

/* E_tr after an epoch. Of no effect once stopped, as below. */
void stopping_train(struct stopping *state, double error);

/* E_va after this epoch. Returns whether it is lower than all before: this state is the best so far. */
bool stopping_validate(struct stopping *state, const struct stopping_rules *rules, uint32_t epoch, double error);

#endif
