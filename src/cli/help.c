/* SPDX-License-Identifier: BSD-3-Clause */
/* Help from the table; see help.h. */
#include "cli/help.h"

#include "base/build.h"
#include "net/trainer.h"
#include "store/library.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

enum { WIDTH = 80, INDENT = 28 };

static const struct {
    enum parameter_group group;
    const char *title, *manual;
} titles[] = {
    {GROUP_DATA, "Data", "Data"},
    {GROUP_GRID, "Grid", "Grid"},
    {GROUP_OUTPUT, "Output", "Output"},
    {GROUP_TRAINING, "Training", "Training"},
    {GROUP_SPLIT,
     "Which samples train, validate and test. Unless given, all train, or as a\n"
     "Proben1 file says. They are drawn at random by the seed, stratified",
     "Training, validation and test"},
    {GROUP_PROGRAM, "A program of yours in place of the networks, run for each cell of your own axes",
     "A program in place of the networks"},
    {GROUP_PROCESSES, "Processes", "Processes"},
};

/* What stands before options that have a word of their own. */
static const char about_ranges[] =
    "Options with a * may have several values, and then are an axis of the grid:\n"
    "a RANGE is 8, or 1:64 (64 included), or 1:64:4 (every fourth), or 0:0.9:lin10\n"
    "(ten evenly spaced), or 0.001:10:log64 (64 with a constant ratio), or a list\n"
    "of these: 1,2,4:8.\n";
static const char about_rules[] =
    "RULES, for errors taken every 5 epochs, or every=N: gl=X (X percent above the\n"
    "lowest), progress=X (training errors in between less than X per thousand above\n"
    "their lowest), pq=X (the first figure above X times the second), up=N (higher\n"
    "N times in a row), patience=N (no new lowest N times in a row).\n";

/* Words up to the right margin, the lines after the first indented; column: where the first begins. */
static void wrap(FILE *stream, const char *text, size_t column)
{
    while (*text) {
        const size_t length = strcspn(text, " ");
        if (column > INDENT && column + 1 + length > WIDTH) {
            fprintf(stream, "\n%*s", INDENT, "");
            column = INDENT;
        } else if (column > INDENT) {
            fputc(' ', stream);
            column++;
        }
        fprintf(stream, "%.*s", (int)length, text);
        column += length;
        text += length + (text[length] == ' ');
    }
}

/* The help line of a row, and its choices where it lists them. */
static void help_of(const struct parameter *row, char *text, size_t size)
{
    int used = snprintf(text, size, "%s", row->help);
    for (unsigned c = 0; row->listed && c < row->choice_count; c++)
        used += snprintf(text + used, size - (size_t)used, "%s%s",
                         c == 0                       ? ": "
                         : c + 1 < row->choice_count ? ", "
                                                     : " or ",
                         row->choices[c]);
}

static void print_row(FILE *stream, const struct parameter *row)
{
    char head[96], line[400], help[512];
    char letter[8] = "   ";
    if (row->letter)
        discard(snprintf(letter, sizeof letter, "-%c,", row->letter));
    const int used = snprintf(head, sizeof head, "  %s --%s%s%s%s%s", letter, row->name,
                              !row->argument  ? ""
                              : row->optional ? "[="
                                              : " ",
                              row->argument ? row->argument : "", row->optional ? "]" : "", row->axis ? "*" : "");
    help_of(row, line, sizeof line);
    discard(snprintf(help, sizeof help, "%s%s%s%s", line, row->usual ? " [" : "", row->usual ? row->usual : "",
                     row->usual ? "]" : ""));
    if (used >= INDENT)
        fprintf(stream, "%s\n%*s", head, INDENT, "");
    else
        fprintf(stream, "%-*s", INDENT, head);
    wrap(stream, help, INDENT);
    fputc('\n', stream);
}

static bool shown(const struct parameter *row, enum command command, enum parameter_group group)
{
    return row->help && row->group == group && (command == COMMANDS || (row->commands & ONLY(command)));
}

static void print_group(FILE *stream, enum command command, enum parameter_group group, const char *title)
{
    bool any = false;
    const struct parameter *row;
    for (size_t r = 0; (row = options_row(r)) != NULL; r++) {
        if (!shown(row, command, group))
            continue;
        if (!any)
            fprintf(stream, "\n%s:\n", title);
        any = true;
        print_row(stream, row);
    }
    if (any && group == GROUP_TRAINING)
        fprintf(stream, "\n%s\n%s", about_ranges, about_rules);
}

/* The options that one command alone takes. */
static void print_own(FILE *stream, enum command command)
{
    const struct parameter *row;
    bool any = false;
    for (size_t r = 0; (row = options_row(r)) != NULL; r++)
        if (row->help && row->group == GROUP_COMMAND && row->commands == ONLY(command)) {
            if (!any)
                fprintf(stream, "\nOf `nsurf %s`:\n", command_words[command].word);
            any = true;
            print_row(stream, row);
        }
}

void help_print(FILE *stream, enum command command)
{
    fprintf(stream, "Usage:\n");
    for (unsigned c = 0; c < COMMANDS; c++)
        if (command == COMMANDS || command == c)
            fprintf(stream, "  %s\n      %s\n", command_words[c].synopsis, command_words[c].summary);
    if (command == COMMANDS || command == COMMAND_RUN)
        fprintf(stream, "\nTrain a network with two hidden layers for every cell of a grid, on all\n"
                        "processes, and write the surface of their errors to PREFIX.tsv, PREFIX.dat\n"
                        "(gnuplot) and PREFIX.h5. Without options: the iris data that the program\n"
                        "carries, 1 to 64 neurons a layer. `nsurf help COMMAND` lists the options of\n"
                        "one command alone.\n");
    for (size_t t = 0; t < sizeof titles / sizeof *titles; t++)
        print_group(stream, command, titles[t].group, titles[t].title);
    for (unsigned c = 0; c < COMMANDS; c++)
        if (command == COMMANDS || command == c)
            print_own(stream, (enum command)c);
    if (command == COMMANDS || command == COMMAND_RUN)
        fprintf(stream, "\nSIGTERM, SIGINT, SIGHUP, SIGUSR1 or a file PREFIX.stop: stop, and keep what is\n"
                        "done; the same command resumes. SIGUSR2: write what is done so far to the\n"
                        "result files, and continue.\n");
    fprintf(stream, "\nExit codes: 0 complete, 1 complete but cells failed or all diverged, 64 usage,\n"
                    "65 data, 70 internal, 71 MPI, 74 input or output, 75 stopped early, the same\n"
                    "command resumes.\n");
}

size_t help_first_words(const char *help)
{
    const size_t length = strcspn(help, ";(");
    return length > 0 && help[length] && help[length - 1] == ' ' ? length - 1 : length;
}

/* One line; a default that has no room is left out. */
static void print_brief_row(FILE *stream, const struct parameter *row)
{
    char line[2 * WIDTH];
    char head[INDENT];
    discard(snprintf(head, sizeof head, "-%c, --%s %s", row->letter, row->name, row->argument ? row->argument : ""));
    const int used = snprintf(line, sizeof line, "  %-22s %.*s", head, (int)help_first_words(row->help), row->help);
    const bool room = row->usual && used + (int)strlen(row->usual) + 3 <= WIDTH;
    fprintf(stream, "%.*s%s%s%s\n", (int)WIDTH, line, room ? " [" : "", room ? row->usual : "", room ? "]" : "");
}

void help_brief(FILE *stream)
{
    const struct parameter *row;
    fputs("nsurf: the error surface of a neural network over its topologies\n\n"
          "  mpirun -np 4 nsurf --data mine.csv --repeats 4 -o mine\n"
          "  nsurf plan --data mine.csv               how long it takes\n"
          "  nsurf report mine                        mine.html, a page to look at\n\n",
          stream);
    for (size_t t = 0; t < sizeof titles / sizeof *titles; t++)
        for (size_t r = 0; (row = options_row(r)) != NULL; r++)
            if (row->letter && row->group == titles[t].group && (row->commands & ONLY(COMMAND_RUN)) &&
                row->letter != 'h' && row->letter != 'V')
                print_brief_row(stream, row);
    fputs("\nCommands:", stream);
    for (unsigned c = 0; c < COMMANDS; c++)
        fprintf(stream, " %s", command_words[c].word);
    fputs("\n`nsurf help COMMAND` lists the options of a command, `nsurf --help` all.\n", stream);
}

void help_version(FILE *stream)
{
    struct error err;
    char hdf5[LIBRARY_TEXT];
    library_hdf5(hdf5);
    const char *const isa = trainer_isa(&err);
    fprintf(stream,
            "nsurf %s\n"
            "revision     %s\n"
            "compiler     %s\n"
            "flags        %s\n"
            "libraries    %s, HDF5 %s\n"
            "instructions %s\n",
            build_version(), build_revision(), build_compiler(), build_flags(), build_mpi(), hdf5,
            isa ? isa : err.text);
}

/* A sentence in mdoc(7), in lines of at most MANUAL_WIDTH, with what mdoc would take for its own made plain. */
static void print_mdoc(FILE *stream, const char *text, bool capital)
{
    enum { MANUAL_WIDTH = 76 };
    for (size_t column = 0; *text;) {
        const size_t length = strcspn(text, " ");
        if (column > 0)
            fputc(column + 1 + length > MANUAL_WIDTH ? '\n' : ' ', stream);
        column = column + 1 + length > MANUAL_WIDTH ? length : column + 1 + length;
        for (size_t k = 0; k < length; k++)
            if (text[k] == '-' || text[k] == '\\')
                fprintf(stream, "\\%c", text[k] == '-' ? '-' : 'e');
            else
                fputc(capital && k == 0 ? toupper((unsigned char)text[k]) : text[k], stream);
        capital = false;
        text += length + (text[length] == ' ');
    }
    fputs(".\n", stream);
}

static void print_manual_row(FILE *stream, const struct parameter *row)
{
    fputs(".It ", stream);
    if (row->letter)
        fprintf(stream, "Fl %c , ", row->letter);
    fprintf(stream, "Fl -%s", row->name);
    if (row->argument)
        fprintf(stream, row->optional ? " Ns Oo = Ns Ar %s%s Oc" : " Ar %s%s", row->argument, row->axis ? "*" : "");
    fputc('\n', stream);
    char text[400];
    help_of(row, text, sizeof text);
    print_mdoc(stream, text, true);
    if (row->usual) {
        fputs("Default: ", stream);
        print_mdoc(stream, row->usual, false);
    }
}

/* Whether the page of this command lists it: plan and train take all that a run takes, and say so. */
static bool in_manual(const struct parameter *row, enum command command)
{
    const bool of_run = row->commands & ONLY(COMMAND_RUN);
    return row->help && (row->commands & ONLY(command)) &&
           !(of_run && command != COMMAND_RUN && (TRAINING_COMMANDS & ONLY(command)));
}

void help_manual(FILE *stream, enum command command)
{
    const struct parameter *row;
    const enum command page = command == COMMANDS ? COMMAND_RUN : command;
    for (size_t t = 0; t <= sizeof titles / sizeof *titles; t++) {
        const bool own = t == sizeof titles / sizeof *titles;
        const enum parameter_group group = own ? GROUP_COMMAND : titles[t].group;
        bool any = false;
        for (size_t r = 0; (row = options_row(r)) != NULL; r++) {
            if (!in_manual(row, page) || row->group != group)
                continue;
            if (!any && page == COMMAND_RUN)
                fprintf(stream, ".Ss %s\n", titles[t].manual);
            if (!any)
                fputs(".Bl -tag -width Ds\n", stream);
            any = true;
            print_manual_row(stream, row);
        }
        if (any)
            fputs(".El\n", stream);
    }
}
