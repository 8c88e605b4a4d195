/* SPDX-License-Identifier: BSD-3-Clause */
/* A spawner: a small process that starts one program after the other and sees to their ends; see spawned.h. */
#define _GNU_SOURCE /* vfork, pipe2, execvpe, memfd_create, close_range */
#include "base/spawned.h"

#include "base/clock.h"
#include "base/descendants.h"
#include "base/environment.h"
#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* What a program may still do between SIGTERM and SIGKILL. */
static const double grace_s = 5;

enum {
    READS = 64,         /* of a stream at a look */
    VARIABLES_MAX = 64, /* of a program */
    PIPE_BYTES = 1 << 16,
    OUTPUT_ROOM = 2 * SPAWNER_OUTPUT,
    ERRORS_ROOM = 2 * SPAWNER_ERRORS
};

/* The last bytes of what is read. */
struct stream {
    int fd; /* -1 at its end */
    size_t kept, size, room; /* bytes to keep, in the buffer, and that it holds; room is twice what is kept */
    uint64_t total;
    char *bytes;
};

struct server {
    int socket, signals, input;
    sigset_t mask; /* of the programs */
    char **environment;
    size_t environment_count;
    struct stream output, errors;
    /* The program at hand. */
    pid_t pid;
    bool ended;
    int status;
    bool left; /* a descendant is there */
    /* Where it may leave files. */
    struct folder folder;   /* without an id: nowhere */
    struct folder held;     /* of the run, where it has more in it */
    char path[FOLDER_PATH], name[FOLDER_NAME]; /* the program's, and how it is called if it stays; empty: none */
    bool temporary_stays;   /* TMPDIR is the user's */
};

/* Everything that descends from this process ends with it; those that ask for time have had it. */
static _Noreturn void leave(struct server *server)
{
    bool ended = false;
    int status = 0;
    while (descendants_bury(0, &ended, &status)) {
        descendants_signal(SIGKILL);
        clock_sleep_s(1e-3);
    }
    folder_leave(&server->folder);
    folder_leave(&server->held);
    _exit(0);
}

/* --- what is asked for -------------------------------------------------------------------------------------------- */

static bool read_all(int fd, void *bytes, size_t size)
{
    char *at = bytes;
    while (size > 0) {
        const ssize_t got = read(fd, at, size);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        at += got;
        size -= (size_t)got;
    }
    return true;
}

/* Keep the input in memory that every program can open anew, from the beginning. */
static bool take_input(struct server *server, size_t size)
{
    char bytes[PIPE_BYTES];
    if (server->input >= 0)
        discard(close(server->input));
    server->input = memfd_create("stdin", MFD_CLOEXEC);
    for (size_t left = size; left > 0;) {
        const size_t piece = left < sizeof bytes ? left : sizeof bytes;
        if (!read_all(server->socket, bytes, piece) || write(server->input, bytes, piece) != (ssize_t)piece)
            return false;
        left -= piece;
    }
    return true;
}

static int open_input(const struct server *server)
{
    char path[64] = "/dev/null";
    if (server->input >= 0)
        discard(snprintf(path, sizeof path, "/proc/self/fd/%d", server->input));
    return open(path, O_RDONLY | O_CLOEXEC);
}

/* --- a program ---------------------------------------------------------------------------------------------------- */

/* Pointers to the texts that stand one after the other. */
static void point(char **list, char *texts, size_t count)
{
    for (size_t i = 0; i < count; i++, texts += strlen(texts) + 1)
        list[i] = texts;
    list[count] = NULL;
}

/* The child shares memory with this process until it has begun the program, or tells why it cannot. */
static int start(struct server *server, char *const *words, const int fds[3], bool inside)
{
    const pid_t parent = getpid();
    volatile int reason = 0;
    const pid_t pid = vfork();
    if (pid == 0) {
        for (int fd = 0; fd < 3; fd++)
            discard(dup2(fds[fd], fd));
        discard((long)setsid());
        discard(prctl(PR_SET_PDEATHSIG, SIGKILL));
        discard(sigprocmask(SIG_SETMASK, &server->mask, NULL));
        if (getppid() == parent && (!inside || chdir(server->path) == 0))
            discard(execvpe(words[0], words, server->environment));
        reason = errno;
        _exit(127);
    }
    server->pid = pid;
    server->ended = false;
    server->left = pid > 0;
    return pid < 0 ? errno : reason;
}

static void begin(struct stream *stream, int fd)
{
    stream->fd = fd;
    stream->size = 0;
    stream->total = 0;
    discard(fcntl(fd, F_SETFL, O_NONBLOCK));
}

/* Read what is there, but of one who writes without end no more than a look is for. */
static void drain(struct stream *stream)
{
    for (int reads = 0; stream->fd >= 0 && reads < READS; reads++) {
        if (stream->size == stream->room) {
            memmove(stream->bytes, stream->bytes + stream->room - stream->kept, stream->kept);
            stream->size = stream->kept;
        }
        const ssize_t got = read(stream->fd, stream->bytes + stream->size, stream->room - stream->size);
        if (got < 0)
            return; /* for now */
        if (got == 0) {
            discard(close(stream->fd));
            stream->fd = -1;
            return;
        }
        stream->size += (size_t)got;
        stream->total += (uint64_t)got;
    }
}

static void finish(struct stream *stream)
{
    drain(stream); /* nobody is left to write */
    if (stream->fd >= 0)
        discard(close(stream->fd));
    stream->fd = -1;
}

/* The bytes that are kept. */
static const char *tail(const struct stream *stream, size_t *size)
{
    *size = stream->size < stream->kept ? stream->size : stream->kept;
    return stream->bytes + stream->size - *size;
}

/* Until something happens; false when the program is not wanted any more. */
static bool look(struct server *server, double wait_s)
{
    struct pollfd fds[] = {{.fd = server->output.fd, .events = POLLIN},
                           {.fd = server->errors.fd, .events = POLLIN},
                           {.fd = server->signals, .events = POLLIN},
                           {.fd = server->socket, .events = POLLRDHUP}};
    struct signalfd_siginfo info;
    discard(poll(fds, sizeof fds / sizeof *fds, clock_poll_ms(wait_s)));
    drain(&server->output);
    drain(&server->errors);
    while (read(server->signals, &info, sizeof info) == (ssize_t)sizeof info)
        ;
    server->left = descendants_bury((long)server->pid, &server->ended, &server->status);
    return !(fds[3].revents & (POLLRDHUP | POLLHUP | POLLERR));
}

/* End all that descends from here. */
static void end_all(struct server *server)
{
    double until_s = clock_now_s() + grace_s, now_s;
    descendants_signal(SIGTERM);
    descendants_signal(SIGCONT); /* who is stopped takes no signal but these */
    while (server->left && (now_s = clock_now_s()) < until_s)
        discard((long)look(server, fmin(until_s - now_s, 0.05)));
    while (server->left) {
        descendants_signal(SIGKILL);
        discard((long)look(server, 0.01));
    }
}

/* See to the program until nothing of it is left. False when it is not wanted any more. */
static bool attend(struct server *server, double start_s, double timeout_s, struct spawner_end *end)
{
    const double until_s = start_s + timeout_s;
    bool wanted = true, late = false;
    while (wanted && !late && !server->ended) {
        wanted = look(server, until_s - clock_now_s());
        late = !server->ended && clock_now_s() >= until_s;
    }
    end->seconds = clock_now_s() - start_s;
    if (server->left)
        end_all(server);
    end->how = late ? SPAWNER_TIMEOUT : WIFEXITED(server->status) ? SPAWNER_EXITED : SPAWNER_KILLED;
    end->code = WIFEXITED(server->status) ? WEXITSTATUS(server->status) : WTERMSIG(server->status);
    return wanted;
}

/* Its streams: input, and pipes for what it writes. */
static bool open_streams(struct server *server, int fds[3])
{
    int output[2], errors[2];
    fds[0] = open_input(server);
    if (fds[0] < 0 || pipe2(output, O_CLOEXEC) != 0)
        return false;
    if (pipe2(errors, O_CLOEXEC) != 0)
        return false;
    begin(&server->output, output[0]);
    begin(&server->errors, errors[0]);
    fds[1] = output[1];
    fds[2] = errors[1];
    return true;
}

static bool send_all(int fd, const void *bytes, size_t size)
{
    const char *at = bytes;
    while (size > 0) {
        const ssize_t sent = send(fd, at, size, MSG_NOSIGNAL);
        if (sent <= 0 && errno != EINTR)
            return false;
        at += sent > 0 ? sent : 0;
        size -= sent > 0 ? (size_t)sent : 0;
    }
    return true;
}

static bool answer(struct server *server, const struct spawner_end *end)
{
    struct spawned_answer said = {.end = *end};
    const char *const output = tail(&server->output, &said.output_size);
    const char *const errors = tail(&server->errors, &said.errors_size);
    said.end.written = server->output.total;
    memcpy(said.end.folder, server->path, sizeof server->path);
    if (*server->path)
        folder_stays(&server->folder, server->name, said.end.stays);
    return send_all(server->socket, &said, sizeof said) && send_all(server->socket, output, said.output_size) &&
           send_all(server->socket, errors, said.errors_size);
}

/* --- its folder and its environment ------------------------------------------------------------------------------- */

/* False with errno. */
static bool make_folder(struct server *server, const char *name)
{
    server->path[0] = '\0';
    memcpy(server->name, name, sizeof server->name);
    return !*name || !*server->folder.id || folder_begin(&server->folder, server->path);
}

/* What the program finds in its environment beside what is always there, in place of variables of these names.
 * texts: [count] */
static void set_variables(struct server *server, char *texts, size_t count)
{
    static char folder[FOLDER_PATH + 16], temporary[FOLDER_PATH + 16];
    char *variables[VARIABLES_MAX + 3];
    point(variables, texts, count);
    if (*server->path) {
        discard(snprintf(folder, sizeof folder, "NSURF_FOLDER=%s", server->path));
        discard(snprintf(temporary, sizeof temporary, "TMPDIR=%s", server->path));
        variables[count++] = folder;
        if (!server->temporary_stays)
            variables[count++] = temporary;
    }
    environment_put(server->environment, &server->environment_count, variables, count);
}

/* One program. texts: the words, then the variables. False when there is no process to serve any more. */
static bool run(struct server *server, const struct spawned_request *request, char *texts, char **words)
{
    struct spawner_end end = {.how = SPAWNER_NOTHING};
    int fds[3];
    if (!make_folder(server, request->name)) {
        end = (struct spawner_end){.how = SPAWNER_NO_FOLDER, .code = errno};
        server->output.size = server->output.total = server->errors.size = 0;
        return answer(server, &end);
    }
    point(words, texts, request->words_count);
    set_variables(server, texts + request->words_size, request->variables_count);
    if (!open_streams(server, fds))
        leave(server); /* the caller sees that, and says so */
    const double start_s = clock_now_s();
    end.code = start(server, words, fds, request->inside);
    for (int fd = 0; fd < 3; fd++)
        discard(close(fds[fd]));
    bool wanted = true;
    if (server->pid > 0) {
        struct spawner_end seen = end;
        wanted = attend(server, start_s, request->timeout_s, &seen);
        if (end.code == 0)
            end = seen;
    }
    finish(&server->output);
    finish(&server->errors);
    wanted = wanted && answer(server, &end);
    if (wanted && request->goes)
        folder_end(&server->folder, NULL);
    return wanted;
}

/* The next request. */
static bool serve(struct server *server)
{
    struct spawned_request request;
    if (!read_all(server->socket, &request, sizeof request))
        return false;
    if (request.kind == SPAWNED_INPUT)
        return take_input(server, request.input_size);
    if (request.kind == SPAWNED_SETTLE)
        folder_end(&server->folder, request.keep ? server->name : NULL);
    if (request.kind == SPAWNED_FOLDERS) {
        folder_leave(&server->folder);
        folder_leave(&server->held);
        folder_init(&server->folder, request.name, request.keep);
        folder_init(&server->held, request.name, false);
        if (request.held)
            discard((long)folder_join(&server->held));
    }
    if (request.kind != SPAWNED_RUN)
        return true;
    char *const texts = malloc(request.words_size + request.variables_size + 1);
    char **const words = calloc(request.words_count + 1, sizeof *words);
    const bool served = texts && words && request.variables_count <= VARIABLES_MAX &&
                        read_all(server->socket, texts, request.words_size + request.variables_size) &&
                        run(server, &request, texts, words);
    free(words);
    free(texts);
    return served;
}

/* Nothing of the caller's is open here but the socket, so that everyone else sees its end. */
static void close_others(int *socket)
{
    enum { SOCKET = 3 };
    const int nothing = open("/dev/null", O_RDWR);
    if (*socket != SOCKET)
        discard(dup2(*socket, SOCKET));
    *socket = SOCKET;
    for (int fd = 0; fd < SOCKET; fd++)
        if (nothing != fd)
            discard(dup2(nothing, fd));
    discard(close_range(SOCKET + 1, ~0U, 0));
    discard(fcntl(SOCKET, F_SETFD, FD_CLOEXEC));
}

_Noreturn void spawned_serve(int socket, const struct spawner_settings *settings)
{
    static char output[OUTPUT_ROOM], errors[ERRORS_ROOM];
    struct server server = {.socket = socket,
                            .input = -1,
                            .output = {.fd = -1, .kept = SPAWNER_OUTPUT, .room = sizeof output, .bytes = output},
                            .errors = {.fd = -1, .kept = SPAWNER_ERRORS, .room = sizeof errors, .bytes = errors}};
    sigset_t watched;
    discard((long)setsid());
    discard(prctl(PR_SET_NAME, "nsurf-spawner"));
    close_others(&server.socket);
    for (int number = 1; number < NSIG; number++)
        discard(sigaction(number, &(struct sigaction){.sa_handler = SIG_DFL}, NULL));
    discard(sigemptyset(&server.mask));
    discard(sigfillset(&watched)); /* the end of the socket ends us, and nothing else that can be ignored */
    discard(sigprocmask(SIG_SETMASK, &watched, NULL));
    discard(sigemptyset(&watched));
    discard(sigaddset(&watched, SIGCHLD));
    server.signals = signalfd(-1, &watched, SFD_NONBLOCK | SFD_CLOEXEC);
    descendants_adopt();
    server.temporary_stays = environment_keeps("TMPDIR", settings->keep, settings->keep_count);
    discard(nice((int)settings->nice));
    server.environment =
        environment_clean(settings->keep, settings->keep_count, VARIABLES_MAX + 2, &server.environment_count);
    if (server.signals >= 0 && server.environment)
        while (serve(&server))
            ;
    leave(&server);
}
