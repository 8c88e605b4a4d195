/* SPDX-License-Identifier: BSD-3-Clause */
/* The times of runs; see run_time.h. A number adds a line in its logarithm and one in itself, or where it is not above
 * 0, a parabola: so powers and exponentials are met exactly. A word adds what it likes. Each column lies between -1 and
 * 1, and all are measured from their mean. */
#include "sweep/run_time.h"

#include "base/mem.h"
#include "sweep/evaluator.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_linalg.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    RUNS_MAX = 1024,  /* that are fitted, evenly drawn from all: the sums are to take milliseconds */
    COLUMNS_MAX = 64, /* an axis for whose words there is no room adds nothing */
};

/* No pack is predicted to take so many times what the longest or the shortest run took. */
static const double beyond = 10;

static const double shortest_s = 1e-6; /* a clock may say 0 */

/* The penalties to choose from: from hardly any to so much that all runs are predicted alike. */
static const double penalties[] = {1e-3, 1e-2, 0.1, 1, 10, 1e4};

struct run_time {
    const struct experiment *experiment;
    size_t columns[AXES_MAX], column_count; /* [axes] */
    double *effects[AXES_MAX];              /* [axes][values]: what a value adds to the logarithm; NULL: nothing */
    double mean, scale;                     /* of the logarithms; of predictions to seconds */
    double least, most;                     /* that is predicted, as logarithms */
    size_t next;                            /* outcomes with which to learn again */
    bool learnt;
};

/* The runs that are fitted, and the equations. */
struct fit {
    size_t runs, columns;
    double *x;                 /* [runs][columns], each column without its mean */
    double means[COLUMNS_MAX]; /* [columns] */
    double *y;                 /* [runs], logarithms of seconds without their mean */
    gsl_matrix *normal, *inverse;
    gsl_vector *right, *solution;
};

static double number_of(const struct axis *axis, size_t place)
{
    switch (axis->parameter->type) {
    case PARAMETER_COUNT:
        return axis->values[place].count;
    case PARAMETER_WHOLE:
        return (double)axis->values[place].whole;
    case PARAMETER_REAL:
        return (double)axis->values[place].real;
    case PARAMETER_FLAG:
    case PARAMETER_CHOICE:
    case PARAMETER_TEXT:
    case PARAMETER_OTHER:
        break;
    }
    return (double)place;
}

static bool is_word(const struct axis *axis)
{
    return axis->parameter->type == PARAMETER_CHOICE;
}

/* Between -1 and 1, from the first value to the last. */
static double spread(double number, double first, double last)
{
    return (2 * number - first - last) / (last - first);
}

static double column_of(const struct axis *axis, size_t place, size_t column)
{
    if (is_word(axis))
        return place == column;
    const double number = number_of(axis, place);
    const double first = number_of(axis, 0), last = number_of(axis, axis->count - 1);
    const double line = spread(number, first, last);
    return column == 0 ? line : first > 0 ? spread(log(number), log(first), log(last)) : 2 * line * line - 1;
}

enum status run_time_create(struct run_time **model, const struct experiment *experiment, struct error *err)
{
    struct run_time *const made = mem_array(1, sizeof *made);
    *model = made;
    if (!made)
        return error_memory(err, "the times of runs");
    made->experiment = experiment;
    made->next = RUN_TIME_LEAST;
    for (size_t a = 0; a < experiment->axis_count; a++) {
        const struct axis *const axis = &experiment->axes[a];
        const size_t columns = is_word(axis) ? axis->count : axis->count > 2 ? 2 : 1;
        if (axis->count < 2 || made->column_count + columns > COLUMNS_MAX)
            continue;
        made->columns[a] = columns;
        made->column_count += columns;
        made->effects[a] = mem_array(axis->count, sizeof *made->effects[a]);
        if (!made->effects[a]) {
            run_time_destroy(made);
            *model = NULL;
            return error_memory(err, "the times of runs");
        }
    }
    return STATUS_OK;
}

void run_time_destroy(struct run_time *model)
{
    for (size_t a = 0; a < AXES_MAX && model; a++)
        free(model->effects[a]);
    free(model);
}

/* --- the regression ----------------------------------------------------------------------------------------------- */

static void fit_free(struct fit *fit)
{
    free(fit->x);
    free(fit->y);
    gsl_matrix_free(fit->normal);
    gsl_matrix_free(fit->inverse);
    gsl_vector_free(fit->right);
    gsl_vector_free(fit->solution);
}

static bool fit_make(struct fit *fit, size_t runs, size_t columns)
{
    *fit = (struct fit){.columns = columns,
                        .x = mem_array(runs * columns, sizeof *fit->x),
                        .y = mem_array(runs, sizeof *fit->y),
                        .normal = gsl_matrix_alloc(columns, columns),
                        .inverse = gsl_matrix_alloc(columns, columns),
                        .right = gsl_vector_alloc(columns),
                        .solution = gsl_vector_alloc(columns)};
    return fit->x && fit->y && fit->normal && fit->inverse && fit->right && fit->solution;
}

static void add_run(struct fit *fit, const struct run_time *model, size_t training, double seconds)
{
    const struct experiment *const experiment = model->experiment;
    size_t places[AXES_MAX];
    double *x = fit->x + fit->runs * fit->columns;
    experiment_places(experiment, training / experiment_cell_trainings(experiment), places);
    for (size_t a = 0; a < experiment->axis_count; a++)
        for (size_t c = 0; c < model->columns[a]; c++)
            *x++ = column_of(&experiment->axes[a], places[a], c);
    fit->y[fit->runs++] = log(fmax(seconds, shortest_s));
}

/* Take the means away. Returns that of the logarithms. */
static double centre(struct fit *fit)
{
    double mean = 0;
    for (size_t c = 0; c < fit->columns; c++) {
        fit->means[c] = 0;
        for (size_t r = 0; r < fit->runs; r++)
            fit->means[c] += fit->x[r * fit->columns + c] / (double)fit->runs;
        for (size_t r = 0; r < fit->runs; r++)
            fit->x[r * fit->columns + c] -= fit->means[c];
    }
    for (size_t r = 0; r < fit->runs; r++)
        mean += fit->y[r] / (double)fit->runs;
    for (size_t r = 0; r < fit->runs; r++)
        fit->y[r] -= mean;
    return mean;
}

static double predicted(const struct fit *fit, const double *x)
{
    double sum = 0;
    for (size_t c = 0; c < fit->columns; c++)
        sum += x[c] * gsl_vector_get(fit->solution, c);
    return sum;
}

/* Solve with this penalty. */
static void solve(struct fit *fit, double penalty)
{
    for (size_t i = 0; i < fit->columns; i++) {
        double right = 0;
        for (size_t r = 0; r < fit->runs; r++)
            right += fit->x[r * fit->columns + i] * fit->y[r];
        gsl_vector_set(fit->right, i, right);
        for (size_t k = 0; k <= i; k++) {
            double sum = i == k ? penalty : 0;
            for (size_t r = 0; r < fit->runs; r++)
                sum += fit->x[r * fit->columns + i] * fit->x[r * fit->columns + k];
            gsl_matrix_set(fit->normal, i, k, sum);
            gsl_matrix_set(fit->normal, k, i, sum);
        }
    }
    discard(gsl_linalg_cholesky_decomp1(fit->normal)); /* with a penalty it is positive definite */
    discard(gsl_linalg_cholesky_solve(fit->normal, fit->right, fit->solution));
}

/* The squared errors with which each run is predicted from the others. */
static double left_out(struct fit *fit)
{
    double sum = 0;
    discard(gsl_matrix_memcpy(fit->inverse, fit->normal));
    discard(gsl_linalg_cholesky_invert(fit->inverse));
    for (size_t r = 0; r < fit->runs; r++) {
        const double *const x = fit->x + r * fit->columns;
        double leverage = 1 / (double)fit->runs;
        for (size_t i = 0; i < fit->columns; i++)
            for (size_t k = 0; k < fit->columns; k++)
                leverage += x[i] * x[k] * gsl_matrix_get(fit->inverse, i, k);
        const double error = (fit->y[r] - predicted(fit, x)) / fmax(1 - leverage, 1e-6);
        sum += error * error;
    }
    return sum;
}

static void choose(struct fit *fit)
{
    double least = (double)INFINITY, best = penalties[0];
    for (size_t p = sizeof penalties / sizeof *penalties; p-- > 0;) { /* of equals the plainest */
        solve(fit, penalties[p]);
        const double error = left_out(fit);
        best = error < least ? penalties[p] : best;
        least = error < least ? error : least;
    }
    solve(fit, best);
}

/* What the solution says of each value. */
static void keep(struct run_time *model, const struct fit *fit, double mean)
{
    const struct experiment *const experiment = model->experiment;
    double seconds = 0, guessed = 0, least = (double)INFINITY, most = -(double)INFINITY;
    for (size_t a = 0, column = 0; a < experiment->axis_count; column += model->columns[a], a++)
        for (size_t place = 0; place < experiment->axes[a].count && model->effects[a]; place++) {
            model->effects[a][place] = 0;
            for (size_t c = 0; c < model->columns[a]; c++)
                model->effects[a][place] += gsl_vector_get(fit->solution, column + c) *
                                            (column_of(&experiment->axes[a], place, c) - fit->means[column + c]);
        }
    for (size_t r = 0; r < fit->runs; r++) {
        seconds += exp(mean + fit->y[r]);
        guessed += exp(mean + predicted(fit, fit->x + r * fit->columns));
        least = fmin(least, mean + fit->y[r]);
        most = fmax(most, mean + fit->y[r]);
    }
    model->mean = mean;
    model->scale = seconds / guessed; /* a mean of logarithms is none of seconds */
    model->least = least - log(beyond);
    model->most = most + log(beyond);
    model->learnt = true;
}

static bool ended_well(const struct outcome *outcome)
{
    return outcome->status == OUTCOME_OK || outcome->status == OUTCOME_DIVERGED;
}

bool run_time_learn(struct run_time *model, const struct table *table)
{
    struct fit fit;
    size_t runs = 0, seen = 0;
    for (size_t t = 0; t < table->count; t++)
        runs += ended_well(&table->outcomes[t]);
    if (runs < RUN_TIME_LEAST)
        return false;
    const size_t stride = (runs + RUNS_MAX - 1) / RUNS_MAX;
    gsl_error_handler_t *const handler = gsl_set_error_handler_off(); /* it would end the process */
    const bool made = fit_make(&fit, (runs + stride - 1) / stride, model->column_count ? model->column_count : 1);
    for (size_t t = 0; t < table->count && made; t++)
        if (ended_well(&table->outcomes[t]) && seen++ % stride == 0)
            add_run(&fit, model, t, (double)table->outcomes[t].run.seconds);
    if (made) {
        const double mean = centre(&fit);
        choose(&fit);
        keep(model, &fit, mean);
    }
    fit_free(&fit);
    discard((long)gsl_set_error_handler(handler));
    return made;
}

/* --- what follows from it ----------------------------------------------------------------------------------------- */

double run_time_predict(const struct run_time *model, size_t training)
{
    const struct experiment *const experiment = model->experiment;
    size_t places[AXES_MAX];
    double sum = model->mean;
    if (!model->learnt)
        return (double)NAN;
    experiment_places(experiment, training / experiment_cell_trainings(experiment), places);
    for (size_t a = 0; a < experiment->axis_count; a++)
        sum += model->effects[a] ? model->effects[a][places[a]] : 0;
    return model->scale * exp(fmin(fmax(sum, model->least), model->most));
}

static double cost_of(size_t training, const void *arg)
{
    return EVALUATOR_SPEED * run_time_predict(arg, training);
}

void run_time_sort(const struct run_time *model, struct packs *packs, size_t first)
{
    if (model->learnt)
        packs_sort(packs, first, cost_of, model);
}

bool run_time_order(struct run_time *model, const struct table *table, struct packs *packs, size_t first)
{
    if (table->done < model->next || first >= packs->count)
        return false;
    model->next = 2 * table->done;
    if (!run_time_learn(model, table))
        return false;
    run_time_sort(model, packs, first);
    return true;
}
