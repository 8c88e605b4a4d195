/* SPDX-License-Identifier: BSD-3-Clause */
/* The report of a run; see report.h. */
#include "sweep/report.h"

#include <stdlib.h>
#include <string.h>

static int by_host(const void *a, const void *b)
{
    const struct run_worker *const *left = a, *const *right = b;
    return strcmp((*left)->host, (*right)->host);
}

enum status run_hosts(const struct run_report *report, struct run_host **result, size_t *host_count, struct error *err)
{
    size_t n = report->worker_count;
    const struct run_worker **sorted = calloc(n + 1, sizeof(const struct run_worker *));
    struct run_host *hosts = calloc(n + 1, sizeof *hosts);
    *result = NULL;
    *host_count = 0;
    if (!sorted || !hosts) {
        free(sorted);
        free(hosts);
        return error_memory(err, "the report of the run");
    }
    for (size_t i = 0; i < n; i++)
        sorted[i] = &report->workers[i];
    qsort(sorted, n, sizeof(const struct run_worker *), by_host);
    for (size_t i = 0; i < n; i++) {
        if (i == 0 || strcmp(sorted[i]->host, sorted[i - 1]->host) != 0)
            memcpy(hosts[(*host_count)++].name, sorted[i]->host, RUN_HOST_TEXT);
        struct run_host *host = &hosts[*host_count - 1];
        host->workers++;
        host->lost += sorted[i]->lost;
        host->busy_s += sorted[i]->busy_s;
        host->flop += sorted[i]->flop;
        host->packs += sorted[i]->packs;
        host->trainings += sorted[i]->trainings;
    }
    free(sorted);
    *result = hosts;
    return STATUS_OK;
}

const struct run_host *run_slowest_host(const struct run_host *hosts, size_t host_count)
{
    const struct run_host *slowest = NULL;
    for (size_t i = 0; i < host_count; i++)
        if (hosts[i].busy_s > 0 && (!slowest || hosts[i].flop * slowest->busy_s < slowest->flop * hosts[i].busy_s))
            slowest = &hosts[i];
    return slowest;
}
