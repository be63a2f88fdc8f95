/* yunjian-packager: turns the journal of one meeting into files that play, while it is written.
 * Ends with 0 when the meeting has ended and its final index is there. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "pack/elements.h"
#include "pack/follow.h"
#include "pack/opus.h"

enum { EXIT_USAGE = 2 };

static volatile sig_atomic_t stopping;

static void on_signal(int number)
{
    (void)number;
    stopping = 1;
}

static int usage(void)
{
    (void)fputs(
        "usage: yunjian-packager [--nice=N] [--memory=MIB] [--debug] DIR\n"
        "  DIR           a meeting's folder under recordings/: its journal is followed, its\n"
        "                tracks and index.json are made\n"
        "  --nice=N      run at this priority (0 to 19)\n"
        "  --memory=MIB  refuse itself more memory than this; 0: as much as there is\n"
        "  --debug       more lines in the log\n"
        "or:    yunjian-packager --check   names what it lacks\n",
        stderr);
    return EXIT_USAGE;
}

static void step_back(long nice)
{
    if (setpriority(PRIO_PROCESS, 0, (int)nice) != 0)
        log_warn("packager", "priority %ld: %s", nice, strerror(errno));
    /* It never takes the processor from somebody who works only because it wakes up. */
    if (nice > 0 && sched_setscheduler(0, SCHED_BATCH, &(struct sched_param){0}) != 0)
        log_warn("packager", "batch: %s", strerror(errno));
}

/* What a process may write to (RLIMIT_DATA; not what it only maps): a meeting that wants more, or a
 * picture made to, ends its own packager and takes nothing from the others. */
static void limit_memory(long mib)
{
    struct rlimit most = {(rlim_t)mib << 20, (rlim_t)mib << 20};
    if (mib > 0 && setrlimit(RLIMIT_DATA, &most) != 0)
        log_warn("packager", "memory limit: %s", strerror(errno));
}

static const struct option {
    const char *text;
    long least, most;
    void (*run)(long value);
} options[] = {
    {"--nice=", -20, 19, step_back},
    {"--memory=", 0, 1L << 20, limit_memory},
};

static bool read_option(const char *arg)
{
    for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
        const struct option *o = &options[i];
        size_t n = strlen(o->text);
        char *end = NULL;
        if (strncmp(arg, o->text, n) != 0)
            continue;
        long value = strtol(arg + n, &end, 10);
        if (end == arg + n || *end != '\0' || value < o->least || value > o->most)
            return false;
        o->run(value);
        return true;
    }
    return false;
}

/* @return the folder, or NULL. */
static const char *read_arguments(int argc, char **argv)
{
    const char *dir = NULL;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--debug") == 0) {
            log_set_level(LOG_DEBUG);
        } else if (argv[i][0] == '-') {
            if (!read_option(argv[i]))
                return NULL;
        } else if (dir != NULL) {
            return NULL;
        } else {
            dir = argv[i];
        }
    }
    return dir;
}

/* Short of memory, the kernel ends this process and not the server: what it does is done again. */
static void yield_memory(void)
{
    static const char score[] = "500";
    int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (fd < 0 || write(fd, score, sizeof(score) - 1) < 0)
        log_warn("packager", "oom_score_adj: %s", strerror(errno));
    if (fd >= 0)
        (void)close(fd);
}

static void print_name(void *arg, const char *name)
{
    (void)arg;
    puts(name);
}

/* For `yunjian doctor`: each missing element on a line of its own. */
static int check(void)
{
    if (opus_start() != ERR_OK) {
        puts("GStreamer");
        return EXIT_FAILURE;
    }
    size_t n = elements_missing(print_name, NULL);
    opus_stop();
    return n == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "--check") == 0)
        return check();
    struct sigaction act = {.sa_handler = on_signal};
    const char *dir = read_arguments(argc, argv);
    if (dir == NULL)
        return usage();
    const char *format = getenv("YUNJIAN_LOG_FORMAT"); /* the server's */
    log_set_format(format != NULL && strcmp(format, "json") == 0 ? LOG_JSON : LOG_TEXT);
    yield_memory();
    (void)umask(0027);
    (void)sigaction(SIGTERM, &act, NULL);
    (void)sigaction(SIGINT, &act, NULL);
    (void)prctl(PR_SET_PDEATHSIG, SIGTERM); /* the server that comes next starts another */
    if (opus_start() != ERR_OK)
        return FOLLOW_FAILED;
    enum follow_end end = follow(dir, &stopping);
    opus_stop();
    return (int)end;
}
