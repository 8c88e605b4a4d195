/* SPDX-License-Identifier: BSD-3-Clause */
/* Packs; see packs.h.
 *
 * The grid is cut into strips of STRIP neighbouring hidden2 values. The walk goes along hidden1 down the first strip,
 * up the second, down the third, and the trainings that it meets are cut into packs one after the other. So a full
 * pack of single trainings is a tile of 4 x 4 neighbours, four members in a row share hidden1 and stand in one strip,
 * and wherever a strip is narrow, ends, or has holes, the pack goes on with what is next in the walk, which is alike:
 * all packs but the last are full. A cell with many repeats fills packs of its own first, then rows of four. Each fold
 * of the data has a walk of its own: networks that see other samples share no registers. */
#include "sweep/packs.h"

#include "base/mem.h"
#include "sweep/cost.h"

#include <stdlib.h>
#include <string.h>

enum {
    STRIP = 4, /* hidden2 values in a strip: the trainer rounds hidden2 up to 4, so these share registers */
    ROW = 4,   /* members in a row: the smallest number of networks that fills a register */
};

/* Sizes to choose from, and the speed in flop/s at which a pack of this size trains, relative to the first: measured
 * with AVX-512 at 32 to 64 units a layer, where a grid spends most of its time. */
static const struct {
    uint32_t members;
    double speed;
} sizes[] = {{PACK_MAX, 1.0}, {ROW, 0.9}, {1, 0.45}};

/* The walk's state: packs made so far, and the one that is being filled at the end of packs->members. */
struct walk {
    struct packs *packs;
    const struct experiment *experiment;
    bool (*todo)(size_t training, const void *arg);
    const void *arg;
    size_t fold;
    size_t closed;           /* members in finished packs */
    uint32_t open[PACK_MAX]; /* members of the unfinished pack */
    uint32_t open_count;
    double open_cost;
};

static bool is_todo(const struct walk *walk, size_t training)
{
    return !walk->todo || walk->todo(training, walk->arg);
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

/* Close packs of one cell's repeats in this fold as long as they fill one; leave the rest in left, return how many. */
static uint32_t walk_cell(struct walk *walk, size_t cell, double cost, uint32_t left[PACK_MAX])
{
    const size_t repeats = walk->experiment->repeats;
    const size_t first = cell * experiment_cell_trainings(walk->experiment) + walk->fold * repeats;
    uint32_t count = 0;
    for (size_t training = first; training < first + repeats; training++) {
        if (!is_todo(walk, training))
            continue;
        left[count++] = (uint32_t)training;
        if (count == walk->packs->pack_size) {
            close_pack(walk, left, count, cost * count);
            count = 0;
        }
    }
    return count;
}

/* The cells of one hidden1 in the strip that begins at hidden2 index `column`. */
static void walk_row(struct walk *walk, size_t row, size_t column, size_t width)
{
    uint32_t left[STRIP][PACK_MAX], count[STRIP];
    double cost[STRIP];
    for (size_t i = 0; i < width; i++) {
        const size_t cell = row * walk->experiment->hidden2.count + column + i;
        cost[i] = cost_of(walk, cell * experiment_cell_trainings(walk->experiment));
        count[i] = walk_cell(walk, cell, cost[i], left[i]);
    }
    for (size_t i = 0; i < width; i++)
        for (uint32_t m = 0; m < count[i] / ROW * ROW; m++)
            add(walk, left[i][m], cost[i]);
    for (size_t i = 0; i < width; i++)
        for (uint32_t m = count[i] / ROW * ROW; m < count[i]; m++)
            add(walk, left[i][m], cost[i]);
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
    const size_t rows = walk->experiment->hidden1.count, columns = walk->experiment->hidden2.count;
    for (size_t column = 0; column < columns; column += STRIP) {
        const size_t width = columns - column < STRIP ? columns - column : STRIP;
        const bool down = column / STRIP % 2 == 0;
        for (size_t i = 0; i < rows; i++)
            walk_row(walk, down ? i : rows - 1 - i, column, width);
    }
    if (walk->open_count)
        close_pack(walk, walk->open, walk->open_count, walk->open_cost);
    walk->open_count = 0;
    walk->open_cost = 0;
}

/* Packs of sizes[s]. */
static void fill(struct walk *walk, size_t s)
{
    struct packs *const packs = walk->packs;
    const size_t folds = walk->experiment->data.folds;
    packs->count = 0;
    packs->cost = 0;
    packs->pack_size = sizes[s].members;
    packs->speed = sizes[s].speed;
    walk->closed = 0;
    for (walk->fold = 0; walk->fold == 0 || walk->fold < folds; walk->fold++)
        walk_grid(walk);
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

static size_t count_todo(const struct walk *walk)
{
    size_t count = 0;
    const size_t trainings = experiment_trainings(walk->experiment);
    for (size_t training = 0; training < trainings; training++)
        count += is_todo(walk, training);
    return count;
}

/* Room for packs of this size. */
static enum status make_room(struct packs *packs, uint32_t pack_size, size_t folds, struct error *err)
{
    free(packs->list);
    packs->list = mem_array(packs->trainings / pack_size + folds, sizeof *packs->list); /* one a fold is not full */
    return packs->list ? STATUS_OK : error_memory(err, "the list of packs");
}

enum status packs_create(struct packs *packs, const struct experiment *experiment, size_t workers,
                         bool (*todo)(size_t training, const void *arg), const void *arg, struct error *err)
{
    *packs = (struct packs){0};
    struct walk walk = {.packs = packs, .experiment = experiment, .todo = todo, .arg = arg};
    const size_t folds = experiment->data.folds > 1 ? experiment->data.folds : 1;
    packs->trainings = count_todo(&walk);
    packs->members = mem_array(packs->trainings, sizeof *packs->members);
    if (!packs->members)
        return error_memory(err, "the members of packs");

    /* The size whose end is predicted to come first; of equals the largest. */
    double best_end = 0;
    size_t best = 0;
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        enum status status = make_room(packs, sizes[s].members, folds, err);
        if (status) {
            packs_free(packs);
            return status;
        }
        fill(&walk, s);
        const double end = predicted_end(packs, workers) / sizes[s].speed;
        if (s == 0 || end < best_end) {
            best_end = end;
            best = s;
        }
        /* A smaller size cannot beat one that already divides the work evenly. */
        if (best == s && end * sizes[s].speed <= packs->cost / (double)workers)
            return STATUS_OK;
    }
    if (packs->pack_size != sizes[best].members) {
        enum status status = make_room(packs, sizes[best].members, folds, err);
        if (status) {
            packs_free(packs);
            return status;
        }
        fill(&walk, best);
    }
    return STATUS_OK;
}

void packs_free(struct packs *packs)
{
    free(packs->list);
    free(packs->members);
    *packs = (struct packs){0};
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
