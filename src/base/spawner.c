/* SPDX-License-Identifier: BSD-3-Clause */
/* The caller's side of a spawner; see spawner.h. The two talk over a pair of sockets, in structures, because they are
 * one program: a request and its texts there, how the program ended and what it wrote back. */
#define _GNU_SOURCE /* MSG_NOSIGNAL */
#include "base/spawner.h"

#include "base/clock.h"
#include "base/descendants.h"
#include "base/mem.h"
#include "base/spawned.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* How long a spawner that has nothing to run may take to leave: folders may hold much. */
enum { leave_ms = 5000 };

struct spawner {
    int socket;
    bool running;              /* a program, whose answer has not come whole */
    size_t got;                /* bytes of the answer that have come */
    struct spawned_answer answer;
    char bytes[SPAWNER_OUTPUT + SPAWNER_ERRORS]; /* what the program wrote, then its errors */
};

enum status spawner_start(struct spawner **result, const struct spawner_settings *settings, struct error *err)
{
    int ends[2];
    *result = NULL;
    struct spawner *const spawner = mem_array(1, sizeof *spawner);
    if (!spawner)
        return error_memory(err, "the spawner");
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
        free(spawner);
        return error_set(err, STATUS_INTERNAL, "cannot talk to a process of ours: no pair of sockets");
    }
    descendants_adopt();
    const pid_t pid = fork();
    if (pid == 0) /* never returns */
        spawned_serve(ends[1], settings);
    discard(close(ends[1]));
    spawner->socket = ends[0];
    *result = spawner;
    if (pid > 0)
        return STATUS_OK;
    spawner_stop(spawner);
    *result = NULL;
    return error_set(err, STATUS_INTERNAL, "cannot start a process; does `ulimit -u` allow so many?");
}

void spawner_stop(struct spawner *spawner)
{
    struct pollfd fd = {.events = POLLIN};
    if (!spawner)
        return;
    fd.fd = spawner->socket;
    discard(shutdown(spawner->socket, SHUT_WR)); /* it sees the end */
    if (!spawner->running)
        discard(poll(&fd, 1, leave_ms)); /* and we see its end */
    discard(close(spawner->socket));
    free(spawner);
}

/* Its programs have nobody left who would end them but this process, which has adopted them and ends all of its own:
 * so does the run. */
static enum status gone(struct error *err)
{
    static const double pause_s = 0.01;
    bool ended = false;
    int status;
    for (int look = 0; look < 100 && descendants_bury(0, &ended, &status); look++) {
        descendants_signal(SIGKILL);
        clock_sleep_s(pause_s);
    }
    return error_set(err, STATUS_INTERNAL, "the process that runs the programs is gone; was it killed?");
}

static bool write_all(int fd, const void *bytes, size_t size)
{
    const char *at = bytes;
    while (size > 0) {
        const ssize_t sent = send(fd, at, size, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent <= 0)
            return false;
        at += sent;
        size -= (size_t)sent;
    }
    return true;
}

enum status spawner_input(struct spawner *spawner, const void *bytes, size_t size, struct error *err)
{
    const struct spawned_request request = {.kind = SPAWNED_INPUT, .input_size = size};
    return write_all(spawner->socket, &request, sizeof request) && write_all(spawner->socket, bytes, size) ? STATUS_OK
                                                                                                          : gone(err);
}

static enum status ask(struct spawner *spawner, const struct spawned_request *request, struct error *err)
{
    return write_all(spawner->socket, request, sizeof *request) ? STATUS_OK : gone(err);
}

enum status spawner_folders(struct spawner *spawner, const char *id, bool kept, bool held, struct error *err)
{
    struct spawned_request request = {.kind = SPAWNED_FOLDERS, .keep = kept, .held = held};
    discard(snprintf(request.name, sizeof request.name, "%s", id));
    return ask(spawner, &request, err);
}

enum status spawner_settle(struct spawner *spawner, bool keep, struct error *err)
{
    const struct spawned_request request = {.kind = SPAWNED_SETTLE, .keep = keep};
    return ask(spawner, &request, err);
}

enum status spawner_run(struct spawner *spawner, const struct spawner_job *job, struct error *err)
{
    struct spawned_request request = {.kind = SPAWNED_RUN,
                                      .words_size = job->words_size,
                                      .words_count = job->words_count,
                                      .variables_size = job->variables_size,
                                      .variables_count = job->variables_count,
                                      .timeout_s = job->timeout_s,
                                      .inside = job->inside,
                                      .goes = job->goes};
    discard(snprintf(request.name, sizeof request.name, "%s", job->folder ? job->folder : ""));
    spawner->got = 0;
    spawner->running = true;
    return write_all(spawner->socket, &request, sizeof request) &&
                   write_all(spawner->socket, job->words, job->words_size) &&
                   write_all(spawner->socket, job->variables, job->variables_size)
               ? STATUS_OK
               : gone(err);
}

/* Bytes of the answer in all, as far as that is known. */
static size_t expected(const struct spawner *spawner)
{
    const size_t header = sizeof spawner->answer;
    return spawner->got < header ? header : header + spawner->answer.output_size + spawner->answer.errors_size;
}

/* Read what is there of the answer. False at its end of the line. */
static bool read_on(struct spawner *spawner)
{
    const size_t header = sizeof spawner->answer;
    while (spawner->got < expected(spawner)) {
        char *const place = spawner->got < header ? (char *)&spawner->answer + spawner->got
                                                  : spawner->bytes + (spawner->got - header);
        const ssize_t got = recv(spawner->socket, place, expected(spawner) - spawner->got, MSG_DONTWAIT);
        if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
            return true;
        if (got <= 0)
            return false;
        spawner->got += (size_t)got;
    }
    return true;
}

enum status spawner_wait(struct spawner *spawner, double wait_s, bool *ended, struct spawner_end *end,
                         struct error *err)
{
    struct pollfd fd = {.fd = spawner->socket, .events = POLLIN};
    *ended = false;
    if (poll(&fd, 1, clock_poll_ms(wait_s)) > 0 && !read_on(spawner))
        return gone(err);
    if (spawner->got < sizeof spawner->answer || spawner->got < expected(spawner))
        return STATUS_OK;
    *ended = true;
    spawner->running = false;
    *end = spawner->answer.end;
    end->output_size = spawner->answer.output_size;
    end->errors_size = spawner->answer.errors_size;
    end->output = spawner->bytes;
    end->errors = spawner->bytes + end->output_size;
    return STATUS_OK;
}

void spawner_wait_any(struct spawner *const *spawners, size_t count, double wait_s)
{
    struct pollfd *const fds = mem_array(count, sizeof *fds);
    for (size_t s = 0; s < count && fds; s++)
        fds[s] = (struct pollfd){.fd = spawners[s]->running ? spawners[s]->socket : -1, .events = POLLIN};
    if (fds)
        discard(poll(fds, count, (int)(1000 * wait_s)));
    free(fds);
}
