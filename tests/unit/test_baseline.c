/* SPDX-License-Identifier: BSD-3-Clause */
/* The errors of always answering the same, against sums that are taken sample by sample for each fold. */
#include "sweep/baseline.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { SAMPLES = 12, TARGETS = 3 };

static double mean_of(const struct dataset *data, enum split split, size_t fold, size_t k)
{
    double sum = 0;
    for (size_t i = 0; i < dataset_count(data, split, fold); i++)
        sum += (double)data->t[dataset_row(data, split, fold, i) * TARGETS + k];
    return sum / (double)dataset_count(data, split, fold);
}

static double error_of(const struct dataset *data, enum split split)
{
    double error = 0;
    for (size_t fold = 0; fold < data->folds; fold++)
        for (size_t k = 0; k < TARGETS; k++)
            for (size_t i = 0; i < dataset_count(data, split, fold); i++) {
                const double off = (double)data->t[dataset_row(data, split, fold, i) * TARGETS + k] -
                                   mean_of(data, SPLIT_TRAIN, fold, k);
                error += off * off / (double)dataset_count(data, split, fold);
            }
    return dataset_count(data, split, 0) ? error / (double)(data->folds * TARGETS) : (double)NAN;
}

static double share_of(const struct dataset *data, enum split split)
{
    double share = 0;
    for (size_t fold = 0; fold < data->folds; fold++) {
        size_t most = 0;
        for (size_t k = 1; k < TARGETS; k++)
            most = mean_of(data, SPLIT_TRAIN, fold, k) > mean_of(data, SPLIT_TRAIN, fold, most) ? k : most;
        share += 1 - mean_of(data, split, fold, most);
    }
    return share / (double)data->folds;
}

static void near(double got, double want)
{
    if (isnan(want))
        assert_true(isnan(got));
    else
        assert_true(fabs(got - want) <= 1e-12 * (1 + fabs(want)));
}

static void answers(void **unused)
{
    (void)unused;
    static const struct {
        size_t splits[SPLITS], folds;
    } splits[] = {{{12, 0, 0}, 1}, {{6, 4, 2}, 1}, {{7, 0, 5}, 1}, {{12, 0, 0}, 5}, {{12, 0, 0}, 12}};
    static const size_t classes[SAMPLES] = {0, 1, 1, 2, 1, 0, 2, 2, 2, 1, 2, 0};
    for (size_t s = 0; s < sizeof splits / sizeof *splits; s++)
        for (int words = 0; words < 2; words++) {
            float t[SAMPLES * TARGETS] = {0};
            struct dataset data = {.samples = SAMPLES, .targets = TARGETS, .folds = splits[s].folds, .t = t};
            for (size_t i = 0; i < SAMPLES * TARGETS; i++)
                t[i] = words ? 0 : 1000 + (float)(i * i % 17); /* far from 0 */
            for (size_t i = 0; i < SAMPLES && words; i++)
                t[i * TARGETS + classes[i]] = 1;
            for (int split = 0; split < SPLITS; split++)
                data.splits[split] = splits[s].splits[split];
            struct baseline baseline;
            struct error err;
            assert_int_equal(baseline_make(&baseline, &data, &err), STATUS_OK);
            assert_true(baseline.known);
            for (int split = 0; split < SPLITS; split++) {
                near(baseline.error[split], error_of(&data, (enum split)split));
                near(baseline.misclassified[split], words ? share_of(&data, (enum split)split) : (double)NAN);
            }
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(answers)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
