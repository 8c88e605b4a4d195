/* SPDX-License-Identifier: BSD-3-Clause */
/* A thread that syncs; see syncer.h. All that both sides touch is under the lock, except the file itself. */
#include "base/syncer.h"

#include "base/error.h"
#include "base/file.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

struct syncer {
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool busy, ends;
    int fd, error;
};

static void *work(void *arg)
{
    struct syncer *const syncer = arg;
    discard(pthread_mutex_lock(&syncer->lock));
    while (!syncer->ends) {
        if (!syncer->busy) {
            discard(pthread_cond_wait(&syncer->changed, &syncer->lock));
            continue;
        }
        discard(pthread_mutex_unlock(&syncer->lock));
        const int error = file_sync_all(syncer->fd) ? 0 : errno;
        discard(pthread_mutex_lock(&syncer->lock));
        syncer->error = error;
        syncer->busy = false;
        discard(pthread_cond_broadcast(&syncer->changed));
    }
    discard(pthread_mutex_unlock(&syncer->lock));
    return NULL;
}

struct syncer *syncer_create(int fd)
{
    struct syncer *const syncer = calloc(1, sizeof *syncer);
    if (!syncer)
        return NULL;
    *syncer = (struct syncer){.fd = fd};
    discard(pthread_mutex_init(&syncer->lock, NULL)); /* neither fails on Linux with these attributes */
    discard(pthread_cond_init(&syncer->changed, NULL));
    sigset_t all, mask;
    discard(sigfillset(&all)); /* signals are for the owner's thread */
    discard(pthread_sigmask(SIG_SETMASK, &all, &mask));
    const int failed = pthread_create(&syncer->thread, NULL, work, syncer);
    discard(pthread_sigmask(SIG_SETMASK, &mask, NULL));
    if (failed) {
        free(syncer);
        return NULL;
    }
    return syncer;
}

void syncer_start(struct syncer *syncer)
{
    discard(pthread_mutex_lock(&syncer->lock));
    syncer->busy = true;
    discard(pthread_cond_broadcast(&syncer->changed));
    discard(pthread_mutex_unlock(&syncer->lock));
}

bool syncer_idle(struct syncer *syncer, int *error)
{
    discard(pthread_mutex_lock(&syncer->lock));
    const bool idle = !syncer->busy;
    *error = syncer->error;
    discard(pthread_mutex_unlock(&syncer->lock));
    return idle;
}

int syncer_wait(struct syncer *syncer)
{
    discard(pthread_mutex_lock(&syncer->lock));
    while (syncer->busy)
        discard(pthread_cond_wait(&syncer->changed, &syncer->lock));
    const int error = syncer->error;
    discard(pthread_mutex_unlock(&syncer->lock));
    return error;
}

void syncer_destroy(struct syncer *syncer)
{
    if (!syncer)
        return;
    discard((long)syncer_wait(syncer));
    discard(pthread_mutex_lock(&syncer->lock));
    syncer->ends = true;
    discard(pthread_cond_broadcast(&syncer->changed));
    discard(pthread_mutex_unlock(&syncer->lock));
    discard(pthread_join(syncer->thread, NULL));
    discard(pthread_cond_destroy(&syncer->changed));
    discard(pthread_mutex_destroy(&syncer->lock));
    free(syncer);
}
