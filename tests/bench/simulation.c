/* SPDX-License-Identifier: BSD-3-Clause */
/* The farm on paper: how well the scheduler keeps 1 to 100,000 ranks busy with square grids of the default data, at the
 * speed and service times of farm_of. A line of the table is a simulated run; plots/scaling.gp draws it. It takes about
 * three minutes, most of it for the packs of 4096 x 4096 cells, and 2 GB of memory. */
#include "sweep/simulate.h"

#include <stdio.h>

#include "../unit/layers.h"

/* Cost a second of one core in full packs, of the order of what `nsurf plan` measures on a core of today. */
static const double speed = 9e10;

static struct experiment grid(uint32_t side, uint32_t repeats, struct error *err)
{
    struct experiment experiment = {.repeats = repeats, .hyper = {.epochs = 1000, .learning_rate = 0.2f}};
    char range[32];
    snprintf(range, sizeof range, "1:%u", side);
    if (dataset_iris(&experiment.data, err) || set_layers(&experiment, range, range))
        experiment.axis_count = 0;
    return experiment;
}

/* One run; ideal_s: if all ranks trained full packs from beginning to end. */
static enum status show(const struct experiment *experiment, size_t ranks, struct error *err)
{
    const struct farm farm = farm_of(ranks, speed);
    struct packs packs;
    struct forecast f;
    enum status status = packs_create(&packs, experiment, ranks - farm.dedicated_manager, NULL, NULL, err);
    if (!status)
        status = simulate(&packs, &farm, &f, err);
    if (!status) {
        const double ideal_s = packs.cost / (speed * (double)ranks);
        printf("%5zu %7u %7zu %10zu %4u %12.3f %7.1f %7.1f %7.1f %8.2f\n", experiment->axes[0].count,
               experiment->repeats, ranks, packs.count, packs.pack_size, f.training_s,
               100 * f.bound_s / f.training_s, 100 * f.efficiency, 100 * ideal_s / f.training_s,
               100 * f.service_s / f.training_s);
        fflush(stdout);
    }
    packs_free(&packs);
    return status;
}

int main(void)
{
    static const uint32_t sides[] = {64, 256, 1024, 4096}, repeats[] = {1, 4, 16};
    static const size_t ranks[] = {1, 10, 100, 1000, 1024, 3000, 10000, 30000, 100000};
    struct error err = {0};
    printf("# bound, efficiency, ideal and manager in %% of the time: the bound of these packs, ranks that train, the\n"
           "# time if all ranks trained full packs throughout, and the time for which rank 0 is at its messages\n"
           "#side repeats   ranks      packs size      time_s   bound  effic.   ideal  manager\n");
    for (size_t s = 0; s < sizeof sides / sizeof *sides; s++)
        for (size_t r = 0; r < sizeof repeats / sizeof *repeats; r++) {
            struct experiment experiment = grid(sides[s], repeats[r], &err);
            for (size_t n = 0; n < sizeof ranks / sizeof *ranks && experiment.axis_count; n++)
                if (show(&experiment, ranks[n], &err))
                    break;
            experiment_free(&experiment);
            if (err.text[0]) {
                fprintf(stderr, "simulation: %s\n", err.text);
                return 1;
            }
            printf("\n\n"); /* gnuplot: the next data set */
        }
    return 0;
}
