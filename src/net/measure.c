/* SPDX-License-Identifier: BSD-3-Clause */
/* Measuring; see measure.h. */
#include "net/measure.h"

#include <math.h>

/* The class of these values, which stand `stride` apart in groups of `q`: the first of the largest. */
static size_t winner(const float *values, size_t count, size_t q, size_t stride)
{
    float best = -INFINITY;
    size_t place = 0;
    for (size_t k = 0; k < count; k++) {
        const float value = values[k / q * stride + k % q];
        if (value > best) {
            best = value;
            place = k;
        }
    }
    return place;
}

/* Add what the answers of all networks, by their outputs y for the sample in this row, are off. */
static void judge(struct measure *m, const struct group *g, const float *y, const struct dataset *data, size_t row)
{
    const size_t q = g->q, count = data->targets;
    const float *const targets = data->t + row * count;
    double sample[LANES_MAX] = {0};
    for (size_t k = 0; k < count; k++) {
        const float *const outputs = y + group_unit(g, k, 0);
        for (size_t slot = 0; slot < g->count; slot++) {
            const float answer = dataset_answer(data, m->fold, k, outputs[slot * q]);
            const double e = (double)answer - (double)targets[k];
            m->sums[slot].sum += e * e;
            sample[slot] += e * e;
        }
    }
    for (size_t slot = 0; slot < g->count; slot++)
        m->sums[slot].squares += sample[slot] * sample[slot];
    if (!m->winners)
        return;
    const size_t wanted = winner(targets, count, count, 0);
    for (size_t slot = 0; slot < g->count; slot++)
        m->misclassified[slot] += winner(y + slot * q, count, q, g->lanes) != wanted;
}

size_t measure_run(struct measure *measure, const struct kernel *kernel, struct group *group,
                   const struct dataset *data, size_t count)
{
    enum { BLOCK = 96 };
    const size_t left = dataset_count(data, measure->split, measure->fold) - measure->sample;
    const size_t done = count < left ? count : left;
    for (size_t i = 0, block; i < done; i += block) {
        const float *x[BLOCK];
        size_t rows[BLOCK];
        const size_t most = group->samples < BLOCK ? group->samples : BLOCK;
        block = done - i < most ? done - i : most;
        for (size_t s = 0; s < block; s++) {
            rows[s] = dataset_row(data, measure->split, measure->fold, measure->sample + i + s);
            x[s] = data->x + rows[s] * data->inputs;
        }
        kernel->forward(group, x, block);
        for (size_t s = 0; s < block; s++)
            judge(measure, group, group->y[SPEC_LAYERS - 1] + s * group->row[SPEC_LAYERS], data, rows[s]);
    }
    measure->sample += done;
    return done;
}

bool measure_is_done(const struct measure *measure, const struct dataset *data)
{
    return measure->sample == dataset_count(data, measure->split, measure->fold);
}

double measure_error(const struct measure *measure, const struct dataset *data, size_t slot)
{
    const size_t count = dataset_count(data, measure->split, measure->fold);
    return measure->sums[slot].sum / ((double)count * (double)data->targets);
}

bool measure_set(const struct measure *measure, const struct dataset *data, size_t slot, struct outcome *outcome)
{
    const size_t count = dataset_count(data, measure->split, measure->fold);
    if (count == 0)
        return true;
    outcome_set_error(outcome, measure->split, &measure->sums[slot], count, data->targets);
    outcome->misclassified[measure->split] = measure->misclassified[slot];
    return isfinite(outcome->error[measure->split]);
}
