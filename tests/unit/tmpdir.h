/** @file A folder of the test's own under TMPDIR or /tmp, removed with all that is in it. */
#ifndef TESTS_TMPDIR_H
#define TESTS_TMPDIR_H

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>

static char tmpdir[200];

static inline int tmpdir_remove_one(const char *path, const struct stat *st, int kind,
                                    struct FTW *at)
{
    (void)st;
    (void)kind;
    (void)at;
    return remove(path);
}

static inline void tmpdir_remove(void)
{
    (void)nftw(tmpdir, tmpdir_remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/** Aborts when there is none to be had. */
static inline void tmpdir_make(void)
{
    const char *base = getenv("TMPDIR");
    (void)snprintf(tmpdir, sizeof(tmpdir), "%s/yj-test-XXXXXX", base != NULL ? base : "/tmp");
    if (mkdtemp(tmpdir) == NULL)
        abort();
    (void)atexit(tmpdir_remove);
}

/** Path of @p name in it; one at a time. */
static inline const char *tmpdir_path(const char *name)
{
    static char path[4][300];
    static unsigned turn;
    char *p = path[turn++ % 4];
    (void)snprintf(p, sizeof(path[0]), "%s/%s", tmpdir, name);
    return p;
}

#endif
