/* SPDX-License-Identifier: BSD-3-Clause */
/* What failed; see failures.h. */
#include "app/failures.h"

#include "base/file.h"
#include "base/number.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KEPT = 1000, CELL = AXES_MAX * (PARAMETER_NAME + PARAMETER_TEXT_MAX + 2) + 32 };

/* Out of memory it stays unsaid: the journal has the outcome. */
static void add(struct failures *f, const char *text, size_t length)
{
    if (f->capacity - f->used < length) {
        const size_t capacity = 2 * (f->used + length);
        char *const larger = realloc(f->text, capacity);
        if (!larger)
            return;
        f->text = larger;
        f->capacity = capacity;
    }
    memcpy(f->text + f->used, text, length);
    f->used += length;
}

/* "a=6 b=14 repeat=0" */
static void cell_text(char text[CELL], const struct experiment *experiment, size_t training)
{
    const size_t used = experiment_cell_text(text, CELL, experiment, training);
    if (used < CELL)
        discard(snprintf(text + used, CELL - used, " repeat=%zu", training % experiment->repeats));
}

void failures_add(struct failures *failures, const struct experiment *experiment, size_t training,
                  const struct outcome *outcome, const char *why)
{
    char cell[CELL], line[64];
    if (++failures->count > KEPT)
        return;
    cell_text(cell, experiment, training);
    add(failures, "\n# ", 3);
    add(failures, cell, strlen(cell));
    discard(snprintf(line, sizeof line, ", attempt %" PRIu32 ": ", outcome->run.attempts));
    add(failures, line, strlen(line));
    add(failures, why, strlen(why));
}

/* The last line of what follows the first two, which are how it ended and the command; its end where it is long. */
static const char *last_words(const char *why, size_t *length)
{
    const size_t most = 160;
    const char *at = why;
    for (int line = 0; line < 2; line++) {
        at += strcspn(at, "\n");
        at += *at == '\n';
    }
    *length = strlen(at);
    while (*length > 0 && strchr(" \n\r", at[*length - 1]))
        --*length;
    const char *begin = at + *length;
    while (begin > at && begin[-1] != '\n' && (size_t)(at + *length - begin) < most)
        begin--;
    *length -= (size_t)(begin - at);
    return begin;
}

void failures_line(char line[FAILURES_LINE], const struct experiment *experiment, size_t training, uint32_t rank,
                   const char *why)
{
    char cell[CELL];
    size_t length;
    const char *const words = last_words(why, &length);
    cell_text(cell, experiment, training);
    discard(snprintf(line, FAILURES_LINE, "rank %" PRIu32 ": a run failed, %.200s: %.*s%s%.*s", rank, cell,
                     (int)strcspn(why, "\n"), why, length > 0 ? ": " : "", (int)length, words));
}

static bool any_failed(const struct table *table)
{
    for (size_t training = 0; training < table->count; training++)
        if (table->outcomes[training].status == OUTCOME_FAILED)
            return true;
    return false;
}

enum status failures_write(const struct failures *failures, const struct table *table, const char *prefix,
                           struct error *err)
{
    struct file *file;
    char *name;
    enum status status = file_name(&name, prefix, ".failures", err);
    if (status)
        return status;
    if (failures->count > 0)
        status = file_create(&file, name, err);
    else if (!any_failed(table) && file_exists(name))
        status = file_remove(name, err);
    if (!status && failures->count > 0) {
        file_printf(file,
                    "# nsurf: %s of the program failed; for each how, the command, and the end of its errors\n",
                    number_counted(failures->count, "run").text);
        file_write(file, failures->text, failures->used);
        if (failures->count > KEPT)
            file_printf(file, "\n# and %zu more\n", failures->count - KEPT);
        status = file_commit(file, err);
    }
    free(name);
    return status;
}

void failures_free(struct failures *failures)
{
    free(failures->text);
    *failures = (struct failures){0};
}
