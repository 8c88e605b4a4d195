/* SPDX-License-Identifier: BSD-3-Clause */
/* Groups of networks in lanes; see group.h. Knows no instruction set: the number of lanes is a parameter. */
#include "net/group.h"

#include "base/mem.h"
#include "net/kernel.h"
#include "net/random.h"

#include <stdlib.h>
#include <string.h>

size_t group_place(const struct group *group, size_t l, size_t i, size_t j, size_t slot)
{
    const size_t q = group->q, output = SPEC_LAYERS - 1;
    size_t unit = j, place = i * group->registers[l];
    if (l == output && i > 0) {
        unit = i - 1;
        place = group->registers[output] + j * group->registers[output - 1];
    }
    return (place + unit / q) * group->lanes + slot * q + unit % q;
}

static size_t max_size(size_t a, size_t b)
{
    return a > b ? a : b;
}

/* Set the sizes of the group from those of its networks. */
static void measure(struct group *group, const struct kernel *kernel, const struct dataset *data,
                    const struct trial *trials, size_t count)
{
    const size_t q = kernel->q;
    group->hyper = &trials->hyper;
    group->lanes = kernel->lanes;
    group->q = q;
    group->samples = kernel->gradient ? GROUP_SAMPLES : 1;
    group->count = count;
    memset(group->units, 0, sizeof group->units);
    for (size_t n = 0; n < count; n++) {
        const size_t real[] = {data->inputs, trials[n].hyper.hidden1, trials[n].hyper.hidden2, data->targets};
        memcpy(group->real[n], real, sizeof real);
        for (size_t l = 0; l <= SPEC_LAYERS; l++)
            group->units[l] = max_size(group->units[l], real[l]);
    }
    for (size_t l = 0; l < SPEC_LAYERS; l++)
        group->registers[l] = (group->units[l + 1] + q - 1) / q;
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
        float *const layer = take(memory, used, l == SPEC_LAYERS - 1 ? row + along : (group->units[l] + 1) * row);
        if (layers)
            layers[l] = layer;
    }
    return start;
}

/* Lay the arrays into the memory; from NULL it only counts. Returns the floats needed. */
static size_t lay_out(struct group *group, bool own, float *memory)
{
    size_t used = 0, largest = 0;
    take_weights(group, memory, &used, group->weights);
    group->weight_floats = used;
    const bool online = hyper_is_online(group->hyper);
    group->gradient = online ? NULL : take_weights(group, memory, &used, NULL);
    const size_t keeps = online ? 0 : optimizer_keeps(group->hyper->optimizer);
    for (size_t k = 0; k < OPTIMIZER_KEEPS; k++)
        group->kept[k] = k < keeps ? take_weights(group, memory, &used, NULL) : NULL;
    group->best = group->hyper->stop.every ? take_weights(group, memory, &used, NULL) : NULL;
    for (size_t l = 0; l < SPEC_LAYERS; l++) {
        const size_t row = group->registers[l] * group->lanes;
        group->mask[l] = take(memory, &used, row);
        if (l < SPEC_LAYERS - 1)
            group->z[l] = take(memory, &used, row);
        group->y[l] = take(memory, &used, group->samples * row);
        group->d[l] = take(memory, &used, group->samples * row);
        largest = max_size(largest, (group->units[l] + 1) * group->units[l + 1]);
    }
    group->spread = take(memory, &used, group->units[SPEC_LAYERS] * group->lanes);
    group->target = take(memory, &used, group->samples * group->registers[SPEC_LAYERS - 1] * group->lanes);
    group->shared_target = take(memory, &used, group->registers[SPEC_LAYERS - 1] * group->q);
    for (size_t k = 0; k < GROUP_OWN; k++) {
        const size_t samples = own ? group->samples * group->lanes : 0;
        group->own[k] = own ? take(memory, &used, samples * group->units[0]) : NULL;
        group->own_target[k] = own ? take(memory, &used, samples * group->registers[SPEC_LAYERS - 1]) : NULL;
    }
    group->drawn = take(memory, &used, largest);
    return used;
}

static void set_mask(struct group *group, size_t l, size_t slot)
{
    const uint32_t all = UINT32_MAX;
    for (size_t j = 0; j < group->real[slot][l + 1]; j++)
        memcpy(&group->mask[l][group_place(group, l, 0, j, slot)], &all, sizeof all);
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
            group->kept[1][k + lane] = trial->hyper.rprop_first;
}

enum status group_reserve(struct group *group, const struct kernel *kernel, const struct dataset *data,
                          const struct trial *trials, size_t count, bool own, struct error *err)
{
    measure(group, kernel, data, trials, count);
    const size_t floats = lay_out(group, own, NULL);
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
    memset(group->memory, 0, lay_out(group, own, group->memory) * sizeof *group->memory);
    memset(group->rate, 0, sizeof group->rate);
    memset(&group->steps, 0, sizeof group->steps);
    for (size_t slot = 0; slot < count; slot++) {
        for (size_t l = 0; l < SPEC_LAYERS; l++) {
            set_mask(group, l, slot);
            set_weights(group, &trials[slot], l, slot);
        }
        for (size_t lane = slot * group->q; lane < (slot + 1) * group->q; lane++)
            steps_begin(&group->steps, lane, &trials[slot].hyper);
        if (group->gradient && trials[slot].hyper.optimizer == OPTIMIZER_RPROP)
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
