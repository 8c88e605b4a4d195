/* SPDX-License-Identifier: BSD-3-Clause */
/* The report of a run as JSON (RFC 8259); see run_json.h. */
#include "store/run_json.h"

#include "base/build.h"
#include "base/file.h"
#include "store/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REPORT_FORMAT = 1 }; /* grows when a member changes its meaning or goes */

/* RFC 3339, in UTC, to the millisecond. */
static void moment(struct json *json, const char *name, const struct timespec *time)
{
    struct tm tm;
    char text[32], whole[64];
    if (!gmtime_r(&time->tv_sec, &tm) || strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &tm) == 0) {
        json_string(json, name, NULL);
        return;
    }
    discard(snprintf(whole, sizeof whole, "%s.%03ldZ", text, time->tv_nsec / 1000000));
    json_string(json, name, whole);
}

static void put_command(struct json *json, const struct run_report *report)
{
    json_open(json, "command", '[');
    for (int i = 0; i < report->argc; i++)
        json_string(json, NULL, report->argv[i]);
    json_close(json, ']');
}

static void put_program(struct json *json)
{
    json_open(json, "program", '{');
    json_string(json, "name", "nsurf");
    json_string(json, "version", build_version());
    json_string(json, "revision", build_revision());
    json_string(json, "compiler", build_compiler());
    json_string(json, "flags", build_flags());
    json_string(json, "mpi", build_mpi());
    json_close(json, '}');
}

static void put_figures(struct json *json, const struct run_report *report)
{
    moment(json, "start", &report->start);
    moment(json, "end", &report->end);
    json_count(json, "exit_status", (uint64_t)report->exit_status);
    json_count(json, "cells", report->cells);
    json_count(json, "trainings", report->trainings);
    json_count(json, "trained", report->trained);
    json_count(json, "resumed", report->resumed);
    json_count(json, "diverged", report->diverged);
    json_count(json, "failed", report->failed);
    json_real(json, "wall_s", report->wall_s);
    json_real(json, "training_s", report->training_s);
    json_real(json, "busy_s", report->busy_s);
    json_real(json, "efficiency", report->efficiency);
    json_real(json, "bound_s", report->bound_s);
    json_real(json, "idle_tail_s", report->idle_tail_s);
    json_real(json, "flop", report->flop);
}

static void put_manager(struct json *json, const struct run_report *report)
{
    json_count(json, "ranks", report->ranks);
    json_open(json, "manager", '{');
    json_truth(json, "dedicated", report->dedicated_manager);
    json_count(json, "messages", report->messages);
    json_real(json, "service_s", report->service_s);
    json_count(json, "packs", report->packs);
    json_count(json, "lost_workers", report->lost_workers);
    json_count(json, "repeated_packs", report->repeated_packs);
    json_close(json, '}');
}

/* A figure that is unknown when it is 0. */
static void known(struct json *json, const char *name, uint64_t value)
{
    if (value)
        json_count(json, name, value);
    else
        json_string(json, name, NULL);
}

static void put_slurm(struct json *json, const struct run_slurm *slurm)
{
    json_open(json, "slurm", '{');
    json_string(json, "job_id", slurm->job_id);
    json_string(json, "partition", slurm->partition);
    json_string(json, "nodelist", slurm->nodelist);
    json_string(json, "restart_count", slurm->restart_count);
    known(json, "nodes", slurm->nodes);
    known(json, "tasks", slurm->tasks);
    known(json, "memory_per_cpu_mb", slurm->memory_per_cpu_mb);
    known(json, "memory_per_node_mb", slurm->memory_per_node_mb);
    if (slurm->end_s)
        moment(json, "end", &(struct timespec){.tv_sec = (time_t)slurm->end_s});
    else
        json_string(json, "end", NULL);
    known(json, "stop_before_s", slurm->stop_before_s);
    json_close(json, '}');
}

static void put_hosts(struct json *json, const struct run_host *hosts, size_t host_count)
{
    json_open(json, "hosts", '[');
    for (size_t i = 0; i < host_count; i++) {
        json_open(json, NULL, '{');
        json_string(json, "name", hosts[i].name);
        json_count(json, "workers", hosts[i].workers);
        json_count(json, "lost", hosts[i].lost);
        json_real(json, "busy_s", hosts[i].busy_s);
        json_real(json, "flop", hosts[i].flop);
        json_real(json, "rank_flop_per_s", hosts[i].flop / hosts[i].busy_s); /* its speed, a rank */
        json_count(json, "packs", hosts[i].packs);
        json_count(json, "trainings", hosts[i].trainings);
        json_close(json, '}');
    }
    json_close(json, ']');
}

static void put_workers(struct json *json, const struct run_report *report)
{
    json_open(json, "workers", '[');
    for (size_t i = 0; i < report->worker_count; i++) {
        const struct run_worker *worker = &report->workers[i];
        json_open(json, NULL, '{');
        json_count(json, "rank", worker->rank);
        json_string(json, "host", worker->host);
        json_string(json, "isa", worker->isa);
        json_truth(json, "lost", worker->lost);
        json_string(json, "reason", worker->lost ? worker->reason : NULL);
        json_count(json, "failed", worker->failed);
        json_real(json, "busy_s", worker->busy_s);
        json_real(json, "last_s", worker->last_s);
        json_real(json, "flop", worker->flop);
        json_count(json, "packs", worker->packs);
        json_count(json, "trainings", worker->trainings);
        json_close(json, '}');
    }
    json_close(json, ']');
}

/* One in a line: [rank, start_s, end_s, busy_s, trainings]. */
static void put_spans(struct json *json, const struct spans *spans)
{
    json_open(json, "spans", '[');
    for (size_t i = 0; i < spans->count; i++) {
        const struct span *const span = &spans->list[i];
        const double row[] = {span->rank, span->start_s, span->end_s, span->busy_s, (double)span->trainings};
        json_reals(json, NULL, row, sizeof row / sizeof *row, 6);
    }
    json_close(json, ']');
}

enum status run_json_write(const struct run_report *report, const char *path, struct error *err)
{
    struct run_host *hosts;
    size_t host_count;
    enum status status = run_hosts(report, &hosts, &host_count, err);
    if (status != STATUS_OK)
        return status;
    char *text = NULL;
    size_t size = 0;
    struct json json = {.out = open_memstream(&text, &size), .first = true};
    if (json.out) {
        const struct run_host *slowest = run_slowest_host(hosts, host_count);
        json_open(&json, NULL, '{');
        json_count(&json, "format", REPORT_FORMAT);
        put_program(&json);
        put_command(&json, report);
        put_figures(&json, report);
        put_manager(&json, report);
        put_slurm(&json, &report->slurm);
        json_string(&json, "kept_folders", *report->kept_folders ? report->kept_folders : NULL);
        json_string(&json, "slowest_host", slowest ? slowest->name : NULL);
        put_hosts(&json, hosts, host_count);
        put_workers(&json, report);
        put_spans(&json, &report->spans);
        json_close(&json, '}');
    }
    free(hosts);
    const bool written = json.out && json_end(&json);
    if ((json.out && fclose(json.out) != 0) || !written)
        status = error_memory(err, "the report of the run");
    else
        status = file_put(path, text, size, err);
    free(text);
    return status;
}
