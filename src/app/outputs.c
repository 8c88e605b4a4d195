/* SPDX-License-Identifier: BSD-3-Clause */
/* What a command may write; see outputs.h. */
#include "app/outputs.h"

#include "base/file.h"
#include "store/surface.h"

#include <stdlib.h>
#include <string.h>

/* --- what is read ------------------------------------------------------------------------------------------------- */

static enum status spare(const char *input, const char *reader, const char *option, const char *path,
                         struct error *err)
{
    if (!input || !file_same(strcmp(input, "-") == 0 ? "/dev/stdin" : input, path))
        return STATUS_OK;
    return error_set(err, STATUS_USAGE, "%s: %s would be replaced, and is what %s reads; choose another name", option,
                     path, reader);
}

enum status outputs_spare(const struct options *options, const char *option, const char *path, struct error *err)
{
    const bool predicts = options->command == COMMAND_PREDICT;
    const struct {
        const char *input, *reader;
    } inputs[] = {{options->source.data, predicts ? "predict" : "--data"},
                  {options->source.validation, "--validation"},
                  {options->source.test, "--test"},
                  {options->program.input, "--stdin"},
                  {options->network, "predict"},
                  {options->against, "--against"},
                  {options->d3, "--d3"}};
    enum status status = STATUS_OK;
    for (size_t i = 0; i < sizeof inputs / sizeof *inputs && !status; i++)
        status = spare(inputs[i].input, inputs[i].reader, option, path, err);
    return status;
}

static enum status spare_files(const struct program *program, const char *option, const char *path, struct error *err)
{
    enum status status = STATUS_OK;
    for (size_t f = 0; program && f < program->file_count && !status; f++)
        status = spare(program->files[f].name, "--command", option, path, err);
    return status;
}

enum status outputs_check_file(const struct options *options, const char *option, const char *path, struct error *err)
{
    enum status status = outputs_spare(options, option, path, err);
    if (!status)
        status = file_probe(path, err);
    if (!status && file_exists(path) && !options->force)
        status = error_set(err, STATUS_USAGE, "%s: %s is there already; --force replaces it", option, path);
    return status;
}

/* --- a run -------------------------------------------------------------------------------------------------------- */

/* What is written at the end, by what follows the prefix: the surface, and a report that belongs to the run alone. */
const char outputs_report_suffix[] = ".run.json";
enum { FILES = SURFACE_FILES + 1 };
static const char failures_suffix[] = ".failures"; /* of a program */

/* Every name that a run writes or removes. */
enum status outputs_spare_files(const struct options *options, const struct program *program, struct error *err)
{
    static const char *const more[] = {outputs_report_suffix, ".journal", failures_suffix, ".stop"};
    enum { MORE = sizeof more / sizeof *more };
    enum status status = STATUS_OK;
    for (size_t f = 0; f < SURFACE_FILES + MORE && !status; f++) {
        char *name;
        status = file_name(&name, options->prefix, f < MORE ? more[f] : surface_suffixes[f - MORE], err);
        if (status)
            return status;
        status = outputs_spare(options, "--output", name, err);
        if (!status)
            status = spare_files(program, "--output", name, err);
        free(name);
    }
    return status;
}

static enum status result_name(char **name, const char *prefix, size_t file, struct error *err)
{
    return file_name(name, prefix,
                     file < SURFACE_FILES ? surface_suffixes[file]
                     : file < FILES       ? outputs_report_suffix
                                          : failures_suffix,
                     err);
}

/* Whether one of the result files is there; its name in *name, for the caller to free(). */
static enum status find_result(char **name, const char *prefix, struct error *err)
{
    for (size_t f = 0; f < FILES; f++) {
        const enum status status = result_name(name, prefix, f, err);
        if (status || file_exists(*name))
            return status;
        free(*name);
    }
    *name = NULL;
    return STATUS_OK;
}

/* Results can be written, and replace none unasked: those beside a journal are made from it again, others stay. */
enum status outputs_check_run(const struct options *options, struct error *err)
{
    char *journal, *result = NULL;
    enum status status = outputs_spare_files(options, NULL, err);
    if (!status)
        status = file_name(&journal, options->prefix, ".journal", err);
    if (status)
        return status;
    /* An empty journal, of a run that died before its first outcome, tells nothing of the results beside it. */
    const bool journalled = file_holds(journal) && !options->null_training;
    if (options->resume && !journalled)
        status =
            error_set(err, STATUS_USAGE, "--resume: %s is not there, or empty; leave out --resume to start", journal);
    if (!status && !journalled && !options->force)
        status = find_result(&result, options->prefix, err);
    if (!status && result)
        status = error_set(err, STATUS_USAGE,
                           "%s: is there already, and no journal to resume; --force replaces it, --output PREFIX "
                           "writes elsewhere",
                           result);
    free(result);
    free(journal);
    const size_t count = FILES + (options->program.command != NULL);
    for (size_t f = 0; f < count && !status; f++) {
        status = result_name(&result, options->prefix, f, err);
        if (!status)
            status = file_probe(result, err);
        free(result);
    }
    return status;
}

/* What killed runs have left of such files. */
enum status outputs_remove_temporaries(const char *prefix, struct error *err)
{
    const char *endings[FILES + 1] = {[SURFACE_FILES] = outputs_report_suffix, ".journal"};
    for (size_t f = 0; f < SURFACE_FILES; f++)
        endings[f] = surface_suffixes[f];
    return file_remove_temporaries(prefix, endings, FILES + 1, err);
}
