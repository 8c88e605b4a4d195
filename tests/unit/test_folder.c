/* SPDX-License-Identifier: BSD-3-Clause */
/* The folder of a run is shared, and removed by whoever leaves last or, after a sudden end, by the next run; what a
 * program leaves in it goes, whatever it is, and nothing else does. */
#define _GNU_SOURCE
#include "base/folder.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static char place[64];

static bool exists(const char *path)
{
    struct stat about;
    return lstat(path, &about) == 0;
}

/* The rights of folders mean nothing to root. */
static int begin(void **state)
{
    enum { NOBODY = 65534 };
    (void)state;
    strcpy(place, "/tmp/nsurf-test.XXXXXX");
    if (!mkdtemp(place))
        return -1;
    if (geteuid() == 0 && (chown(place, NOBODY, NOBODY) != 0 || setresuid(NOBODY, NOBODY, 0) != 0))
        return -1;
    return setenv("TMPDIR", place, 1);
}

static int end(void **state)
{
    uid_t real, effective, saved;
    (void)state;
    /* What looks for leaks as the process ends may trace only one of its own user that may be dumped. */
    if (getresuid(&real, &effective, &saved) == 0 && saved != effective &&
        (setresuid(saved, saved, saved) != 0 || prctl(PR_SET_DUMPABLE, 1) != 0))
        return -1;
    return rmdir(place); /* nothing is left */
}

static void join(struct folder *folder, const char *id, bool kept)
{
    folder_init(folder, id, kept);
    assert_true(folder_join(folder));
}

static void put(int at, const char *name)
{
    const int fd = openat(at, name, O_CREAT | O_WRONLY, 0);
    assert_true(fd >= 0);
    assert_int_equal(close(fd), 0);
}

static void test_anything_goes(void **state)
{
    (void)state;
    struct folder folder;
    char path[FOLDER_PATH], other[128], way[4096] = ".";
    discard(snprintf(other, sizeof other, "%s/other", place));
    assert_int_equal(mkdir(other, 0500), 0);
    join(&folder, "0000000a", false);
    assert_true(folder_begin(&folder, path));
    const int top = open(path, O_RDONLY | O_DIRECTORY);
    put(top, "without rights");
    assert_int_equal(symlinkat(other, top, "link"), 0);
    assert_int_equal(mkfifoat(top, "pipe", 0), 0);
    assert_int_equal(mkdirat(top, "lifted-0", 0700), 0); /* a name that removing uses, too */
    assert_int_equal(mkdirat(top, "wide", 0700), 0);
    for (int i = 0; i < 300; i++) {
        discard(snprintf(way, sizeof way, "wide/%d", i));
        assert_int_equal(mkdirat(top, way, 0700), 0);
        strcat(way, "/in");
        assert_int_equal(mkdirat(top, way, i % 2 ? 0 : 0700), 0);
    }
    assert_int_equal(fchmodat(top, "wide", 0, 0), 0);
    int at = dup(top);
    for (int depth = 0; depth < 3000; depth++) { /* far beyond PATH_MAX, and as many descriptors as there are */
        assert_int_equal(mkdirat(at, "deep", 0700), 0);
        const int next = openat(at, "deep", O_RDONLY | O_DIRECTORY);
        assert_true(next >= 0);
        put(next, "file");
        assert_int_equal(symlinkat("/", next, "root"), 0);
        assert_int_equal(fchmod(at, depth % 3 ? 0 : 0700), 0);
        assert_int_equal(close(at), 0);
        at = next;
    }
    assert_int_equal(close(at), 0);
    assert_int_equal(fchmod(top, 0), 0);
    assert_int_equal(close(top), 0);
    folder_end(&folder, NULL);
    assert_false(exists(path));
    assert_true(exists(other));
    assert_true(folder_begin(&folder, path)); /* a program may put a link in place of its folder */
    assert_int_equal(rmdir(path), 0);
    assert_int_equal(symlink(other, path), 0);
    folder_leave(&folder);
    assert_false(exists(folder.path));
    struct stat about;
    assert_int_equal(stat(other, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0500);
    assert_int_equal(rmdir(other), 0);
}

/* One that nobody has touched is as good as the next. */
static void test_untouched(void **state)
{
    (void)state;
    struct folder folder;
    char first[FOLDER_PATH], path[FOLDER_PATH];
    join(&folder, "00000013", false);
    assert_true(folder_begin(&folder, first));
    folder_end(&folder, NULL);
    assert_true(folder_begin(&folder, path));
    assert_string_equal(path, first);
    for (int turn = 0; turn < 5; turn++) {
        strcpy(first, path);
        const int at = open(path, O_RDONLY | O_DIRECTORY);
        if (turn == 0)
            put(at, "file");
        else if (turn == 1)
            assert_int_equal(mkdirat(at, "folder", 0700), 0);
        else if (turn == 2)
            assert_int_equal(fchmod(at, 0755), 0);
        else
            assert_int_equal(rmdir(path), 0);
        if (turn == 4)
            assert_int_equal(symlink("/", path), 0);
        assert_int_equal(close(at), 0);
        folder_end(&folder, NULL);
        assert_false(exists(first));
        assert_true(folder_begin(&folder, path));
        if (strcmp(path, first) == 0)
            fail_msg("turn %d: the same again", turn);
    }
    folder_leave(&folder);
    assert_false(exists(folder.path));
}

static void test_last_one_removes(void **state)
{
    (void)state;
    struct folder one, two;
    char first[FOLDER_PATH], second[FOLDER_PATH];
    join(&one, "0000000b", false);
    join(&two, "0000000b", false);
    assert_string_equal(one.path, two.path);
    assert_true(folder_begin(&one, first));
    folder_end(&one, "a=1"); /* of a run of which nothing is kept it goes all the same */
    assert_true(folder_begin(&two, second));
    folder_leave(&one);
    assert_true(exists(second));
    folder_leave(&two);
    assert_false(exists(two.path));
}

static void test_some_stay(void **state)
{
    (void)state;
    struct folder folder;
    char path[FOLDER_PATH], stays[FOLDER_PATH];
    join(&folder, "0000000c", true);
    assert_true(folder_begin(&folder, path));
    folder_stays(&folder, "a=1", stays);
    folder_end(&folder, "a=1");
    assert_true(exists(stays) && !exists(path));
    assert_true(folder_begin(&folder, path));
    folder_leave(&folder);
    assert_true(exists(stays) && !exists(path));
    join(&folder, "0000000d", false); /* the next run lets them be */
    folder_leave(&folder);
    assert_int_equal(rmdir(stays), 0);
    join(&folder, "0000000c", true);
    folder_leave(&folder); /* when nothing stays, nothing is left */
    assert_false(exists(folder.path));
}

/* A process that ends without a word. */
static void leave_behind(const char *id)
{
    const pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        struct folder folder;
        char path[FOLDER_PATH];
        folder_init(&folder, id, false);
        discard((long)folder_begin(&folder, path));
        discard(raise(SIGKILL));
    }
    assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void test_next_run_sweeps(void **state)
{
    (void)state;
    static const char *const others[] = {"nsurf-run-mnist", "nsurf-run-0000000e", "nsurf-run-00000000-0000000e"};
    struct folder alive, next;
    char path[FOLDER_PATH], left[FOLDER_PATH], other[128];
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) { /* the user's own, and that of another host */
        discard(snprintf(other, sizeof other, "%s/%s", place, others[i]));
        assert_int_equal(mkdir(other, 0700), 0);
    }
    join(&next, "0000000e", false);
    strcpy(left, next.path);
    folder_leave(&next);
    join(&alive, "0000000f", false);
    assert_true(folder_begin(&alive, path));
    leave_behind("0000000e");
    assert_true(exists(left));
    join(&next, "00000010", false);
    assert_false(exists(left));
    assert_true(exists(path));
    folder_leave(&next);
    folder_leave(&alive);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        discard(snprintf(other, sizeof other, "%s/%s", place, others[i]));
        assert_int_equal(rmdir(other), 0);
    }
}

/* Processes of one number share a folder where each has its own numbers of processes. */
static void test_same_number(void **state)
{
    (void)state;
    struct folder one, two;
    char path[FOLDER_PATH];
    join(&one, "00000014", false);
    join(&two, "00000014", false);
    assert_true(folder_begin(&one, path));
    strcpy(two.own, one.own);
    assert_true(folder_begin(&two, path));
    folder_leave(&one);
    assert_true(exists(path));
    folder_leave(&two);
}

static void test_nowhere(void **state)
{
    (void)state;
    struct folder folder;
    char path[FOLDER_PATH], name[128];
    discard(snprintf(name, sizeof name, "%s/not/there", place));
    assert_int_equal(setenv("TMPDIR", name, 1), 0);
    join(&folder, "00000011", false);
    assert_memory_equal(folder.path, "/tmp/nsurf-run-", strlen("/tmp/nsurf-run-"));
    assert_true(folder_begin(&folder, path));
    folder_end(&folder, NULL);
    assert_int_equal(rmdir(path), 0); /* somebody tidies up */
    assert_int_equal(rmdir(folder.path), 0);
    assert_true(folder_begin(&folder, path));
    assert_true(exists(path));
    folder_leave(&folder);
    assert_false(exists(folder.path));
    assert_int_equal(setenv("TMPDIR", place, 1), 0);
    join(&folder, "00000012", false);
    strcpy(path, folder.path);
    folder_leave(&folder);
    assert_int_equal(symlink("/", path), 0); /* nobody is led elsewhere */
    join(&folder, "00000012", false);
    assert_memory_equal(folder.path, "/tmp/nsurf-run-", strlen("/tmp/nsurf-run-"));
    folder_leave(&folder);
    assert_int_equal(unlink(path), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_anything_goes),   cmocka_unit_test(test_last_one_removes),
        cmocka_unit_test(test_some_stay),       cmocka_unit_test(test_next_run_sweeps),
        cmocka_unit_test(test_nowhere),         cmocka_unit_test(test_untouched),
        cmocka_unit_test(test_same_number),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
