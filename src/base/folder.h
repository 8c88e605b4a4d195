/* SPDX-License-Identifier: BSD-3-Clause */
/* The temporary folder of a run on a node, which its processes there share, and folders in it that come and go. The
 * folder is removed with all in it by the last process that leaves it, however the others ended; where all were killed
 * at once, by the next run of this user there. It knows nothing of what the folders are for.
 *
 * What is removed may be anything that a program leaves: folders without rights, trees of any depth, links, which are
 * never followed. */
#ifndef NSURF_BASE_FOLDER_H
#define NSURF_BASE_FOLDER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

enum { FOLDER_ID = 9, FOLDER_NAME = 192, FOLDER_PATH = 512 };

struct folder {
    char id[FOLDER_ID], own[FOLDER_ID]; /* of the run; of this process: numbers of processes may be those of others */
    bool kept, joined;
    int fd;
    char path[FOLDER_PATH];  /* of the folder of the run */
    char name[32];           /* of the one in it; empty: there is none */
    size_t made;
    struct stat fresh; /* as it was made */
};

/* Eight hexadecimal digits that no other run has. id: [FOLDER_ID]. False where the system gives none. */
bool folder_id(char *id);

/* The folder of the run of this id, which is not joined yet. kept: it stays for as long as something is in it. */
void folder_init(struct folder *folder, const char *id, bool kept);

/* Join the run on this node: make nsurf-run-HOST-ID, or nsurf-kept-ID, where it is not there yet, in $TMPDIR, else in
 * /tmp or /var/tmp, and hold it. HOST are eight digits of the host's name: hosts may share a file system without
 * sharing its locks. Ranks: local. False with errno. */
bool folder_join(struct folder *folder);

/* Leave it, where it was joined; the last one removes it. */
void folder_leave(struct folder *folder);

/* An empty folder in it, whose name is short, because sockets have short paths. path: [FOLDER_PATH], receives where it
 * is. The one before is removed; the folder of the run is joined, where it is not yet, or was removed by somebody else.
 * Ranks: local. False with errno. */
bool folder_begin(struct folder *folder, char *path);

/* Remove that folder, but for one that nobody has touched, which is as good as the next; or let it stay under another
 * name, which begins with this one. */
void folder_end(struct folder *folder, const char *stays);

/* Create a file in the folder of the run, in a new folder there, and open it for writing. path: [FOLDER_PATH], receives
 * where it is. -1 with errno. Then close it, with these rights: false with errno. */
int folder_put(struct folder *folder, const char *sub, const char *name, char *path);
bool folder_put_end(int fd, unsigned mode);

/* Where it would stay. path: [FOLDER_PATH] */
void folder_stays(const struct folder *folder, const char *stays, char *path);

#endif
