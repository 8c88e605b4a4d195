/* SPDX-License-Identifier: BSD-3-Clause */
/* Heat maps as text; see heatmap.h. With colours and UTF-8 a character shows two squares, one above the other. */
#include "cli/heatmap.h"

#include "base/mem.h"
#include "base/printable.h"
#include "cli/ink.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What one square of the picture shows. */
struct square {
    struct heatmap_cell cell;
    size_t rank; /* HEAT_ERROR: how many squares have a lower error */
    bool best, cursor;
};

struct picture {
    const struct heatmap *map;
    const struct heatmap_screen *screen;
    FILE *out;
    size_t margin;               /* columns left of the squares */
    size_t each_wide, each_high; /* cells a square */
    size_t wide, high;           /* squares */
    size_t layers;               /* squares that a character shows, one above the other: 1 or 2 */
    size_t columns, rows;        /* of a square: characters across; 1/layers of characters up */
    size_t count;                /* squares with an error */
    double *errors;              /* [count], ascending */
    struct square *squares;      /* [high][wide] */
};

/* --- text --------------------------------------------------------------------------------------------------------- */

/* Up to so many columns of a text; returns how many. Names come from files: what is no text becomes `?`. */
static size_t put_text(FILE *out, const char *text, size_t room, bool utf8)
{
    size_t column = 0;
    for (; *text && column < room; column++) {
        const unsigned char first = (unsigned char)*text;
        const size_t length = first < 0x80 ? 1 : printable_utf8((const unsigned char *)text);
        if (first < ' ' || first == 0x7f || length == 0 || (length > 1 && !utf8))
            fputc('?', out);
        else
            fwrite(text, 1, length, out);
        text += length ? length : 1;
    }
    return column;
}

static void put_line(const struct picture *p, const char *text)
{
    put_text(p->out, text, p->screen->columns, p->screen->utf8);
    fputc('\n', p->out);
}

/* --- squares ------------------------------------------------------------------------------------------------------ */

static const struct ink none = {0}, grey = {true, 128, 128, 128}, pale = {true, 200, 200, 200},
                        rose = {true, 255, 95, 175}, red = {true, 255, 48, 48}, white = {true, 255, 255, 255};

static double share_of(const struct picture *p, size_t rank)
{
    return p->count > 1 ? (double)rank / (double)(p->count - 1) : 0;
}

static struct ink ink_of(const struct picture *p, const struct square *square)
{
    if (!square)
        return none;
    if (square->cursor || square->best)
        return square->cursor ? white : red;
    switch (square->cell.heat) {
    case HEAT_ERROR:
        return ink_viridis(share_of(p, square->rank));
    case HEAT_DIVERGED:
        return pale;
    case HEAT_FAILED:
        return rose;
    case HEAT_PENDING:
        break;
    }
    return none;
}

/* Without colours: the lower the error, the more of the square is black. */
static const char ramp[] = "@%#+=-:.";
enum { RAMP = sizeof ramp - 1 };

static const char *sign_of(const struct square *square, bool utf8)
{
    switch (square ? square->cell.heat : HEAT_PENDING) {
    case HEAT_FAILED:
        return utf8 ? "×" : "x";
    case HEAT_DIVERGED:
        return "/";
    case HEAT_PENDING:
        return square && utf8 ? "·" : " ";
    case HEAT_ERROR:
        break;
    }
    return " ";
}

static void put_plain(const struct picture *p, const struct square *square)
{
    if (square && (square->cursor || square->best))
        fputc(square->cursor ? 'O' : '*', p->out);
    else if (square && square->cell.heat == HEAT_ERROR)
        fputc(ramp[(size_t)(share_of(p, square->rank) * (RAMP - 1) + 0.5)], p->out);
    else
        fputs(sign_of(square, false), p->out);
}

/* Whether a square is told by a sign on the terminal's own ground. */
static bool has_sign(const struct square *square)
{
    return !square || (square->cell.heat != HEAT_ERROR && !square->best && !square->cursor);
}

static void put_squares(const struct picture *p, const struct square *upper, const struct square *lower,
                        struct inks *standing)
{
    const struct ink above = ink_of(p, upper), below = ink_of(p, lower);
    const bool utf8 = p->screen->utf8;
    if (p->screen->colours == INK_NONE)
        put_plain(p, upper);
    else if (has_sign(upper) && has_sign(lower) && upper && lower && upper->cell.heat == lower->cell.heat)
        ink_put(p->out, p->screen->colours, standing, above.set ? above : grey, none, sign_of(upper, utf8));
    else if (p->layers == 1 || (above.set && memcmp(&above, &below, sizeof above) == 0))
        ink_put(p->out, p->screen->colours, standing, standing->front, above, " ");
    else if (above.set)
        ink_put(p->out, p->screen->colours, standing, above, below, "▀");
    else
        ink_put(p->out, p->screen->colours, standing, below.set ? below : standing->front, none, below.set ? "▄" : " ");
}

/* The better of two cells that share a square: one with an error, else one that may still get one. */
static bool is_better(const struct heatmap_cell *cell, const struct heatmap_cell *than)
{
    if (cell->heat == HEAT_ERROR)
        return than->heat != HEAT_ERROR || cell->error < than->error;
    return than->heat != HEAT_ERROR && cell->heat < than->heat;
}

static int by_size(const void *a, const void *b)
{
    const double *const one = a, *const other = b;
    return (*one > *other) - (*one < *other);
}

static void fill_squares(struct picture *p)
{
    const struct heatmap *const map = p->map;
    for (size_t s = 0; s < p->wide * p->high; s++)
        p->squares[s] = (struct square){.cell = {.heat = HEAT_ERROR, .error = INFINITY}};
    for (size_t y = 0; y < map->high; y++)
        for (size_t x = 0; x < map->wide; x++) {
            struct square *const square = &p->squares[y / p->each_high * p->wide + x / p->each_wide];
            const size_t at = y * map->wide + x;
            const bool first = x % p->each_wide == 0 && y % p->each_high == 0;
            if (first || is_better(&map->cells[at], &square->cell))
                square->cell = map->cells[at];
            square->best |= at == map->best;
            square->cursor |= at == map->cursor;
        }
    for (size_t s = 0; s < p->wide * p->high; s++)
        if (p->squares[s].cell.heat == HEAT_ERROR)
            p->errors[p->count++] = p->squares[s].cell.error;
    qsort(p->errors, p->count, sizeof *p->errors, by_size);
    for (size_t s = 0; s < p->wide * p->high; s++) {
        size_t low = 0, high = p->count;
        while (low < high) {
            const size_t middle = low + (high - low) / 2;
            if (p->errors[middle] < p->squares[s].cell.error)
                low = middle + 1;
            else
                high = middle;
        }
        p->squares[s].rank = low;
    }
}

/* --- layout ------------------------------------------------------------------------------------------------------- */

static size_t per(size_t count, size_t room)
{
    return (count + room - 1) / room;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* How many cells a square has, and how large it is. room: columns and rows for the squares. */
static void lay_out(struct picture *p, size_t room_wide, size_t room_high)
{
    const size_t levels = room_high * p->layers;
    p->each_wide = per(p->map->wide, room_wide);
    p->each_high = per(p->map->high, levels);
    p->wide = per(p->map->wide, p->each_wide);
    p->high = per(p->map->high, p->each_high);
    /* A character is twice as high as it is wide: what makes a square, and up to twice as wide to fill the screen. */
    const size_t square = 2 / p->layers;
    p->rows = least(levels / p->high, room_wide / p->wide / square);
    p->rows = p->rows ? p->rows : 1;
    p->columns = least(room_wide / p->wide, 2 * square * p->rows);
}

/* The widest number up the side. */
static size_t margin_of(const struct heatmap *map, size_t columns)
{
    size_t widest = 1;
    for (size_t y = 0; y < map->high; y += map->high / 256 + 1) {
        char text[24];
        map->label(text, sizeof text, false, y, map->arg);
        widest = strlen(text) > widest ? strlen(text) : widest;
    }
    return least(widest, columns / 4) + 1;
}

static const struct square *square_at(const struct picture *p, size_t level, size_t x)
{
    const size_t from_top = level / p->rows;
    return from_top < p->high ? &p->squares[(p->high - 1 - from_top) * p->wide + x] : NULL;
}

/* --- parts of the picture ----------------------------------------------------------------------------------------- */

static void put_rows(const struct picture *p)
{
    const size_t rows = per(p->high * p->rows, p->layers), apart = rows > 8 ? 2 : 1;
    size_t labelled = 0;
    for (size_t row = 0; row < rows; row++) {
        const size_t level = row * p->layers, from_top = least(level / p->rows, p->high - 1);
        const bool begins = row == 0 || level / p->rows != (level - p->layers) / p->rows || p->rows < p->layers;
        char text[24] = "";
        if (begins && (row == 0 || row >= labelled + apart)) {
            p->map->label(text, sizeof text, false, (p->high - 1 - from_top) * p->each_high, p->map->arg);
            labelled = row;
        }
        text[p->margin - 1 < sizeof text ? p->margin - 1 : sizeof text - 1] = '\0';
        fprintf(p->out, "%*s ", (int)p->margin - 1, text);
        struct inks standing = {none, none};
        for (size_t x = 0; x < p->wide; x++)
            for (size_t c = 0; c < p->columns; c++)
                put_squares(p, square_at(p, level, x), square_at(p, level + p->layers - 1, x), &standing);
        ink_end(p->out, &standing);
        fputc('\n', p->out);
    }
}

/* The numbers below the squares. */
static void put_numbers(const struct picture *p)
{
    size_t column = fprintf(p->out, "%*s", (int)p->margin, "") > 0 ? p->margin : 0;
    for (size_t x = 0; x < p->wide; x++) {
        const size_t at = p->margin + x * p->columns;
        char text[24];
        p->map->label(text, sizeof text, true, x * p->each_wide, p->map->arg);
        if ((x > 0 && at < column + 2) || at + strlen(text) > p->screen->columns)
            continue;
        fprintf(p->out, "%*s%s", (int)(at - column), "", text);
        column = at + strlen(text);
    }
    fputc('\n', p->out);
}

static void put_names(const struct picture *p)
{
    char text[256];
    const bool utf8 = p->screen->utf8;
    const char *const up = !*p->map->up ? "" : utf8 ? "   ↑ " : "   up: ";
    discard(snprintf(text, sizeof text, "%*s%s %s%s%s", (int)p->margin, "", utf8 ? "→" : "across:", p->map->across, up,
                     p->map->up));
    put_line(p, text);
}

/* What follows on the line of the legend, as long as there is room. */
static void add(const struct picture *p, size_t *column, const char *text)
{
    size_t length = 0;
    for (const char *c = text; *c; c++)
        length += ((unsigned char)*c & 0xc0) != 0x80;
    if (*column + length > p->screen->columns)
        return;
    fputs(text, p->out);
    *column += length;
}

static void add_colours(const struct picture *p, size_t *column)
{
    const size_t count = least(16, p->screen->columns / 4);
    struct inks standing = {none, none};
    if (*column + count + 1 > p->screen->columns)
        return;
    for (size_t i = 0; i < count; i++) {
        const double t = (double)i / (double)(count - 1);
        if (p->screen->colours == INK_NONE)
            fputc(ramp[(size_t)(t * (RAMP - 1) + 0.5)], p->out);
        else
            ink_put(p->out, p->screen->colours, &standing, none, ink_viridis(t), " ");
    }
    ink_end(p->out, &standing);
    *column += count;
}

/* A sign in its colour, and what it means. */
static void add_sign(const struct picture *p, size_t *column, const struct square *square, const char *word)
{
    if (*column + 4 + strlen(word) > p->screen->columns)
        return;
    struct inks standing = {none, none};
    fputs("  ", p->out);
    put_squares(p, square, square, &standing);
    ink_end(p->out, &standing);
    fprintf(p->out, " %s", word);
    *column += 4 + strlen(word);
}

static void put_legend(const struct picture *p)
{
    static const struct {
        struct square square;
        const char *word;
    } signs[] = {{{.best = true, .cell = {.heat = HEAT_ERROR}}, "best"},
                 {{.cursor = true, .cell = {.heat = HEAT_ERROR}}, "cursor"},
                 {{.cell = {.heat = HEAT_PENDING}}, "pending"},
                 {{.cell = {.heat = HEAT_DIVERGED}}, "diverged"},
                 {{.cell = {.heat = HEAT_FAILED}}, "failed"}};
    size_t column = 0;
    char text[96];
    if (p->count > 0) {
        discard(snprintf(text, sizeof text, "%.3g ", p->errors[0]));
        add(p, &column, text);
        add_colours(p, &column);
        discard(snprintf(text, sizeof text, " %.3g", p->errors[p->count - 1]));
        add(p, &column, text);
        discard(snprintf(text, sizeof text, " by rank, half below %.3g", p->errors[p->count / 2]));
        if (p->screen->columns >= 100)
            add(p, &column, text);
    }
    for (size_t s = 0; s < sizeof signs / sizeof *signs; s++) {
        bool shown = false;
        for (size_t k = 0; k < p->wide * p->high && !shown; k++) {
            const struct square *const there = &p->squares[k];
            shown = signs[s].square.best     ? there->best && !there->cursor
                    : signs[s].square.cursor ? there->cursor
                                             : there->cell.heat == signs[s].square.cell.heat;
        }
        if (shown)
            add_sign(p, &column, &signs[s].square, signs[s].word);
    }
    if (p->each_wide * p->each_high > 1) {
        discard(snprintf(text, sizeof text, "  a square: the best of %zu x %zu", p->each_wide, p->each_high));
        add(p, &column, text);
    }
    fputc('\n', p->out);
}

static void put_picture(struct picture *p, size_t lines)
{
    fill_squares(p);
    put_line(p, p->map->title);
    put_rows(p);
    put_numbers(p);
    put_names(p);
    put_legend(p);
    for (size_t l = 0; l < lines; l++)
        put_line(p, p->map->lines[l]);
}

enum status heatmap_text(char **text, const struct heatmap *map, const struct heatmap_screen *screen,
                         struct error *err)
{
    enum { OTHERS = 4, SQUARES = 3 }; /* rows: title, numbers, names, legend; squares at the least */
    struct picture p = {.map = map, .screen = screen};
    size_t size = 0, lines = map->line_count;
    *text = NULL;
    p.out = open_memstream(text, &size);
    if (!p.out)
        return error_memory(err, "the picture");
    if (screen->columns < HEATMAP_COLUMNS || screen->rows < HEATMAP_ROWS) {
        put_line(&p, map->brief);
    } else {
        lines = least(lines, screen->rows - OTHERS - SQUARES);
        p.layers = screen->colours != INK_NONE && screen->utf8 ? 2 : 1;
        p.margin = margin_of(map, screen->columns);
        lay_out(&p, screen->columns - p.margin, screen->rows - OTHERS - lines);
        p.squares = mem_array(p.wide * p.high, sizeof *p.squares);
        p.errors = mem_array(p.wide * p.high, sizeof *p.errors);
        if (p.squares && p.errors)
            put_picture(&p, lines);
    }
    const bool there = !p.layers || (p.squares && p.errors);
    free(p.squares);
    free(p.errors);
    if (fclose(p.out) == 0 && there)
        return STATUS_OK;
    free(*text);
    *text = NULL;
    return error_memory(err, "the picture");
}
