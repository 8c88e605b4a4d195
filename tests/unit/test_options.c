/* SPDX-License-Identifier: BSD-3-Clause */
/* The command line: what each option sets, and the one line that each mistake gets. */
#include "cli/help.h"
#include "cli/options.h"

#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { WORDS = 12 };

/* Parse the words after the program's name. */
static enum status parse(struct options *options, const char *const *words, struct error *err)
{
    char *argv[WORDS + 2] = {(char[]){"nsurf"}};
    int argc = 1;
    for (; argc <= WORDS && words[argc - 1]; argc++)
        argv[argc] = strdup(words[argc - 1]);
    const enum status status = options_parse(options, argc, argv, err);
    for (int i = 1; i < argc; i++) /* names stay with the caller in the program; no test looks at them after this */
        free(argv[i]);
    return status;
}

static void test_defaults(void **state)
{
    (void)state;
    struct options o;
    assert_int_equal(options_parse(&o, 1, (char *[]){(char[]){"nsurf"}, NULL}, NULL), STATUS_OK);
    assert_true(o.command == COMMAND_RUN && o.asked == ASKED_NOTHING);
    assert_int_equal(o.axes[AXIS_HIDDEN1].count, 64);
    assert_int_equal(o.axes[AXIS_HIDDEN2].count, 64);
    assert_int_equal(o.axes[AXIS_HIDDEN2].values[63].count, 64);
    assert_int_equal(o.repeats, 1);
    assert_int_equal(o.hyper.epochs, 1000);
    assert_int_equal(o.hyper.seed, 1);
    assert_true(o.hyper.learning_rate == 0.2f);
    assert_true(o.hyper.shuffle);
    assert_int_equal(o.hyper.stop.every, 0);
    assert_null(o.source.data);
    assert_string_equal(o.prefix, "nsurf");
    assert_false(o.force || o.resume || o.repair || o.quiet || o.dedicated_manager || o.null_training);
    assert_int_equal(o.nice, 0);
    assert_true(o.stop_before_s < 0);
    options_free(&o);
}

static void test_all(void **state)
{
    (void)state;
    static char words[][40] = {"nsurf",
                               "--hidden1=1:3",
                               "-b",
                               "2,4",
                               "-r3",
                               "--epochs",
                               "7",
                               "-l",
                               "1e-2",
                               "-s",
                               "18446744073709551615",
                               "-d",
                               "x.csv",
                               "-t",
                               "2",
                               "-o",
                               "out/p",
                               "--force",
                               "-q",
                               "--no-shuffle",
                               "--early-stopping=patience=3,gl=5",
                               "--dedicated-manager",
                               "--nice",
                               "--stop-before=0",
                               "--null-training"};
    enum { COUNT = sizeof words / sizeof *words };
    char *argv[COUNT + 1] = {NULL};
    for (size_t w = 0; w < COUNT; w++)
        argv[w] = words[w];
    struct options o;
    assert_int_equal(options_parse(&o, COUNT, argv, NULL), STATUS_OK);
    assert_int_equal(o.axes[AXIS_HIDDEN1].count, 3);
    assert_int_equal(o.axes[AXIS_HIDDEN2].values[1].count, 4);
    assert_int_equal(o.repeats, 3);
    assert_int_equal(o.hyper.epochs, 7);
    assert_true(o.hyper.learning_rate == 0.01f);
    assert_true(o.hyper.seed == UINT64_MAX);
    assert_string_equal(o.source.data, "x.csv");
    assert_int_equal(o.source.targets, 2);
    assert_string_equal(o.prefix, "out/p");
    assert_true(o.force && o.quiet && o.dedicated_manager && o.null_training);
    assert_false(o.hyper.shuffle);
    assert_true(o.hyper.stop.every == 5 && o.hyper.stop.patience == 3 && o.hyper.stop.gl == 5);
    assert_int_equal(o.nice, 19);
    assert_true(o.stop_before_s == 0);
    options_free(&o);
}

static void test_good(void **state)
{
    (void)state;
    static const struct {
        const char *words[WORDS];
        enum command command;
        enum asked asked;
    } cases[] = {
        {{"--help"}, COMMAND_RUN, ASKED_HELP},
        {{"-h", "--bogus"}, COMMAND_RUN, ASKED_BRIEF}, /* whoever asks for help needs it */
        {{"--version"}, COMMAND_RUN, ASKED_VERSION},
        {{"-V"}, COMMAND_RUN, ASKED_VERSION},
        {{"-a", "3", "-a", "4"}, COMMAND_RUN, ASKED_NOTHING}, /* the last counts */
        {{"--seed", "0", "--epochs", "0", "--learning-rate", "0"}, COMMAND_RUN, ASKED_NOTHING},
        {{"--learn", ".5"}, COMMAND_RUN, ASKED_NOTHING}, /* an unambiguous beginning */
        {{"-d", "-"}, COMMAND_RUN, ASKED_NOTHING},
        {{"-o", "-"}, COMMAND_RUN, ASKED_NOTHING},
        {{"--nice=0", "--nice=19", "--nice"}, COMMAND_RUN, ASKED_NOTHING},
        {{"--"}, COMMAND_RUN, ASKED_NOTHING},
        {{"--optimizer", "sgd,momentum=0.9", "--batch", "all", "--rate-decay", "0.1"}, COMMAND_RUN, ASKED_NOTHING},
        {{"--optimizer", "adam,beta1=0,beta2=0.99,epsilon=1e-7", "--loss", "cross-entropy"},
         COMMAND_RUN,
         ASKED_NOTHING},
        {{"--hidden-activation", "relu", "--output-activation", "softmax", "--loss=cross-entropy"},
         COMMAND_RUN,
         ASKED_NOTHING},
        {{"--optimizer", "rprop,first=0.01,min=0,max=50,increase=1.2,decrease=0.5"}, COMMAND_RUN, ASKED_NOTHING},
        {{"--optimizer", "sgd,momentum=0.9", "--optimizer", "rprop", "--weight-range", ".5"},
         COMMAND_RUN,
         ASKED_NOTHING},
        {{"plan"}, COMMAND_PLAN, ASKED_NOTHING},
        {{"plan", "-a", "1:8", "--np", "1,2,1000000"}, COMMAND_PLAN, ASKED_NOTHING},
        {{"help"}, COMMAND_RUN, ASKED_HELP},
        {{"help", "plan"}, COMMAND_RUN, ASKED_HELP},
        {{"help", "manual", "best"}, COMMAND_RUN, ASKED_MANUAL},
        {{"help", "completion"}, COMMAND_RUN, ASKED_BASH},
        {{"help", "completion", "zsh"}, COMMAND_RUN, ASKED_ZSH},
        {{"help", "completion", "bash"}, COMMAND_RUN, ASKED_BASH},
        {{"plan", "--command", "echo {x}", "--axis", "x=1:4", "--check", "2", "--keep-folders", "all"},
         COMMAND_PLAN,
         ASKED_NOTHING},
        {{"--optimizer", "adam,sgd", "--momentum", "0,0.5"}, COMMAND_RUN, ASKED_NOTHING},
        {{"--optimizer", "adam", "--momentum", "0.5"}, COMMAND_RUN, ASKED_NOTHING}, /* with a warning */
        {{"-l", "0.0e5,0e-9999999"}, COMMAND_RUN, ASKED_NOTHING},
        {{"best", "-h"}, COMMAND_BEST, ASKED_HELP}, /* short enough */
        {{"version"}, COMMAND_RUN, ASKED_VERSION},
        {{"--momentum", "0:0.9:lin10", "--adam-beta1=0.8", "--batch", "1,8,all"}, COMMAND_RUN, ASKED_NOTHING},
        {{"--optimizer", "sgd,momentum=0.9,adam", "-e", "10:30:10", "--weight-decay", "0,1e-5"},
         COMMAND_RUN,
         ASKED_NOTHING},
        {{"plan", "--help"}, COMMAND_PLAN, ASKED_HELP},
    };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        struct options o;
        struct error err = {0};
        if (parse(&o, cases[c].words, &err) != STATUS_OK)
            fail_msg("%s: %s", cases[c].words[0], err.text);
        assert_int_equal(o.command, cases[c].command);
        assert_int_equal(o.asked, cases[c].asked);
        options_free(&o);
    }
}

static void test_mistakes(void **state)
{
    (void)state;
    static const struct {
        const char *words[WORDS];
        const char *says;
    } cases[] = {
        {{"--bogus"}, "--bogus: no such option"},
        {{"--bogus=3"}, "--bogus=3: no such option"},
        {{"-z"}, "-z: no such option"},
        {{"-qz"}, "-z: no such option"},
        {{"--hid", "3"}, "--hid: no such option, or the beginning of several"},
        {{"--quiet=3"}, "--quiet=3: this option takes no argument"},
        {{"--force=yes"}, "--force=yes: this option takes no argument"},
        {{"--hidden1"}, "--hidden1: an argument is missing"},
        {{"-a"}, "--hidden1: an argument is missing"},
        {{"-o"}, "--output: an argument is missing"},
        {{"3"}, "\"3\": no such command"},
        {{""}, "\"\": no such command"},
        {{"plans"}, "\"plans\": no such command"},
        {{"plan", "plan"}, "\"plan\": an argument that no option takes"},
        {{"-q", "plan"}, "\"plan\": an argument that no option takes"},
        {{"--np", "2"}, "--np: belongs to `nsurf plan`"},
        {{"plan", "--np", "0"}, "--np: \"0\": numbers of processes from 1 to 1000000"},
        {{"plan", "--np", "1,"}, "--np: \"1,\""},
        {{"plan", "--np", "1,,2"}, "--np: \"1,,2\""},
        {{"plan", "--np", "1 2"}, "--np: \"1 2\""},
        {{"plan", "--np", "-1"}, "--np: \"-1\""},
        {{"plan", "--np", "8,1000001"}, "--np: \"8,1000001\""},
        {{"plan", "--np", "99999999999999999999"}, "--np"},
        {{"plan", "--np", ""}, "--np: \"\""},
        {{"-q", "--", "-q"}, "\"-q\": an argument that no option takes"},
        {{"-a", "0"}, "--hidden1: \"0\", column 1"},
        {{"-a", ""}, "--hidden1: \"\", column 1"},
        {{"-b", "1:4:"}, "--hidden2: \"1:4:\", column 5"},
        {{"-r", "0"}, "--repeats: \"0\": a whole number from 1 to 1048576"},
        {{"-r", "1048577"}, "--repeats"},
        {{"-e", "-1"}, "--epochs: \"-1\": a whole number from 0 to 4294967295"},
        {{"-e", "4294967296"}, "--epochs"},
        {{"-e", " 1"}, "--epochs"},
        {{"-e", "1e3"}, "--epochs"},
        {{"-e", "0x10"}, "--epochs"},
        {{"-e", ""}, "--epochs: \"\""},
        {{"-s", "18446744073709551616"}, "--seed"},
        {{"--batch", "0"}, "--batch: \"0\": a whole number from 1"},
        {{"--batch", "half"}, "--batch"},
        {{"--rate-decay", "-1"}, "--rate-decay: \"-1\": a finite number, 0 or more"},
        {{"--weight-range", "nan"}, "--weight-range"},
        {{"--weight-decay", "inf"}, "--weight-decay"},
        {{"--hidden-activation", "softmax"},
         "--hidden-activation: \"softmax\": logistic, tanh, relu, softsign or linear is needed"},
        {{"--output-activation", "Tanh"}, "--output-activation: \"Tanh\""},
        {{"--output-activation", "softmax"}, "--output-activation softmax: give --loss cross-entropy too"},
        {{"--loss", "absolute"}, "--loss: \"absolute\": squared or cross-entropy"},
        {{"--loss", "cross-entropy", "--output-activation", "linear"},
         "--loss cross-entropy: outputs are probabilities then"},
        {{"--optimizer", ""}, "--optimizer: \"\": sgd, rprop or adam"},
        {{"--optimizer", "sgd,first=1"}, "--optimizer: \"first=1\": no constant of sgd"},
        {{"--optimizer", "sgd,momentum"}, "--optimizer: \"momentum\": no constant of sgd"},
        {{"--optimizer", "sgd,momentum="}, "--optimizer: \"\": a finite number"},
        {{"--optimizer", "sgd,momentum=1"}, "--optimizer sgd: momentum=1: a number from 0 to below 1"},
        {{"--optimizer", "rprop,increase=0.5"}, "--optimizer rprop: increase=0.5: a number from 1"},
        {{"--optimizer", "rprop,min=5,max=1"}, "--optimizer rprop: first=0.1"},
        {{"--optimizer", "rprop,first=0"}, "--optimizer rprop: first=0"},
        {{"--optimizer", "rprop,first=0.5", "--optimizer", "rprop,max=0.2,first=9"}, "--optimizer rprop: first=9"},
        {{"--optimizer", "adam,epsilon=0"}, "--optimizer adam: epsilon=0"},
        {{"-l", "0.1,0.2", "-l", "0.3:0.9:lin3"}, "--learning-rate: an axis is given twice"},
        {{"-a", "1:8", "-a", "9"}, "--hidden1: an axis is given twice"},
        {{"-e", "1:8", "-e", "5"}, "--epochs: an axis is given twice"},
        {{"--optimizer", "adam", "--momentum", "0,0.5"}, "--momentum: has no effect with --optimizer adam, and"},
        {{"--adam-beta1", "0.8,0.9"}, "--adam-beta1: has no effect with --optimizer sgd, and its cells would be alike"},
        {{"--optimizer", "rprop", "-l", "0.1,0.5"}, "--learning-rate: has no effect with --optimizer rprop"},
        {{"--optimizer", "sgd,adam", "--rprop-max", "1,5"}, "--rprop-max: has no effect with --optimizer sgd,adam"},
        {{"--weight-range", "0"}, "--weight-range: \"0\": a number above 0 is needed; without it, it is 1/sqrt"},
        {{"--weight-range", "0,0.5"}, "--weight-range: \"0,0.5\": a number above 0"},
        {{"--weight-range", "0:1:lin3"}, "--weight-range: \"0:1:lin3\": a number above 0"},
        {{"--weight-range", "1e-60"}, "--weight-range: \"1e-60\": is too small for 32 bits"},
        {{"-l", "0.1,1e-60"}, "--learning-rate: \"0.1,1e-60\", column 5: is too small for 32 bits"},
        {{"-l", "1e-400"}, "--learning-rate: \"1e-400\": is too small for 32 bits"},
        {{"--quiet", "-xq"}, "-x: no such option"},
        {{"-q", "-r", "3", "-qx"}, "-x: no such option"},
        {{"report", "c1", "-o", "page"}, "\"c1\" and --output: both name the results"},
        {{"best", "-o", "page", "c1"}, "\"c1\" and --output: both name the results"},
        {{"watch", "c1", "-o", "c1"}, "\"c1\" and --output: both name the results"},
        {{"help", "completion", "fish"}, "\"fish\": no completion for it"},
        {{"-s", "-0"}, "--seed"},
        {{"-l", "nan"}, "--learning-rate: \"nan\": a finite number"},
        {{"-l", "inf"}, "--learning-rate"},
        {{"-l", "1e39"}, "--learning-rate"},
        {{"-l", "-0.1"}, "--learning-rate"},
        {{"-l", "0.2x"}, "--learning-rate"},
        {{"-l", " 0.2"}, "--learning-rate"},
        {{"-l", ""}, "--learning-rate"},
        {{"-l", "0,2;"}, "--learning-rate: \"0,2;\", column 3: a finite number"},
        {{"--eopchs", "3"}, "--eopchs: no such option; did you mean --epochs? `nsurf --help` lists"},
        {{"--learning-rat", "x"}, "--learning-rate: \"x\""},
        {{"--out"}, "--out: no such option, or the beginning of several: --output-activation, --output;"},
        {{"bset"}, "\"bset\": no such command; did you mean `nsurf best`?"},
        {{"data.csv"}, "\"data.csv\": no such command; did you mean --data data.csv?"},
        {{"help", "plna"}, "\"plna\": no such command; did you mean `nsurf plan`?"},
        {{"best", "--epochs", "3"}, "--epochs: `nsurf best` reads results"},
        {{"--loss", "sqared"}, "--loss: \"sqared\": squared or cross-entropy is needed"},
        {{"-l", "0:1:log5"}, "--learning-rate: \"0:1:log5\", column 1: log needs values above 0"},
        {{"-l", "0.1:1"}, "--learning-rate: \"0.1:1\", column 6: expected how many values"},
        {{"-l", "0.1:1:lin1"}, "--learning-rate: \"0.1:1:lin1\", column 10: expected how many values, 2 or more"},
        {{"-l", "1:0.1:lin5"}, "--learning-rate: \"1:0.1:lin5\", column 3: the range ends before it begins"},
        {{"-l", "0.1,,1"}, "--learning-rate: \"0.1,,1\", column 5: a finite number"},
        {{"-l", "1:1.00001:lin100"}, "--learning-rate: \"1:1.00001:lin100\": the values are too close"},
        {{"--momentum", "0,1"}, "--momentum: \"0,1\", column 3: a number from 0 to below 1"},
        {{"--hidden-activation", "tanh,softmax"}, "--hidden-activation: \"tanh,softmax\", column 6: logistic"},
        {{"-e", "1:3:0"}, "--epochs: \"1:3:0\", column 5: the step is at least 1"},
        {{"-s", "1:9999999"}, "--seed: \"1:9999999\": more than 1048576 values"},
        {{"--early-stopping", "gl=5", "--early-stopping", "gl=5;up=2"}, "--early-stopping"},
        {{"--split", "1/1/1", "-s", "1,2"}, "--seed and --split: the seed draws the samples"},
        {{"train", "-a", "3", "-b", "3", "-l", "0.1,0.2"}, "--learning-rate: train needs one value"},
        {{"-l", "0x1p-3"}, "--learning-rate"},
        {{"--early-stopping", "gl"}, "--early-stopping: \"gl\": no such rule"},
        {{"--early-stopping", "gl=5,up=0"}, "--early-stopping: \"up=0\": a whole number"},
        {{"--nice=20"}, "--nice: \"20\": a whole number from 0 to 19"},
        {{"--nice="}, "--nice: \"\""},
        {{"--nice", "5"}, "\"5\": an argument that no option takes"},
        {{"--stop-before"}, "--stop-before: an argument is missing"},
        {{"--stop-before", "-5"}, "--stop-before: \"-5\""},
        {{"--stop-before", "4294967296"}, "--stop-before"},
        {{"-d", ""}, "--data: the name is empty"},
        {{"-o", ""}, "--output: the name is empty"},
        {{"-t", "1"}, "--targets: says more about a file; give --data too"},
        {{"-d", "x", "-t", "0"}, "--targets: \"0\""},
        {{"--test", "x"}, "--test: says more about a file"},
        {{"-d", "x", "--format", "xls"},
         "--format: \"xls\": auto, whitespace, csv, tsv, fann, proben1, libsvm or hdf5"},
        {{"--missing", "zero"}, "--missing: \"zero\": refuse, drop or mean is needed"},
        {{"--scale", "log"}, "--scale: \"log\": none, minmax or zscore is needed"},
        {{"--holdout", "0"}, "--holdout: \"0\""},
        {{"--holdout", "1.5"}, "--holdout: \"1.5\""},
        {{"--holdout", "nan"}, "--holdout: \"nan\""},
        {{"--split", "50/50"}, "--split: \"50/50\""},
        {{"--split", "0/50/50"}, "--split: \"0/50/50\""},
        {{"--split", "1/1/1/1"}, "--split: \"1/1/1/1\""},
        {{"--split", "1/-1/1"}, "--split: \"1/-1/1\""},
        {{"--folds", "1"}, "--folds: \"1\""},
        {{"--folds", "5", "--holdout", "1"}, "--holdout and --folds: both"},
        {{"--split", "1/1/1", "--folds", "2"}, "--split and --folds: both"},
        {{"--split", "1/1/1", "--holdout", "2"}, "--split and --holdout: both"},
        {{"-d", "x", "--split", "1/1/1", "--test", "y"}, "--split and --test: both"},
        {{"-d", "x", "--folds", "2", "--validation", "y"}, "--folds and --validation: both"},
        {{"-d", "x", "--holdout", "2", "--test", "y"}, "--holdout and --test: both"},
        {{"--folds", "3", "--scale", "minmax"}, "--folds and --scale: the samples"},
        {{"--folds", "3", "--missing", "mean"}, "--folds and --missing mean: the samples"},
    };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        struct options o;
        struct error err = {0};
        if (parse(&o, cases[c].words, &err) != STATUS_USAGE)
            fail_msg("%s %s is taken", cases[c].words[0], cases[c].words[1] ? cases[c].words[1] : "");
        assert_int_equal(err.status, STATUS_USAGE);
        if (strncmp(err.text, cases[c].says, strlen(cases[c].says)) != 0)
            fail_msg("%s: says: %s", cases[c].words[0], err.text);
        assert_null(strchr(err.text, '\n'));
        options_free(&o);
    }
}

/* Whether the text has this option, whole: --fold is not told of by --folds. */
static bool tells_of(const char *text, const char *name)
{
    const size_t length = strlen(name);
    for (const char *at = text; (at = strstr(at, "--")); at++)
        if (strncmp(at + 2, name, length) == 0 && at[2 + length] != '-' && !isalnum((unsigned char)at[2 + length]))
            return true;
    return false;
}

/* Every row of the table: a name of its own, a default that it reads, a place of its own, and a line in the help. */
static void test_rows(void **state)
{
    (void)state;
    static char text[32768];
    FILE *const stream = tmpfile();
    assert_non_null(stream);
    help_print(stream, COMMANDS);
    rewind(stream);
    assert_true(fread(text, 1, sizeof text - 1, stream) > 0);
    fclose(stream);
    const struct parameter *row, *other;
    for (size_t r = 0; (row = options_row(r)) != NULL; r++) {
        char name[64], file[PARAMETER_NAME];
        snprintf(name, sizeof name, "%s", row->name);
        if (row->help && !tells_of(text, name))
            fail_msg("the help does not tell of %s", name);
        assert_true(row->help || strcmp(row->name, "null-training") == 0);
        assert_true(row->commands != 0 && (row->type == PARAMETER_FLAG) == !row->argument);
        assert_true(row->type != PARAMETER_OTHER || row->read);
        assert_true(row->type != PARAMETER_CHOICE || row->choice_count > 1);
        assert_true(!row->axis || (row->home == HOME_HYPER && row->outcome));
        assert_true(row->axis || !row->mixed);
        for (size_t o = 0; o < r && (other = options_row(o)) != NULL; o++) {
            assert_true(strcmp(row->name, other->name) != 0 && (!row->letter || row->letter != other->letter));
            assert_true(row->home != other->home || row->offset != other->offset);
        }
        if (row->home != HOME_HYPER)
            continue;
        parameter_file_name(file, row);
        assert_ptr_equal(parameter_find(file), row);
    }
    assert_null(strstr(text, "null-training"));
    for (const char *line = text; *line; line += strcspn(line, "\n") + 1)
        if (strcspn(line, "\n") > 90)
            fail_msg("more than 90 columns: %.*s", (int)strcspn(line, "\n"), line);
}

/* The defaults of hyperparameters read back from their text, and so does another value. */
static void test_texts(void **state)
{
    (void)state;
    for (size_t r = 0; r < HYPER_PARAMETERS; r++) {
        const struct parameter *const row = &hyper_parameters[r];
        struct hyperparameters hyper = hyper_default(), again = {0};
        char text[PARAMETER_TEXT_MAX];
        hyper.hidden1 = hyper.hidden2 = 7;
        parameter_write(text, row, &hyper);
        if (parameter_read(row, &again, text, "option", NULL) || !parameter_same(row, &hyper, &again))
            fail_msg("%s: \"%s\" does not read back", row->name, text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_defaults), cmocka_unit_test(test_all),  cmocka_unit_test(test_good),
        cmocka_unit_test(test_mistakes), cmocka_unit_test(test_rows), cmocka_unit_test(test_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
