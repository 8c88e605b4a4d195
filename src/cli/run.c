/* SPDX-License-Identifier: BSD-3-Clause */
/* A run from the options to the files; see run.h. */
#include "cli/run.h"

#include "base/digest.h"
#include "base/file.h"
#include "base/input.h"
#include "base/log.h"
#include "cli/progress.h"
#include "store/surface.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What is written, after the prefix; the last belongs to the run, not to the experiment. */
static const char *const endings[] = {".tsv", ".dat", ".h5", ".run.json"};
enum { ENDINGS = sizeof endings / sizeof *endings, ENDING_RUN = ENDINGS - 1 };

/* Owns: the caller, who calls free(). */
static enum status file_name(char **name, const char *prefix, const char *ending, struct error *err)
{
    const size_t size = strlen(prefix) + strlen(ending) + 1;
    *name = malloc(size);
    if (!*name)
        return error_memory(err, "the name of a file");
    discard(snprintf(*name, size, "%s%s", prefix, ending));
    return STATUS_OK;
}

/* Results can be written, and replace none unasked. */
static enum status check_files(const struct options *options, struct error *err)
{
    enum status status = STATUS_OK;
    for (size_t e = 0; e < ENDINGS && !status; e++) {
        char *name;
        status = file_name(&name, options->prefix, endings[e], err);
        if (status)
            return status;
        if (file_exists(name) && !options->force)
            status = error_set(err, STATUS_USAGE,
                               "%s: is there already; --force replaces it, --output PREFIX writes elsewhere", name);
        else if (e == 0)
            status = file_probe(name, err);
        free(name);
    }
    return status;
}

static enum status read_data(struct dataset *data, const struct options *options, struct error *err)
{
    if (!options->data)
        return dataset_iris(data, err);
    FILE *stream;
    enum status status = input_open(&stream, options->data, err);
    if (status)
        return status;
    const char *const name = strcmp(options->data, "-") == 0 ? "standard input" : options->data;
    status = dataset_read(data, stream, name, options->targets, err);
    input_close(stream);
    return status;
}

enum status run_prepare(struct run *run, struct options *options, int ranks, struct error *err)
{
    if (options->dedicated_manager && ranks < 2)
        return error_set(err, STATUS_USAGE,
                         "--dedicated-manager: rank 0 would wait for workers that are not there; start at least 2 "
                         "processes");
    struct experiment *const experiment = &run->experiment;
    experiment->hidden1 = options->hidden1;
    experiment->hidden2 = options->hidden2;
    options->hidden1 = options->hidden2 = (struct axis){0};
    experiment->repeats = options->repeats;
    experiment->training = options->training;
    enum status status = check_files(options, err);
    if (!status)
        status = read_data(&experiment->data, options, err);
    if (!status)
        status = experiment_check(experiment, err);
    if (!status)
        status = table_create(&run->table, experiment, err);
    if (!status)
        status = packs_create(&run->packs, experiment, (size_t)ranks - options->dedicated_manager, NULL, NULL, err);
    return status;
}

void run_free(struct run *run)
{
    packs_free(&run->packs);
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
    for (size_t t = 0; t < run->table.count; t++) {
        report->diverged += run->table.outcomes[t].status == OUTCOME_DIVERGED;
        report->failed += run->table.outcomes[t].status == OUTCOME_FAILED;
    }
    report->slurm_job_id = getenv("SLURM_JOB_ID");
    report->slurm_partition = getenv("SLURM_JOB_PARTITION");
    report->slurm_nodelist = getenv("SLURM_JOB_NODELIST");
    report->slurm_restart_count = getenv("SLURM_RESTART_COUNT");
    report->start = run->start;
    discard(clock_gettime(CLOCK_REALTIME, &report->end));
    report->wall_s = seconds_between(&report->start, &report->end);
}

static enum status write_report(const struct run_report *report, const char *prefix, struct error *err)
{
    char *name;
    enum status status = file_name(&name, prefix, endings[ENDING_RUN], err);
    if (!status) {
        status = run_write_json(report, name, err);
        free(name);
    }
    return status;
}

/* The last line of all: what to compare with another run. */
static enum status print_digest(const char *digest, const char *prefix, struct error *err)
{
    printf("sha256 %s ", digest);
    for (size_t e = 0; e < ENDING_RUN; e++)
        printf(" %s%s", prefix, endings[e]);
    printf("\n");
    return fflush(stdout) == 0
               ? STATUS_OK
               : error_set(err, STATUS_IO, "standard output: cannot write the digest; the result files are complete");
}

enum status run_sweep(struct run *run, const struct options *options, struct cluster *cluster, int argc,
                      char *const *argv, struct error *err)
{
    struct progress progress;
    progress_start(&progress, options->quiet, options->repeats);
    const struct sweep sweep = {.packs = &run->packs,
                                .table = &run->table,
                                .dedicated_manager = options->dedicated_manager,
                                .progress = options->quiet ? NULL : progress_show,
                                .arg = &progress};
    struct run_report report = {.argc = argc, .argv = argv};
    enum status verdict = cluster_manage(cluster, &sweep, &report, err);
    progress_end(&progress);
    if (verdict != STATUS_OK && verdict != STATUS_STOPPED)
        return verdict;

    fill_report(run, &report);
    if (verdict == STATUS_OK && report.failed > 0)
        verdict = error_set(err, STATUS_INCOMPLETE, "%ju trainings failed; their cells are missing in the surface",
                            (uintmax_t)report.failed);
    report.exit_status = (int)verdict;
    /* From here on an error of a file outweighs the verdict. */
    struct error trouble;
    char digest[DIGEST_TEXT];
    enum status status = surface_write(&run->table, options->prefix, digest, &trouble);
    if (!status)
        status = write_report(&report, options->prefix, &trouble);
    if (!status && !options->quiet)
        status = progress_report(&report, &trouble);
    if (!status && verdict != STATUS_STOPPED) /* a partial result is not to be compared */
        status = print_digest(digest, options->prefix, &trouble);
    free(report.workers);
    if (status == STATUS_OK)
        return verdict;
    *err = trouble;
    return status;
}
