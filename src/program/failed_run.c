/* SPDX-License-Identifier: BSD-3-Clause */
/* Runs that failed, in words; see failed_run.h. */
#include "program/failed_run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What became of it, in words. */
static void describe(char *text, size_t size, const struct spawner_end *end, double timeout_s)
{
    switch (end->how) {
    case SPAWNER_EXITED:
        discard(snprintf(text, size, "exit code %d", end->code));
        break;
    case SPAWNER_KILLED:
        discard(snprintf(text, size, "killed by signal %d, %s", end->code, strsignal(end->code)));
        break;
    case SPAWNER_TIMEOUT:
        discard(snprintf(text, size, "ended after %.6g s, see --command-timeout", timeout_s));
        break;
    case SPAWNER_NOTHING:
        discard(snprintf(text, size, "could not be started: %s", strerror(end->code)));
        break;
    case SPAWNER_NO_FOLDER:
        discard(snprintf(text, size, "not started, for want of a folder in $TMPDIR, /tmp or /var/tmp: %s",
                         strerror(end->code)));
        break;
    }
}

/* A word for a shell; NULL out of memory. */
static char *quoted(const char *text)
{
    struct words words = {0};
    char *const line = words_add(&words, text, NULL) ? NULL : words_line(&words);
    words_free(&words);
    return line;
}

/* The command to paste. */
static void put_command(FILE *out, const struct failed_run *failed)
{
    const struct program *const program = failed->program;
    const struct words *const variables = failed->variables;
    const bool stays = *failed->stays;
    char *const line = words_line(failed->words), *const folder = quoted(failed->stays);
    if (program->chdir)
        fprintf(out, "(cd %s && ", stays && folder ? folder : "\"$(mktemp -d)\"");
    if (stays && folder)
        fprintf(out, "NSURF_FOLDER=%s ", folder);
    const char *const end = variables->bytes + variables->size;
    for (const char *v = variables->bytes; program->shell && v < end; v += strlen(v) + 1) {
        char *const variable = quoted(strchr(v, '=') + 1);
        fprintf(out, "%.*s%s ", (int)strcspn(v, "=") + 1, v, variable ? variable : "");
        free(variable);
    }
    fprintf(out, "%s%s", line ? line : "", program->chdir ? ")" : "");
    free(line);
    free(folder);
    if (*program->input_name)
        fprintf(out, " <%s", program->input_name);
    fputc('\n', out);
}

void failed_run_explain(const struct failed_run *failed, char *text, size_t size)
{
    const struct spawner_end *const end = failed->end;
    char how[128], host[65] = "";
    const int errors = (int)end->errors_size;
    FILE *const out = fmemopen(text, size - 1, "w");
    if (!out)
        return;
    describe(how, sizeof how, end, failed->timeout_s);
    if (gethostname(host, sizeof host - 1) != 0)
        host[0] = '\0';
    fprintf(out, "%s%s%s; %.3f s on %s%s%s\n", how, *failed->missing ? ", but " : "", failed->missing, end->seconds,
            host, *failed->stays ? ", in " : "", failed->stays);
    put_command(out, failed);
    if (errors > 0)
        fprintf(out, "%.*s%s", errors, end->errors, end->errors[errors - 1] == '\n' ? "" : "\n");
    discard(fclose(out));
}
