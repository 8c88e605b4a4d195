/* SPDX-License-Identifier: BSD-3-Clause */
/* The variables of the HDF5 file; see field.h. */
#include "store/field.h"

#include <stdio.h>

enum quantity { ERROR, MISCLASSIFIED, STATUS, EPOCHS, ENDED_OK };
enum statistic { MEAN, SD, SE, MIN, MEDIAN, SAMPLE_SE };
enum { SHOWN = SPLITS }; /* the split that the table shows */

#define OF_ERROR "Mean over samples and targets of (output - target)^2 of the state that is reported"
#define OF_CLASSES "Share of the samples whose largest output is not that of their class"
#define OF_STATUS                                                                                                      \
    "ok: trained; diverged: a weight or the error became infinite or NaN; failed: could not be trained; pending: not " \
    "trained yet."
#define OF_ALL ", and over the trainings of the cell that ended ok; NaN where none did."
#define OF_MEAN ", mean over the trainings of the cell that ended ok; NaN where none did."
#define OF_SD "Over the trainings of the cell that ended ok, by their number less one; NaN for fewer than two."
#define OF_SE                                                                                                          \
    "Of the mean over the trainings of the cell that ended ok: their standard deviation over the root of their "       \
    "number, clustered by fold where there are folds; NaN for fewer than two."
#define OF_SAMPLES                                                                                                     \
    "That comes from the samples that it was measured on, taken as drawn independently: the standard deviation over "  \
    "them by the root of their number; of a cell the mean over the trainings of a fold, which is the most that it "    \
    "can be. NaN where no training ended ok."
#define OF_OTHERS "Of the trainings of the cell that ended ok; NaN where none did."
#define OF_EACH "; NaN where it did not end ok."

/* The mean of an error over the trainings of a cell, and how these spread. */
#define ERRORS(name, of, split)                                                                                        \
    {name, "mean squared error" of, OF_ERROR OF_ALL, FIELD_REAL, FIELD_CELLS, ERROR, MEAN, split},                     \
        {name "_sd", "standard deviation of the mean squared error" of, OF_SD, FIELD_REAL, FIELD_CELLS, ERROR, SD,     \
         split},                                                                                                       \
        {name "_se", "standard error of the mean squared error" of, OF_SE, FIELD_REAL, FIELD_CELLS, ERROR, SE, split}, \
        {name "_min", "lowest mean squared error" of, OF_OTHERS, FIELD_REAL, FIELD_CELLS, ERROR, MIN, split},          \
    {                                                                                                                  \
        name "_median", "median of the mean squared error" of, OF_OTHERS, FIELD_REAL, FIELD_CELLS, ERROR, MEDIAN, split\
    }

#define CLASSES(name, of, split)                                                                                       \
    {                                                                                                                  \
        name "_misclassified", "misclassification rate" of, OF_CLASSES OF_MEAN, FIELD_REAL, FIELD_CELLS,               \
            MISCLASSIFIED, MEAN, split                                                                                 \
    }

/* What a split of so many samples leaves open. */
#define SAMPLED(name, of, over, split)                                                                                 \
    {                                                                                                                  \
        name "_sample_se", "standard error of the mean squared error, by its samples" of, OF_SAMPLES, FIELD_REAL,      \
            over, ERROR, SAMPLE_SE, split                                                                              \
    }

/* The same of each training. */
#define EACH(name, of, split)                                                                                          \
    {"trainings/" name "_error",                                                                                       \
     "mean squared error" of,                                                                                          \
     OF_ERROR OF_EACH,                                                                                                 \
     FIELD_REAL,                                                                                                       \
     FIELD_TRAININGS,                                                                                                  \
     ERROR,                                                                                                            \
     MEAN,                                                                                                             \
     split},                                                                                                           \
    {                                                                                                                  \
        "trainings/" name "_misclassified", "misclassification rate" of, OF_CLASSES OF_EACH, FIELD_REAL,               \
            FIELD_TRAININGS, MISCLASSIFIED, MEAN, split                                                                \
    }

const struct field fields[FIELDS] = {
    ERRORS("error", "", SHOWN),
    {"status", "how the training ended", OF_STATUS " The highest of the trainings of the cell.", FIELD_FLAG,
     FIELD_CELLS, STATUS, MEAN, SHOWN},
    {"epochs", "passes over the samples that were trained", "The most of the trainings of the cell.", FIELD_COUNT,
     FIELD_CELLS, EPOCHS, MEAN, SHOWN},
    {"trainings_ok", "trainings that ended ok", "Of the trainings of the cell.", FIELD_COUNT, FIELD_CELLS, ENDED_OK,
     MEAN, SHOWN},
    ERRORS("train_error", ", training", SPLIT_TRAIN),
    ERRORS("validation_error", ", validation", SPLIT_VALIDATION),
    ERRORS("test_error", ", test", SPLIT_TEST),
    SAMPLED("validation_error", ", validation", FIELD_CELLS, SPLIT_VALIDATION),
    SAMPLED("test_error", ", test", FIELD_CELLS, SPLIT_TEST),
    CLASSES("train", ", training", SPLIT_TRAIN),
    CLASSES("validation", ", validation", SPLIT_VALIDATION),
    CLASSES("test", ", test", SPLIT_TEST),
    EACH("train", ", training", SPLIT_TRAIN),
    EACH("validation", ", validation", SPLIT_VALIDATION),
    EACH("test", ", test", SPLIT_TEST),
    SAMPLED("trainings/validation_error", ", validation", FIELD_TRAININGS, SPLIT_VALIDATION),
    SAMPLED("trainings/test_error", ", test", FIELD_TRAININGS, SPLIT_TEST),
    {"trainings/status", "how the training ended", OF_STATUS, FIELD_FLAG, FIELD_TRAININGS, STATUS, MEAN, SHOWN},
    {"trainings/epochs", "passes over the samples that were trained", "Before the state that was measured.",
     FIELD_COUNT, FIELD_TRAININGS, EPOCHS, MEAN, SHOWN},
};

bool field_is_there(const struct field *field, const struct experiment *experiment)
{
    const struct dataset *const data = &experiment->data;
    const bool several = experiment_cell_trainings(experiment) > 1;
    const bool of_several = field->statistic != MEAN && field->statistic != SAMPLE_SE;
    const bool first = field->split == SPLIT_TRAIN && field->over == FIELD_CELLS; /* of a program it is what is shown */
    const bool of_networks =
        field->quantity == MISCLASSIFIED || field->quantity == EPOCHS || field->statistic == SAMPLE_SE;
    if (experiment->program && (of_networks || first))
        return false;
    if (!several && (field->over == FIELD_TRAININGS || of_several || field->quantity == ENDED_OK))
        return false;
    return field->split == SHOWN || (dataset_count(data, (enum split)field->split, 0) > 0 &&
                                     (field->quantity != MISCLASSIFIED || dataset_is_classes(data)));
}

/* A value of a program. */
static void words_of_value(struct field_words *words, const struct field *field, const struct program *program)
{
    static const char *const suffixes[] = {[MEAN] = "", [SD] = "_sd", [SE] = "_se", [MIN] = "_min",
                                           [MEDIAN] = "_median"};
    static const char *const long_names[] = {[MEAN] = "value of the program", [SD] = "standard deviation of the value",
                                             [SE] = "standard error of the value", [MIN] = "lowest value",
                                             [MEDIAN] = "median of the value"};
    const bool each = field->over == FIELD_TRAININGS;
    discard(snprintf(words->name, sizeof words->name, "%s%s%s", each ? "trainings/" : "",
                     program->values[field->split == SHOWN ? SPLIT_TRAIN : field->split].name,
                     suffixes[field->statistic]));
    words->long_name = long_names[field->statistic];
    words->comment = "As the command wrote it, over the runs of the cell that ended ok; NaN where none did.";
}

void field_words(struct field_words *words, const struct field *field, const struct experiment *experiment)
{
    *words = (struct field_words){.long_name = field->long_name, .comment = field->comment};
    discard(snprintf(words->name, sizeof words->name, "%s%s", field->name,
                     field->quantity == EPOCHS && experiment->limit_count > 0 ? "_trained" : ""));
    if (experiment->program && field->quantity == ERROR)
        words_of_value(words, field, experiment->program);
}

double field_bytes(const struct experiment *experiment)
{
    const double cells = (double)experiment_cells(experiment);
    double bytes = experiment_cell_trainings(experiment) > 1 ? cells : 0; /* the confidence set */
    for (const struct field *field = fields; field < fields + FIELDS; field++) {
        const size_t size = field->type == FIELD_REAL    ? sizeof(double)
                            : field->type == FIELD_COUNT ? sizeof(uint32_t)
                                                         : sizeof(uint8_t);
        if (field_is_there(field, experiment))
            bytes += (double)size * (field->over == FIELD_CELLS ? cells : (double)experiment_trainings(experiment));
    }
    return bytes;
}

static enum split split_of(const struct field *field, const struct table *table)
{
    return field->split == SHOWN ? table->shown : (enum split)field->split;
}

const char *field_samples(const struct field *field, const struct table *table)
{
    return field->type == FIELD_REAL ? dataset_split_names[split_of(field, table)] : NULL;
}

static double real_of(const struct field *field, const struct table *table, size_t at)
{
    const enum split split = split_of(field, table);
    const bool error = field->quantity == ERROR;
    if (field->statistic == SAMPLE_SE)
        return field->over == FIELD_TRAININGS ? table_sample_error(table, split, at)
                                              : table_cell_sample_error(table, split, at);
    if (field->over == FIELD_TRAININGS)
        return error ? table_error(table, split, at) : table_misclassified(table, split, at);
    if (field->statistic == SE)
        return table_cell_standard_error(table, split, at);
    const struct statistics cell =
        error ? table_cell_error(table, split, at) : table_cell_misclassified(table, split, at);
    return field->statistic == SD       ? cell.sd
           : field->statistic == MIN    ? cell.min
           : field->statistic == MEDIAN ? cell.median
                                        : cell.mean;
}

static uint32_t count_of(const struct field *field, const struct table *table, size_t at)
{
    if (field->over == FIELD_TRAININGS)
        return field->quantity == STATUS ? table->outcomes[at].status : table->outcomes[at].epochs;
    return field->quantity == STATUS     ? table_cell_status(table, at)
           : field->quantity == ENDED_OK ? table_cell_ok(table, at)
                                         : table_cell_epochs(table, at);
}

void field_row(const struct field *field, const struct table *table, size_t place, void *row)
{
    const size_t each = field->over == FIELD_TRAININGS ? experiment_cell_trainings(table->experiment) : 1;
    const size_t count = table_cells(table) / table->experiment->axes[0].count * each, first = place * count;
    for (size_t i = 0; i < count; i++) {
        switch (field->type) {
        case FIELD_REAL:
            ((double *)row)[i] = real_of(field, table, first + i);
            break;
        case FIELD_COUNT:
            ((uint32_t *)row)[i] = count_of(field, table, first + i);
            break;
        case FIELD_FLAG:
            ((uint8_t *)row)[i] = (uint8_t)count_of(field, table, first + i);
            break;
        }
    }
}
