/* SPDX-License-Identifier: BSD-3-Clause */
/* Completion from the table; see completion.h. */
#include "cli/completion.h"

#include "cli/help.h"
#include "cli/options.h"

#include <stdint.h>
#include <string.h>

void completion_bash(FILE *stream)
{
    const struct parameter *row;
    fputs("# bash completion for nsurf\n"
          "_nsurf()\n"
          "{\n"
          "    local cur prev\n"
          "    cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
          "    [[ $cur == '=' ]] && cur=\n"
          "    [[ $prev == '=' && $COMP_CWORD -ge 2 ]] && prev=${COMP_WORDS[COMP_CWORD-2]}\n"
          "    case $prev in\n",
          stream);
    for (size_t r = 0; (row = options_row(r)) != NULL; r++) {
        if (!row->help || !row->argument || (!row->choice_count && row->type != PARAMETER_TEXT))
            continue;
        fprintf(stream, "    --%s", row->name);
        if (row->letter)
            fprintf(stream, " | -%c", row->letter);
        fputs(row->choice_count ? ") mapfile -t COMPREPLY < <(compgen -W '" : ") mapfile -t COMPREPLY < <(compgen -f",
              stream);
        for (unsigned c = 0; c < row->choice_count; c++)
            fprintf(stream, "%s%s", c ? " " : "", row->choices[c]);
        fprintf(stream, "%s -- \"$cur\"); return ;;\n", row->choice_count ? "'" : "");
    }
    fputs("    esac\n"
          "    local command=run\n"
          "    ((COMP_CWORD > 1)) && command=${COMP_WORDS[1]}\n"
          "    local words\n"
          "    case $command in\n",
          stream);
    for (unsigned c = COMMANDS; c-- > 0;) {
        fprintf(stream, "    %s) words='", c == COMMAND_RUN ? "*" : command_words[c].word);
        for (size_t r = 0; (row = options_row(r)) != NULL; r++)
            if (row->help && (row->commands & ONLY(c)))
                fprintf(stream, "--%s ", row->name);
        fputs("' ;;\n", stream);
    }
    fputs("    esac\n"
          "    if ((COMP_CWORD == 1)) && [[ $cur != -* ]]; then words='",
          stream);
    for (unsigned c = 0; c < COMMANDS; c++)
        fprintf(stream, "%s ", command_words[c].word);
    fputs("help version'; fi\n"
          "    if [[ $cur == -* ]] || ((COMP_CWORD == 1))\n"
          "    then mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n"
          "    else mapfile -t COMPREPLY < <(compgen -f -- \"$cur\"); fi\n"
          "}\n"
          "complete -o filenames -F _nsurf nsurf\n",
          stream);
}

/* A text within single quotes and a specification of _arguments. */
static void print_quoted(FILE *stream, const char *text, size_t length)
{
    for (size_t k = 0; k < length && text[k]; k++)
        if (text[k] == '\'')
            fputs("'\\''", stream);
        else
            fprintf(stream, strchr("[]:\\", text[k]) ? "\\%c" : "%c", text[k]);
}

static void print_zsh_row(FILE *stream, const struct parameter *row)
{
    if (row->letter)
        fprintf(stream, "            '(-%c --%s)'{-%c,--%s}'[", row->letter, row->name, row->letter, row->name);
    else
        fprintf(stream, "            '--%s%s[", row->name, row->optional ? "=-" : "");
    print_quoted(stream, row->help, help_first_words(row->help));
    fputc(']', stream);
    if (row->argument) {
        fputs(row->optional ? "::" : ":", stream);
        print_quoted(stream, row->argument, strlen(row->argument));
        fputc(':', stream);
        if (row->type == PARAMETER_TEXT)
            fputs("_files", stream);
        for (unsigned c = 0; c < row->choice_count; c++)
            fprintf(stream, "%s%s", c ? " " : "(", row->choices[c]);
        fputs(row->choice_count ? ")" : row->type == PARAMETER_TEXT ? "" : " ", stream);
    }
    fputs("' \\\n", stream);
}

void completion_zsh(FILE *stream)
{
    const struct parameter *row;
    fputs("#compdef nsurf\n"
          "_nsurf()\n"
          "{\n"
          "    local -a commands\n"
          "    commands=(\n",
          stream);
    for (unsigned c = 0; c < COMMANDS; c++) {
        fprintf(stream, "        '%s:", command_words[c].word);
        print_quoted(stream, command_words[c].summary, SIZE_MAX);
        fputs("'\n", stream);
    }
    fputs("        'help:the options of a command' 'version:version and build'\n"
          "    )\n"
          "    local command=run\n"
          "    if ((CURRENT == 2)) && [[ ${words[2]} != -* ]]; then\n"
          "        _describe command commands\n"
          "        return\n"
          "    fi\n"
          "    if ((CURRENT > 2)) && [[ ${words[2]} != -* ]]; then\n"
          "        command=${words[2]}\n"
          "        shift words\n"
          "        ((CURRENT--))\n"
          "    fi\n"
          "    case $command in\n",
          stream);
    for (unsigned c = COMMANDS; c-- > 0;) {
        fprintf(stream, "    %s)\n        _arguments \\\n", c == COMMAND_RUN ? "*" : command_words[c].word);
        for (size_t r = 0; (row = options_row(r)) != NULL; r++)
            if (row->help && (row->commands & ONLY(c)))
                print_zsh_row(stream, row);
        fputs("            '*:file:_files' ;;\n", stream);
    }
    fputs("    esac\n"
          "}\n"
          "_nsurf \"$@\"\n",
          stream);
}
