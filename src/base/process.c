/* SPDX-License-Identifier: BSD-3-Clause */
/* A process's start; see process.h. */
#include "base/process.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

/* A closed standard stream becomes one that is of no use: it cannot be read, or written. So its number is taken, and a
 * result that is printed there is an error. */
static void hold_standard_streams(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 && errno == EBADF) /* open takes the lowest number that is free: this one */
            discard(open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY));
}

void process_prepare(void)
{
    hold_standard_streams();
    discard(sigaction(SIGXFSZ, &(struct sigaction){.sa_handler = SIG_IGN}, NULL));
    discard(sigaction(SIGPIPE, &(struct sigaction){.sa_handler = SIG_IGN}, NULL));
}
