/* SPDX-License-Identifier: BSD-3-Clause */
/* Progress and the report; see progress.h. */
#include "cli/progress.h"

#include "base/log.h"
#include "base/number.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* Plain lines: the first after ten seconds, then ever rarer, so that a log of a day stays short: each after a tenth of
 * the time that has passed. */
static const double first_line_s = 10, line_share = 0.1;

/* Under mpirun standard error is a pipe, whatever the user sees; what he sees is mpirun's own. Reading
 * the link tells its kind without opening a terminal. */
static bool is_terminal(void)
{
    if (isatty(STDERR_FILENO))
        return true;
    if (!getenv("OMPI_COMM_WORLD_RANK") && !getenv("PMIX_RANK"))
        return false;
    char path[64], target[64] = "";
    discard(snprintf(path, sizeof path, "/proc/%ld/fd/2", cluster_launcher()));
    if (readlink(path, target, sizeof target - 1) < 0)
        return false;
    return strncmp(target, "/dev/pts/", 9) == 0 || strncmp(target, "/dev/tty", 8) == 0;
}

/* Columns of the terminal; mpirun gives ranks one of the same size as standard output. 80 when that is not known. */
static size_t terminal_width(void)
{
    struct winsize size;
    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

void progress_start(struct progress *progress, const char *unit)
{
    *progress = (struct progress){.terminal = is_terminal(), .unit = unit, .next_s = first_line_s};
}

void progress_duration(char *text, size_t size, double duration_s)
{
    const double limit_s = 1e10; /* three hundred years; also keeps the conversion below defined */
    const uint64_t s = duration_s > limit_s ? (uint64_t)limit_s : (uint64_t)(duration_s + 0.5);
    if (s < 60)
        discard(snprintf(text, size, "%" PRIu64 " s", s));
    else if (s < 3600)
        discard(snprintf(text, size, "%" PRIu64 ":%02" PRIu64 " min", s / 60, s % 60));
    else if (s < 86400)
        discard(snprintf(text, size, "%" PRIu64 ":%02" PRIu64 " h", s / 3600, s / 60 % 60));
    else
        discard(snprintf(text, size, "%" PRIu64 " d %02" PRIu64 " h", s / 86400, s / 3600 % 24));
}

void progress_number(char *text, size_t size, double value)
{
    static const char prefixes[] = " kMGTPE";
    size_t p = 0;
    for (; value >= 999.5 && p < sizeof prefixes - 2; p++)
        value /= 1000;
    const int decimals = value >= 99.95 || value == 0 ? 0 : value >= 9.995 ? 1 : 2;
    discard(snprintf(text, size, p ? "%.*f %c" : "%.*f ", decimals, value, prefixes[p]));
}

/* What snprintf returned as the length of what it wrote. */
static size_t clip(int length, size_t size)
{
    return length < 0 ? 0 : (size_t)length < size ? (size_t)length : size - 1;
}

size_t progress_text(char *text, size_t size, const struct sweep_state *state, const char *unit)
{
    char number[32], rate[48] = "", left[32];
    const struct counted all = number_counted(state->trainings, unit);
    if (isnan(state->left_s)) /* nothing came back yet */
        return clip(snprintf(text, size, "%zu of %s", state->done, all.text), size);
    progress_number(number, sizeof number, state->rate);
    if (!isnan(state->rate))
        discard(snprintf(rate, sizeof rate, ", %sflop/s", number));
    progress_duration(left, sizeof left, state->left_s);
    const double share = state->cost > 0 ? 100 * state->cost_done / state->cost : 100;
    return clip(snprintf(text, size, "%s left, %zu of %s, %.0f %% of the %s%s", left, state->done, all.text,
                         floor(share), state->resumed ? "rest" : "cost", rate),
                size);
}

void progress_show(const struct sweep_state *state, void *arg)
{
    struct progress *const progress = arg;
    char line[256] = "\r";
    if (progress->terminal) {
        /* One write; a line as long as the terminal is wide would wrap; blanks go over what stood there longer. */
        const size_t width = terminal_width(), room = width < sizeof line - 1 ? width : sizeof line - 1;
        const size_t length = 1 + progress_text(line + 1, room, state, progress->unit);
        size_t end = length;
        while (end < progress->drawn && end <= room)
            line[end++] = ' ';
        progress->drawn = length;
        discard((long)write(STDERR_FILENO, line, end));
    } else if (state->elapsed_s >= progress->next_s) {
        progress->next_s = state->elapsed_s + fmax(first_line_s, line_share * state->elapsed_s);
        discard((long)progress_text(line, sizeof line, state, progress->unit));
        log_line("%s", line);
    }
}

void progress_end(struct progress *progress)
{
    if (progress->drawn)
        discard((long)write(STDERR_FILENO, "\n", 1));
    progress->drawn = 0;
}

void progress_report(const struct run_report *r, const char *unit, const char *prefix)
{
    char wall[32], rate[32], flop[48] = "", failed[64] = "", trained[32] = "";
    progress_duration(wall, sizeof wall, r->wall_s);
    progress_number(rate, sizeof rate, r->training_s > 0 ? r->flop / r->training_s : 0);
    if (r->flop > 0) /* what a program does is not counted */
        discard(snprintf(flop, sizeof flop, ", %sflop/s", rate));
    if (r->diverged || r->failed)
        discard(snprintf(failed, sizeof failed, "; %" PRIu64 " diverged, %" PRIu64 " failed", r->diverged, r->failed));
    if (r->trained < r->trainings)
        discard(snprintf(trained, sizeof trained, "%" PRIu64 " of ", r->trained));
    log_words("%s, %s%s in %s on %s%s%s", number_counted(r->cells, "cell").text, trained,
              number_counted(r->trainings, unit).text, wall, number_counted(r->ranks, "process").text, flop, failed);
    log_words("files: %s.tsv, .dat, .h5 (surface), .run.json (this run), .journal", prefix);
}

enum status progress_report_more(const struct run_report *r, struct error *err)
{
    struct run_host *hosts;
    size_t host_count;
    const enum status status = run_hosts(r, &hosts, &host_count, err);
    if (status)
        return status;
    char flop[32];
    progress_number(flop, sizeof flop, r->flop);
    log_words("%.2f s of training, %sflop; efficiency %.1f %%; busy %.2f s; no schedule takes less than %.2f s; idle "
              "tail %.3f s",
              r->training_s, flop, 100 * r->efficiency, r->busy_s, r->bound_s, r->idle_tail_s);
    log_words("manager: %s, %s, %.1f us a pack%s", number_counted(r->packs, "pack").text,
              number_counted(r->messages, "message").text, r->packs ? 1e6 * r->service_s / (double)r->packs : 0,
              r->dedicated_manager ? ", dedicated" : "");
    const struct run_host *const slowest = run_slowest_host(hosts, host_count);
    for (size_t h = 0; h < host_count && host_count > 1; h++)
        log_line("  %s: %s, busy %.2f s%s", hosts[h].name, number_counted(hosts[h].packs, "pack").text, hosts[h].busy_s,
                 &hosts[h] == slowest ? ", slowest" : "");
    free(hosts);
    return STATUS_OK;
}
