/* Preloaded into the server: every fsync and fdatasync takes SLOW_SYNC_MS longer, as on a busy
 * disk. YUNJIAN does not know of it. */
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static void wait_first(void)
{
    const char *text = getenv("SLOW_SYNC_MS");
    long ms = text != NULL ? strtol(text, NULL, 10) : 0;
    struct timespec t = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
    while (ms > 0 && nanosleep(&t, &t) != 0)
        ;
}

static int real(const char *name, int fd)
{
    int (*call)(int) = NULL;
    *(void **)&call = dlsym(RTLD_NEXT, name);
    return call(fd);
}

int fsync(int fd)
{
    wait_first();
    return real("fsync", fd);
}

int fdatasync(int fd)
{
    wait_first();
    return real("fdatasync", fd);
}
