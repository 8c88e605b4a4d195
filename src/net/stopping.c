/* SPDX-License-Identifier: BSD-3-Clause */
/* Early stopping; see stopping.h. */
#include "net/stopping.h"

#include "base/number.h"

#include <inttypes.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

/* Epochs between validations in Proben1. */
enum { EVERY = 5 };

/* The rules by name, in the order of their text; a value is one or the other. */
struct rule {
    const char *name;
    double *real;
    uint32_t *count;
};

enum { RULES = 6 };

static void list_rules(struct stopping_rules *rules, struct rule list[RULES])
{
    const struct rule all[RULES] = {
        {"gl", &rules->gl, NULL},
        {"pq", &rules->pq, NULL},
        {"progress", &rules->progress, NULL},
        {"up", NULL, &rules->up},
        {"patience", NULL, &rules->patience},
        {"every", NULL, &rules->every},
    };
    memcpy(list, all, sizeof all);
}

/* Digits that make a number above 0, and whole where the rule's is. */
static bool read_value(const struct rule *rule, const char *digits, size_t length)
{
    char text[64];
    double value;
    if (length >= sizeof text)
        return false;
    memcpy(text, digits, length);
    text[length] = '\0';
    if (number_read(text, &value) != NUMBER_OK || value <= 0)
        return false;
    if (rule->real)
        *rule->real = value;
    else if (value <= UINT32_MAX && floor(value) == value)
        *rule->count = (uint32_t)value;
    else
        return false;
    return true;
}

/* A word of `length`: name=value. */
static enum status read_rule(struct stopping_rules *rules, const char *word, size_t length, const char *option,
                             struct error *err)
{
    const int shown = (int)(length < 80 ? length : 80);
    struct rule list[RULES];
    list_rules(rules, list);
    for (size_t r = 0; r < RULES; r++) {
        const size_t name = strlen(list[r].name);
        if (length <= name || strncmp(word, list[r].name, name) != 0 || word[name] != '=')
            continue;
        if (read_value(&list[r], word + name + 1, length - name - 1))
            return STATUS_OK;
        return error_set(err, STATUS_USAGE, "%s: \"%.*s\": %s is needed", option, shown, word,
                         list[r].real ? "a finite number above 0" : "a whole number from 1 to 4294967295");
    }
    return error_set(
        err, STATUS_USAGE,
        "%s: \"%.*s\": no such rule; gl=X, pq=X, progress=X, up=N, patience=N and every=N are, with commas "
        "between them",
        option, shown, word);
}

enum status stopping_parse(struct stopping_rules *rules, const char *text, const char *option, struct error *err)
{
    *rules = (struct stopping_rules){.every = EVERY};
    for (const char *at = text;; at++) {
        const size_t length = strcspn(at, ",");
        const enum status status = read_rule(rules, at, length, option, err);
        at += length;
        if (status || *at == '\0')
            return status;
    }
}

void stopping_text(char text[STOPPING_TEXT], const struct stopping_rules *rules)
{
    struct stopping_rules values = *rules;
    struct rule list[RULES];
    list_rules(&values, list);
    size_t used = (size_t)snprintf(text, STOPPING_TEXT, "%s", rules->every ? "" : "none");
    for (size_t r = 0; r < RULES && rules->every; r++) {
        char value[NUMBER_TEXT] = "";
        if (list[r].real && *list[r].real > 0)
            number_text(value, *list[r].real);
        else if (list[r].count && *list[r].count > 0)
            discard(snprintf(value, sizeof value, "%" PRIu32, *list[r].count));
        if (*value)
            used +=
                (size_t)snprintf(text + used, STOPPING_TEXT - used, "%s%s=%s", used ? "," : "", list[r].name, value);
    }
}

bool stopping_watches(const struct hyperparameters *hyper, enum split split, uint32_t epoch)
{
    const struct stopping_rules *const rules = &hyper->stop;
    if (rules->every == 0)
        return false;
    if (split == SPLIT_TRAIN)
        return rules->progress > 0 || rules->pq > 0;
    return split == SPLIT_VALIDATION && (epoch % rules->every == 0 || epoch == hyper->epochs);
}

void stopping_train(struct stopping *state, double error)
{
    state->lowest = state->trained == 0 || error < state->lowest ? error : state->lowest;
    state->sum = state->trained == 0 ? error : state->sum + error;
    state->trained++;
}

/* P_k of the strip, in thousandths. */
static double progress(const struct stopping *state)
{
    const double level = (double)state->trained * state->lowest;
    return state->sum > level ? 1000 * (state->sum / level - 1) : 0;
}

bool stopping_validate(struct stopping *state, const struct stopping_rules *rules, uint32_t epoch, double error)
{
    if (state->stopped)
        return false;
    const bool finite = isfinite(error), best = finite && (!state->found || error < state->best);
    if (best || !state->found)
        state->epoch = epoch;
    if (best)
        state->best = error;
    const double loss = error > state->best ? 100 * (error / state->best - 1) : 0, gain = progress(state);
    state->rises = state->found && error > state->last ? state->rises + 1 : 0;
    state->worse = best ? 0 : state->worse + 1;
    state->last = error;
    state->found = state->found || best;
    state->stopped = !finite || (rules->gl > 0 && loss > rules->gl) || (rules->pq > 0 && loss > rules->pq * gain) ||
                     (rules->progress > 0 && gain < rules->progress) || (rules->up > 0 && state->rises >= rules->up) ||
                     (rules->patience > 0 && state->worse >= rules->patience);
    state->trained = 0;
    return best;
}
