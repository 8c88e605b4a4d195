/* SPDX-License-Identifier: BSD-3-Clause */
/* The trainer beside the limits of this core, all measured in one run: FMA peak, cache bandwidth and the inner loops
 * alone for each instruction set, then every layout beside the bound that follows from them, batches by size, then the
 * default sweep. One thread; pin it to a core:
 *
 *     taskset -c 0 build/release/bench/bench_trainer
 *
 * The bound of a layout is the longer of two times for a sample: of its loops, a register of weights forward (a load, a
 * multiply-add) and backward with the update (a load, two multiply-adds, a store; the first layer does all in one),
 * from the cache that holds the weights, with a polynomial and a division for each register of units; and of the chain
 * that no other work can hide: the multiply-adds of one sum in each layer, three polynomials, three divisions.
 *
 * Work is counted as 6 flop a weight a sample, biases included: a multiply-add forward, one backward, one for the
 * update (the first layer has no backward step; it is counted all the same). Activations, masks and padding are not
 * counted, nor is the measurement of the error. Times are processor time, the best of several rounds: the machine's
 * neighbours come and go, and the peak is measured in the same way. */
#define _GNU_SOURCE
#include "base/mem.h"
#include "net/choice.h"
#include "net/isa.h"
#include "net/kernel.h"
#include "net/trainer.h"
#include "sweep/packs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../unit/layers.h"

/* SWEEP_STEP: of so many packs in the order of their cost one is trained. */
enum { ROUNDS = 15, SWEEP_EPOCHS = 60, SWEEP_ROUNDS = 3, SWEEP_STEP = 2, BATCH_SAMPLES = 256, BATCH_ROUNDS = 4 };

/* Multiply-adds, one after the other, of the polynomial of a logistic unit. */
enum { POLYNOMIAL = 10 };

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* The best time that `call` takes, of ROUNDS rounds of `times` calls each, in seconds. */
#define BEST_S(result_s, times, call)                                                                                  \
    do {                                                                                                               \
        (result_s) = 1e9;                                                                                              \
        for (int round = 0; round < ROUNDS; round++) {                                                                 \
            const double begin_s = now_s();                                                                            \
            for (long turn = 0; turn < (times); turn++)                                                                \
                call;                                                                                                  \
            const double one_s = (now_s() - begin_s) / (double)(times);                                                \
            (result_s) = one_s < (result_s) ? one_s : (result_s);                                                      \
        }                                                                                                              \
    } while (0)

/* What this core can do with one instruction set, in seconds a register. forward_s, backward_s: of weights from the
 * first-level cache, and from the second. */
struct limits {
    double peak; /* flop/s; 0: not known */
    double fma_s, forward_s[2], backward_s[2], division_s, root_s, chain_s, division_chain_s;
};

#if defined __x86_64__

/* Twelve independent chains of fused multiply-adds: enough for two pipes of latency 4. */
#define PEAK(name, isa, reg)                                                                                           \
    __attribute__((target(isa))) static void name(void)                                                                \
    {                                                                                                                  \
        for (int k = 0; k < 1000; k++)                                                                                 \
            __asm__ volatile("vfmadd213ps %%" reg "12, %%" reg "13, %%" reg "0\n\t"                                    \
                             "vfmadd213ps %%" reg "12, %%" reg "13, %%" reg "1\n\t"                                    \
                             "vfmadd213ps %%" reg "12, %%" reg "13, %%" reg "2\n\t"                                    \
                             "vfmadd213ps %%" reg "12, %%" reg "13, %%" reg "3\n\t"                                    \
                             "vfmadd213ps %%" reg "12, %%" reg "13, %%" reg "4\n\t"                                    \
                             "vfmadd213ps %%" reg "12, %%" reg "13, %%" reg "5\n\t"                                    \
                             "vfmadd213ps %%" reg "12, %%" reg "13, %%" reg "6\n\t"                                    \
                             "vfmadd213ps %%" reg "12, %%" reg "13, %%" reg "7\n\t"                                    \
                             "vfmadd213ps %%" reg "12, %%" reg "13, %%" reg "8\n\t"                                    \
                             "vfmadd213ps %%" reg "12, %%" reg "13, %%" reg "9\n\t"                                    \
                             "vfmadd213ps %%" reg "12, %%" reg "13, %%" reg "10\n\t"                                   \
                             "vfmadd213ps %%" reg "12, %%" reg "13, %%" reg "11\n\t"                                   \
                             :                                                                                         \
                             :                                                                                         \
                             : "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9",         \
                               "xmm10", "xmm11", "xmm12", "xmm13");                                                    \
    }

PEAK(peak_avx512, "avx512f", "zmm")
PEAK(peak_avx2, "avx2,fma", "ymm")

/* Read, and read and write back, `bytes` of memory. */
#define STREAM(name, isa, reg, width, move)                                                                            \
    __attribute__((target(isa))) static void name##_load(const char *p, size_t bytes)                                  \
    {                                                                                                                  \
        for (const char *const end = p + bytes; p < end; p += 4 * (width))                                             \
            __asm__ volatile(move " (%0), %%" reg "0\n\t" move " %c1(%0), %%" reg "1\n\t" move " %c2(%0), %%" reg      \
                                  "2\n\t" move " %c3(%0), %%" reg "3\n\t"                                              \
                             :                                                                                         \
                             : "r"(p), "i"(width), "i"(2 * (width)), "i"(3 * (width))                                  \
                             : "xmm0", "xmm1", "xmm2", "xmm3", "memory");                                              \
    }                                                                                                                  \
    __attribute__((target(isa))) static void name##_store(char *p, size_t bytes)                                       \
    {                                                                                                                  \
        for (const char *const end = p + bytes; p < end; p += 4 * (width))                                             \
            __asm__ volatile(move " %%" reg "0, (%0)\n\t" move " %%" reg "1, %c1(%0)\n\t" move " %%" reg               \
                                  "2, %c2(%0)\n\t" move " %%" reg "3, %c3(%0)\n\t"                                     \
                             :                                                                                         \
                             : "r"(p), "i"(width), "i"(2 * (width)), "i"(3 * (width))                                  \
                             : "xmm0", "xmm1", "xmm2", "xmm3", "memory");                                              \
    }

STREAM(avx512, "avx512f", "zmm", 64, "vmovaps")
STREAM(avx2, "avx2", "ymm", 32, "vmovaps")

/* The loops of a layer of weights, over `bytes` of them, eight sums side by side; and chains of dependent and of
 * independent instructions. */
#define LOOPS(name, isa, reg, width)                                                                                   \
    __attribute__((target(isa))) static void name##_forward(const char *p, size_t bytes)                               \
    {                                                                                                                  \
        for (const char *const end = p + bytes; p < end; p += 8 * (width))                                             \
            __asm__ volatile(FORWARD(reg, "0", "0") FORWARD(reg, "1", "%c1") FORWARD(reg, "2", "%c2")                  \
                                 FORWARD(reg, "3", "%c3") FORWARD(reg, "4", "%c4") FORWARD(reg, "5", "%c5")            \
                                     FORWARD(reg, "6", "%c6") FORWARD(reg, "7", "%c7")                                 \
                             :                                                                                         \
                             : "r"(p), "i"(width), "i"(2 * (width)), "i"(3 * (width)), "i"(4 * (width)),               \
                               "i"(5 * (width)), "i"(6 * (width)), "i"(7 * (width))                                    \
                             : "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "memory");              \
    }                                                                                                                  \
    __attribute__((target(isa))) static void name##_backward(char *p, size_t bytes)                                    \
    {                                                                                                                  \
        for (const char *const end = p + bytes; p < end; p += 8 * (width))                                             \
            __asm__ volatile(BACKWARD(reg, "8", "0", "0") BACKWARD(reg, "9", "1", "%c1")                               \
                                 BACKWARD(reg, "10", "2", "%c2") BACKWARD(reg, "11", "3", "%c3")                       \
                                     BACKWARD(reg, "8", "4", "%c4") BACKWARD(reg, "9", "5", "%c5")                     \
                                         BACKWARD(reg, "10", "6", "%c6") BACKWARD(reg, "11", "7", "%c7")               \
                             :                                                                                         \
                             : "r"(p), "i"(width), "i"(2 * (width)), "i"(3 * (width)), "i"(4 * (width)),               \
                               "i"(5 * (width)), "i"(6 * (width)), "i"(7 * (width))                                    \
                             : "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9",         \
                               "xmm10", "xmm11", "memory");                                                            \
    }                                                                                                                  \
    __attribute__((target(isa))) static void name##_fma_chain(void)                                                    \
    {                                                                                                                  \
        for (int k = 0; k < 1000; k++)                                                                                 \
            __asm__ volatile("vfmadd213ps %%" reg "1, %%" reg "2, %%" reg "0" : : : "xmm0");                           \
    }                                                                                                                  \
    __attribute__((target(isa))) static void name##_division_chain(void)                                               \
    {                                                                                                                  \
        for (int k = 0; k < 1000; k++)                                                                                 \
            __asm__ volatile("vdivps %%" reg "1, %%" reg "0, %%" reg "0" : : : "xmm0");                                \
    }                                                                                                                  \
    __attribute__((target(isa))) static void name##_division(void)                                                     \
    {                                                                                                                  \
        for (int k = 0; k < 1000; k++)                                                                                 \
            __asm__ volatile("vdivps %%" reg "1, %%" reg "1, %%" reg "0" : : : "xmm0");                                \
    }                                                                                                                  \
    __attribute__((target(isa))) static void name##_root(void)                                                         \
    {                                                                                                                  \
        for (int k = 0; k < 1000; k++)                                                                                 \
            __asm__ volatile("vsqrtps %%" reg "1, %%" reg "0" : : : "xmm0");                                           \
    }                                                                                                                  \
    /* What stands in the registers would slow some processors: ones, which stay ones. */                             \
    __attribute__((target(isa))) static void name##_ones(const float *ones)                                            \
    {                                                                                                                  \
        __asm__ volatile("vmovups (%0), %%" reg "0\n\tvmovups (%0), %%" reg "1\n\tvmovups (%0), %%" reg "12\n\t"       \
                         "vxorps %%" reg "2, %%" reg "2, %%" reg "2\n\tvmovups (%0), %%" reg "13"                      \
                         :                                                                                             \
                         : "r"(ones)                                                                                   \
                         : "xmm0", "xmm1", "xmm2", "xmm12", "xmm13", "memory");                                        \
    }

#define FORWARD(reg, sum, at) "vfmadd231ps " at "(%0), %%" reg "12, %%" reg sum "\n\t"
#define BACKWARD(reg, weight, sum, at)                                                                                 \
    "vmovaps " at "(%0), %%" reg weight "\n\tvfmadd231ps %%" reg weight ", %%" reg "12, %%" reg sum                    \
    "\n\tvfmadd231ps %%" reg "12, %%" reg "13, %%" reg weight "\n\tvmovaps %%" reg weight ", " at "(%0)\n\t"

LOOPS(avx512, "avx512f,avx512dq", "zmm", 64)
LOOPS(avx2, "avx2,fma", "ymm", 32)

/* A call for the instruction set at hand. */
#define BY_ISA(wide, function, arguments) ((wide) ? avx512_##function arguments : avx2_##function arguments)

static struct limits limits(const char *isa)
{
    const bool wide = strcmp(isa, "avx512") == 0;
    if (!wide && strcmp(isa, "avx2") != 0)
        return (struct limits){0};
    enum { L1_BYTES = 16 << 10, L2_BYTES = 256 << 10 };
    char *const memory = mem_array(L2_BYTES, 1);
    float ones[16];
    if (!memory)
        abort();
    for (size_t k = 0; k < sizeof ones / sizeof *ones; k++)
        ones[k] = 1;
    struct limits l = {0};
    double l1_load_s, l1_store_s, l2_load_s, l2_store_s;
    BY_ISA(wide, ones, (ones));
    BEST_S(l.fma_s, 20, wide ? peak_avx512() : peak_avx2());
    BEST_S(l1_load_s, 100, BY_ISA(wide, load, (memory, L1_BYTES)));
    BEST_S(l1_store_s, 100, BY_ISA(wide, store, (memory, L1_BYTES)));
    BEST_S(l2_load_s, 10, BY_ISA(wide, load, (memory, L2_BYTES)));
    BEST_S(l2_store_s, 10, BY_ISA(wide, store, (memory, L2_BYTES)));
    memset(memory, 0, L2_BYTES);
    BY_ISA(wide, ones, (ones));
    BEST_S(l.forward_s[0], 100, BY_ISA(wide, forward, (memory, L1_BYTES)));
    BEST_S(l.backward_s[0], 100, BY_ISA(wide, backward, (memory, L1_BYTES)));
    memset(memory, 0, L2_BYTES);
    BEST_S(l.forward_s[1], 10, BY_ISA(wide, forward, (memory, L2_BYTES)));
    BEST_S(l.backward_s[1], 10, BY_ISA(wide, backward, (memory, L2_BYTES)));
    BY_ISA(wide, ones, (ones));
    BEST_S(l.chain_s, 20, BY_ISA(wide, fma_chain, ()));
    BEST_S(l.division_chain_s, 20, BY_ISA(wide, division_chain, ()));
    BEST_S(l.division_s, 20, BY_ISA(wide, division, ()));
    BEST_S(l.root_s, 20, BY_ISA(wide, root, ()));
    const size_t bytes = wide ? 64 : 32;
    l.peak = 1000.0 * 12 * 2 * (wide ? 16 : 8) / l.fma_s;
    l.fma_s /= 12000;
    for (int level = 0; level < 2; level++) {
        l.forward_s[level] *= (double)bytes / (level ? L2_BYTES : L1_BYTES);
        l.backward_s[level] *= (double)bytes / (level ? L2_BYTES : L1_BYTES);
    }
    l.chain_s *= 1e-3, l.division_chain_s *= 1e-3, l.division_s *= 1e-3, l.root_s *= 1e-3;
    printf("\n%s: FMA peak %.0f GFLOP/s; L1 load %.0f, store %.0f GB/s; L2 load %.0f, store %.0f GB/s\n", isa,
           l.peak * 1e-9, L1_BYTES / l1_load_s * 1e-9, L1_BYTES / l1_store_s * 1e-9, L2_BYTES / l2_load_s * 1e-9,
           L2_BYTES / l2_store_s * 1e-9);
    printf("  ns a register: forward %.2f from L1, %.2f from L2; backward and update %.2f, %.2f; division %.1f, root "
           "%.1f; in a chain: multiply-add %.2f, division %.1f\n",
           1e9 * l.forward_s[0], 1e9 * l.forward_s[1], 1e9 * l.backward_s[0], 1e9 * l.backward_s[1],
           1e9 * l.division_s, 1e9 * l.root_s, 1e9 * l.chain_s, 1e9 * l.division_chain_s);
    free(memory);
    return l;
}

#else

static struct limits limits(const char *isa)
{
    printf("\n%s: the peak is measured on x86-64 only\n", isa);
    return (struct limits){0};
}

#endif

static void must(enum status status, const struct error *err)
{
    if (status != STATUS_OK) {
        fprintf(stderr, "bench_trainer: %s\n", err->text);
        exit((int)status);
    }
}

static void print_share(double rate, double peak)
{
    printf("  %6.1f GFLOP/s", rate * 1e-9);
    if (peak > 0)
        printf("  %4.1f %% of peak", 100 * rate / peak);
}

/* The bound of a sample of a full group, in seconds; chained: the chain sets it. */
static double bound_s(const struct limits *l, const struct group *g, bool *chained)
{
    const double in = (double)g->units[0], a = (double)g->units[1], out = (double)g->units[SPEC_LAYERS];
    const double first = (double)g->registers[0], second = (double)g->registers[1], third = (double)g->registers[2];
    const size_t level = (double)g->weight_floats * sizeof(float) > choice_caches().level1_bytes;
    const double forward = (a + out) * second, backward = (in + 1) * first + (a + 1 + out) * second + third;
    const double loops = forward * l->forward_s[level] + backward * l->backward_s[level] +
                         (first + second + third) * (POLYNOMIAL * l->fma_s + l->division_s);
    const double chain = (in + a + out + 3 * POLYNOMIAL) * l->chain_s + 3 * l->division_chain_s;
    *chained = chain > loops;
    return *chained ? chain : loops;
}

/* One layout at one topology. */
static void layout(const struct kernel *kernel, const struct experiment *e, uint32_t a, bool own,
                   const struct limits *limit)
{
    struct error err;
    struct group group = {0};
    struct trial trials[LANES_MAX];
    const size_t count = kernel->lanes / kernel->q;
    for (size_t n = 0; n < count; n++) {
        trials[n] = (struct trial){.hyper = e->hyper, .repeat = (uint32_t)n};
        trials[n].hyper.hidden1 = trials[n].hyper.hidden2 = a;
        trials[n].hyper.epochs = 1;
    }
    must(group_reserve(&group, kernel, &e->data, trials, count, own, &err), &err);
    group_load(&group, kernel, &e->data, trials, count, own);
    for (size_t n = 0; n < count; n++)
        group_set_rate(&group, n, 0.2f);
    const double flop = training_flop(&e->data, &trials[0]) * (double)count;
    const uint32_t *const orders[LANES_MAX] = {NULL};
    const long times = (long)(5e7 / flop) + 1;
    double took_s;
    BEST_S(took_s, times, kernel->train(&group, e->data.x, e->data.t, orders, e->data.samples));
    printf("  (%2u,%2u)  %2zu x %zu%s", a, a, count, kernel->q,
           own ? " own    " : "        ");
    print_share(flop / took_s, limit->peak);
    printf("  %7.4f us a sample and network", took_s / (double)e->data.samples / (double)count * 1e6);
    if (limit->peak > 0) {
        bool chained;
        const double least_s = bound_s(limit, &group, &chained) * (double)e->data.samples;
        printf("; bound %4.1f %% (%s), %3.0f %% of it", 100 * flop / least_s / limit->peak, chained ? "chain" : "loops",
               100 * least_s / took_s);
    }
    printf("\n");
    group_free(&group);
}

/* Where the grid's time goes: rows and columns of this many units. */
enum { MAP_BLOCK = 8, MAP_BLOCKS = 64 / MAP_BLOCK };

struct map {
    double flop[MAP_BLOCKS][MAP_BLOCKS], spent_s[MAP_BLOCKS][MAP_BLOCKS];
};

static void print_map(const struct map *map, double peak)
{
    printf("  %% of peak by (a, b), blocks of %d; a downwards, b to the right\n", MAP_BLOCK);
    for (size_t a = 0; a < MAP_BLOCKS; a++) {
        printf("   ");
        for (size_t b = 0; b < MAP_BLOCKS; b++)
            printf(" %5.1f", 100 * map->flop[a][b] / map->spent_s[a][b] / peak);
        printf("\n");
    }
}

/* Packs of the default sweep with fewer epochs, yet enough that loading a pack does not count: the sum of each pack's
 * best time. */
static void sweep(const struct experiment *e, const struct packs *packs, double peak)
{
    struct error err;
    struct trainer *trainer;
    must(trainer_create(&trainer, &e->data, NULL, 0, &err), &err);
    double flop = 0, total_s = 0, whole_flop = 0;
    struct map map = {0};
    for (size_t p = 0; p < packs->count; p++) {
        struct trial trials[PACK_MAX];
        struct trial_outcome outcomes[PACK_MAX];
        const size_t count = packs->list[p].count;
        packs_trials(packs, p, e, trials);
        double pack_flop = 0;
        for (size_t n = 0; n < count; n++)
            pack_flop += training_flop(&e->data, &trials[n]);
        whole_flop += pack_flop;
        const uint32_t a = (trials[0].hyper.hidden1 - 1) / MAP_BLOCK, b = (trials[0].hyper.hidden2 - 1) / MAP_BLOCK;
        if (p % SWEEP_STEP != 0 && map.flop[a][b] > 0)
            continue;
        double best_s = 1e9;
        for (int round = 0; round < SWEEP_ROUNDS; round++) {
            const double start_s = now_s();
            must(trainer_load(trainer, trials, count, &err), &err);
            while (!trainer_run(trainer, 1e8))
                trainer_take(trainer, outcomes, PACK_MAX);
            const double took_s = now_s() - start_s;
            best_s = took_s < best_s ? took_s : best_s;
        }
        total_s += best_s;
        flop += pack_flop;
        map.flop[a][b] += pack_flop;
        map.spent_s[a][b] += best_s;
    }
    printf("  default sweep (a pack of %d, %d of 1000 epochs)", SWEEP_STEP, SWEEP_EPOCHS);
    print_share(flop / total_s, peak);
    printf("  %.1f s for all\n", total_s * whole_flop / flop * 1000 / SWEEP_EPOCHS);
    if (peak > 0)
        print_map(&map, peak);
    trainer_destroy(trainer);
}

/* Samples whose values do not matter. */
static void make_data(struct dataset *data, size_t inputs, size_t targets)
{
    struct error err;
    *data = (struct dataset){.samples = BATCH_SAMPLES, .inputs = inputs, .targets = targets, .splits = {BATCH_SAMPLES}};
    must(dataset_alloc(data, &err), &err);
    for (size_t k = 0; k < data->samples * inputs; k++)
        data->x[k] = (float)(k * 7919 % 1000) * 1e-3f;
    for (size_t k = 0; k < data->samples * targets; k++)
        data->t[k] = (float)(k % 2);
}

/* An epoch in batches of this size. */
static void batch_epoch(const struct kernel *kernel, struct group *group, const struct dataset *data, size_t batch)
{
    const uint32_t *const orders[LANES_MAX] = {NULL};
    for (size_t at = 0; at < data->samples; at += batch) {
        steps_next(&group->steps, group->hyper->optimizer, batch);
        kernel->batch(group, data->x + at * data->inputs, data->t + at * data->targets, orders,
                      (struct portion){.count = batch, .first = true, .last = true});
    }
}

/* Speed with a filled group of a x a networks. */
static double batch_rate(const struct kernel *kernel, const struct dataset *data, uint32_t a, uint32_t batch)
{
    struct error err;
    struct group group = {0};
    struct trial trials[LANES_MAX];
    const size_t count = kernel->lanes / kernel->q;
    for (size_t n = 0; n < count; n++) {
        trials[n] = (struct trial){.hyper = hyper_default(), .repeat = (uint32_t)n};
        trials[n].hyper.hidden1 = trials[n].hyper.hidden2 = a;
        trials[n].hyper.epochs = 1;
        trials[n].hyper.batch = batch;
    }
    must(group_reserve(&group, kernel, data, trials, count, false, &err), &err);
    group_load(&group, kernel, data, trials, count, false);
    for (size_t n = 0; n < count; n++)
        group_set_rate(&group, n, 0.2f);
    const double flop = training_flop(data, &trials[0]) * (double)count;
    double took_s = 1e9;
    for (int round = 0; round < BATCH_ROUNDS; round++) {
        const double begin_s = now_s();
        batch_epoch(kernel, &group, data, batch);
        const double one_s = now_s() - begin_s;
        took_s = one_s < took_s ? one_s : took_s;
    }
    group_free(&group);
    return flop / took_s;
}

/* Speed by size of network and batch, in % of the peak where that is known. */
static void batch_map(const struct kernel *kernel, double peak)
{
    static const uint32_t sizes[] = {8, 32, 128, 512}, batches[] = {8, 32, 256};
    static const size_t inputs[] = {4, 32, 784}, targets[] = {3, 4, 10};
    printf("  batches, %zu x %zu, GFLOP/s (%% of peak)\n    inputs   (a,b)", kernel->lanes / kernel->q, kernel->q);
    for (size_t b = 0; b < sizeof batches / sizeof *batches; b++)
        printf("  batch %5u", batches[b]);
    printf("\n");
    for (size_t i = 0; i < sizeof inputs / sizeof *inputs; i++) {
        struct dataset data;
        make_data(&data, inputs[i], targets[i]);
        for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
            printf("    %6zu (%3u,%3u)", inputs[i], sizes[s], sizes[s]);
            for (size_t b = 0; b < sizeof batches / sizeof *batches; b++) {
                const double rate = batch_rate(kernel, &data, sizes[s], batches[b]);
                printf("  %5.1f (%2.0f)", rate * 1e-9, peak > 0 ? 100 * rate / peak : 0);
            }
            printf("\n");
        }
        dataset_free(&data);
    }
}

int main(void)
{
    static const uint32_t sizes[] = {4, 8, 16, 32, 48, 64};
    static const char *const isas[] = {"avx512", "avx2", "neon"}; /* nobody would wait for plain C */
    struct error err;
    struct experiment e = {.repeats = 1, .hyper = hyper_default()};
    e.hyper.epochs = SWEEP_EPOCHS;
    must(dataset_iris(&e.data, &err), &err);
    must(set_layers(&e, "1:64", "1:64"), &err);
    struct packs packs;
    must(packs_create(&packs, &e, 1, NULL, NULL, &err), &err);
    for (size_t i = 0; i < sizeof isas / sizeof *isas; i++) {
        const struct kernel *const *kernels;
        setenv("NSURF_ISA", isas[i], 1);
        if (isa_kernels(&kernels, &err) != STATUS_OK)
            continue;
        const struct limits limit = limits(isas[i]);
        for (size_t k = 0; kernels[k]; k++)
            for (size_t s = 0; s < sizeof sizes / sizeof *sizes && kernels[k]->serves == SERVES_DESCENT; s++)
                for (int own = 0; own < 2; own++)
                    layout(kernels[k], &e, sizes[s], own, &limit);
        for (size_t k = 0; kernels[k]; k++)
            if (kernels[k]->serves == SERVES_BATCHES)
                batch_map(kernels[k], limit.peak);
        sweep(&e, &packs, limit.peak);
    }
    packs_free(&packs);
    experiment_free(&e);
    return 0;
}
