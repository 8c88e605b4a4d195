/* SPDX-License-Identifier: BSD-3-Clause */
/* The wish to stop; see stop.h. */
#include "base/stop.h"

#include "base/error.h"

#include <signal.h>
#include <stddef.h>

static const struct {
    int signal;
    const char *name;
} watched[] = {
    {SIGTERM, "SIGTERM"}, {SIGINT, "SIGINT"}, {SIGHUP, "SIGHUP"}, {SIGUSR1, "SIGUSR1"}, {SIGUSR2, "SIGUSR2"}};

static volatile sig_atomic_t asked, interrupted, partial;
static void (*leave_early)(int number);

static void on_signal(int number)
{
    if (number == SIGINT && interrupted) { /* a second Ctrl-C means it */
        discard(sigaction(SIGINT, &(struct sigaction){.sa_handler = SIG_DFL}, NULL));
        discard(raise(SIGINT)); /* delivered when this handler returns */
        return;
    }
    interrupted = number == SIGINT || interrupted;
    if (number == SIGUSR2)
        partial = 1;
    else if (!asked)
        asked = number;
}

static void on_early_signal(int number)
{
    if (number == SIGUSR2)
        partial = 1;
    else
        leave_early(number);
}

static void listen_with(void (*handler)(int))
{
    for (size_t s = 0; s < sizeof watched / sizeof *watched; s++) {
        struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART}, old;
        discard(sigemptyset(&action.sa_mask));
        /* sigaction fails only for a signal that does not exist or cannot be caught, and these can. */
        discard(sigaction(watched[s].signal, NULL, &old));
        if (old.sa_handler != SIG_IGN || watched[s].signal == SIGTERM || watched[s].signal == SIGUSR1 ||
            watched[s].signal == SIGUSR2)
            discard(sigaction(watched[s].signal, &action, NULL));
    }
}

void stop_at_once(void (*leave)(int number))
{
    leave_early = leave;
    listen_with(on_early_signal);
}

void stop_listen(void)
{
    listen_with(on_signal);
}

bool stop_wants_partial(void)
{
    if (!partial)
        return false;
    partial = 0;
    return true;
}

int stop_signal(void)
{
    return asked;
}

const char *stop_signal_name(int number)
{
    for (size_t s = 0; s < sizeof watched / sizeof *watched; s++)
        if (watched[s].signal == number)
            return watched[s].name;
    return "a signal";
}
