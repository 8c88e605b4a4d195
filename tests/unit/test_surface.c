/* SPDX-License-Identifier: BSD-3-Clause */
/* The result files: their text to the letter, the same bytes at any time, the old file when the new one fails; and the
 * report of a run as JSON. That other programs open them is tests/program/formats.sh's to show. */
#define _DEFAULT_SOURCE /* mkdtemp */
#include "base/file.h"
#include "store/run_json.h"
#include "store/surface.h"

#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "layers.h"

static char folder[64];
static union parameter_value two[] = {{.count = 2}, {.count = 5}};
static union parameter_value three[] = {{.count = 1}, {.count = 2}, {.count = 4}};
static struct experiment experiment = {
    .data = {.samples = 150, .inputs = 4, .targets = 3, .name = "iris", .digest = "d1", .folds = 1, .split = "none"},
    LAYERS(2, two, 3, three),
    .repeats = 1,
    .hyper = {.seed = 1, .epochs = 1000, .learning_rate = 0.2f, .shuffle = true, .batch = 1},
};
static struct table table;

static int enter(void **state)
{
    (void)state;
    struct error err;
    strcpy(folder, "/tmp/nsurf-test-XXXXXX");
    if (!mkdtemp(folder) || chdir(folder) != 0 || table_create(&table, &experiment, &err) != STATUS_OK)
        return -1;
    const struct outcome outcomes[] = {{{1.0 / 3, NAN, NAN}, {{0, 0, 0}}, 1000, OUTCOME_OK, {0}},
                                       {{0.1, NAN, NAN}, {{0, 0, 0}}, 1000, OUTCOME_OK, {0}},
                                       {{7, NAN, NAN}, {{0, 0, 0}}, 3, OUTCOME_DIVERGED, {0}},
                                       {{1e-5, NAN, NAN}, {{0, 0, 0}}, 1000, OUTCOME_OK, {0}},
                                       {{0, NAN, NAN}, {{0, 0, 0}}, 0, OUTCOME_FAILED, {0}}};
    for (size_t i = 0; i < sizeof outcomes / sizeof *outcomes; i++)
        table_set(&table, i, &outcomes[i]);
    return 0;
}

static int leave(void **state)
{
    (void)state;
    table_free(&table);
    static const char *const names[] = {"p.tsv", "p.dat", "p.h5", "q.tsv", "q.dat", "q.h5", "r.json"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        unlink(names[i]);
    return chdir("/") == 0 && rmdir(folder) == 0 ? 0 : -1; /* fails when something else was left */
}

static char *slurp(const char *path, size_t *size)
{
    static char bytes[4][1 << 20];
    static int turn;
    char *at = bytes[turn++ % 4];
    FILE *stream = fopen(path, "rb");
    assert_non_null(stream);
    *size = fread(at, 1, sizeof bytes[0] - 1, stream);
    at[*size] = '\0';
    fclose(stream);
    return at;
}

#define HEADER                                                                                                         \
    "# nsurf: mean squared error after training, by neurons in the first and second hidden layer\n"                    \
    "# arithmetic_online 1\n# data iris\n# samples 150\n# inputs 4\n# targets 3\n# data_sha256 d1\n# split none\n"     \
    "# folds 1\n# missing refuse\n# scale none\n# epochs 1000\n# early_stopping none\n"                                \
    "# learning_rate 0.2\n# rate_decay 0\n# batch 1\n"                                                                 \
    "# hidden_activation logistic\n# output_activation logistic\n# loss squared\n# optimizer sgd\n# momentum 0\n"      \
    "# weight_range 0\n# weight_decay 0\n# shuffle yes\n# seed 1\n# repeats 1\n# hidden1_range 2:5:3\n"                \
    "# hidden2_range 1,2,4\n"                                                                                          \
    "# trainings_done 5 of 6\n"

static void text(void **state)
{
    (void)state;
    struct error err;
    size_t size;
    char said[DIGEST_TEXT];
    assert_int_equal(surface_write(&table, "p", said, &err), STATUS_OK);
    assert_string_equal(slurp("p.tsv", &size), HEADER "# hidden1\thidden2\terror\n"
                                                      "2\t1\t0.3333333333333333\n2\t2\t0.1\n2\t4\tNaN\n"
                                                      "5\t1\t1e-05\n5\t2\tNaN\n5\t4\tNaN\n");
    assert_string_equal(slurp("p.dat", &size), HEADER "# hidden1 hidden2 error\n"
                                                      "2 1 0.3333333333333333\n2 2 0.1\n2 4 NaN\n"
                                                      "\n5 1 1e-05\n5 2 NaN\n5 4 NaN\n");
}

/* Several trainings a cell: the mean, how they spread, how many ended ok. That the same stands in the HDF5 file is
 * tests/program/repeats.sh's to show. */
static void several(void **state)
{
    (void)state;
    struct experiment twice = experiment;
    twice.repeats = 3;
    struct table many;
    struct error err;
    assert_int_equal(table_create(&many, &twice, &err), STATUS_OK);
    static const double errors[6][3] = {/* 0: diverged, -1: pending */
                                        {0.5, 0.25, 0.75}, {0.5, 0, 0.25}, {0, 0, 0.125},
                                        {0, 0, 0},         {0.5, -1, -1},  {-1, -1, -1}};
    for (size_t i = 0; i < 18; i++) {
        const double e = errors[i / 3][i % 3];
        const struct outcome outcome = {{e, NAN, NAN},
                                        {{0, 0, 0}},
                                        1000,
                                        e > 0   ? OUTCOME_OK
                                        : e < 0 ? OUTCOME_PENDING
                                                : OUTCOME_DIVERGED,
                                        {0}};
        table_set(&many, i, &outcome);
    }
    char said[DIGEST_TEXT];
    size_t size;
    assert_int_equal(surface_write(&many, "p", said, &err), STATUS_OK);
    const char *const head = "# hidden1\thidden2\terror\terror_sd\terror_min\terror_median\ttrainings_ok\terror_se"
                             "\tin_best_set\n";
    const char *const rows = strstr(slurp("p.tsv", &size), head);
    assert_non_null(rows);
    assert_string_equal(rows + strlen(head), "2\t1\t0.5\t0.25\t0.25\t0.5\t3\t0.14433756729740646\t1\n"
                                             "2\t2\t0.375\t0.1767766952966369\t0.25\t0.375\t2\t0.125\t0\n"
                                             "2\t4\t0.125\tNaN\t0.125\t0.125\t1\tNaN\t0\n"
                                             "5\t1\tNaN\tNaN\tNaN\tNaN\t0\tNaN\t0\n"
                                             "5\t2\t0.5\tNaN\t0.5\t0.5\t1\tNaN\t0\n"
                                             "5\t4\tNaN\tNaN\tNaN\tNaN\t0\tNaN\t0\n");
    table_free(&many);
}

/* Nothing of the time enters: HDF5 would by itself. */
static void same_bytes_later(void **state)
{
    (void)state;
    struct error err;
    size_t first, second;
    char said[DIGEST_TEXT];
    assert_int_equal(surface_write(&table, "p", said, &err), STATUS_OK);
    discard(nanosleep(&(struct timespec){1, 100000000}, NULL));
    assert_int_equal(surface_write(&table, "q", said, &err), STATUS_OK);
    const char *a = slurp("p.h5", &first), *b = slurp("q.h5", &second);
    assert_int_equal(first, second);
    assert_memory_equal(a, b, first);
    assert_memory_equal(a, "nsurf surface 1\nbytes ", 22);
    assert_memory_equal(a + 512, "\x89HDF\r\n\x1a\n", 8);

    /* … and one outcome of a cell that is otherwise alike does. */
    struct outcome other = table.outcomes[0];
    other.error[SPLIT_TRAIN] = nextafter(1.0 / 3, 1);
    table_set(&table, 0, &other);
    assert_int_equal(surface_write(&table, "q", said, &err), STATUS_OK);
    b = slurp("q.h5", &second);
    assert_true(first == second && memcmp(a, b, first) != 0);
}

/* The digest is what the shell says of the three files. */
static void digest(void **state)
{
    (void)state;
    struct error err;
    char said[DIGEST_TEXT], counted[DIGEST_TEXT];
    assert_int_equal(surface_write(&table, "p", said, &err), STATUS_OK);
    FILE *pipe = popen("cat p.tsv p.dat p.h5 | sha256sum", "r");
    assert_non_null(pipe);
    assert_int_equal(fread(counted, 1, 64, pipe), 64);
    counted[64] = '\0';
    pclose(pipe);
    assert_string_equal(said, counted);
}

static void refusals(void **state)
{
    (void)state;
    struct error err;
    char said[DIGEST_TEXT];
    assert_int_equal(surface_write(&table, "missing/p", said, &err), STATUS_IO);
    assert_string_equal(err.text, "cannot open the folder of missing/p.tsv: No such file or directory; create the "
                                  "folder first");
    assert_string_equal(said, "");

    /* A limit on file size stands in for a full disk: the old HDF5 file stays, and the line is ours alone. */
    assert_int_equal(surface_write(&table, "p", said, &err), STATUS_OK);
    size_t before_size, after_size;
    const char *old = slurp("p.h5", &before_size);
    struct rlimit before, low;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    low = before;
    low.rlim_cur = 2000;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &low), 0);
    enum status status = surface_write(&table, "p", said, &err);
    setrlimit(RLIMIT_FSIZE, &before);
    assert_int_equal(status, STATUS_IO);
    assert_non_null(strstr(err.text, "cannot write p.h5: File too large; make room"));
    const char *still = slurp("p.h5", &after_size);
    assert_int_equal(before_size, after_size);
    assert_memory_equal(old, still, before_size);
}

static struct run_worker workers[] = {
    {.rank = 0, .host = "lab2", .isa = "avx2", .busy_s = 2, .flop = 8, .packs = 1, .trainings = 16},
    {.rank = 1, .host = "lab1", .isa = "avx512", .busy_s = 1.5, .flop = 9, .packs = 2, .trainings = 32},
    {.rank = 2, .host = "lab2", .isa = "avx2", .busy_s = 2, .flop = 6, .packs = 3, .trainings = 40, .lost = true},
    {.rank = 3, .host = "lab3", .isa = "", .busy_s = 0},
};

static void hosts(void **state)
{
    (void)state;
    struct run_report report = {.worker_count = 4, .workers = workers};
    struct run_host *hosts;
    size_t count;
    struct error err;
    assert_int_equal(run_hosts(&report, &hosts, &count, &err), STATUS_OK);
    assert_int_equal(count, 3);
    assert_string_equal(hosts[0].name, "lab1");
    assert_string_equal(hosts[1].name, "lab2");
    assert_string_equal(hosts[2].name, "lab3");
    assert_true(hosts[1].workers == 2 && hosts[1].lost == 1 && hosts[1].packs == 4 && hosts[1].trainings == 56);
    assert_true(hosts[1].busy_s == 4 && hosts[1].flop == 14);
    assert_ptr_equal(run_slowest_host(hosts, count), &hosts[1]);
    assert_null(run_slowest_host(&hosts[2], 1));
    assert_null(run_slowest_host(hosts, 0));
    free(hosts);
}

/* Python's own reader, which is strict, takes the report and finds what was put in. */
static void json(void **state)
{
    (void)state;
    if (system("command -v python3 >/dev/null") != 0)
        skip();
    char *argv[] = {"nsurf", "-o", "a\"b\\c\n\t\x01\x7f", "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80",
                    "\xff|\xc3|\xc0\x80|\xed\xa0\x80|\xf4\x90\x80\x80|\xe0\x80\x80"};
    struct run_report report = {
        .argc = 5,
        .argv = argv,
        .start = {0, 5000000},
        .end = {1700000000, 999999999},
        .exit_status = STATUS_INCOMPLETE,
        .wall_s = 0.1,
        .efficiency = (double)NAN,
        .bound_s = (double)INFINITY,
        .trainings = UINT64_MAX,
        .slurm = {.job_id = "17", .nodes = 2, .end_s = 86400, .stop_before_s = 30},
        .worker_count = 4,
        .workers = workers,
    };
    struct error err;
    assert_int_equal(run_json_write(&report, "r.json", &err), STATUS_OK);
    assert_int_equal(
        system("python3 - <<'EOF'\n"
               "import json\n"
               "r = json.load(open('r.json', 'rb'), parse_constant=lambda c: 1 / 0)\n"
               "assert r['command'][2] == 'a\"b\\\\c\\n\\t\\x01\\x7f', r\n"
               "assert r['command'][3] == '\\u00e4\\u20ac\\U0001f600', r\n"
               "assert set(r['command'][4].split('|')) <= {n * '\\ufffd' for n in (1, 2, 3, 4)}, r\n"
               "assert r['start'] == '1970-01-01T00:00:00.005Z' and r['end'] == '2023-11-14T22:13:20.999Z', r\n"
               "assert r['wall_s'] == 0.1 and r['efficiency'] is None and r['bound_s'] is None, r\n"
               "assert r['trainings'] == 2**64 - 1 and r['exit_status'] == 1, r\n"
               "assert r['slurm'] == dict(job_id='17', partition=None, nodelist=None, restart_count=None, nodes=2,\n"
               "    tasks=None, memory_per_cpu_mb=None, memory_per_node_mb=None, end='1970-01-02T00:00:00.000Z',\n"
               "    stop_before_s=30), r\n"
               "assert r['slowest_host'] == 'lab2' and len(r['hosts']) == 3 and len(r['workers']) == 4, r\n"
               "assert r['workers'][2]['lost'] is True and r['workers'][1]['isa'] == 'avx512', r\n"
               "EOF\n"),
        0);
    /* No worker, no command: still JSON. */
    assert_int_equal(run_json_write(&(struct run_report){0}, "r.json", &err), STATUS_OK);
    assert_int_equal(system("python3 -m json.tool r.json > /dev/null"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(text, enter, leave),
        cmocka_unit_test_setup_teardown(several, enter, leave),
        cmocka_unit_test_setup_teardown(same_bytes_later, enter, leave),
        cmocka_unit_test_setup_teardown(digest, enter, leave),
        cmocka_unit_test_setup_teardown(refusals, enter, leave),
        cmocka_unit_test(hosts),
        cmocka_unit_test_setup_teardown(json, enter, leave),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
