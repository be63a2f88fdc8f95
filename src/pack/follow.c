/* From the journal's first record to its last, whoever kills us in between. */
#include "pack/follow.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "pack/meeting.h"
#include "pack/tail.h"
#include "pack/turn.h"

enum {
    IDLE_MS = 400,
    BATCH = 512, /* records between two looks at the clock */
    PATH_LEN = 600,
};
#define SHOW_NS NS_PER_S

/* One packager a meeting: the next waits until this one is gone. -1 when told to stop. */
static int lock_folder(const char *dir, const volatile sig_atomic_t *stop)
{
    char path[PATH_LEN];
    (void)snprintf(path, sizeof(path), "%.500s/.packager.lock", dir);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0640);
    if (fd < 0) {
        log_error("packager", "%s: %s", path, strerror(errno));
        return -1;
    }
    while (flock(fd, LOCK_EX) != 0)
        if (errno != EINTR || *stop != 0) {
            (void)close(fd);
            return -1;
        }
    return fd;
}

static bool later(const struct timespec *a, const struct timespec *b)
{
    return a->tv_sec != b->tv_sec ? a->tv_sec > b->tv_sec : a->tv_nsec > b->tv_nsec;
}

/* Anything written to the journal after @p when? */
static bool journal_is_newer(const char *dir, const struct timespec *when)
{
    char path[PATH_LEN];
    struct stat st;
    bool newer = false;
    (void)snprintf(path, sizeof(path), "%.500s/journal", dir);
    DIR *d = opendir(path);
    for (const struct dirent *i = NULL; d != NULL && !newer && (i = readdir(d)) != NULL;)
        newer = strstr(i->d_name, ".pcap") != NULL && fstatat(dirfd(d), i->d_name, &st, 0) == 0 &&
                later(&st.st_mtim, when);
    if (d != NULL)
        (void)closedir(d);
    return newer;
}

static bool already_done(const char *dir)
{
    char path[PATH_LEN];
    struct stat st;
    (void)snprintf(path, sizeof(path), "%.500s/index.json", dir);
    if (stat(path, &st) != 0)
        return false;
    json_t *o = json_load_file(path, 0, NULL);
    const char *state = json_string_value(json_object_get(o, "state"));
    bool final = state != NULL && strcmp(state, "final") == 0;
    json_decref(o);
    return final && !journal_is_newer(dir, &st.st_mtim);
}

/* What a packager that was killed has left behind. */
static void sweep(const char *dir, const char *sub)
{
    char path[PATH_LEN];
    (void)snprintf(path, sizeof(path), "%.500s%s", dir, sub);
    DIR *d = opendir(path);
    for (const struct dirent *i = NULL; d != NULL && (i = readdir(d)) != NULL;) {
        const char *dot = strrchr(i->d_name, '.');
        if (dot != NULL && strcmp(dot, ".tmp") == 0)
            (void)unlinkat(dirfd(d), i->d_name, 0);
    }
    if (d != NULL)
        (void)closedir(d);
}

/* ---- at work --------------------------------------------------------------------------------- */

static void rest(void)
{
    struct timespec t = {.tv_nsec = IDLE_MS * (long)NS_PER_MS};
    (void)nanosleep(&t, NULL);
}

/* Up to BATCH records. *idle: there are no more by now. */
static enum err take_some(struct meeting *m, struct tail *t, bool *idle)
{
    struct record rec;
    *idle = false;
    for (int i = 0; i < BATCH && !meeting_ended(m); i++) {
        if (!tail_next(t, &rec)) {
            *idle = true;
            return ERR_OK;
        }
        enum err e = meeting_record(m, &rec);
        if (e != ERR_OK)
            return e;
    }
    return ERR_OK;
}

/* Nothing is shown until all that was there at the start has been read: readers go on with what an
 * earlier run has shown. */
static enum err read_on(struct meeting *m, struct tail *t, struct turn *turn,
                        const volatile sig_atomic_t *stop)
{
    bool idle = false, caught_up = false;
    uint64_t shown = 0;
    enum err e = ERR_OK;
    while (e == ERR_OK && *stop == 0 && !meeting_ended(m)) {
        e = take_some(m, t, &idle);
        caught_up = caught_up || idle;
        if (e == ERR_OK && caught_up && clock_mono_ns() - shown >= SHOW_NS) {
            e = meeting_show(m);
            shown = clock_mono_ns();
        }
        if (idle) {
            turn_rested(turn);
            rest();
        } else {
            turn_worked(turn, BATCH, stop);
        }
    }
    if (e == ERR_OK && meeting_ended(m))
        return meeting_finish(m);
    return e == ERR_OK && caught_up ? meeting_show(m) : e;
}

static enum follow_end run(const char *dir, const volatile sig_atomic_t *stop)
{
    struct meeting *m = NULL;
    struct tail *t = NULL;
    struct turn *turn = turn_new(dir);
    enum err e = meeting_new(&m, dir);
    if (e == ERR_OK)
        e = tail_new(&t, dir);
    if (e == ERR_OK)
        e = read_on(m, t, turn, stop);
    bool ended = m != NULL && meeting_ended(m);
    if (t != NULL && tail_skipped(t) > 0)
        log_warn("packager", "%s: %llu bytes of the journal are damaged", dir,
                 (unsigned long long)tail_skipped(t));
    tail_free(t);
    turn_free(turn);
    meeting_free(m);
    if (e != ERR_OK)
        log_error("packager", "%s: %s", dir, err_name(e));
    return e != ERR_OK ? FOLLOW_FAILED : ended ? FOLLOW_DONE : FOLLOW_STOPPED;
}

enum follow_end follow(const char *dir, const volatile sig_atomic_t *stop)
{
    int lock = lock_folder(dir, stop);
    if (lock < 0)
        return *stop != 0 ? FOLLOW_STOPPED : FOLLOW_FAILED;
    enum follow_end end = FOLLOW_DONE;
    if (!already_done(dir)) {
        sweep(dir, "");
        sweep(dir, "/tracks");
        sweep(dir, "/previews");
        end = run(dir, stop);
    }
    (void)close(lock);
    return end;
}
