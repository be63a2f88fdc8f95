/* A lock that a killed packager held is free at once. */
#include "pack/turn.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"

enum { PATH_LEN = 600, POLL_MS = 40 };

struct turn {
    char dir[PATH_LEN - 40];
    size_t streak; /* records since the last rest */
    int fd;        /* -1: not our turn */
    uint64_t since_ns;
    bool broken; /* said once */
};

struct turn *turn_new(const char *dir)
{
    struct turn *t = (struct turn *)mem_zalloc(1, sizeof(*t));
    if (t == NULL)
        return NULL;
    (void)snprintf(t->dir, sizeof(t->dir), "%.500s/..", dir);
    t->fd = -1;
    return t;
}

static void give_up(struct turn *t)
{
    if (t->fd >= 0)
        (void)close(t->fd);
    t->fd = -1;
}

void turn_free(struct turn *t)
{
    if (t == NULL)
        return;
    give_up(t);
    mem_free(t);
}

/* Those this process may run on. */
static unsigned turns(void)
{
    cpu_set_t set;
    int n = sched_getaffinity(0, sizeof(set), &set) == 0 ? CPU_COUNT(&set) : 1;
    return n >= 4 ? (unsigned)n / 2 : 1;
}

static void pause_ms(long ms)
{
    struct timespec s = {.tv_nsec = ms * (long)NS_PER_MS};
    (void)nanosleep(&s, NULL);
}

/* True too when the files cannot be made: work matters more than turns. */
static bool take(struct turn *t)
{
    for (unsigned i = 0; i < turns(); i++) {
        char path[PATH_LEN];
        (void)snprintf(path, sizeof(path), "%s/.turn-%u.lock", t->dir, i);
        int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0640);
        if (fd < 0) {
            if (!t->broken)
                log_warn("packager", "%s: %s: no turns", path, strerror(errno));
            t->broken = true;
            return true;
        }
        if (flock(fd, LOCK_EX | LOCK_NB) == 0) {
            t->fd = fd;
            t->since_ns = clock_mono_ns();
            return true;
        }
        (void)close(fd);
    }
    return false;
}

void turn_worked(struct turn *t, size_t n, const volatile sig_atomic_t *stop)
{
    if (t == NULL)
        return;
    t->streak += n;
    if (t->streak < TURN_BEHIND)
        return;
    if (t->fd >= 0 && clock_mono_ns() - t->since_ns >= TURN_MS * NS_PER_MS) {
        give_up(t);
        pause_ms(POLL_MS * 2L); /* whoever waits looks in between */
    }
    while (t->fd < 0 && *stop == 0 && !take(t))
        pause_ms(POLL_MS);
}

void turn_rested(struct turn *t)
{
    if (t == NULL)
        return;
    t->streak = 0;
    give_up(t);
}
