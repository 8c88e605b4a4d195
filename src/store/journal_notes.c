/* SPDX-License-Identifier: BSD-3-Clause */
/* Notes of a journal; see journal_notes.h. */
#include "store/journal_notes.h"

#include "store/journal_scan.h"
#include "sweep/axis.h"

#include <stdio.h>
#include <string.h>

enum { LIST = 900 /* bytes of values in a line: older programs know lines of 1,024 */ };
_Static_assert(LIST > PARAMETER_TEXT_MAX + 2, "there is room for a value");

void journal_remark_write(const struct journal_sink *sink, const char *name, const char *value)
{
    char line[JOURNAL_LINE];
    sink->take(sink->arg, line, journal_line_remark(line, name, value));
}

void journal_note_write(const struct journal_sink *sink, const struct setting *note)
{
    char name[sizeof note->name + 1], list[LIST];
    journal_remark_write(sink, note->name, note->text);
    discard(snprintf(name, sizeof name, "%.*s" JOURNAL_MORE, (int)sizeof note->name - 1, note->name));
    for (size_t place = 0; note->axis && place < note->axis->count;) {
        place = axis_list(list, sizeof list, note->axis, place);
        journal_remark_write(sink, name, list);
    }
}

void journal_note_take(struct journal_noted *noted, const struct setting *note, const struct journal_line *remark)
{
    const size_t length = strlen(note->name);
    char list[LIST];
    if (strncmp(remark->name, note->name, length) != 0)
        return;
    if (remark->name[length] == '\0') {
        *noted = (struct journal_noted){.same = strcmp(remark->value, note->text) == 0};
    } else if (note->axis && strcmp(remark->name + length, JOURNAL_MORE) == 0) {
        noted->values = axis_list(list, sizeof list, note->axis, noted->values);
        noted->same = noted->same && strcmp(remark->value, list) == 0;
    }
}

bool journal_note_stands(const struct journal_noted *noted, const struct setting *note)
{
    return noted->same && (!note->axis || noted->values == note->axis->count);
}

void journal_notes_change(const struct journal_sink *sink, const struct journal_scan *scan)
{
    for (size_t i = 0; i < FACTS; i++)
        if (settings_says(&scan->ours->facts[i]) &&
            (!scan->seen[i] || !settings_same(&scan->ours->facts[i], scan->header.facts[i].text)))
            journal_remark_write(sink, scan->ours->facts[i].name, scan->ours->facts[i].text);
    for (size_t i = 0; i < scan->note_count; i++)
        if (!journal_note_stands(&scan->noted[i], &scan->notes[i]))
            journal_note_write(sink, &scan->notes[i]);
    for (size_t row = 0; row < HYPER_PARAMETERS; row++) {
        char name[PARAMETER_NAME], range[PARAMETER_NAME + 8], value[PARAMETER_TEXT_MAX];
        if (!(scan->narrowed & UINT32_C(1) << row))
            continue;
        parameter_file_name(name, &hyper_parameters[row]);
        discard(snprintf(range, sizeof range, "%s_range", name));
        parameter_write(value, &hyper_parameters[row], &scan->ours->base);
        journal_remark_write(sink, range, value);
    }
}
