/* yunjian-packager: turns the journal of one meeting into files that play, while it is written.
 * Ends with 0 when the meeting has ended and its final index is there. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <jansson.h>

#include "base/clock.h"
#include "base/log.h"
#include "pack/meeting.h"
#include "pack/opus.h"
#include "pack/tail.h"

enum {
    EXIT_DONE = 0,
    EXIT_FAILED = 1,
    EXIT_USAGE = 2,
    EXIT_STOPPED = 75, /* told to stop before the end: to be started again */
    IDLE_MS = 100,
    BATCH = 512, /* records between two looks at the clock */
    PATH_LEN = 600,
};
#define SHOW_NS (2 * NS_PER_S)

static volatile sig_atomic_t stopping;

static void on_signal(int number)
{
    (void)number;
    stopping = 1;
}

/* ---- before ---------------------------------------------------------------------------------- */

static int usage(void)
{
    (void)fputs("usage: yunjian-packager [--nice=N] [--debug] DIR\n"
                "  DIR       a meeting's folder under recordings/: its journal is followed, its\n"
                "            tracks and index.json are made\n"
                "  --nice=N  run at this priority (0 to 19)\n"
                "  --debug   more lines in the log\n",
                stderr);
    return EXIT_USAGE;
}

/* @return the folder, or NULL. */
static const char *read_arguments(int argc, char **argv)
{
    const char *dir = NULL;
    for (int i = 1; i < argc; i++) {
        char *end = NULL;
        if (strncmp(argv[i], "--nice=", 7) == 0) {
            long nice = strtol(argv[i] + 7, &end, 10);
            if (end == argv[i] + 7 || *end != '\0' || nice < -20 || nice > 19)
                return NULL;
            if (setpriority(PRIO_PROCESS, 0, (int)nice) != 0)
                log_warn("packager", "priority %ld: %s", nice, strerror(errno));
        } else if (strcmp(argv[i], "--debug") == 0) {
            log_set_level(LOG_DEBUG);
        } else if (argv[i][0] == '-' || dir != NULL) {
            return NULL;
        } else {
            dir = argv[i];
        }
    }
    return dir;
}

/* One packager a meeting: the next waits until this one is gone. -1 when told to stop. */
static int lock_folder(const char *dir)
{
    char path[PATH_LEN];
    (void)snprintf(path, sizeof(path), "%.500s/.packager.lock", dir);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0640);
    if (fd < 0) {
        log_error("packager", "%s: %s", path, strerror(errno));
        return -1;
    }
    while (flock(fd, LOCK_EX) != 0)
        if (errno != EINTR || stopping) {
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
static enum err follow(struct meeting *m, struct tail *t)
{
    bool idle = false, caught_up = false;
    uint64_t shown = 0;
    enum err e = ERR_OK;
    while (e == ERR_OK && !stopping && !meeting_ended(m)) {
        e = take_some(m, t, &idle);
        caught_up = caught_up || idle;
        if (e == ERR_OK && caught_up && clock_mono_ns() - shown >= SHOW_NS) {
            e = meeting_show(m);
            shown = clock_mono_ns();
        }
        if (idle)
            rest();
    }
    if (e == ERR_OK && meeting_ended(m))
        return meeting_finish(m);
    return e == ERR_OK && caught_up ? meeting_show(m) : e;
}

static int run(const char *dir)
{
    struct meeting *m = NULL;
    struct tail *t = NULL;
    enum err e = opus_start();
    if (e == ERR_OK)
        e = meeting_new(&m, dir);
    if (e == ERR_OK)
        e = tail_new(&t, dir);
    if (e == ERR_OK)
        e = follow(m, t);
    bool ended = m != NULL && meeting_ended(m);
    if (t != NULL && tail_skipped(t) > 0)
        log_warn("packager", "%s: %llu bytes of the journal are damaged", dir,
                 (unsigned long long)tail_skipped(t));
    tail_free(t);
    meeting_free(m);
    opus_stop();
    if (e != ERR_OK) {
        log_error("packager", "%s: %s", dir, err_name(e));
        return EXIT_FAILED;
    }
    return ended ? EXIT_DONE : EXIT_STOPPED;
}

int main(int argc, char **argv)
{
    struct sigaction act = {.sa_handler = on_signal};
    const char *dir = read_arguments(argc, argv);
    if (dir == NULL)
        return usage();
    (void)umask(0027);
    (void)sigaction(SIGTERM, &act, NULL);
    (void)sigaction(SIGINT, &act, NULL);
    (void)prctl(PR_SET_PDEATHSIG, SIGTERM); /* the server that comes next starts another */
    int lock = lock_folder(dir);
    if (lock < 0)
        return stopping ? EXIT_STOPPED : EXIT_FAILED;
    int result = EXIT_DONE;
    if (!already_done(dir)) {
        sweep(dir, "");
        sweep(dir, "/tracks");
        result = run(dir);
    }
    (void)close(lock);
    return result;
}
