/* SPDX-License-Identifier: BSD-3-Clause */
/* A copy of a file has the bytes of which the digest was taken, its rights and its name, and goes with the program. */
#define _GNU_SOURCE
#include "program/files.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char place[64];

static int begin(void **state)
{
    (void)state;
    strcpy(place, "/tmp/nsurf-test.XXXXXX");
    return mkdtemp(place) && chdir(place) == 0 ? setenv("TMPDIR", place, 1) : -1;
}

static int end(void **state)
{
    (void)state;
    return unlink("a") == 0 && unlink("b c") == 0 ? rmdir(place) : -1; /* no copy is left */
}

static void put(const char *name, size_t size, char byte)
{
    FILE *const file = fopen(name, "w");
    assert_non_null(file);
    for (size_t i = 0; i < size; i++)
        assert_int_equal(fputc(byte, file), (unsigned char)byte);
    assert_int_equal(fclose(file), 0);
}

static struct program *look(const char *command)
{
    const struct program_options options = {.command = command};
    struct program *program;
    struct error err;
    assert_int_equal(program_create(&program, &options, &err), STATUS_OK);
    return program;
}

static void test_copies(void **state)
{
    (void)state;
    struct error err;
    put("a", 0, 0);
    put("b c", 3000000, 'x'); /* several pieces */
    assert_int_equal(chmod("b c", 0640), 0);
    struct program *const program = look("true {file:a} '{file:b c}' {n} {file:a}");
    assert_int_equal(program->file_count, 2);
    assert_int_equal(files_copy(program, &err), STATUS_OK);
    assert_null(files_find(program, "n"));
    assert_null(files_find(program, "file:b"));
    const struct program_file *const file = files_find(program, "file:b c");
    struct stat about;
    assert_int_equal(stat(file->path, &about), 0);
    assert_int_equal(about.st_size, 3000000);
    assert_int_equal(about.st_mode & 0777, 0640);
    assert_string_equal(strrchr(file->path, '/'), "/b c");
    assert_int_equal(stat(files_find(program, "file:a")->path, &about), 0);
    assert_int_equal(about.st_size, 0);
    program_free(program);
}

/* Between the digest and the copy. */
static void test_changed(void **state)
{
    (void)state;
    static const size_t sizes[] = {2000000, 2999999, 3000001, 3000000};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct error err;
        put("b c", 3000000, 'x');
        struct program *const program = look("true {file:a} '{file:b c}'");
        put("b c", sizes[i], i == 3 ? 'y' : 'x');
        assert_int_equal(files_copy(program, &err), STATUS_DATA);
        assert_string_equal(err.text, "b c: has changed since it was read first; start again");
        program_free(program);
    }
}

static void test_too_many(void **state)
{
    (void)state;
    char command[1024] = "true";
    for (int i = 0; i <= PROGRAM_FILES_MAX; i++)
        discard(snprintf(command + strlen(command), 32, " {file:%d}", i));
    const struct program_options options = {.command = command};
    struct program *program;
    struct error err;
    assert_int_equal(program_create(&program, &options, &err), STATUS_USAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_copies), cmocka_unit_test(test_changed),
                                       cmocka_unit_test(test_too_many)};
    return cmocka_run_group_tests(tests, begin, end);
}
