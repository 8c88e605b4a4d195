/* SPDX-License-Identifier: BSD-3-Clause */
/* The surface in the terminal while it grows; see watch.h. It knows the terminal and its keys; store/journal_follow.h
 * knows the file, watch_frame.h what is shown of it. */
#include "app/watch.h"

#include "app/watch_frame.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/terminal.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Seconds between two looks at the file. */
static const double look_s = 0.5;

/* --- the screen --------------------------------------------------------------------------------------------------- */

static bool has_word(const char *variable, const char *word)
{
    const char *const text = getenv(variable);
    return text && strstr(text, word);
}

static bool is_set(const char *variable)
{
    const char *const text = getenv(variable);
    return text && *text;
}

/* What the locale says that the terminal understands. */
static bool has_utf8(void)
{
    const char *const order[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    size_t v = 0;
    while (v < 2 && !is_set(order[v]))
        v++;
    return has_word(order[v], "UTF-8") || has_word(order[v], "utf8") || has_word(order[v], "UTF8") ||
           has_word(order[v], "utf-8");
}

static struct heatmap_screen screen_of(void)
{
    struct heatmap_screen screen = {.utf8 = has_utf8()};
    terminal_size(&screen.columns, &screen.rows);
    if (!terminal_is_output() || is_set("NO_COLOR") || !is_set("TERM") || has_word("TERM", "dumb"))
        return screen;
    if (has_word("COLORTERM", "truecolor") || has_word("COLORTERM", "24bit") || has_word("TERM", "direct"))
        screen.colours = INK_TRUE;
    else if (has_word("TERM", "256"))
        screen.colours = INK_256;
    return screen;
}

/* Owns: the caller, who calls free(*text). Errors: STATUS_INTERNAL. */
static enum status frame(struct watch *watch, char **text, struct error *err)
{
    const struct heatmap_screen screen = screen_of();
    return watch_frame(watch, &screen, text, err);
}

/* --- keys --------------------------------------------------------------------------------------------------------- */

/* False for a key that ends it all. */
static bool obey(struct watch *watch, int key)
{
    switch (key) {
    case 'q':
    case 'Q':
    case KEY_INTERRUPT:
    case KEY_ENDED:
        return false;
    case KEY_LEFT:
    case KEY_RIGHT:
        watch_move(watch, watch->axes[0], key == KEY_LEFT ? -1 : 1);
        break;
    case KEY_DOWN:
    case KEY_UP:
        watch_move(watch, watch->axes[1], key == KEY_DOWN ? -1 : 1);
        break;
    case '[':
    case ']':
    case KEY_PAGE_UP:
    case KEY_PAGE_DOWN:
        watch_move(watch, watch->stepped, key == '[' || key == KEY_PAGE_UP ? -1 : 1);
        break;
    case '\t':
        watch_step_axis(watch);
        break;
    case 'x':
        watch_exchange(watch);
        break;
    case 'b':
        watch_go_best(watch);
        break;
    default:
        break;
    }
    return true;
}

/* --- the command -------------------------------------------------------------------------------------------------- */

static enum status look(struct watch *watch, struct error *err)
{
    const enum status status = follow_look(&watch->follow, err);
    return status ? status : watch->follow.grown ? watch_take_stock(watch, err) : STATUS_OK;
}

static enum status draw(struct watch *watch, struct error *err)
{
    char *text;
    enum status status = frame(watch, &text, err);
    if (!status) {
        status = terminal_draw(text, err);
        free(text);
    }
    return status;
}

/* Until a key or a signal. Errors: STATUS_STOPPED; those of looking and drawing. */
static enum status follow_and_draw(struct watch *watch, struct error *err)
{
    enum status status = STATUS_OK;
    double looked_s = clock_now_s();
    for (int key = KEY_NONE; !status && obey(watch, key);) {
        status = draw(watch, err);
        const double wait_s = looked_s + look_s - clock_now_s();
        key = status ? KEY_NONE : terminal_key(wait_s > 0 ? wait_s : 0);
        if (key == KEY_ENDED)
            status = error_set(err, STATUS_STOPPED, "watch: ended by a signal; the run goes on");
        if (status || clock_now_s() < looked_s + look_s)
            continue;
        looked_s = clock_now_s();
        status = look(watch, err);
    }
    return status;
}

static enum status once(struct watch *watch, struct error *err)
{
    char *text;
    if (watch->follow.state == FOLLOW_ABSENT)
        return file_exists(watch->path)
                   ? error_set(err, STATUS_DATA, "%s: holds nothing yet; without --once `nsurf watch` waits for it",
                               watch->path)
                   : error_set(err, STATUS_IO, "%s: is not there; without --once `nsurf watch` waits for it",
                               watch->path);
    const enum status status = frame(watch, &text, err);
    if (status)
        return status;
    fputs(text, stdout);
    free(text);
    return STATUS_OK;
}

/* Refuse a terminal that cannot show a picture. */
static enum status check_terminal(const struct options *options, struct error *err)
{
    size_t columns, rows;
    terminal_size(&columns, &rows);
    if (columns < HEATMAP_COLUMNS || rows < HEATMAP_ROWS)
        return error_set(err, STATUS_USAGE, "watch: the terminal has %zu columns and %zu rows; %d and %d are needed",
                         columns, rows, HEATMAP_COLUMNS, HEATMAP_ROWS);
    if (options->once)
        return STATUS_OK;
    if (!terminal_is_interactive())
        return error_set(err, STATUS_USAGE, "watch: needs a terminal; --once prints one frame");
    if (!is_set("TERM") || strcmp(getenv("TERM"), "dumb") == 0)
        return error_set(err, STATUS_USAGE, "watch: a dumb terminal cannot draw anew; --once prints one frame");
    return STATUS_OK;
}

static enum status show(struct watch *watch, struct error *err)
{
    enum status status = look(watch, err);
    if (status || watch->options->once)
        return status ? status : once(watch, err);
    status = terminal_enter(err);
    if (status)
        return status;
    status = follow_and_draw(watch, err);
    terminal_leave();
    if (!status && watch->follow.state != FOLLOW_ABSENT) { /* what the first screen shows of it */
        watch_compose(watch);
        printf("%s\n%s\n%s\n", watch->title, watch->lines[0], watch->lines[1]);
    }
    return status;
}

enum status watch_show(const struct options *options, struct error *err)
{
    static const char suffix[] = ".journal";
    const size_t length = strlen(options->prefix), end = sizeof suffix - 1;
    const bool whole = length > end && strcmp(options->prefix + length - end, suffix) == 0; /* the file's own name */
    struct watch watch = {.options = options, .best = SIZE_MAX};
    char *path = NULL;
    enum status status = check_terminal(options, err);
    if (!status)
        status = file_name(&path, options->prefix, whole ? "" : suffix, err);
    watch.path = path;
    if (!status)
        status = follow_open(&watch.follow, path, err);
    if (!status)
        status = show(&watch, err);
    follow_close(&watch.follow);
    free(watch.shown);
    free(path);
    return status;
}
