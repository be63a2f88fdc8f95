/* sd_notify(3) by hand: a datagram to the socket that the service manager named. */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "main_priv.h"

static uint64_t watchdog_ns, told_ns;

static void tell(const char *text)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    const char *path = getenv("NOTIFY_SOCKET");
    size_t n = path == NULL ? 0 : strlen(path);
    if (n < 2 || n >= sizeof(at.sun_path) || (path[0] != '/' && path[0] != '@'))
        return;
    memcpy(at.sun_path, path, n);
    if (path[0] == '@')
        at.sun_path[0] = '\0'; /* of the abstract name space */
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    socklen_t len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n);
    if (fd < 0 || sendto(fd, text, strlen(text), MSG_NOSIGNAL | MSG_DONTWAIT,
                         (const struct sockaddr *)&at, len) < 0)
        log_warn("start", "the service manager could not be told");
    if (fd >= 0)
        (void)close(fd);
}

void notify_ready(const char *url)
{
    char text[400];
    const char *usec = getenv("WATCHDOG_USEC"), *pid = getenv("WATCHDOG_PID");
    bool mine = pid == NULL || strtol(pid, NULL, 10) == (long)getpid();
    watchdog_ns = usec != NULL && mine ? strtoull(usec, NULL, 10) * 1000 : 0;
    (void)snprintf(text, sizeof(text), "READY=1\nSTATUS=Serving %.300s", url);
    tell(text);
}

void notify_stopping(void)
{
    tell("STOPPING=1\nSTATUS=Telling everybody and closing recordings");
}

/* Three times in the interval, so that one late turn of the loop is not the end. */
void notify_alive(void)
{
    uint64_t now = clock_mono_ns();
    if (watchdog_ns == 0 || now - told_ns < watchdog_ns / 3)
        return;
    told_ns = now;
    tell("WATCHDOG=1");
}
