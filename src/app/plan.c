/* SPDX-License-Identifier: BSD-3-Clause */
/* The plan; see plan.h. A second or two of training tell how fast a core is here, the simulation does the rest.
 * It knows no MPI and writes no file. */
#include "app/plan.h"

#include "app/load.h"
#include "app/reach.h"
#include "app/run.h"
#include "base/clock.h"
#include "base/number.h"
#include "base/shuffle.h"
#include "base/statistics.h"
#include "net/optimizer.h"
#include "program/files.h"
#include "store/field.h"
#include "sweep/cost.h"
#include "sweep/evaluator.h"
#include "sweep/preview.h"
#include "sweep/run_time.h"
#include "sweep/simulate.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char default_ranks[] = "1,8,32,128,1024";

/* Packs that are tried, each for its share of the time, in the middle of an equal part of the whole cost. Times are
 * those of a core, so that a busy machine foretells what a quiet one does. With early stopping there is more to find
 * out: when a training ends. */
enum { PROBES = 32 };
static const double calibration_s = 1.5, stopping_s = 6, slice_s = 2e-3;

/* What the time of a pack may be off by however many were tried: the clock rate, memory that others use as well. */
static const double steady = 0.03;

/* What a run takes beyond its training, measured with Open MPI 4.1: starting and leaving, and the files. */
static const double start_s = 0.5, start_off_s = 0.3;

/* Memory of a rank, in bytes, measured as peak resident size: a process with the libraries and the buffers of MPI. */
static const double process_bytes = 48e6;

/* Members of packs, as one would train them here. */
struct probe {
    struct evaluator *evaluator;
    const struct experiment *experiment;
    struct packs *packs;
    struct run_time *run_time; /* of a program */
};

/* Train this pack, again and again, for so long; *s_per_cost receives seconds for a unit of its cost. */
static enum status try_pack(struct probe *probe, size_t pack, double duration_s, double *s_per_cost, struct error *err)
{
    struct trial trials[PACK_MAX];
    const struct pack *const p = &probe->packs->list[pack];
    packs_trials(probe->packs, pack, probe->experiment, trials);
    double flop = 0;
    for (uint32_t m = 0; m < p->count; m++)
        flop += training_flop(&probe->experiment->data, &trials[m]);
    double load_s = 0, train_s = 0, share = 0, speed = 1e9; /* share: of the pack, how often it was trained */
    int loads = 0;
    for (; load_s + train_s < duration_s; loads++) {
        const double begin_s = clock_thread_s();
        const enum status status = evaluator_load(probe->evaluator, trials, p->count, err);
        if (status)
            return status;
        const double loaded_s = clock_thread_s();
        load_s += loaded_s - begin_s;
        double spent_s = 0;
        bool finished;
        do {
            struct trial_outcome outcomes[PACK_MAX];
            const enum status ran = evaluator_run(probe->evaluator, speed * slice_s, err);
            if (ran)
                return ran;
            discard((long)evaluator_take(probe->evaluator, outcomes, PACK_MAX));
            finished = evaluator_finished(probe->evaluator);
            spent_s = clock_thread_s() - loaded_s;
            speed = evaluator_flop(probe->evaluator) / spent_s;
        } while (!finished && load_s + train_s + spent_s < duration_s);
        train_s += spent_s;
        share += finished ? 1 : fmin(evaluator_trained(probe->evaluator) / flop, 1);
    }
    /* A pack is loaded once, even one that was only tried in part. */
    *s_per_cost = (load_s / loads + train_s / share) / p->cost;
    return STATUS_OK;
}

/* Cost a second of this core, over the whole of the packs, and the share that this may be off by: two standard errors
 * of a stratified mean, of strata collapsed in pairs (Cochran, Sampling Techniques, 5A.12), and what is steady. */
static enum status calibrate(struct probe *probe, double *speed, double *off, struct error *err)
{
    const struct packs *const packs = probe->packs;
    const double duration_s = probe->experiment->hyper.stop.every > 0 ? stopping_s : calibration_s;
    double sum = 0, squares = 0, passed = 0, before = 0;
    size_t pack = 0;
    *speed = 1;
    *off = steady;
    for (int t = -1; t < PROBES && packs->cost > 0; t++) { /* the first warms the core up */
        const double middle = packs->cost * (t < 0 ? 0.5 : t + 0.5) / PROBES;
        while (pack + 1 < packs->count && passed + packs->list[pack].cost <= middle)
            passed += packs->list[pack++].cost;
        double s_per_cost;
        const enum status status = try_pack(probe, pack, duration_s / PROBES, &s_per_cost, err);
        if (status)
            return status;
        if (t % 2 == 1)
            squares += (s_per_cost - before) * (s_per_cost - before);
        before = s_per_cost;
        sum += t < 0 ? 0 : s_per_cost;
    }
    if (sum > 0) {
        *speed = PROBES / sum;
        *off = hypot(steady, 2 * sqrt(squares) / sum);
    }
    return STATUS_OK;
}

/* Of a program: so many of its cells for each axis, but no more after so long. */
enum { RUNS = 8, RUNS_MAX = 4 * RUNS };
static const double runs_s = 30;

/* The trials to run: each axis is cut into as many parts, and the middle of each has a try (a Latin hypercube:
 * M. McKay, R. Beckman, W. Conover, Technometrics 21 (1979) 239). trials: [RUNS_MAX]. Returns how many. */
static size_t choose_trials(const struct experiment *experiment, size_t *trials)
{
    static const uint32_t alone[RUNS] = {2, 5, 0, 7, 3, 4, 1, 6}; /* whenever it stops, they lie around the middle */
    const size_t count = experiment_trainings(experiment), of_cell = experiment_cell_trainings(experiment);
    const size_t wanted = RUNS * (experiment->axis_count < 1 ? 1 : experiment->axis_count);
    const size_t most = wanted < RUNS_MAX ? wanted : RUNS_MAX, tries = count < most ? count : most;
    uint32_t order[RUNS_MAX];
    size_t used = 0;
    for (size_t o = 0; o < RUNS && tries <= RUNS; o++)
        if (alone[o] < tries)
            trials[used++] = (2 * alone[o] + 1) * count / (2 * tries);
    if (used > 0)
        return used;
    memset(trials, 0, tries * sizeof *trials);
    for (uint32_t a = 0; a < experiment->axis_count; a++) {
        const size_t values = experiment->axes[a].count;
        shuffle_order(0, a, 0, 0, tries, order);
        for (size_t t = 0; t < tries; t++)
            trials[t] = trials[t] * values + (2 * order[t] + 1) * values / (2 * tries);
    }
    for (size_t t = 0; t < tries; t++)
        trials[t] = trials[t] * of_cell + t % of_cell;
    return tries;
}

/* Run one; its outcome stands in the table. */
static enum status try_run(struct probe *probe, struct table *table, size_t training, struct error *err)
{
    const struct trial trial = experiment_trial(probe->experiment, training);
    struct trial_outcome outcome = {0};
    enum status status = evaluator_load(probe->evaluator, &trial, 1, err);
    while (!status && evaluator_take(probe->evaluator, &outcome, 1) == 0)
        status = evaluator_run(probe->evaluator, EVALUATOR_SPEED, err);
    if (!status)
        table_set(table, training, &outcome.outcome);
    return status;
}

/* What they took tells what all take, each by probe->run_time where that has learnt, else their mean. *speed: cost a
 * second; *off: the share that the whole may be off by: two standard errors, and all of it of one run alone. */
static enum status learn_runs(struct probe *probe, const struct table *table, const size_t *trials, size_t tried,
                              double *speed, double *off, struct error *err)
{
    struct packs *const packs = probe->packs;
    double seconds[RUNS_MAX], ratios[RUNS_MAX], longest = 0;
    size_t ran = 0;
    const bool learnt = run_time_learn(probe->run_time, table);
    for (size_t t = 0; t < tried; t++) {
        const struct outcome *const outcome = &table->outcomes[trials[t]];
        if (outcome->status == OUTCOME_FAILED)
            continue;
        seconds[ran] = (double)outcome->run.seconds;
        ratios[ran] = seconds[ran] / (learnt ? run_time_predict(probe->run_time, trials[t]) : 1);
        longest = fmax(longest, seconds[ran++]);
    }
    const char *const why = evaluator_why(probe->evaluator);
    if (ran == 0)
        return error_set(err, STATUS_INCOMPLETE, "plan: of %s tried none succeeded; the last failed with %.*s",
                         number_counted(tried, "run").text, why ? (int)strcspn(why, "\n") : 0, why ? why : "");
    const struct statistics sample = statistics_of(ratios, ran);
    double run_s = statistics_of(seconds, ran).mean;
    if (learnt) {
        run_time_sort(probe->run_time, packs, 0);
        run_s = packs->cost / EVALUATOR_SPEED / (double)packs->count;
        longest = fmax(longest, packs->list[0].cost / EVALUATOR_SPEED);
    }
    *speed = packs->cost / (double)packs->count / fmax(run_s, 1e-6);
    *off = fmin(hypot(steady, 2 * statistics_standard_error(&sample) / sample.mean), 1); /* 1 where that is NaN */
    printf("tried\t%zu\nfailed\t%zu\nrun_s\t%.3g\nlongest_s\t%.3g\n", tried, tried - ran, run_s, longest);
    return STATUS_OK;
}

static enum status try_runs(struct probe *probe, double *speed, double *off, struct error *err)
{
    struct table table;
    size_t trials[RUNS_MAX], tried = 0;
    const size_t tries = choose_trials(probe->experiment, trials);
    const double start_now_s = clock_now_s();
    enum status status = table_create(&table, probe->experiment, err);
    if (!status)
        status = run_time_create(&probe->run_time, probe->experiment, err);
    while (!status && tried < tries && (tried < 2 || clock_now_s() - start_now_s < runs_s))
        status = try_run(probe, &table, trials[tried++], err);
    if (!status)
        status = learn_runs(probe, &table, trials, tried, speed, off, err);
    table_free(&table);
    return status;
}

/* The weights of the largest group that a worker trains, in as many lanes as a register has at the most. */
static double group_bytes(const struct experiment *experiment)
{
    if (experiment->program)
        return 0;
    const struct trial first = experiment_trial(experiment, 0);
    const struct trial last = experiment_trial(experiment, experiment_trainings(experiment) - 1);
    const double weights = network_weights(&experiment->data, last.hyper.hidden1, last.hyper.hidden2);
    const double best = experiment->hyper.stop.every > 0 ? 1 : 0; /* the weights of the best state */
    const bool single = first.hyper.batch == 1 && last.hyper.batch == 1;
    const double step = (single ? 0 : 1) + (double)optimizer_keeps(&last.hyper); /* the gradient, and these */
    const double copies = 1 + best + step;
    return copies * weights * PACK_MAX * sizeof(float);
}

static double data_bytes(const struct dataset *data)
{
    return (double)data->samples * (double)(data->inputs + data->targets) * sizeof(float);
}

/* Rank 0 has for each training its outcome and its place in a pack; and the HDF5 file is made in memory, and copied.
 * Measured at 10^6 cells of one and of four trainings. */
static double rank0_bytes(const struct experiment *experiment)
{
    const double training_bytes = sizeof(struct outcome) + sizeof(uint32_t);
    return process_bytes + data_bytes(&experiment->data) + group_bytes(experiment) +
           training_bytes * (double)experiment_trainings(experiment) + 2 * field_bytes(experiment);
}

/* What to ask of Slurm: time for half as much again and two minutes more, which are for machines slower than this one
 * and for all that goes on before a job's program runs; memory for rank 0, because Slurm gives all ranks the same. */
static void print_sbatch(const struct experiment *experiment, size_t ranks, double wall_s)
{
    const double minutes = ceil((1.5 * wall_s + 120) / 60), limit = 60.0 * 24 * 365;
    const unsigned long whole = (unsigned long)fmin(minutes, limit);
    const double megabytes = 16 * ceil(1.25 * rank0_bytes(experiment) / 1e6 / 16);
    printf("sbatch\t--ntasks=%zu --time=", ranks);
    if (whole >= 24 * 60)
        printf("%lu-%02lu:%02lu:00", whole / (24 * 60), whole / 60 % 24, whole % 60);
    else
        printf("%lu:%02lu:00", whole / 60, whole % 60);
    if (experiment->program) /* what it needs is not known */
        putchar('\n');
    else
        printf(" --mem-per-cpu=%.0fM\n", megabytes);
}

/* A line of the table, and the line for sbatch. */
static enum status print_ranks(const struct options *options, const struct probe *probe, size_t ranks, double speed,
                               double off, struct error *err)
{
    const struct experiment *const experiment = probe->experiment;
    struct farm farm = farm_of(ranks, speed);
    farm.dedicated_manager |= options->dedicated_manager && ranks > 1;
    struct packs packs;
    struct forecast forecast;
    enum status status = packs_create(&packs, experiment, ranks - farm.dedicated_manager, NULL, NULL, err);
    if (!status)
        status = preview_order(&packs, experiment, &farm, err);
    if (!status && probe->run_time)
        run_time_sort(probe->run_time, &packs, packs.early);
    if (!status)
        status = simulate(&packs, &farm, &forecast, err);
    if (!status) {
        const double wall_s = start_s + forecast.training_s;
        printf("np\t%zu\t%zu\t%u\t%.3g\t%.3f\t%.3g\t%.1f\t%.2g\n", ranks, packs.count, packs.pack_size, wall_s,
               forecast.efficiency, forecast.bound_s,
               forecast.training_s > 0 ? 100 * forecast.service_s / forecast.training_s : 0,
               start_off_s + off * forecast.training_s);
        print_sbatch(experiment, ranks, wall_s);
    }
    packs_free(&packs);
    return status;
}

/* How much there is to do; *speed: cost a second; *off: the share that this may be off by. */
static enum status print_work(struct probe *probe, double *speed, double *off, struct error *err)
{
    const struct experiment *const experiment = probe->experiment;
    const struct packs *const packs = probe->packs;
    double flop = 0;
    for (size_t p = 0; p < packs->count; p++)
        for (uint32_t m = 0; m < packs->list[p].count && !experiment->program; m++) {
            const struct trial trial = experiment_trial(experiment, packs_members(packs, p)[m]);
            flop += training_flop(&experiment->data, &trial);
        }
    const enum status status = experiment->program ? try_runs(probe, speed, off, err)
                                                   : calibrate(probe, speed, off, err);
    if (status)
        return status;
    printf("cells\t%zu\n", experiment_cells(experiment));
    printf("%s\t%zu\n", experiment->program ? "runs" : "trainings", experiment_trainings(experiment));
    if (experiment->program)
        return STATUS_OK;
    printf("flop\t%.4g\n", flop);
    printf("flop_per_s\t%.3g\n", packs->cost > 0 ? *speed * flop / packs->cost : 0);
    return STATUS_OK;
}

static enum status print_all(const struct options *options, struct probe *probe, struct error *err)
{
    const struct experiment *const experiment = probe->experiment;
    double speed = 1, off = 0;
    enum status status = print_work(probe, &speed, &off, err);
    if (status)
        return status;
    printf("rank0_bytes\t%.3g\n", rank0_bytes(experiment));
    printf("rank_bytes\t%.3g\n", process_bytes + data_bytes(&experiment->data) + group_bytes(experiment));
    printf("#np\tranks\tpacks\tmembers\twall_s\tefficiency\tbound_s\tmanager_percent\twall_error_s\n");
    const char *list = options->ranks ? options->ranks : default_ranks;
    for (size_t ranks; !status && (ranks = options_next_ranks(&list)) > 0;)
        status = print_ranks(options, probe, ranks, speed, off, err);
    return status;
}

enum status plan_print(struct options *options, struct error *err)
{
    struct experiment experiment = {0};
    struct packs packs = {0};
    struct probe probe = {.experiment = &experiment, .packs = &packs};
    struct spawner *spawner = NULL;
    const struct spawner_settings settings = {options->program.keep, options->program.keep_count, options->nice};
    const enum evaluator_kind kind = options->program.command ? EVALUATOR_PROGRAM : EVALUATOR_TRAINER;
    enum status status = load_experiment(&experiment, options, err);
    if (!status && !options->quiet)
        reach_warn(&experiment);
    if (!status && kind == EVALUATOR_PROGRAM)
        status = spawner_start(&spawner, &settings, err);
    experiment.spawners = &spawner;
    if (!status)
        status = packs_create(&packs, &experiment, 1, NULL, NULL, err);
    if (!status)
        status = experiment.program ? files_copy(experiment.program, err) : STATUS_OK;
    if (!status)
        status = evaluator_create(&probe.evaluator, kind, &experiment, 0, err);
    if (!status)
        status = print_all(options, &probe, err);
    evaluator_destroy(probe.evaluator);
    run_time_destroy(probe.run_time);
    spawner_stop(spawner);
    packs_free(&packs);
    experiment_free(&experiment);
    return status;
}
