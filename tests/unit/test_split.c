/* SPDX-License-Identifier: BSD-3-Clause */
/* Splits: every sample is in one part, parts have their sizes and their share of each class, the order within is that
 * of the file, and the seed alone decides. Whatever is fitted sees no sample but those of training. */
#define _GNU_SOURCE /* fmemopen */
#include "data/source.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { MOST = 1000 };

/* `samples` lines: the number of the sample, then one of `classes` names (0: a number), the k-th being k times as
 * frequent as the first. */
static void load(const struct source *source, size_t samples, size_t classes, struct dataset *data)
{
    static char text[16 * MOST];
    size_t used = 0, frequencies = classes * (classes + 1) / 2;
    for (size_t i = 0; i < samples; i++) {
        size_t class = 0, at = i % (frequencies ? frequencies : 1);
        while (classes && at >= class + 1)
            at -= ++class;
        used += (size_t)snprintf(text + used, sizeof text - used, classes ? "%zu c%zu\n" : "%zu %zu\n", i, class);
    }
    struct error err;
    FILE *const stream = fmemopen(text, used, "r");
    assert_non_null(stream);
    if (source_read(source, stream, "f", data, &err) != STATUS_OK)
        fail_msg("%s", err.text);
    fclose(stream);
    assert_int_equal(data->samples, samples);
}

static size_t class_of(const struct dataset *data, size_t row)
{
    for (size_t k = 0; k < data->targets; k++)
        if (data->t[row * data->targets + k] == 1.0f)
            return k;
    return 0;
}

/* Rows begin … end - 1 ascend, and hold of each class what `share` of all holds, to within two samples. */
static void check_rows(const struct dataset *data, size_t begin, size_t end, size_t classes, bool *seen)
{
    size_t all[8] = {0}, here[8] = {0};
    for (size_t i = 0; i < data->samples; i++)
        all[class_of(data, i)]++;
    for (size_t i = begin; i < end; i++) {
        assert_true(i == begin || data->x[i] > data->x[i - 1]);
        assert_false(seen[(size_t)data->x[i]]);
        seen[(size_t)data->x[i]] = true;
        here[class_of(data, i)]++;
    }
    for (size_t k = 0; k < classes; k++) {
        const double due = (double)all[k] * (double)(end - begin) / (double)data->samples;
        if (fabs((double)here[k] - due) >= 2)
            fail_msg("class %zu: %zu, not %g", k, here[k], due);
    }
}

static void parts(void **state)
{
    (void)state;
    static const struct {
        struct source source;
        size_t samples, classes, splits[SPLITS];
        const char *split;
    } cases[] = {
        {{.split = {50, 25, 25}}, 200, 3, {100, 50, 50}, "50/25/25"},
        {{.split = {2, 1, 1}, .seed = 7}, 203, 0, {101, 51, 51}, "2/1/1"},
        {{.split = {.6, .4, 0}}, 999, 4, {599, 400, 0}, "0.6/0.4/0"},
        {{.split = {1, 0, 1}}, 11, 2, {5, 0, 6}, "1/0/1"},
        {{.split = {1, 0, 0}}, 11, 2, {11, 0, 0}, "1/0/0"},
        {{.holdout = .25}, 100, 3, {75, 0, 25}, "holdout 0.25"},
        {{.holdout = 17}, 100, 2, {83, 0, 17}, "holdout 17"},
        {{.holdout = 1}, 2, 0, {1, 0, 1}, "holdout 1"},
        {{.split = {1, 1, 1}}, 3, 0, {1, 1, 1}, "1/1/1"},
        {{0}, 5, 2, {5, 0, 0}, "none"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct dataset data;
        bool seen[MOST] = {false};
        load(&cases[i].source, cases[i].samples, cases[i].classes, &data);
        const size_t *const expected = cases[i].splits;
        size_t begin = 0;
        for (size_t split = 0; split < SPLITS; split++) {
            assert_int_equal(data.splits[split], expected[split]);
            assert_int_equal(dataset_count(&data, (enum split)split, 0), expected[split]);
            check_rows(&data, begin, begin + expected[split], cases[i].classes, seen);
            begin += expected[split];
        }
        assert_int_equal(begin, data.samples);
        assert_string_equal(data.split, cases[i].split);
        dataset_free(&data);
    }
}

static void folds(void **state)
{
    (void)state;
    static const size_t cases[][3] = {/* samples, classes, folds */
                                      {100, 3, 10}, {103, 3, 10}, {103, 0, 4}, {7, 2, 7}, {50, 4, 2}, {999, 5, 13}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct dataset data;
        const size_t samples = cases[i][0], count = cases[i][2];
        const struct source source = {.folds = (uint32_t)count, .seed = i};
        bool seen[MOST] = {false};
        load(&source, samples, cases[i][1], &data);
        assert_int_equal(data.folds, count);
        assert_int_equal(data.splits[SPLIT_TRAIN], samples);
        for (size_t fold = 0, begin = 0; fold < count; fold++) {
            const size_t held_out = dataset_count(&data, SPLIT_TEST, fold);
            assert_int_equal(held_out, samples / count + (fold < samples % count));
            assert_int_equal(dataset_row(&data, SPLIT_TEST, fold, 0), begin);
            check_rows(&data, begin, begin + held_out, cases[i][1], seen);
            begin += held_out;
        }
        dataset_free(&data);
    }
}

static void seeds(void **state)
{
    (void)state;
    struct dataset one, again, other;
    load(&(struct source){.holdout = .5, .seed = 1}, 100, 2, &one);
    load(&(struct source){.holdout = .5, .seed = 1}, 100, 2, &again);
    load(&(struct source){.holdout = .5, .seed = 2}, 100, 2, &other);
    assert_string_equal(one.digest, again.digest);
    assert_string_not_equal(one.digest, other.digest);
    dataset_free(&one);
    dataset_free(&again);
    dataset_free(&other);
    /* The same on every machine: the first held-out samples, for good. */
    static const float expected[] = {2, 5, 9, 12, 13, 20};
    load(&(struct source){.holdout = 6, .seed = 1}, 30, 2, &one);
    for (size_t i = 0; i < 6; i++)
        if (one.x[24 + i] != expected[i])
            fail_msg("held out: %g %g %g %g %g %g", (double)one.x[24], (double)one.x[25], (double)one.x[26],
                     (double)one.x[27], (double)one.x[28], (double)one.x[29]);
    dataset_free(&one);
}

/* Scaling and means are those of the training samples, applied to all. */
static void fitted(void **state)
{
    (void)state;
    struct dataset data;
    load(&(struct source){.holdout = 40, .scaling = SCALING_MINMAX}, 200, 2, &data);
    const struct dataset *const d = &data;
    float low = INFINITY, high = -INFINITY;
    for (size_t i = 0; i < d->splits[SPLIT_TRAIN]; i++) {
        low = fminf(low, d->x[i]);
        high = fmaxf(high, d->x[i]);
    }
    assert_true(low == 0 && high == 1);
    for (size_t i = 0; i < d->samples; i++) {
        const float number = roundf(d->x[i] * d->divisor[0] + d->shift[0]);
        assert_true((number - d->shift[0]) / d->divisor[0] == d->x[i]);
    }
    dataset_free(&data);

    load(&(struct source){.split = {1, 1, 2}, .scaling = SCALING_ZSCORE}, 200, 0, &data);
    double sum = 0, squares = 0;
    const size_t n = data.splits[SPLIT_TRAIN];
    for (size_t i = 0; i < n; i++) {
        sum += (double)data.x[i];
        squares += (double)data.x[i] * (double)data.x[i];
    }
    assert_true(fabs(sum / (double)n) < 1e-6 && fabs(squares / (double)n - 1) < 1e-6);
    dataset_free(&data);
}

/* Targets are scaled by the training samples of each fold, and stay as they are. */
static void fitted_targets(void **state)
{
    (void)state;
    static char text[] = "0 10\n1 20\n2 40\n3 80\n4 160\n5 320\n";
    for (int scaling = SCALING_MINMAX; scaling < SCALINGS; scaling++) {
        const struct source source = {.folds = 3, .target_scaling = (enum scaling)scaling};
        struct dataset data, plain;
        struct error err;
        for (int scaled = 0; scaled < 2; scaled++) {
            FILE *const stream = fmemopen(text, sizeof text - 1, "r");
            assert_non_null(stream);
            const struct source as_it_is = {.folds = 3};
            assert_int_equal(source_read(scaled ? &source : &as_it_is, stream, "f", scaled ? &data : &plain, &err),
                             STATUS_OK);
            fclose(stream);
        }
        assert_memory_equal(data.t, plain.t, 6 * sizeof *data.t);
        assert_string_not_equal(data.digest, plain.digest);
        for (size_t fold = 0; fold < 3; fold++) {
            double sum = 0, squares = 0;
            float low = INFINITY, high = -INFINITY;
            for (size_t i = 0; i < 4; i++) {
                const float target = data.t[dataset_row(&data, SPLIT_TRAIN, fold, i)];
                const float learned = dataset_learned(&data, fold, 0, target);
                assert_true(fabsf(dataset_answer(&data, fold, 0, learned) - target) < 1e-4f * target);
                low = fminf(low, learned);
                high = fmaxf(high, learned);
                sum += (double)learned;
                squares += (double)learned * (double)learned;
            }
            if (scaling == SCALING_MINMAX)
                assert_true(low == 0 && high == 1);
            else
                assert_true(fabs(sum / 4) < 1e-6 && fabs(squares / 4 - 1) < 1e-6);
        }
        dataset_free(&plain);
        dataset_free(&data);
    }
}

static void refusals(void **state)
{
    (void)state;
    static const struct {
        struct source source;
        const char *word;
    } cases[] = {
        {{.holdout = 4}, "--holdout: 4 samples"},     {{.holdout = 5}, "--holdout: 4 samples"},
        {{.holdout = .01}, "--holdout: 4 samples"},   {{.split = {1, 0, 100}}, "--split: 4 samples"},
        {{.split = {100, 1, 1}}, "--split: 4 samples"},    {{.folds = 5}, "--folds 5: f has 4 samples"},
    };
    static char text[] = "1 1\n2 2\n3 3\n4 4\n";
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct dataset data;
        struct error err = {0};
        FILE *const stream = fmemopen(text, sizeof text - 1, "r");
        assert_non_null(stream);
        const enum status status = source_read(&cases[i].source, stream, "f", &data, &err);
        fclose(stream);
        if (status != STATUS_USAGE || !strstr(err.text, cases[i].word))
            fail_msg("case %zu: %d, %s", i, status, err.text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(parts), cmocka_unit_test(folds), cmocka_unit_test(seeds),
                                       cmocka_unit_test(fitted), cmocka_unit_test(fitted_targets),
                                       cmocka_unit_test(refusals)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
