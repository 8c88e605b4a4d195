/* SPDX-License-Identifier: BSD-3-Clause */
/* nsurf: parse the command line, take the part of manager or worker, turn the status into an exit code. */
#include "app/best.h"
#include "app/export.h"
#include "app/plan.h"
#include "app/predict.h"
#include "app/report.h"
#include "app/run.h"
#include "app/train.h"
#include "app/verdict.h"
#include "app/watch.h"
#include "base/clock.h"
#include "base/float_env.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/priority.h"
#include "base/process.h"
#include "base/spawner.h"
#include "base/stop.h"
#include "cli/completion.h"
#include "cli/help.h"
#include "cli/options.h"
#include "cluster/cluster.h"
#include "sweep/simulate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

/* What the program tells of itself. */
static enum status tell(const struct options *options)
{
    switch (options->asked) {
    case ASKED_VERSION:
        help_version(stdout);
        break;
    case ASKED_MANUAL:
        help_manual(stdout, options->help_of);
        break;
    case ASKED_BASH:
        completion_bash(stdout);
        break;
    case ASKED_ZSH:
        completion_zsh(stdout);
        break;
    case ASKED_BRIEF:
        help_brief(stdout);
        break;
    case ASKED_HELP:
    case ASKED_NOTHING:
        help_print(stdout, options->help_of);
        break;
    }
    return STATUS_OK;
}

/* The commands of one process. */
static enum status command(struct options *options, struct error *err)
{
    switch (options->command) {
    case COMMAND_PLAN:
        return plan_print(options, err);
    case COMMAND_TRAIN:
        return train_print(options, err);
    case COMMAND_PREDICT:
        return predict_print(options, err);
    case COMMAND_BEST:
        return best_print(options, err);
    case COMMAND_WATCH:
        return watch_show(options, err);
    case COMMAND_REPORT:
        return report_write(options, err);
    case COMMAND_EXPORT:
        return export_print(options, err);
    case COMMAND_RUN:
    case COMMANDS:
        break;
    }
    return error_set(err, STATUS_INTERNAL, "a run is no command of one process");
}

/* Without a cluster that all could agree through, the launcher's rank 0 speaks. The others wait: a launcher that sees
 * one process fail ends all, and must not end rank 0 before it has spoken. */
static enum status refuse(enum status status, struct error *err)
{
    const double wait_s = 2;
    if (cluster_launch_rank() != 0) {
        clock_sleep_s(wait_s);
        return status;
    }
    status = verdict_leave(status, err);
    log_line("%s", err->text);
    return status;
}

/* All that is answered by one process, however many were started, and without MPI. */
static enum status answer(struct options *options, struct error *err)
{
    enum status status = STATUS_OK;
    if (cluster_launch_rank() != 0)
        return status;
    status = options->asked ? tell(options) : command(options, err);
    if ((fflush(stdout) != 0 || ferror(stdout)) && !status) /* a long text is written before the end, too */
        status = error_set(err, STATUS_IO, "standard output: cannot be written; is its disk full, or its reader gone?");
    if (status)
        log_line("%s", err->text);
    return status;
}

/* All ranks: prepare, train, and leave with the same status. status: of rank 0's loading, whose words are in err. */
static enum status run(struct cluster *cluster, struct options *options, enum status status, int argc, char **argv,
                       struct run *work, struct error *err)
{
    const bool first = cluster_rank(cluster) == 0;
    const enum evaluator_kind kind = options->null_training    ? EVALUATOR_NULL
                                     : options->program.command ? EVALUATOR_PROGRAM
                                                                : EVALUATOR_TRAINER;
    const struct cluster_settings settings = {kind, options->worker_timeout_s, options->ports[0], options->ports[1]};
    options->dedicated_manager |= cluster_launched() && farm_dedicated((size_t)cluster_size(cluster));
    if (options->nice && !(first && options->dedicated_manager)) /* such a rank 0 uses next to nothing */
        priority_lower((int)options->nice, cluster_launched() && cluster_size(cluster) > 1 ? cluster_launcher() : 0);
    if (first && !status)
        status = run_prepare(work, options, cluster_size(cluster), err);
    status = cluster_agree(cluster, status, err);
    if (!status)
        status = cluster_share(cluster, &work->experiment, &settings, err);
    if (status)
        return status;
    return first ? run_sweep(work, options, cluster, argc, argv, err) : cluster_work(cluster, &work->experiment, err);
}

/* How many programs this process runs at once: under a launcher one. */
static size_t jobs_of(const struct options *options, const struct run *work)
{
    const size_t wanted = cluster_launched() ? 1 : options->jobs ? options->jobs : limits_processors();
    const size_t trials = work->loaded ? experiment_trainings(&work->experiment) : wanted;
    return trials < wanted && trials > 0 ? trials : wanted;
}

/* Before MPI starts, on every rank. */
static enum status start_spawners(struct experiment *experiment, const struct options *options, size_t count,
                                  struct error *err)
{
    const struct program_options *const program = &options->program;
    const struct spawner_settings settings = {program->keep, program->keep_count, options->nice};
    enum status status = STATUS_OK;
    experiment->spawners = mem_array(count, sizeof *experiment->spawners);
    if (!experiment->spawners)
        return error_memory(err, "the spawners");
    if (count > 1 && limits_files(2 * count, err) != STATUS_OK)
        return error_set(err, STATUS_USAGE,
                         "%zu programs at once need more files than may be open here; take --jobs %zu", count,
                         count / 4 > 0 ? count / 4 : 1);
    while (experiment->spawner_count < count && !status) {
        status = spawner_start(&experiment->spawners[experiment->spawner_count], &settings, err);
        experiment->spawner_count += !status;
    }
    return status;
}

static void stop_spawners(struct experiment *experiment)
{
    for (size_t s = 0; s < experiment->spawner_count; s++)
        spawner_stop(experiment->spawners[s]);
    free(experiment->spawners);
    experiment->spawners = NULL;
    experiment->spawner_count = 0;
}

/* Join the others; or, to run programs that no launcher was asked for, be alone. */
static enum status start(struct cluster **cluster, struct run *work, const struct options *options, struct error *err)
{
    if (!options->program.command)
        return cluster_start(cluster, err);
    if (options->jobs && cluster_launched())
        return error_set(err, STATUS_USAGE,
                         "--jobs: mpirun says how many commands run at once, one a process; leave one of them out");
    if (options->dedicated_manager && !cluster_launched())
        return error_set(err, STATUS_USAGE, "--dedicated-manager: is for processes that mpirun starts; leave it out");
    const size_t jobs = jobs_of(options, work);
    const enum status status = start_spawners(&work->experiment, options, jobs, err);
    return status               ? status
           : cluster_launched() ? cluster_start(cluster, err)
                                : cluster_start_alone(cluster, (int)jobs, err);
}

static pid_t reader; /* of the data */

/* Stopped while the data are read: nothing is there that could be completed. A child of the reader goes without a word.
 * In a signal handler. */
static void leave_reading(int number)
{
    char line[128], *end = stpcpy(line, "nsurf: stopped by ");
    end = stpcpy(end, stop_signal_name(number));
    end = stpcpy(end, " while reading the data; the same command starts again\n");
    if (getpid() == reader)
        discard((long)write(STDERR_FILENO, line, (size_t)(end - line)));
    _exit(STATUS_STOPPED);
}

int main(int argc, char **argv)
{
    struct options options;
    struct error err = {0};
    process_prepare();
    limits_raise();
    enum status status = float_env_set(&err); /* before any number is read */
    if (status)
        return (int)refuse(status, &err);
    status = options_parse(&options, argc, argv, &err);
    if (status || options.command != COMMAND_RUN || options.asked) {
        status = status ? refuse(status, &err) : answer(&options, &err);
        options_free(&options);
        return (int)status;
    }

    int code;
    if (cluster_split(&code)) {
        options_free(&options);
        return code;
    }

    struct run work = {0};
    discard(clock_gettime(CLOCK_REALTIME, &work.start));
    if (cluster_launch_rank() == 0) {
        reader = getpid();
        stop_at_once(leave_reading); /* reading may take a while, or for ever from a pipe */
        status = run_load(&work, &options, &err);
        stop_listen();
    }
    struct cluster *cluster;
    struct error trouble = {0};
    const enum status started = start(&cluster, &work, &options, &trouble);
    if (started) {
        stop_spawners(&work.experiment);
        options_free(&options);
        return (int)refuse(started, &trouble);
    }
    stop_listen();
    status = run(cluster, &options, status, argc, argv, &work, &err);
    if (cluster_rank(cluster) == 0)
        status = verdict_leave(status, &err);
    if (status && cluster_rank(cluster) == 0)
        log_line("%s", err.text);
    stop_spawners(&work.experiment);
    priority_restore();
    cluster_finish(cluster, status);
    run_free(&work);
    options_free(&options);
    return (int)status;
}
