/* SPDX-License-Identifier: BSD-3-Clause */
/* The report of a run as JSON (RFC 8259); see run_json.h. */
#include "store/run_json.h"

#include "base/build.h"
#include "base/file.h"
#include "base/number.h"
#include "base/printable.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REPORT_FORMAT = 1 }; /* grows when a member changes its meaning or goes */

/* Where the writer is: what to put before the next member. */
struct json {
    struct file *file;
    int depth;
    bool first; /* no comma before the next member */
};

/* A string in quotes. A byte that is no UTF-8 becomes U+FFFD, the replacement character. */
static void put_string(struct json *json, const char *text)
{
    file_write(json->file, "\"", 1);
    for (const unsigned char *at = (const unsigned char *)text; *at;) {
        size_t length = printable_utf8(at);
        if (length == 0)
            file_printf(json->file, "\\ufffd");
        else if (*at == '"' || *at == '\\')
            file_printf(json->file, "\\%c", *at);
        else if (*at < 0x20 || *at == 0x7F)
            file_printf(json->file, "\\u%04x", *at);
        else
            file_write(json->file, at, length);
        at += length ? length : 1;
    }
    file_write(json->file, "\"", 1);
}

/* A new line with its indentation, after a comma if need be, and the member's name unless NULL (in an array). */
static void member(struct json *json, const char *name)
{
    file_printf(json->file, "%s\n%*s", json->first ? "" : ",", 2 * json->depth, "");
    json->first = false;
    if (name) {
        put_string(json, name);
        file_write(json->file, ": ", 2);
    }
}

static void open_bracket(struct json *json, const char *name, char bracket)
{
    if (json->depth > 0)
        member(json, name);
    file_write(json->file, &bracket, 1);
    json->depth++;
    json->first = true;
}

static void close_bracket(struct json *json, char bracket)
{
    json->depth--;
    if (!json->first)
        file_printf(json->file, "\n%*s", 2 * json->depth, "");
    file_write(json->file, &bracket, 1);
    json->first = false;
}

static void string(struct json *json, const char *name, const char *text)
{
    member(json, name);
    if (text)
        put_string(json, text);
    else
        file_printf(json->file, "null");
}

static void count(struct json *json, const char *name, uint64_t value)
{
    member(json, name);
    file_printf(json->file, "%" PRIu64, value);
}

static void truth(struct json *json, const char *name, bool value)
{
    member(json, name);
    file_printf(json->file, value ? "true" : "false");
}

/* JSON knows no NaN and no infinity. */
static void real(struct json *json, const char *name, double value)
{
    char text[NUMBER_TEXT] = "null";
    if (isfinite(value))
        number_text(text, value);
    member(json, name);
    file_printf(json->file, "%s", text);
}

/* RFC 3339, in UTC, to the millisecond. */
static void moment(struct json *json, const char *name, const struct timespec *time)
{
    struct tm tm;
    char text[32], whole[64];
    if (!gmtime_r(&time->tv_sec, &tm) || strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &tm) == 0) {
        string(json, name, NULL);
        return;
    }
    discard(snprintf(whole, sizeof whole, "%s.%03ldZ", text, time->tv_nsec / 1000000));
    string(json, name, whole);
}

static void put_command(struct json *json, const struct run_report *report)
{
    open_bracket(json, "command", '[');
    for (int i = 0; i < report->argc; i++)
        string(json, NULL, report->argv[i]);
    close_bracket(json, ']');
}

static void put_program(struct json *json)
{
    open_bracket(json, "program", '{');
    string(json, "name", "nsurf");
    string(json, "version", build_version());
    string(json, "revision", build_revision());
    string(json, "compiler", build_compiler());
    string(json, "flags", build_flags());
    string(json, "mpi", build_mpi());
    close_bracket(json, '}');
}

static void put_figures(struct json *json, const struct run_report *report)
{
    moment(json, "start", &report->start);
    moment(json, "end", &report->end);
    count(json, "exit_status", (uint64_t)report->exit_status);
    count(json, "cells", report->cells);
    count(json, "trainings", report->trainings);
    count(json, "trained", report->trained);
    count(json, "resumed", report->resumed);
    count(json, "diverged", report->diverged);
    count(json, "failed", report->failed);
    real(json, "wall_s", report->wall_s);
    real(json, "training_s", report->training_s);
    real(json, "busy_s", report->busy_s);
    real(json, "efficiency", report->efficiency);
    real(json, "bound_s", report->bound_s);
    real(json, "idle_tail_s", report->idle_tail_s);
    real(json, "flop", report->flop);
}

static void put_manager(struct json *json, const struct run_report *report)
{
    count(json, "ranks", report->ranks);
    open_bracket(json, "manager", '{');
    truth(json, "dedicated", report->dedicated_manager);
    count(json, "messages", report->messages);
    real(json, "service_s", report->service_s);
    count(json, "packs", report->packs);
    count(json, "lost_workers", report->lost_workers);
    count(json, "repeated_packs", report->repeated_packs);
    close_bracket(json, '}');
}

/* A figure that is unknown when it is 0. */
static void known(struct json *json, const char *name, uint64_t value)
{
    if (value)
        count(json, name, value);
    else
        string(json, name, NULL);
}

static void put_slurm(struct json *json, const struct run_slurm *slurm)
{
    open_bracket(json, "slurm", '{');
    string(json, "job_id", slurm->job_id);
    string(json, "partition", slurm->partition);
    string(json, "nodelist", slurm->nodelist);
    string(json, "restart_count", slurm->restart_count);
    known(json, "nodes", slurm->nodes);
    known(json, "tasks", slurm->tasks);
    known(json, "memory_per_cpu_mb", slurm->memory_per_cpu_mb);
    known(json, "memory_per_node_mb", slurm->memory_per_node_mb);
    if (slurm->end_s)
        moment(json, "end", &(struct timespec){.tv_sec = (time_t)slurm->end_s});
    else
        string(json, "end", NULL);
    known(json, "stop_before_s", slurm->stop_before_s);
    close_bracket(json, '}');
}

static void put_hosts(struct json *json, const struct run_host *hosts, size_t host_count)
{
    open_bracket(json, "hosts", '[');
    for (size_t i = 0; i < host_count; i++) {
        open_bracket(json, NULL, '{');
        string(json, "name", hosts[i].name);
        count(json, "workers", hosts[i].workers);
        count(json, "lost", hosts[i].lost);
        real(json, "busy_s", hosts[i].busy_s);
        real(json, "flop", hosts[i].flop);
        real(json, "rank_flop_per_s", hosts[i].flop / hosts[i].busy_s); /* its speed, a rank */
        count(json, "packs", hosts[i].packs);
        count(json, "trainings", hosts[i].trainings);
        close_bracket(json, '}');
    }
    close_bracket(json, ']');
}

static void put_workers(struct json *json, const struct run_report *report)
{
    open_bracket(json, "workers", '[');
    for (size_t i = 0; i < report->worker_count; i++) {
        const struct run_worker *worker = &report->workers[i];
        open_bracket(json, NULL, '{');
        count(json, "rank", worker->rank);
        string(json, "host", worker->host);
        string(json, "isa", worker->isa);
        truth(json, "lost", worker->lost);
        string(json, "reason", worker->lost ? worker->reason : NULL);
        count(json, "failed", worker->failed);
        real(json, "busy_s", worker->busy_s);
        real(json, "last_s", worker->last_s);
        real(json, "flop", worker->flop);
        count(json, "packs", worker->packs);
        count(json, "trainings", worker->trainings);
        close_bracket(json, '}');
    }
    close_bracket(json, ']');
}

enum status run_json_write(const struct run_report *report, const char *path, struct error *err)
{
    struct run_host *hosts;
    size_t host_count;
    enum status status = run_hosts(report, &hosts, &host_count, err);
    if (status != STATUS_OK)
        return status;
    struct json json = {.first = true};
    status = file_create(&json.file, path, err);
    if (status == STATUS_OK) {
        const struct run_host *slowest = run_slowest_host(hosts, host_count);
        open_bracket(&json, NULL, '{');
        count(&json, "format", REPORT_FORMAT);
        put_program(&json);
        put_command(&json, report);
        put_figures(&json, report);
        put_manager(&json, report);
        put_slurm(&json, &report->slurm);
        string(&json, "slowest_host", slowest ? slowest->name : NULL);
        put_hosts(&json, hosts, host_count);
        put_workers(&json, report);
        close_bracket(&json, '}');
        file_write(json.file, "\n", 1);
        status = file_commit(json.file, err);
    }
    free(hosts);
    return status;
}
