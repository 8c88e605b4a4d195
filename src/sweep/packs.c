/* SPDX-License-Identifier: BSD-3-Clause */
/* Packs; see packs.h.
 *
 * The grid is cut into strips of STRIP neighbouring hidden2 values. The walk goes along hidden1 down the first strip,
 * up the second, down the third, and the trainings that it meets are cut into packs one after the other. So a full
 * pack of single trainings is a tile of 4 x 4 neighbours, four members in a row share hidden1 and stand in one strip,
 * and wherever a strip is narrow, ends, or has holes, the pack goes on with what is next in the walk, which is alike:
 * all packs but the last are full.
 *
 * What stands at a topology are its repeats, and the values of further axes in which networks that share registers may
 * differ, such as the learning rate: those fill packs of their own first, then rows of four; of one repeat before the
 * next, because these share the order of samples. Each fold of the data, and each combination of the values in which
 * they may not differ, such as the batch, has a walk of its own. One training serves all epochs of an axis: it stands
 * for them by the most that are still to be done. */
#include "sweep/packs.h"

#include "base/mem.h"
#include "sweep/cost.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum {
    STRIP = 4, /* hidden2 values in a strip: the trainer rounds hidden2 up to 4, so these share registers */
    ROW = 4,   /* members in a row: the smallest number of networks that fills a register */
};

/* Sizes to choose from, and the speed in flop/s at which a pack of this size trains, relative to the first: measured
 * with AVX-512 at 32 to 64 units a layer, where a grid spends most of its time. In batches a network fills registers
 * with its own samples. */
static const struct {
    uint32_t members;
    double online, batches;
} sizes[] = {{PACK_MAX, 1.0, 1.0}, {ROW, 0.9, 0.8}, {1, 0.45, 0.8}};

static double speed_of(const struct experiment *experiment, size_t s)
{
    if (experiment->program) /* a run is a run */
        return 1;
    return experiment_trial(experiment, 0).hyper.batch == 1 ? sizes[s].online : sizes[s].batches;
}

/* The walk's state: packs made so far, and the one that is being filled at the end of packs->members. */
struct walk {
    struct packs *packs;
    const struct experiment *experiment;
    bool (*todo)(size_t training, const void *arg);
    const void *arg;
    size_t rows, columns;                 /* values of hidden1 and hidden2 */
    size_t row_stride, column_stride;     /* from one to the next, in trainings */
    size_t limits, limit_stride;          /* of an axis of epochs; 1 value without one */
    size_t *apart, *mixed;                /* [apart_count], [mixed_count]: distances in trainings of all combinations */
    size_t apart_count, mixed_count;
    size_t start; /* of this walk: the first training of its fold and combination */
    size_t closed;           /* members in finished packs */
    uint32_t open[PACK_MAX]; /* members of the unfinished pack */
    uint32_t open_count;
    double open_cost;
};

static bool is_todo(const struct walk *walk, size_t training)
{
    return !walk->todo || walk->todo(training, walk->arg);
}

/* A training by the most epochs that are still to be done; false when none are. */
static bool last_todo(const struct walk *walk, size_t *training)
{
    for (size_t l = walk->limits; l-- > 0;)
        if (is_todo(walk, *training + l * walk->limit_stride)) {
            *training += l * walk->limit_stride;
            return true;
        }
    return false;
}

static double cost_of(const struct walk *walk, size_t training)
{
    const struct trial trial = experiment_trial(walk->experiment, training);
    return cost_training(walk->experiment, &trial);
}

static void close_pack(struct walk *walk, const uint32_t *members, uint32_t count, double cost)
{
    struct packs *const packs = walk->packs;
    memcpy(packs->members + walk->closed, members, count * sizeof *members);
    packs->list[packs->count++] = (struct pack){.cost = cost, .first = (uint32_t)walk->closed, .count = count};
    packs->cost += cost;
    walk->closed += count;
}

static void add(struct walk *walk, uint32_t training, double cost)
{
    walk->open[walk->open_count++] = training;
    walk->open_cost += cost;
    if (walk->open_count == walk->packs->pack_size) {
        close_pack(walk, walk->open, walk->open_count, walk->open_cost);
        walk->open_count = 0;
        walk->open_cost = 0;
    }
}

/* What is left of a topology when it has filled its packs. */
struct rest {
    uint32_t count, members[PACK_MAX];
    double costs[PACK_MAX];
};

/* Close packs of one topology as long as it fills them; leave the rest. */
static void walk_topology(struct walk *walk, size_t first, struct rest *rest)
{
    double cost = 0;
    rest->count = 0;
    for (size_t repeat = 0; repeat < walk->experiment->repeats; repeat++)
        for (size_t m = 0; m < walk->mixed_count; m++) {
            size_t training = first + walk->mixed[m] + repeat;
            if (!last_todo(walk, &training))
                continue;
            rest->costs[rest->count] = cost_of(walk, training);
            cost += rest->costs[rest->count];
            rest->members[rest->count++] = (uint32_t)training;
            if (rest->count == walk->packs->pack_size) {
                close_pack(walk, rest->members, rest->count, cost);
                rest->count = 0;
                cost = 0;
            }
        }
}

/* The topologies of one hidden1 in the strip that begins at hidden2 index `column`. */
static void walk_row(struct walk *walk, size_t row, size_t column, size_t width)
{
    struct rest left[STRIP];
    for (size_t i = 0; i < width; i++)
        walk_topology(walk, walk->start + row * walk->row_stride + (column + i) * walk->column_stride, &left[i]);
    for (size_t i = 0; i < width; i++)
        for (uint32_t m = 0; m < left[i].count / ROW * ROW; m++)
            add(walk, left[i].members[m], left[i].costs[m]);
    for (size_t i = 0; i < width; i++)
        for (uint32_t m = left[i].count / ROW * ROW; m < left[i].count; m++)
            add(walk, left[i].members[m], left[i].costs[m]);
}

/* Most expensive first; the place in the walk breaks ties, so that the order is the same everywhere. */
static int by_cost(const void *left, const void *right)
{
    const struct pack *const a = left, *const b = right;
    if (a->cost != b->cost)
        return a->cost > b->cost ? -1 : 1;
    return a->first < b->first ? -1 : a->first > b->first;
}

static void walk_grid(struct walk *walk)
{
    for (size_t column = 0; column < walk->columns; column += STRIP) {
        const size_t width = walk->columns - column < STRIP ? walk->columns - column : STRIP;
        const bool down = column / STRIP % 2 == 0;
        for (size_t i = 0; i < walk->rows; i++)
            walk_row(walk, down ? i : walk->rows - 1 - i, column, width);
    }
    if (walk->open_count)
        close_pack(walk, walk->open, walk->open_count, walk->open_cost);
    walk->open_count = 0;
    walk->open_cost = 0;
}

static size_t folds_of(const struct experiment *experiment)
{
    return experiment->data.folds > 1 ? experiment->data.folds : 1;
}

/* Packs of sizes[s]. */
static void fill(struct walk *walk, size_t s)
{
    struct packs *const packs = walk->packs;
    packs->count = 0;
    packs->cost = 0;
    packs->pack_size = sizes[s].members;
    packs->speed = speed_of(walk->experiment, s);
    walk->closed = 0;
    for (size_t a = 0; a < walk->apart_count; a++)
        for (size_t fold = 0; fold < folds_of(walk->experiment); fold++) {
            walk->start = walk->apart[a] + fold * walk->experiment->repeats;
            walk_grid(walk);
        }
    qsort(packs->list, packs->count, sizeof *packs->list, by_cost);
}

/* When the last of these packs would be done, in units of cost: no schedule ends before the work divided evenly, and
 * of the k workers + 1 longest packs some worker has k + 1. Longest first comes close to the larger of the two. */
static double predicted_end(const struct packs *packs, size_t workers)
{
    double end = packs->cost / (double)workers;
    double turns = 1;
    for (size_t p = 0; p < packs->count; p += workers, turns++)
        if (packs->list[p].cost * turns > end)
            end = packs->list[p].cost * turns;
    return end;
}

/* Every distance of the list, and the same so many strides further on, for each value of an axis. */
static enum status multiply(size_t **distances, size_t *count, size_t values, size_t stride, struct error *err)
{
    size_t *const longer = mem_array(*count * values, sizeof *longer);
    if (!longer)
        return error_memory(err, "the order of the packs");
    for (size_t d = 0; d < *count; d++)
        for (size_t v = 0; v < values; v++)
            longer[d * values + v] = (*distances)[d] + v * stride;
    free(*distances);
    *distances = longer;
    *count *= values;
    return STATUS_OK;
}

/* Take the grid apart: its layers, its epochs, and what of the rest may share registers. */
static enum status measure(struct walk *walk, struct error *err)
{
    const struct experiment *const experiment = walk->experiment;
    size_t stride = experiment_cell_trainings(experiment);
    enum status status = STATUS_OK;
    walk->limits = walk->apart_count = walk->mixed_count = walk->rows = walk->columns = 1;
    walk->apart = mem_array(1, sizeof *walk->apart);
    walk->mixed = mem_array(1, sizeof *walk->mixed);
    if (!walk->apart || !walk->mixed)
        return error_memory(err, "the order of the packs");
    for (size_t a = experiment->axis_count; a-- > 0 && !status; stride *= experiment->axes[a].count) {
        const struct axis *const axis = &experiment->axes[a];
        if (axis->parameter->own) {
            status = multiply(&walk->apart, &walk->apart_count, axis->count, stride, err);
        } else if (a == AXIS_HIDDEN1) {
            walk->rows = axis->count;
            walk->row_stride = stride;
        } else if (a == AXIS_HIDDEN2) {
            walk->columns = axis->count;
            walk->column_stride = stride;
        } else if (experiment->limit_count > 0 && axis->parameter->offset == offsetof(struct hyperparameters, epochs)) {
            walk->limits = axis->count;
            walk->limit_stride = stride;
        } else if (axis->parameter->mixed) {
            status = multiply(&walk->mixed, &walk->mixed_count, axis->count, stride, err);
        } else {
            status = multiply(&walk->apart, &walk->apart_count, axis->count, stride, err);
        }
    }
    return status;
}

static size_t count_todo(const struct walk *walk)
{
    const size_t trainings = experiment_trainings(walk->experiment);
    size_t count = 0;
    for (size_t training = 0; training < trainings; training++) {
        size_t most = training;
        if (training / (walk->limit_stride ? walk->limit_stride : 1) % walk->limits == 0)
            count += last_todo(walk, &most);
    }
    return count;
}

/* Room for packs of this size. */
static enum status make_room(const struct walk *walk, uint32_t pack_size, struct error *err)
{
    struct packs *const packs = walk->packs;
    const size_t walks = walk->apart_count * folds_of(walk->experiment); /* one pack of each is not full */
    free(packs->list);
    packs->list = mem_array(packs->trainings / pack_size + walks, sizeof *packs->list);
    return packs->list ? STATUS_OK : error_memory(err, "the list of packs");
}

/* The size whose end is predicted to come first; of equals the largest. */
static enum status choose(struct walk *walk, size_t workers, struct error *err)
{
    struct packs *const packs = walk->packs;
    const size_t last = sizeof sizes / sizeof *sizes - 1;
    const size_t first = walk->experiment->program ? last : 0; /* a program has nothing to share */
    double best_end = 0;
    size_t best = first;
    enum status status = STATUS_OK;
    for (size_t s = first; s <= last && !status; s++) {
        status = make_room(walk, sizes[s].members, err);
        if (status)
            break;
        fill(walk, s);
        const double end = predicted_end(packs, workers) / packs->speed;
        if (s == first || end < best_end) {
            best_end = end;
            best = s;
        }
        /* A smaller size cannot beat one that already divides the work evenly. */
        if (best == s && end * packs->speed <= packs->cost / (double)workers)
            return STATUS_OK;
    }
    if (!status && packs->pack_size != sizes[best].members) {
        status = make_room(walk, sizes[best].members, err);
        if (!status)
            fill(walk, best);
    }
    return status;
}

enum status packs_create(struct packs *packs, const struct experiment *experiment, size_t workers,
                         bool (*todo)(size_t training, const void *arg), const void *arg, struct error *err)
{
    *packs = (struct packs){0};
    struct walk walk = {.packs = packs, .experiment = experiment, .todo = todo, .arg = arg};
    enum status status = measure(&walk, err);
    if (!status) {
        packs->trainings = count_todo(&walk);
        packs->members = mem_array(packs->trainings, sizeof *packs->members);
        status = packs->members ? choose(&walk, workers, err) : error_memory(err, "the members of packs");
    }
    free(walk.apart);
    free(walk.mixed);
    if (status)
        packs_free(packs);
    return status;
}

void packs_free(struct packs *packs)
{
    free(packs->list);
    free(packs->members);
    *packs = (struct packs){0};
}

void packs_sort(struct packs *packs, size_t first, double (*cost)(size_t training, const void *arg), const void *arg)
{
    packs->cost = 0;
    for (size_t p = 0; p < packs->count; p++) {
        struct pack *const pack = &packs->list[p];
        pack->cost = 0;
        for (uint32_t m = 0; m < pack->count; m++)
            pack->cost += cost(packs->members[pack->first + m], arg);
        packs->cost += pack->cost;
    }
    if (first < packs->count)
        qsort(packs->list + first, packs->count - first, sizeof *packs->list, by_cost);
}

const uint32_t *packs_members(const struct packs *packs, size_t pack)
{
    return packs->members + packs->list[pack].first;
}

void packs_trials(const struct packs *packs, size_t pack, const struct experiment *experiment, struct trial *trials)
{
    const uint32_t *const members = packs_members(packs, pack);
    for (uint32_t m = 0; m < packs->list[pack].count; m++)
        trials[m] = experiment_trial(experiment, members[m]);
}
