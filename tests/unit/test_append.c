/* SPDX-License-Identifier: BSD-3-Clause */
/* Files that grow in place, where the file system or somebody else does not play along. */
#define _DEFAULT_SOURCE /* mkdtemp, syscall */
#include "base/append.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "/tmp/nsurf-test-XXXXXX";

static int enter(void **state)
{
    (void)state;
    strcpy(folder + sizeof folder - 7, "XXXXXX");
    return mkdtemp(folder) && chdir(folder) == 0 ? 0 : -1;
}

static int leave(void **state)
{
    (void)state;
    discard(unlink("a"));
    return chdir("/") == 0 && rmdir(folder) == 0 ? 0 : -1;
}

/* Each look at the name finds another file than the one that was opened: the C library's own lstat comes after ours. */
static int replacements;
int lstat(const char *restrict path, struct stat *restrict info)
{
    const int result = fstatat(AT_FDCWD, path, info, AT_SYMLINK_NOFOLLOW);
    if (replacements > 0) {
        replacements--;
        info->st_ino++;
    }
    return result;
}

static void replaced_while_opening(void **state)
{
    (void)state;
    struct append *append;
    struct error err;
    discard((long)alarm(20)); /* for ever is a failure */
    replacements = 3;
    assert_int_equal(append_open(&append, "a", APPEND_CREATE, &err), STATUS_OK);
    assert_int_equal(append_close(append, &err), STATUS_OK);
    replacements = INT_MAX;
    assert_int_equal(append_open(&append, "a", APPEND_CREATE, &err), STATUS_IO);
    assert_non_null(strstr(err.text, "a is replaced again and again; "));
    replacements = 0;
    discard((long)alarm(0));
}

/* A file system without locks, where `lockless` is an error number: the C library's own fcntl comes after ours. */
static int lockless;
int fcntl(int fd, int command, ...)
{
    va_list args;
    va_start(args, command);
    const long arg = va_arg(args, long);
    va_end(args);
    if (command == F_SETLK && lockless) {
        errno = lockless;
        return -1;
    }
    return (int)syscall(SYS_fcntl, fd, command, arg);
}

static void locks(void **state)
{
    (void)state;
    const struct {
        int error_number;
        enum append_mode mode;
        bool locked;
        enum status status;
    } cases[] = {
        {0, APPEND_CREATE, true, STATUS_OK},        {0, APPEND_READ, false, STATUS_OK},
        {ENOLCK, APPEND_CREATE, false, STATUS_OK},  {ENOSYS, APPEND_CREATE, false, STATUS_OK},
        {ENOTSUP, APPEND_CREATE, false, STATUS_OK}, {EIO, APPEND_CREATE, false, STATUS_IO},
    };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        struct append *append;
        struct error err;
        lockless = cases[c].error_number;
        assert_int_equal(append_open(&append, "a", cases[c].mode, &err), cases[c].status);
        if (append)
            assert_int_equal(append_locked(append), cases[c].locked);
        assert_int_equal(append_close(append, &err), STATUS_OK);
    }
    lockless = 0;
}

static void others_are_noticed(void **state)
{
    (void)state;
    const struct {
        const char *command;
        bool intact;
    } cases[] = {
        {"true", true},           {"chmod 600 a; touch a", true},
        {"rm a", false},          {"cp a b; mv b a", false},
        {"truncate -s 2 a", false}, {": >a", false},
        {"echo more >>a", false}, {"mv a b; ln -s b a", false},
    };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        struct append *append;
        struct error err;
        discard(unlink("a"));
        assert_int_equal(append_open(&append, "a", APPEND_CREATE, &err), STATUS_OK);
        assert_int_equal(append_write(append, "words", 5, &err), STATUS_OK);
        assert_true(append_intact(append));
        assert_int_equal(system(cases[c].command), 0);
        assert_int_equal(append_intact(append), cases[c].intact);
        assert_int_equal(append_close(append, &err), STATUS_OK);
        discard(unlink("b"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(replaced_while_opening, enter, leave),
        cmocka_unit_test_setup_teardown(locks, enter, leave),
        cmocka_unit_test_setup_teardown(others_are_noticed, enter, leave),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
