/* One packager a recorded meeting; if it dies, another goes on where it was. */
#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "main_priv.h"

enum { FIRST_PAUSE_MS = 500, LONGEST_PAUSE_MS = 30000, STEADY_S = 60 };

struct child {
    struct child *next;
    pid_t pid;         /* 0: waits for its next start */
    uint64_t start_ns; /* the last one, or the next */
    uint32_t pause_ms;
    char meeting[40], dir[CONF_TEXT + 80];
};

struct packagers {
    char program[CONF_TEXT];
    char nice[24], memory[24];
    struct child *list;
    void (*done)(void *arg, const char *meeting); /* NULL: nobody wants to know */
    void *arg;
};

enum err packagers_new(struct packagers **out, const char *program, int nice, int memory_mib)
{
    struct packagers *p = (struct packagers *)mem_zalloc(1, sizeof(*p));
    if (p == NULL)
        return ERR_NOMEM;
    (void)snprintf(p->program, sizeof(p->program), "%s", program);
    (void)snprintf(p->nice, sizeof(p->nice), "--nice=%d", nice);
    (void)snprintf(p->memory, sizeof(p->memory), "--memory=%d", memory_mib);
    *out = p;
    return ERR_OK;
}

void packagers_tell(struct packagers *p, void (*done)(void *arg, const char *meeting), void *arg)
{
    p->done = done;
    p->arg = arg;
}

/* Each pause is longer than the one before. */
static uint32_t pause_next(struct child *c)
{
    uint32_t ms = c->pause_ms;
    c->start_ns = clock_mono_ns() + ms * NS_PER_MS;
    c->pause_ms = ms * 2 > LONGEST_PAUSE_MS ? LONGEST_PAUSE_MS : ms * 2;
    return ms;
}

static void start(struct packagers *p, struct child *c)
{
    char *argv[] = {p->program, p->nice, p->memory, c->dir, NULL};
    posix_spawnattr_t attr;
    sigset_t none;
    (void)sigemptyset(&none);
    (void)posix_spawnattr_init(&attr);
    (void)posix_spawnattr_setsigmask(&attr, &none);
    (void)posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK);
    int bad = posix_spawn(&c->pid, p->program, NULL, &attr, argv, environ);
    (void)posix_spawnattr_destroy(&attr);
    c->start_ns = clock_mono_ns();
    if (bad != 0) {
        c->pid = 0;
        log_error("packager", "%s: %s, tried again in %u ms", p->program, strerror(bad),
                  pause_next(c));
    }
}

void packagers_follow(void *packagers, const char *meeting, const char *dir)
{
    struct packagers *p = (struct packagers *)packagers;
    for (const struct child *c = p->list; c != NULL; c = c->next)
        if (strcmp(c->meeting, meeting) == 0)
            return;
    struct child *c = (struct child *)mem_zalloc(1, sizeof(*c));
    if (c == NULL)
        return;
    (void)snprintf(c->meeting, sizeof(c->meeting), "%.39s", meeting);
    (void)snprintf(c->dir, sizeof(c->dir), "%s", dir);
    c->pause_ms = FIRST_PAUSE_MS;
    c->next = p->list;
    p->list = c;
    start(p, c);
}

/* True when the child has finished its work. */
static bool reap(struct child *c)
{
    int status = 0;
    if (c->pid == 0 || waitpid(c->pid, &status, WNOHANG) != c->pid)
        return false;
    c->pid = 0;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return true;
    if (clock_mono_ns() - c->start_ns >= STEADY_S * NS_PER_S)
        c->pause_ms = FIRST_PAUSE_MS; /* It had worked: this is another trouble. */
    log_warn("packager", "%s ended with %d, starts again in %u ms", c->meeting, status,
             pause_next(c));
    return false;
}

void packagers_tick(struct packagers *p)
{
    for (struct child **at = &p->list; *at != NULL;) {
        struct child *c = *at;
        if (reap(c)) {
            *at = c->next;
            if (p->done != NULL)
                p->done(p->arg, c->meeting);
            mem_free(c);
            continue;
        }
        if (c->pid == 0 && clock_mono_ns() >= c->start_ns)
            start(p, c);
        at = &c->next;
    }
}

void packagers_free(struct packagers *p)
{
    if (p == NULL)
        return;
    for (struct child *c = p->list, *next = NULL; c != NULL; c = next) {
        next = c->next;
        if (c->pid > 0) {
            (void)kill(c->pid, SIGTERM);
            (void)waitpid(c->pid, NULL, 0);
        }
        mem_free(c);
    }
    mem_free(p);
}
