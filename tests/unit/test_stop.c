/* SPDX-License-Identifier: BSD-3-Clause */
/* The wish to stop: which signal asks, which ends the process at once, and which are left alone. */
#include "base/stop.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { SIGNALS = 4 };

/* A process of its own gets these signals one by one. It exits with the signal that asked to stop, plus 64 when partial
 * files are wanted. */
static int fate(const int signals[SIGNALS], int ignored)
{
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        if (ignored)
            signal(ignored, SIG_IGN);
        stop_listen();
        for (size_t s = 0; s < SIGNALS && signals[s]; s++)
            raise(signals[s]);
        const int code = stop_signal() + (stop_wants_partial() ? 64 : 0);
        _exit(stop_wants_partial() ? 255 : code); /* the wish was told once */
    }
    int how;
    assert_int_equal(waitpid(child, &how, 0), child);
    return how;
}

static void signals(void **state)
{
    (void)state;
    const struct {
        int signals[SIGNALS], ignored;
        int killed, code; /* by which signal, else its exit code */
    } cases[] = {
        {{0}, 0, 0, 0},
        {{SIGTERM}, 0, 0, SIGTERM},
        {{SIGUSR1}, 0, 0, SIGUSR1},
        {{SIGHUP}, 0, 0, SIGHUP},
        {{SIGINT}, 0, 0, SIGINT},
        {{SIGTERM, SIGTERM}, 0, 0, SIGTERM},
        {{SIGUSR1, SIGTERM, SIGHUP}, 0, 0, SIGUSR1},
        {{SIGUSR2}, 0, 0, 64},
        {{SIGUSR2, SIGTERM, SIGUSR2}, 0, 0, SIGTERM + 64},
        {{SIGINT, SIGINT}, 0, SIGINT, 0},
        {{SIGINT, SIGTERM}, 0, 0, SIGINT},
        {{SIGTERM, SIGINT}, 0, 0, SIGTERM},
        {{SIGTERM, SIGINT, SIGINT}, 0, SIGINT, 0}, /* Ctrl-C twice means it, whatever came before */
        {{SIGINT, SIGTERM, SIGINT}, 0, SIGINT, 0},
        {{SIGHUP}, SIGHUP, 0, 0},         /* nohup */
        {{SIGINT, SIGINT}, SIGINT, 0, 0}, /* a background job */
        {{SIGTERM}, SIGTERM, 0, SIGTERM},
        {{SIGUSR1}, SIGUSR1, 0, SIGUSR1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const int how = fate(cases[i].signals, cases[i].ignored);
        const int killed = WIFSIGNALED(how) ? WTERMSIG(how) : 0, code = WIFEXITED(how) ? WEXITSTATUS(how) : 0;
        if (killed != cases[i].killed || code != cases[i].code)
            fail_msg("case %zu: killed by %d, exit %d", i, killed, code);
    }
}

static void names(void **state)
{
    (void)state;
    assert_string_equal(stop_signal_name(SIGTERM), "SIGTERM");
    assert_string_equal(stop_signal_name(SIGINT), "SIGINT");
    assert_string_equal(stop_signal_name(SIGKILL), "a signal");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(signals),
        cmocka_unit_test(names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
