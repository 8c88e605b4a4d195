/* SPDX-License-Identifier: BSD-3-Clause */
/* Groups of networks in lanes; see group.h. Knows no instruction set: the number of lanes is a parameter. */
#include "net/group.h"

#include "base/mem.h"
#include "net/kernel.h"
#include "net/random.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

size_t group_unit(const struct group *group, size_t j, size_t slot)
{
    return j / group->q * group->lanes + slot * group->q + j % group->q;
}

size_t group_place(const struct group *group, size_t l, size_t i, size_t j, size_t slot)
{
    const size_t q = group->q, output = SPEC_LAYERS - 1;
    size_t unit = j, place = i * group->registers[l];
    if (group->batches && q > 1)
        return (unit / (STRIP * q) * (group->units[l] + 1) + i) * STRIP * q + unit % (STRIP * q);
    if (l == output && i > 0 && !group->batches) {
        unit = i - 1;
        place = group->registers[output] + j * group->registers[output - 1];
    }
    return (place + unit / q) * group->lanes + slot * q + unit % q;
}

static size_t max_size(size_t a, size_t b)
{
    return a > b ? a : b;
}

/* At least so many floats, in an odd number of cache lines. */
static size_t odd_lines(size_t floats)
{
    const size_t line = LANES_MAX;
    return ((floats + line - 1) / line | 1) * line;
}

/* Floats from a unit of a network to the next, in the rows of batches. */
static size_t spacing(const struct group *group)
{
    return group->q == 1 ? group->lanes : 1;
}

/* The rows of batches, and how many: the whole batch if that comes to no more than the bytes that a second-level cache
 * may have, and to operations for few milliseconds; but some for each row of registers, however large the network. */
static void measure_rows(struct group *group, const struct hyperparameters *hyper, size_t samples)
{
    enum { LEAST = 24, MULTIPLE = 12, BYTES = 2 << 20 }; /* a tile has 12, 6 or 4 rows */
    const double most_products = 2e8;
    const size_t batch = hyper->batch == BATCH_ALL || hyper->batch > samples ? samples : hyper->batch;
    size_t floats = 0;
    double products = 0;
    for (size_t l = 0; l <= SPEC_LAYERS; l++) {
        const size_t registers = (group->units[l] + group->q - 1) / group->q;
        group->row[l] = odd_lines(registers * group->lanes + spacing(group));
        floats += (l > 0 ? 2 : 1) * group->row[l];
        if (l == SPEC_LAYERS)
            break;
        const size_t used = (group->units[l + 1] + group->q - 1) / group->q;
        group->registers[l] =
            group->q == 1 ? odd_lines(used * group->lanes) / group->lanes : (used + 1) / STRIP * STRIP;
        products += (double)(group->units[l] + 1) * (double)(group->registers[l] * group->lanes);
    }
    const double bytes = (double)(floats * sizeof(float));
    const double fit = fmin(BYTES / bytes, most_products / products);
    const size_t most = (fit < LEAST ? LEAST : (size_t)fit) / MULTIPLE * MULTIPLE;
    group->samples = batch < most ? batch : most;
}

/* Set the sizes of the group from those of its networks. */
static void measure(struct group *group, const struct kernel *kernel, const struct dataset *data,
                    const struct trial *trials, size_t count)
{
    const size_t q = kernel->q;
    group->hyper = &trials->hyper;
    group->lanes = kernel->lanes;
    group->q = q;
    group->samples = 1;
    group->batches = kernel->serves == SERVES_BATCHES;
    group->count = count;
    group->is_logistic = trials->hyper.hidden_activation == ACTIVATION_LOGISTIC;
    group->is_default = trials->hyper.output_activation == ACTIVATION_LOGISTIC && trials->hyper.loss == LOSS_SQUARED;
    group->keeps = 0;
    memset(group->row, 0, sizeof group->row);
    memset(group->units, 0, sizeof group->units);
    for (size_t n = 0; n < count; n++) {
        const size_t real[] = {data->inputs, trials[n].hyper.hidden1, trials[n].hyper.hidden2, data->targets};
        memcpy(group->real[n], real, sizeof real);
        for (size_t l = 0; l <= SPEC_LAYERS; l++)
            group->units[l] = max_size(group->units[l], real[l]);
        group->keeps = max_size(group->keeps, optimizer_keeps(&trials[n].hyper));
    }
    for (size_t l = 0; l < SPEC_LAYERS; l++)
        group->registers[l] = (group->units[l + 1] + q - 1) / q;
    if (group->batches)
        measure_rows(group, &trials->hyper, dataset_count(data, SPLIT_TRAIN, trials->fold));
}

static float *take(float *memory, size_t *used, size_t floats)
{
    float *const start = memory ? memory + *used : NULL;
    *used += (floats + LANES_MAX - 1) / LANES_MAX * LANES_MAX; /* every array begins on a whole register */
    return start;
}

/* The weights of all layers, or what stands like them. */
static float *take_weights(const struct group *group, float *memory, size_t *used, float **layers)
{
    float *const start = memory ? memory + *used : NULL;
    for (size_t l = 0; l < SPEC_LAYERS; l++) {
        const size_t row = group->registers[l] * group->lanes;
        const size_t along = group->units[l + 1] * group->registers[l > 0 ? l - 1 : 0] * group->lanes;
        const bool is_along = l == SPEC_LAYERS - 1 && !group->batches;
        float *const layer = take(memory, used, is_along ? row + along : (group->units[l] + 1) * row);
        if (layers)
            layers[l] = layer;
    }
    return start;
}

/* What a sample on its way through the layers needs. */
static void lay_out_online(struct group *group, float *memory, size_t *used)
{
    for (size_t l = 0; l < SPEC_LAYERS; l++) {
        const size_t row = group->registers[l] * group->lanes;
        if (l < SPEC_LAYERS - 1) {
            group->z[l] = take(memory, used, row);
            group->slope[l] = take(memory, used, row);
        }
        group->y[l] = take(memory, used, row);
        group->d[l] = take(memory, used, row);
    }
    group->spread = take(memory, used, group->units[SPEC_LAYERS] * group->lanes);
    group->target = take(memory, used, group->registers[SPEC_LAYERS - 1] * group->lanes);
    group->shared_target = take(memory, used, group->registers[SPEC_LAYERS - 1] * group->q);
    for (size_t k = 0; k < GROUP_OWN; k++) {
        group->own[k] = group->has_own ? take(memory, used, group->units[0] * group->lanes) : NULL;
        group->own_target[k] =
            group->has_own ? take(memory, used, group->registers[SPEC_LAYERS - 1] * group->lanes) : NULL;
    }
}

/* Rows with a place for the constant 1 before each. */
static float *take_rows(const struct group *group, float *memory, size_t *used, size_t row)
{
    float *const start = take(memory, used, LANES_MAX + group->samples * row);
    return memory ? start + LANES_MAX : NULL;
}

/* What a block of samples needs. */
static void lay_out_batches(struct group *group, float *memory, size_t *used)
{
    group->gradient = take_weights(group, memory, used, NULL);
    group->input = take_rows(group, memory, used, group->row[0]);
    for (size_t l = 0; l < SPEC_LAYERS; l++) {
        group->y[l] = take_rows(group, memory, used, group->row[l + 1]);
        group->d[l] = take(memory, used, group->samples * group->row[l + 1]);
        if (l > 0 && group->q > 1)
            group->transposed[l] =
                take(memory, used, group->units[l + 1] * group->registers[l - 1] * group->lanes);
    }
    group->target = take(memory, used, group->samples * group->row[SPEC_LAYERS]);
}

/* Lay the arrays into the memory; from NULL it only counts. Returns the floats needed. */
static size_t lay_out(struct group *group, float *memory)
{
    size_t used = 0, largest = 0;
    take_weights(group, memory, &used, group->weights);
    group->weight_floats = used;
    for (size_t k = 0; k < OPTIMIZER_KEEPS; k++)
        group->kept[k] = k < group->keeps ? take_weights(group, memory, &used, NULL) : NULL;
    group->best = group->hyper->stop.every ? take_weights(group, memory, &used, NULL) : NULL;
    for (size_t l = 0; l < SPEC_LAYERS; l++) {
        group->mask[l] = take(memory, &used, group->registers[l] * group->lanes);
        largest = max_size(largest, (group->units[l] + 1) * group->units[l + 1]);
    }
    if (group->batches)
        lay_out_batches(group, memory, &used);
    else
        lay_out_online(group, memory, &used);
    group->drawn = take(memory, &used, largest);
    return used;
}

/* The constant 1 before each row of inputs and outputs. */
static void set_ones(struct group *group)
{
    const size_t width = spacing(group);
    for (size_t l = 0; l < SPEC_LAYERS; l++)
        for (size_t s = 0; s < group->samples; s++) {
            float *const row = (l == 0 ? group->input : group->y[l - 1]) + s * group->row[l];
            for (size_t k = 1; k <= width; k++)
                row[-(ptrdiff_t)k] = 1.0f;
        }
}

static void set_mask(struct group *group, size_t l, size_t slot)
{
    const uint32_t all = UINT32_MAX;
    for (size_t j = 0; j < group->real[slot][l + 1]; j++)
        memcpy(&group->mask[l][group_unit(group, j, slot)], &all, sizeof all);
}

void group_put_weights(struct group *group, size_t l, size_t slot, const float *weights)
{
    const size_t inputs = group->real[slot][l], units = group->real[slot][l + 1];
    for (size_t i = 0; i <= inputs; i++)
        for (size_t j = 0; j < units; j++)
            group->weights[l][group_place(group, l, i, j, slot)] = weights[i * units + j];
}

/* Draw the initial weights of one layer of one network and put them into its lanes. */
static void set_weights(struct group *group, const struct trial *trial, size_t l, size_t slot)
{
    const size_t inputs = group->real[slot][l], units = group->real[slot][l + 1];
    random_weights(trial, (uint32_t)l, inputs, units, group->drawn);
    group_put_weights(group, l, slot, group->drawn);
}

/* RPROP's first step size, for all weights of the network. */
static void set_first(struct group *group, const struct trial *trial, size_t slot)
{
    for (size_t k = 0; k < group->weight_floats; k += group->lanes)
        for (size_t lane = slot * group->q; lane < (slot + 1) * group->q; lane++)
            group->kept[1][k + lane] = trial->hyper.constants.rprop_first;
}

enum status group_reserve(struct group *group, const struct kernel *kernel, const struct dataset *data,
                          const struct trial *trials, size_t count, bool own, struct error *err)
{
    measure(group, kernel, data, trials, count);
    group->has_own = own;
    const size_t floats = lay_out(group, NULL);
    if (floats <= group->memory_floats)
        return STATUS_OK;
    free(group->memory);
    group->memory_floats = 0;
    group->memory = mem_array(floats, sizeof *group->memory);
    if (!group->memory)
        return error_memory(err, "the networks of a pack");
    group->memory_floats = floats;
    return STATUS_OK;
}

void group_load(struct group *group, const struct kernel *kernel, const struct dataset *data,
                const struct trial *trials, size_t count, bool own)
{
    measure(group, kernel, data, trials, count);
    group->has_own = own;
    memset(group->memory, 0, lay_out(group, group->memory) * sizeof *group->memory);
    if (group->batches)
        set_ones(group);
    memset(group->rate, 0, sizeof group->rate);
    memset(&group->steps, 0, sizeof group->steps);
    for (size_t slot = 0; slot < count; slot++) {
        for (size_t l = 0; l < SPEC_LAYERS; l++) {
            set_mask(group, l, slot);
            set_weights(group, &trials[slot], l, slot);
        }
        for (size_t lane = slot * group->q; lane < (slot + 1) * group->q; lane++)
            steps_begin(&group->steps, lane, &trials[slot].hyper);
        if (trials[slot].hyper.optimizer == OPTIMIZER_RPROP)
            set_first(group, &trials[slot], slot);
    }
}

void group_set_rate(struct group *group, size_t slot, float rate)
{
    for (size_t lane = slot * group->q; lane < (slot + 1) * group->q; lane++) {
        group->rate[lane] = -rate;
        group->steps.rate[lane] = rate;
    }
}

void group_free(struct group *group)
{
    free(group->memory);
    *group = (struct group){0};
}

void group_weights(const struct group *group, size_t l, size_t slot, float *weights)
{
    const size_t inputs = group->real[slot][l], units = group->real[slot][l + 1];
    for (size_t i = 0; i <= inputs; i++)
        for (size_t j = 0; j < units; j++)
            weights[i * units + j] = group->weights[l][group_place(group, l, i, j, slot)];
}

/* Which lanes of as many registers as LANES_MAX floats are belong to these networks. */
static void mark_lanes(const struct group *group, const bool *slots, bool lanes[LANES_MAX])
{
    for (size_t k = 0; k < LANES_MAX; k++) {
        const size_t slot = k % group->lanes / group->q;
        lanes[k] = slot < group->count && slots[slot];
    }
}

void group_keep(struct group *group, const bool *slots)
{
    bool lanes[LANES_MAX];
    mark_lanes(group, slots, lanes);
    const float *const from = group->weights[0];
    float *const to = group->best;
    for (size_t k = 0; k < group->weight_floats; k += LANES_MAX)
        for (size_t lane = 0; lane < LANES_MAX; lane++)
            to[k + lane] = lanes[lane] ? from[k + lane] : to[k + lane];
}

void group_exchange(struct group *group, const bool *slots)
{
    bool lanes[LANES_MAX];
    mark_lanes(group, slots, lanes);
    float *const one = group->weights[0], *const other = group->best;
    for (size_t k = 0; k < group->weight_floats; k += LANES_MAX)
        for (size_t lane = 0; lane < LANES_MAX; lane++) {
            const float kept = other[k + lane];
            other[k + lane] = lanes[lane] ? one[k + lane] : kept;
            one[k + lane] = lanes[lane] ? kept : one[k + lane];
        }
}

/* The weights of a network, or what stands like them. */
static void move_weights(const struct group *to, size_t to_slot, float *at, const struct group *from, size_t from_slot,
                         const float *source)
{
    for (size_t l = 0; l < SPEC_LAYERS; l++) {
        float *const layer = at + (to->weights[l] - to->weights[0]);
        const float *const was = source + (from->weights[l] - from->weights[0]);
        for (size_t i = 0; i <= from->real[from_slot][l]; i++)
            for (size_t j = 0; j < from->real[from_slot][l + 1]; j++)
                layer[group_place(to, l, i, j, to_slot)] = was[group_place(from, l, i, j, from_slot)];
    }
}

void group_move(struct group *to, size_t to_slot, const struct group *from, size_t from_slot)
{
    move_weights(to, to_slot, to->weights[0], from, from_slot, from->weights[0]);
    for (size_t k = 0; k < OPTIMIZER_KEEPS; k++)
        if (to->kept[k] && from->kept[k])
            move_weights(to, to_slot, to->kept[k], from, from_slot, from->kept[k]);
    if (to->best && from->best)
        move_weights(to, to_slot, to->best, from, from_slot, from->best);
    for (size_t lane = to_slot * to->q; lane < (to_slot + 1) * to->q; lane++) {
        to->steps.power1[lane] = from->steps.power1[from_slot * from->q];
        to->steps.power2[lane] = from->steps.power2[from_slot * from->q];
    }
}
