/* SPDX-License-Identifier: BSD-3-Clause */
/* A run from the options to the files; see run.h. */
#include "app/run.h"

#include "app/best.h"
#include "app/check.h"
#include "app/failures.h"
#include "app/load.h"
#include "app/outputs.h"
#include "app/reach.h"
#include "app/slurm.h"
#include "base/digest.h"
#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/number.h"
#include "cli/progress.h"
#include "store/run_json.h"
#include "store/surface.h"
#include "sweep/preview.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The surface asked for has samples. */
static enum status check_error_of(enum split split, const struct dataset *data, struct error *err)
{
    if (dataset_count(data, split, 0) > 0)
        return STATUS_OK;
    return error_set(err, STATUS_USAGE, "--error %s: there are no such samples; %s give some",
                     dataset_split_names[split],
                     split == SPLIT_TEST ? "--test, --holdout, --split or --folds" : "--validation or --split");
}

enum status run_load(struct run *run, struct options *options, struct error *err)
{
    enum status status = outputs_check_run(options, err);
    if (!status)
        status = load_experiment(&run->experiment, options, err);
    if (!status)
        status = outputs_spare_files(options, run->experiment.program, err);
    run->loaded = !status;
    return status;
}

enum status run_prepare(struct run *run, struct options *options, int ranks, struct error *err)
{
    if (options->dedicated_manager && ranks < 2)
        return error_set(err, STATUS_USAGE,
                         "--dedicated-manager: rank 0 would wait for workers that are not there; start at least 2 "
                         "processes");
    struct experiment *const experiment = &run->experiment;
    slurm_read(&run->slurm);
    double deadline_s;
    enum status status = slurm_deadline(&deadline_s, &run->slurm, options->stop_before_s, err);
    if (!status && !run->loaded) /* by a launcher that does not say which rank this is */
        status = run_load(run, options, err);
    if (!status && !options->quiet)
        reach_warn(experiment);
    if (!status && options->error_of != SPLITS)
        status = check_error_of(options->error_of, &experiment->data, err);
    if (!status)
        status = table_create(&run->table, experiment, err);
    if (!status && options->check) {
        run->ranks = mem_array(run->table.count, sizeof *run->ranks);
        status = run->ranks ? STATUS_OK : error_memory(err, "the ranks of the runs");
        for (size_t t = 0; t < run->table.count && !status; t++)
            run->ranks[t] = SWEEP_NO_RANK;
    }
    if (options->error_of != SPLITS)
        run->table.shown = options->error_of;
    if (!status)
        status = keeper_open(&run->keeper, options, &run->table, deadline_s, err);
    if (status == STATUS_IO)
        slurm_explain(err);
    if (!status && run->keeper.locked)
        status = outputs_remove_temporaries(options->prefix, err);
    if (!status)
        status = packs_create(&run->packs, experiment, (size_t)ranks - options->dedicated_manager, keeper_todo,
                              &run->table, err);
    if (!status) {
        struct farm farm = farm_of((size_t)ranks, FARM_SPEED);
        farm.dedicated_manager = options->dedicated_manager;
        status = preview_order(&run->packs, experiment, &farm, err);
    }
    return status;
}

void run_free(struct run *run)
{
    keeper_close(&run->keeper);
    packs_free(&run->packs);
    free(run->ranks);
    table_free(&run->table);
    experiment_free(&run->experiment);
}

static double seconds_between(const struct timespec *start, const struct timespec *end)
{
    return (double)(end->tv_sec - start->tv_sec) + 1e-9 * (double)(end->tv_nsec - start->tv_nsec);
}

/* The figures that the sweep does not know. */
static void fill_report(const struct run *run, struct run_report *report)
{
    report->cells = table_cells(&run->table);
    report->trainings = run->table.count;
    report->resumed = run->keeper.resumed;
    for (size_t t = 0; t < run->table.count; t++) {
        report->diverged += run->table.outcomes[t].status == OUTCOME_DIVERGED;
        report->failed += run->table.outcomes[t].status == OUTCOME_FAILED;
    }
    for (size_t w = 0; w < report->worker_count && run->experiment.program; w++)
        report->workers[w].flop = 0; /* what a program does is not counted */
    report->flop = run->experiment.program ? 0 : report->flop;
    report->slurm = run->slurm;
    const enum program_keep keep = run->experiment.program ? run->experiment.program->keep_folders : PROGRAM_KEEP_NONE;
    if (keep == PROGRAM_KEEP_ALL || (keep == PROGRAM_KEEP_FAILED && report->failed + report->again > 0))
        discard(snprintf(report->kept_folders, sizeof report->kept_folders, "nsurf-kept-%s",
                         run->experiment.program->run_id));
    report->start = run->start;
    discard(clock_gettime(CLOCK_REALTIME, &report->end));
    report->wall_s = seconds_between(&report->start, &report->end);
}

/* The last line of all: what to compare with another run. */
static enum status print_digest(const char *digest, const char *prefix, struct error *err)
{
    printf("sha256 %s ", digest);
    for (size_t f = 0; f < SURFACE_FILES; f++)
        printf(" %s%s", prefix, surface_suffixes[f]);
    printf("\n");
    return fflush(stdout) == 0 && !ferror(stdout)
               ? STATUS_OK
               : error_set(err, STATUS_IO, "standard output: cannot write the digest; the result files are complete");
}

/* What the sweep calls back for. */
struct attendance {
    struct keeper *keeper;
    struct progress progress;
    struct failures failures; /* of a program */
    size_t ended, failed;     /* trials */
    bool warned;              /* of the first that failed */
    size_t mended; /* told of */
    int processes;
    enum split shown; /* of the table */
    bool started;
};

/* So many runs that all failed are told of. */
enum { ALL_FAILED = 16 };

/* Reported with --quiet too: it costs time, and that host may need attention. */
static void tell_remark(const char *line, void *arg)
{
    progress_end(&((struct attendance *)arg)->progress);
    log_line("%s", line);
}

static enum status keep(size_t training, const struct outcome *outcome, const char *host, void *arg, struct error *err)
{
    struct attendance *const attendance = arg;
    const struct keeper *const keeper = attendance->keeper;
    attendance->ended++;
    attendance->failed += outcome->status == OUTCOME_FAILED;
    const enum status status = keeper_note(attendance->keeper, training, outcome, host, err);
    if (status || !keeper->table->experiment->program || attendance->ended != ALL_FAILED ||
        attendance->failed < ALL_FAILED)
        return status;
    char line[1200], why[600] = "";
    struct error unused; /* it is written again at the end */
    if (failures_write(&attendance->failures, keeper->table, keeper->prefix, &unused) == STATUS_OK)
        discard(snprintf(why, sizeof why, "%.500s.failures says why; ", keeper->prefix));
    discard(snprintf(line, sizeof line, "all %d runs so far failed; %stouch %.500s to end this", ALL_FAILED, why,
                     keeper->stop_file));
    tell_remark(line, arg);
    return STATUS_OK;
}

static void note_why(size_t training, const struct outcome *outcome, uint32_t rank, bool again, const char *why,
                     void *arg)
{
    struct attendance *const attendance = arg;
    const struct experiment *const experiment = attendance->keeper->table->experiment;
    char line[FAILURES_LINE];
    if (outcome->status != OUTCOME_FAILED)
        return;
    if (!attendance->warned) { /* a run may take an hour, and all may fail alike */
        failures_line(line, experiment, training, rank, why);
        tell_remark(line, arg);
    }
    attendance->warned = true;
    if (!again)
        failures_add(&attendance->failures, experiment, training, outcome, why);
}

static void tell_lost(const char *line, void *arg)
{
    struct attendance *const attendance = arg;
    tell_remark(line, arg);
    /* An error of the journal lasts: the next attendance tells it. */
    discard((long)keeper_note_run(attendance->keeper, JOURNAL_RUN_LOST, line, NULL));
}

/* Another process has changed the journal: reported with --quiet too. */
static void tell_mended(struct attendance *attendance)
{
    if (keeper_mended(attendance->keeper) == attendance->mended)
        return;
    progress_end(&attendance->progress);
    log_line("%s: was removed, replaced or changed by another process; it is complete again",
             attendance->keeper->path);
    attendance->mended = keeper_mended(attendance->keeper);
}

static enum status attend(double now_s, const char **stop, void *arg, struct error *err)
{
    struct attendance *const attendance = arg;
    enum status status = STATUS_OK;
    if (!attendance->started) {
        const struct counted words = number_counted((uint64_t)attendance->processes, "process");
        status = keeper_note_run(attendance->keeper, JOURNAL_RUN_STARTED, words.text, err);
        if (!status)
            status = keeper_note_run(attendance->keeper, JOURNAL_RUN_CHOSEN, dataset_split_names[attendance->shown],
                                     err);
        attendance->started = true;
    }
    if (!status)
        status = keeper_attend(attendance->keeper, now_s, stop, err);
    tell_mended(attendance);
    return status;
}

/* Only what is on disk counts as done. */
static void show(const struct sweep_state *state, void *arg)
{
    struct attendance *const attendance = arg;
    struct sweep_state sure = *state;
    const size_t waiting = keeper_waiting(attendance->keeper);
    sure.done -= waiting < sure.done ? waiting : sure.done;
    if (attendance->keeper->table->experiment->program)
        sure.rate = NAN; /* what a program does is not counted */
    progress_show(&sure, &attendance->progress);
}

/* Sweep, and put the last outcomes on disk. Errors: as run_sweep. */
static enum status sweep(struct run *run, const struct options *options, struct cluster *cluster,
                         struct run_report *report, struct error *err)
{
    struct attendance attendance = {
        .keeper = &run->keeper, .processes = cluster_size(cluster), .shown = run->table.shown};
    const bool single = experiment_cell_trainings(&run->experiment) == 1;
    progress_start(&attendance.progress, single ? "cell" : experiment_word(&run->experiment));
    const struct sweep sweep = {.packs = &run->packs,
                                .table = &run->table,
                                .dedicated_manager = options->dedicated_manager,
                                .ranks = run->ranks,
                                .progress = options->quiet ? NULL : show,
                                .keep = keep,
                                .why = note_why,
                                .attend = attend,
                                .lost = tell_lost,
                                .remark = tell_remark,
                                .arg = &attendance};
    const enum status verdict = cluster_manage(cluster, &sweep, report, err);
    progress_end(&attendance.progress);
    struct error trouble;
    enum status kept =
        keeper_note_run(&run->keeper, JOURNAL_RUN_ENDED, verdict ? err->text : "complete", &trouble);
    if (!kept)
        kept = keeper_sync(&run->keeper, &trouble);
    tell_mended(&attendance);
    if (!kept && run->experiment.program)
        kept = failures_write(&attendance.failures, &run->table, options->prefix, &trouble);
    failures_free(&attendance.failures);
    if (kept && (verdict == STATUS_OK || verdict == STATUS_STOPPED)) {
        *err = trouble;
        return kept;
    }
    return verdict;
}

/* What the run found first, then what it did, and what to do next. */
static enum status tell_end(const struct run *run, const struct options *options, const struct run_report *report,
                            bool partial, struct error *err)
{
    enum status status = partial ? STATUS_OK : best_report(&run->table, err);
    if (status)
        return status;
    reach_warn(&run->experiment); /* again, beside errors that look like results */
    if (run->packs.trainings > 0)
        progress_report(report, experiment_word(&run->experiment), options->prefix);
    if (run->packs.trainings > 0 && *report->kept_folders)
        log_line("folders of %s runs stay in %s, in $TMPDIR or /tmp of each host",
                 options->program.keep_folders == PROGRAM_KEEP_ALL ? "all" : "failed", report->kept_folders);
    if (run->packs.trainings > 0 && options->verbose)
        status = progress_report_more(report, err);
    if (!status && report->exit_status == STATUS_OK)
        log_line("next: %s report %s", report->argv[0], options->prefix);
    return status;
}

/* The files, the report, and the digest unless the result is partial. */
static enum status write_files(const struct run *run, const struct options *options, const struct run_report *report,
                               bool partial, struct error *err)
{
    char digest[DIGEST_TEXT], *name;
    enum status status = surface_write(&run->table, options->prefix, digest, err);
    if (!status)
        status = file_name(&name, options->prefix, outputs_report_suffix, err);
    if (status)
        return status;
    const bool idle = run->packs.trainings == 0;
    if (!idle || !file_exists(name)) /* the report of the run that trained says more than ours */
        status = run_json_write(report, name, err);
    free(name);
    if (!status && idle && !options->quiet)
        log_line("%s is finished already, with %s in the journal; --force starts over", options->prefix,
                 number_counted(run->table.count, experiment_word(&run->experiment)).text);
    if (!status && !options->quiet)
        status = tell_end(run, options, report, partial, err);
    return status || partial ? status : print_digest(digest, options->prefix, err);
}

static enum status tell_failed(const struct run *run, const struct options *options, uint64_t failed, struct error *err)
{
    const struct counted what = number_counted(failed, experiment_word(&run->experiment));
    return run->experiment.program
               ? error_set(err, STATUS_INCOMPLETE,
                           "%s failed, which leaves gaps in the surface; %s.failures says why, and the same command "
                           "tries again",
                           what.text, options->prefix)
               : error_set(err, STATUS_INCOMPLETE, "%s failed, which leaves gaps in the surface", what.text);
}

enum status run_sweep(struct run *run, const struct options *options, struct cluster *cluster, int argc,
                      char *const *argv, struct error *err)
{
    struct run_report report = {.argc = argc, .argv = argv};
    enum status verdict = sweep(run, options, cluster, &report, err);
    if (verdict != STATUS_OK && verdict != STATUS_STOPPED) {
        free(report.workers);
        spans_free(&report.spans);
        return verdict;
    }
    fill_report(run, &report);
    if (verdict == STATUS_OK && report.failed > 0)
        verdict = tell_failed(run, options, report.failed, err);
    else if (verdict == STATUS_OK)
        verdict = best_check(&run->table, err);
    const struct error plain = *err;
    if (verdict == STATUS_STOPPED && !options->null_training)
        verdict = error_set(err, STATUS_STOPPED, "%s; the same command%s resumes from there", plain.text,
                            options->force ? " without --force" : "");
    report.exit_status = (int)verdict;
    /* From here on an error of a file outweighs the verdict. */
    struct error trouble;
    const enum status status = write_files(run, options, &report, verdict == STATUS_STOPPED, &trouble);
    free(report.workers);
    spans_free(&report.spans);
    if (status != STATUS_OK) {
        *err = trouble;
        return status;
    }
    /* What failed is told after what differs. */
    const bool check = options->check > 0 && verdict != STATUS_STOPPED;
    const enum status checked = check ? check_runs(run, cluster, options, run->ranks, &trouble) : STATUS_OK;
    if (checked == STATUS_OK || (checked == STATUS_INCOMPLETE && verdict != STATUS_OK))
        return verdict;
    *err = trouble;
    return checked;
}
