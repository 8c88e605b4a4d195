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

enum { KEPT = 1000 };

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

void failures_add(struct failures *failures, const struct experiment *experiment, size_t training,
                  const struct outcome *outcome, const char *why)
{
    size_t places[AXES_MAX];
    char line[512];
    if (++failures->count > KEPT)
        return;
    experiment_places(experiment, training / experiment_cell_trainings(experiment), places);
    add(failures, "\n#", 2);
    for (size_t a = 0; a < experiment->axis_count; a++) {
        char name[PARAMETER_NAME], value[PARAMETER_TEXT_MAX];
        parameter_file_name(name, experiment->axes[a].parameter);
        axis_value_text(value, &experiment->axes[a], places[a]);
        discard(snprintf(line, sizeof line, " %s=%s", name, value));
        add(failures, line, strlen(line));
    }
    discard(snprintf(line, sizeof line, " repeat=%zu, attempt %" PRIu32 ": ", training % experiment->repeats,
                     outcome->run.attempts));
    add(failures, line, strlen(line));
    add(failures, why, strlen(why));
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
