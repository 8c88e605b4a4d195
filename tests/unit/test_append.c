/* SPDX-License-Identifier: BSD-3-Clause */
/* Files that grow in place, where the file system or somebody else does not play along. */
#define _DEFAULT_SOURCE /* mkdtemp */
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(replaced_while_opening, enter, leave),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
