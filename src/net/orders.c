/* SPDX-License-Identifier: BSD-3-Clause */
/* Orders of the samples; see orders.h. */
#include "net/orders.h"

#include "base/mem.h"
#include "net/group.h"
#include "net/random.h"

#include <stdlib.h>

/* The default sweep with 16 repeats needs 10 MB of orders; a rank has as much again for its networks. */
enum { KEPT_BYTES = 16 << 20, KEPT_MAX = 64 };

/* All orders of some trials that share them. */
struct kept {
    struct trial trial; /* one of them */
    uint32_t *rows;     /* [epochs][samples], the first `done` of them drawn; NULL: nothing is kept here */
    uint32_t done;
    uint64_t used; /* the latest group that asked for it */
};

struct orders {
    const struct dataset *data;
    struct kept kept[KEPT_MAX];
    size_t bytes;   /* of all that is kept */
    uint64_t group; /* the one at hand */
    struct trial trials[LANES_MAX];
    struct kept *from[LANES_MAX]; /* where the orders of a slot are kept, or NULL */
    uint32_t *room;               /* [room_count][samples], for those that are not */
    size_t room_count;
};

enum status orders_create(struct orders **orders, const struct dataset *data, struct error *err)
{
    *orders = mem_array(1, sizeof **orders);
    if (!*orders)
        return error_memory(err, "the order of the samples");
    (*orders)->data = data;
    return STATUS_OK;
}

void orders_destroy(struct orders *orders)
{
    if (!orders)
        return;
    for (size_t k = 0; k < KEPT_MAX; k++)
        free(orders->kept[k].rows);
    free(orders->room);
    free(orders);
}

enum status orders_reserve(struct orders *orders, size_t count, struct error *err)
{
    const size_t samples = orders->data->samples;
    if (count <= orders->room_count)
        return STATUS_OK;
    free(orders->room);
    orders->room_count = 0;
    orders->room = count <= SIZE_MAX / samples ? mem_array(count * samples, sizeof *orders->room) : NULL;
    if (!orders->room)
        return error_memory(err, "the order of the samples");
    orders->room_count = count;
    return STATUS_OK;
}

static size_t count_of(const struct orders *orders, const struct trial *trial)
{
    return dataset_count(orders->data, SPLIT_TRAIN, trial->fold);
}

/* The bytes of all orders of a trial; more than KEPT_BYTES where that is too much. */
static size_t bytes_of(const struct orders *orders, const struct trial *trial)
{
    const size_t each = count_of(orders, trial) * sizeof(uint32_t);
    return trial->hyper.epochs > KEPT_BYTES / each ? SIZE_MAX : each * trial->hyper.epochs;
}

/* Where those from this epoch on can be had, drawn or to be drawn next. */
static struct kept *find(struct orders *orders, const struct trial *trial, uint32_t epoch)
{
    for (struct kept *k = orders->kept; k < orders->kept + KEPT_MAX; k++)
        if (k->rows && k->done >= epoch && k->trial.hyper.epochs >= trial->hyper.epochs &&
            random_same_order(&k->trial, trial))
            return k;
    return NULL;
}

static void drop(struct orders *orders, struct kept *kept)
{
    orders->bytes -= kept->rows ? bytes_of(orders, &kept->trial) : 0;
    free(kept->rows);
    kept->rows = NULL;
}

/* A place for the orders of this trial: what was used longest ago gives way, but nothing of the group at hand. NULL
 * where there is no room. */
static struct kept *make_room(struct orders *orders, const struct trial *trial)
{
    const size_t bytes = bytes_of(orders, trial);
    struct kept *oldest = NULL;
    while (bytes <= KEPT_BYTES) {
        oldest = NULL;
        struct kept *empty = NULL;
        for (struct kept *k = orders->kept; k < orders->kept + KEPT_MAX; k++) {
            empty = k->rows ? empty : k;
            if (k->rows && k->used < orders->group && (!oldest || k->used < oldest->used))
                oldest = k;
        }
        if (empty && bytes <= KEPT_BYTES - orders->bytes)
            return empty;
        if (!oldest)
            break;
        drop(orders, oldest);
    }
    return NULL;
}

/* Draw one order. rows: [count_of] */
static void draw(const struct orders *orders, const struct trial *trial, uint32_t epoch, uint32_t *rows)
{
    const size_t count = count_of(orders, trial);
    if (trial->hyper.shuffle)
        random_order(trial, epoch, count, rows);
    if (orders->data->folds > 1)
        for (size_t i = 0; i < count; i++)
            rows[i] = (uint32_t)dataset_row(orders->data, SPLIT_TRAIN, trial->fold, trial->hyper.shuffle ? rows[i] : i);
}

void orders_begin(struct orders *orders, const struct trial *trials, size_t count, uint32_t epoch)
{
    orders->group++;
    for (size_t slot = 0; slot < count; slot++) {
        orders->trials[slot] = trials[slot];
        struct kept *kept = trials[slot].hyper.shuffle ? find(orders, &trials[slot], epoch) : NULL;
        if (!kept && trials[slot].hyper.shuffle && epoch == 0 && trials[slot].hyper.epochs > 0) {
            kept = make_room(orders, &trials[slot]);
            if (kept) /* without memory it is drawn each time */
                kept->rows = mem_array(count_of(orders, &trials[slot]) * trials[slot].hyper.epochs, sizeof *kept->rows);
            if (kept && kept->rows) {
                *kept = (struct kept){.trial = trials[slot], .rows = kept->rows};
                orders->bytes += bytes_of(orders, &trials[slot]);
            }
        }
        if (kept)
            kept->used = orders->group;
        orders->from[slot] = kept && kept->rows ? kept : NULL;
    }
}

const uint32_t *orders_get(struct orders *orders, size_t slot, uint32_t epoch)
{
    const struct trial *const trial = &orders->trials[slot];
    struct kept *const kept = orders->from[slot];
    if (!trial->hyper.shuffle && orders->data->folds <= 1)
        return NULL;
    uint32_t *const rows = kept ? kept->rows + (size_t)epoch * count_of(orders, trial)
                                : orders->room + slot * orders->data->samples;
    if (!kept || epoch >= kept->done) {
        draw(orders, trial, epoch, rows);
        if (kept)
            kept->done = epoch + 1;
    }
    return rows;
}
