/* SPDX-License-Identifier: BSD-3-Clause */
/* The choice of a kernel; see choice.h. */
#include "net/choice.h"

#include "net/random.h"

#include <math.h>
#include <unistd.h>

/* The shares for a group of the first-level data cache, beside the activations and the data, and of the second, which
 * holds much else. 32 KiB and 512 KiB are taken where the system does not tell their sizes. */
struct caches choice_caches(void)
{
    long level1 = 0, level2 = 0;
#ifdef _SC_LEVEL1_DCACHE_SIZE
    level1 = sysconf(_SC_LEVEL1_DCACHE_SIZE);
#endif
#ifdef _SC_LEVEL2_CACHE_SIZE
    level2 = sysconf(_SC_LEVEL2_CACHE_SIZE);
#endif
    return (struct caches){.level1_bytes = 0.9 * (level1 > 0 ? (double)level1 : 32768.0),
                           .level2_bytes = 0.45 * (level2 > 0 ? (double)level2 : 524288.0)};
}

/* Whether two trials can share registers: they take the same steps on as many samples. */
static bool are_alike(const struct trial *one, const struct trial *other)
{
    const struct hyperparameters *const a = &one->hyper, *const b = &other->hyper;
    return one->fold == other->fold && a->epochs == b->epochs && a->batch == b->batch && a->shuffle == b->shuffle &&
           a->hidden_activation == b->hidden_activation && a->output_activation == b->output_activation &&
           a->loss == b->loss && a->optimizer == b->optimizer && hyper_is_online(a) == hyper_is_online(b) &&
           a->stop.every == b->stop.every;
}

/* As many of the trials as the kernel's registers have lanes for. */
static struct choice group_of(const struct kernel *kernel, const struct trial *trials, size_t count)
{
    const size_t slots = kernel->lanes / kernel->q;
    struct choice choice = {.kernel = kernel, .count = 1};
    while (choice.count < slots && choice.count < count && are_alike(trials, &trials[choice.count])) {
        choice.own = choice.own || !random_same_order(trials, &trials[choice.count]);
        choice.count++;
    }
    return choice;
}

/* Cycles for each register of weights, by where they are kept: beyond the second-level cache the more of them the less
 * of the group fits it. A row of the second layer of more registers than the kernels unroll takes longer, too; where
 * they unroll 32, one of more than 16 does unless it comes from the first-level cache. */
static double weight_cycles(const struct caches *caches, double bytes, size_t q, size_t row)
{
    const double level1 = 2.3, level2 = 3.1, not_unrolled = 3.9, beyond = 8;
    const bool is_near = bytes <= caches->level1_bytes;
    const size_t unrolled = q == 1 && is_near ? 32 : 16;
    const double out = fmin(1, fmax(0, bytes / caches->level2_bytes - 1));
    const double cycles = is_near ? level1 : level2 + (beyond - level2) * out;
    return row > unrolled ? fmax(cycles, not_unrolled) : cycles;
}

/* What a step adds to it: above all Adam's root and division. Kernels that step unroll shorter rows. */
static double step_cycles(const struct hyperparameters *hyper, size_t row)
{
    const double plain = 1, rprop = 6, adam = 20, not_unrolled = 2;
    enum { UNROLLED = 8 };
    if (hyper_is_online(hyper))
        return 0;
    const double longer = row > UNROLLED ? not_unrolled : 0;
    if (hyper->optimizer == OPTIMIZER_RPROP)
        return rprop + longer;
    return longer + (hyper->optimizer == OPTIMIZER_ADAM ? adam : plain);
}

/* What a sample costs a network of the group, in cycles: a part for the dependent steps, longer with each halving of
 * the networks in a register, as sums then move between lanes; a part for each register of activations, and one for
 * each register of weights. Fitted to all kernels of one processor (Zen 5) at 625 topologies, where the choice it makes
 * costs 1 % more time than the best with AVX-512, and less with AVX2. It only has to order the kernels. */
static double group_cycles(const struct choice *choice, const struct caches *caches, const struct dataset *data,
                           const struct trial *trials)
{
    const double chain = 90, chain_halving = 80, activation = 2;
    const size_t q = choice->kernel->q;
    size_t a = 0, b = 0;
    for (size_t n = 0; n < choice->count; n++) {
        a = trials[n].hyper.hidden1 > a ? trials[n].hyper.hidden1 : a;
        b = trials[n].hyper.hidden2 > b ? trials[n].hyper.hidden2 : b;
    }
    const size_t row = (b + q - 1) / q;
    const double first = (double)((a + q - 1) / q), second = (double)row, outputs = (double)data->targets;
    const double activations = first + second + ceil(outputs / (double)q);
    const double weights = (double)(data->inputs + 1) * first + ((double)a + 1) * second + outputs * second;
    const double numbers = 1 + (double)optimizer_keeps(&trials->hyper);
    const double bytes = weights * (double)choice->kernel->lanes * sizeof(float) * numbers;
    const double cycles = chain + chain_halving * log2((double)q) + activation * activations +
                          (weight_cycles(caches, bytes, q, row) + step_cycles(&trials->hyper, row)) * weights;
    return cycles / (double)choice->count;
}

/* The same in batches, whose products run at up to 1.5 cycles for three multiply-adds of a register, while the weights
 * of a group and their gradient leave the second-level cache to the activations. Fitted likewise, to a processor with
 * AVX-512 (Sapphire Rapids, 8 to 512 units, both instruction sets). */
static double batch_cycles(const struct choice *choice, const struct caches *caches, const struct dataset *data,
                           const struct trial *trials)
{
    const double fastest = 1.5, crowded = 1.8, slowest = 3, activation = 12;
    const double q = (double)choice->kernel->q;
    const double a = trials->hyper.hidden1, b = trials->hyper.hidden2, inputs = (double)data->inputs;
    const double first = ceil(a / q), second = ceil(b / q), outputs = ceil((double)data->targets / q);
    const double weights = (inputs + 1) * first + (a + 1) * second + (b + 1) * outputs;
    const double bytes = weights * (double)choice->kernel->lanes * sizeof(float);
    const double cycles = choice->kernel->q > 1 || bytes < caches->level2_bytes / 4 ? fastest
                          : bytes < caches->level2_bytes                            ? crowded
                                                                                    : slowest;
    return (cycles * weights + activation * (first + second + outputs)) / (double)choice->count;
}

static enum serves serves(const struct hyperparameters *hyper)
{
    if (hyper->batch != 1)
        return SERVES_BATCHES;
    return hyper_is_online(hyper) ? SERVES_DESCENT : SERVES_STEPS;
}

struct choice choice_make(const struct kernel *const *kernels, const struct caches *caches, const struct dataset *data,
                          const struct trial *trials, size_t count)
{
    const enum serves what = serves(&trials->hyper);
    struct choice best = {0};
    double least = INFINITY;
    for (; *kernels; kernels++) {
        if ((*kernels)->serves != what)
            continue;
        const struct choice other = group_of(*kernels, trials, count);
        const double cycles = what == SERVES_BATCHES ? batch_cycles(&other, caches, data, trials)
                                                     : group_cycles(&other, caches, data, trials);
        if (cycles < least) {
            least = cycles;
            best = other;
            best.cycles = cycles;
        }
    }
    return best;
}
