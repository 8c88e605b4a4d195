/* SPDX-License-Identifier: BSD-3-Clause */
/* The order of a file for gnuplot; see blocks.h. */
#include "store/blocks.h"

#include <stdio.h>

/* The first two axes with more than one value, and in want of such the first two; a program may have one axis. */
static void choose_axes(struct blocks *blocks)
{
    const struct experiment *const experiment = blocks->experiment;
    const size_t wanted = experiment->axis_count < BLOCK_AXES ? experiment->axis_count : BLOCK_AXES;
    bool chosen[AXES_MAX] = {false};
    size_t count = 0;
    for (size_t a = 0; a < experiment->axis_count && count < wanted; a++)
        if (experiment->axes[a].count > 1) {
            chosen[a] = true;
            count++;
        }
    for (size_t a = wanted; a-- > 0 && count < wanted;)
        if (!chosen[a]) {
            chosen[a] = true;
            count++;
        }
    for (size_t a = 0; a < experiment->axis_count; a++)
        if (chosen[a])
            blocks->axes[blocks->axis_count++] = a;
}

struct blocks blocks_begin(const struct experiment *experiment, blocks_sink *put, void *out)
{
    struct blocks blocks = {.experiment = experiment, .put = put, .out = out, .more = true};
    choose_axes(&blocks);
    return blocks;
}

void blocks_put_names(const struct blocks *blocks)
{
    for (size_t i = 0; i < blocks->axis_count; i++) {
        char name[PARAMETER_NAME];
        parameter_file_name(name, blocks->experiment->axes[blocks->axes[i]].parameter);
        blocks->put(blocks->out, name);
        blocks->put(blocks->out, " ");
    }
}

/* A place on an axis as the number that gnuplot needs: of a choice its place; the samples for a batch of them all. */
static void number_of(char *text, const struct experiment *experiment, const struct axis *axis, size_t place)
{
    const bool whole = axis->parameter->zero && axis->values[place].count == 0;
    if (axis->parameter->type == PARAMETER_CHOICE || whole)
        discard(snprintf(text, PARAMETER_TEXT_MAX, "%zu", whole ? experiment->data.splits[SPLIT_TRAIN] : place));
    else
        axis_value_text(text, axis, place);
}

static bool is_column(const struct blocks *blocks, size_t axis)
{
    for (size_t i = 0; i < blocks->axis_count; i++)
        if (blocks->axes[i] == axis)
            return true;
    return false;
}

/* What the values of a choice are, where they stand as numbers; and what is the same in a whole block. */
static void put_remarks(const struct blocks *blocks)
{
    char name[PARAMETER_NAME], text[PARAMETER_TEXT_MAX], before[32];
    for (size_t a = 0; a < blocks->experiment->axis_count; a++) {
        const struct axis *const axis = &blocks->experiment->axes[a];
        const bool column = is_column(blocks, a);
        if (column && axis->parameter->type != PARAMETER_CHOICE)
            continue;
        parameter_file_name(name, axis->parameter);
        blocks->put(blocks->out, "# ");
        blocks->put(blocks->out, name);
        const size_t first = column ? 0 : blocks->places[a], end = column ? axis->count : first + 1;
        for (size_t place = first; place < end; place++) {
            discard(snprintf(before, sizeof before, " %zu=", place));
            axis_value_text(text, axis, place);
            blocks->put(blocks->out, column ? before : " ");
            blocks->put(blocks->out, text);
        }
        blocks->put(blocks->out, "\n");
    }
}

static void put_cell(const struct blocks *blocks)
{
    for (size_t i = 0; i < blocks->axis_count; i++) {
        char text[PARAMETER_TEXT_MAX];
        const size_t axis = blocks->axes[i];
        number_of(text, blocks->experiment, &blocks->experiment->axes[axis], blocks->places[axis]);
        blocks->put(blocks->out, text);
        blocks->put(blocks->out, " ");
    }
}

/* On to the next cell: columns, then rows, then the other axes, the last of them fastest. */
static void advance(struct blocks *blocks)
{
    const struct experiment *const experiment = blocks->experiment;
    size_t order[AXES_MAX], count = 0;
    for (size_t i = blocks->axis_count; i-- > 0;)
        order[count++] = blocks->axes[i];
    for (size_t a = experiment->axis_count; a-- > 0;)
        if (!is_column(blocks, a))
            order[count++] = a;
    blocks->more = false;
    for (size_t i = 0; i < count && !blocks->more; i++) {
        const size_t a = order[i];
        blocks->more = ++blocks->places[a] < experiment->axes[a].count;
        blocks->places[a] = blocks->more ? blocks->places[a] : 0;
    }
}

bool blocks_next(struct blocks *blocks, size_t *cell)
{
    if (!blocks->more)
        return false;
    *cell = 0;
    for (size_t a = 0; a < blocks->experiment->axis_count; a++)
        *cell = *cell * blocks->experiment->axes[a].count + blocks->places[a];
    const bool row = blocks->places[blocks->axes[blocks->axis_count - 1]] == 0;
    const bool block = row && blocks->places[blocks->axes[0]] == 0;
    if (row && !block)
        blocks->put(blocks->out, "\n");
    if (block) {
        if (*cell > 0)
            blocks->put(blocks->out, "\n\n");
        put_remarks(blocks);
    }
    put_cell(blocks);
    advance(blocks);
    return true;
}
