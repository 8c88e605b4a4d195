/* SPDX-License-Identifier: BSD-3-Clause */
/* The header of a journal; see journal_header.h. */
#include "store/journal_header.h"

#include <stdio.h>
#include <stdlib.h>

enum status journal_header_make(struct journal_header *header, const struct experiment *experiment, struct error *err)
{
    const struct hyperparameters usual = hyper_default();
    *header = (struct journal_header){.format = (unsigned)atol(JOURNAL_FORMAT), .base = experiment->hyper};
    for (size_t a = 0; a < experiment->axis_count; a++) {
        const struct parameter *const p = experiment->axes[a].parameter;
        parameter_set(p, &header->base, parameter_get(p, &usual));
    }
    hyper_resolve(&header->base);
    const struct parameters all = experiment_parameters(experiment);
    for (const struct parameter *p = all.rows; p < all.rows + all.count; p++)
        if (p->group == GROUP_GRID || !parameter_counts(p, &header->base)) /* it will not stand there */
            parameter_set(p, &header->base, parameter_get(p, &usual));
    for (int part = 0; part < ARITHMETICS; part++)
        header->versions[part] = arithmetic_versions[part];
    settings_facts(experiment, header->facts);
    return settings_digest(header->facts, all, &header->base, header->identity, err);
}

void journal_header_write(const struct journal_sink *sink, const struct journal_header *header,
                          const struct experiment *experiment)
{
    char name[PARAMETER_NAME], value[PARAMETER_TEXT_MAX];
    journal_remark_write(sink, JOURNAL_MARK, JOURNAL_FORMAT);
    journal_remark_write(sink, JOURNAL_IDENTITY, header->identity);
    for (int part = 0; part < ARITHMETICS && !experiment->program; part++) {
        discard(snprintf(name, sizeof name, JOURNAL_ARITHMETIC "%s", arithmetic_names[part]));
        discard(snprintf(value, sizeof value, "%u", header->versions[part]));
        journal_remark_write(sink, name, value);
    }
    for (size_t i = 0; i < FACTS; i++)
        if (settings_says(&header->facts[i]))
            journal_remark_write(sink, header->facts[i].name, header->facts[i].text);
    const struct parameters all = experiment_parameters(experiment);
    for (const struct parameter *p = all.rows; p < all.rows + all.count; p++) {
        if (!settings_differs(p, &header->base))
            continue;
        parameter_file_name(name, p);
        parameter_write(value, p, &header->base);
        journal_remark_write(sink, name, value);
    }
    struct setting notes[NOTES_MAX];
    const size_t count = settings_notes(experiment, notes);
    for (size_t i = 0; i < count; i++)
        journal_note_write(sink, &notes[i]);
    journal_remark_write(sink, JOURNAL_COLUMNS, experiment->program ? JOURNAL_COLUMNS_PROGRAM : JOURNAL_COLUMNS_TEXT);
}

struct journal_form journal_header_form(const struct journal_header *header, const struct experiment *experiment)
{
    const bool former = header->format < (unsigned)atol(JOURNAL_FORMAT);
    struct journal_form form = {
        .format = header->format,
        .seed = former ? 0 : journal_line_seed(header->identity),
        .base = &header->base,
        .all = experiment_parameters(experiment),
        .program = experiment->program != NULL};
    for (size_t a = 0; a < experiment->axis_count; a++)
        form.axes |= UINT32_C(1) << (experiment->axes[a].parameter - form.all.rows);
    return form;
}
