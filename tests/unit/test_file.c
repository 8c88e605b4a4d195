/* SPDX-License-Identifier: BSD-3-Clause */
/* A result file is the old one or the new one, whole; and nothing else is left behind. */
#define _DEFAULT_SOURCE /* mkdtemp, symlink, syscall */
#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[64];

static int enter(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/nsurf-test-XXXXXX");
    return mkdtemp(folder) && chdir(folder) == 0 ? 0 : -1;
}

static int leave(void **state)
{
    (void)state;
    DIR *entries = opendir(folder);
    for (struct dirent *e; entries && (e = readdir(entries));)
        if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0 && unlinkat(dirfd(entries), e->d_name, 0) != 0)
            (void)!unlinkat(dirfd(entries), e->d_name, AT_REMOVEDIR);
    return closedir(entries) == 0 && chdir("/") == 0 && rmdir(folder) == 0 ? 0 : -1;
}

static int entries_here(void)
{
    int count = 0;
    DIR *entries = opendir(".");
    assert_non_null(entries);
    for (struct dirent *e; (e = readdir(entries));)
        count += strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
    closedir(entries);
    return count;
}

static void put(const char *path, const char *text)
{
    struct file *file;
    struct error err;
    assert_int_equal(file_create(&file, path, &err), STATUS_OK);
    file_write(file, text, strlen(text));
    assert_int_equal(file_commit(file, &err), STATUS_OK);
}

static void assert_holds(const char *path, const char *text)
{
    char bytes[256];
    FILE *stream = fopen(path, "rb");
    assert_non_null(stream);
    size_t n = fread(bytes, 1, sizeof bytes - 1, stream);
    bytes[n] = '\0';
    fclose(stream);
    assert_string_equal(bytes, text);
}

static void replaces(void **state)
{
    (void)state;
    mode_t before = umask(027);
    put("a", "old");
    umask(before);
    struct stat info;
    assert_int_equal(stat("a", &info), 0);
    assert_int_equal(info.st_mode & 0777, 0640);

    struct file *file;
    struct error err;
    assert_int_equal(file_create(&file, "a", &err), STATUS_OK);
    file_printf(file, "%s %d\n", "new", 7);
    assert_holds("a", "old"); /* until the very end */
    assert_int_equal(file_commit(file, &err), STATUS_OK);
    assert_holds("a", "new 7\n");
    assert_int_equal(entries_here(), 1);

    char here[256];
    snprintf(here, sizeof here, "%s/b", folder);
    put(here, "by an absolute path");
    assert_holds("b", "by an absolute path");
    assert_true(file_exists("a") && file_exists("b") && !file_exists("c") && !file_exists("a/c"));
}

/* Pieces of all sizes round the buffer's own, in their order. */
static void many_pieces(void **state)
{
    (void)state;
    static const size_t sizes[] = {1, 65535, 65536, 65537, 200000, 3, 0, 65534, 1, 1, 1};
    struct file *file;
    struct error err;
    static unsigned char piece[200000], back[200000];
    assert_int_equal(file_create(&file, "a", &err), STATUS_OK);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        memset(piece, (int)('a' + i), sizes[i]);
        file_write(file, piece, sizes[i]);
    }
    file_printf(file, "%0*d", 5000, 0); /* longer than the formatting buffer */
    assert_int_equal(file_commit(file, &err), STATUS_OK);
    FILE *stream = fopen("a", "rb");
    assert_non_null(stream);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        memset(piece, (int)('a' + i), sizes[i]);
        assert_int_equal(fread(back, 1, sizes[i], stream), sizes[i]);
        assert_memory_equal(piece, back, sizes[i]);
    }
    memset(piece, '0', 5000);
    assert_int_equal(fread(back, 1, sizeof back, stream), 5000);
    assert_memory_equal(piece, back, 5000);
    fclose(stream);
}

static void abort_leaves_all(void **state)
{
    (void)state;
    put("a", "old");
    struct file *file;
    struct error err;
    assert_int_equal(file_create(&file, "a", &err), STATUS_OK);
    file_printf(file, "new");
    file_abort(file);
    file_abort(NULL);
    assert_holds("a", "old");
    assert_int_equal(entries_here(), 1);
}

/* Each refusal names the step and the place, and leaves nothing. */
static void refusals(void **state)
{
    (void)state;
    assert_int_equal(mkdir("folder", 0777), 0);
    assert_int_equal(symlink("nowhere", "dangling"), 0);
    assert_int_equal(mkfifo("pipe", 0666), 0);
    assert_int_equal(symlink("/dev/null", "device"), 0);
    put("plain", "x");
    static char long_name[300];
    memset(long_name, 'n', sizeof long_name - 1);
    const struct {
        const char *path, *step, *reason;
    } cases[] = {
        {"missing/a", "open the folder of missing/a", "No such file or directory"},
        {"dangling/a", "open the folder of dangling/a", "No such file or directory"},
        {"plain/a", "open the folder of plain/a", "Not a directory"},
        {"folder/", "write folder/", "Is a directory"},
        {"pipe", "pipe is no regular file", "choose another place or name"},
        {"device", "device is no regular file", "choose another place or name"},
        {"", "open the folder of ", "No such file or directory"},
        {"/proc/a", "create a file beside /proc/a", ""},
        {long_name, "create a file beside nnn", "File name too long"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct file *file;
        struct error err = {0};
        assert_int_equal(file_create(&file, cases[i].path, &err), STATUS_IO);
        assert_null(file);
        if (!strstr(err.text, cases[i].step) || !strstr(err.text, cases[i].reason) || !strstr(err.text, "; "))
            fail_msg("'%s' was refused with: %s", cases[i].path, err.text);
        assert_int_equal(file_probe(cases[i].path, &err), STATUS_IO);
    }
    struct error err;
    assert_int_equal(file_probe("folder", &err), STATUS_IO);
    assert_non_null(strstr(err.text, "Is a directory"));
    assert_int_equal(file_probe("fine", &err), STATUS_OK);
    assert_false(file_exists("fine"));
    assert_int_equal(entries_here(), 5);
}

/* A folder takes the place of the target meanwhile: the rename fails, the last step of all. */
static void rename_fails(void **state)
{
    (void)state;
    struct file *file;
    struct error err;
    assert_int_equal(file_create(&file, "a", &err), STATUS_OK);
    assert_int_equal(mkdir("a", 0777), 0);
    file_printf(file, "new");
    assert_int_equal(file_commit(file, &err), STATUS_IO);
    assert_non_null(strstr(err.text, "rename the new file to a: Is a directory"));
    assert_int_equal(entries_here(), 1);
}

/* A limit on file size stands in for a full disk: the first failure is the one that is told. */
static void disk_full(void **state)
{
    (void)state;
    put("a", "old");
    struct rlimit before, low;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    low = before;
    low.rlim_cur = 100000;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &low), 0);
    struct file *file;
    struct error err;
    enum status created = file_create(&file, "a", &err);
    for (int i = 0; i < 10000; i++)
        file_printf(file, "%064d\n", i);
    enum status committed = file_commit(file, &err);
    setrlimit(RLIMIT_FSIZE, &before);
    assert_int_equal(created, STATUS_OK);
    assert_int_equal(committed, STATUS_IO);
    assert_non_null(strstr(err.text, "cannot write a: File too large; make room"));
    assert_holds("a", "old");
    assert_int_equal(entries_here(), 1);
}

/* The folder goes away while the file is written. */
static void folder_vanishes(void **state)
{
    (void)state;
    assert_int_equal(mkdir("folder", 0777), 0);
    struct file *file;
    struct error err;
    assert_int_equal(file_create(&file, "folder/a", &err), STATUS_OK);
    assert_int_equal(system("rm -r folder"), 0);
    file_printf(file, "new");
    assert_int_equal(file_commit(file, &err), STATUS_IO);
    assert_non_null(strstr(err.text, "folder/a: No such file or directory"));
    assert_int_equal(entries_here(), 0);
}

/* A symbolic link at the target is replaced, not followed: what it points to is not ours. */
static void link_at_target(void **state)
{
    (void)state;
    put("theirs", "theirs");
    assert_int_equal(symlink("theirs", "a"), 0);
    put("a", "ours");
    assert_holds("theirs", "theirs");
    assert_holds("a", "ours");
}

/* Chance is what a test wants it to be: the C library's own getentropy comes after ours. */
static uint64_t entropy, entropy_step = 1;
int getentropy(void *buffer, size_t size)
{
    memcpy(buffer, &entropy, size < sizeof entropy ? size : sizeof entropy);
    entropy += entropy_step;
    return 0;
}

/* Somebody has guessed the name of the temporary file and put a link there, to lead us to a file of ours elsewhere. */
static void link_at_temp(void **state)
{
    (void)state;
    put("theirs", "theirs");
    static const char *const targets[] = {"theirs", "nowhere"};
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(symlink(targets[i], "a.tmp-0000000000000007"), 0);
        struct file *file;
        struct error err;
        entropy = 7;
        entropy_step = 0; /* each name that we try is theirs */
        assert_int_equal(file_create(&file, "a", &err), STATUS_IO);
        assert_non_null(strstr(err.text, "cannot create a file beside a: File exists"));
        entropy_step = 1; /* the next one is free */
        put("a", "ours");
        assert_holds("a", "ours");
        assert_holds("theirs", "theirs");
        assert_int_equal(access("nowhere", F_OK), -1);
        assert_int_equal(unlink("a.tmp-0000000000000007"), 0); /* it was theirs to remove */
        assert_int_equal(unlink("a"), 0);
        assert_int_equal(entries_here(), 1);
    }
}

/* Temporary files of killed runs go; what only looks like one is somebody's. */
static void removes_temporaries(void **state)
{
    (void)state;
    static const char *const endings[] = {".h5", ".run.json"};
    static const struct {
        const char *name;
        bool ours;
    } cases[] = {
        {"p.h5.tmp-0123456789abcdef", true},     {"p.run.json.tmp-ffffffffffffffff", true},
        {"p.h5", false},                         {"p.h5.tmp-0123456789abcde", false},
        {"p.h5.tmp-0123456789abcdef0", false},   {"p.h5.tmp-0123456789abcdeg", false},
        {"p.h5.tmp-0123456789ABCDEF", false},    {"p.h5_tmp-0123456789abcdef", false},
        {"p.tsv.tmp-0123456789abcdef", false},   {"p.tmp-0123456789abcdef", false},
        {"pp.h5.tmp-0123456789abcdef", false},   {"q.h5.tmp-0123456789abcdef", false},
        {"p.h5.tmp-0123456789abcdef.old", false}, {"p.h5.h5.tmp-0123456789abcdef", false},
    };
    static const char *const prefixes[] = {"p", "./p", "here/p"};
    struct error err;
    for (size_t k = 0; k < sizeof prefixes / sizeof *prefixes; k++) {
        char prefix[128];
        snprintf(prefix, sizeof prefix, "%s", prefixes[k]);
        if (k == 2)
            snprintf(prefix, sizeof prefix, "%s/p", folder);
        for (size_t c = 0; c < sizeof cases / sizeof *cases; c++)
            put(cases[c].name, "");
        assert_int_equal(mkdir("p.h5.tmp-00000000000000dd", 0777), 0); /* no file of ours: it stays */
        assert_int_equal(file_remove_temporaries(prefix, endings, 2, &err), STATUS_OK);
        for (size_t c = 0; c < sizeof cases / sizeof *cases; c++)
            if (file_exists(cases[c].name) == cases[c].ours)
                fail_msg("%s: %s", prefix, cases[c].name);
        assert_int_equal(rmdir("p.h5.tmp-00000000000000dd"), 0);
    }
    assert_int_equal(file_remove_temporaries("nowhere/p", endings, 2, &err), STATUS_IO);
    assert_non_null(strstr(err.text, "nowhere/p: No such file"));
}

/* A signal may interrupt fsync, as it does on some network file systems. The C library's own comes after ours. */
static int interruptions;
int fsync(int fd)
{
    if (interruptions > 0) {
        interruptions--;
        errno = EINTR;
        return -1;
    }
    return (int)syscall(SYS_fsync, fd);
}

static void signals_during_sync(void **state)
{
    (void)state;
    struct file *file;
    struct error err;
    interruptions = 3;
    assert_int_equal(file_create(&file, "a", &err), STATUS_OK);
    file_printf(file, "whole");
    assert_int_equal(file_commit(file, &err), STATUS_OK);
    assert_int_equal(interruptions, 0);
    assert_holds("a", "whole");
    interruptions = 2;
    assert_int_equal(file_sync_folder("a", &err), STATUS_OK);
    assert_int_equal(interruptions, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(replaces, enter, leave),
        cmocka_unit_test_setup_teardown(many_pieces, enter, leave),
        cmocka_unit_test_setup_teardown(abort_leaves_all, enter, leave),
        cmocka_unit_test_setup_teardown(refusals, enter, leave),
        cmocka_unit_test_setup_teardown(rename_fails, enter, leave),
        cmocka_unit_test_setup_teardown(disk_full, enter, leave),
        cmocka_unit_test_setup_teardown(folder_vanishes, enter, leave),
        cmocka_unit_test_setup_teardown(link_at_target, enter, leave),
        cmocka_unit_test_setup_teardown(link_at_temp, enter, leave),
        cmocka_unit_test_setup_teardown(removes_temporaries, enter, leave),
        cmocka_unit_test_setup_teardown(signals_during_sync, enter, leave),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
