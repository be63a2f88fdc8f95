/* Nothing is synced: a crash of this process loses no written byte, and a power cut is nobody's
 * fault. */
#include "pack/guard.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"

enum { PATH_LEN = 600, LINE = 48, TEXT = LINE * GUARD_MAX };

struct guard {
    int trying; /* descriptor */
    size_t n;
    struct {
        uint32_t track;
        int64_t ms;
    } bad[GUARD_MAX];
};

static enum err failed(const char *path)
{
    log_error("packager", "%s: %s", path, strerror(errno));
    return ERR_IO;
}

static int open_in(const char *dir, const char *name, int flags, char path[PATH_LEN])
{
    (void)snprintf(path, PATH_LEN, "%.500s/%s", dir, name);
    return open(path, flags | O_CREAT | O_CLOEXEC, 0640);
}

static void read_bad(struct guard *g, const char *text)
{
    while (g->n < GUARD_MAX) {
        char *space = NULL, *end = NULL;
        unsigned long track = strtoul(text, &space, 10);
        long long ms = strtoll(space, &end, 10);
        if (end == space || *end != '\n')
            return;
        g->bad[g->n].track = (uint32_t)track;
        g->bad[g->n++].ms = ms;
        text = end + 1;
    }
}

/* What the process before died of joins the list. */
static enum err load(struct guard *g, const char *dir)
{
    char path[PATH_LEN], text[TEXT + 1], last[LINE + 1];
    ssize_t n = pread(g->trying, last, LINE, 0);
    int fd = open_in(dir, ".bad", O_RDWR | O_APPEND, path);
    if (fd < 0)
        return failed(path);
    enum err e = ERR_OK;
    if (n > 0 && write(fd, last, (size_t)n) != n)
        e = failed(path);
    if (n > 0 && e == ERR_OK)
        log_warn("packager", "%s: a picture that was the end of a packager: track, ms %.*s", dir,
                 (int)n - 1, last);
    ssize_t all = pread(fd, text, TEXT, 0);
    text[all > 0 ? all : 0] = '\0';
    (void)close(fd);
    read_bad(g, text);
    guard_leave(g);
    return e;
}

enum err guard_new(struct guard **out, const char *dir)
{
    char path[PATH_LEN];
    struct guard *g = (struct guard *)mem_zalloc(1, sizeof(*g));
    if (g == NULL)
        return ERR_NOMEM;
    g->trying = open_in(dir, ".trying", O_RDWR, path);
    enum err e = g->trying >= 0 ? load(g, dir) : failed(path);
    if (e != ERR_OK) {
        guard_free(g);
        return e;
    }
    *out = g;
    return ERR_OK;
}

void guard_free(struct guard *g)
{
    if (g == NULL)
        return;
    if (g->trying >= 0)
        (void)close(g->trying);
    mem_free(g);
}

/* Only what lies before counts: what was made before is made again. */
bool guard_allows(const struct guard *g, uint32_t track, int64_t ms)
{
    size_t same = 0, of_track = 0, all = 0;
    for (size_t i = 0; i < g->n; i++) {
        bool mine = g->bad[i].track == track;
        if (g->bad[i].ms > ms)
            continue;
        all++;
        of_track += mine;
        same += mine && g->bad[i].ms == ms;
    }
    return same < 2 && of_track < GUARD_TRACK_MAX && all < GUARD_MAX;
}

static void limit_processor(int seconds)
{
    struct itimerval t = {.it_value.tv_sec = seconds};
    (void)setitimer(ITIMER_VIRTUAL, &t, NULL); /* SIGVTALRM ends the process */
}

enum err guard_enter(struct guard *g, uint32_t track, int64_t ms)
{
    char line[LINE];
    int n = snprintf(line, sizeof(line), "%" PRIu32 " %" PRId64 "\n", track, ms);
    if (pwrite(g->trying, line, (size_t)n, 0) != n)
        return failed(".trying");
    limit_processor(GUARD_CPU_S);
    return ERR_OK;
}

void guard_leave(struct guard *g)
{
    limit_processor(0);
    if (ftruncate(g->trying, 0) != 0)
        (void)failed(".trying");
}
