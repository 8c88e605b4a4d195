/* SPDX-License-Identifier: BSD-3-Clause */
/* A group: the networks of a pack that are trained in lock-step in the lanes of the same registers.
 *
 * A register of V lanes holds V / Q networks, Q neighbouring units of each: unit j of the network in slot p stands in
 * register j / Q, lane p Q + j % Q. Q = 1 puts one unit of V networks into a register, which needs no movement between
 * lanes; a larger Q keeps the memory of a group small enough for the first-level cache. Networks are padded to the
 * largest of the group: a mask keeps the outputs of padded units at 0, so that their weights, 0 at first, stay 0.
 *
 * Batches are matrices, whose rows are samples: a row holds the outputs of a layer, behind the constant 1 that a bias
 * is the weight of. With Q = V the group is one network, whose matrices are plain rows of numbers; its weights stand
 * in strips of STRIP registers, one after the other, as products take them: [R / STRIP][rows][STRIP][V]. All other rows
 * are an odd number of cache lines long, so that the lines of a column spread over all of the cache.
 *
 * The networks share batch, activations, loss, optimizer and whether there is early stopping; all else is each
 * network's own. */
#ifndef NSURF_NET_GROUP_H
#define NSURF_NET_GROUP_H

#include "net/spec.h"

#include <stdbool.h>
#include <stddef.h>

enum { LANES_MAX = STEP_LANES, GROUP_OWN = 3, STRIP = 2 };

struct kernel;

struct group {
    _Alignas(64) float rate[LANES_MAX];      /* on-line: minus the learning rate, in each network's lanes */
    struct steps steps;                      /* else: the optimizer's numbers, likewise */
    const struct hyperparameters *hyper;     /* of the first network, for what all share */
    size_t lanes, q, samples;                /* V, Q and how many samples y and d are for: 1, or those of a block */
    bool batches, has_own;                   /* the kernel is for batches; each network has samples of its own */
    size_t count;                            /* networks, 1 … V / Q */
    bool is_logistic, is_default;            /* hidden units; and outputs, the loss being the squared error */
    size_t keeps;                            /* numbers that the optimizer keeps of each weight */
    size_t units[SPEC_LAYERS + 1];           /* n_in, a, b, n_out, the largest of the group */
    size_t registers[SPEC_LAYERS];           /* R[l] = ceil(units[l + 1] / Q); batches: the length of a row */
    size_t real[LANES_MAX][SPEC_LAYERS + 1]; /* each network's own n_in, a, b, n_out */
    float *weights[SPEC_LAYERS];             /* hidden layers: [units[l] + 1][R[l]][V], row 0 the biases; batches: all;
                                              * output layer: [R[2]][V] biases, then [n_out][R[1]][V] */
    size_t weight_floats;                    /* of all layers, which follow each other from weights[0] on */
    float *best;                             /* as weights[0]: see group_keep; NULL without early stopping */
    float *gradient;                         /* as weights[0]; NULL but for batches */
    float *kept[OPTIMIZER_KEEPS];            /* likewise, as far as net/optimizer.h has them */
    float *mask[SPEC_LAYERS];                /* [R[l]][V], all bits set where a unit is real, else none */
    float *z[SPEC_LAYERS - 1];               /* [R[l]][V], totals of a hidden layer while chunks follow */
    float *slope[SPEC_LAYERS - 1];           /* [R[l]][V], of the activations at y */
    float *y[SPEC_LAYERS];                   /* [R[l]][V], outputs; batches: [samples][row[l + 1]] */
    float *d[SPEC_LAYERS];                   /* likewise, deltas */
    float *spread;                           /* [n_out][V], an output's delta in all lanes of its network */
    float *target;                           /* [R[2]][V]; batches: [samples][row[3]] */
    float *shared_target;                    /* [R[2] Q], the targets that all networks share, and zeros */
    float *own[GROUP_OWN], *own_target[GROUP_OWN]; /* [n_in][V] and [R[2]][V] each: inputs and targets, where each
                                                    * network has samples of its own; else, and in batches, NULL */
    size_t row[SPEC_LAYERS + 1];    /* batches, else 0: floats of a row of inputs, and of outputs of each layer */
    float *input;                   /* batches: [samples][row[0]]; before each row of input and y stands a 1 */
    float *transposed[SPEC_LAYERS]; /* batches with Q = V, but for the first layer: the weights with rows and columns
                                     * exchanged, in strips too */
    float *drawn;  /* [units[l] + 1][units[l + 1]] of the largest layer: weights on their way */
    float *memory; /* holds all of the above */
    size_t memory_floats;
};

/* Make room for such a group: afterwards group_load with the same or a smaller one cannot fail. own: each network has
 * samples of its own. The group must be zeroed or in use before; what it held is lost.
 * Owns: the caller, who calls group_free. Ranks: local. Errors: STATUS_INTERNAL. */
enum status group_reserve(struct group *group, const struct kernel *kernel, const struct dataset *data,
                          const struct trial *trials, size_t count, bool own, struct error *err)
    __attribute__((warn_unused_result));

/* Take up count networks with their initial weights; count <= lanes / q of the kernel. trials must outlive them. */
void group_load(struct group *group, const struct kernel *kernel, const struct dataset *data,
                const struct trial *trials, size_t count, bool own);
void group_free(struct group *group);

/* The learning rate of the network in this slot, from here on. */
void group_set_rate(struct group *group, size_t slot, float rate);

/* The weights of layer l of the network in this slot: take them, or put others in their place.
 * weights: [inputs + 1][units], row 0 the biases. */
void group_weights(const struct group *group, size_t l, size_t slot, float *weights);
void group_put_weights(struct group *group, size_t l, size_t slot, const float *weights);

/* For early stopping: keep the weights of some networks, in place of what was kept of them before; and exchange them
 * with what was kept. slots: [count]. */
void group_keep(struct group *group, const bool *slots);
void group_exchange(struct group *group, const bool *slots);

/* A network of one group goes on in another, in a slot of a network of its size: its weights, what its optimizer has
 * kept, and its best state. */
void group_move(struct group *to, size_t to_slot, const struct group *from, size_t from_slot);

/* The place of unit j of the network in this slot, among the outputs of its layer for a sample. */
size_t group_unit(const struct group *group, size_t j, size_t slot);

/* A weight's place: layer l, row i (0 the bias), unit j of the network in this slot. */
size_t group_place(const struct group *group, size_t l, size_t i, size_t j, size_t slot);

#endif
