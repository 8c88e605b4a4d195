/* SPDX-License-Identifier: BSD-3-Clause */
/* The orders in which networks see the samples, epoch by epoch. Groups that come one after the other see the same
 * ones, and to draw one costs a small network as much as a tenth of its training: so they are kept, as far as a fixed
 * amount of memory allows. Internal to this room. */
#ifndef NSURF_NET_ORDERS_H
#define NSURF_NET_ORDERS_H

#include "base/error.h"
#include "data/dataset.h"
#include "net/hyperparameters.h"

#include <stddef.h>
#include <stdint.h>

struct orders;

/* data must outlive it. Owns: the caller, who calls orders_destroy. Ranks: local. Errors: STATUS_INTERNAL. */
enum status orders_create(struct orders **orders, const struct dataset *data, struct error *err)
    __attribute__((warn_unused_result));
void orders_destroy(struct orders *orders);

/* Make room for so many orders at once, 1 to LANES_MAX. Errors: STATUS_INTERNAL. */
enum status orders_reserve(struct orders *orders, size_t count, struct error *err) __attribute__((warn_unused_result));

/* From here on, slots 0 … count - 1 are those of these trials, which are at this epoch. count: at most what was
 * reserved. */
void orders_begin(struct orders *orders, const struct trial *trials, size_t count, uint32_t epoch);

/* The rows of the slot's training samples in the order of this epoch, which is the one of orders_begin, the one asked
 * for before or the next: of as many as its fold has. NULL where that is 0, 1, 2, … Valid until the slot is asked for
 * another, or orders_begin. */
const uint32_t *orders_get(struct orders *orders, size_t slot, uint32_t epoch);

#endif
