/* SPDX-License-Identifier: BSD-3-Clause */
/* Any bytes as a journal: it is refused in one line, or it is read; then what it holds makes sense, an outcome can be
 * appended, and a second reading finds the same and that one. The first byte chooses the mode. */
#include "store/journal.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../unit/layers.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void demand(bool truth)
{
    if (!truth)
        abort();
}

static struct experiment experiment;
static char path[64];

static void remove_file(void)
{
    discard(remove(path));
}

/* The one that the corpus has journals of: nsurf -a 1:3 -b 1:3 -e 5. */
static void prepare(void)
{
    experiment.repeats = 1;
    experiment.hyper =
        (struct hyperparameters){.seed = 1, .epochs = 5, .learning_rate = 0.2f, .shuffle = true, .batch = 1};
    demand(set_layers(&experiment, "1:3", "1:3") == STATUS_OK);
    demand(dataset_iris(&experiment.data, NULL) == STATUS_OK);
    discard(snprintf(path, sizeof path, "/tmp/nsurf-fuzz-%ld.journal", (long)getpid()));
    demand(atexit(remove_file) == 0);
}

static void check_table(const struct table *table)
{
    for (size_t t = 0; t < table->count; t++) {
        demand(table->outcomes[t].status <= OUTCOME_PENDING);
        demand(table->outcomes[t].status != OUTCOME_OK || isfinite(table->outcomes[t].error[SPLIT_TRAIN]));
    }
}

/* A training to note an outcome of: of one that is done, a second outcome would be a contradiction. */
static size_t first_pending(const struct table *table)
{
    size_t t = 0;
    while (t < table->count && table->outcomes[t].status != OUTCOME_PENDING)
        t++;
    return t;
}

static void read_again(const struct table *before, size_t noted)
{
    struct table table;
    struct journal *journal;
    demand(table_create(&table, &experiment, NULL) == STATUS_OK);
    demand(journal_open(&journal, path, JOURNAL_READ, &table, NULL) == STATUS_OK);
    for (size_t t = 0; t < table.count; t++)
        demand(table.outcomes[t].status == (t == noted ? OUTCOME_OK : before->outcomes[t].status));
    demand(journal_close(journal, NULL) == STATUS_OK);
    table_free(&table);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    if (size < 1)
        return 0;
    if (!path[0])
        prepare();
    FILE *const file = fopen(path, "w");
    demand(file && fwrite(bytes + 1, 1, size - 1, file) == size - 1 && fclose(file) == 0);

    struct table table;
    struct journal *journal;
    struct error err = {0};
    demand(table_create(&table, &experiment, NULL) == STATUS_OK);
    const enum status status =
        journal_open(&journal, path, bytes[0] % 2 ? JOURNAL_REPAIR : JOURNAL_CONTINUE, &table, &err);
    if (status) {
        demand(status == STATUS_DATA && err.text[0] && !strchr(err.text, '\n'));
    } else {
        check_table(&table);
        const struct outcome outcome = {.error = {0.5, NAN, NAN}, .epochs = 5, .spread = {NAN, NAN, NAN}};
        const size_t note = first_pending(&table);
        if (note < table.count)
            demand(journal_append(journal, note, &outcome, NULL, NULL) == STATUS_OK);
        demand(journal_close(journal, NULL) == STATUS_OK);
        read_again(&table, note);
    }
    table_free(&table);
    return 0;
}
