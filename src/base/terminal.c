/* SPDX-License-Identifier: BSD-3-Clause */
/* A terminal as a screen; see terminal.h. The sequences are those of ECMA-48 and xterm, which all terminals of today
 * understand: a library of capabilities would add nothing. Handlers of signals only set flags; who waits for a key does
 * the rest. */
#include "base/terminal.h"

#include "base/file.h"
#include "base/number.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

static const char enter[] = "\x1b[?1049h\x1b[?25l\x1b[2J", leave[] = "\x1b[0m\x1b[?25h\x1b[?1049l";

static const int watched[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGCONT, SIGWINCH};
enum { WATCHED = sizeof watched / sizeof *watched };

static struct {
    bool taken;
    struct termios usual;
    struct sigaction before[WATCHED];
} terminal;

static volatile sig_atomic_t interrupted, ended, stopped, continued;

static void on_signal(int number)
{
    if (number == SIGINT)
        interrupted = 1;
    else if (number == SIGTSTP)
        stopped = 1;
    else if (number == SIGCONT)
        continued = 1;
    else if (number != SIGWINCH) /* which alone ends the wait for a key */
        ended = 1;
}

bool terminal_is_output(void)
{
    return isatty(STDOUT_FILENO);
}

bool terminal_is_interactive(void)
{
    return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}

static size_t size_of(const char *variable, unsigned short told, size_t usual)
{
    const char *const text = getenv(variable);
    uint64_t number = 0;
    if (told)
        return told;
    return text && number_read_count(text, 10000, &number) == NUMBER_OK && number > 0 ? number : usual;
}

void terminal_size(size_t *columns, size_t *rows)
{
    struct winsize size = {0};
    discard(ioctl(STDOUT_FILENO, TIOCGWINSZ, &size));
    *columns = size_of("COLUMNS", size.ws_col, 80);
    *rows = size_of("LINES", size.ws_row, 24);
}

/* Keys one by one, unechoed; keys that make signals still do. */
static bool take_over(void)
{
    struct termios raw = terminal.usual;
    raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO | IEXTEN);
    raw.c_iflag &= ~(tcflag_t)(IXON);
    raw.c_cc[VMIN] = 0;
    raw.c_cc[VTIME] = 0;
    return tcsetattr(STDIN_FILENO, TCSADRAIN, &raw) == 0 && file_write_all(STDOUT_FILENO, enter, sizeof enter - 1);
}

static void give_back(void)
{
    discard(file_write_all(STDOUT_FILENO, leave, sizeof leave - 1));
    discard(tcsetattr(STDIN_FILENO, TCSADRAIN, &terminal.usual));
}

enum status terminal_enter(struct error *err)
{
    if (tcgetattr(STDIN_FILENO, &terminal.usual) != 0)
        return error_set(err, STATUS_IO, "the terminal: %s; --once prints one frame", strerror(errno));
    interrupted = ended = stopped = continued = 0;
    for (size_t s = 0; s < WATCHED; s++) {
        struct sigaction action = {.sa_handler = on_signal};
        discard(sigemptyset(&action.sa_mask));
        /* sigaction fails only for a signal that does not exist or cannot be caught, and these can. */
        discard(sigaction(watched[s], &action, &terminal.before[s]));
    }
    terminal.taken = true;
    if (take_over())
        return STATUS_OK;
    const int error = errno;
    terminal_leave();
    return error_set(err, STATUS_IO, "the terminal: %s; --once prints one frame", strerror(error));
}

void terminal_leave(void)
{
    if (!terminal.taken)
        return;
    give_back();
    terminal.taken = false;
    for (size_t s = 0; s < WATCHED; s++)
        discard(sigaction(watched[s], &terminal.before[s], NULL));
}

/* Stop as a process does that knows nothing of SIGTSTP, with the terminal as it was. */
static void stop(void)
{
    give_back();
    stopped = 0;
    discard(raise(SIGSTOP));
    continued = 1;
}

/* The rest of a sequence that a special key sends: ESC [ A, ESC O A, ESC [ 5 ~. */
static int special(const char *bytes, size_t length)
{
    static const struct {
        const char *text;
        int key;
    } keys[] = {{"[A", KEY_UP},       {"OA", KEY_UP},      {"[B", KEY_DOWN},      {"OB", KEY_DOWN},
                {"[C", KEY_RIGHT},    {"OC", KEY_RIGHT},   {"[D", KEY_LEFT},      {"OD", KEY_LEFT},
                {"[H", KEY_HOME},     {"[1~", KEY_HOME},   {"[F", KEY_END},       {"[4~", KEY_END},
                {"[5~", KEY_PAGE_UP}, {"[6~", KEY_PAGE_DOWN}};
    for (size_t k = 0; k < sizeof keys / sizeof *keys; k++)
        if (length == strlen(keys[k].text) && memcmp(bytes, keys[k].text, length) == 0)
            return keys[k].key;
    return KEY_NONE;
}

/* Bytes that have come: those of a special key come together. */
static int read_key(void)
{
    char bytes[8];
    const ssize_t first = read(STDIN_FILENO, bytes, 1);
    if (first <= 0)
        return first < 0 && (errno == EINTR || errno == EAGAIN) ? KEY_NONE : KEY_ENDED;
    if (*bytes != '\x1b')
        return (unsigned char)*bytes;
    size_t length = 0;
    while (length < sizeof bytes && read(STDIN_FILENO, bytes + length, 1) == 1) {
        const char last = bytes[length++];
        if (length > 1 && last >= '@' && last <= '~')
            break;
    }
    return length > 0 ? special(bytes, length) : '\x1b';
}

int terminal_key(double wait_s)
{
    struct pollfd keys = {.fd = STDIN_FILENO, .events = POLLIN};
    int ready = 0;
    if (!stopped && !continued && !interrupted && !ended)
        ready = poll(&keys, 1, (int)(1000 * wait_s));
    if (stopped)
        stop();
    if (continued) {
        continued = 0;
        return take_over() ? KEY_NONE : KEY_ENDED;
    }
    if (interrupted || ended)
        return ended ? KEY_ENDED : KEY_INTERRUPT;
    return ready > 0 ? read_key() : KEY_NONE;
}

enum status terminal_draw(const char *lines, struct error *err)
{
    static const char home[] = "\x1b[H", end[] = "\x1b[0m\x1b[K", below[] = "\x1b[J";
    size_t count = 0, used = 0;
    for (const char *c = lines; *c; c++)
        count += *c == '\n';
    char *const text = malloc(strlen(lines) + count * (sizeof end + 2) + sizeof home + sizeof below);
    if (!text)
        return error_memory(err, "the screen");
#define PUT(piece, length) (memcpy(text + used, (piece), (length)), used += (length))
    PUT(home, sizeof home - 1);
    for (const char *feed; (feed = strchr(lines, '\n')) != NULL; lines = feed + 1) {
        PUT(lines, (size_t)(feed - lines));
        PUT(end, sizeof end - 1);
        if (feed[1]) /* after the last line of all the screen would move */
            PUT("\r\n", 2);
    }
    PUT(below, sizeof below - 1);
#undef PUT
    const bool written = file_write_all(STDOUT_FILENO, text, used);
    free(text);
    return written ? STATUS_OK : error_set(err, STATUS_IO, "the terminal: %s", strerror(errno));
}
