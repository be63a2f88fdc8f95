/** @file
 * What backup and restore share: a folder of files with their digests. One thread.
 *
 * A backup is a folder DEST/2026-11-25T02-00-00Z with
 *   yunjian.db      the records, at one moment
 *   recordings/     closed segments and the one being written; tracks of finished recordings
 *   ...             whatever else lies in the data folder
 *   configuration/  the configuration file, and a certificate from outside the data folder
 *   SHA256SUMS      of all these files: `sha256sum -c` reads it
 *   manifest.json   written last; names the version, the numbers and the digest of SHA256SUMS
 * Until it is whole it has a name that begins with ".part-". */
#ifndef BACKUP_PRIV_H
#define BACKUP_PRIV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/err.h"

enum { FILES_PATH = 1024, FILES_WHY = 400, FILES_DEPTH = 8, DIGEST_TEXT = 65 };

/* ---- files.c: folders and copies
 * ------------------------------------------------------------------------------------------ */

/** "A/B"; a path that does not fit is ERR_TOOBIG. */
MUST_USE enum err path_join(char out[FILES_PATH], const char *a, const char *b);
/** Regular files under @p root, in order of their names; @p rel is the path below it. Dot files and
 * what is no file are left out. A file or folder that goes away meanwhile is no error. */
struct walk {
    const char *root;
    /** False keeps out of a folder, or away from a file. */
    bool (*wanted)(void *arg, const char *rel, bool folder);
    enum err (*file)(void *arg, const char *rel, const struct stat *st);
    void *arg;
    char why[FILES_WHY];
};
MUST_USE enum err walk_run(struct walk *w);
/** All missing folders of the path of a file. */
MUST_USE enum err folders_make(const char *file);
/** Folder and all that is in it; it may be absent. */
MUST_USE enum err tree_remove(const char *path);

struct copied {
    uint64_t bytes;
    char digest[DIGEST_TEXT];
};
/** Copies bytes, mode and time of change; follows with progress. ERR_NOENT: the source is not
 * there. @param why  Of other errors. */
MUST_USE enum err file_copy(const char *from, const char *to, struct copied *out,
                            void (*progress)(void *arg, uint64_t bytes), void *arg,
                            char why[FILES_WHY]);
MUST_USE enum err file_digest(const char *path, struct copied *out, char why[FILES_WHY]);
/** Everything written below @p folder is on the disk afterwards. */
MUST_USE enum err folder_sync(const char *folder, char why[FILES_WHY]);

/* ---- sums.c: SHA256SUMS in memory
 * ----------------------------------------------------------------------------------------- */

struct sum {
    char *path;
    char digest[DIGEST_TEXT];
};
struct sums {
    struct sum *list;
    size_t n, cap;
};
void sums_free(struct sums *s);
MUST_USE enum err sums_add(struct sums *s, const char *path, const char *digest);
MUST_USE enum err sums_write(struct sums *s, const char *file);
/** Lines of 64 hex digits, two spaces and a path, sorted by path afterwards. ERR_PROTO for anything
 * else, a path that leads out of the folder or stands twice included. */
MUST_USE enum err sums_parse(struct sums *s, const char *text, size_t len);
MUST_USE enum err sums_read(struct sums *s, const char *file);
/** NULL: not in it. The list is sorted: after sums_parse() and sums_write(). */
const struct sum *sums_find(const struct sums *s, const char *path);

/** What manifest.json says. */
struct manifest {
    char made_at[40];
    int64_t schema, files, bytes;
    char sums[DIGEST_TEXT];
};
MUST_USE enum err manifest_write(const struct manifest *m, const char *folder);
/** ERR_NOENT: none, so this is no backup. ERR_PROTO: not one that this program reads. */
MUST_USE enum err manifest_read(struct manifest *m, const char *folder);

/* ---- said while it runs
 * --------------------------------------------------------------------------------------- */

/** A line on standard error now and then: in place on a terminal, every ten seconds elsewhere. */
struct meter {
    const char *what;
    uint64_t done, all, said_ns;
};
void meter_say(struct meter *m, uint64_t done);
void meter_end(struct meter *m);

#endif
